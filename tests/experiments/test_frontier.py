"""Frontiers: found where the arithmetic of the parable says, and for whom."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.common.estimates import estimate
from sim.experiments.frontier import frontier
from sim.experiments.root_bracketing import Bisection
from sim.runs.design import Factor, parse_factor
from sim.scenario import ScenarioError, load_scenario

PARABLE = load_scenario("parable")


def test_in_the_parable_customers_change_sides_where_the_parcel_eats_what_they_save(tmp_path):
    """The direct offer costs 8000 instead of 20 000: a parcel of 12 000 makes them even."""
    x = parse_factor("delivery.parcel.cost_per_parcel=0..13000", PARABLE)
    found = frontier(PARABLE, x, parties=["customers", "suppliers"], replications=2, store=tmp_path, workers=1)
    customers, suppliers = found.crossings
    assert customers.side == "crossing"
    assert customers.x == pytest.approx(12_000.0, abs=0.01)
    assert customers.better == "below"
    assert customers.low <= 12_000.0 <= customers.high
    assert customers.high - customers.low == pytest.approx(13_000 / 2**7)  # nothing is left to chance but where in it
    assert suppliers.side == "always"  # they get 3000 more whatever the parcel costs


def test_along_another_parameter_the_frontier_is_a_curve(tmp_path):
    """With a reference price of its own, the direct offer is 5000 + a fifth of what lies between."""
    x = parse_factor("delivery.parcel.cost_per_parcel=0..19000", PARABLE)
    y = parse_factor("suppliers.direct_pricing.gap_share=0.2,0.6,1.0", PARABLE)
    found = frontier(PARABLE, x, y, parties=["customers"], replications=1, store=tmp_path, workers=1)
    assert [crossing.y for crossing in found.crossings] == [0.2, 0.6, 1.0]
    assert [crossing.x for crossing in found.crossings[:2]] == pytest.approx([12_000.0, 6_000.0], abs=0.01)
    assert found.crossings[2].side == "never"
    assert found.crossings[0].low is None  # one pair of runs gives no interval
    assert list(found.to_frame()["party"]) == ["customers"] * 3


X = Factor("x", low=0.0, high=8.0)


def found_along(difference, steps=7):
    """Return the crossing of a plain function with replications that scatter around it, and how often it was asked."""
    asked, search = [], Bisection(X, None, ["customers"], steps, 2)
    while points := search.next_points():
        asked.extend(points)
        search.learn([{"customers": estimate(difference(point["x"]))} for point in points])
    (crossing,) = search.crossings()
    return crossing, asked


def scattered(function, width=0.0):
    """Return a function of x that gives three replications, ``width`` apart."""
    return lambda x: [None] * 3 if function(x) is None else [function(x) + width * by for by in (-1.0, 0.0, 1.0)]


@pytest.mark.parametrize("steps", [1, 2, 3, 7])
def test_no_more_is_looked_at_than_was_said_before(steps):
    """Parties that turn at different places, the third only where another one looked: the bound holds at each step."""
    turns = {"customers": (2.9,), "suppliers": (5.3,), "everybody": (2.6, 2.95)}
    asked, bounds = [], []
    search = Bisection(X, Factor("y", (1.0, 2.0)), list(turns), steps, 2)
    while points := search.next_points():
        asked.append(len(points))
        bounds.append(search.later())
        search.learn(
            [
                {party: estimate([math.prod(point["x"] - at for at in ats)] * 2) for party, ats in turns.items()}
                for point in points
            ]
        )
    assert len(search.crossings()) == 6
    for step, bound in enumerate(bounds):
        assert sum(asked[step + 1 :]) <= bound
    assert bounds[-1] == 0
    assert max(bounds) == 6 * max(0, steps - 2)


def test_always_is_not_said_of_what_dips_in_the_middle():
    crossing, _ = found_along(scattered(lambda x: abs(x - 3.9) - 1.0))
    assert crossing.side == "crossing"
    assert (crossing.x, crossing.better) == (pytest.approx(2.9, abs=0.01), "below")
    ((low, high),) = crossing.again
    assert low <= 4.9 <= high
    assert found_along(scattered(lambda x: abs(x - 3.9) + 1.0))[0].side == "always"
    assert found_along(scattered(lambda x: -abs(x - 3.9) - 1.0))[0].side == "never"
    assert found_along(scattered(lambda x: 0.0))[0].side == "unknown"


def test_a_middle_without_the_figure_stands_for_neither_side():
    """Whichever half was taken would be a guess: the bracket stays as wide as it is, and the hole is named."""
    crossing, asked = found_along(scattered(lambda x: None if 4.5 < x < 5.5 else x - 5.0))
    assert crossing.side == "crossing"
    assert crossing.undefined == (5.0,)
    assert (crossing.low, crossing.high) == (4.0, 6.0)
    assert [point["x"] for point in asked] == [0.0, 2.0, 4.0, 6.0, 8.0, 5.0]
    assert found_along(scattered(lambda x: None if x > 7.0 else x - 5.0))[0].side == "unknown"


def test_a_bisection_asks_no_more_than_it_needs_and_ends_where_it_is_even():
    crossing, asked = found_along(scattered(lambda x: x - 2.7))
    assert len(asked) == 5 + 5
    assert crossing.high - crossing.low == pytest.approx(8.0 / 2**7)
    assert found_along(scattered(lambda x: x - 4.0))[0].x == 4.0
    assert len(found_along(scattered(lambda x: x - 4.0))[1]) == 5


def test_the_interval_is_where_a_paired_test_at_each_value_would_not_tell():
    """A line of slope 1 and an interval of +-h: all values within h of the crossing, without a slope."""
    half = estimate([-0.3, 0.0, 0.3]).high
    crossing, _ = found_along(scattered(lambda x: x - 2.7, 0.3))
    assert (crossing.low, crossing.high) == pytest.approx((2.7 - half, 2.7 + half), abs=0.02)
    flat, _ = found_along(scattered(lambda x: 0.01 * (x - 2.7), 0.3))
    assert (flat.low, flat.high) == (0.0, 8.0)  # it may be anywhere


def test_values_at_which_zero_cannot_be_told_from_the_difference_are_named():
    crossing, _ = found_along(scattered(lambda x: x + 1.0, 1.0))  # half an interval is 2.48: above 1 and 1 + 0.5, not 3
    assert (crossing.side, crossing.tried, crossing.unsure) == ("always", 5, (0.0,))
    assert found_along(scattered(lambda x: -x - 1.0, 1.0))[0].unsure == (0.0,)
    assert found_along(scattered(lambda x: x + 3.0, 1.0))[0].unsure == ()
    back, _ = found_along(scattered(lambda x: x - 2.7 if x < 7.5 else 0.1, 0.1))  # sure of it, and then no longer
    assert (back.side, back.unsure) == ("crossing", (8.0,))


def coverage(repetitions):
    """Return how often intervals hold the true crossing, where each replication has a slope and a level of its own."""
    rng = np.random.default_rng(11)
    crossings = []
    for _ in range(repetitions):
        slopes, levels = rng.normal(1.0, 0.8, 6), rng.normal(-2.7, 1.0, 6)
        crossing, _ = found_along(lambda x, slopes=slopes, levels=levels: list(slopes * x + levels))
        crossings += [crossing] if crossing.side == "crossing" else []
    assert len(crossings) > 0.95 * repetitions
    return np.mean([each.low <= 2.7 <= each.high for each in crossings])


def test_the_interval_of_a_crossing_holds_the_true_one_also_where_slopes_differ():
    assert coverage(1000) >= 0.93


@pytest.mark.slow
def test_the_interval_of_a_crossing_covers_that_of_more_runs(small, tmp_path):
    x = parse_factor("delivery.parcel.cost_per_parcel=0..15", small)
    asked = {"parties": ["customers"], "steps": 6, "store": tmp_path, "workers": 1}
    few, many = (frontier(small, x, replications=n, **asked).crossings[0] for n in (4, 12))
    assert few.side == many.side == "crossing"
    assert few.low < many.x < few.high
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"regimes": ["traditional"]}, "between two regimes"),
        ({"parties": ["customers", "politicians"]}, "the parties are"),
        ({"x": Factor("customers.reach", low=1, high=5, whole=True)}, "need not be whole"),
        ({"x": Factor("customers.travel_cost", (0.1, 0.4))}, "a range of numbers"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    asked = {"x": Factor("customers.travel_cost", low=0.0, high=1.0), "workers": 1, **changed}
    with pytest.raises(ScenarioError, match=said):
        frontier("village", **asked)
