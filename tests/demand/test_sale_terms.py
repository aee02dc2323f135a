"""What sellers expect a sale to bring and cost is what the books then say, channel by channel, kept or sent back."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.demand_estimation.decisions import freight_from_makers
from sim.engine.demand_estimation.demand_survey import Demand
from sim.engine.demand_estimation.sale_terms import sale_terms, terms_by_cell
from sim.kernels.competition import SaleTerms
from sim.scenario.regimes import CHANNELS
from tests.small_markets import SMALL, SmallMarket

within = pytest.approx
GOODS = {"wholesale", "production", "freight"}
"""Payments for having goods, which are no part of a sale."""
COSTS = {
    "money.tax_rate": 0.1,
    "customers.breadth": 1,
    "customers.reach": 1,
    "customers.worth.mean": 40.0,
    "suppliers.direct_handling_cost": 0.35,
    "retailers.handling_cost": 0.45,
    "platform.commission": 0.15,
    "platform.handling_fee": 0.8,
    "delivery.parcel.cost_per_parcel": 1.2,
    "delivery.courier.cost_per_stop": 0.9,
    "returns.days": 1,
    "returns.handling_cost": 0.55,
    "returns.resaleable": 0.0,
    "selling.payment_share": 0.02,
    "selling.service_cost": 0.25,
    "selling.store_acquisition_cost": 0.4,
    "selling.online_acquisition_cost": 1.1,
}
WAYS = {
    "over a shop's counter": ("own", "store"),
    "a shop's pickup": ("own", "pickup"),
    "a shop's courier": ("own", "courier"),
    "consigned, over the counter": ("consigned", "store"),
    "consigned, pickup": ("consigned", "pickup"),
    "consigned, courier": ("consigned", "courier"),
    "ordered in a store": ("consigned", "endless_aisle"),
    "parcel": ("none", "parcel"),
}


def market(shelves, channel, returned=(0.0, 0.0), changes=None, **terms):
    """Return a market of one customer with one way to buy, and the shares of goods it sends back, unseen and seen."""
    ordered, channels = channel == "endless_aisle", "own_channels" if shelves == "own" else "supplier_channels"
    regime = {"shelves": shelves, channels: ["store", channel] if ordered else [channel], **terms}
    stores = [  # where goods are ordered from samples nothing else is on show
        {**store, **({"slots": 0, "samples": 2} if ordered else {})} for store in SMALL["retailers"]["stores"]
    ]
    goods = [
        {**good, "return_unseen": returned[0], "return_inspected": returned[1]} for good in SMALL["products"]["items"]
    ]
    retailers = {**SMALL["retailers"], "stores": stores}
    return SmallMarket(regime, {**COSTS, **(changes or {})}, products={"items": goods}, retailers=retailers)


def look(small) -> tuple[Demand, SaleTerms]:
    """Return what sellers foresee: the offers that the customer considers, and the terms of a sale by each."""
    prices, catalogue = small.market.state.prices, small.market.world.catalogue
    freight = freight_from_makers(prices.network, prices.world)
    prices.demand.look(0, prices.snapshot, terms_by_cell(prices.snapshot, catalogue, prices.shelves, freight))
    considered = prices.demand.considered
    return prices.demand, sale_terms(prices.snapshot, catalogue, prices.shelves, freight, considered)


def foreseen(small, seller, channel):
    """Return what a seller and a partner store expect of a sale, in cents, and the goods that it takes."""
    demand, terms = look(small)
    assert [CHANNELS[number] for number in demand.considered.channel] == [channel]
    money = terms.kept[0] * 600.0 - terms.cost[0]
    partner = terms.partner_margin[0] if terms.partner[0] >= 0 else 0.0
    if terms.partner[0] >= 0:
        assert small.market.ledger.accounts[terms.partner[0]] == "Ann"
    assert seller == ("Ann" if demand.considered.cell[0] < 4 else "maker")
    return money, partner, terms.units[0]


def in_the_books(small, seller):
    """Let the customer buy once; return what seller and partner gained from it, in cents, and the goods it took."""
    small.live()
    assert [need.result for need in small.needs(0)] == ["bought"]
    small.market.state.population.need_rate[:] = 0.0  # nothing else is bought, or sent back
    small.live(5)
    gained = {"Ann": 0, "maker": 0}
    for day in range(6):
        for kind, payer, payee, cents in small.payments(day):
            if kind not in GOODS:
                gained[payee] = gained.get(payee, 0) + cents
                gained[payer] = gained.get(payer, 0) - cents
    back = sum(len(small.moves(day, "restock")) for day in range(6))
    partner = "Ann" if seller == "maker" else "maker"
    return gained[seller], gained[partner], 1.0 - back


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("returned", [(0.0, 0.0), (1.0, 1.0)], ids=["kept", "sent back"])
@pytest.mark.parametrize(
    ("changes", "terms"),
    [
        ({}, {}),
        ({"delivery.paid_by": "seller", "returns.resaleable": 1.0}, {"platform": True}),
        ({"returns.paid_by": "customer", "returns.refund_fee": True, "platform.takes_payments": True},
         {"platform": True, "commission_on": "online", "advertising_by": "platform"}),
    ],
    ids=["customers pay the way", "sellers pay the way, commission", "commission online"],
)  # fmt: skip
def test_sellers_foresee_what_the_books_say(way, returned, changes, terms):
    shelves, channel = WAYS[way]
    seller = "Ann" if shelves == "own" else "maker"
    small = market(shelves, channel, returned, changes, **terms)
    money, partner, units = foreseen(small, seller, channel)
    assert in_the_books(small, seller) == (within(money, abs=0.51), partner, units)


def test_worked_by_hand_a_parcel_of_which_three_in_ten_come_back():
    """6.00: seven in ten are kept, 15 % of them go to the platform, 2 % of all to the bank."""
    changes = {"returns.resaleable": 0.4, "delivery.paid_by": "seller"}
    terms = look(market("none", "parcel", (0.3, 0.1), changes, platform=True))[1]
    assert terms.kept[0] == within(0.7 * 0.85 - 0.02)
    # The parcel 1.20 and handling .35, service .25, being found 1.10; of returns .3 x (.55 and the way back 1.20).
    assert terms.cost[0] == within(120 + 35 + 25 + 110 + 0.3 * (55 + 120))
    assert terms.units[0] == within(1.0 - 0.3 * 0.4)
    assert terms.partner[0] == -1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shown", [True, False], ids=["shops show", "shops do not show"])
def test_fewer_send_back_what_they_have_seen(way, shown):
    """Over the counter, and what was ordered from a sample; consigned goods are seen whatever services shops give."""
    shelves, channel = WAYS[way]
    seen = channel == "endless_aisle" or (channel == "store" and (shown or shelves == "consigned"))
    changes = {"services.inspection": shown, "returns.resaleable": 1.0}
    terms = look(market(shelves, channel, (0.3, 0.1), changes))[1]
    assert terms.units[0] == within(0.9 if seen else 0.7)


@pytest.mark.parametrize("way", WAYS)
def test_what_comes_back_now_and_then_counts_as_often_as_it_does(way):
    """The terms at a share of returns lie that far between those of goods kept and those of goods sent back."""
    shelves, channel = WAYS[way]
    changes = {"returns.resaleable": 0.5, "returns.refund_fee": True}
    kept, back, some = (
        look(market(shelves, channel, (each, each), changes, platform=True))[1] for each in (0.0, 1.0, 0.3)
    )
    for name in ("kept", "cost", "units"):
        ends = (getattr(kept, name)[0], getattr(back, name)[0])
        assert getattr(some, name)[0] == within(0.7 * ends[0] + 0.3 * ends[1])


def test_who_sells_on_consignment_pays_the_freight_to_the_store_for_goods_that_stay_away():
    """Ann's is 1 km from the depot, 2.00 a unit and km: of every ten sold, four come back and are sold again."""
    freight = {"delivery.bulk.cost_per_unit_km": 2.0, "returns.resaleable": 1.0}
    plain, carried = (
        look(market("consigned", "store", (0.0, 0.4), each))[1] for each in ({"returns.resaleable": 1.0}, freight)
    )
    assert carried.cost[0] - plain.cost[0] == within(0.6 * 200.0)
    assert carried.partner_margin[0] == plain.partner_margin[0] == within(80.0 - 45.0)


def test_free_delivery_above_a_price_is_the_seller_s_cost():
    for limit, fee in ((6.0, 0.0), (6.01, 120.0)):
        terms = look(market("none", "parcel", changes={"delivery.free_above": limit}))[1]
        assert terms.cost[0] == within(120.0 - fee + 35.0 + 25.0 + 110.0)


def test_a_price_for_several_channels_has_their_mean_terms_and_one_that_leaves_nothing():
    """Ann's apples over the counter, and by courier: the same price, and the courier on top."""
    regime = {"shelves": "own", "own_channels": ["store", "courier"]}
    small = SmallMarket(regime, {**COSTS, "delivery.paid_by": "seller"})
    prices = small.market.state.prices
    freight = freight_from_makers(prices.network, prices.world)
    cells = terms_by_cell(prices.snapshot, small.market.world.catalogue, prices.shelves, freight)
    courier = small.market.state.last_mile.courier_charge[0]
    assert courier > 0
    assert cells.kept.tolist() == within([0.98] * 4 + [1.0] * 2)  # nobody sells at the makers' prices to customers
    assert cells.cost[:4] == within(0.5 * ((45 + 25 + 40) + (45 + 25 + 110 + courier)))
    landed = np.full(6, 400.0)
    assert cells.marginal_cost(landed)[0] == within((400.0 + cells.cost[0]) / 0.98)
    assert len(cells.shelf(4).kept) == 4
    assert cells.direct(2).units.tolist() == [1.0, 1.0]
