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
    assert market.market.state.shelves.carried.tolist() == [[False, True]]  # pears


def test_samples_show_what_comes_after_the_shelf():
    stores = [{"name": "near", "town": "Brook", "retailer": "Ann", "east": 1.0, "slots": 1, "samples": 1}]
    shops = {**SMALL["retailers"], "names": ["Ann"], "stores": stores}
    market = SmallMarket({**CONSIGNED, "supplier_channels": ["store", "endless_aisle"]}, NOBODY_SHOPS, retailers=shops)
    assert market.market.state.shelves.carried.tolist() == [[True, False]]
    assert market.market.state.shelves.sampled.tolist() == [[False, True]]


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
    assert market.market.state.shelves.consigned[0].tolist() == consigned
    owners = market.market.stock.goods.owner[market.place("near")]
    accounts = market.market.ledger.accounts
    assert [accounts[owner] for owner in owners] == ["maker" if left else "Ann" for left in consigned]


def earning(regime: dict[str, Any], changes: dict[str, Any]) -> SmallMarket:
    """Return Ann's shop of one slot, filled by what it earns, in a town where two in five want pears."""
    stores = [{"name": "near", "town": "Brook", "retailer": "Ann", "east": 1.0, "slots": 1}]
    shops = {**SMALL["retailers"], "names": ["Ann"], "stores": stores, "assortment": {"rule": "profit"}}
    styles = {"count": 4, "shares": [3, 2, 0, 0]}
    return SmallMarket(regime, {**NOBODY_SHOPS, "customers.need_rate": 0.5, **changes}, retailers=shops, styles=styles)


def carried(market: SmallMarket) -> list[str]:
    """Return what Ann carries."""
    products = market.market.stock.products
    return [products[number] for number in np.flatnonzero(market.market.state.shelves.carried[0])]


# Ann expects .3 apples and .2 pears a day. She pays 4.00 for either, and asks 6.00 for apples.


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"pear": 6.90}, ["apple"]),  # .3 x 2.00 = .60 beats .2 x 2.90 = .58
        ({"pear": 7.10}, ["pear"]),  # .2 x 3.10 = .62 beats .60
        ({"pear": 7.10, "retailers.handling_cost": 0.5}, ["pear"]),  # .3 x 1.50 = .45, .2 x 2.60 = .52
        ({"pear": 6.90, "retailers.handling_cost": 0.5}, ["pear"]),  # .45, .2 x 2.40 = .48
        ({"pear": 6.00, "delivery.bulk.cost_per_unit_km": 3.0}, []),  # 1 km costs more than either brings
    ],
)
def test_a_slot_goes_to_what_earns_most_at_todays_prices(changes, kept):
    prices = {"retailers.pricing": {"rule": "fixed", "price": 6.0, "prices": {"pear": changes.pop("pear")}}}
    assert carried(earning(OWN, {**prices, **changes})) == kept


@pytest.mark.parametrize(("perish_rate", "kept"), [(0.0, ["apple"]), (0.02, ["pear"])])
def test_what_spoils_on_the_shelf_costs_its_price(perish_rate, kept):
    """Of 5 units kept, less .3 sold until night, 4.7 x .02 = .094 apples spoil a day, for .376 of the .60 they bring.

    Pears, which keep, bring .2 x 2.00 = .40.
    """
    items = [
        {"name": "apple", "style": 0, "supplier": "maker", "unit_cost": 1.0, "perish_rate": perish_rate},
        {"name": "pear", "style": 1, "supplier": "maker", "unit_cost": 1.0},
    ]
    market = earning(OWN, {"products.items": items})
    assert carried(market) == kept
    upkeep = market.market.state.assortments._upkeep(np.array([0]), np.array([[400.0, 400.0]]), np.zeros((1, 2)))
    assert upkeep == pytest.approx(np.array([[4.7 * perish_rate * 400.0, 0.0]]))


def test_interest_is_due_on_what_is_kept_and_on_its_way():
    """5 units at 4.00, 4.7 on the shelf at night and .3 on their way: 3.65 a year is .01 a day, so .20."""
    market = earning(OWN, {"money.interest_rate": 3.65})
    upkeep = market.market.state.assortments._upkeep(np.array([0]), np.array([[400.0, 400.0]]), np.zeros((1, 2)))
    assert upkeep == pytest.approx(np.array([[20.0, 20.0]]))


@pytest.mark.parametrize(("fee", "kept"), [(1.0, ["apple"]), (0.4, [])])
def test_on_consignment_a_slot_earns_the_handling_fee(fee, kept):
    changes = {"platform.handling_fee": fee, "retailers.handling_cost": 0.5}
    assert carried(earning(CONSIGNED, changes)) == kept


@pytest.mark.parametrize(("fee", "on_consignment"), [(1.9, False), (2.1, True)])
def test_where_both_are_allowed_each_slot_stands_on_the_account_that_earns_more(fee, on_consignment):
    mixed = {"chain": True, "shelves": "mixed", "own_channels": ["store"], "supplier_channels": ["store"]}
    market = earning(mixed, {"platform.handling_fee": fee})
    assert carried(market) == ["apple"]
    assert bool(market.market.state.shelves.consigned[0, 0]) is on_consignment


def test_where_nobody_sets_a_price_the_town_decides():
    market = earning({**OWN, "at_cost": True}, {"retailers.handling_cost": 0.5})
    assert carried(market) == ["apple"]
