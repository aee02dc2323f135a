"""Firms that know their demand come to rest where theory says, in the market as it runs day by day."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.market import Market
from sim.rules.best_response import BestResponse, Quantity, beside_rivals
from sim.rules.known_demand import Response, best_price, curve_of, derived_demand, solve_margins
from sim.scenario import load_scenario
from sim.theory.channels import direct_as_a_threat, direct_beside_the_store
from sim.theory.logit_chain import logit_margins, logit_stackelberg
from sim.theory.parable import rationalise
from sim.theory.space import direct_seller_on_circle, hotelling, salop_price
from sim.theory.successive_monopoly import (
    cost_under_commission,
    elastic_margins,
    elastic_percentages,
    linear_margins,
    linear_percentages,
    linear_stackelberg,
    successive_cournot,
)
from tests.rules.theory_markets import (
    AT_COST,
    SCALE,
    best,
    carrying,
    chain_prices,
    pareto_worth,
    product_choice,
    settled,
    shelf_prices,
    spread,
    theory,
    uniform_worth,
)

QUANTITY = {"rule": "quantity", "review_days": 1}
RING_OF_ONE_KM = 1.0 / (2.0 * np.pi)
CIRCLE = {"chain": True, "shelves": "own", "own_channels": ["store"], "supplier_channels": ["parcel"]}
"""Shops that own what they sell, and suppliers that send parcels besides."""

within = pytest.approx


def chain(worth, cost, tiers, conduct="stackelberg", **more):
    """Return the scenario of a chain of this many firms, one a tier; the last one is the shop."""
    if tiers == 1:
        return theory(worth, cost=cost, supplier=AT_COST, store=best(conduct), **more)
    between = tuple({"pricing": best(conduct)} for _ in range(tiers - 2))
    return theory(worth, cost=cost, tiers=between, supplier=best(conduct), store=best(conduct), **more)


# -- chains --

LINEAR = [(120.0, 20.0), (80.0, 5.0)]


@pytest.mark.parametrize(("choke", "cost"), LINEAR)
@pytest.mark.parametrize("tiers", [1, 2, 3, 4])
def test_successive_monopolies_that_lead_halve_what_is_left(choke, cost, tiers):
    asked = chain_prices(settled(chain(uniform_worth(choke), cost, tiers)))[-tiers:]
    assert asked == within(linear_stackelberg(choke, 1.0, cost, tiers).prices, rel=0.002)


@pytest.mark.parametrize(("choke", "cost"), LINEAR)
@pytest.mark.parametrize("tiers", [2, 3, 4])
def test_successive_monopolies_that_keep_margins_in_money_all_take_the_same(choke, cost, tiers):
    asked = chain_prices(settled(chain(uniform_worth(choke), cost, tiers, "margin")))
    assert asked == within(linear_margins(choke, 1.0, cost, tiers).prices, rel=0.002)


@pytest.mark.parametrize(("choke", "cost"), LINEAR)
def test_successive_monopolies_that_keep_margins_in_percent_all_take_the_same_factor(choke, cost):
    asked = chain_prices(settled(chain(uniform_worth(choke), cost, 2, "percent"), 60))
    assert asked == within(linear_percentages(choke, 1.0, cost, 2).prices, rel=0.005)


@pytest.mark.parametrize("conduct", ["stackelberg", "margin", "percent"])
@pytest.mark.parametrize("start", [1.0, 60.0, 119.0])
def test_where_a_chain_comes_to_rest_does_not_depend_on_where_it_starts(conduct, start):
    rest = {"stackelberg": linear_stackelberg, "margin": linear_margins, "percent": linear_percentages}[conduct]
    asked = chain_prices(settled(chain(uniform_worth(120.0), 20.0, 2, conduct), 60, start=start))
    assert asked == within(rest(120.0, 1.0, 20.0, 2).prices, rel=0.005)


@pytest.mark.parametrize("firms", [(1, 1), (2, 3), (5, 5), (5, 5, 5)], ids=str)
@pytest.mark.parametrize(("choke", "cost"), LINEAR)
def test_tiers_of_firms_that_set_quantities_pass_on_n_of_n_plus_one(firms, choke, cost):
    tiers = tuple({"firms": count, "pricing": QUANTITY} for count in firms[:-1])
    scenario = theory(uniform_worth(choke), cost=cost, supplier=AT_COST, tiers=tiers, store=QUANTITY, shops=firms[-1])
    asked = chain_prices(settled(scenario, 25))[1:]
    assert asked == within(successive_cournot(choke, 1.0, cost, firms).prices, rel=0.002)


@pytest.mark.parametrize("start", [None, 95.0, 30.0])
@pytest.mark.parametrize("firms", [2, 3])
def test_firms_with_the_same_goods_that_set_prices_are_left_with_a_margin_of_a_cent_at_most(start, firms):
    scenario = theory(uniform_worth(120.0), tiers=({"firms": firms, "pricing": best()},), shops=firms)
    market = settled(scenario, 60, start=start)
    supplier, tier, shop = chain_prices(market)
    assert supplier == within(70.0, rel=0.01)  # the only one to have a margin asks the monopoly price
    assert tier == within(supplier, abs=0.011)
    assert shop == within(tier, abs=0.011)


@pytest.mark.parametrize(("elasticity", "cost"), [(2.0, 25.0), (3.0, 10.0), (4.0, 10.0)])
@pytest.mark.parametrize("conduct", ["stackelberg", "percent"])
def test_under_constant_elasticity_every_tier_multiplies_by_the_same_factor(elasticity, cost, conduct):
    asked = chain_prices(settled(chain(pareto_worth(cost, elasticity), cost, 3, conduct)))
    assert asked == within(elastic_percentages(1.0, elasticity, cost, 3).prices, rel=0.005)


@pytest.mark.parametrize(("elasticity", "cost"), [(3.0, 10.0), (4.0, 25.0)])
def test_under_constant_elasticity_margins_in_money_are_all_the_same(elasticity, cost):
    asked = chain_prices(settled(chain(pareto_worth(cost, elasticity), cost, 2, "margin")))
    assert asked == within(elastic_margins(1.0, elasticity, cost, 2).prices, rel=0.005)


LOGIT = [(3.0, 1.0), (5.0, 2.0)]


@pytest.mark.parametrize(("worth", "cost"), LOGIT)
@pytest.mark.parametrize("tiers", [1, 2, 3])
def test_chains_under_logit_demand_that_lead(worth, cost, tiers):
    alike = {"distribution": "constant", "mean": worth * SCALE}
    asked = chain_prices(settled(chain(alike, cost * SCALE, tiers, people=50, customers={"scale": SCALE})))[-tiers:]
    assert np.array(asked) / SCALE == within(logit_stackelberg(worth, 1.0, cost, tiers).prices, rel=0.001)


@pytest.mark.parametrize(("worth", "cost"), LOGIT)
def test_chains_under_logit_demand_that_keep_margins(worth, cost):
    alike = {"distribution": "constant", "mean": worth * SCALE}
    asked = chain_prices(settled(chain(alike, cost * SCALE, 2, "margin", people=50, customers={"scale": SCALE})))
    assert np.array(asked) / SCALE == within(logit_margins(worth, 1.0, cost, 2).prices, rel=0.001)


@pytest.mark.parametrize("handling", [1500.0, 0.0])
def test_the_chain_of_three_and_its_direct_sale_follow_from_profit_alone(handling):
    scenario = chain(pareto_worth(2500.0, 2.0), 2500.0, 3, people=4000)
    scenario["suppliers"].update(direct_pricing=best(), direct_handling_cost=handling)
    story = rationalise(2.0, 2500.0, 3, handling)
    long, short = settled(scenario), settled(scenario, regime="direct")
    direct = float(short.shelves.direct_price[0]) / 100.0
    assert chain_prices(long) == within(story.chain.prices, rel=0.005)
    assert chain_prices(long) == within([5000.0, 10000.0, 20000.0], rel=0.005)
    assert direct == within(story.direct_price, rel=0.005)
    worth = long.customers.columns.worth / 100.0
    ratio = np.count_nonzero(worth >= direct) / np.count_nonzero(worth >= chain_prices(long)[-1])
    assert ratio == within(story.quantity_ratio, rel=0.02)  # 62 customers buy at 20 000: heads are counted whole


@pytest.mark.parametrize("commission", [0.15, 0.3])
@pytest.mark.parametrize(("worth", "cost"), [(uniform_worth(120.0), 20.0), (pareto_worth(20.0, 2.0), 25.0)])
def test_a_share_of_the_price_for_the_platform_works_like_a_higher_cost(worth, cost, commission):
    scenario = theory(worth, cost=cost, platform={"commission": commission})
    scenario["suppliers"]["direct_pricing"] = best()
    scenario["regimes"] = {"listed": {"supplier_channels": ["parcel"], "platform": True}}
    market = settled(scenario, 25, "listed")
    burdened = cost_under_commission(cost, commission)
    expected = 0.5 * (120.0 + burdened) if worth["distribution"] == "uniform" else 2.0 * burdened
    assert market.shelves.direct_price[0] / 100.0 == within(expected, rel=0.002)


# -- space --


@pytest.mark.parametrize(("transport", "costs"), [(4.0, (10.0, 11.5)), (6.0, (5.0, 5.0)), (3.0, (8.0, 5.0))])
def test_two_shops_at_the_ends_of_a_street(transport, costs):
    market = settled(spread("segment", 0.5, (-0.5, 0.5), costs, transport))
    asked = [float(market.shelves.list_price[shop, shop]) / 100.0 for shop in range(2)]
    assert asked == within(hotelling(transport, costs).prices, rel=0.002)


@pytest.mark.parametrize("shops", [2, 4, 8])
@pytest.mark.parametrize(("transport", "cost"), [(4.0, 10.0), (10.0, 3.0)])
def test_shops_around_a_circle(shops, transport, cost):
    around = [number / shops for number in range(shops)]
    market = settled(spread("ring", RING_OF_ONE_KM, around, (cost,), transport))
    assert shelf_prices(market) == within([salop_price(transport, cost, shops)] * shops, rel=0.003)


@pytest.mark.parametrize(
    ("shops", "transport", "hassle", "cost", "direct_cost"),
    [(5, 10.0, 1.2, 3.0, 2.5), (4, 8.0, 0.5, 2.0, 2.0), (3, 6.0, 0.8, 4.0, 4.2)],
)
def test_a_direct_seller_in_the_middle_of_a_circle_of_shops(shops, transport, hassle, cost, direct_cost):
    around = [number / shops for number in range(shops)]
    scenario = spread("ring", RING_OF_ONE_KM, around, (cost, direct_cost), transport, people=4000)
    scenario["firms"] = {f"shop {number}": carrying("good 0") for number in range(shops)}
    scenario["firms"]["maker 1"] = {"direct_pricing": best()}
    scenario["customers"].update(hassle=hassle, trust=0.0)
    scenario["regimes"] = {"circle": CIRCLE}
    market = settled(scenario, regime="circle")
    expected = direct_seller_on_circle(shops, transport, hassle, cost, direct_cost)
    assert shelf_prices(market) == within([expected.store_price] * shops, rel=0.005)
    assert market.shelves.direct_price[1] / 100.0 == within(expected.direct_price, rel=0.005)


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


CHOICES = [
    ((2.0, 2.5, 3.0), (1.0, 1.2, 1.5), (0, 1, 2)),
    ((2.0, 2.5, 3.0), (1.0, 1.2, 1.5), (0, 0, 1)),
    ((2.0, 2.5, 3.0), (1.0, 1.2, 1.5), (0, 0, 0)),
    ((3.0,) * 5, (1.0,) * 5, (0, 1, 2, 3, 4)),
    ((8.0, 1.0, 5.0), (1.0, 0.5, 2.0), (0, 1, 0)),
]


@pytest.mark.parametrize(("quality", "cost", "owner"), CHOICES)
def test_sellers_of_different_goods_come_to_rest_at_bertrand_nash(quality, cost, owner):
    market = settled(product_choice(quality, cost, owner), 30)
    asked = [market.shelves.list_price[owner[good], good] / 100.0 / SCALE for good in range(len(owner))]
    expected = bertrand_nash(np.array([quality]), np.array(cost), np.array(owner))
    assert asked == within(expected, rel=0.001)


def test_a_known_duopoly_of_two_goods_and_one():
    market = settled(product_choice((2.0, 2.5, 3.0), (1.0, 1.2, 1.5), (0, 0, 1)), 30)
    asked = [market.shelves.list_price[firm, good] / 100.0 / SCALE for good, firm in enumerate((0, 0, 1))]
    assert asked == within([2.61958, 2.81958, 2.95972], abs=0.001)


@pytest.mark.parametrize("start", [0.2, 5.6, 10.0])
def test_the_monopolist_with_most_of_the_market_does_not_run_in_circles(start):
    alike = {"distribution": "constant", "mean": 6.0 * SCALE}
    scenario = theory(alike, cost=SCALE, supplier=AT_COST, people=50, customers={"scale": SCALE})
    market = settled(scenario, 30, start=start * SCALE)
    assert shelf_prices(market)[0] / SCALE == within(4.92627, abs=0.001)  # a share of .745


SHOPS = ((0.5, 0.0), (-0.5, 0.2), (0.0, 0.6), (0.1, -0.6))


def located(goods, owner, reach, per_km):
    """Return a scenario of four shops in a town of customers who choose by logit and by distance."""
    scenario = product_choice([quality for quality, _ in goods], [cost for _, cost in goods], (0,) * len(goods))
    scenario["geography"]["towns"][0].update(shape="disc", radius=1.0, customers=500)
    scenario["customers"].update(travel_cost=per_km * SCALE / 2.0, reach=reach)
    stores = [
        {"name": f"shop {n}", "town": "Brook", "retailer": f"firm {firm}", "east": x, "north": y, "slots": len(goods)}
        for n, (firm, (x, y)) in enumerate(zip(owner, SHOPS, strict=True))
    ]
    scenario["retailers"].update(names=[f"firm {firm}" for firm in sorted(set(owner))], stores=stores)
    scenario["firms"] = {}
    return scenario


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
def test_shops_among_located_customers_come_to_rest_at_bertrand_nash_also_beside_an_empty_shelf(
    goods, owner, reach, per_km, empty
):
    market = Market(load_scenario(located(goods, owner, reach, per_km)))
    for _ in range(25):
        if empty is not None:  # all that stands there is promised to somebody
            node = market.shelves.first_node + empty[0]
            market.stock.goods.reserved[node, empty[1]] = market.stock.goods.units[node, empty[1]] + 1_000_000
        market.step()
    quality, cost = (list(column) for column in zip(*goods, strict=True))
    sells = np.ones((len(SHOPS), len(goods)), dtype=bool)
    if empty is not None:
        sells[empty] = False
    sells = sells.ravel()
    expected = bertrand_nash(
        gains(market, quality, per_km)[:, sells], np.tile(cost, len(SHOPS))[sells],
        np.repeat(owner, len(goods))[sells],
    )  # fmt: skip
    asked = market.shelves.list_price.ravel()[sells] / 100.0 / SCALE
    assert asked == within(expected, rel=0.001)


# -- two channels of one maker --


def two_channels(acceptance, *, bound):
    """Return the scenario of a maker that sells direct and through one shop, at no cost."""
    rule = best(wholesale_below_direct=bound, tolerance=0.01)
    scenario = theory(
        uniform_worth(100.0), cost=0.0, people=500, supplier=rule, customers={"acceptance": {"parcel": acceptance}}
    )
    scenario["suppliers"]["direct_pricing"] = rule
    scenario["regimes"] = {"dual": CIRCLE}
    return scenario


@pytest.mark.slow
@pytest.mark.parametrize("acceptance", [0.6, 0.8])
@pytest.mark.parametrize("bound", [True, False])
def test_a_maker_with_a_channel_of_its_own_beside_the_shop(acceptance, bound):
    market = settled(two_channels(acceptance, bound=bound), 50, "dual")
    expected = direct_as_a_threat(acceptance) if bound else direct_beside_the_store(acceptance)
    wholesale, shop = chain_prices(market)
    assert wholesale == within(100.0 * expected.wholesale_price, rel=0.02)
    assert shop == within(100.0 * expected.store_price, rel=0.02)
    assert market.shelves.direct_price[0] / 100.0 == within(100.0 * expected.direct_price, rel=0.02)


# -- the parts, worked by hand --


def test_what_one_more_unit_brings_a_monopolist_and_one_of_two_sellers():
    # Four buyers at 8, 6, 4 and 2: quantity in the middle of each step is .5, 1.5, 2.5, 3.5.
    demand = curve_of(np.array([2.0, 8.0, 4.0, 6.0]), np.ones(4), np.zeros(4))
    alone = derived_demand(demand, 1.0)
    assert alone.worth.tolist() == [8.0, 5.0, 1.0, -3.0]  # (1.5 x 6 - .5 x 8) / 1 = 5, and so on down
    assert alone.weight.tolist() == [0.5, 1.0, 1.0, 1.0]
    two = derived_demand(demand, 2.0)
    assert two.worth.tolist() == [8.0, 6.0, 3.0, 0.0]  # half way between 7 and 5, 5 and 1, 3 and -3
    assert best_price(demand, 3.0) == within(6.0)  # half way between extra revenues of 5 and 1: one and a half units
    assert best_price(demand, 9.0) == 9.0  # nobody pays that much


def test_a_rise_in_extra_revenue_is_skipped():
    demand = curve_of(np.array([10.0, 4.0, 4.0, 4.0]), np.ones(4), np.zeros(4))
    ironed = derived_demand(demand, 1.0)
    assert (np.diff(ironed.worth) < 0).all()
    assert ironed.weight.sum() == 3.5


def test_what_a_unit_earns_elsewhere_keeps_the_price_up():
    worth, weight = 10.0 - 0.01 * np.arange(1000), np.ones(1000)
    assert best_price(curve_of(worth, weight, np.zeros(1000)), 2.0) == within(6.0, abs=0.01)
    assert best_price(curve_of(worth, weight, np.full(1000, 3.0)), 2.0) == within(7.5, abs=0.01)


def test_margins_solve_the_first_order_condition_of_a_logit_monopolist():
    def respond(price):
        share = 1.0 / (1.0 + np.exp(price - 6.0))
        return Response(share, share, np.outer(share, share), np.zeros(1))

    price = solve_margins(respond, np.array([50.0]), np.array([1.0]), 1e-10)
    share = 1.0 / (1.0 + np.exp(price - 6.0))
    assert price == within(1.0 + 1.0 / (1.0 - share))
    assert price == within(4.92627, abs=1e-5)


def test_beside_rivals_with_the_same_goods():
    assert beside_rivals(own=900.0, cost=500.0, limit=1000.0) == 999.0  # the cheapest goes up to a cent below
    assert beside_rivals(own=1000.0, cost=500.0, limit=1000.0) == 500.0  # a tie ends at cost
    assert beside_rivals(own=400.0, cost=500.0, limit=450.0) == 500.0  # never below cost


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
    settled(theory(uniform_worth(120.0), supplier=given, store=given, shops=2, people=200), 5)
    assert set(seen) == set(range(5))


def test_two_runs_are_the_same_to_the_cent():
    runs = [settled(chain(pareto_worth(25.0, 2.0), 25.0, 3), 10) for _ in range(2)]
    for one, other in itertools.pairwise(runs):
        assert np.array_equal(one.network.price, other.network.price)
        assert one.ledger.rows == other.ledger.rows
