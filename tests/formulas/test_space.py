"""Sellers in space: worked numbers, and prices that customers set one by one on a grid confirm."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from sim.formulas.space import (
    MEAN_DISTANCE_TO_CENTRE_OF_DISC,
    direct_seller_on_circle,
    found_within,
    hotelling,
    mean_distance_to_nearest,
    one_of_nearest,
    salop_free_entry,
    salop_price,
)

CUSTOMERS = 20_000


def settle(profit, prices, reach, rounds=40):
    """Let sellers answer one another in turn, each with the price that is best for it; return where they rest."""
    for _ in range(rounds):
        for seller in range(len(prices)):

            def loss(own, seller=seller):
                asked = prices.copy()
                asked[seller] = own
                return -profit(asked, seller)

            low, high = prices[seller] - reach, prices[seller] + reach
            prices[seller] = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-5}).x
    return prices


def smooth_share(costs, seller, width):
    """Return the share of customers to whom one seller costs least; those nearly indifferent are split."""
    gap = np.delete(costs, seller, axis=1).min(axis=1) - costs[:, seller]
    return float(np.clip(0.5 + gap / (2.0 * width), 0.0, 1.0).mean())


def test_two_sellers_at_the_ends_of_a_line():
    """Hotelling 1929 with t = 4 and costs 10 and 11.5."""
    line = hotelling(4.0, (10.0, 11.5))
    assert line.prices == (14.5, 15.0)
    assert line.first_share == 0.5625


def test_customers_on_a_line_confirm_it():
    home = (np.arange(CUSTOMERS) + 0.5) / CUSTOMERS
    way = 4.0 * np.stack([home, 1.0 - home], axis=1)
    cost = np.array([10.0, 11.5])

    def profit(prices, seller):
        return (prices[seller] - cost[seller]) * smooth_share(prices + way, seller, 1e-3)

    found = settle(profit, np.array([12.0, 16.0]), 3.0)
    assert found == pytest.approx([14.5, 15.0], abs=0.01)


def test_a_longer_line_is_dearer_transport():
    assert hotelling(4.0, (10.0, 11.5), length=2.0).prices == hotelling(8.0, (10.0, 11.5)).prices


@pytest.mark.parametrize(("firms", "price"), [(2, 12.0), (4, 11.0), (8, 10.5)])
def test_sellers_around_a_circle(firms, price):
    """Salop 1979 with t = 4 and cost 10."""
    assert salop_price(4.0, 10.0, firms) == price


def around(positions):
    home = (np.arange(CUSTOMERS) + 0.5) / CUSTOMERS
    apart = np.abs(home[:, None] - positions[None, :])
    return np.minimum(apart, 1.0 - apart)


@pytest.mark.parametrize(("quadratic", "price"), [(False, 11.0), (True, 10.25)])
def test_customers_around_a_circle_confirm_it(quadratic, price):
    distance = around(np.arange(4) / 4)
    way = 4.0 * (distance**2 if quadratic else distance)

    def profit(prices, seller):
        return (prices[seller] - 10.0) * smooth_share(prices + way, seller, 1e-3)

    found = settle(profit, np.full(4, 10.7), 0.4, rounds=12)
    assert found == pytest.approx([price] * 4, abs=0.01)
    assert salop_price(4.0, 10.0, 4, quadratic=quadratic) == price


def test_free_entry_doubles_what_a_planner_would_have():
    firms = salop_free_entry(4.0, 0.25)
    assert firms == 4.0
    assert salop_price(4.0, 10.0, int(firms)) == 11.0
    profit = (salop_price(4.0, 10.0, 4) - 10.0) / 4 - 0.25
    assert profit == pytest.approx(0.0)
    costs = {count: 0.25 * count + 4.0 / (4.0 * count) for count in range(1, 9)}
    assert min(costs, key=costs.get) == 2


def test_many_sellers_on_a_circle_sell_at_cost():
    assert salop_price(4.0, 10.0, 10**9) == pytest.approx(10.0, abs=1e-6)


def test_a_direct_seller_on_a_circle_of_stores():
    """Balasubramanian 1998 with 5 stores, t = 10, hassle 1.2, costs 3 and 2.5."""
    market = direct_seller_on_circle(5, 10.0, 1.2, 3.0, 2.5)
    assert market.store_price == pytest.approx(3.5667, abs=5e-5)
    assert market.direct_price == pytest.approx(2.9333, abs=5e-5)
    assert market.direct_share == pytest.approx(0.4333, abs=5e-5)
    assert salop_price(10.0, 3.0, 5) == 5.0


def test_customers_of_a_direct_seller_confirm_it():
    way = np.column_stack([10.0 * around(np.arange(5) / 5), np.full(CUSTOMERS, 1.2)])
    cost = np.array([3.0] * 5 + [2.5])

    def profit(prices, seller):
        return (prices[seller] - cost[seller]) * smooth_share(prices + way, seller, 1e-3)

    found = settle(profit, np.array([3.4] * 5 + [3.1]), 0.4, rounds=12)
    assert found == pytest.approx([3.567] * 5 + [2.934], abs=0.005)


def test_the_mean_way_to_the_centre_of_a_disc():
    assert quad(lambda radius: radius * 2.0 * radius, 0.0, 1.0)[0] == pytest.approx(MEAN_DISTANCE_TO_CENTRE_OF_DISC)


@pytest.mark.parametrize(("density", "availability"), [(1.0, 1.0), (1.0, 0.917), (25.0, 0.5)])
def test_the_nearest_store_is_where_no_store_is_nearer(density, availability):
    """Clark & Evans 1954: the mean distance is the area under the probability that a disc is empty."""
    empty = quad(lambda radius: 1.0 - found_within(density, availability, radius), 0.0, 10.0, epsabs=1e-10)[0]
    assert mean_distance_to_nearest(density, availability) == pytest.approx(empty)


def test_shelves_that_are_empty_now_and_then():
    """Stores of density 1 of which 8.3 % are out of stock."""
    assert one_of_nearest(0.917, 1) == pytest.approx(0.917)
    assert one_of_nearest(0.917, 2) == pytest.approx(0.99311, abs=5e-6)
    assert one_of_nearest(0.917, 3) == pytest.approx(0.99943, abs=5e-6)
    assert mean_distance_to_nearest(1.0, 0.917) == pytest.approx(0.5221, abs=5e-5)
    assert found_within(1.0, 0.917, 0.6) == pytest.approx(0.6455, abs=5e-5)


@pytest.mark.parametrize(
    ("formula", "arguments", "problem"),
    [
        (hotelling, (4.0, (10.0, 30.0)), "less than 12.0 apart"),
        (salop_price, (4.0, 10.0, 1), "needs two or more"),
        (salop_free_entry, (4.0, 0.0), "fixed_cost is 0"),
        (direct_seller_on_circle, (5, 10.0, 9.0, 3.0, 2.5), "stores reach"),
        (mean_distance_to_nearest, (0.0,), "density is 0"),
        (one_of_nearest, (1.5, 2), "availability is 1.5"),
    ],
)
def test_what_has_no_answer_is_refused(formula, arguments, problem):
    with pytest.raises(ValueError, match=problem):
        formula(*arguments)
