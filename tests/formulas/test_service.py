"""The least stock that serves: worked numbers, the formulas for one stock, and stocks lived through day by day."""

import numpy as np
import pytest
from scipy.special import pdtr

from sim.formulas.inventory import (
    base_stock,
    base_stock_lost_sales,
    morning_stock_lost_sales,
    periodic_review,
    poisson_quantile,
)
from sim.formulas.service import Demands, least_level, losing_fill_rate, normal_excess, waiting_fill_rate


def demands(rate, lead, review=1, variance=None):
    """Return one stock's demands."""
    return Demands(np.array([rate]), None if variance is None else np.array([variance]), np.array([lead]), review)


def level(target, known, *, customers_wait=True):
    return int(least_level(target, known, customers_wait=customers_wait)[0])


def met(level, known, *, customers_wait=True):
    formula = waiting_fill_rate if customers_wait else losing_fill_rate
    return float(formula(np.array([float(level)]), known)[0])


def lived_through(level, rate, lead, review, *, customers_wait, stocks=400, days=1500):
    """Return the share met by many stocks lived through: goods come in the morning, orders go out in the evening."""
    dice = np.random.default_rng(level)
    on_hand, due = np.full(stocks, level), np.zeros((lead, stocks), dtype=int)
    filled = asked = 0
    for day in range(days):
        on_hand, due[day % lead] = on_hand + due[day % lead], 0
        wanted = dice.poisson(rate, stocks)
        sold = np.minimum(wanted, np.maximum(on_hand, 0))
        on_hand = on_hand - (wanted if customers_wait else sold)
        if day >= 100:
            filled, asked = filled + sold.sum(), asked + wanted.sum()
        if day % review == 0:
            due[day % lead] = level - on_hand - due.sum(axis=0)
    return filled / asked


@pytest.mark.parametrize(("rate", "lead"), [(4.0, 3), (0.2, 9), (30.0, 1)])
@pytest.mark.parametrize("units", [1, 5, 15, 40])
def test_customers_who_wait_are_served_as_by_one_stock(rate, lead, units):
    assert met(units, demands(rate, lead)) == pytest.approx(periodic_review(rate, lead, units).fill_rate)


def test_worked_numbers():
    """4 a day, 3 days to cover, level 15 (Zipkin 2000)."""
    assert met(15, demands(4.0, 3)) == pytest.approx(0.9032, abs=5e-5)
    assert [level(share, demands(4.0, 3)) for share in (0.85, 0.9, 0.9033)] == [14, 15, 16]


@pytest.mark.parametrize("target", [0.5, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("mean", [0.7, 6.0, 25.0])
def test_for_slow_movers_it_is_the_quantile_plus_one(target, mean):
    """P(D <= S - 1) >= share (Palm 1938): S - 1 is the Poisson quantile. One need in ten thousand days is slow."""
    slow = demands(1e-4, round(mean / 1e-4))
    expected = poisson_quantile(target, mean) + 1
    assert level(target, slow) == expected
    assert met(expected, slow) == pytest.approx(base_stock(1e-4, mean / 1e-4, expected).fill_rate, abs=1e-3)


@pytest.mark.parametrize(("mean", "units"), [(0.7, 1), (0.7, 4), (6.0, 1), (6.0, 9), (25.0, 9), (25.0, 30)])
def test_slow_movers_that_lose_sales_follow_erlang(mean, units):
    slow = demands(1e-4, round(mean / 1e-4))
    theirs = base_stock_lost_sales(1e-4, mean / 1e-4, units)
    assert met(units, slow, customers_wait=False) == pytest.approx(theirs, abs=1e-3)


@pytest.mark.parametrize("review", [1, 4])
@pytest.mark.parametrize("units", [3, 10, 21, 90])
def test_shelves_that_are_full_again_at_every_review_follow_the_newsvendor(review, units):
    theirs = morning_stock_lost_sales(20.0 * review, units)
    assert met(units, demands(20.0, 1, review), customers_wait=False) == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize(
    ("rate", "lead", "review"), [(4.0, 3, 1), (10.0, 2, 1), (2.0, 7, 1), (4.0, 2, 7), (0.5, 10, 3)]
)
@pytest.mark.parametrize("target", [0.9, 0.97])
def test_the_least_level_serves_and_one_less_does_not(rate, lead, review, target):
    known = demands(rate, lead, review)
    waiting = level(target, known)
    assert met(waiting, known) >= target > met(waiting - 1, known)
    seen = lived_through(waiting, rate, lead, review, customers_wait=True)
    assert seen == pytest.approx(met(waiting, known), abs=0.004)


@pytest.mark.parametrize(
    ("rate", "lead", "review"), [(4.0, 3, 1), (10.0, 2, 1), (2.0, 7, 1), (4.0, 2, 7), (0.5, 10, 3)]
)
@pytest.mark.parametrize("target", [0.9, 0.97])
def test_where_customers_leave_the_level_serves_and_is_hardly_too_high(rate, lead, review, target):
    known = demands(rate, lead, review)
    losing = level(target, known, customers_wait=False)
    assert losing <= level(target, known)
    seen = lived_through(losing, rate, lead, review, customers_wait=False)
    assert seen >= target - 0.003
    assert seen - met(losing, known, customers_wait=False) == pytest.approx(0.012, abs=0.014)  # theory is a little low
    assert lived_through(max(losing - 2, 1), rate, lead, review, customers_wait=False) < target + 0.003


def test_a_day_that_varies_more_than_poisson_needs_more():
    calm = level(0.95, demands(100.0, 2, variance=100.0))
    assert calm == pytest.approx(level(0.95, demands(100.0, 2)), abs=1)  # a large Poisson quantity is nearly normal
    assert level(0.95, demands(100.0, 2, variance=900.0)) > calm + 20
    assert level(0.95, demands(100.0, 2, variance=0.0)) == 195  # never wrong: .95 of the second day's 100, after 100


def test_the_normal_excess_is_what_it_says():
    dice = np.random.default_rng(2).normal(20.0, 4.0, 2_000_000)
    for units in (10.0, 20.0, 27.0):
        theirs = np.maximum(dice - units, 0.0).mean()
        assert normal_excess(np.array(units), np.array(20.0), np.array(16.0)) == pytest.approx(theirs, abs=0.01)
    assert normal_excess(np.array(3.0), np.array(5.0), np.array(0.0)) == 2.0


def test_many_stocks_are_served_as_each_by_itself():
    dice = np.random.default_rng(6)
    rates, leads = dice.gamma(0.7, 8.0, 60) + 1e-3, dice.integers(1, 9, 60)
    for wait in (True, False):
        together = least_level(0.93, Demands(rates, None, leads, 2), customers_wait=wait)
        alone = [
            level(0.93, demands(rate, int(lead), 2), customers_wait=wait)
            for rate, lead in zip(rates, leads, strict=True)
        ]
        assert together.tolist() == alone


def test_levels_do_not_hang_on_the_last_bit():
    """At a share that a level meets exactly, a bit more or less of demand or share changes nothing."""
    exactly = met(15, demands(4.0, 3))
    for share in (exactly, np.nextafter(exactly, 1.0), exactly + 1e-12):
        for rate in (4.0, np.nextafter(4.0, 5.0), np.nextafter(4.0, 3.0)):
            assert level(share, demands(rate, 3)) == 15


def test_great_and_tiny_demand_have_levels_too():
    assert level(0.99, demands(1e-12, 1)) == 1
    great = level(0.99, demands(1e6, 10))
    assert 9.9e6 < great < 1.01e7
    assert pdtr(great, 1e7) > 0.0
