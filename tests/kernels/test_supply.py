"""Goods on their way down the chain: who gets scarce stock, from whom, when, and what it costs.

Nobody shops in these stories unless said. Shops run short because goods are written off; they order in the evening.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.small_markets import OWN, PARCELS, SMALL, Changes, SmallMarket

CHAIN = {**OWN, "chain": True}
NOBODY_SHOPS = {"customers.need_rate": 0.0}
NO_MORE_IS_MADE = {"suppliers.capacity": 0, "suppliers.replenishment.level": 0}


def tier(firms: int = 1, **changes: Any) -> list[dict[str, Any]]:
    """Return a tier of wholesalers at the well, who ask 5.00 and keep 30 of everything."""
    rules = {"pricing": {"rule": "fixed", "price": 5.0}, "replenishment": {"rule": "base_stock", "level": 30}}
    return [{"name": "wholesaler", "firms": firms, "location": "centre", "lead_time": 1, **rules, **changes}]


def shops(*east: float) -> dict[str, Any]:
    """Return shops "shop 0", "shop 1", ... of Ann's, so many km east of the well, that keep 10 of everything."""
    stores = [{"name": f"shop {k}", "town": "Brook", "east": km, "slots": 2} for k, km in enumerate(east)]
    rule = {"rule": "base_stock", "level": 10}
    return {**SMALL["retailers"], "names": ["Ann"], "stores": stores, "replenishment": rule}


def chain(*east: float, changes: Changes | None = None, **of_tier: Any) -> SmallMarket:
    """Return a chain of maker, wholesaler and shops in which nobody shops."""
    given_changes = {**NOBODY_SHOPS, **(changes or {})}
    return SmallMarket(CHAIN, given_changes, tiers=tier(**of_tier), retailers=shops(*east))


def dispatched(market: SmallMarket, day: int, source: str, product: str = "apple") -> dict[str, int]:
    """Return the units of a product that a depot sent on a day, by buyer."""
    sent = [move for move in market.moves(day, "dispatch") if (move[1], move[2]) == (product, source)]
    return {move[3].removeprefix("to "): move[4] for move in sent}


# -- scarce stock --------------------------------------------------------------------------------------------------


def test_scarce_stock_goes_to_the_oldest_order_then_pro_rata():
    market = chain(1, 2, 3, changes=NO_MORE_IS_MADE)
    market.empty("wholesaler depot")
    market.empty("shop 0", "apple", leaving=7)  # orders 3 tonight
    market.live()
    market.empty("shop 0", "apple", leaving=3)  # 4 more
    market.empty("shop 1", "apple", leaving=8)  # 2
    market.empty("shop 2", "apple", leaving=8)  # 2
    market.live()
    assert dispatched(market, 0, "wholesaler depot") == dispatched(market, 1, "wholesaler depot") == {}
    market.give("wholesaler depot", 7)
    market.live()
    # 7 loaves: 3 for the order of the first evening; the 4 left for orders of 4, 2 and 2: half of each.
    lines = [(move[3], move[4]) for move in market.moves(2, "dispatch")]
    assert lines == [("to shop 0", 3), ("to shop 0", 2), ("to shop 1", 1), ("to shop 2", 1)]
    market.give("wholesaler depot", 100)
    market.live()
    assert dispatched(market, 3, "wholesaler depot") == {"shop 0": 2, "shop 1": 1, "shop 2": 1}
    assert market.live().moves(4, "dispatch") == []


def test_only_what_leaves_on_the_evening_it_was_ordered_was_filled_at_once():
    market = chain(1, changes=NO_MORE_IS_MADE)
    market.empty("wholesaler depot")
    market.empty("shop 0", "apple", leaving=7)
    market.live()  # three are ordered, and wait
    market.give("wholesaler depot", 10)
    market.empty("shop 0", "apple", leaving=5)
    market.live()  # these three leave, and two ordered today
    assert [move[4] for move in market.moves(1, "dispatch")] == [3, 2]
    outcome = market.market.outcome()
    cells = outcome.columns["cells"]
    row = (cells["place"] == market.place("wholesaler depot")) & (cells["product"] == market.product("apple"))
    assert (int(cells["demand"][row].sum()), int(cells["filled"][row].sum())) == (5, 2)


def test_what_is_owed_is_not_ordered_twice():
    market = chain(1, changes=NO_MORE_IS_MADE)
    market.empty("wholesaler depot")
    market.empty("shop 0", "apple", leaving=4)
    market.live(5)
    market.give("wholesaler depot", 100)
    market.live(3)
    assert dispatched(market, 5, "wholesaler depot") == {"shop 0": 6}
    assert market.units("shop 0") == 10


@settings(deadline=None, max_examples=60)
@given(missing=st.lists(st.integers(0, 10), min_size=2, max_size=6), stock=st.integers(0, 30))
def test_shares_of_one_evening_are_whole_units_that_use_up_the_stock(missing, stock):
    market = chain(*range(1, len(missing) + 1))
    market.empty("wholesaler depot", "apple", leaving=stock)
    for shop, units in enumerate(missing):
        market.empty(f"shop {shop}", "apple", leaving=10 - units)
    market.live()
    sent = dispatched(market, 0, "wholesaler depot")
    wanted = sum(missing)
    assert sum(sent.values()) == min(wanted, stock)
    for shop, units in enumerate(missing):
        fair = units * min(1.0, stock / wanted) if wanted else 0.0
        assert np.floor(fair - 1e-9) <= sent.get(f"shop {shop}", 0) <= np.ceil(fair + 1e-9)


def test_customers_and_shops_share_the_makers_stock_by_age_of_their_orders():
    both = {**OWN, "supplier_channels": ["parcel"]}
    changes = {"customers.travel_cost": 10.0, "customers.need_rate": 1.0, **NO_MORE_IS_MADE}
    market = SmallMarket(both, changes, retailers=shops(1))
    market.empty("shop 0", "apple", leaving=7)
    market.live()  # the parcel of day 0 and the order of three wait: there is nothing
    market.give("maker depot", 2)
    market.live()
    # The customer ordered in the morning and the shop in the evening of one day: 4 units wanted, 2 there. The first
    # order up to a running total of 1 gets 1 x 2 // 4 = 0, the second up to 4 gets 2.
    assert dispatched(market, 1, "maker depot") == {"shop 0": 2}
    market.give("maker depot", 100)
    market.live()
    assert [need.days for need in market.needs()] == [1.0 + 2.0, 1.0 + 1.0, 1.0]
    assert dispatched(market, 2, "maker depot") == {"shop 0": 1}


# -- which source --------------------------------------------------------------------------------------------------


def two_wholesalers(price: float, **changes: Any) -> SmallMarket:
    """Return a shop 1 km east of the well, a wholesaler at the well who asks 5.00, another 10 km east who asks this."""
    own_price = {"firms": {"wholesaler 2": {"pricing": {"rule": "fixed", "price": price}}}}
    freight = {"delivery.bulk.cost_per_unit_km": 0.1}
    market = SmallMarket(
        CHAIN, {**NOBODY_SHOPS, **freight, **changes}, tiers=tier(firms=2), retailers=shops(1), **own_price
    )
    market.market.state.network.east[market.place("wholesaler 2 depot")] = 10.0
    return market


def bought_from(market: SmallMarket) -> list[str]:
    """Let the shop run short by one apple, and return the depots from which it buys that evening."""
    day = market.market.day
    market.empty("shop 0", "apple", leaving=market.units("shop 0") - 1)
    market.live()
    return [move[2] for move in market.moves(day, "dispatch") if move[3] == "to shop 0"]


@pytest.mark.parametrize(
    ("price", "source"),
    [
        (4.19, "wholesaler 2 depot"),  # 4.19 + 9 km x 0.10 = 5.09, against 5.00 + 1 km x 0.10 = 5.10
        (4.20, "wholesaler 1 depot"),  # a tie goes to the nearest
        (4.21, "wholesaler 1 depot"),
    ],
)
def test_a_buyer_takes_the_cheapest_landed_source_and_the_nearest_of_equals(price, source):
    assert bought_from(two_wholesalers(price)) == [source]


@pytest.mark.parametrize(("price", "source"), [(5.79, 2), (5.80, 2), (5.81, 1)])
def test_of_equals_the_nearest_is_taken_also_where_it_is_not_the_first_of_the_list(price, source):
    market = two_wholesalers(price)  # 5.80 + 1 km x 0.10 from the second, 5.00 + 9 km x 0.10 from the first
    market.market.state.network.east[market.place("wholesaler 1 depot")] = 10.0
    market.market.state.network.east[market.place("wholesaler 2 depot")] = 0.0
    assert bought_from(market) == [f"wholesaler {source} depot"]


def test_the_next_source_serves_when_the_best_is_empty_and_the_best_when_all_are():
    market = two_wholesalers(4.0)
    market.empty("wholesaler 2 depot")
    assert bought_from(market) == ["wholesaler 1 depot"]
    dry = two_wholesalers(4.0, **NO_MORE_IS_MADE)
    for depot in ("wholesaler 1 depot", "wholesaler 2 depot"):
        dry.empty(depot)
    assert bought_from(dry) == []
    dry.give("wholesaler 1 depot", 5)
    dry.give("wholesaler 2 depot", 5)
    dry.live()
    assert [move[2] for move in dry.moves(1, "dispatch")] == ["wholesaler 2 depot"]  # where it was ordered


def test_a_buyer_served_by_the_nearest_only_knows_no_other():
    nearest = two_wholesalers(0.01)  # absurdly cheap
    alone = SmallMarket(CHAIN, NOBODY_SHOPS, tiers=tier(firms=2, serves="nearest"), retailers=shops(1))
    assert bought_from(nearest) == ["wholesaler 2 depot"]
    assert (alone.market.state.network.sources[alone.place("shop 0")] >= 0).sum() == 1


# -- price and payment ---------------------------------------------------------------------------------------------


def test_the_price_agreed_when_ordered_is_paid_at_dispatch():
    market = chain(1, changes=NO_MORE_IS_MADE)
    market.empty("wholesaler depot")
    market.empty("shop 0", "apple", leaving=8)
    market.live()
    assert market.payments(0, "wholesale") == []  # nothing is paid before goods leave
    market.market.state.network.price[market.place("wholesaler depot")] = 9_99  # the price moves
    market.give("wholesaler depot", 2, value=6_00)
    market.live()
    assert market.payments(1, "wholesale") == [("wholesale", "Ann", "wholesaler", 2 * 5_00)]
    assert market.moves(1, "dispatch") == [("dispatch", "apple", "wholesaler depot", "to shop 0", 2, 6_00, 10_00)]


def test_book_value_is_given_up_in_proportion_and_rounded_down():
    market = chain(1)
    market.empty("wholesaler depot", "apple")
    market.give("wholesaler depot", 3, value=10_00)
    market.empty("shop 0", "apple", leaving=9)
    market.live()
    assert market.moves(0, "dispatch")[0][4:] == (1, 3_33, 5_00)  # 1000 x 1 // 3
    goods = market.market.stock.goods
    assert goods.value[market.place("wholesaler depot"), market.product("apple")] == 6_67


# -- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lead", [1, 2, 5])
def test_what_is_ordered_in_the_evening_of_day_t_is_on_the_shelf_in_the_morning_of_t_plus_lead_time(lead):
    market = SmallMarket(
        CHAIN, {**NOBODY_SHOPS, "retailers.lead_time": lead, "suppliers.lead_time": lead}, tiers=tier(lead_time=lead),
        retailers=shops(1),
    )  # fmt: skip
    market.empty("shop 0", "apple", leaving=5)
    market.live()
    # Everybody has stock, so the order runs up the whole chain in one evening, and three shipments set out at once.
    assert [move[3] for move in market.moves(0, "dispatch", "production")] == [
        "to shop 0",
        "to wholesaler depot",
        "to maker depot",
    ]
    for day in range(1, lead):
        assert market.live().moves(day) == []
    arrivals = market.live().moves(lead)
    assert [(move[0], move[3], move[4]) for move in arrivals] == [
        ("arrival", "maker depot", 5),
        ("arrival", "wholesaler depot", 5),
        ("arrival", "shop 0", 5),
    ]


def test_what_arrives_in_the_morning_is_sold_that_day():
    market = SmallMarket(OWN, {"customers.breadth": 1, "customers.reach": 1, "retailers.replenishment.level": 1})
    assert [market.first_need().result for _ in range(3)] == ["bought"] * 3


@pytest.mark.parametrize(("lead_shop", "lead_depot", "lead_maker"), [(1, 1, 1), (2, 3, 4)])
def test_units_on_every_leg_are_flow_times_lead_time(lead_shop, lead_depot, lead_maker):
    daily = 6
    changes = {
        "geography.towns.0.customers": daily,
        "customers.need_rate": 1.0,
        "customers.breadth": 1,
        "retailers.lead_time": lead_shop,
        "suppliers.lead_time": lead_maker,
        "retailers.replenishment.level": 40,
    }
    market = SmallMarket(CHAIN, changes, tiers=tier(lead_time=lead_depot), retailers=shops(1)).live(10)
    for _ in range(5):
        market.live()
        assert market.units("to shop 0") == daily * lead_shop
        assert market.units("to wholesaler depot") == daily * lead_depot
        assert market.units("to maker depot") == daily * lead_maker
        # and a base stock is what lies there and what is on its way
        assert market.units("shop 0") + market.units("to shop 0") == 40
        assert market.units("wholesaler depot") + market.units("to wholesaler depot") == 30


def test_fill_rate_and_wait_are_those_of_base_stock_with_a_protection_of_lead_time_days():
    """Demand of one day is served before the order of that evening, which comes L days later: D(L) counts.

    Zipkin (2000): of units ordered in a day, those beyond the level S wait. With D(L) the demand of L days, the share
    served at once is 1 - (E(D(L) - S)+ - E(D(L - 1) - S)+) / E D(1), and the mean wait E(D(L) - S)+ / E D(1).
    """
    customers, rate, lead, level, days = 200, 0.02, 3, 13, 3000
    changes = {
        "time.days": days,
        "geography.towns.0.customers": customers,
        "customers.need_rate": rate,
        "customers.breadth": 1,
        "suppliers.lead_time": lead,
        "suppliers.replenishment.level": level,
    }
    columns = SmallMarket(PARCELS, changes).live(days).market.outcome().columns["needs"]
    inside = columns["day"] < days - 10
    waited = columns["days"][inside] - 1.0

    def short(over_days: int) -> float:
        units = np.arange(level + 1, customers * over_days + 1)
        return float((stats.binom.pmf(units, customers * over_days, rate) * (units - level)).sum())

    fill = 1.0 - (short(lead) - short(lead - 1)) / (customers * rate)
    wait = short(lead) / (customers * rate)
    block = columns["day"][inside] // 30  # months are all but independent of one another
    for measured, expected in (((waited == 0.0).astype(float), fill), (waited, wait)):
        by_block = np.bincount(block, measured) / np.bincount(block)
        error = by_block.std() / np.sqrt(len(by_block))
        assert abs(measured.mean() - expected) < 4.0 * error
        assert error < 0.02


# -- production ----------------------------------------------------------------------------------------------------


def test_capacity_is_shared_by_products_in_proportion_and_used_up():
    market = SmallMarket(PARCELS, {**NOBODY_SHOPS, "suppliers.capacity": 5})
    market.empty("maker depot", "apple", leaving=42)  # 8 short
    market.empty("maker depot", "pear", leaving=46)  # 4 short
    market.live(4)
    made = [{move[1]: move[4] for move in market.moves(day, "production")} for day in range(4)]
    # 12 wanted, 5 possible: apples up to 8 x 5 // 12 = 3, both up to 5. Then 5 and 2 are short: 5 x 5 // 7 = 3 and 2.
    assert made == [{"apple": 3, "pear": 2}, {"apple": 3, "pear": 2}, {"apple": 2}, {}]
    assert market.payments(0, "production") == [
        ("production", "maker", "inputs", 3_00),
        ("production", "maker", "inputs", 2_00),
    ]


# -- freight -------------------------------------------------------------------------------------------------------


def test_freight_is_paid_by_the_buyer_per_shipment_once_a_day_and_pair_and_per_unit_and_km():
    freight = {"cost_per_shipment": 3.0, "cost_per_unit_km": 0.25, "margin": 0.1}
    market = SmallMarket(
        OWN, {**NOBODY_SHOPS, **{f"delivery.bulk.{name}": value for name, value in freight.items()}},
        retailers=shops(1, 4),
    )  # fmt: skip
    market.empty("shop 0", "apple", leaving=6)
    market.empty("shop 0", "pear", leaving=8)
    market.empty("shop 1", "apple", leaving=9)
    market.live()
    assert sorted(market.payments(0, "freight", "fuel", "wages")) == sorted(
        [
            ("freight", "Ann", "bulk freight", 4_40),  # (4 apples x 1 km x 0.25 + 3.00) x 1.1
            ("freight", "Ann", "bulk freight", 55),  # (2 pears x 1 km x 0.25) x 1.1: on the same lorry
            ("freight", "Ann", "bulk freight", 4_40),  # (1 apple x 4 km x 0.25 + 3.00) x 1.1: to another shop
            ("fuel", "bulk freight", "fuel", 1_00),
            ("fuel", "bulk freight", "fuel", 50),
            ("fuel", "bulk freight", "fuel", 1_00),
            ("wages", "bulk freight", "labour", 3_00),
            ("wages", "bulk freight", "labour", 3_00),
        ]
    )
    transport = market.market.outcome().columns["transport"]
    assert (transport["stops"].tolist(), transport["km"].tolist()) == ([2], [2.0 * 1 + 2.0 * 4])  # there and back
    market.empty("shop 0", "apple", leaving=market.units("shop 0") - 1)
    market.live()
    assert sum(payment[3] for payment in market.payments(1, "wages")) == 3_00  # another day, another lorry


def test_wholesalers_pay_handling_for_what_they_send():
    market = SmallMarket(CHAIN, NOBODY_SHOPS, tiers=tier(handling_cost=0.3), retailers=shops(1))
    market.empty("shop 0", "apple", leaving=6)
    market.live()
    assert market.payments(0, "handling") == [("handling", "wholesaler", "labour", 4 * 30)]


# -- consignment ---------------------------------------------------------------------------------------------------


def test_goods_on_consignment_move_without_payment_and_keep_owner_and_value():
    consigned = {"shelves": "consigned", "supplier_channels": ["store"]}
    market = SmallMarket(consigned, {**NOBODY_SHOPS, "delivery.bulk.cost_per_unit_km": 0.25}, retailers=shops(2))
    assert (market.market.stock.goods.owner[market.place("shop 0")] == market.market.state.network.account[0]).all()
    before = {firm.name: firm.book_value for firm in market.market.agents}
    market.empty("shop 0", "apple", leaving=7)
    market.live()
    assert market.payments(0, "wholesale") == []
    assert market.moves(0, "dispatch") == [("dispatch", "apple", "maker depot", "to shop 0", 3, 3_00, 3_00)]
    assert market.payments(0, "freight") == [("freight", "maker", "bulk freight", 1_50)]  # 3 x 2 km x 0.25
    after = {firm.name: firm.book_value for firm in market.market.agents}
    assert after == before  # three were written off at 1.00 each, and three new ones are being made


def test_a_shelf_changes_hands_only_when_nothing_of_the_old_owner_is_left_or_on_its_way():
    mixed = {"chain": True, "shelves": "mixed", "own_channels": ["store"], "supplier_channels": ["store"]}
    market = SmallMarket(mixed, NOBODY_SHOPS, tiers=tier(), retailers=shops(1))
    goods, shelves = market.market.stock.goods, market.market.state.shelves
    makers, ann = market.market.ledger.accounts.index("maker"), market.market.ledger.accounts.index("Ann")
    own, consigned = market.product("apple"), market.product("pear")
    shop = market.place("shop 0")
    assert (goods.owner[shop, own], goods.owner[shop, consigned]) == (ann, makers)
    assert shelves.consigned[0].tolist() == [False, True]
    # Of the consigned pears nothing passes the wholesaler: what is short comes from the maker, unpaid.
    market.empty("shop 0", leaving=8)
    market.live()
    assert [(move[1], move[2]) for move in market.moves(0, "dispatch") if move[3] == "to shop 0"] == [
        ("apple", "wholesaler depot"),
        ("pear", "maker depot"),
    ]
    assert market.payments(0, "wholesale")[0] == ("wholesale", "Ann", "wholesaler", 10_00)


# -- spoilage ------------------------------------------------------------------------------------------------------


def test_a_share_of_stock_spoils_in_whole_units_and_right_on_average():
    products = [{"name": f"p{k}", "style": 0, "perish_rate": 0.1, "unit_cost": 1.0} for k in range(40)]
    market = SmallMarket(
        PARCELS, {**NOBODY_SHOPS, "suppliers.lead_time": 1, "suppliers.replenishment.level": 7, "time.days": 60},
        products={"items": products},
    )  # fmt: skip
    expected, spoiled, draws = 0.0, 0, 0
    for day in range(60):
        lying = market.market.stock.goods.units[0] + market.market.stock.goods.units[market.market.stock.nodes]
        market.live()
        expected += 0.1 * lying.sum()  # what was on its way has arrived in the morning
        draws += len(lying)
        spoiled += sum(move[4] for move in market.moves(day, "spoilage"))
    assert abs(spoiled - expected) < 4.0 * np.sqrt(draws * 0.7 * 0.3)


def test_what_is_sold_today_does_not_spoil_tonight_and_what_is_left_at_rate_one_does():
    rotten = {"products.items.0.perish_rate": 1.0, "customers.breadth": 1, "retailers.replenishment.level": 3}
    market = SmallMarket(OWN, {**rotten, "customers.reach": 1}).live()
    assert market.needs(0)[0].result == "bought"
    assert ("spoilage", "apple", "near", "spoiled", 2, 2 * 4_00, 0) in market.moves(0)
    assert market.units("near") == 0


def test_what_is_promised_by_parcel_does_not_spoil_before_it_leaves():
    rotten = {"products.items.0.perish_rate": 1.0, "customers.breadth": 1}
    market = SmallMarket(PARCELS, rotten).live()
    assert ("spoilage", "apple", "maker depot", "spoiled", 49, 49_00, 0) in market.moves(0)
    assert [(move[1], move[2], move[4]) for move in market.moves(0, "sale")] == [("apple", "maker depot", 1)]
    assert market.needs(0)[0].result == "bought"
