"""What firms know of their customers: every offer with its worth before price, and who supplies whom."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import NOTHING
from sim.kernels.demand import Considered, JointPrices, iron, join_sellers, reservation_prices
from sim.rules.known_demand import curve_of
from tests.demand.test_decisions import W1, W2, small
from tests.small_markets import CONSIGNED, OWN, PARCELS, SmallMarket

within = pytest.approx


def surveyed(market):
    """Return the demand that firms know in a market."""
    market.state.prices.demand.look(0, market.state.prices.snapshot, market.state.prices._cell_terms())
    return market.state.prices.demand


@pytest.mark.parametrize("tax", [0.0, 0.1])
def test_what_an_offer_is_worth_before_its_price_and_what_a_cent_of_price_costs_a_customer(tax):
    """An apple is worth 10.00, less 1.00 for the way to Ann's and back; a pear 2.00 less."""
    demand = surveyed(SmallMarket(OWN, {"money.tax_rate": tax, "customers.reach": 1}).market)
    assert demand.considered.burden == 1.0 + tax
    assert demand.considered.cell.tolist() == [0, 1]
    assert demand.considered.gain == within([900.0, 700.0])
    assert demand.considered.weight.tolist() == [1.0]


def test_what_stands_on_consignment_has_its_maker_s_price():
    own = surveyed(SmallMarket(OWN, {"customers.reach": 1}).market)
    assert own.considered.cell.tolist() == [0, 1]
    assert own.offered.tolist() == [True, True, False, False, False, False]
    consigned = surveyed(SmallMarket({**CONSIGNED, "supplier_channels": ["store"]}, {"customers.reach": 1}).market)
    assert consigned.considered.cell.tolist() == [4, 5]
    assert consigned.considered.store.tolist() == [0, 0]


def test_prices_are_found_for_goods_that_are_there_though_the_depot_is_empty_today():
    small_market = SmallMarket(PARCELS, {"customers.waiting_cost": 1.0, "suppliers.lead_time": 4})
    full = surveyed(small_market.market).considered.gain.copy()
    small_market.empty("maker depot")
    assert surveyed(small_market.market).considered.gain == within(full)


def test_with_product_lines_a_wholesaler_earns_on_its_own_goods_only():
    demand = surveyed(small(serves="lines"))
    assert demand.supplied_by(1, W1).tolist() == [[True, False], [True, False]]
    assert demand.supplied_by(1, W2).tolist() == [[False, True], [False, True]]
    assert demand.supplied_by(0, 0).tolist() == [[True, True], [True, True]]


# -- sums over customers, worked by hand --


def customers(*offers, burden=1.0):
    """Return customers by what they consider: (cell, gain) for each of their offers."""
    first = np.cumsum([0, *(len(each) for each in offers)])
    cell = np.array([cell for each in offers for cell, _ in each])
    gain = np.array([gain for each in offers for _, gain in each], dtype=np.float64)
    nothing = np.zeros(len(cell), dtype=np.int64)
    return Considered(first, cell, gain, nothing, nothing, np.ones(len(offers)), burden)


def test_the_price_up_to_which_a_customer_buys_is_what_the_next_best_leaves_of_its_worth():
    """With a tax of a quarter; cell 0 moves, cell 1 asks 4.00, cell 2 moves along 1.00 above cell 0."""
    asked = customers([(0, 1000.0)], [(0, 1000.0), (1, 900.0)], [(1, 600.0)], [(2, 1000.0)], burden=1.25)
    price, moves = np.array([0.0, 400.0, 0.0]), np.array([True, False, True])
    worth, instead = np.empty(4), np.empty(4, dtype=np.int64)
    add = np.array([0.0, 0.0, 100.0])
    reservation_prices(asked, np.arange(4), JointPrices(price, moves, add), worth, instead)
    assert worth.tolist() == [800.0, (1000.0 - 400.0) / 1.25, -np.inf, 700.0]
    assert instead.tolist() == [NOTHING, 1, 1, NOTHING]


def test_sellers_before_one_customer_are_joined_and_only_who_moves():
    asked = customers([(0, 1.0), (1, 1.0)], [(1, 1.0), (3, 1.0)], [(4, 1.0), (2, 1.0)], [(2, 1.0), (0, 1.0)])
    group = np.empty(5, dtype=np.int64)
    join_sellers(asked, np.ones(5, dtype=np.bool_), group)
    assert group.tolist() == [0, 0, 0, 0, 0]
    join_sellers(asked, np.array([True, True, False, True, True]), group)
    assert group.tolist() == [0, 0, 2, 0, 4]


def test_units_whose_worth_would_rise_are_pooled_with_what_they_earn_elsewhere():
    """3 and 5 of weights 1 and 3 are 4.5 together, and earn (2 + 3 x 6) / 4 elsewhere."""
    worth, weight, other = (
        np.array([9.0, 3.0, 5.0, 1.0]),
        np.array([2.0, 1.0, 3.0, 1.0]),
        np.array([0.0, 2.0, 6.0, 7.0]),
    )
    left = iron(worth, weight, other)
    assert worth[:left].tolist() == [9.0, 4.5, 1.0]
    assert weight[:left].tolist() == [2.0, 4.0, 1.0]
    assert other[:left].tolist() == [0.0, 5.0, 7.0]


def test_a_price_at_which_rivals_with_the_same_goods_stand_is_contested():
    curve = curve_of(np.array([9.0, 7.0, 5.0]), np.ones(3), np.zeros(3), limit=8.0)
    assert [curve.is_contested(price) for price in (6.5, 7.0, 7.5)] == [False, False, True]
    assert not curve_of(np.array([9.0]), np.ones(1), np.zeros(1)).is_contested(100.0)
