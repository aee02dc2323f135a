"""Prices of whole markets, found together: rivals with the same goods, Cournot's groups, and when they are found."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.demand_estimation import competition
from sim.engine.demand_estimation.equilibrium import PriceSearch
from sim.formulas.multiproduct import cournot_margin
from sim.market import Market
from sim.scenario import ScenarioError, load_scenario
from sim.validation.equilibrium_markets import QUANTITY, best_reply, settled
from sim.validation.markets import calendar, overlaid
from sim.validation.multiproduct_markets import alike, level_prices, of_goods, sold_by

within = pytest.approx
TEN = alike(30.0, 1, 10.0)
UNLIKE = of_goods((44.0, 52.5, 31.0), 7.5)
COSTS = (12.0, 23.0, 4.5)
DAYS = 6
FIRST, SECOND = 1, 2
"""Nodes of the wholesalers, after the only maker's depot."""


@pytest.fixture
def passes(monkeypatch):
    """Count the passes of the search: a list that grows by one with each."""
    counted, sums = [], PriceSearch.sums

    def counting(self, price, landed):
        counted.append(1)
        return sums(self, price, landed)

    monkeypatch.setattr(PriceSearch, "sums", counting)
    return counted


def opened(tables, regime="traditional", seed=0):
    """Return a market on its first morning."""
    return Market(load_scenario(overlaid(tables, calendar(20))), regime, seed)


def asked(market):
    """Return all prices that anybody asks, in cents."""
    return [*market.state.network.price.ravel().tolist(), *market.state.shelves.direct_price.tolist()]


# -- wholesalers with the same goods --


def two_wholesalers(rule, km, costs=(10.0,), customers=TEN):
    """Return prices of two wholesalers, the second of whom is so far off: 1.00 a unit and km, to it and from it."""
    tables = overlaid(
        sold_by(customers, costs, {"wholesaler": rule}, wholesalers=2),
        {"delivery": {"bulk": {"cost_per_unit_km": 1.0, "margin": 0.0}}},
    )

    def moved(world):
        world.places.east[SECOND] = km
        return world

    return settled(tables, days=DAYS, changed=moved)


@pytest.mark.parametrize(
    "rule", [best_reply(), best_reply("margin"), best_reply("percent")], ids=["stackelberg", "margin", "percent"]
)
def test_the_cheaper_of_two_wholesalers_stays_a_cent_below_what_the_other_one_could_offer(rule):
    """The second pays 10.00 and 3.00 of freight, and 3.00 more to the shop: the first keeps the shop up to 15.99."""
    market = two_wholesalers(rule, 3.0)
    assert level_prices(market, 1)[:, 0].tolist() == [15.99, 13.00]
    assert level_prices(market, -1)[0, 0] == 15.99


def test_so_it_is_good_by_good():
    market = two_wholesalers(best_reply(), 2.0, (10.0, 14.0), alike(30.0, 2, 10.0))
    assert level_prices(market, 1).tolist() == [[13.99, 17.99], [12.00, 16.00]]


def test_equal_wholesalers_leave_each_other_nothing():
    assert level_prices(two_wholesalers(best_reply(), 0.0), 1)[:, 0] == within([10.0, 10.0], abs=0.011)


def test_a_rival_so_dear_that_nobody_would_turn_to_it_does_not_matter():
    """s (1 + x) above its cost, x = exp(2 - (1 + x)): 30.00, as if it were alone; the other one could offer 60."""
    assert level_prices(two_wholesalers(best_reply(), 25.0), 1)[:, 0] == within([30.0, 35.0], abs=0.011)


# -- Cournot --


def quantities(firms, customers=UNLIKE, costs=COSTS):
    return sold_by(customers, costs, {"wholesaler": QUANTITY}, wholesalers=firms)


def test_firms_that_bring_the_same_goods_to_the_same_buyers_set_one_price_together(monkeypatch):
    """The three of them have one owner of their own in the search, so that each good's rivals are counted once."""
    games, search = [], competition.equilibrium

    def seen(game, *given, **named):
        games.append(game)
        return search(game, *given, **named)

    monkeypatch.setattr(competition, "equilibrium", seen)
    decisions = opened(quantities(3)).state.prices.competition.decisions
    here = decisions.level(1)
    assert decisions.same[here].tolist() == [3, 4, 5] * 3  # those of the first wholesaler stand for all
    assert decisions.rivals[here].tolist() == [3.0] * 9
    assert decisions.rivals[: here.start].tolist() == [1.0] * 3
    assert len(set(decisions.owner[here].tolist())) == 3
    (searched_as,) = set(games[-1].decisions.owner[here].tolist())
    assert searched_as not in decisions.owner.tolist()  # nobody's account


@pytest.mark.parametrize("firms", [1, 3])
def test_quantities_of_several_goods_lead_to_cournot_s_margin(firms):
    price = np.array(COSTS) + cournot_margin(list(UNLIKE.worth[0]), COSTS, UNLIKE.scale, firms)
    assert level_prices(settled(quantities(firms), days=DAYS), 1)[0] == within(price, rel=0.001)


def test_who_could_not_cover_its_cost_brings_nothing():
    """Alone at 10.00 the first asks 30.00; the second has costs of 45.00 and asks them."""
    assert level_prices(two_wholesalers(QUANTITY, 35.0), 1)[:, 0] == within([30.0, 45.0], abs=0.006)


def test_costs_that_differ_count_by_their_mean():
    """11.50 where one pays 10 and the other 13 (Bergstrom & Varian 1985); both ask the same."""
    price = 11.5 + cournot_margin([30.0], [11.5], 10.0, 2)
    assert level_prices(two_wholesalers(QUANTITY, 3.0), 1)[:, 0] == within([price, price], abs=0.011)


def test_what_each_of_them_sells_counts_for_all():
    """The second sells to the shop next door, and pays 13 for what costs the first 10: both ask what 11.50 asks for."""
    customers = alike(30.0, 1, 10.0)
    tables = overlaid(
        sold_by(customers, (10.0,), {"wholesaler": QUANTITY}, wholesalers=2, shops=(0, 1)),
        {"delivery": {"bulk": {"cost_per_unit_km": 1.0, "margin": 0.0}}},
    )

    def moved(world):
        world.places.east[[SECOND, world.places.stores.start + 1]] = 3.0
        return world

    market = settled(tables, days=DAYS, changed=moved)
    price = 11.5 + cournot_margin([30.0, 30.0], [11.5, 11.5], 10.0, 2)
    assert level_prices(market, 1)[:, 0] == within([float(price)] * 2, abs=0.011)


def test_no_shop_that_brings_quantities_sells_below_what_a_sale_costs_it():
    """Goods cost the far shop less than the common price, but not with the 9.00 that handling them takes."""
    tables = overlaid(
        sold_by(TEN, (10.0,), {"shop": QUANTITY}, shops=(0, 1), handling=9.0),
        {"delivery": {"bulk": {"cost_per_unit_km": 1.0, "margin": 0.0}}},
    )

    def moved(world):
        world.places.east[world.places.stores.start + 1] = 20.0
        return world

    near, far = level_prices(settled(tables, "shops", days=DAYS, changed=moved), -1)[:, 0]
    assert 30.0 < near < 39.0
    assert far == within(39.0, abs=0.006)


@pytest.mark.parametrize("handling", [0.0, 7.0], ids=["goods", "handling"])
@pytest.mark.parametrize("beyond", [(0.0, 0.0, 50.0), (0.0, 20.0, 45.0), (0.0, 25.0, 38.0, 50.0, 60.0, 70.0)])
def test_shops_left_out_ask_what_a_sale_costs_them_and_the_others_meet_them_as_rivals(handling, beyond):
    """Whether a unit costs 20.00 as goods, or 13.00 and 7.00 to handle: the same firms cover it, at the same prices.

    Of n firms that stay each margin is s / (n (1 - D)) above their mean cost, D their share beside those left out.
    """
    tables = overlaid(
        sold_by(
            alike(60.0, 1, 8.0), (20.0 - handling,), {"shop": QUANTITY}, shops=range(len(beyond)), handling=handling
        ),
        {"delivery": {"bulk": {"cost_per_unit_km": 1.0, "margin": 0.0}}},
    )

    def moved(world):
        world.places.east[world.places.stores] = beyond
        return world

    asked = level_prices(settled(tables, "shops", days=DAYS, changed=moved), -1)[:, 0]
    cost = 20.0 + np.array(beyond)
    stay = asked > cost + 0.011
    assert asked[~stay] == within(cost[~stay], abs=0.006)
    weight = np.exp((60.0 - asked) / 8.0)
    share = weight[stay].sum() / (1.0 + weight.sum())
    assert asked[stay] == within(cost[stay].mean() + 8.0 / (stay.sum() * (1.0 - share)), abs=0.02)
    assert stay.sum() == 2


@pytest.mark.parametrize(("tolerance", "looks"), [(0.05, True), (0.1, False)])
def test_prices_found_roughly_are_held_against_none_far_away(tolerance, looks, monkeypatch):
    scans, search = [], competition.equilibrium

    def seen(game, *given, **named):
        scans.append(named["scans"])
        return search(game, *given, **named)

    monkeypatch.setattr(competition, "equilibrium", seen)
    opened(sold_by(TEN, (10.0,), {"shop": best_reply(tolerance=tolerance)}), "shops")
    assert scans[-1] is looks


@pytest.mark.parametrize(("owners", "rivals"), [((0, 0), 1.0), ((0, 0, 1), 2.0), ((0, 1, 2), 3.0)])
def test_shops_of_one_firm_are_one_rival(owners, rivals):
    decisions = opened(
        sold_by(TEN, (10.0,), {"shop": QUANTITY}, shops=owners), "shops"
    ).state.prices.competition.decisions
    assert decisions.rivals[decisions.level(1)].tolist() == [rivals] * len(owners)


def test_quantities_of_firms_with_other_ranges_are_refused():
    """Two shops before the same customers: one does not carry what the other does."""
    tables = overlaid(
        sold_by(alike(30.0, 2, 10.0), (10.0, 10.0), {"shop": QUANTITY}, shops=(0, 1)),
        {"firms": {"retailer 1": {"assortment": {"rule": "fixed", "products": ["good 0"]}}}},
    )
    with pytest.raises(ScenarioError, match="must all bring the same ones"):
        opened(tables, "shops")


def test_shops_that_all_carry_the_same_may_bring_quantities():
    tables = sold_by(alike(30.0, 2, 10.0), (10.0, 10.0), {"shop": QUANTITY}, shops=(0, 1))
    decisions = opened(tables, "shops").state.prices.competition.decisions
    assert decisions.rivals[decisions.level(1)].tolist() == [2.0] * 4


# -- found once, and again where something moved --


def found_by_all(conduct="margin"):
    rules = {who: best_reply(conduct) for who in ("maker", "wholesaler", "shop")}
    return sold_by(UNLIKE, COSTS, rules, wholesalers=1, shops=(0, 1))


def test_prices_are_not_looked_for_again_where_nothing_has_moved(passes):
    market = opened(found_by_all())
    assert len(passes) > 0
    passes.clear()
    before = asked(market)
    for _ in range(3):
        market.step()
    assert passes == []
    assert asked(market) == before


def test_prices_are_looked_for_again_once_customers_have_changed(passes):
    market = opened(found_by_all())
    before = asked(market)
    passes.clear()
    market.state.population.worth[:] += 500
    market.step()
    assert len(passes) > 0
    assert asked(market) != before


def test_prices_are_looked_for_again_once_a_sale_costs_something_else(passes):
    market = opened(found_by_all())
    before = level_prices(market, -1)
    passes.clear()
    snapshot = market.state.prices.snapshot
    dearer = snapshot.fees._replace(store_handling=300)
    market.state.prices.snapshot = type(snapshot)(
        snapshot.people, snapshot.rules, snapshot.last_mile, snapshot.goods, dearer
    )
    market.step()
    assert len(passes) > 0
    market.step()
    assert (level_prices(market, -1) > before).all()


def test_prices_are_looked_for_again_once_somebody_above_has_moved_its_own(passes):
    """The shop alone knows its demand; its maker, who asks a fixed price, is made to ask more."""
    fixed = {"rule": "fixed", "price": 14.0}
    market = opened(sold_by(TEN, (10.0,), {"maker": fixed, "shop": best_reply()}), "shops")
    margin = cournot_margin([30.0], [14.0], 10.0)
    assert level_prices(market, -1)[0, 0] == within(14.0 + margin, abs=0.006)
    passes.clear()
    (group,) = market.state.levels[0].pricing
    object.__setattr__(group, "rule", type(group.rule)(rule="fixed", price=18.0))
    for _ in range(15):
        market.step()
    assert len(passes) > 0
    assert level_prices(market, -1)[0, 0] == within(18.0 + cournot_margin([30.0], [18.0], 10.0), abs=0.011)


def test_the_first_prices_are_those_found_whatever_is_kept_of_old_ones_later():
    """Half of the old price is kept at a review; on the opening day there is none worth keeping."""
    market = opened(sold_by(TEN, (10.0,), {"shop": best_reply(damping=0.5)}), "shops")
    assert level_prices(market, -1)[0, 0] == within(30.0, abs=0.006)  # s (1 + x) above cost, x = exp(2 - (1 + x))
    market.state.population.worth[:] += 1000
    market.step()
    later = 10.0 + cournot_margin([40.0], [10.0], 10.0)
    assert level_prices(market, -1)[0, 0] == within(0.5 * (30.0 + later), abs=0.016)


def test_who_is_supplied_answers_the_price_that_is_posted_and_not_the_one_that_is_aimed_at():
    """The maker keeps half of its old price: the shop answers what stands on the list, at s (1 + x) above it."""
    rules = {"maker": best_reply("margin", damping=0.5), "shop": best_reply("margin", damping=0.0)}
    market = opened(sold_by(TEN, (10.0,), rules), "shops")
    market.state.population.worth[:] += 1500
    market.step()
    listed = level_prices(market, 0)[0, 0]
    assert level_prices(market, -1)[0, 0] == within(listed + cournot_margin([45.0], [listed], 10.0), abs=0.011)


def test_the_opening_prices_of_makers_who_sell_both_ways_are_those_at_rest():
    rules = {who: best_reply("margin") for who in ("maker", "shop", "direct")}
    market = opened(sold_by(UNLIKE, COSTS, rules), "shops_and_parcels")
    before = asked(market)
    for _ in range(8):
        market.step()
    assert asked(market) == within(before, abs=1)


def test_margins_taken_as_given_in_percent():
    """The maker expects p / w of a cent to arrive: (w - c) p / w (1 - P) = s; for the shop (p - w)(1 - P) = s."""
    market = opened(sold_by(TEN, (10.0,), {"maker": best_reply("percent"), "shop": best_reply("percent")}), "shops")
    wholesale, price = level_prices(market, 0)[0, 0], level_prices(market, -1)[0, 0]
    leaves = 1.0 / (1.0 + np.exp((30.0 - price) / 10.0))
    assert price - wholesale == within(10.0 / leaves, abs=0.03)
    assert wholesale - 10.0 == within(10.0 / (leaves * price / wholesale), abs=0.03)


# -- the same seed, the same prices --


def test_two_markets_of_a_seed_ask_the_same_whatever_ran_in_between():
    """In one order and the other, with another seed before: what is looked at first leaves nothing behind."""
    tables = overlaid(
        found_by_all(), {"customers": {"draw": "random", "worth": {"distribution": "uniform", "low": 0.0, "high": 9.0}}}
    )

    def prices(regime, seed):
        market = opened(tables, regime, seed)
        for _ in range(3):
            market.step()
        return asked(market)

    first = {regime: prices(regime, 5) for regime in ("traditional", "shops", "direct")}
    other = prices("traditional", 6)
    again = {regime: prices(regime, 5) for regime in ("direct", "shops", "traditional")}
    assert again == first
    assert other != first["traditional"]


# -- what is remembered of buyers who follow their cost --


def test_a_buyer_is_known_by_its_price_over_what_its_goods_cost_when_it_set_it():
    """The shop takes twice its cost and reviews weekly: its price is twice what it paid then, not what it pays now."""
    shop = {"rule": "markup", "factor": 2.0, "review_days": 7}
    market = opened(sold_by(TEN, (10.0,), {"maker": best_reply(), "shop": shop}), "shops")
    shops, price = market.state.levels[1].nodes, market.state.network.price
    paid = float(price[0, 0])
    price[0, 0] = 2 * paid  # the maker has moved, the shop not yet
    assert market.state.prices.demand.cost_when_set[shops, 0] == within([paid])
    assert price[shops, 0] == within([2 * paid], rel=1e-3)


@pytest.mark.parametrize("days", [1, 7])
def test_whoever_reviews_more_often_than_a_buyer_that_follows_its_cost_asks_what_it_would(days):
    """The shop takes 1.5 times its cost: (w - c) 1.5 (1 - P) = s at p = 1.5 w."""
    shop = {"rule": "markup", "factor": 1.5, "review_days": days}
    market = settled(sold_by(TEN, (10.0,), {"maker": best_reply(), "shop": shop}), "shops", days=15)
    wholesale, price = level_prices(market, 0)[0, 0], level_prices(market, -1)[0, 0]
    assert price == within(1.5 * wholesale, abs=0.006)
    share = 1.0 / (1.0 + np.exp((price - 30.0) / 10.0))
    assert wholesale - 10.0 == within(10.0 / (1.5 * (1.0 - share)), abs=0.02)


# -- what is refused --


def test_a_leader_before_two_levels_that_think_is_refused_where_goods_compete():
    with pytest.raises(ScenarioError, match="3 levels that find their prices"):
        opened(found_by_all("stackelberg"))
    rules = {who: best_reply() for who in ("maker", "wholesaler", "shop")}
    with pytest.raises(ScenarioError, match="3 levels that find their prices"):  # nor where none of them has rivals
        opened(sold_by(UNLIKE, COSTS, rules, wholesalers=1))
    opened(found_by_all("margin"))


def test_a_leader_before_a_wholesaler_and_rival_shops_that_think_is_refused_with_one_good_too():
    rules = {who: best_reply() for who in ("maker", "wholesaler", "shop")}
    with pytest.raises(ScenarioError, match="3 levels that find their prices"):
        opened(sold_by(TEN, (10.0,), rules, wholesalers=1, shops=(0, 1)))
    opened(sold_by(TEN, (10.0,), rules, wholesalers=1, shops=(0, 0)))  # one firm is foreseen


def test_without_shocks_a_leader_before_a_shop_with_several_goods_is_refused():
    tables = sold_by(alike(30.0, 2, 0.0), (10.0, 10.0), {"maker": best_reply(), "shop": best_reply()})
    with pytest.raises(ScenarioError, match="without taste shocks"):
        opened(tables, "shops")
    one = sold_by(alike(30.0, 1, 0.0), (10.0,), {"maker": best_reply(), "shop": best_reply()})
    opened(one, "shops")


# -- a maker with two prices for a good --


def beside(bound, worth_direct=18.0):
    """Return a maker's price to the shop and to customers, who mind parcels: whoever buys one does so for its price."""
    rule = best_reply(wholesale_below_direct=bound)
    tables = overlaid(
        sold_by(TEN, (10.0,), {"maker": rule, "shop": best_reply(), "direct": rule}),
        {"customers": {"waiting_cost": 30.0 - worth_direct}, "delivery": {"parcel": {"handling_days": 1.0}}},
    )
    market = settled(tables, "shops_and_parcels", days=DAYS)
    return float(market.state.network.price[0, 0]) / 100.0, float(market.state.shelves.direct_price[0]) / 100.0


def test_a_maker_bound_to_sell_to_shops_no_dearer_than_to_customers_does_not():
    free, bound = beside(False), beside(True)
    assert free[0] > free[1] + 0.1
    assert bound[0] <= bound[1] + 0.011
