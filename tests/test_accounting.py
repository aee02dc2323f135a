"""What falls due at the end of a day, worked by hand: standing charges, relations, interest, carriers, subsidies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.small_markets import OWN, PARCELS, SMALL, SmallMarket, with_parcels

CHAIN = {**OWN, "chain": True}
NOBODY_SHOPS = {"customers.need_rate": 0.0}
WHOLESALERS: list[dict[str, Any]] = [
    {
        "name": "wholesaler",
        "firms": 2,
        "location": "centre",
        "fixed_cost": 3.0,
        "pricing": {"rule": "fixed", "price": 5.0},
        "replenishment": {"rule": "base_stock", "level": 10},
    }
]


def test_fixed_costs_and_rents_fall_due_every_day():
    costs = {
        **NOBODY_SHOPS,
        "suppliers.fixed_cost": 1.0,
        "retailers.fixed_cost": 2.0,
        "retailers.rent": 4.0,
        "platform.fixed_cost": 8.0,
    }
    stores = [*SMALL["retailers"]["stores"], {"name": "annexe", "town": "Brook", "retailer": "Ann", "slots": 1}]
    shops = {**SMALL["retailers"], "stores": stores}
    market = SmallMarket(CHAIN, costs, tiers=WHOLESALERS, retailers=shops).live(2)
    due = [
        ("fixed_cost", "Ann", "labour", 2_00),
        ("fixed_cost", "Bob", "labour", 2_00),
        ("fixed_cost", "maker", "labour", 1_00),
        ("fixed_cost", "wholesaler 1", "labour", 3_00),
        ("fixed_cost", "wholesaler 2", "labour", 3_00),
        ("rent", "Ann", "landlords", 8_00),  # two shops
        ("rent", "Bob", "landlords", 4_00),
    ]
    assert sorted(market.payments(0)) == sorted(market.payments(1)) == due  # no platform, no cost of one


def test_every_place_pays_for_the_depots_its_goods_come_from():
    contact = {**NOBODY_SHOPS, "contacts.cost": 0.5}
    chain = SmallMarket(CHAIN, contact, tiers=WHOLESALERS).live()
    # Two shops x two wholesalers; two wholesalers x one maker.
    assert sorted(chain.payments(0, "contact")) == [
        ("contact", "Ann", "labour", 1_00),
        ("contact", "Bob", "labour", 1_00),
        ("contact", "wholesaler 1", "labour", 50),
        ("contact", "wholesaler 2", "labour", 50),
    ]
    consigned = SmallMarket({"shelves": "consigned", "supplier_channels": ["store"]}, contact).live()
    assert consigned.payments(0, "contact") == [("contact", "maker", "labour", 1_00)]  # its goods, its two shops
    assert SmallMarket(PARCELS, contact).live().payments(0, "contact") == []


def test_makers_are_counted_by_the_goods_that_are_carried():
    makers = {**SMALL["suppliers"], "names": ["orchard", "garden"]}
    items = [{**item, "supplier": name} for item, name in zip(SMALL["products"]["items"], makers["names"], strict=True)]
    contact = {**NOBODY_SHOPS, "contacts.cost": 0.5}
    only_apples = {"firms": {"Bob": {"assortment": {"rule": "fixed", "products": ["apple"]}}}}
    market = SmallMarket(OWN, contact, suppliers=makers, products={"items": items}, **only_apples).live()
    assert sorted(market.payments(0, "contact")) == [
        ("contact", "Ann", "labour", 1_00),  # apples of one, pears of the other
        ("contact", "Bob", "labour", 50),
    ]


def test_interest_is_a_365th_of_a_years_on_the_book_value_of_stock_goods_on_the_way_included():
    market = SmallMarket(OWN, {**NOBODY_SHOPS, "money.interest_rate": 0.73})
    market.empty("near", "apple", leaving=3)  # two apples will be on their way to Ann's tonight
    market.live()
    # Ann and Bob hold ten goods at 4.00: 40.00 x 0.73 / 365 = 8 cents. The maker holds 98 and has two being made, at
    # 1.00: 100.00 x 0.002 = 20 cents.
    assert sorted(market.payments(0, "interest")) == [
        ("interest", "Ann", "lenders", 8),
        ("interest", "Bob", "lenders", 8),
        ("interest", "maker", "lenders", 20),
    ]


def test_a_year_of_interest_has_365_days_to_the_cent():
    """At 7.3 a year and 365 days a day costs .02; with 360 it is .02028: a cent more on 40.00, three on 100.00."""
    market = SmallMarket(OWN, {**NOBODY_SHOPS, "money.interest_rate": 7.3}).live(2)
    due = [
        ("interest", "Ann", "lenders", 80),  # ten goods at 4.00
        ("interest", "Bob", "lenders", 80),
        ("interest", "maker", "lenders", 2_00),  # a hundred at 1.00
    ]
    assert sorted(market.payments(0, "interest")) == sorted(market.payments(1, "interest")) == due
    assert {firm.name: firm.profit for firm in market.market.agents if firm.profit} == {
        "Ann": -1.6, "Bob": -1.6, "maker": -4.0,
    }  # fmt: skip


def test_advertising_is_shared_by_those_who_sell_online():
    makers = {**SMALL["suppliers"], "names": ["orchard", "garden"]}
    items = [{**item, "supplier": name} for item, name in zip(SMALL["products"]["items"], makers["names"], strict=True)]
    sections = {"suppliers": makers, "products": {"items": items}}
    changes = {**NOBODY_SHOPS, "online.advertising_per_head": 0.25, "geography.towns.0.customers": 10}
    market = SmallMarket(with_parcels(OWN), changes, **sections).live()
    assert market.payments(0) == [
        ("advertising", "orchard", "media", 1_25),  # 10 heads x 0.25 / 2
        ("advertising", "garden", "media", 1_25),
    ]
    assert SmallMarket(OWN, changes, **sections).live().payments(0) == []
    brought = {**PARCELS, "platform": True, "advertising_by": "platform"}
    assert SmallMarket(brought, changes, **sections).live().payments(0) == [
        ("advertising", "platform", "media", 2_50)  # all of it
    ]
    nobody_there = {**PARCELS, "advertising_by": "platform"}
    assert len(SmallMarket(nobody_there, changes, **sections).live().payments(0)) == 2  # makers, as before


def test_the_platform_keeps_its_commission_less_what_a_sale_costs_it():
    terms = {"platform.commission": 0.15, "platform.cost_per_sale": 0.2, "platform.fixed_cost": 1.0}
    market = SmallMarket({**PARCELS, "platform": True}, terms).live()
    assert market.payments(0, "commission", "wages", "fixed_cost") == [
        ("commission", "maker", "platform", 90),
        ("wages", "platform", "labour", 20),
        ("fixed_cost", "platform", "labour", 1_00),
    ]
    assert market.balances()["platform"] == 90 - 20 - 1_00


AT_COST = {"shelves": "consigned", "supplier_channels": ["store"], "at_cost": True}


def test_at_cost_a_unit_costs_its_making_and_handling_and_deficits_are_met_and_taken_back():
    terms = {
        "retailers.handling_cost": 0.3,
        "retailers.rent": 2.0,
        "customers.breadth": 1,
        "customers.reach": 1,
        "delivery.bulk.cost_per_unit_km": 0.1,
    }
    market = SmallMarket(AT_COST, terms).live()
    need = market.needs(0)[0]
    assert need.price == 1_00 + 30
    # The maker: 1.30 - 0.10 of freight for the next apple - 1.00 to make another: 20 cents are left. The shops pay
    # their rents, Ann also the handling.
    assert sorted(market.payments(0, "subsidy")) == [
        ("subsidy", "state", "Ann", 2_30),
        ("subsidy", "state", "Bob", 2_00),
    ]
    profits = {firm.name: firm.profit for firm in market.market.agents}
    assert profits == {"maker": 0.2, "Ann": 0.0, "Bob": 0.0, "bulk freight": 0.0}


def test_at_cost_what_was_paid_to_meet_a_deficit_is_given_back_when_it_is_made_good():
    terms = {"customers.breadth": 1, "customers.reach": 1, "suppliers.fixed_cost": 0.5, "retailers.handling_cost": 0.3}
    market = SmallMarket(AT_COST, terms)
    market.market.state.population.need_rate[:] = 0.0
    market.live()  # a day without a sale: 50 cents of fixed cost
    assert market.payments(0, "subsidy") == [("subsidy", "state", "maker", 50)]
    market.market.state.population.need_rate[:] = 1.0
    market.market.state.charges.standing = []  # from now on nothing is fixed
    market.live()  # a sale leaves the maker 30 cents, the handling that Ann pays for
    assert sorted(market.payments(1, "subsidy")) == [
        ("subsidy", "maker", "state", 30),
        ("subsidy", "state", "Ann", 30),
    ]


@pytest.mark.parametrize("base", ["traditional", "direct", "o2o", "hybrid"])
def test_under_the_planner_nobody_ends_with_a_loss(base):
    costs = {"suppliers.fixed_cost": 1.0, "retailers.rent": 2.0, "retailers.handling_cost": 0.2, "planner.base": base}
    market = SmallMarket("planner", {**costs, "delivery.parcel.cost_per_parcel": 2.0}, tiers=WHOLESALERS).live(10)
    assert all(firm.profit >= 0 for firm in market.market.agents)
    households = -market.balances()["households"]
    assert households > 0
