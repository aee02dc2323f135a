"""Holm's correction: worked by hand, by its definition, and against errors counted in a thousand pages of nothing."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from sim.common.estimates import Estimate, estimate
from sim.experiments.multiple_comparisons import corrected, holm, normal_p_value, p_value


def test_five_p_values_by_hand():
    # Sorted .005 .011 .02 .04 .13, times 5 4 3 2 1: .025 .044 .06 .08 .13; none is below the one before.
    assert holm([0.02, 0.005, 0.13, 0.011, 0.04]) == pytest.approx([0.06, 0.025, 0.13, 0.044, 0.08])


def test_adjusted_p_values_never_fall_and_never_pass_one():
    # .01 x 4 = .04; .013 x 3 = .039, raised to .04; .4 x 2 = .8; .9.
    assert holm([0.01, 0.013, 0.4, 0.9]) == pytest.approx([0.04, 0.04, 0.8, 0.9])
    assert holm([0.9, 0.9, 0.9]) == [1.0, 1.0, 1.0]
    assert holm([]) == []
    assert holm([0.03]) == [0.03]


def test_ties_share_the_larger_factor():
    assert holm([0.02, 0.02]) == pytest.approx([0.04, 0.04])


def test_holm_rejects_what_the_closed_test_procedure_of_bonferroni_rejects():
    """Holm (1979) is the closure of Bonferroni's test: a hypothesis falls when every set that holds it has some p-value
    below its level divided by the size of the set. That is another road to the same answer, over all subsets."""
    rng = np.random.default_rng(8)
    for _ in range(60):
        p = rng.beta(0.4, 4.0, 6).tolist()
        sets = [s for size in range(1, 7) for s in itertools.combinations(range(6), size)]
        closed = [max(min(1.0, len(s) * min(p[k] for k in s)) for s in sets if each in s) for each in range(6)]
        assert holm(p) == pytest.approx(closed)


@pytest.mark.parametrize("n", [2, 3, 10, 40])
def test_p_values_are_those_of_the_t_test(n):
    values = np.random.default_rng(n).normal(0.4, 1.0, n)
    assert p_value(estimate(values)) == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue, rel=1e-9)


def test_a_p_value_below_5_percent_and_an_interval_without_zero_are_the_same():
    for seed in range(200):
        found = estimate(np.random.default_rng(seed).normal(0.7, 1.0, 6))
        assert (p_value(found) < 0.05) == (found.low > 0 or found.high < 0)


def test_what_there_is_nothing_to_test_of():
    assert p_value(Estimate(None, None, None, 0)) is None
    assert p_value(Estimate(2.0, None, None, 1)) is None
    assert p_value(Estimate(0.0, 0.0, 0.0, 5)) is None  # nothing in any replication: certain, and no comparison
    assert p_value(Estimate(2.0, 2.0, 2.0, 5)) == 0.0
    assert normal_p_value(0.0, 0.0) is None
    assert normal_p_value(1.0, 0.0) == 0.0


def test_the_normal_p_value():
    assert normal_p_value(1.959964, 1.0) == pytest.approx(0.05, abs=1e-7)
    assert normal_p_value(-3.0, 2.0) == pytest.approx(2 * stats.norm.sf(1.5), rel=1e-12)


def test_what_falls_out_is_named_and_counted():
    found = corrected({"a": 0.001, "b": 0.02, "c": 0.03, "d": None, "e": 0.7, "f": 0.04})
    assert found.compared == 5
    assert found.remaining == 1
    assert found.lost == ("b", "c", "f")
    assert found.adjusted["a"] == pytest.approx(0.005)
    assert "d" not in found.adjusted


def test_of_pages_on_which_nothing_differs_one_in_twenty_holds_an_error():
    """24 differences of nothing on a page, 8 replications each: one by one most pages hold a clear one."""
    rng = np.random.default_rng(3)
    pages = [corrected({k: p_value(estimate(rng.normal(size=8))) for k in range(24)}) for _ in range(600)]
    one_by_one = np.mean([bool(each.lost or each.remaining) for each in pages])
    after = np.mean([each.remaining > 0 for each in pages])
    assert one_by_one == pytest.approx(1.0 - 0.95**24, abs=0.06)  # 71 %
    assert after == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 600))
