"""What the chain in between does for its money, switched off one by one: four short stories."""

from __future__ import annotations

import pytest

from sim.market import Market
from sim.scenario import load_scenario
from tests.small_markets import OWN, SMALL, SmallMarket

CHAIN = {**OWN, "chain": True}
TIER = [
    {
        "name": "wholesaler", "firms": 2, "location": "centre", "lead_time": 1,
        "pricing": {"rule": "fixed", "price": 5.0}, "replenishment": {"rule": "base_stock", "level": 20},
    }
]  # fmt: skip
MAKERS = {**SMALL["suppliers"], "names": ["orchard", "garden"]}
ITEMS = [
    {"name": "apple", "style": 0, "supplier": "orchard", "unit_cost": 1.0},
    {"name": "pear", "style": 1, "supplier": "garden", "unit_cost": 1.0},
]


def test_without_contacts_every_shop_keeps_one_with_every_maker_and_the_tier_none():
    def paid(together: bool):
        changes = {"contacts.cost": 0.5, "services.contacts": together}
        market = SmallMarket(CHAIN, changes, tiers=TIER, suppliers=MAKERS, products={"items": ITEMS})
        return {payer: cents for _, payer, _, cents in market.live().payments(0, "contact")}

    # Through two wholesalers: 2 shops x 2 + 2 x 2 makers. Without: 2 shops x 2 makers.
    assert paid(True) == {"Ann": 100, "Bob": 100, "wholesaler 1": 100, "wholesaler 2": 100}
    assert paid(False) == {"Ann": 100, "Bob": 100}


def test_without_bundled_freight_each_unit_for_a_shop_is_a_parcel():
    changes = {
        "services.freight": False, "delivery.bulk.cost_per_shipment": 7.0, "delivery.bulk.cost_per_unit_km": 1.0,
        "delivery.parcel.cost_per_parcel": 3.0, "delivery.parcel.margin": 0.5,
    }  # fmt: skip
    market = SmallMarket(CHAIN, changes, tiers=TIER)
    market.empty("near", "apple", leaving=2)  # two of five stay, one is sold: four are ordered tonight
    market.live(3)
    assert market.payments(0, "freight") == [("freight", "Ann", "bulk freight", 4 * 450)]
    assert market.payments(0, "wages") == [("wages", "bulk freight", "labour", 4 * 300)]
    everything = [payment for day in range(3) for payment in market.payments(day, "freight", "fuel")]
    assert {(kind, payer) for kind, payer, _, _ in everything} == {("freight", "Ann")}  # the tier's way is part of it


def test_a_shop_that_adds_a_margin_adds_it_on_the_parcel_too():
    markup = {**SMALL["retailers"], "pricing": {"rule": "markup", "factor": 1.5}}
    changes = {"services.freight": False, "delivery.parcel.cost_per_parcel": 1.0, "customers.worth.mean": 20.0}
    need = SmallMarket(CHAIN, changes, tiers=TIER, retailers=markup).first_need()
    assert need.price == 900  # (5.00 at the wholesaler's + 1.00) x 1.5


def test_without_stock_next_door_the_customer_waits_as_long_as_for_a_parcel():
    changes = {"customers.waiting_cost": 0.5, "services.stock": False, "delivery.parcel.handling_days": 3.0}
    need = SmallMarket(CHAIN, changes, tiers=TIER).first_need()
    assert (need.channel, need.place, need.fee, need.km) == ("store", "near", 0, 1.0)
    assert (need.quoted_days, need.days) == (3.0, 3.0)
    assert need.surplus == 300 - 150  # 10 - 6 - 1.00 for the way, less three days
    assert need.full_price == 600 + 100 + 150


def test_without_inspection_goods_from_a_shop_are_bought_unseen():
    items = [{**item, "supplier": "maker", "return_unseen": 1.0} for item in ITEMS]
    changes = {"customers.hassle": 2.0, "returns.days": 2}

    def bought(seen: bool):
        asked = {**changes, "services.inspection": seen}
        return SmallMarket(CHAIN, asked, tiers=TIER, products={"items": items}).live(3).needs(0)[0]

    assert (bought(True).surplus, bought(True).returned) == (300, False)
    assert (bought(False).full_price, bought(False).returned) == (600 + 100 + 100, True)  # trust 0.5: half of 2.00


def test_why_nothing_was_bought_counts_the_wait_and_the_hassle():
    """Carried by the shop next door, a pear's lover would still walk away: what is missing is not the choice."""
    only_apples = {"firms": {"Ann": {"assortment": {"rule": "fixed", "products": ["pear"]}}, "Bob": {"assortment": {
        "rule": "fixed", "products": ["pear"]}}}}  # fmt: skip
    dear = {"customers.mismatch_cost": 16.0, "customers.waiting_cost": 2.0}  # a pear: 10 - 4 - 6 - 1 < 0
    assert SmallMarket(CHAIN, dear, tiers=TIER, **only_apples).first_need().result == "not_stocked"
    waits = {**dear, "services.stock": False, "delivery.parcel.handling_days": 2.0}  # an apple: 10 - 6 - 1 - 4 < 0
    assert SmallMarket(CHAIN, waits, tiers=TIER, **only_apples).first_need().result != "not_stocked"


@pytest.mark.parametrize("service", ["contacts", "freight", "stock", "inspection"])
@pytest.mark.parametrize("regime", ["traditional", "hybrid", "planner"])
def test_the_books_balance_without_a_service(service, regime):
    """A cent or a unit out of place ends the run."""
    market = Market(load_scenario("village", {f"services.{service}": False, "contacts.cost": 0.1}), regime, 3)
    outcome = market.run()
    assert outcome.figures["consumer_surplus"] is not None


@pytest.mark.parametrize("service", ["contacts", "freight", "stock", "inspection"])
def test_direct_sales_know_nothing_of_the_chains_services(service):
    changes = {"contacts.cost": 0.1, "suppliers.direct_pricing.reference_price": 9.0}  # else the chain's, freight in it

    def figures(on: bool):
        return dict(Market(load_scenario("village", {**changes, f"services.{service}": on}), "direct", 3).run().figures)

    assert figures(True) == figures(False)
