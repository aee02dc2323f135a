"""Suppliers begin to sell direct on the day on which the arithmetic says so, and give it up when it does not pay."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import ScenarioError, load_scenario
from tests.entry.test_stores import told
from tests.small_markets import SMALL, SmallMarket, with_parcels

CHAIN = {"chain": True, "shelves": "own", "own_channels": ["store"]}
CASE = {"rule": "when_it_pays", "review_days": 4, "assumed_share": 0.5}
PACKING = {"suppliers.direct_handling_cost": 0.5}


def market_with(case: dict[str, Any], days: int = 12, **changes: Any) -> SmallMarket:
    """Return a maker that sells an apple a day to Ann for 4.00, and could send parcels for 6.00; it costs 1.00."""
    return SmallMarket(with_parcels(CHAIN), {"suppliers.direct_entry": {**CASE, **case}, **PACKING, **changes}).live(
        days
    )


def opened(market: SmallMarket) -> list[tuple[int, float]]:
    """Return when channels were opened, and the gain a day that was expected."""
    return [(day, amount) for day, kind, _, _, amount, _ in told(market) if kind == "channel_opened"]


def test_a_supplier_joins_on_the_day_the_arithmetic_says():
    # Half of one apple a day at (6.00 - 1.50) - (4.00 - 1.00) more: 0.75 a day, less what the channel costs.
    assert opened(market_with({"fixed_cost": 0.5})) == [(4, 0.25)]
    assert opened(market_with({"fixed_cost": 0.74})) == [(4, 0.01)]
    assert opened(market_with({"fixed_cost": 0.75})) == []
    assert opened(market_with({"review_days": 7})) == [(7, 0.75)]
    assert opened(market_with({"assumed_share": 0.0})) == []  # nobody has ever bought online


def test_it_joins_later_where_its_trade_is_slow_to_begin():
    # No needs on days 0 to 3 and 7 to 10 of a fortnight: 3 apples in 4 days at the second review, 0.5625 a day.
    weekdays = {"customers.weekday_profile": [0, 0, 0, 0, 1, 1, 1]}
    assert opened(market_with({"fixed_cost": 0.5}, **weekdays)) == [(8, 0.06)]


def test_before_it_opens_nothing_of_it_exists_for_customers():
    market = market_with({"fixed_cost": 0.5}, days=8)
    needs = market.needs()
    assert [need.channel for need in needs] == ["store"] * 4 + ["parcel"] * 4
    assert [need.seller for need in needs] == ["Ann"] * 4 + ["maker"] * 4
    assert market.payments(3, "fixed_cost") == []
    assert market.payments(4, "fixed_cost") == [("fixed_cost", "maker", "labour", 50)]


def test_it_expects_as_many_as_have_bought_online_so_far():
    # The baker sells direct from the first day; its rolls are what two of four customers like.
    goods = [
        {"name": "apple", "style": 0, "supplier": "maker", "unit_cost": 1.0},
        {"name": "roll", "style": 2, "supplier": "baker", "unit_cost": 1.0},
    ]
    sections = {
        "products": {"items": goods},
        "suppliers": {**SMALL["suppliers"], "names": ["maker", "baker"]},
        "styles": {"count": 4, "shares": [1, 0, 1, 0]},
        "firms": {"baker": {"direct_entry": {"rule": "always"}}},
        "geography": {"towns": [{"name": "Brook", "customers": 8, "shape": "point"}]},
        "customers": {**SMALL["customers"], "breadth": 1},
    }
    changes = {"suppliers.direct_entry": {**CASE, "assumed_share": 0.0}, **PACKING}
    market = SmallMarket(with_parcels(CHAIN), changes, **sections).live(4)
    needs = market.needs()
    apples = [need for need in needs if need.product == "apple"]
    online = {need.customer for need in needs if need.channel == "parcel" and need.day <= 2}  # in hand a day later
    assert apples
    assert online
    market.live()
    gain = len(online) / 8 * len(apples) / 4 * (4.5 - 3.0)
    assert opened(market) == [(4, pytest.approx(gain, abs=0.005))]


def test_a_channel_that_loses_is_closed_and_its_result_says_why():
    # Nobody buys unseen here: after two reviews with 4 x 0.50 lost each it gives up; four days on it hopes again.
    case = {"fixed_cost": 0.5, "patience": 2}
    market = market_with(case, days=18, **{"customers.hassle": 20.0})
    assert [(event[0], event[1], event[4]) for event in told(market)] == [
        (4, "channel_opened", 0.25),
        (12, "channel_closed", -2.0),
        (16, "channel_opened", 0.25),
    ]
    paid = [day for day in range(18) if market.payments(day, "fixed_cost")]
    assert paid == [*range(4, 12), 16, 17]


def test_the_result_of_a_channel_counts_all_that_was_paid_for_it():
    # A parcel brings 6.00 less 1.00 made, 0.50 packed, 1.20 commission and 2.00 of postage that the seller bears: 1.30.
    # At a wholesale price of 1.00 there is no trade to lose by it.
    borne = {"platform.commission": 0.2, "delivery.paid_by": "seller", "delivery.parcel.cost_per_parcel": 2.0}
    changes = {**PACKING, **borne, "suppliers.pricing.price": 1.0}
    regime = {**with_parcels(CHAIN), "platform": True}

    def lived(fixed_cost: float, postage_from_day_5: int = 2_00) -> list[tuple[int, str, float]]:
        case = {"rule": "when_it_pays", "review_days": 4, "patience": 1, "fixed_cost": fixed_cost, "assumed_share": 1.0}
        market = SmallMarket(regime, {**changes, "suppliers.direct_entry": case}).live(5)
        market.market.state.last_mile.parcel_charge[:] = postage_from_day_5
        return [(event[0], event[1], event[4]) for event in told(market.live(4))]

    assert lived(1.30) == []
    assert lived(1.29) == [(4, "channel_opened", 0.01)]
    assert lived(1.29, 2_01) == [(4, "channel_opened", 0.01)]  # 0.01 earned on the first parcel, and on three 0.00
    assert lived(1.29, 2_02) == [(4, "channel_opened", 0.01), (8, "channel_closed", -0.02)]  # 0.01 - 3 x 0.01


def test_what_comes_back_and_is_sold_again_costs_a_channel_its_goods_once():
    # Every parcel comes back two days later. From day 8 to 11: four sales at 6.00 less 0.50 and 1.00 of goods, four
    # refunds with the goods back in stock, four days at 0.50: 4 x (6.00 - 1.50 - 6.00 + 1.00 - 0.50) = -4.00.
    # Nobody expected them to: who expects returns would not have opened.
    case = {**CASE, "patience": 1, "fixed_cost": 0.5}
    changes = {"suppliers.direct_entry": case, **PACKING, "returns.days": 1}
    market = SmallMarket(with_parcels(CHAIN), changes).live(5)
    market.market.world.catalogue.return_unseen[:] = 1.0
    market.live(8)
    assert [(event[0], event[1], event[4]) for event in told(market)] == [
        (4, "channel_opened", 0.25),
        (12, "channel_closed", -4.0),
    ]


def test_a_shelf_is_handed_over_once_what_its_owner_has_is_sold_off():
    regime = {"chain": True, "shelves": "mixed", "own_channels": ["store"], "supplier_channels": ["store"]}
    assortment = {"rule": "popularity", "consigned_share": 1.0}
    case = {**CASE, "fixed_cost": 0.5, "patience": 9}
    market = SmallMarket(regime, {"suppliers.direct_entry": case, "retailers.assortment": assortment}).live(16)
    assert opened(market) == [(4, 0.5)]  # 0.5 x ((6.00 - 1.00) - 3.00) - 0.50
    # Ann's own five apples go on days 4 to 8, and she orders none. On day 9 the shelf is the maker's, on day 10 full.
    sellers = {need.day: (need.place, need.seller) for need in market.needs()}
    assert [sellers[day] for day in (3, 8, 10, 15)] == [("near", "Ann")] * 2 + [("near", "maker")] * 2
    assert [payer for _, payer, _, _ in market.payments(4, "wholesale")] == []
    assert market.moves(9, "dispatch") == [("dispatch", "apple", "maker depot", "to near", 5, 5_00, 5_00)]


def test_without_a_chain_there_is_no_other_way_to_sell():
    market = SmallMarket({"supplier_channels": ["parcel"]}, {"suppliers.direct_entry": CASE}).live(2)
    assert [need.channel for need in market.needs()] == ["parcel", "parcel"]
    assert not market.market.state.entry.acts


def test_the_planner_lets_nobody_come_or_go():
    never = {"suppliers.direct_entry": CASE, "retailers.closing": {"rule": "losses"}, "planner.base": "hybrid"}
    market = SmallMarket("planner", never)
    assert not market.market.state.entry.acts
    assert market.market.state.shelves.direct.all()


def test_who_is_not_online_does_not_advertise():
    online = {"online.advertising_per_head": 3.0, "online.advertising_scale": 1.0}
    market = market_with({"fixed_cost": 0.5}, days=6, **online)
    paid = [day for day in range(6) if market.payments(day, "advertising")]
    assert paid == [4, 5]


@pytest.mark.parametrize("rule", ["best_response", "quantity"])
def test_who_thinks_of_selling_direct_knows_what_it_would_ask(rule):
    given = {**SMALL, "suppliers": {**SMALL["suppliers"], "direct_pricing": {"rule": rule}, "direct_entry": CASE}}
    with pytest.raises(ScenarioError, match=r"suppliers\.direct_entry\.rule.*cannot compute its direct price"):
        load_scenario(given)
