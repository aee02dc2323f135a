"""What a customer does with a need, story by story; every number can be worked out on paper.

The small market (``tests/small_markets.py``): apples are worth 10.00, pears 2.00 less; both cost 6.00 everywhere; the
way to Ann's ("near") and back costs 1.00, to Bob's ("far") 2.00. So an apple leaves 3.00 at Ann's, 2.00 at Bob's, and
a pear 1.00 and nothing.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.kernels.offers import OFFER
from sim.kernels.shopping import NO_PURCHASE, best_offer
from tests.small_markets import CONSIGNED, OWN, PARCELS, SMALL, Need, SmallMarket, with_parcels

NEVER_TOMORROW = {"customers.waiting_cost": 100.0}
RARE = 1e-4  # seeds are fixed, so a test passes always or never; a true hypothesis falls below this rarely


def bought(need: Need) -> tuple[str | None, str | None, str | None]:
    """Return what was bought, where the unit came from, and by which channel."""
    return need.product, need.place, need.channel


# -- the best offer ------------------------------------------------------------------------------------------------


def test_without_shocks_the_best_offer_is_taken_and_its_surplus_is_what_the_formula_says():
    need = SmallMarket(OWN).first_need()
    assert bought(need) == ("apple", "near", "store")
    assert (need.price, need.fee, need.tax, need.km, need.days) == (600, 0, 0, 1.0, 0.0)
    assert need.surplus == 1000 - 600 - 100
    assert need.full_price == 600 + 100
    assert (need.first_choice, need.first_place, need.first_channel, need.first_empty) == (
        "apple", "near", "store", False,
    )  # fmt: skip


def test_the_other_style_is_bought_where_it_is_cheaper_by_more_than_the_mismatch():
    price_of_apples = {"Ann": 8.01, "Bob": 8.0}
    dear_apples = {
        f"firms.{name}.pricing": {"rule": "fixed", "price": 6.0, "prices": {"apple": price}}
        for name, price in price_of_apples.items()
    }
    need = SmallMarket(OWN, dear_apples).first_need()
    assert bought(need) == ("pear", "near", "store")  # 10 - 2 - 6 - 1 = 1.00; apples: 0.99 at Ann's, 0 at Bob's
    assert need.surplus == 100


def test_quality_adds_worth_for_everybody():
    need = SmallMarket(OWN, {"products.items.1.quality": 2.01}).first_need()
    assert bought(need) == ("pear", "near", "store")
    assert need.surplus == 1000 - 200 + 201 - 600 - 100


def test_ties_go_to_the_lower_product_then_the_lower_store_then_the_lower_channel():
    same_style = SmallMarket(OWN, {"products.items.0.style": 1, "products.items.1.style": 1}).first_need()
    assert bought(same_style) == ("apple", "near", "store")
    same_way = SmallMarket(OWN, {"retailers.stores.1.east": -1.0}).first_need()
    assert bought(same_way) == ("apple", "near", "store")
    ready_at_once = {"shelves": "consigned", "supplier_channels": ["pickup", "store"]}
    assert bought(SmallMarket(ready_at_once).first_need()) == ("apple", "near", "store")


def test_a_tie_between_buying_and_leaving_is_a_purchase():
    assert SmallMarket(OWN, {"customers.worth.mean": 7.0}).first_need().result == "bought"
    assert SmallMarket(OWN, {"customers.worth.mean": 6.99}).first_need().result != "bought"
    offers = np.zeros(2, OFFER)  # the second is scratch space of somebody else: its number has no say
    offers["identity"], offers["utility"], offers["alive"] = (5, 1), 300.0, True
    assert best_offer(offers, 1, 300.0, -1, 0.0) == (0, 300.0)
    assert best_offer(offers, 1, 300.1, -1, 0.0)[0] == NO_PURCHASE


def test_only_the_nearest_products_and_the_nearest_stores_are_considered():
    one_product = SmallMarket(OWN, {"customers.breadth": 1, **NEVER_TOMORROW})
    one_product.empty("near", "apple")
    one_product.empty("far", "apple")
    assert one_product.first_need().result == "out_of_stock"
    one_store = SmallMarket(OWN, {"customers.reach": 1, **NEVER_TOMORROW})
    one_store.empty("near")
    assert one_store.first_need().result == "out_of_stock"


# -- an empty shelf, met in the store ------------------------------------------------------------------------------


def test_an_empty_shelf_is_met_in_the_store_and_a_substitute_taken_there():
    market = SmallMarket(OWN, {"customers.mismatch_cost": 4.0, **NEVER_TOMORROW})  # a pear is 1.00 less
    market.empty("near", "apple")
    need = market.first_need()
    # In the shop the way is behind: a pear leaves 10 - 1 - 6 = 3.00, an apple at Bob's 2.00.
    assert bought(need) == ("pear", "near", "store")
    assert (need.first_choice, need.first_place, need.first_empty) == ("apple", "near", True)
    assert (need.km, need.days) == (1.0, 0.0)
    assert need.surplus == 300 - 100  # the way to Ann's was spent all the same
    assert need.full_price == 600 + 100


def test_the_endless_aisle_orders_inside_the_store_what_is_empty_there():
    own_and_aisle = with_parcels(OWN, "endless_aisle")
    market = SmallMarket(own_and_aisle, {"customers.waiting_cost": 0.5, "customers.hassle": 1.0})
    market.empty("near", "apple")
    need = market.first_need()
    # Ordered there: 10 - 6 - one day at 0.50 - hassle 1.00 x (1 - 0.5) = 3.00. Tomorrow: 3.00 - 0.50 = 2.50.
    assert bought(need) == ("apple", "maker depot", "endless_aisle")
    assert (need.seller, need.km, need.quoted_days, need.days) == ("maker", 1.0, 1.0, 1.0)
    assert need.surplus == 300 - 100
    assert need.full_price == 600 + 50 + 50 + 100
    assert need.first_empty


def test_the_endless_aisle_is_no_first_choice_without_a_sample():
    assert bought(SmallMarket(with_parcels(OWN, "endless_aisle")).first_need()) == ("apple", "near", "store")


def test_an_online_channel_serves_whom_an_empty_shelf_has_sent_away():
    market = SmallMarket(with_parcels(OWN), {"customers.waiting_cost": 1.5})
    market.empty("near", "apple")
    need = market.first_need()
    # From the phone: 10 - 6 - one day at 1.50 = 2.50. Bob's: 2.00. Tomorrow: 3.00 - 1.50 = 1.50.
    assert bought(need) == ("apple", "maker depot", "parcel")
    assert (need.km, need.days, need.surplus) == (1.0, 1.0, 250 - 100)


def test_another_store_is_tried_and_may_be_empty_too():
    one_shop_empty = SmallMarket(OWN, NEVER_TOMORROW)
    one_shop_empty.empty("near")
    need = one_shop_empty.first_need()
    assert bought(need) == ("apple", "far", "store")
    assert (need.km, need.surplus, need.full_price) == (3.0, 200 - 100, 600 + 200 + 100)

    both_empty = SmallMarket(OWN, NEVER_TOMORROW)
    both_empty.empty("near")
    both_empty.empty("far")
    need = both_empty.first_need()
    assert need.result == "out_of_stock"
    assert (need.product, need.place, need.price, need.full_price) == (None, None, 0, 0)
    assert (need.km, need.surplus) == (3.0, -100 - 200)  # two trips for nothing
    assert (need.first_choice, need.first_place, need.first_empty) == ("apple", "near", True)
    assert np.isnan(need.days)


def test_an_aisle_left_behind_costs_the_way_back():
    market = SmallMarket(
        with_parcels(OWN, "endless_aisle"), {"customers.waiting_cost": 2.5, "platform.handling_fee": 0.1}
    )
    market.empty("near")
    market.empty("far")
    need = market.first_need()
    # At Ann's: ordering leaves 10 - 6 - 2.50 = 1.50, going on to Bob's 2.00. There it is ordered at Bob's aisle.
    assert (need.channel, need.km, need.surplus) == ("endless_aisle", 3.0, 150 - 100 - 200)
    assert market.payments(0, "handling_fee") == [("handling_fee", "maker", "Bob", 10)]


def test_a_customer_comes_back_tomorrow_once_for_one_waiting_cost():
    market = SmallMarket(OWN, {"customers.waiting_cost": 0.5, "customers.need_rate": 1.0, "time.days": 2})
    market.empty("near", "apple")
    market.live()
    waiting = market.needs(0)[0]
    # Tomorrow: 3.00 - 0.50 = 2.50; Bob's today: 2.00; a pear here: 10 - 2 - 6 = 2.00.
    assert (waiting.result, waiting.attempt, waiting.km, waiting.surplus) == ("waiting", 1, 1.0, -150)
    market.live()
    need = market.needs(0)[0]
    assert bought(need) == ("apple", "near", "store")  # Ann's order of last night has arrived
    assert (need.attempt, need.km, need.quoted_days, need.days) == (1, 2.0, 1.0, 1.0)
    assert need.surplus == 300 - 100 - 50  # today's purchase, yesterday's trip, the night
    assert need.full_price == 600 + 100 + 100 + 50
    assert need.first_empty  # the first choice stays that of the day before


def test_whoever_comes_back_has_the_shocks_of_the_day_its_need_arose():
    changes = {"customers.waiting_cost": 0.1, "customers.scale": 1.0, "customers.reach": 1, "customers.breadth": 1}
    market = SmallMarket(OWN, changes, seed=3)
    market.empty("near", "apple")
    market.live()
    assert market.needs(0)[0].result == "waiting"
    leaving = float(market.market.state.needs["outside_option"][0])
    market.live()
    need = market.needs(0)[0]
    assert (need.result, need.attempt) == ("bought", 1)
    assert float(market.market.state.needs["outside_option"][0]) == leaving != 0.0
    tomorrow = market.needs(1)[0]
    assert float(market.market.state.needs["outside_option"][1]) != leaving, tomorrow


def test_whoever_comes_back_to_an_empty_shelf_does_not_come_a_third_time():
    bare = {"customers.waiting_cost": 0.5, "retailers.replenishment.level": 0, "time.days": 3}
    market = SmallMarket(OWN, {**bare, "customers.reach": 1}).live(3)
    need = market.needs(0)[0]
    assert (need.result, need.attempt, need.km) == ("out_of_stock", 1, 2.0)
    assert need.surplus == -100 - 50 - 100


def test_waiting_for_tomorrow_is_left_alone_where_another_choice_today_is_as_good():
    market = SmallMarket(OWN, {"customers.waiting_cost": 1.0})  # tomorrow 3.00 - 1.00 = 2.00, as good as Bob's
    market.empty("near", "apple")
    assert market.first_need().attempt == 0


def test_latecomers_are_served_before_the_others():
    market = SmallMarket(OWN, {"customers.waiting_cost": 0.5, "customers.reach": 1, "customers.breadth": 1})
    market.empty("near", "apple")
    market.empty("maker depot", "apple", leaving=1)  # all that Ann gets for tomorrow
    market.live(2)
    assert market.needs(0)[0].result == "bought"
    assert (market.needs(1)[0].result, market.needs(1)[0].attempt) == ("waiting", 1)


# -- stock that is shared ------------------------------------------------------------------------------------------


def test_shared_stock_spares_the_wasted_trip_and_the_stock_blind_choice_is_kept():
    market = SmallMarket({**OWN, "shares_stock": True}, {"customers.waiting_cost": 0.5})
    market.empty("near", "apple")
    need = market.first_need()
    assert bought(need) == ("apple", "far", "store")
    assert (need.km, need.surplus, need.attempt) == (2.0, 200, 0)  # nobody waits for what lies at Bob's
    assert (need.first_choice, need.first_place, need.first_empty) == ("apple", "near", True)


def test_with_shared_stock_and_nothing_left_the_customer_stays_at_home():
    market = SmallMarket({**OWN, "shares_stock": True})
    market.empty("near")
    market.empty("far")
    need = market.first_need()
    assert (need.result, need.km, need.surplus) == ("out_of_stock", 0.0, 0)


def test_what_is_sold_out_online_is_seen_before_anybody_sets_out():
    market = SmallMarket(CONSIGNED | {"supplier_channels": ["courier", "pickup"]})
    market.empty("near", "apple")
    need = market.first_need()
    assert bought(need) == ("apple", "far", "courier")
    assert (need.first_place, need.first_empty, need.km) == ("near", True, 0.0)


# -- why nothing was bought ----------------------------------------------------------------------------------------


def carries(retailer: str, *products: str) -> dict[str, object]:
    """Return the change that makes a retailer carry these products only."""
    return {f"firms.{retailer}.assortment": {"rule": "fixed", "products": list(products)}}


def test_not_stocked_when_the_nearest_store_with_all_products_would_have_sold():
    only_pears = {**carries("Ann", "pear"), **carries("Bob", "pear")}
    need = SmallMarket(OWN, {**only_pears, "customers.worth.mean": 7.5}).first_need()
    # A pear: 7.50 - 2 - 6 - 1 < 0. An apple at Ann's would have been 7.50 - 6 - 1 = 0.50.
    assert (need.result, need.first_choice, need.first_empty, need.km) == ("not_stocked", None, False, 0.0)


def test_what_a_shop_does_not_carry_is_no_empty_shelf():
    market = SmallMarket(OWN, {**carries("Ann", "apple"), "customers.need_rate": 0.0})
    market.empty("far", "pear")
    market.live(2)  # in the second morning there are pears again
    outcome = market.market.outcome()
    cells = outcome.columns["cells"]
    empty = {(int(cells["place"][row]), int(cells["product"][row])) for row in np.flatnonzero(cells["days_empty"])}
    assert empty == {(market.place("far"), market.product("pear"))}
    assert outcome.figures["stockout_rate"] == pytest.approx(1 / 6)  # three shelves, two days


def test_not_stocked_is_judged_at_the_lowest_price_anywhere():
    dear_at_home = {**carries("Ann", "pear"), "firms.Ann.pricing": {"rule": "fixed", "price": 9.0}}
    far_away = {"customers.travel_cost": 1.0, "customers.reach": 1, "customers.worth.mean": 8.0}
    need = SmallMarket(OWN, {**dear_at_home, **far_away}).first_need()
    # Ann would ask 9.00; Bob offers apples at 6.00: 8 - 6 - 2 (Ann's way) = 0.
    assert need.result == "not_stocked"
    farther = SmallMarket(OWN, {**dear_at_home, **far_away, "customers.worth.mean": 7.99}).first_need()
    assert farther.result != "not_stocked"


def test_the_lowest_price_may_be_that_of_a_parcel():
    only_pears = {**carries("Ann", "pear"), **carries("Bob", "pear"), "retailers.pricing.price": 9.0}
    late = {"customers.waiting_cost": 5.0, "customers.worth.mean": 8.0}
    need = SmallMarket(with_parcels(OWN), {**only_pears, **late}).first_need()
    # The maker asks 6.00: at Ann's an apple would have been 8 - 6 - 1; at her own 9.00 it would not.
    assert need.result == "not_stocked"
    assert SmallMarket(OWN, {**only_pears, **late}).first_need().result != "not_stocked"


def test_too_far_when_the_way_alone_made_the_difference():
    for worth in (6.5, 6.0):  # 6.00 for an apple, 0.50 to Ann's and 0.50 back: the whole way counts, and a tie buys
        assert SmallMarket(OWN, {"customers.worth.mean": worth}).first_need().result == "too_far"


def test_too_slow_when_the_wait_alone_made_the_difference():
    late = {"customers.waiting_cost": 5.0, "customers.worth.mean": 8.0}
    assert SmallMarket(PARCELS, late).first_need().result == "too_slow"  # 8 - 6 - 5 < 0, without the day 2.00


def test_too_dear_when_nothing_else_explains_it():
    assert SmallMarket(OWN, {"customers.worth.mean": 5.99}).first_need().result == "too_dear"
    assert SmallMarket(PARCELS, {"customers.worth.mean": 5.99}).first_need().result == "too_dear"


def test_two_hindrances_at_once_are_neither_alone():
    # Going costs 1.00 and waiting 1.00; worth 7.50 - 6 pays for one of them, not for both.
    ordered = {"shelves": "consigned", "supplier_channels": ["pickup"]}
    changes = {"delivery.pickup_hours": 24.0, "customers.waiting_cost": 1.0, "customers.worth.mean": 7.5}
    need = SmallMarket(ordered, {**changes, **carries("Ann", "apple"), **carries("Bob", "apple")}).first_need()
    assert need.result == "too_far"  # without the way it would have waited; the first of the list counts
    changes["customers.worth.mean"] = 6.99
    assert SmallMarket(ordered, {**changes, **carries("Ann", "apple")}).first_need().result == "too_dear"


def test_out_of_stock_comes_before_all_other_reasons():
    market = SmallMarket(OWN, {**carries("Ann", "apple"), **NEVER_TOMORROW, "customers.reach": 1})
    market.empty("near")
    assert market.first_need().result == "out_of_stock"


# -- fee, tax, acceptance, hassle ----------------------------------------------------------------------------------

PARCEL_COST = {"delivery.parcel.cost_per_parcel": 1.5, "delivery.parcel.cost_per_kg": 0.5}  # 2.00 for a kilogram


@pytest.mark.parametrize(
    ("terms", "fee"),
    [
        ({"delivery.paid_by": "customer"}, 200),
        ({"delivery.paid_by": "seller"}, 0),
        ({"delivery.paid_by": "customer", "delivery.free_above": 6.01}, 200),
        ({"delivery.paid_by": "customer", "delivery.free_above": 6.0}, 0),
    ],
)
def test_who_pays_the_last_mile(terms, fee):
    market = SmallMarket(PARCELS, {**PARCEL_COST, **terms})
    need = market.first_need()
    assert (need.fee, need.surplus, need.full_price) == (fee, 400 - fee, 600 + fee)
    fees = [("delivery_fee", "households", "maker", fee)] if fee else []
    assert market.payments(0, "sale", "delivery_fee", "last_mile", "wages") == [
        ("sale", "households", "maker", 600),
        *fees,
        ("last_mile", "maker", "parcel carrier", 200),  # the seller pays the carrier, whoever pays the seller
        ("wages", "parcel carrier", "labour", 200),
    ]


def test_free_above_takes_a_price_of_odd_cents_at_its_word():
    # 1.1 x 100 is a little more than 110 in binary fractions.
    cheap = {"suppliers.direct_pricing.price": 1.1, "delivery.free_above": 1.1, **PARCEL_COST}
    assert SmallMarket(PARCELS, cheap).first_need().fee == 0


def test_tax_comes_on_top_and_goes_to_the_state():
    market = SmallMarket(OWN, {"money.tax_rate": 0.2})
    need = market.first_need()
    assert (need.price, need.tax, need.surplus, need.full_price) == (600, 120, 300 - 120, 600 + 100 + 120)
    assert market.payments(0, "tax") == [("tax", "households", "state", 120)]
    assert SmallMarket(OWN, {"money.tax_rate": 0.5}).first_need().surplus == 0
    assert SmallMarket(OWN, {"money.tax_rate": 0.502}).first_need().result == "too_far"


def test_tax_is_rounded_half_to_even_once():
    for rate, tax in ((0.0075, 4), (0.0125, 8), (0.00917, 6)):  # 4.5, 7.5 and 5.502 cents
        assert SmallMarket(OWN, {"money.tax_rate": rate}).first_need().tax == tax


def test_acceptance_is_the_share_of_worth_a_channel_keeps():
    halved = {"customers.acceptance.parcel": 0.7}
    assert SmallMarket(PARCELS, halved).first_need().surplus == 700 - 600
    both = SmallMarket(with_parcels(OWN), halved).first_need()
    assert bought(both) == ("apple", "near", "store")  # 3.00 at Ann's, 1.00 by parcel


def test_hassle_is_felt_as_far_as_trust_is_missing():
    for trust, felt in ((0.0, 200), (0.25, 150), (1.0, 0)):
        need = SmallMarket(PARCELS, {"customers.hassle": 2.0, "customers.trust": trust}).first_need()
        assert (need.surplus, need.full_price) == (400 - felt, 600 + felt)
    in_the_shop = SmallMarket(OWN, {"customers.hassle": 2.0}).first_need()
    assert in_the_shop.surplus == 300


SHOWROOM = {
    **SMALL["retailers"],
    "stores": [{"name": "showroom", "town": "Brook", "retailer": "Ann", "east": 1.0, "slots": 0, "samples": 1}],
    "names": ["Ann"],
}
SHOWN = {"shelves": "consigned", "supplier_channels": ["store", "parcel", "endless_aisle"]}


def test_a_sample_saves_the_hassle_of_buying_unseen():
    unsure = {"customers.hassle": 4.0, "customers.travel_cost": 0.25}  # 2.00 felt; 0.50 for the way
    need = SmallMarket(SHOWN, unsure, retailers=SHOWROOM).first_need()
    assert bought(need) == ("apple", "maker depot", "endless_aisle")
    assert (need.km, need.days, need.surplus) == (1.0, 1.0, 400 - 50)
    sure = {**unsure, "customers.trust": 0.9}  # 0.40 felt: not worth the way
    assert bought(SmallMarket(SHOWN, sure, retailers=SHOWROOM).first_need()) == ("apple", "maker depot", "parcel")


def test_what_was_seen_as_a_sample_is_returned_as_rarely_as_what_was_seen_on_a_shelf():
    picky = {"products.items.0.return_unseen": 1.0, "customers.breadth": 1, "time.days": 3}
    unseen = SmallMarket(PARCELS, picky).live(2)
    assert unseen.needs(0)[0].returned
    looked_first = SmallMarket(SHOWN, {**picky, "customers.hassle": 8.0}, retailers=SHOWROOM).live(2)
    assert looked_first.needs(0)[0].channel == "endless_aisle"
    assert not looked_first.needs(0)[0].returned
    blind_order = SmallMarket(with_parcels(OWN, "endless_aisle"), picky | {"customers.reach": 1})
    blind_order.empty("near")
    blind_order.live(2)
    assert blind_order.needs(0)[0].channel == "endless_aisle"
    assert blind_order.needs(0)[0].returned  # ordered in the aisle beside an empty shelf: unseen


# -- knowing of a channel ------------------------------------------------------------------------------------------

MANY = {
    "geography.towns.0.customers": 4000,
    "suppliers.replenishment.level": 100_000,
    "retailers.stock_per_slot": 100_000,
}
ADVERTISED = {"online.advertising_per_head": 0.5, "online.advertising_scale": 1.0, "delivery.parcel.handling_days": 0.0}


def test_advertising_makes_a_channel_known_to_one_less_exp_of_spending_over_scale():
    market = SmallMarket(PARCELS, {**MANY, **ADVERTISED}).live()
    needs = market.needs(0)
    known = sum(need.result == "bought" for need in needs)
    share = 1.0 - np.exp(-0.5)
    assert stats.binomtest(known, len(needs), share).pvalue > RARE
    assert market.payments(0, "advertising") == [("advertising", "maker", "media", 50 * 4000)]


def test_who_has_bought_by_a_channel_always_knows_it_and_the_others_by_chance():
    market = SmallMarket(PARCELS, {**MANY, **ADVERTISED}).live(2)
    tried = {need.customer for need in market.needs(0) if need.result == "bought"}
    again = {need.customer for need in market.needs(1) if need.result == "bought"}
    assert tried <= again
    newly = len(again - tried)
    assert stats.binomtest(newly, 4000 - len(tried), 1.0 - np.exp(-0.5)).pvalue > RARE


def test_shops_need_no_advertising():
    unknown = {"online.advertising_per_head": 0.0, "online.advertising_scale": 1.0}
    need = SmallMarket(with_parcels(OWN), {**unknown, "customers.travel_cost": 1.5}).first_need()
    assert bought(need) == ("apple", "near", "store")  # a parcel would have left 4.00 instead of 1.00


# -- stock runs out ------------------------------------------------------------------------------------------------


def test_of_many_customers_as_many_buy_as_there_are_units_the_first_in_the_order_of_the_day():
    crowd = {"geography.towns.0.customers": 50, "customers.reach": 1, "customers.breadth": 1, **NEVER_TOMORROW}
    market = SmallMarket(OWN, {**crowd, "retailers.replenishment.level": 20})
    market.live()
    results = [need.result for need in market.needs(0)]
    assert results == ["bought"] * 20 + ["out_of_stock"] * 30
    assert market.units("near") == 0
    assert {need.first_empty for need in market.needs(0)[20:]} == {True}


def test_the_last_unit_is_not_sold_twice_over_the_counter_and_online():
    crowd = {"geography.towns.0.customers": 7, "customers.reach": 1, "customers.breadth": 1}
    market = SmallMarket(CONSIGNED, {**crowd, "retailers.replenishment.level": 3}).live()
    assert sum(need.result == "bought" for need in market.needs(0)) == 3


# -- chance --------------------------------------------------------------------------------------------------------


def test_with_shocks_shares_are_those_of_the_logit():
    scale = 1.2
    changes = {
        **MANY,
        "geography.towns.0.customers": 60_000,
        "retailers.replenishment.level": 100_000,
        "customers.scale": scale,
        "firms.Bob.pricing": {"rule": "fixed", "price": 5.0},
    }
    market = SmallMarket(with_parcels(OWN), {**changes, "customers.waiting_cost": 2.5}).live()
    columns = market.market.outcome().columns["needs"]
    offers = {
        ("apple", "near", "store"): 10 - 6 - 1.0,
        ("apple", "far", "store"): 10 - 5 - 2.0,
        ("pear", "near", "store"): 10 - 2 - 6 - 1.0,
        ("pear", "far", "store"): 10 - 2 - 5 - 2.0,
        ("apple", "maker depot", "parcel"): 10 - 6 - 2.5,
        ("pear", "maker depot", "parcel"): 10 - 2 - 6 - 2.5,
        (None, None, None): 0.0,
    }
    weights = np.exp(np.array(list(offers.values())) / scale)
    expected = weights / weights.sum() * len(columns["need"])
    codes = [
        (-1, -1) if product is None else (market.product(product), market.place(str(place)))
        for product, place, _ in offers
    ]
    seen = [int(((columns["product"] == product) & (columns["place"] == place)).sum()) for product, place in codes]
    assert sum(seen) == len(columns["need"])
    assert stats.chisquare(seen, expected).pvalue > RARE


def test_expected_surplus_with_shocks_is_the_log_sum():
    scale = 1.2
    crowd = {**MANY, "geography.towns.0.customers": 60_000, "retailers.replenishment.level": 100_000}
    market = SmallMarket(OWN, {**crowd, "customers.scale": scale}).live()
    surplus = market.market.outcome().columns["needs"]["surplus"]
    worth = np.array([3.0, 2.0, 1.0, 0.0])
    log_sum = 100 * scale * np.log(1.0 + np.exp(worth / scale).sum())
    assert abs(surplus.mean() - log_sum) < 4.0 * surplus.std() / np.sqrt(len(surplus))


def test_needs_and_shocks_are_the_same_whatever_else_happens():
    crowd = {**MANY, "geography.towns.0.customers": 500, "customers.need_rate": 0.3, "customers.scale": 1.0}
    with_shops = SmallMarket(OWN, crowd).live(5).market.outcome().columns["needs"]
    without = SmallMarket(PARCELS, crowd).live(5).market.outcome().columns["needs"]
    for column in ("need", "day", "customer", "town", "taste"):
        assert np.array_equal(with_shops[column], without[column])


def test_the_same_offer_is_worth_the_same_to_the_same_customer_whatever_else_is_on_offer():
    crowd = {**MANY, "geography.towns.0.customers": 2000, "retailers.replenishment.level": 100_000}
    one, other = (
        SmallMarket(regime, {**crowd, "customers.scale": 1.0}).live().market.outcome().columns["needs"]
        for regime in (OWN, with_parcels(OWN))
    )
    alike = (one["place"] == other["place"]) & (one["product"] == other["product"])
    assert 500 < alike.sum() < 1900
    assert np.array_equal(one["surplus"][alike], other["surplus"][alike])
    assert (other["surplus"] >= one["surplus"]).all()  # more to choose from never hurts, with the same shocks


# -- when needs arise ----------------------------------------------------------------------------------------------


def test_needs_follow_the_weekday_and_the_season():
    rates = {"customers.weekday_profile": [1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0], "time.days": 61}
    rates["customers.season_profile"] = [1.0, 0.5] + [1.0] * 10
    crowd = {"geography.towns.0.customers": 2000, **rates}
    columns = SmallMarket(PARCELS, crowd).live(61).market.outcome().columns["needs"]
    on_day = np.bincount(columns["day"], minlength=61)
    for day in range(61):
        share = [1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0][day % 7] * (0.5 if 30 <= day < 60 else 1.0)
        if share in (0.0, 1.0):
            assert on_day[day] == 2000 * share
        else:
            assert stats.binomtest(int(on_day[day]), 2000, share).pvalue > RARE


def test_everybody_is_as_likely_to_come_early_as_late():
    columns = SmallMarket(PARCELS, {"geography.towns.0.customers": 20, "time.days": 400}).live(400).market.outcome()
    customers = columns.columns["needs"]["customer"].reshape(400, 20)
    place = np.argsort(customers, axis=1)  # place in the queue of each customer, day by day
    assert stats.chisquare(np.bincount(place[:, 0], minlength=20)).pvalue > RARE
    assert np.abs(place.mean(axis=0) - 9.5).max() < 4.0 * 5.77 / np.sqrt(400)
