"""Stopping by precision: as many replications as it takes, whoever runs them, and not one more."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sim
from sim.common.estimates import Estimate, estimate, variance_ratio
from sim.experiments.stopping import FEWEST, Precision, enough, parse_precision
from sim.runs.replication import Replication
from sim.scenario import ScenarioError


def replications(first, second):
    return [
        Replication(number, {"a": {"welfare": one}, "b": {"welfare": other}}, {})
        for number, (one, other) in enumerate(zip(first, second, strict=True))
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("consumer_price=0.5%", Precision("consumer_price", 0.005, relative=True)),
        ("delivery_days.p50 = 0.1", Precision("delivery_days.p50", 0.1, relative=False)),
    ],
)
def test_precisions_are_read(text, wanted):
    assert parse_precision(text) == wanted
    assert parse_precision(str(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("consumer_prise=1%", "did you mean consumer_price"),
        ("welfare", "above 0"),
        ("welfare=-1", "above 0"),
        ("welfare=nan", "above 0"),
        ("welfare=inf", "above 0"),
        ("welfare=1%%", "above 0"),
    ],
)
def test_precisions_that_make_no_sense_are_refused(text, said):
    with pytest.raises(ScenarioError, match=said):
        parse_precision(text)


def test_it_stops_at_the_first_count_whose_interval_is_narrow_enough():
    rng = np.random.default_rng(1)
    first = rng.normal(100.0, 30.0, 60)
    second = first + 5.0 + rng.normal(0.0, 1.0, 60)
    wanted = Precision("welfare", 0.4, relative=False)
    count = enough(replications(first, second), ["a", "b"], [wanted])

    def half(n):
        found = estimate(second[:n] - first[:n])
        return (found.high - found.low) / 2

    assert FEWEST < count < 60
    assert half(count) <= 0.4
    assert all(half(n) > 0.4 for n in range(FEWEST, count))
    assert enough(replications(first[: count - 1], second[: count - 1]), ["a", "b"], [wanted]) is None


def coverage(half_width, draw, repetitions):
    """Return how often the interval at which it stopped holds the truth, 0, for differences drawn by a function."""
    rng = np.random.default_rng(5)
    wanted, covered = Precision("welfare", half_width, relative=False), 0
    for _ in range(repetitions):
        changes = draw(rng)
        found = replications(np.zeros(len(changes)), changes)
        kept = estimate(changes[: enough(found, ["a", "b"], [wanted])])
        covered += kept.low <= 0.0 <= kept.high
    return covered / repetitions


@pytest.mark.parametrize("half_width", [0.8, 0.5, 0.35])
def test_intervals_at_which_it_stopped_cover_the_truth_in_95_of_100(half_width):
    """Half a standard deviation is the worst to ask for: about 17 replications, often stopped by luck."""
    found = coverage(half_width, lambda rng: rng.normal(0.0, 1.0, 120), 1_000)
    assert found == pytest.approx(0.95, abs=0.02)


def test_a_relative_width_is_of_the_first_regimes_mean():
    wanted = Precision("welfare", 0.01, relative=True)
    narrow, wide = Estimate(3.0, 2.1, 3.9, 9), Estimate(3.0, 1.9, 4.1, 9)
    assert wanted.is_met(Estimate(-100.0, -200.0, 0.0, 9), [narrow])
    assert not wanted.is_met(Estimate(-100.0, -200.0, 0.0, 9), [narrow, wide])
    assert not wanted.is_met(Estimate(100.0, 0.0, 200.0, 9), [])


def test_what_is_never_defined_stops_nothing():
    assert Precision("welfare", 0.1, relative=False).is_met(
        Estimate(None, None, None, 0), [Estimate(None, None, None, 0)]
    )
    assert not Precision("welfare", 0.1, relative=False).is_met(Estimate(1.0, None, None, 1), [])


def test_the_number_of_workers_does_not_matter(small):
    until = [parse_precision("consumer_price=0.6%")]
    one, two = (sim.compare(small, ["traditional", "o2o"], until=until, workers=workers) for workers in (1, 3))
    assert one == two
    assert FEWEST <= one.replications < 100
    change = one.differences["o2o"]["consumer_price"]
    assert change.high - change.low <= 2 * 0.006 * one.figures["traditional"]["consumer_price"].mean
    assert one == sim.compare(small, ["traditional", "o2o"], replications=one.replications)


def test_it_gives_up_after_the_most(small):
    until = [parse_precision("consumer_price=0.0001%")]
    assert sim.compare(small, ["traditional", "o2o"], until=until, most=6).replications == 6


def test_progress_is_told_of_all_the_runs_there_may_be(small):
    told, until = [], [parse_precision("consumer_price=0.0001%")]
    sim.compare(small, ["traditional", "o2o"], until=until, most=12, workers=1, progress=told.append)
    assert [(now.done, now.total) for now in told] == [(done, 24) for done in range(1, 25)]


def test_variance_ratio_by_hand():
    # Variances 1 and 4; differences 0, 1, 2 vary by 1.
    assert variance_ratio([1.0, 2.0, 3.0], [1.0, 3.0, 5.0]) == pytest.approx(5.0)
    assert variance_ratio([1.0, 2.0], [2.0, 3.0]) is None
    assert variance_ratio([1.0, None, 3.0], [1.0, 2.0, 5.0]) == pytest.approx((2.0 + 8.0) / 2.0)
    assert variance_ratio([1.0, None], [1.0, 2.0]) is None


@pytest.mark.slow
def test_paired_intervals_are_three_times_narrower_than_unpaired_ones_where_margins_are_set():
    """Where every channel has its own price, or prices follow the accounts, the mean price depends on who chooses what
    in which world: that part of the difference is no noise, and no pairing takes it away.
    """
    found = sim.compare("classroom_set_margins", ["traditional", "direct", "o2o", "hybrid", "planner"], replications=10)
    narrower = {name: math.sqrt(ratios["consumer_price"]) for name, ratios in found.variance_ratios.items()}
    assert min(narrower["direct"], narrower["o2o"]) >= 3.0
    assert min(narrower["hybrid"], narrower["planner"]) >= 1.5
