"""Firms that know their demand come to rest where theory says, in the market as it runs day by day."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.formulas.successive_monopoly import linear_margins, linear_percentages, linear_stackelberg
from sim.market import Market
from sim.rules.best_response import BestResponse, Quantity, beside_rivals
from sim.rules.known_demand import best_price, cournot_price, curve_of, derived_demand
from sim.scenario import load_scenario
from sim.validation.equilibrium_markets import best_reply, chain_prices, chain_sections, settled, shelf_prices
from sim.validation.markets import calendar, market, overlaid
from sim.validation.themes.conduct import crowded
from sim.validation.themes.demand import customers_with, evenly, pareto
from sim.validation.themes.rivals import SCALE, different_goods

within = pytest.approx


def linear_chain(conduct="stackelberg", tiers=2):
    """Return the scenario of a chain of this many firms, one a tier, before linear demand up to 120."""
    return market(customers_with(evenly(0.0, 120.0), 1000), chain_sections([best_reply(conduct)] * tiers, 20.0))


# -- where prices come to rest; that it is theory's equilibrium is in the proof --


@pytest.mark.parametrize("conduct", ["stackelberg", "margin", "percent"])
@pytest.mark.parametrize("start", [1.0, 60.0, 119.0])
def test_where_a_chain_comes_to_rest_does_not_depend_on_where_it_starts(conduct, start):
    rest = {"stackelberg": linear_stackelberg, "margin": linear_margins, "percent": linear_percentages}[conduct]
    asked = chain_prices(settled(linear_chain(conduct), days=60, start=start))
    assert asked == within(rest(120.0, 1.0, 20.0, 2).prices, rel=0.005)


@pytest.mark.parametrize("start", [95.0, 30.0])
def test_firms_with_the_same_goods_lose_their_margins_wherever_they_start(start):
    asked = settled(crowded((2, 2), best_reply(), best_reply(), asked=500), days=60, start=start)
    supplier, tier, shop = chain_prices(asked)
    assert supplier == within(70.0, rel=0.01)  # the only one to have a margin asks the monopoly price
    assert tier == within(supplier, abs=0.011)
    assert shop == within(tier, abs=0.011)


@pytest.mark.parametrize("start", [95.0, 30.0])
def test_wholesalers_that_bring_quantities_share_what_the_shops_below_leave(start):
    """Cournot above Cournot: two shops buying at w ask (120 + 2 w) / 3, so two wholesalers ask (120 + 2 x 20) / 3."""
    brings = {"rule": "quantity", "review_days": 1}
    asked = settled(crowded((2, 2), brings, {"rule": "fixed", "price": 20.0}), days=60, start=start)
    _, tier, shop = chain_prices(asked)
    assert tier == within(160.0 / 3.0, rel=0.01)
    assert shop == within((120.0 + 2.0 * tier) / 3.0, rel=0.01)


# -- logit: Bertrand-Nash --


def bertrand_nash(gain, cost, owner):
    """Return prices at which nobody gains by another one, for customers (rows) who choose by logit among goods.

    A plain fixed point over all firms at once, written here without the market's code.
    """
    price = cost + 1.0
    same = owner[:, None] == owner[None, :]
    for _ in range(20_000):
        pull = np.exp(gain - price)
        share = pull / (1.0 + pull.sum(axis=1, keepdims=True))
        steep = share.mean(axis=0)
        cross = (share[:, :, None] * share[:, None, :]).mean(axis=0) * same
        new = cost + (share.mean(axis=0) + cross @ (price - cost)) / steep
        if np.abs(new - price).max() < 1e-12:
            return new
        price = 0.5 * (price + new)
    raise AssertionError("no fixed point")


@pytest.mark.parametrize("start", [0.2, 5.6, 10.0])
def test_the_monopolist_with_most_of_the_market_does_not_run_in_circles(start):
    alike = {"distribution": "constant", "mean": 6.0 * SCALE}
    tables = market(customers_with(alike, 50, scale=SCALE), chain_sections([best_reply()], SCALE))
    at_rest = settled(tables, days=30, start=start * SCALE)
    assert shelf_prices(at_rest)[0, 0] / SCALE == within(4.92627, abs=0.001)  # a share of .745


SHOPS = ((0.5, 0.0), (-0.5, 0.2), (0.0, 0.6), (0.1, -0.6))


def located(goods, owner, reach, per_km):
    """Return a scenario of four shops in a town of customers who choose by logit and by distance."""
    names = [f"firm {firm}" for firm in sorted(set(owner))]
    stores = [
        {"name": f"shop {n}", "town": "town", "retailer": f"firm {firm}", "east": x, "north": y, "slots": len(goods)}
        for n, (firm, (x, y)) in enumerate(zip(owner, SHOPS, strict=True))
    ]
    everywhere = different_goods(*zip(*goods, strict=True), (0,) * len(goods))
    town = {"name": "town", "customers": 500, "shape": "disc", "radius": 1.0}
    return overlaid(
        {**everywhere, "firms": {}},
        {
            **calendar(25),
            "geography": {"towns": [town]},
            "customers": {"travel_cost": per_km * SCALE / 2.0, "reach": reach},
            "retailers": {"names": names, "stores": stores},
        },
    )


def gains(market, quality, per_km):
    """Return what every good in every shop is worth to every customer, in scales, (customers, shops x goods)."""
    people = market.customers.columns
    gain = np.full((len(people.town), len(SHOPS), len(quality)), -np.inf)
    for row, (nearest, km) in enumerate(zip(people.nearest, people.km, strict=True)):
        gain[row, nearest] = np.array(quality)[None, :] - per_km * km[:, None]
    return gain.reshape(len(people.town), -1)


ONE, TWO = ((3.0, 1.0),), ((3.0, 1.0), (3.2, 1.5))


@pytest.mark.parametrize(
    ("goods", "owner", "reach", "per_km", "empty"),
    [
        (ONE, (0, 1, 2, 2), 4, 2.0, None),
        (ONE, (0, 1, 2, 3), 4, 1.0, None),
        (ONE, (0, 1, 2, 2), 2, 2.0, None),  # nobody knows all shops
        (ONE, (0, 1, 2, 2), 4, 2.0, (2, 0)),
        (TWO, (0, 1, 2, 2), 4, 2.0, None),
        (TWO, (0, 1, 2, 2), 4, 2.0, (1, 1)),
    ],
)
def test_shops_among_located_customers_come_to_rest_at_bertrand_nash_whatever_shelf_is_empty_today(
    goods, owner, reach, per_km, empty
):
    market = Market(load_scenario(located(goods, owner, reach, per_km)), "shops", 0)
    for _ in range(25):
        if empty is not None:  # all that stands there is promised to somebody
            node = market.state.shelves.first_node + empty[0]
            market.stock.goods.reserved[node, empty[1]] = market.stock.goods.units[node, empty[1]] + 1_000_000
        market.step()
    quality, cost = (list(column) for column in zip(*goods, strict=True))
    # A shelf that is empty today is filled tomorrow, and prices stay: they are found for what is carried.
    expected = bertrand_nash(gains(market, quality, per_km), np.tile(cost, len(SHOPS)), np.repeat(owner, len(goods)))
    asked = market.state.shelves.list_price.ravel() / 100.0 / SCALE
    assert asked == within(expected, rel=0.001)


# -- the parts, worked by hand --


def test_what_one_more_unit_brings_a_monopolist_and_one_of_two_sellers():
    # Four buyers at 8, 6, 4 and 2: quantity in the middle of each step is .5, 1.5, 2.5, 3.5.
    demand = curve_of(np.array([2.0, 8.0, 4.0, 6.0]), np.ones(4), np.zeros(4))
    alone = derived_demand(demand, 1.0)
    assert alone.price.tolist() == [8.0, 5.0, 1.0, -3.0]  # (1.5 x 6 - .5 x 8) / 1 = 5, and so on down
    assert alone.weight.tolist() == [0.5, 1.0, 1.0, 1.0]
    two = derived_demand(demand, 2.0)
    assert two.price.tolist() == [8.0, 6.0, 3.0, 0.0]  # half way between 7 and 5, 5 and 1, 3 and -3
    assert best_price(demand, 3.0) == within(6.0)  # half way between extra revenues of 5 and 1: one and a half units
    assert best_price(demand, 9.0) == 9.0  # nobody pays that much


def test_a_rise_in_extra_revenue_is_skipped():
    demand = curve_of(np.array([10.0, 4.0, 4.0, 4.0]), np.ones(4), np.zeros(4))
    ironed = derived_demand(demand, 1.0)
    assert (np.diff(ironed.price) < 0).all()
    assert ironed.weight.sum() == 3.5


def test_what_a_unit_earns_elsewhere_keeps_the_price_up():
    worth, weight = 10.0 - 0.01 * np.arange(1000), np.ones(1000)
    assert best_price(curve_of(worth, weight, np.zeros(1000)), 2.0) == within(6.0, abs=0.01)
    assert best_price(curve_of(worth, weight, np.full(1000, 3.0)), 2.0) == within(7.5, abs=0.01)


def test_beside_rivals_with_the_same_goods():
    assert beside_rivals(own=900.0, cost=500.0, limit=1000.0) == 999.0  # the cheapest goes up to a cent below
    assert beside_rivals(own=1000.0, cost=500.0, limit=1000.0) == 500.0  # a tie ends at cost
    assert beside_rivals(own=400.0, cost=500.0, limit=450.0) == 500.0  # never below cost


def test_firms_that_bring_quantities_at_unequal_cost():
    """Worth 120 at most, a unit for each cent less: P + q P' = c for both is P = (120 + c1 + c2) / 3, in cents."""
    curve = curve_of(np.arange(12_000.0, 0.0, -10.0), np.full(1200, 10.0), np.zeros(1200))
    assert cournot_price(curve, np.array([2000.0, 2600.0])) == within(16_600.0 / 3.0, abs=2.0)
    assert cournot_price(curve, np.array([2000.0, 2000.0, 2600.0])) == within((12_000.0 + 6_600.0) / 4.0, abs=2.0)
    assert cournot_price(curve, np.array([2000.0, 7500.0])) == within(7000.0, abs=3.0)  # the other stays out


def far_shop(rule, km):
    """Return two shops with the same good, one of them this far away, which its freight costs a unit of currency a km.

    Customers do not mind the way.
    """
    names = ("near", "far")
    stores = [
        {"name": f"shop {name}", "town": "town", "retailer": name, "slots": 1, "east": away}
        for name, away in zip(names, (0.0, km), strict=True)
    ]
    return market(
        customers_with(evenly(0.0, 120.0), 1000, reach=2, breadth=2),
        products={"unit_cost": 20.0},
        suppliers={"pricing": {"rule": "fixed", "price": 20.0}},
        retailers={"names": list(names), "stores": stores, "pricing": rule},
        delivery={"bulk": {"cost_per_unit_km": 1.0}},
    )


@pytest.mark.parametrize(
    ("km", "prices"), [(6.0, (166.0 / 3.0, 166.0 / 3.0)), (75.0, (70.0, 95.0)), (0.0, (160.0 / 3.0,) * 2)]
)
def test_shops_with_unequal_cost_find_the_price_of_cournot(km, prices):
    asked = shelf_prices(settled(far_shop({"rule": "quantity", "review_days": 1}, km), "shops", days=60))[:, 0]
    assert asked == within(prices, rel=0.003)


def test_the_cheaper_of_two_shops_with_the_same_good_rests_a_cent_below_the_others_cost():
    """Bertrand with unequal costs, from a tie far above both."""
    near, far = shelf_prices(settled(far_shop(best_reply(), 6.0), "shops", days=80, start=60.0))[:, 0]
    assert far == within(26.0, abs=0.011)
    assert near == within(far - 0.01, abs=1e-9)


@pytest.mark.parametrize("rule", [BestResponse(), BestResponse(conduct="margin"), Quantity()], ids=repr)
def test_the_same_view_gives_the_same_answer_and_stays_as_it_is(rule, monkeypatch):
    seen = []
    decide = type(rule).decide

    def twice(self, view, state):
        before = view.own_price.copy(), view.marginal_cost.copy()
        first, _ = decide(self, view, state)
        again, _ = decide(self, view, state)
        assert np.array_equal(first, again)
        assert np.array_equal(before[0], view.own_price)
        assert np.array_equal(before[1], view.marginal_cost)
        assert first.dtype == np.int64
        assert (first >= 0).all()
        seen.append(view.day)
        return first, state

    monkeypatch.setattr(type(rule), "decide", twice)
    given = rule.model_dump() | {"review_days": 1}
    settled(crowded((2,), given, given, asked=200), days=5)
    assert set(seen) == set(range(5))


def test_two_runs_are_the_same_to_the_cent():
    tables = market(customers_with(pareto(25.0, 2.0), 1000), chain_sections([best_reply()] * 3, 25.0))
    runs = [settled(tables, days=10) for _ in range(2)]
    for one, other in itertools.pairwise(runs):
        assert np.array_equal(one.state.network.price, other.state.network.price)
        assert one.ledger.rows == other.ledger.rows
