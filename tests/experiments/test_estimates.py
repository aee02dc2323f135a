"""Means and intervals, by hand and against scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.common.estimates import Estimate, difference, estimate


def test_three_values_by_hand():
    # Mean 4, deviations -2, 0, 2, variance 8 / 2 = 4, standard error 2 / sqrt(3) = 1.1547; t(2) = 4.3027.
    found = estimate([2.0, 4.0, 6.0])
    assert found.mean == 4.0
    assert found.low == pytest.approx(4.0 - 4.968275, abs=1e-6)
    assert found.high == pytest.approx(4.0 + 4.968275, abs=1e-6)
    assert found.n == 3


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
def test_the_interval_is_students(n):
    values = [math.sin(number) * 10 + 3 for number in range(n)]
    found = estimate(values)
    low, high = stats.t.interval(0.95, n - 1, loc=found.mean, scale=stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)
    assert found.mean == pytest.approx(sum(values) / n)


def test_one_value_has_no_interval():
    assert estimate([7]) == Estimate(7.0, None, None, 1)


def test_undefined_values_are_left_out():
    assert estimate([None, 2.0, None, 4.0, 6.0]) == estimate([2.0, 4.0, 6.0])
    assert estimate([None, 2.0]) == Estimate(2.0, None, None, 1)


def test_what_is_undefined_everywhere_is_undefined():
    assert estimate([None, None]) == Estimate(None, None, None, 0)


def test_equal_values_have_themselves_as_mean_and_interval():
    assert estimate([0.1] * 7) == Estimate(0.1, 0.1, 0.1, 7)


def test_the_order_of_replications_does_not_matter():
    values = [1e16, 1.0, -1e16, 3.3, 1e-9]
    assert estimate(values) == estimate(sorted(values)) == estimate(values[::-1])


def test_a_difference_needs_both():
    assert difference(5.0, 3.0) == 2.0
    assert difference(None, 3.0) is None
    assert difference(5.0, None) is None


def test_intervals_of_samples_from_a_known_truth_cover_it():
    samples = np.random.default_rng(1).normal(20.0, 3.0, size=(1000, 5))
    found = [estimate(sample) for sample in samples]
    assert 0.93 <= sum(one.low <= 20.0 <= one.high for one in found) / 1000 <= 0.97
