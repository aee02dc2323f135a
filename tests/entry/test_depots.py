"""Intermediaries and the platform give up: whoever bought from them, or sold through them, goes on without."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.entry.test_stores import told
from tests.small_markets import CONSIGNED, SmallMarket, with_parcels

CHAIN = {"chain": True, "shelves": "own", "own_channels": ["store"]}
QUICK = {"rule": "losses", "review_days": 4, "patience": 1, "notice_days": 2}


def tier(name: str, price: float, fixed_cost: float, **more: Any) -> dict[str, Any]:
    """Return a tier at the well that charges a price; its firms leave at once when they lose."""
    return {
        "name": name,
        "location": "centre",
        "lead_time": 1,
        "fixed_cost": fixed_cost,
        "pricing": {"rule": "fixed", "price": price},
        "replenishment": {"rule": "base_stock", "level": 5},
        "closing": QUICK,
        **more,
    }


def chain(*tiers: dict[str, Any], **changes: Any) -> SmallMarket:
    """Return the small market with tiers between the maker, who asks 4.00, and the shops."""
    return SmallMarket(CHAIN, changes, tiers=list(tiers))


def sold_to(market: SmallMarket, buyer: str, day: int) -> list[tuple[str, int]]:
    """Return from whom a firm bought on a day, and for how much."""
    return [(payee, cents) for _, payer, payee, cents in market.payments(day, "wholesale") if payer == buyer]


def test_the_link_is_skipped_once_the_last_of_a_tier_has_sold_off():
    # One apple a day at 5.00 that cost 4.00, less 3.00 of fixed cost: 2.00 a day are lost.
    market = chain(tier("dealer", 5.0, 3.0)).live(12)
    assert told(market) == [
        (4, "intermediary_gives_notice", "dealer", "dealer depot", -8.0, 0),
        (6, "intermediary_gone", "dealer", "dealer depot", 32.0, 8),  # five apples, less two sold off, and the pears
    ]
    assert [sold_to(market, "Ann", day) for day in (3, 4, 5, 6, 7)] == [
        [("dealer", 5_00)], [("dealer", 5_00)], [("dealer", 5_00)], [("maker", 4_00)], [("maker", 4_00)],
    ]  # fmt: skip
    assert [sold_to(market, "dealer", day) for day in (3, 4, 5)] == [[("maker", 4_00)], [], []]
    assert market.market.ledger.balance("dealer") == 6 * 5_00 - 4 * 4_00 - 6 * 3_00
    assert [level.number for level in market.market.state.levels] == [0, 2]
    assert "dealer" not in {agent.name for agent in market.market.agents}
    assert market.market.outcome().firms.set_index("firm").open["dealer"] == np.False_


def test_what_a_leaving_depot_lacks_is_bought_where_it_bought():
    # It keeps a single unit and the next comes a day later: during the notice Ann's second order finds it empty.
    dealer = tier("dealer", 5.0, 3.0, replenishment={"rule": "base_stock", "level": 1})
    market = chain(dealer, **{"retailers.closing": {"rule": "never"}}).live(9)
    assert [sold_to(market, "Ann", day) for day in (4, 5, 6)] == [
        [("dealer", 5_00)],
        [("maker", 4_00)],
        [("maker", 4_00)],
    ]
    assert told(market)[-1] == (6, "intermediary_gone", "dealer", "dealer depot", 4.0, 1)  # a pear


def test_back_orders_of_who_leaves_are_struck_out_and_placed_again_elsewhere():
    # The dealer gets nothing from the maker and owes Ann four apples by day 4; they are struck out.
    nothing = {"suppliers.replenishment.level": 0, "suppliers.capacity": 0}
    dealer = tier("dealer", 5.0, 3.0, replenishment={"rule": "base_stock", "level": 0})
    market = chain(dealer, **nothing).live(4)
    orders = market.market.state.orders
    depot = market.place("dealer depot")
    owed = [int(line["units"]) for line in orders.lines[: int(orders.used[0])] if line["source"] == depot]
    assert sum(owed) == 4
    market.live()
    lines = orders.lines if orders.lines is market.market.state.orders.lines else market.market.state.orders.lines
    now = lines[: int(market.market.state.orders.used[0])]
    assert {int(line["source"]) for line in now} == {market.place("maker depot")}
    assert sum(int(line["units"]) for line in now if line["buyer"] == market.place("near")) == 5


def test_the_others_of_a_tier_take_over():
    market = SmallMarket(
        CHAIN,
        {"firms.dealer 2.closing": {"rule": "never"}},
        tiers=[tier("dealer", 5.0, 3.0, firms=2, location="spread")],
    ).live(20)
    gone = [event[2] for event in told(market) if event[1] == "intermediary_gone"]
    assert gone == ["dealer 1"]
    assert sold_to(market, "Ann", 19) == [("dealer 2", 5_00)]
    sources = market.market.state.network.sources[market.place("near")]
    assert [source for source in sources.tolist() if source >= 0] == [market.place("dealer 2 depot")]


def test_two_links_go_one_after_another():
    # 1.00 a day for the importer, who loses 1.00; 1.00 for the dealer, who earns 0.50 of it until it sells to nobody.
    importer, dealer = tier("importer", 4.5, 1.5), tier("dealer", 5.5, 2.0)
    market = chain(importer, dealer, **{"time.days": 20}).live(20)
    kinds = [(event[1], event[2]) for event in told(market) if event[1] == "intermediary_gone"]
    assert sorted(kinds) == [("intermediary_gone", "dealer"), ("intermediary_gone", "importer")]
    assert sold_to(market, "Ann", 19) == [("maker", 4_00)]
    assert [level.number for level in market.market.state.levels] == [0, 3]


def test_without_a_platform_the_channels_that_need_it_end_and_goods_go_home():
    platform = {"closing": {**QUICK, "notice_days": 1}, "fixed_cost": 1.0}
    market = SmallMarket({**with_parcels(CONSIGNED), "platform": True}, platform=platform).live(12)
    assert told(market) == [
        (4, "platform_gives_notice", "platform", None, -4.0, 0),
        (5, "platform_gone", "platform", None, -5.0, 0),
    ]
    needs = market.needs()
    assert {need.result for need in needs[:5]} == {"bought"}
    assert {need.result for need in needs[5:]} == {"not_stocked"}
    assert market.market.ledger.balance("platform") == -5_00
    stores = market.market.world.places.stores
    assert not market.market.stock.goods.units[stores].any()
    assert sum(move[4] for move in market.moves(5, "dispatch") if move[2] in ("near", "far")) == 20
    assert not market.market.state.shelves.carried.any()
