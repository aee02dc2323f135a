"""The way to the customer and back: queues, tours, tariffs, parcels, returns, and what people make of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engine.last_mile import tour_km
from sim.scenario.transport import Courier
from tests.small_markets import OWN, PARCELS, SMALL, Changes, SmallMarket, with_parcels

BY_COURIER = {"shelves": "consigned", "supplier_channels": ["courier"]}
PLENTY = {"retailers.replenishment.level": 10_000, "retailers.stock_per_slot": 10_000}
PLENTY_IN_DEPOT = {"suppliers.replenishment.level": 100_000}
ONE_SHOP = {**SMALL["retailers"], "names": ["Ann"], "stores": SMALL["retailers"]["stores"][:1]}


def courier_market(customers: int, changes: Changes | None = None, **town: Any) -> SmallMarket:
    """Return a town served by couriers from one shop 1 km east of its centre."""
    people = {"towns": [{"name": "Brook", "customers": customers, "shape": "point", **town}]}
    everything = {**PLENTY, "delivery.courier.speed": 10.0, **(changes or {})}
    return SmallMarket(BY_COURIER, everything, geography=people, retailers=ONE_SHOP)


# -- couriers ------------------------------------------------------------------------------------------------------


def test_a_courier_takes_handling_and_the_way_where_there_is_no_queue():
    market = courier_market(8, {"delivery.courier.handling_hours": 3.0}).live()
    # 3 hours in the shop, 1 km at 10 km an hour
    assert [need.days for need in market.needs(0)] == [pytest.approx(3.1 / 24)] * 8


def test_couriers_have_a_queue_that_drains_as_time_passes():
    market = courier_market(8, {"delivery.courier.capacity": 4.0}).live(2)
    way = 0.1 / 24
    # Eight orders, one every eighth of a day; each is a quarter of a day's work. So the queue grows by an eighth.
    assert [need.days - way for need in market.needs(0)] == pytest.approx([k / 8 for k in range(8)])
    # Work left in the evening is there in the morning: nothing is forgotten overnight.
    assert [need.days - way for need in market.needs(1)] == pytest.approx([(8 + k) / 8 for k in range(8)])


def test_a_queue_is_empty_again_when_its_work_is_done():
    market = courier_market(8, {"delivery.courier.capacity": 8.0 / 1.5}).live()
    market.market.state.population.need_rate[:] = 0.0
    market.live()
    market.market.state.population.need_rate[:] = 1.0
    market.live()
    assert market.needs(0)[-1].days > 0.4
    assert market.needs(2)[0].days == pytest.approx(0.1 / 24)


def test_every_town_has_a_queue_of_its_own():
    towns = [{"name": name, "customers": 4, "shape": "point", "x": x} for name, x in (("Brook", 0.0), ("Ford", 50.0))]
    stores = [{"name": f"in {town['name']}", "town": town["name"], "east": 1.0, "slots": 1} for town in towns]
    sections = {"geography": {"towns": towns}, "retailers": {**ONE_SHOP, "stores": stores}}
    changes = {**PLENTY, "delivery.courier.capacity": 4.0, "customers.reach": 1, "customers.breadth": 1}
    market = SmallMarket(BY_COURIER, changes, **sections)
    market.market.state.population.need_rate[4:] = 0.0  # in Ford nobody needs anything today
    market.live()
    market.market.state.population.need_rate[4:] = 1.0
    market.live()
    first_in_ford = next(need for need in market.needs(1) if need.customer >= 4)
    assert first_in_ford.days == pytest.approx(1 / (15.0 * 24))


def test_a_shop_sends_couriers_of_its_own_goods_and_a_maker_of_its_own():
    costs = {"delivery.courier.cost_per_stop": 1.5, "platform.commission": 0.1, "platform.handling_fee": 0.25}
    own = {"shelves": "own", "own_channels": ["courier"], "platform": True}
    market = SmallMarket(own, costs).live()
    assert market.payments(0, "sale", "delivery_fee", "last_mile", "commission", "handling_fee") == [
        ("sale", "households", "Ann", 6_00),
        ("delivery_fee", "households", "Ann", 1_50),
        ("last_mile", "Ann", "couriers", 1_50),  # and no commission: the platform brings makers and customers together
    ]
    market = SmallMarket({**BY_COURIER, "platform": True}, costs).live()
    assert market.payments(0, "sale", "delivery_fee", "last_mile", "commission", "handling_fee") == [
        ("sale", "households", "maker", 6_00),
        ("delivery_fee", "households", "maker", 1_50),
        ("last_mile", "maker", "couriers", 1_50),
        ("commission", "maker", "platform", 60),
        ("handling_fee", "maker", "Ann", 25),
    ]


def test_where_commission_is_due_on_what_is_bought_online_shops_pay_it_too_but_not_over_the_counter():
    terms = {"platform.commission": 0.1, "customers.breadth": 1, "customers.reach": 1}
    paid = {}
    for channel in ("store", "pickup"):
        own = {"shelves": "own", "own_channels": [channel], "platform": True, "commission_on": "online"}
        paid[channel] = SmallMarket(own, terms).live().payments(0, "commission")
    assert paid == {"store": [], "pickup": [("commission", "Ann", "platform", 60)]}
    theirs = {"shelves": "consigned", "supplier_channels": ["store"], "platform": True, "commission_on": "online"}
    assert SmallMarket(theirs, terms).live().payments(0, "commission") == []


def test_commission_on_what_is_bought_online_comes_back_with_the_goods():
    items = [{"name": "apple", "supplier": "maker", "unit_cost": 1.0, "return_unseen": 1.0}]
    own = {"shelves": "own", "own_channels": ["pickup"], "platform": True, "commission_on": "online"}
    changes = {"platform.commission": 0.1, "returns.days": 1, "customers.breadth": 1}
    market = SmallMarket(own, changes, products={"items": items}).live(3)
    assert ("commission", "platform", "Ann", 60) in market.payments(1, "commission")


def test_couriers_stay_in_their_town():
    towns = [{"name": name, "customers": 1, "shape": "point", "x": x} for name, x in (("Brook", 0.0), ("Ford", 3.0))]
    stores = [{"name": "shop", "town": "Ford", "slots": 2}]
    sections = {"geography": {"towns": towns}, "retailers": {**ONE_SHOP, "stores": stores}}
    either = {"shelves": "consigned", "supplier_channels": ["store", "courier"]}
    market = SmallMarket(either, {"delivery.paid_by": "seller"}, **sections).live()
    channels = {need.customer: need.channel for need in market.needs(0)}
    assert channels == {0: "store", 1: "courier"}  # from Brook one drives the three km


def test_tour_km_are_those_of_the_formula():
    courier = Courier(tour_constant=0.7124, drops_per_tour=10.0)
    area, drops, way = (
        np.array([25.0, 25.0, 25.0, 0.0]),
        np.array([100.0, 5.0, 0.0, 20.0]),
        np.array([3.0, 3.0, 0.0, 3.0]),
    )
    km = tour_km(courier, area, drops, way)
    assert km == pytest.approx(
        [
            0.57 * 50.0 + 2 * 3.0 * 10,  # ten tours, each in a district of its own
            0.7124 * np.sqrt(25.0 * 6.0) + 0.16 * 2 * np.sqrt(np.pi * 25.0),  # five doors and the shop, and the edge
            0.0,
            2 * 3.0 * 2,  # a town that is a point is no distance across
        ]
    )


def test_one_tour_is_no_shorter_than_out_and_back_and_no_longer_than_that_for_every_drop():
    courier, area, way = Courier(drops_per_tour=1000.0), np.array([25.0]), np.array([0.9])
    for drops, km in ((1.0, 1.8), (2.0, 3.6)):
        assert tour_km(courier, area, np.array([drops]), way) == pytest.approx(km)
    far = np.array([50.0])
    assert tour_km(courier, area, np.array([3.0]), far) == pytest.approx(100.0)


def test_four_times_the_drops_halve_the_tour_per_drop():
    courier, area, way = Courier(drops_per_tour=10.0), np.array([30.0]), np.array([3.0])

    def from_door_to_door(drops: float) -> float:
        return float(tour_km(courier, area, np.array([drops]), way)[0]) / drops - 2 * 3.0 / 10

    assert from_door_to_door(100.0) == pytest.approx(from_door_to_door(25.0) / 2)


def test_the_day_s_tour_is_driven_and_paid_from_door_to_door_and_from_the_shop_and_back():
    costs = {"delivery.courier.cost_per_stop": 2.0, "delivery.courier.cost_per_km": 0.5}
    market = courier_market(50, {**costs, "delivery.courier.drops_per_tour": 4.0}, shape="disc", radius=2.0).live()
    transport = market.market.outcome().columns["transport"]
    couriers = transport["town"] == 0
    ways = market.market.state.population.km[:, 0]
    km = 0.57 * np.sqrt(np.pi * 4.0 * 50) + 2 * ways.mean() * 50 / 4.0
    assert transport["stops"][couriers] == [50]
    assert transport["km"][couriers] == pytest.approx([km])
    assert sum(payment[3] for payment in market.payments(0, "fuel")) == round(50 * km)
    assert ("wages", "couriers", "labour", 100_00) in market.payments(0)


def test_the_tariff_is_last_weeks_mean_cost_and_a_margin():
    costs = {"cost_per_stop": 2.0, "cost_per_km": 0.5, "margin": 0.1, "opening_drops": 4.0}
    changes = {f"delivery.courier.{name}": value for name, value in costs.items()}
    market = courier_market(30, {**changes, "customers.need_rate": 0.3}, shape="disc", radius=2.0)
    charge = market.market.state.last_mile.courier_charge
    way = 2.0 / 3.0 * 2.0  # mean distance from the centre of a disc
    opening = 0.7124 * np.sqrt(np.pi * 4.0 * 5.0) + 0.16 * 2 * np.pi * 2.0
    assert 2 * way < opening < 2 * way * 4
    assert charge[0] == round(1.1 * (200 + 50 * opening / 4.0))
    for day in range(16):
        if day == 9:
            market.market.state.population.need_rate[:] = 0.0  # nobody orders for a week: the last charge stays
        quoted = int(charge[0])
        market.live()
        assert {need.fee for need in market.needs(day) if need.result == "bought"} <= {quoted}
        transport = market.market.outcome().columns["transport"]
        week = (transport["town"] == 0) & (transport["day"] > day - 7)
        if week.any():
            cost = 200 + 50 * transport["km"][week].sum() / transport["stops"][week].sum()
            assert charge[0] == round(1.1 * cost)
        else:
            assert charge[0] == quoted


def test_at_cost_customers_pay_the_stop_and_half_the_km():
    costs = {"delivery.courier.cost_per_stop": 2.0, "delivery.courier.cost_per_km": 0.5, "delivery.courier.margin": 0.1}
    regime = {**BY_COURIER, "at_cost": True}
    market = SmallMarket(regime, {**PLENTY, **costs}, retailers=ONE_SHOP).live()
    # One drop, 1 km out and 1 km back: 2.00 + half of 1.00.
    assert market.market.state.last_mile.courier_charge.tolist() == [2_50]


# -- parcels -------------------------------------------------------------------------------------------------------


def test_a_parcel_takes_handling_the_way_and_the_queue():
    towns = [{"name": name, "customers": 3, "shape": "point", "x": x} for name, x in (("West", 0.0), ("East", 300.0))]
    changes = {"delivery.parcel.speed": 100.0, "delivery.parcel.capacity": 4.0, "suppliers.lead_time": 3}
    stores = [{"name": "shop", "town": "West", "slots": 1}]
    market = SmallMarket(PARCELS, changes, geography={"towns": towns}, retailers={**ONE_SHOP, "stores": stores}).live()
    # The depot lies in the middle, 150 km from both: 1 + 1.5 days. Six orders, one every sixth of a day, each a quarter
    # of a day's work: the queue grows by a twelfth.
    assert [need.days for need in market.needs(0)] == pytest.approx([2.5 + k / 12 for k in range(6)])


def test_delivery_days_count_the_wait_for_goods():
    market = SmallMarket(PARCELS, {"suppliers.capacity": 0, "suppliers.lead_time": 4})
    market.empty("maker depot")
    market.live(3)
    assert np.isnan([need.days for need in market.needs()]).all()
    market.give("maker depot", 100)
    market.live()
    waited = market.needs()
    assert [need.quoted_days for need in waited] == [1004.0, 2004.0, 3004.0, 1.0]  # it can make nothing: beyond any run
    assert [need.days for need in waited] == [4.0, 3.0, 2.0, 1.0]
    assert market.payments(3, "sale") == [("sale", "households", "maker", 6_00)] * 4  # paid when sent


def test_an_empty_depot_is_not_met_from_stock_though_its_goods_come_later():
    full = SmallMarket(PARCELS).live(4)
    assert not any(need.first_empty for need in full.needs())
    empty = SmallMarket(PARCELS, {"suppliers.capacity": 0})
    empty.empty("maker depot")
    empty.live(3)
    assert all(need.first_empty for need in empty.needs())


def test_an_order_that_has_not_left_when_the_run_ends_is_no_purchase():
    market = SmallMarket(PARCELS, {"suppliers.capacity": 0})
    market.empty("maker depot")
    need = market.first_need()
    assert (need.result, need.product, need.price, need.surplus) == ("waiting", None, 0, 0)
    assert np.isnan(need.days)
    assert market.payments(0) == []


# -- returns -------------------------------------------------------------------------------------------------------

ALWAYS_BACK = {"products.items.0.return_unseen": 1.0, "customers.breadth": 1, "returns.days": 3}
PARCEL_COST = {"delivery.parcel.cost_per_parcel": 2.0}


def only_first_day(market: SmallMarket, days: int) -> SmallMarket:
    """Live through some days with needs on the first one only."""
    market.live()
    market.market.state.population.need_rate[:] = 0.0
    return market.live(days - 1)


def test_a_return_is_refunded_and_restocked_on_the_day_it_arrives():
    terms = {
        **ALWAYS_BACK,
        **PARCEL_COST,
        "money.tax_rate": 0.1,
        "returns.handling_cost": 0.4,
        "platform.commission": 0.2,
    }
    market = only_first_day(SmallMarket({**PARCELS, "platform": True}, terms), 6)
    # Ordered on day 0, there on day 1, sent back at once, with the seller on day 4.
    assert market.moves(1, "return") == [("return", "apple", "households", "returning", 1, 0, 0)]
    assert [market.payments(day, "refund", "tax") for day in (1, 2, 3)] == [[], [], []]
    assert sorted(market.payments(4)) == sorted(
        [
            ("refund", "maker", "households", 6_00),  # not the fee
            ("tax", "state", "households", 60),
            ("handling", "maker", "labour", 40),
            ("return_freight", "maker", "parcel carrier", 2_00),
            ("wages", "parcel carrier", "labour", 2_00),
            ("commission", "platform", "maker", 1_20),
        ]
    )
    assert market.moves(4) == [("restock", "apple", "returning", "maker depot", 1, 0, 1_00)]  # at what it had cost
    need = market.needs(0)[0]
    assert (need.returned, need.refund) == (True, 6_60)
    assert need.surplus == -2_00  # the fee is all the customer has lost: waiting and hassle are free here


@pytest.mark.parametrize(
    ("terms", "refund", "lost"),
    [
        ({"returns.paid_by": "seller", "returns.refund_fee": False}, 6_00, 2_00),
        ({"returns.paid_by": "seller", "returns.refund_fee": True}, 8_00, 0),
        ({"returns.paid_by": "customer", "returns.refund_fee": False}, 6_00, 4_00),
        ({"returns.paid_by": "customer", "returns.refund_fee": True}, 8_00, 2_00),
    ],
)
def test_who_pays_the_way_there_and_back(terms, refund, lost):
    costs = {"customers.waiting_cost": 0.25, "customers.hassle": 0.5}
    market = only_first_day(SmallMarket(PARCELS, {**ALWAYS_BACK, **PARCEL_COST, **costs, **terms}), 6)
    payer = "maker" if terms["returns.paid_by"] == "seller" else "households"
    assert market.payments(4, "return_freight") == [("return_freight", payer, "parcel carrier", 2_00)]
    assert market.payments(4, "refund") == [("refund", "maker", "households", refund)]
    assert market.needs(0)[0].surplus == -(lost + 25 + 25)  # and a day of waiting and the hassle


def test_what_is_bought_in_a_shop_goes_back_to_its_shelf_without_a_parcel():
    terms = {"products.items.0.return_inspected": 1.0, "customers.breadth": 1, "returns.days": 2}
    beside_parcels = only_first_day(SmallMarket(with_parcels(OWN), {**terms, **PARCEL_COST}), 4)
    assert beside_parcels.needs(0)[0].channel == "store"
    assert beside_parcels.payments(2, "refund", "return_freight") == [("refund", "Ann", "households", 6_00)]
    market = only_first_day(SmallMarket(OWN, terms), 4)
    assert market.moves(0, "return") == [("return", "apple", "households", "returning", 1, 0, 0)]
    assert market.payments(2) == [("refund", "Ann", "households", 6_00)]
    assert market.moves(2) == [("restock", "apple", "returning", "near", 1, 0, 4_00)]
    assert market.units("near") == 5 + 1  # the one that was ordered instead has come, too


def test_what_was_carried_home_is_carried_back_on_foot():
    terms = {"products.items.0.return_inspected": 1.0, "customers.breadth": 1, "customers.travel_cost": 0.5}
    kept = only_first_day(SmallMarket(OWN, {**terms, "products.items.0.return_inspected": 0.0}), 2).needs(0)[0]
    back = only_first_day(SmallMarket(OWN, terms), 2).needs(0)[0]
    assert kept.km > 0
    assert back.km == 2 * kept.km
    assert back.surplus == -2 * (2 * kept.km * 50)  # there and back, and there and back again, at 0.50 a km


def test_what_a_courier_brought_goes_back_by_parcel_to_the_shelf_it_came_from():
    terms = {**ALWAYS_BACK, **PARCEL_COST, "delivery.courier.cost_per_stop": 1.0}
    market = only_first_day(SmallMarket(BY_COURIER, terms), 5)
    assert sorted(market.payments(3, "refund", "return_freight", "wages")) == [
        ("refund", "maker", "households", 6_00),
        ("return_freight", "maker", "parcel carrier", 2_00),
        ("wages", "parcel carrier", "labour", 2_00),
    ]
    assert market.moves(3, "restock") == [("restock", "apple", "returning", "near", 1, 0, 1_00)]


def test_what_comes_back_when_the_shelf_has_changed_hands_is_written_off():
    terms = {"products.items.0.return_inspected": 1.0, "customers.breadth": 1, "returns.days": 2}
    market = only_first_day(SmallMarket(OWN, terms), 2)
    goods = market.market.stock.goods
    market.empty("near", "apple")
    goods.owner[market.place("near"), market.product("apple")] = market.market.ledger.accounts.index("maker")
    market.live()
    assert market.payments(2, "refund") == [("refund", "Ann", "households", 6_00)]
    assert market.moves(2, "restock", "write_off")[-1] == ("write_off", "apple", "returning", "written off", 1, 0, 0)


def test_a_share_of_returns_can_be_sold_again_and_the_rest_is_written_off():
    crowd = {"geography.towns.0.customers": 1000, **PLENTY_IN_DEPOT, "returns.resaleable": 0.7}
    market = only_first_day(SmallMarket(PARCELS, {**ALWAYS_BACK, **crowd}), 6)
    kinds = [move[0] for move in market.moves(4)]
    assert set(kinds) == {"restock", "write_off"}
    assert stats.binomtest(kinds.count("restock"), 1000, 0.7).pvalue > 1e-4
    restocked = sum(move[6] for move in market.moves(4, "restock"))
    assert restocked == kinds.count("restock") * 1_00


def test_returns_are_as_frequent_as_the_product_says():
    crowd = {"geography.towns.0.customers": 2000, **PLENTY_IN_DEPOT, "products.items.0.return_unseen": 0.18}
    market = only_first_day(SmallMarket(PARCELS, {**crowd, "customers.breadth": 1}), 3)
    assert stats.binomtest(sum(need.returned for need in market.needs(0)), 2000, 0.18).pvalue > 1e-4


# -- trust ---------------------------------------------------------------------------------------------------------

LEARNING = {"learning.own_rate": 0.2, "learning.late_after": 1.0}


def trust(market: SmallMarket) -> list[float]:
    """Return everybody's trust."""
    return [customer.trust for customer in market.market.customers]


def test_trust_grows_by_fine_parcels_on_the_day_they_come():
    market = SmallMarket(PARCELS, LEARNING).live()
    assert trust(market) == [0.5]
    market.live()
    assert trust(market) == pytest.approx([0.5 + 0.2 * 0.5])
    market.live()
    assert trust(market) == pytest.approx([0.6 + 0.2 * 0.4])


def test_trust_shrinks_by_what_is_sent_back():
    market = SmallMarket(PARCELS, {**LEARNING, **ALWAYS_BACK}).live(2)
    assert trust(market) == pytest.approx([0.5 - 0.2 * 0.5])


@pytest.mark.parametrize(("comes_after", "now"), [(3, 0.6), (4, 0.4)])
def test_trust_shrinks_by_parcels_later_than_promised_by_more_than_is_forgiven(comes_after, now):
    market = SmallMarket(PARCELS, {**LEARNING, "suppliers.capacity": 0})
    market.market.state.last_mile.capacity[:] = 1.0  # it quotes as if it could make one a day, and makes none
    market.empty("maker depot")
    market.live()  # promised: a day for the goods and one for the way
    market.market.state.population.need_rate[:] = 0.0
    market.live(comes_after - 2)
    market.give("maker depot", 1)
    market.live(2)
    assert market.needs(0)[0].days == comes_after
    assert trust(market) == pytest.approx([now])


def test_trust_is_not_moved_by_shopping_in_shops():
    assert trust(SmallMarket(OWN, LEARNING).live(3)) == [0.5]


def test_more_trust_is_less_hassle_from_the_next_need_on():
    market = SmallMarket(PARCELS, {**LEARNING, "customers.hassle": 1.0}).live(3)
    assert [need.surplus for need in market.needs()] == [400 - 50, 400 - 50, 400 - 40]


def test_neighbours_move_trust_towards_yesterdays_mean_of_the_town():
    towns = [{"name": name, "customers": size, "shape": "point"} for name, size in (("Brook", 2), ("Ford", 1))]
    market = SmallMarket(PARCELS, {**LEARNING, "learning.neighbour_rate": 0.5}, geography={"towns": towns})
    market.market.state.population.need_rate[1:] = 0.0  # only customer 0 of Brook orders
    market.live()
    market.market.state.population.need_rate[:] = 0.0
    market.live()
    # The parcel: 0.5 + 0.2 x 0.5 = 0.6; then halfway to yesterday's 0.5. The neighbour stays at 0.5.
    assert trust(market) == pytest.approx([0.55, 0.5, 0.5])
    market.live()
    # Yesterday's mean of Brook was 0.525; Ford is another place.
    assert trust(market) == pytest.approx([0.5375, 0.5125, 0.5])


# -- adoption ------------------------------------------------------------------------------------------------------


def test_adopters_have_bought_online_and_the_aisle_of_a_shop_is_no_channel_of_ones_own():
    online = SmallMarket(PARCELS).live(2).market.outcome().columns["adoption"]
    assert online["adopters"].tolist() == [0, 1]  # known from the day the first parcel came
    aisle = SmallMarket(with_parcels(OWN, "endless_aisle"), {"customers.breadth": 1})
    aisle.empty("near")
    aisle.empty("far")
    aisle.live(2)
    assert aisle.needs(0)[0].channel == "endless_aisle"
    assert aisle.market.outcome().columns["adoption"]["adopters"].tolist() == [0, 0]
