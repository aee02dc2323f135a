"""What stands on the shelves, whose it is, and what the shopkeeper knows when filling them anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.rules.assortment import AssortmentView, Popularity
from tests.small_markets import CONSIGNED, OWN, SMALL, SmallMarket

NOBODY_SHOPS = {"customers.need_rate": 0.0}


def only(retailer: str, *products: str) -> dict[str, Any]:
    """Return the change that makes a retailer carry these products only."""
    return {f"firms.{retailer}.assortment": {"rule": "fixed", "products": list(products)}}


def test_what_is_not_carried_any_more_is_sold_off_and_not_ordered_again():
    one_customer = {"customers.reach": 1, "customers.breadth": 1}
    market = SmallMarket(OWN, {**one_customer, "retailers.replenishment.level": 2, **only("Ann", "pear")})
    assert market.first_need().result == "not_stocked"
    market.give("near", 2, "apple", value=8_00)  # left over from another time
    market.live(3)
    results = [need.result for need in market.needs()]
    assert results == ["not_stocked", "bought", "bought", "not_stocked"]
    assert not any(move[1] == "apple" and move[3] == "to near" for day in range(4) for move in market.moves(day))


def test_short_shelves_hold_what_the_town_wants_most():
    stores = [{"name": "near", "town": "Brook", "retailer": "Ann", "east": 1.0, "slots": 1}]
    shops = {**SMALL["retailers"], "names": ["Ann"], "stores": stores}
    styles = {"count": 4, "shares": [2, 3, 0, 0]}
    market = SmallMarket(OWN, retailers=shops, styles=styles)
    assert market.market.shelves.carried.tolist() == [[False, True]]  # pears


def test_samples_show_what_comes_after_the_shelf():
    stores = [{"name": "near", "town": "Brook", "retailer": "Ann", "east": 1.0, "slots": 1, "samples": 1}]
    shops = {**SMALL["retailers"], "names": ["Ann"], "stores": stores}
    market = SmallMarket({**CONSIGNED, "supplier_channels": ["store", "endless_aisle"]}, NOBODY_SHOPS, retailers=shops)
    assert market.market.shelves.carried.tolist() == [[True, False]]
    assert market.market.shelves.sampled.tolist() == [[False, True]]


def test_days_and_sales_are_counted_from_each_shops_own_last_review(monkeypatch):
    seen: list[tuple[int, int, list[int]]] = []
    decide = Popularity.decide

    def noting(self: Popularity, view: AssortmentView, state: Any) -> Any:
        for slots, days, sold in zip(view.slots, np.atleast_1d(view.days), view.units_sold, strict=True):
            if slots == self.review_days:  # Ann's have 2 slots and Bob's 3; samples ask for more room
                seen.append((self.review_days, int(days), sold.tolist()))
        return decide(self, view, state)

    monkeypatch.setattr(Popularity, "decide", noting)
    stores = [{**store, "slots": slots} for store, slots in zip(SMALL["retailers"]["stores"], (2, 3), strict=True)]
    rules = {
        name: {"assortment": {"rule": "popularity", "review_days": days}} for name, days in (("Ann", 2), ("Bob", 3))
    }
    market = SmallMarket(OWN, retailers={**SMALL["retailers"], "stores": stores}, firms=rules)
    seen.clear()
    market.live(7)
    anns = [(days, sold) for review, days, sold in seen if review == 2]
    bobs = [(days, sold) for review, days, sold in seen if review == 3]
    # The one customer buys an apple at Ann's every day.
    assert [known for known in anns if known[0] > 0] == [(2, [2, 0])] * len([k for k in anns if k[0] > 0])
    assert {days for days, _ in anns} == {0, 2}
    assert [known for known in bobs if known[0] > 0] == [(3, [0, 0])] * len([k for k in bobs if k[0] > 0])
    assert {days for days, _ in bobs} == {0, 3}


@pytest.mark.parametrize(("share", "consigned"), [(0.0, [False, False]), (0.5, [False, True]), (1.0, [True, True])])
def test_where_both_are_allowed_the_slowest_sellers_stand_there_on_consignment(share, consigned):
    mixed = {"chain": True, "shelves": "mixed", "own_channels": ["store"], "supplier_channels": ["store"]}
    rule = {"retailers.assortment": {"rule": "popularity", "consigned_share": share}}
    market = SmallMarket(mixed, {**NOBODY_SHOPS, **rule})
    assert market.market.shelves.consigned[0].tolist() == consigned
    owners = market.market.stock.goods.owner[market.place("near")]
    accounts = market.market.ledger.accounts
    assert [accounts[owner] for owner in owners] == ["maker" if left else "Ann" for left in consigned]
