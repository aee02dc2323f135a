"""Which prices there are, who sets them, and whom every place buys from: worked by hand on small chains."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import NOTHING
from sim.engine.demand_estimation.decisions import (
    freight_from_makers,
    make_pass_through,
    number_decisions,
    source_options,
    trace_supply,
)
from tests.small_markets import OWN, PARCELS, SMALL, SmallMarket

within = pytest.approx
CHAIN = {**OWN, "chain": True}
FREIGHT = {"delivery.bulk.cost_per_unit_km": 2.0}
W1, W2 = 1, 2
"""Nodes of the wholesalers, after the maker's depot. Their decisions are 2 to 5, Ann's 6 and 7, Bob's 8 and 9."""


def small(regime=CHAIN, changes=None, serves="all", **sections):
    """Return a market of a maker, two wholesalers at the well and two shops, with apples and pears."""
    tier = {"name": "wholesaler", "firms": 2, "serves": serves, "location": "centre", "handling_cost": 0.3}
    return SmallMarket(regime, changes, tiers=[tier], **sections).market


def parts(market):
    """Return what a market's decisions are made of."""
    return market.state.levels, market.state.network, market.world


def asking(market, **prices):
    """Return all prices at 4.00, but for some decisions."""
    ask = np.full(12, 400.0)
    for decision, price in prices.items():
        ask[int(decision[1:])] = price
    return ask


def test_prices_are_numbered_level_by_level_place_by_place_and_product_by_product():
    decisions = number_decisions(*parts(small()))
    assert decisions.first == (0, 2, 6, 10)
    assert decisions.level(1) == slice(2, 6)
    assert decisions.direct == slice(10, 12)
    assert len(decisions) == 12
    names = [small().ledger.accounts[owner] for owner in decisions.owner]
    middle = [name for name in names if name.startswith("wholesaler")]
    assert names == ["maker"] * 2 + [middle[0]] * 2 + [middle[2]] * 2 + ["Ann"] * 2 + ["Bob"] * 2 + ["maker"] * 2
    assert middle[0] != middle[2]
    assert decisions.same.tolist() == list(range(12))
    assert decisions.rivals.tolist() == [1.0] * 12
    assert not decisions.knows.any()


def test_who_finds_its_prices_is_known_place_by_place():
    found = {"rule": "best_response", "conduct": "margin"}
    market = small(retailers={**SMALL["retailers"]}, firms={"Bob": {"pricing": found}})
    assert number_decisions(*parts(market)).knows.tolist() == [False] * 8 + [True] * 2 + [False] * 2
    market = small(suppliers={**SMALL["suppliers"], "direct_pricing": found})
    assert number_decisions(*parts(market)).knows.tolist() == [False] * 10 + [True] * 2


def test_every_maker_asks_customers_for_its_own_products():
    goods = [{**good, "supplier": f"{good['name']} maker"} for good in SMALL["products"]["items"]]
    suppliers = {**SMALL["suppliers"], "names": ["pear maker", "apple maker"]}
    market = small(products={"items": goods}, suppliers=suppliers)
    decisions = number_decisions(*parts(market))
    names = [market.ledger.accounts[owner] for owner in decisions.owner]
    assert names[:4] == ["pear maker"] * 2 + ["apple maker"] * 2
    assert names[-2:] == ["apple maker", "pear maker"]
    supply = trace_supply(decisions, *parts(market), np.full(len(decisions), 400.0))
    assert supply.source[decisions.level(1)].tolist() == [2, 1, 2, 1]  # apples of their maker, the second, pears alike


def test_with_product_lines_shops_buy_each_good_from_whose_line_it_is():
    market = small(serves="lines", changes=FREIGHT)
    decisions = number_decisions(*parts(market))
    supply = trace_supply(decisions, *parts(market), asking(market, d4=1.0, d3=1.0))  # asked for what is not its line
    assert supply.source[decisions.level(1)].tolist() == [0, 1, 0, 1]
    assert supply.source[decisions.level(2)].tolist() == [2, 5, 2, 5]
    options, freight = source_options(market.state.levels, 2, market.state.network, market.world)
    assert options[0].tolist() == [[2, NOTHING], [NOTHING, 5]]
    assert freight[0] == within(np.array([[200.0, np.inf], [np.inf, 200.0]]))


def test_a_shop_buys_where_goods_and_freight_cost_the_least():
    """Ann is 1 km east of the well, the second wholesaler 3 km: a way of 2 km costs 2.00 more than one of 1 km."""
    market = small(changes=FREIGHT)
    market.state.network.east[W2] = 3.0
    decisions = number_decisions(*parts(market))
    ann = decisions.level(2).start
    for asked, source, beyond in ((201.0, 2, 200.0), (199.0, 4, 400.0)):
        supply = trace_supply(decisions, *parts(market), asking(market, d4=asked))
        assert supply.source[ann] == source
        assert supply.beyond[ann] == within(beyond)
    assert supply.source[ann + 1] == 3  # pears are another matter
    assert supply.beyond[decisions.level(1)] == within([0.0, 0.0, 600.0, 600.0])


def test_having_and_handling_goods_costs_each_level_what_it_does():
    market = small(changes=FREIGHT)
    decisions = number_decisions(*parts(market))
    supply = trace_supply(decisions, *parts(market), asking(market))
    assert supply.source[decisions.level(0)].tolist() == [NOTHING, NOTHING]
    assert supply.beyond[decisions.level(0)].tolist() == [100.0, 100.0]  # what making it costs
    assert supply.beyond[decisions.direct].tolist() == [100.0, 100.0]
    assert supply.handling.tolist() == [0.0] * 2 + [30.0] * 4 + [0.0] * 6  # in shops that is a part of the sale
    assert supply.beyond[decisions.level(2)] == within([200.0, 200.0, 400.0, 400.0])
    assert freight_from_makers(market.state.network, market.world) == within(np.array([[200.0] * 2, [400.0] * 2]))


def test_where_goods_do_not_travel_in_bulk_each_unit_to_a_shop_is_a_parcel():
    singly = {"services.freight": False, "delivery.parcel.cost_per_parcel": 1.5}
    market = small(changes=singly)
    decisions = number_decisions(*parts(market))
    beyond = trace_supply(decisions, *parts(market), asking(market)).beyond
    assert beyond[decisions.level(2)].tolist() == [150.0] * 4
    assert beyond[decisions.level(1)].tolist() == [0.0] * 4


def test_a_sale_passes_the_price_of_every_level_it_went_through():
    market = small(serves="lines")
    decisions = number_decisions(*parts(market))
    chain = make_pass_through(decisions, trace_supply(decisions, *parts(market), asking(market)), 2)
    assert chain.decision.tolist() == [
        [0, 2, 6], [1, 5, 7], [0, 2, 8], [1, 5, 9], [10, NOTHING, NOTHING], [11, NOTHING, NOTHING]
    ]  # fmt: skip
    assert chain.setter.tolist() == [2, 2, 2, 2, 0, 0]


def test_without_middlemen_shops_buy_of_makers_and_without_shops_there_are_parcels_only():
    market = SmallMarket(OWN).market
    decisions = number_decisions(*parts(market))
    supply = trace_supply(decisions, *parts(market), np.full(len(decisions), 400.0))
    assert make_pass_through(decisions, supply, 2).decision.tolist() == [
        [0, 2],
        [1, 3],
        [0, 4],
        [1, 5],
        [6, NOTHING],
        [7, NOTHING],
    ]
    market = SmallMarket(PARCELS).market
    decisions = number_decisions(*parts(market))
    supply = trace_supply(decisions, *parts(market), np.full(len(decisions), 400.0))
    chain = make_pass_through(decisions, supply, 2)
    assert chain.decision[:, 0].tolist() == [NOTHING] * 4 + [decisions.direct.start, decisions.direct.start + 1]
    assert (chain.decision[:, 1:] == NOTHING).all()
