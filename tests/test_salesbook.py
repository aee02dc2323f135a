"""What sellers note between two reviews: sales at their own price on days on which nobody left empty-handed."""

from __future__ import annotations

from tests.small_markets import CONSIGNED, OWN, PARCELS, SMALL, SmallMarket, with_parcels

YEARLY = {"rule": "learning", "review_days": 365}
TAKING_NOTES = {
    "suppliers": {**SMALL["suppliers"], "pricing": YEARLY, "direct_pricing": YEARLY},
    "retailers": {**SMALL["retailers"], "pricing": YEARLY},
}
WORTH_A_LOT = {"customers": {**SMALL["customers"], "worth": {"distribution": "constant", "mean": 1000.0}}}


def noted(small: SmallMarket, place: str, product: str = "apple") -> tuple[int, float]:
    """Return units and days in stock noted so far at a place's own prices."""
    node, number = small.place(place), small.product(product)
    return int(small.market.state.sales.units[node, number]), float(small.market.state.sales.days[node, number])


def direct(small: SmallMarket, product: str = "apple") -> tuple[int, float]:
    """Return units and days noted so far at the maker's direct prices."""
    number = small.product(product)
    return int(small.market.state.sales.direct_units[0, number]), float(small.market.state.sales.direct_days[0, number])


def small_market(regime, **sections) -> SmallMarket:
    return SmallMarket(regime, **{**TAKING_NOTES, **WORTH_A_LOT, **sections})


def test_a_shop_notes_what_it_sold_and_on_how_many_days_it_could():
    small = small_market(OWN).live(3)
    shop = max(("near", "far"), key=lambda place: noted(small, place)[0])  # where apples are cheaper, by chance
    assert noted(small, shop) == (3, 3.0)
    assert noted(small, shop, "pear") == (0, 3.0)


def test_a_day_on_which_somebody_was_turned_away_does_not_count():
    small = small_market(
        OWN, retailers={**TAKING_NOTES["retailers"], "replenishment": {"rule": "base_stock", "level": 0}}
    )
    assert noted(small.live(2), "near") == noted(small, "far") == (0, 0.0)


def test_nor_does_a_day_that_began_with_too_little_for_all_who_came():
    small = small_market(OWN, geography={"towns": [{"name": "Brook", "customers": 2, "shape": "point"}]})
    for shop in ("near", "far"):
        small.empty(shop, "apple", leaving=1)
    small.live(1)  # both want the same shop's apple: the second comes in vain
    first, second = small.needs()
    assert (first.place, second.first_place, second.first_empty) == (first.place, first.place, True)
    other = {"near": "far", "far": "near"}[first.place]
    assert (noted(small, first.place), noted(small, other)) == ((0, 0.0), (0, 1.0))


def test_a_day_on_which_the_shelf_was_empty_does_not_count_even_if_nobody_came():
    nobody = {**SMALL["customers"], "need_rate": 0.0}
    small = small_market(OWN, customers=nobody)
    small.empty("near", "apple")
    small.live(2)  # the second morning there is an apple again
    assert noted(small, "near") == (0, 1.0)
    assert noted(small, "far") == (0, 2.0)


def test_a_maker_notes_orders_and_not_what_customers_buy():
    small = small_market(OWN)
    small.live(1)
    assert noted(small, "maker depot") == (1, 1.0)  # the shop that sold one orders one
    small.empty("near", "apple")
    small.live(1)
    sold_on_the_second_day = 1
    assert noted(small, "maker depot")[0] >= 1 + sold_on_the_second_day
    assert noted(small, "maker depot")[1] == 2.0


def test_parcels_are_sales_at_direct_prices_and_no_orders():
    small = small_market(PARCELS).live(4)
    assert direct(small) == (4, 4.0)
    assert noted(small, "maker depot") == (0, 4.0)


def test_consigned_goods_are_the_makers_sales_and_their_refilling_is_no_order():
    small = small_market(CONSIGNED).live(4)
    assert direct(small) == (4, 4.0)
    assert noted(small, "maker depot") == (0, 4.0)
    assert noted(small, "near") == noted(small, "far") == (0, 0.0)


def test_a_day_counts_by_the_share_of_consigned_shelves_that_were_full():
    small = small_market(CONSIGNED)
    small.empty("far", "apple")
    small.live(1)
    assert direct(small) == (1, 0.5)


def test_where_parcels_are_sent_too_every_day_counts():
    small = small_market(with_parcels(CONSIGNED))
    small.empty("far", "apple")
    assert direct(small.live(1)) == (1, 1.0)


def test_after_a_review_a_new_page_begins():
    weekly = {**SMALL["retailers"], "pricing": {"rule": "learning", "review_days": 2}}
    small = small_market(OWN, retailers=weekly).live(2)
    assert max(noted(small, "near")[0], noted(small, "far")[0]) == 2
    small.live(1)
    assert noted(small, "near")[1] == noted(small, "far")[1] == 1.0


def test_nobody_takes_notes_where_no_rule_reads_them():
    small = SmallMarket(OWN).live(3)
    assert not small.market.state.sales.units.any()
    assert not small.market.state.sales.days.any()


def test_days_in_which_buyers_settle_down_after_a_review_are_left_out():
    """Two of three days: of shops, of the maker's orders, and of what it sells itself."""
    settling = {**YEARLY, "settling_days": 2}
    makers = {**SMALL["suppliers"], "pricing": settling, "direct_pricing": settling}
    sections = {"suppliers": makers, "retailers": {**SMALL["retailers"], "pricing": settling}}
    shops = small_market(OWN, **sections).live(3)
    assert {noted(shops, place)[1] for place in ("near", "far", "maker depot")} == {1.0}
    assert noted(shops, "near")[0] + noted(shops, "far")[0] == 1
    assert noted(shops, "maker depot")[0] == 1
    assert direct(small_market(PARCELS, **sections).live(3)) == (1, 1.0)
