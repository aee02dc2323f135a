"""Stores that lose money close: when, what becomes of their goods, and what it is to their customers."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.market import Market
from sim.scenario import load_scenario
from tests.golden.refresh import fingerprint
from tests.small_markets import CONSIGNED, OWN, SMALL, SmallMarket

REPOSITORY = Path(__file__).parents[2]
QUICK = {"rule": "losses", "review_days": 4, "patience": 1, "notice_days": 2}


def told(market: SmallMarket) -> list[tuple[int, str, str, str | None, float, int]]:
    """Return the events: day, what, which firm, which place, amount, units."""
    events = market.market.outcome().events
    return [
        (row.day, row.kind, row.firm, row.place if isinstance(row.place, str) else None, row.amount, row.units)
        for row in events.itertuples()
    ]


def street(rent: float, **closing: float) -> SmallMarket:
    """Return two shops of which only Ann's sells: an apple a day for 6.00 that cost her 4.00."""
    rule = {**QUICK, **closing}
    return SmallMarket(OWN, {"retailers.rent": rent, "retailers.closing": rule, "suppliers.replenishment.level": 20})


def test_a_shop_that_sells_nothing_closes_and_every_cent_of_it_is_told():
    market = street(1.5).live(20)
    # Ann earns 2.00 - 1.50 a day. Bob's turn comes on days with (day + 1) mod 4 = 0, after 4 days at least: day 7, when
    # 7 x 1.50 are lost. Two days of notice; on day 9 five apples and five pears at 4.00 each are written off.
    assert told(market) == [
        (7, "store_gives_notice", "Bob", "far", -10.5, 0),
        (9, "store_closed", "Bob", "far", 40.0, 10),
        (9, "retailer_gone", "Bob", None, -53.5, 0),  # 9 evenings of rent and the stock
    ]
    assert market.market.ledger.balance("Bob") == -9 * 1_50
    assert market.market.ledger.balance("Ann") == 20 * (6_00 - 4_00 - 1_50)
    assert market.payments(8, "rent") == [
        ("rent", "Ann", "landlords", 1_50),
        ("rent", "Bob", "landlords", 1_50),
    ]
    assert market.payments(9, "rent") == [("rent", "Ann", "landlords", 1_50)]
    assert market.moves(9, "write_off") == [
        ("write_off", "apple", "far", "written off", 5, 20_00, 0),
        ("write_off", "pear", "far", "written off", 5, 20_00, 0),
    ]


def notices(market: SmallMarket) -> list[tuple[int, str | None, float]]:
    """Return when which shop gave notice, and what it had made since it last looked."""
    return [(day, place, amount) for day, kind, _, place, amount, _ in told(market) if kind == "store_gives_notice"]


def test_a_shop_that_thinks_of_closing_counts_the_interest_on_its_stock():
    # Ten goods at 4.00 cost 40.00 x 7.3 / 365 = 0.80 a day: Bob loses 0.50 + 0.80 on each of seven days. Ann is left
    # with 2.00 - 1.30.
    changes = {"retailers.rent": 0.5, "money.interest_rate": 7.3, "suppliers.replenishment.level": 20}
    assert notices(SmallMarket(OWN, {**changes, "retailers.closing": QUICK}).live(9)) == [(7, "far", -9.1)]


def test_the_shops_of_a_firm_share_what_it_pays_whatever_it_sells():
    # Ann's 2.00 a day are 1.00 for each of her shops: the one that sells nothing has lost 6.00 by day 6, the other is
    # left with 1.00 a day, and with nothing once it bears all. Bob's only shop bears 2.00.
    annexe = {"name": "annexe", "town": "Brook", "retailer": "Ann", "east": -3.0, "slots": 2}
    shops = {**SMALL["retailers"], "stores": [*SMALL["retailers"]["stores"], annexe]}
    changes = {"retailers.fixed_cost": 2.0, "retailers.closing": QUICK, "suppliers.replenishment.level": 20}
    market = SmallMarket(OWN, changes, retailers=shops).live(16)
    assert notices(market) == [(6, "annexe", -6.0), (7, "far", -14.0)]


def test_goods_on_consignment_cost_a_shop_nothing():
    # The maker brings Ann a new apple every evening; what she loses is her rent.
    changes = {"retailers.rent": 1.5, "retailers.closing": QUICK, "suppliers.replenishment.level": 20}
    market = SmallMarket(CONSIGNED, changes).live(8)
    assert len(market.moves(0, "dispatch")) == 1
    assert notices(market) == [(4, "near", -6.0), (7, "far", -10.5)]


def test_customers_walk_to_what_is_left_and_when_nothing_is_left_they_go_without():
    # At 2.50 both lose. Ann gives notice on day 4 (2.00 lost), sells two more apples, and shuts on day 6; her customer
    # then walks 2 km to Bob, who has lost 7 x 2.50 less 2.00 by day 7, and shuts on day 9.
    market = street(2.5).live(12)
    assert told(market) == [
        (4, "store_gives_notice", "Ann", "near", -2.0, 0),
        (6, "store_closed", "Ann", "near", 32.0, 8),
        (6, "retailer_gone", "Ann", None, -35.0, 0),  # 6 x (2.00 - 2.50) - 32.00
        (7, "store_gives_notice", "Bob", "far", -15.5, 0),
        (9, "store_closed", "Bob", "far", 32.0, 8),
        (9, "retailer_gone", "Bob", None, -48.5, 0),  # 3 x 2.00 - 9 x 2.50 - 32.00
    ]
    needs = market.needs()
    assert [need.place for need in needs] == ["near"] * 6 + ["far"] * 3 + [None] * 3
    assert [need.km for need in needs] == [1.0] * 6 + [2.0] * 3 + [0.0] * 3
    assert [need.full_price for need in needs] == [7_00] * 6 + [8_00] * 3 + [0] * 3
    assert {need.result for need in needs[9:]} == {"not_stocked"}
    assert market.market.customers[0].stores == ()
    assert not [agent for agent in market.market.agents if agent.kind == "retailer"]
    outcome = market.market.outcome()
    assert outcome.firms.set_index("firm").open.to_dict()["Ann"] is False
    assert outcome.figures["stores_open"] == 0.0


def test_who_gives_notice_orders_nothing_and_what_is_not_yet_shipped_is_struck_out():
    # The maker has nothing to send: every evening's order waits. On day 4 Ann's four are struck out; Bob orders none.
    nothing = {"suppliers.replenishment.level": 0, "suppliers.capacity": 0}
    market = SmallMarket(OWN, {"retailers.rent": 2.5, "retailers.closing": QUICK, **nothing}).live(4)
    lines = market.market.state.orders.lines
    waiting = [(int(line["buyer"]), int(line["units"])) for line in lines[: int(market.market.state.orders.used[0])]]
    assert waiting == [(market.place("near"), 1)] * 4
    market.live()
    assert int(market.market.state.orders.used[0]) == 0
    assert market.needs(4)[0].place == "near"  # while the shelf lasts


def test_the_doors_stay_open_until_the_last_goods_have_come():
    # Three days on the way: what was sent on the evening of day 3 comes on day 6, notice or not.
    far_away = {"retailers.lead_time": 3, "retailers.rent": 2.5, "retailers.closing": {**QUICK, "notice_days": 0}}
    market = SmallMarket(OWN, far_away).live(10)
    shut = {place: day for day, kind, _, place, _, _ in told(market) if kind == "store_closed"}
    assert shut["near"] == 6
    assert market.units("to near") == market.units("near") == 0


def test_patience_is_counted_in_losing_reviews_in_a_row():
    # Needs come from day 4 to 6 of each week: a review may be lost and the next one won.
    weekend = {"customers.weekday_profile": [0, 0, 0, 0, 1, 1, 1]}
    closing = {"review_days": 4, "notice_days": 0, "rule": "losses"}

    def closed_on(patience: int, rent: float) -> list[int]:
        rule = {"retailers.closing": {**closing, "patience": patience}, "retailers.rent": rent}
        events = told(SmallMarket(OWN, {**weekend, **rule}).live(20))
        return [day for day, kind, firm, *_ in events if kind == "store_gives_notice" and firm == "Ann"]

    # Apples sold: none on days 0 to 3, three on 4 to 7, one on 8 to 11 (day 11), two on 12 to 15, two on 16 to 19.
    assert closed_on(1, 1.2) == [4]
    assert closed_on(2, 1.2) == [16]  # -4.80, +1.20, -2.80, -0.80
    assert closed_on(3, 1.2) == []
    assert closed_on(1, 0.0) == []


def test_what_is_tolerated_is_no_loss():
    # Bob loses his rent, 1.50 a day, and not a cent more.
    assert [event[1] for event in told(street(1.5, tolerated_loss=1.5).live(20))] == []
    assert "store_closed" in [event[1] for event in told(street(1.5, tolerated_loss=1.49).live(20))]


def test_consigned_goods_go_home_at_the_expense_of_who_owns_them():
    freight = {"delivery.bulk.cost_per_unit_km": 0.1, "delivery.bulk.cost_per_shipment": 0.5}
    rent = {"retailers.rent": 1.0, "retailers.closing": {**QUICK, "notice_days": 0}}
    market = SmallMarket(CONSIGNED, {**freight, **rent}).live(8)
    # Nobody pays Ann or Bob for handing over: both lose their rent. Ann goes on day 4, with her shelf full.
    back = [move for move in market.moves(4, "dispatch") if move[2] == "near"]
    assert back == [
        ("dispatch", "apple", "near", "to maker depot", 5, 5_00, 5_00),
        ("dispatch", "pear", "near", "to maker depot", 5, 5_00, 5_00),
    ]
    assert ("freight", "maker", "bulk freight", 10 * 10 + 50) in market.payments(4)  # 10 units over 1 km, one shipment
    assert not market.moves(4, "write_off")
    arrived = [move for move in market.moves(5, "arrival") if move[3] == "maker depot"]
    assert sum(move[4] for move in arrived if move[1] == "apple") >= 5


def test_goods_sent_back_to_a_store_that_is_gone_are_written_off():
    changes = {"products.items.0.return_inspected": 1.0, "returns.days": 5, "retailers.rent": 5.0}
    market = SmallMarket(OWN, {**changes, "retailers.closing": {**QUICK, "notice_days": 0}}).live(9)
    assert [move[:4] for move in market.moves(8, "write_off", "restock")] == [
        ("write_off", "apple", "returning", "written off")
    ]
    assert market.payments(8, "refund") == [("refund", "Ann", "households", 6_00)]  # the bills come after


def test_a_town_loses_its_last_shop():
    towns = [
        {"name": "Brook", "customers": 3, "shape": "point", "x": 0.0, "y": 0.0},
        {"name": "Dale", "customers": 1, "shape": "point", "x": 2.0, "y": 0.0},
    ]
    stores = [
        {"name": "big", "town": "Brook", "retailer": "Ann", "slots": 2},
        {"name": "little", "town": "Dale", "retailer": "Bob", "slots": 2},
    ]
    sections = {"geography": {"towns": towns}, "retailers": {**SMALL["retailers"], "stores": stores, "rent": 3.0}}
    changes = {"retailers.closing": QUICK, "suppliers.replenishment.level": 200}
    market = SmallMarket(OWN, changes, **sections).live(20)
    outcome = market.market.outcome()
    assert outcome.figures["stores_open_by_town"] == {"Brook": 1.0, "Dale": 0.0}
    assert outcome.figures["stores_open"] == 1.0
    needs = outcome.needs
    dale = needs[needs.town == "Dale"].set_index("day").km
    assert dale[:9].eq(0.0).all()
    assert dale[9:].eq(2.0).all()
    surplus = needs[needs.town == "Dale"].set_index("day").surplus
    assert (surplus[:9].mean(), surplus[9:].mean()) == (4.0, 2.0)  # 2 x 2 km x 0.50


def test_figures_count_the_stores_open_at_the_end_of_their_window():
    calendar = {"time.days": 12, "time.cool_down": 4}
    rule = {"retailers.rent": 1.5, "retailers.closing": QUICK, "suppliers.replenishment.level": 20}
    outcome = SmallMarket(OWN, {**calendar, **rule}).live(12).market.outcome()
    assert outcome.events.kind.tolist()[1] == "store_closed"  # on day 9; the window ends with day 7
    assert outcome.figures["stores_open"] == 2.0
    assert outcome.table("places").open.sum() == 2  # the depot and Ann's


@pytest.mark.parametrize("seed", [1, 2])
def test_dearer_rents_close_more_stores_and_make_ways_longer(seed):
    def lived(rent: float) -> tuple[float, float]:
        closing = {"rule": "losses", "review_days": 30, "patience": 1, "notice_days": 5}
        changes = {"retailers.rent": rent, "retailers.closing": closing, "time.days": 150, "time.warm_up": 100}
        outcome = Market(load_scenario("classroom_set_margins", changes), "traditional", seed).run()
        needs = outcome.needs
        km = needs.km[(needs.day >= 100) & (needs.result == "bought")]
        return outcome.figures["stores_open"], float(km.mean())

    # The rent itself is in no price: all that changes is who is left.
    stores, km = zip(*(lived(rent) for rent in (0.0, 120.0, 240.0)), strict=True)
    assert stores[0] > stores[1] > stores[2]
    assert km[0] < km[1] < km[2]


STORY = {
    "retailers.rent": 2.5,
    "retailers.closing": QUICK,
    "suppliers.direct_entry": {"rule": "when_it_pays", "review_days": 3, "assumed_share": 0.5},
}


def story() -> str:
    """Return the fingerprint of a market in which shops close and the maker sells direct."""
    regime = {"chain": True, "shelves": "mixed", "own_channels": ["store"], "supplier_channels": ["store", "parcel"]}
    changes = {
        **STORY,
        "geography.towns.0.customers": 4,
        "customers.scale": 1.0,
        "delivery.parcel.cost_per_parcel": 3.0,
    }
    market = SmallMarket(regime, changes).live(20)
    assert {"store_closed", "channel_opened"} <= {event[1] for event in told(market)}
    return fingerprint(market.market.outcome())


@pytest.mark.slow
def test_twice_the_same_and_compiled_or_not():
    first = story()
    assert story() == first
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(REPOSITORY)}
    program = "import json; from tests.entry.test_stores import story; print(json.dumps(story()))"
    command = [sys.executable, "-c", program]
    plain = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert plain.returncode == 0, plain.stderr
    assert json.loads(plain.stdout) == first
    assert len(first) == len(hashlib.sha256().hexdigest())


def test_where_nobody_may_come_or_go_there_is_nothing_to_tell():
    outcome = SmallMarket(OWN).live(2).market.outcome()
    assert "events" not in outcome.columns
    assert outcome.events.empty
    assert outcome.events.columns.tolist() == ["day", "kind", "firm", "place", "amount", "units"]


def test_the_world_is_left_as_it_was():
    market = street(2.5)
    world = market.market.world
    before = world.population.nearest.copy(), world.places.sources.copy()
    market.live(12)
    assert np.array_equal(world.population.nearest, before[0])
    assert np.array_equal(world.places.sources, before[1])
