"""What a sale costs whoever sells, in every regime alike: worked by hand on the village, and in small markets."""

from __future__ import annotations

from typing import Any

import pytest

from sim.engine.selling_costs import selling_costs
from sim.results.figures import all_figures
from sim.scenario import load_scenario
from sim.scenario.regimes import CHANNELS
from tests.small_markets import CONSIGNED, OWN, PARCELS, Payment, SmallMarket
from tests.test_village import Village

COSTS = {
    "selling.payment_share": 0.02,
    "selling.service_cost": 0.25,
    "selling.store_acquisition_cost": 0.40,
    "selling.online_acquisition_cost": 1.10,
}
KINDS = ("payment", "service", "advertising")
NEAR = "Near & Sons"


def selling(village: SmallMarket, day: int = 0) -> list[Payment]:
    """Return what was paid that day for taking payments, service and being found."""
    return sorted(village.payments(day, *KINDS))


def test_a_shop_pays_for_what_it_sells_over_the_counter():
    # One loaf on day 0 at 9.30: 2 % are 18.6 cents, so 19.
    assert selling(Village("traditional", **COSTS).live()) == [
        ("advertising", NEAR, "media", 40),
        ("payment", NEAR, "lenders", 19),
        ("service", NEAR, "labour", 25),
    ]


def test_a_maker_that_sends_parcels_pays_the_same_and_for_being_found_online():
    # 6.72 x 2 % is 13.44 cents.
    assert selling(Village("direct", **COSTS).live()) == [
        ("advertising", "farm", "media", 1_10),
        ("payment", "farm", "lenders", 13),
        ("service", "farm", "labour", 25),
    ]


def test_goods_on_consignment_are_paid_for_by_their_maker_or_at_the_platforms_till():
    own = [("payment", "farm", "lenders", 13)]
    rest = [("advertising", "farm", "media", 40), ("service", "farm", "labour", 25)]
    assert selling(Village("o2o", **COSTS).live()) == sorted(own + rest)
    till = {**COSTS, "platform.takes_payments": True}
    assert selling(Village("o2o", **till).live()) == sorted([("payment", "platform", "lenders", 13), *rest])
    assert selling(Village("traditional", **till).live())[1] == ("payment", NEAR, "lenders", 19)  # no platform there


def test_a_platform_that_advertises_finds_customers_online_and_nobody_over_the_counter():
    brought = {**PARCELS, "platform": True, "advertising_by": "platform"}
    market = SmallMarket(brought, COSTS).live()
    assert ("advertising", "platform", "media", 1_10) in market.payments(0)
    shops = {**CONSIGNED, "supplier_channels": ["store"], "platform": True, "advertising_by": "platform"}
    market = SmallMarket(shops, COSTS).live()
    assert ("advertising", "maker", "media", 40) in market.payments(0)


def test_what_a_sale_cost_does_not_come_back_with_the_goods():
    back = {"products.items.0.return_unseen": 1.0, "returns.days": 1, **COSTS}
    market = SmallMarket(PARCELS, back).live(4)
    paid = [payment for day in range(4) for payment in market.payments(day, *KINDS)]
    sales = sum(len(market.payments(day, "sale")) for day in range(4))
    assert any(market.payments(day, "refund") for day in range(4))
    assert len(paid) == 3 * sales
    assert {payment[1] for payment in paid} == {"maker"}


@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid", "planner"])
def test_the_waterfall_says_where_it_went(regime: str):
    village = Village(regime, **COSTS).live(12)
    money: Any = all_figures(village.market.outcome())["price_waterfall_money"]
    lines = [payment for day in range(12) for payment in village.payments(day, *KINDS)]
    for kind in KINDS:
        assert money[kind] == pytest.approx(sum(line[3] for line in lines if line[0] == kind) / 100)
        assert money[kind] > 0


@pytest.mark.parametrize("platform", [False, True])
@pytest.mark.parametrize("commission_on", ["suppliers", "online"])
@pytest.mark.parametrize("advertising_by", ["sellers", "platform"])
@pytest.mark.parametrize("takes_payments", [False, True])
def test_what_sellers_are_told_they_bear_is_what_the_books_charge_them(
    platform: bool, commission_on: str, advertising_by: str, takes_payments: bool
):
    changes = {
        **COSTS, "platform.commission": 0.15, "platform.takes_payments": takes_payments, "customers.breadth": 1,
        "customers.reach": 1,
    }  # fmt: skip
    terms = {"platform": platform, "commission_on": commission_on, "advertising_by": advertising_by}
    ways = [({**OWN, "own_channels": [channel]}, "Ann", channel) for channel in ("store", "pickup", "courier")]
    ways += [({**CONSIGNED, "supplier_channels": [channel]}, "maker", channel) for channel in ("store", "pickup")]
    ways += [(PARCELS, "maker", "parcel")]
    for regime, seller, channel in ways:
        market = SmallMarket({**regime, **terms}, changes).live()
        assert [need.channel for need in market.needs(0)] == [channel]
        charged = [line for line in market.payments(0, "commission", *KINDS) if line[1] == seller]
        bears = selling_costs(
            market.market.parameters, market.market.regime, channel, supplier_sells=seller == "maker"
        )  # fmt: skip
        assert sum(line[3] for line in charged) == round(600 * bears.share + 100 * bears.per_unit)


def test_nothing_is_paid_unless_a_scenario_says_so():
    village = load_scenario("village")
    for channel in CHANNELS:
        assert selling_costs(village, village.regime("direct"), channel, supplier_sells=True) == (0.0, 0.0)
    assert selling(Village("direct").live()) == []
