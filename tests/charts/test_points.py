"""Charts of points: differences of a sweep, markets in which a regime fails, values tried for the best."""

from __future__ import annotations

import json

import pytest

from sim.common.estimates import Estimate
from sim.experiments.discovering import Bound, Discovery, Region
from sim.experiments.optimising import Optimum
from sim.report import charts
from tests.wording import numbers

UP, DOWN, UNCLEAR = Estimate(2.0, 1.0, 3.0, 5), Estimate(-2.0, -3.0, -1.0, 5), Estimate(0.5, -1.0, 2.0, 5)
UNDEFINED = Estimate(None, None, None, 0)
POINTS = [{"a": a, "b": b, "c": "x"} for a in (0.0, 1.0) for b in (1, 2, 3)]


def test_differences_count_what_is_clear_and_lie_along_what_tells_most(snapshot):
    row = [DOWN, UNCLEAR, UP, DOWN, UNDEFINED, UP]
    figure, finding, alternative = charts.differences(POINTS, {"O2O": row}, "store chain", "welfare", "EUR")
    assert [finding, alternative] == snapshot
    assert numbers(finding) == [2, 2, 5]
    assert alternative.endswith(" b.")
    assert list(figure.data[0].x) == [1, 2, 3, 1, 3]
    assert list(figure.data[0].y) == [-2.0, 0.5, 2.0, -2.0, 2.0]


def test_where_nothing_is_known_that_is_said(snapshot):
    nothing = {"O2O": [UNDEFINED] * len(POINTS)}
    assert charts.differences(POINTS, nothing, "store chain", "welfare", "EUR").finding == snapshot


def discovery(regions):
    points = tuple({"p": float(p), "q": float(q)} for p in range(4) for q in range(2))
    changes = tuple(1.0 if point["p"] < 2 else -1.0 for point in points)
    return Discovery("village", ("store chain", "direct"), "customers", regions, 8, 4, 0, points, changes)


def test_markets_that_fail_are_filled_and_stand_in_the_box(snapshot):
    region = Region((Bound("p", "above", 1.5, 0.01),), 1.0, 1.0, 4)
    figure, finding, _ = charts.markets(discovery((region,)))
    worse, others = figure.data
    assert finding == snapshot
    assert numbers(finding) == [4, 8, 1.5]
    assert sorted(worse.x) == [2.0, 2.0, 3.0, 3.0]
    assert sorted(others.x) == [0.0, 0.0, 1.0, 1.0]
    (box,) = figure.layout.shapes
    assert (box.x0, box.x1, box.xref) == (1.5, 3.0, "x")
    assert (box.y0, box.y1, box.yref) == (0, 1, "paper")
    assert not charts.markets(discovery(())).figure.layout.shapes


@pytest.mark.parametrize("paths", [("p",), ("p", "q")])
def test_the_best_is_a_star_among_what_was_tried(paths, snapshot):
    points = tuple(({path: float(at) for path in paths}, Estimate(float(at), at - 0.5, at + 0.5, 5)) for at in range(5))
    values = dict.fromkeys(paths, 4.0)
    found = Optimum(
        "village", "direct", "welfare", "highest", values, Estimate(3.9, 3.5, 4.3, 5), points[-1][1], {}, None, (), 5,
        points,
    )  # fmt: skip
    figure, finding, _ = charts.optimum_chart(found, "EUR")
    assert finding == snapshot
    assert numbers(finding) == [*[4] * len(paths), 3.9, 0.4]
    tried, star = figure.data
    assert list(tried.x) == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert star.marker.symbol == "star"
    assert list(star.y) == [3.9 if len(paths) == 1 else 4.0]
    json.loads(figure.to_json())
