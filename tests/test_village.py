"""The village, followed with a pencil: every cent, every loaf and every hour of its first days.

Three customers live at the well of Brook. The near shop (Near & Sons) lies 2 km to the east, the far shop (Far & Sons)
4 km to the west; farm and wholesaler have their depots at the well. A loaf is worth 20.00, in the other colour 5.00
less; a km costs 0.25, out and back 0.50; a day of waiting 1.00. Money below is in cents: 9_30 is 9.30.

What is left to dice: customers 0 and 2 like white bread, customer 1 likes brown, and they need a loaf

    day 0: customer 0      day 1: customers 1, then 2      day 2: customer 2      day 3: nobody      day 4: 1, then 2
"""

from __future__ import annotations

import pytest

from sim.market import Market
from sim.results.figures.flows import find_flows
from sim.results.figures.waterfall import waterfall_cents
from sim.results.figures.window import Window
from sim.scenario import load_scenario
from tests.small_markets import Move, Need, Payment, SmallMarket

SEED = 0
WHITE, BROWN = "white bread", "brown bread"
NEAR, FAR = "Near & Sons", "Far & Sons"
HOURS = 24


class Village(SmallMarket):
    """The shipped scenario under one of its regimes."""

    def __init__(self, regime: str, **changes: object):
        self.market = Market(load_scenario("village", changes), regime, SEED)

    def loaves(self) -> dict[str, tuple[int, int]]:
        """Return white and brown loaves at every place that has any, and on the way to it."""
        stock = self.market.stock
        counted = {name: (self.units(name, WHITE), self.units(name, BROWN)) for name in stock.places[: 2 * stock.nodes]}
        return {name: pair for name, pair in counted.items() if pair != (0, 0)}

    def book_values(self) -> dict[str, int]:
        """Return the book value of every firm's stock in cents, firms without any left out."""
        return {firm.name: round(100 * firm.book_value) for firm in self.market.agents if firm.book_value}

    def profits(self) -> dict[str, int]:
        """Return the profit of every firm since the opening, in cents."""
        return {firm.name: round(100 * firm.profit) for firm in self.market.agents}


def sold(colour: str, place: str, cost: int) -> Move:
    """Return the move of a loaf that a customer takes home, and the book value given up."""
    return ("sale", colour, place, "households", 1, cost, 0)


def sent(colour: str, source: str, buyer: str, cost: int, paid: int) -> Move:
    """Return the move of a loaf from firm to firm: the seller gives up its cost, the buyer takes it on at its price."""
    return ("dispatch", colour, source, f"to {buyer}", 1, cost, paid)


def arrived(colour: str, place: str, value: int) -> Move:
    """Return the arrival of a loaf."""
    return ("arrival", colour, f"to {place}", place, 1, value, value)


def baked(colour: str) -> Move:
    """Return a loaf that is made: it will lie in the farm's depot two days later."""
    return ("production", colour, "factory", "to farm depot", 1, 0, 2_00)


def same(one: list[Payment] | list[Move], other: list[Payment] | list[Move]) -> bool:
    """Tell whether two lists hold the same lines, in whatever order they were written."""
    return sorted(one) == sorted(other)


BAKING = ("production", "farm", "inputs", 2_00)
RENTS = [("rent", NEAR, "landlords", 2_00), ("rent", FAR, "landlords", 2_00)]
WHOLESALER_BUYS = ("wholesale", "wholesaler", "farm", 4_00)  # no km lie between the two depots: no freight


@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid", "planner"])
def test_the_dice_fall_alike_under_every_regime(regime):
    village = Village(regime).live(5)
    assert [customer.taste for customer in village.market.customers] == [0, 1, 0]
    assert [(need.day, need.customer) for need in village.needs()] == [(0, 0), (1, 1), (1, 2), (2, 2), (4, 1), (4, 2)]


def test_every_hand_puts_its_share_on_the_price():
    market = Village("traditional").market
    prices = {name: market.state.network.price[node].tolist() for node, name in enumerate(market.world.places.names)}
    assert prices == {
        "farm depot": [4_00, 4_00],  # 2.00 x 2
        "wholesaler depot": [6_00, 6_00],  # 4.00 x 1.5
        "near shop": [9_30, 9_30],  # (6.00 + 2 km x 0.10) x 1.5
        "far shop": [9_60, 9_60],  # (6.00 + 4 km x 0.10) x 1.5
    }


def test_the_farm_sells_halfway_between_its_wholesale_price_and_the_shops():
    # The chain's price is (9.30 + 9.60) / 2 = 9.45. 4.00 + half of 5.45 = 6.725: half to even is 6.72.
    for regime in ("direct", "o2o"):
        assert Village(regime).market.state.shelves.direct_price.tolist() == [6_72, 6_72]


# -- traditional: from hand to hand --------------------------------------------------------------------------------


def test_traditional_opening():
    village = Village("traditional")
    assert village.loaves() == {
        "farm depot": (8, 8),
        "wholesaler depot": (1, 1),
        "near shop": (1, 1),
        "far shop": (1, 1),
    }
    # 16 loaves at the 2.00 they cost to make; 2 at 4.00; 2 and 2 at 6.00.
    assert village.book_values() == {"farm": 32_00, "wholesaler": 8_00, NEAR: 12_00, FAR: 12_00}
    assert village.balances() == {}


def test_traditional_day_0_a_loaf_is_sold_and_every_hand_orders_one():
    village = Village("traditional").live()
    # White bread at the near shop: 20 - 9.30 - 2 x 2 km x 0.25 = 9.70; at the far shop: 20 - 9.60 - 2.00 = 8.40.
    # Brown at the near shop: 9.70 - 10.00 x half a ring = 4.70.
    assert village.needs(0) == [
        Need(
            day=0, customer=0, first_choice=WHITE, first_place="near shop", first_channel="store", first_empty=False,
            result="bought", product=WHITE, place="near shop", seller=NEAR, channel="store", price=9_30, fee=0, tax=0,
            full_price=10_30, cost_of_goods=6_00, km=2.0, quoted_days=0.0, days=0.0, returned=False, refund=0,
            surplus=9_70, attempt=0,
        )
    ]  # fmt: skip
    assert same(
        village.payments(0),
        [
            ("sale", "households", NEAR, 9_30),
            ("handling", NEAR, "labour", 10),
            # In the evening the near shop is one short of its level of 1 and orders; the wholesaler has one.
            ("wholesale", NEAR, "wholesaler", 6_00),
            ("freight", NEAR, "bulk freight", 20),  # 2 km x 0.10; the carrier adds nothing
            ("fuel", "bulk freight", "fuel", 20),
            WHOLESALER_BUYS,  # now the wholesaler is one short, and the farm has eight
            BAKING,  # now the farm is one short, and bakes
            *RENTS,
        ],
    )
    assert same(
        village.moves(0),
        [
            sold(WHITE, "near shop", 6_00),
            sent(WHITE, "wholesaler depot", "near shop", 4_00, 6_00),
            sent(WHITE, "farm depot", "wholesaler depot", 2_00, 4_00),
            baked(WHITE),
        ],
    )
    assert village.loaves() == {
        "farm depot": (7, 8),
        "to farm depot": (1, 0),
        "to wholesaler depot": (1, 0),
        "wholesaler depot": (0, 1),
        "to near shop": (1, 0),
        "near shop": (0, 1),
        "far shop": (1, 1),
    }
    assert village.balances() == {
        "households": -9_30,
        "inputs": 2_00,
        "labour": 10,
        "landlords": 4_00,
        "fuel": 20,
        "farm": 2_00,  # 4.00 - 2.00
        "wholesaler": 2_00,  # 6.00 - 4.00
        NEAR: 1_00,  # 9.30 - 0.10 - 6.00 - 0.20 - 2.00
        FAR: -2_00,
    }
    # What was sold was replaced at the same cost, goods on the way included, so book values stay and cash is profit.
    assert village.book_values() == {"farm": 32_00, "wholesaler": 8_00, NEAR: 12_00, FAR: 12_00}


def test_traditional_day_1_brown_is_sold_and_white_is_missing():
    village = Village("traditional").live(2)
    brown, white = village.needs(1)
    assert (brown.customer, brown.product, brown.place, brown.price, brown.surplus) == (
        1,
        BROWN,
        "near shop",
        9_30,
        9_70,
    )
    # Customer 2 stands before an empty shelf; the way of 1.00 is spent. Brown here: 20 - 5 - 9.30 = 5.70. White at the
    # far shop: 8.40. White here tomorrow: 9.70 - 1.00 for the night = 8.70.
    assert (white.customer, white.result, white.attempt) == (2, "waiting", 1)
    assert (white.first_choice, white.first_place, white.first_empty) == (WHITE, "near shop", True)
    assert (white.km, white.surplus) == (2.0, -1_00 - 1_00)
    assert same(
        village.payments(1),
        [
            ("sale", "households", NEAR, 9_30),
            ("handling", NEAR, "labour", 10),
            ("wholesale", NEAR, "wholesaler", 6_00),  # brown; the white one ordered last night is on its way
            ("freight", NEAR, "bulk freight", 20),
            ("fuel", "bulk freight", "fuel", 20),
            WHOLESALER_BUYS,
            BAKING,
            *RENTS,
        ],
    )
    assert village.loaves() == {
        "farm depot": (7, 7),
        "to farm depot": (1, 1),
        "to wholesaler depot": (1, 1),
        "to near shop": (1, 1),
        "far shop": (1, 1),
    }


def test_traditional_day_2_the_latecomer_is_served_first_and_the_next_one_has_to_wait():
    village = Village("traditional").live(3)
    # Baked, sent and ordered on day 0, two days each: three white loaves arrive this morning.
    assert same(
        village.moves(2, "arrival"),
        [
            arrived(WHITE, "farm depot", 2_00),
            arrived(WHITE, "wholesaler depot", 4_00),
            arrived(WHITE, "near shop", 6_00),
        ],
    )
    latecomer = village.needs(1)[1]
    assert (latecomer.result, latecomer.product, latecomer.place, latecomer.price) == (
        "bought",
        WHITE,
        "near shop",
        9_30,
    )
    assert (latecomer.km, latecomer.quoted_days, latecomer.days, latecomer.attempt) == (2.0 + 2.0, 1.0, 1.0, 1)
    # Today's way 1.00; yesterday's way and the night, 2.00, are sunk.
    assert (latecomer.surplus, latecomer.full_price) == (9_70 - 2_00, 9_30 + 1_00 + 2_00)
    # The same customer 2 needs another loaf today, and the shelf is empty once more.
    newcomer = village.needs(2)[0]
    assert (newcomer.customer, newcomer.result, newcomer.attempt, newcomer.surplus) == (2, "waiting", 1, -2_00)
    assert same(
        village.payments(2),
        [
            ("sale", "households", NEAR, 9_30),
            ("handling", NEAR, "labour", 10),
            ("wholesale", NEAR, "wholesaler", 6_00),
            ("freight", NEAR, "bulk freight", 20),
            ("fuel", "bulk freight", "fuel", 20),
            WHOLESALER_BUYS,
            BAKING,
            *RENTS,
        ],
    )


def test_traditional_day_3_twice_before_an_empty_shelf_and_an_order_that_has_to_wait():
    village = Village("traditional").live(4)
    need = village.needs(2)[0]
    # White at the near shop is due tomorrow. After a second trip for nothing the customer goes to the far shop,
    # for one comes back only once.
    assert (need.result, need.product, need.place, need.seller, need.price) == ("bought", WHITE, "far shop", FAR, 9_60)
    assert (need.km, need.days) == (2.0 + 2.0 + 4.0, 1.0)
    sunk = 1_00 + 1_00 + 1_00  # two trips to the near shop and a night
    assert (need.surplus, need.full_price) == (8_40 - sunk, 9_60 + 2_00 + sunk)
    # The far shop orders a white loaf, but the wholesaler has none until tomorrow: the order waits, unpaid. The
    # wholesaler, which owes one and has one on its way, orders one more; the farm has seven.
    assert same(
        village.payments(3),
        [("sale", "households", FAR, 9_60), ("handling", FAR, "labour", 10), WHOLESALER_BUYS, BAKING, *RENTS],
    )
    assert village.loaves() == {
        "farm depot": (6, 8),
        "to farm depot": (2, 0),
        "to wholesaler depot": (2, 0),
        "wholesaler depot": (0, 1),
        "to near shop": (1, 0),
        "near shop": (0, 1),
        "far shop": (0, 1),
    }
    # The wholesaler holds a brown loaf and has two white ones coming; the far shop a brown one, and nothing coming yet.
    assert village.book_values() == {"farm": 32_00, "wholesaler": 12_00, NEAR: 12_00, FAR: 6_00}


def test_traditional_day_4_the_oldest_order_is_shipped_first_and_paid_when_shipped():
    village = Village("traditional").live(5)
    brown, white = village.needs(4)
    assert (brown.place, brown.surplus, white.place, white.surplus) == ("near shop", 9_70, "near shop", 9_70)
    # One white loaf reaches the wholesaler. The near shop orders one tonight, but the far shop has waited since
    # yesterday; so tonight the near shop gets its brown loaf only.
    assert same(
        village.payments(4),
        [
            *[("sale", "households", NEAR, 9_30), ("handling", NEAR, "labour", 10)] * 2,
            ("wholesale", FAR, "wholesaler", 6_00),
            ("freight", FAR, "bulk freight", 40),  # 4 km x 0.10
            ("fuel", "bulk freight", "fuel", 40),
            ("wholesale", NEAR, "wholesaler", 6_00),
            ("freight", NEAR, "bulk freight", 20),
            ("fuel", "bulk freight", "fuel", 20),
            *[WHOLESALER_BUYS] * 2,
            *[BAKING] * 2,
            *RENTS,
        ],
    )
    assert same(
        village.moves(4, "dispatch"),
        [
            sent(WHITE, "wholesaler depot", "far shop", 4_00, 6_00),
            sent(BROWN, "wholesaler depot", "near shop", 4_00, 6_00),
            sent(WHITE, "farm depot", "wholesaler depot", 2_00, 4_00),
            sent(BROWN, "farm depot", "wholesaler depot", 2_00, 4_00),
        ],
    )


def test_traditional_day_5_nobody_needs_bread_and_the_last_order_is_shipped():
    village = Village("traditional").live(6)
    assert village.needs(5) == []
    assert same(
        village.payments(5),
        [
            ("wholesale", NEAR, "wholesaler", 6_00),
            ("freight", NEAR, "bulk freight", 20),
            ("fuel", "bulk freight", "fuel", 20),
            *RENTS,
        ],
    )


def test_traditional_six_days_on_one_page():
    village = Village("traditional").live(6)
    # Six loaves were sold, five at the near shop and one at the far shop, and all six have been replaced.
    assert village.book_values() == {"farm": 32_00, "wholesaler": 8_00, NEAR: 12_00, FAR: 12_00}
    profits = {
        "farm": 6 * (4_00 - 2_00),
        "wholesaler": 6 * (6_00 - 4_00),
        NEAR: 5 * (9_30 - 10 - 6_00 - 20) - 6 * 2_00,
        FAR: (9_60 - 10 - 6_00 - 40) - 6 * 2_00,
        "bulk freight": 0,
    }
    assert (
        village.profits() == profits == {"farm": 12_00, "wholesaler": 12_00, NEAR: 3_00, FAR: -8_90, "bulk freight": 0}
    )
    assert village.balances() == {
        "households": -(5 * 9_30 + 9_60),
        "inputs": 6 * 2_00,
        "labour": 6 * 10,
        "landlords": 6 * 2 * 2_00,
        "fuel": 5 * 20 + 40,
        **{name: cents for name, cents in profits.items() if cents},
    }
    # What customers paid is what left the firms, and what stayed.
    window = Window.of(village.market.outcome())
    parts = {name: cents for name, cents in waterfall_cents(window, find_flows(window)).items() if cents}
    assert parts == {
        "production": 12_00,
        "handling": 60,
        "rent": 24_00,
        "fuel": 1_40,
        "supplier_profit": 12_00,
        "intermediary_profit": 12_00,
        "retailer_profit": 3_00 - 8_90,
    }
    assert sum(parts.values()) == 5 * 9_30 + 9_60


def test_traditional_what_was_counted_in_six_days():
    village = Village("traditional", **{"time.days": 6}).live(6)
    cells = village.market.outcome().columns["cells"]

    def counted(place: str, colour: str) -> dict[str, int]:
        row = (cells["place"] == village.place(place)) & (cells["product"] == village.product(colour))
        return {name: int(cells[name][row][0]) for name in cells if name not in ("place", "product", "days")}

    # White bread at the near shop was sold on days 0, 2 and 4, so it was missing in the mornings after. It was asked
    # for once on day 0, once on day 1, twice on day 2 (one found it, one did not), once on days 3 and 4.
    assert counted("near shop", WHITE) == {
        "days_carried": 6, "days_empty": 3, "demand": 6, "demand_squared": 1 + 1 + 4 + 1 + 1, "filled": 3, "orders": 3,
        "orders_squared": 3,
    }  # fmt: skip
    # The wholesaler was asked on days 0, 2, 3 and 4, and could send at once on days 0 and 2.
    assert counted("wholesaler depot", WHITE) == {
        "days_carried": 0, "days_empty": 0, "demand": 4, "demand_squared": 4, "filled": 2, "orders": 4,
        "orders_squared": 4,
    }  # fmt: skip
    assert counted("farm depot", WHITE)["filled"] == 4
    transport = village.market.outcome().columns["transport"]
    columns = (transport[name].tolist() for name in ("day", "stops", "km"))
    lorries = {day: (stops, km) for day, stops, km in zip(*columns, strict=True)}
    # Every evening a lorry goes from farm to wholesaler, next door, where anything was ordered; to the near shop and
    # back it is 4 km, to the far shop 8.
    assert lorries == {0: (2, 4.0), 1: (2, 4.0), 2: (2, 4.0), 3: (1, 0.0), 4: (3, 12.0), 5: (1, 4.0)}


# -- direct: a parcel from the farm --------------------------------------------------------------------------------


def parcels(number: int) -> list[Payment]:
    """Return what is paid for parcels: 6.72 for the loaf, 2.00 for the way, 0.50 for packing it."""
    return number * [
        ("sale", "households", "farm", 6_72),
        ("delivery_fee", "households", "farm", 2_00),
        ("last_mile", "farm", "parcel carrier", 2_00),
        ("wages", "parcel carrier", "labour", 2_00),
        ("handling", "farm", "labour", 50),
    ]


def test_direct_day_0_a_parcel_leaves_today_and_is_there_tomorrow():
    village = Village("direct")
    assert village.loaves() == {"farm depot": (8, 8)}
    assert {firm.name for firm in village.market.agents} == {"farm", "parcel carrier"}  # nobody else, and no rent
    village.live()
    # 20 - 6.72 - fee 2.00 - one day 1.00 - hassle 1.00 x (1 - trust 0.5) = 9.78
    assert village.needs(0) == [
        Need(
            day=0, customer=0, first_choice=WHITE, first_place="farm depot", first_channel="parcel", first_empty=False,
            result="bought", product=WHITE, place="farm depot", seller="farm", channel="parcel", price=6_72, fee=2_00,
            tax=0, full_price=6_72 + 2_00 + 1_00 + 50, cost_of_goods=2_00, km=0.0, quoted_days=1.0, days=1.0,
            returned=False, refund=0, surplus=9_78, attempt=0,
        )
    ]  # fmt: skip
    assert same(village.payments(0), [*parcels(1), BAKING])
    assert same(village.moves(0), [sold(WHITE, "farm depot", 2_00), baked(WHITE)])
    assert village.loaves() == {"farm depot": (7, 8), "to farm depot": (1, 0)}


def test_direct_days_1_to_4_on_one_page():
    village = Village("direct").live(5)
    assert same(village.payments(1), [*parcels(2), BAKING, BAKING])
    assert same(village.payments(2), [*parcels(1), BAKING])
    assert village.payments(3) == []
    assert same(village.moves(3), [arrived(WHITE, "farm depot", 2_00), arrived(BROWN, "farm depot", 2_00)])
    assert village.profits() == {"farm": 6 * (6_72 + 2_00 - 2_00 - 50 - 2_00), "parcel carrier": 0}
    assert village.balances() == {
        "households": -6 * 8_72,
        "inputs": 6 * 2_00,
        "labour": 6 * 2_50,
        "farm": 6 * 4_22,
    }


def test_direct_when_the_farm_is_sold_out_a_parcel_waits_for_the_oven():
    village = Village("direct", **{"suppliers.replenishment.level": 1}).live(4)
    first, brown, second, third = village.needs()
    assert (first.days, brown.days) == (1.0, 1.0)  # one loaf of each kind was there
    # Day 1: white is sold out. The loaf baked for day 0 comes out on day 2 and is packed that day: quoted are a day for
    # it and one on the way; 20 - 6.72 - 2.00 - 2.00 - 0.50 = 8.78.
    assert (second.quoted_days, second.days) == (2.0, 2.0)
    assert (second.surplus, second.full_price) == (8_78, 6_72 + 2_00 + 2_00 + 50)
    # Day 2: white is promised already; the loaf ordered on day 1 comes out on day 3.
    assert (third.quoted_days, third.days, third.surplus) == (2.0, 2.0, 8_78)
    # Title and payment pass at dispatch: nothing is paid for white bread on day 1.
    assert same(village.payments(1), [*parcels(1), BAKING, BAKING])
    assert same(village.payments(2), [*parcels(1), BAKING])
    assert same(village.payments(3), parcels(1))


# -- o2o: the farm's bread in the shops ----------------------------------------------------------------------------


def over_the_counter(shop: str) -> list[Payment]:
    """Return what is paid for a loaf of the farm's handed over in a shop: commission is 0.672, so 67 cents."""
    return [
        ("sale", "households", "farm", 6_72),
        ("commission", "farm", "platform", 67),
        ("handling", shop, "labour", 10),
        ("handling_fee", "farm", shop, 50),
    ]


def refill(km: int) -> list[Payment]:
    """Return what the farm pays to send one loaf of its own into a shop."""
    return [("freight", "farm", "bulk freight", 10 * km), ("fuel", "bulk freight", "fuel", 10 * km)]


def test_o2o_opening_the_farm_owns_the_bread_in_the_shops():
    village = Village("o2o")
    assert village.loaves() == {"farm depot": (8, 8), "near shop": (1, 1), "far shop": (1, 1)}
    assert village.book_values() == {"farm": 20 * 2_00}


def test_o2o_day_0_over_the_counter():
    village = Village("o2o").live()
    need = village.needs(0)[0]
    # 20 - 6.72 - 1.00. By courier: 1.00 too, and an hour or so, and the hassle.
    assert (need.place, need.channel, need.seller, need.price, need.surplus) == (
        "near shop",
        "store",
        "farm",
        6_72,
        12_28,
    )
    assert same(village.payments(0), [*over_the_counter(NEAR), *refill(2), BAKING, *RENTS])
    assert same(
        village.moves(0),
        [sold(WHITE, "near shop", 2_00), sent(WHITE, "farm depot", "near shop", 2_00, 2_00), baked(WHITE)],
    )
    assert village.balances() == {
        "households": -6_72,
        "inputs": 2_00,
        "labour": 10,
        "landlords": 4_00,
        "fuel": 20,
        "farm": 6_72 - 67 - 50 - 20 - 2_00,
        "platform": 67,
        NEAR: 50 - 10 - 2_00,
        FAR: -2_00,
    }


def test_o2o_day_1_the_empty_shelf_is_seen_from_home_and_a_courier_comes_from_the_far_shop():
    village = Village("o2o").live(2)
    brown, white = village.needs(1)
    assert (brown.place, brown.channel) == ("near shop", "store")
    # White at the near shop is sold out, as customer 2 can see. At the far shop: 20 - 6.72 - 2.00 = 11.28.
    # By courier from there: fee 1.00; one hour of packing and 4 km at 10 km an hour, 1.4 hours in all; 0.50 of hassle.
    hours = 1.0 + 4.0 / 10.0
    assert (white.place, white.channel, white.fee, white.km) == ("far shop", "courier", 1_00, 0.0)
    assert (white.first_place, white.first_channel, white.first_empty) == ("near shop", "store", True)
    assert white.days == white.quoted_days == pytest.approx(hours / HOURS)
    assert white.surplus == round(20_00 - 6_72 - 1_00 - 1_00 * hours / HOURS - 50) == 11_72
    assert white.full_price == round(6_72 + 1_00 + 1_00 * hours / HOURS + 50) == 8_28
    assert same(
        village.payments(1),
        [
            *over_the_counter(NEAR),
            *over_the_counter(FAR),
            ("delivery_fee", "households", "farm", 1_00),
            ("last_mile", "farm", "couriers", 1_00),
            *refill(2),
            *refill(4),
            *[BAKING] * 2,
            *RENTS,
            ("wages", "couriers", "labour", 1_00),  # one stop
            ("fuel", "couriers", "fuel", 2_00),  # 4 km out and 4 km back at 0.25
        ],
    )


def test_o2o_the_courier_charges_last_weeks_mean_cost():
    village = Village("o2o")
    charge = village.market.state.last_mile.courier_charge
    assert charge.tolist() == [1_00]  # at the opening: a stop, and no km inside a town that is a point
    village.live(2)
    assert charge.tolist() == [3_00]  # 1.00 for the stop and 8 km x 0.25
    village.live(6)
    assert charge.tolist() == [3_00]


def test_o2o_days_2_to_4_and_the_sum_of_it():
    village = Village("o2o").live(5)
    assert [(need.place, need.channel, need.surplus) for need in village.needs()[3:]] == [
        ("near shop", "store", 12_28)
    ] * 3
    assert same(village.payments(2), [*over_the_counter(NEAR), *refill(2), BAKING, *RENTS])
    assert same(village.payments(3), RENTS)
    assert same(village.payments(4), [*over_the_counter(NEAR) * 2, *refill(2) * 2, *[BAKING] * 2, *RENTS])
    assert village.profits() == {
        "farm": 5 * (6_72 - 67 - 50 - 20 - 2_00) + (6_72 + 1_00 - 1_00 - 67 - 50 - 40 - 2_00),
        NEAR: 5 * (50 - 10) - 5 * 2_00,
        FAR: (50 - 10) - 5 * 2_00,
        "platform": 6 * 67,
        "bulk freight": 0,
        "parcel carrier": 0,
        "couriers": 1_00 - 3_00,
    }


def test_one_need_three_ways():
    """Customer 2 on day 1: a trip for nothing and a night, a parcel, or a courier within two hours."""
    found = {regime: Village(regime).live(3).needs(1)[1] for regime in ("traditional", "direct", "o2o")}
    assert {regime: (need.price, need.full_price, need.surplus) for regime, need in found.items()} == {
        "traditional": (9_30, 12_30, 7_70),
        "direct": (6_72, 10_22, 9_78),
        "o2o": (6_72, 8_28, 11_72),
    }
    assert [round(24 * need.days, 1) for need in found.values()] == [24.0, 24.0, 1.4]
