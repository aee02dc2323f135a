"""PRIM: boxes that are known beforehand are found again, and where there are none, none is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.experiments.prim import find_boxes, within

POINTS = np.random.default_rng(5).random((600, 4))


def test_a_known_box_is_found_and_nothing_else():
    """Cases: x0 > 0.6 and x2 < 0.3, an eighth of the square. Two parameters have no part in it."""
    cases = (POINTS[:, 0] > 0.6) & (POINTS[:, 2] < 0.3)
    (box,) = find_boxes(POINTS, cases)
    assert set(box.limits) == {(0, "above"), (2, "below")}
    assert box.limits[0, "above"] == pytest.approx(0.6, abs=0.02)
    assert box.limits[2, "below"] == pytest.approx(0.3, abs=0.02)
    assert box.density > 0.95
    assert box.coverage > 0.95
    assert max(box.chances.values()) < 1e-6
    assert (box.inside == within(POINTS, box.limits)).all()


def test_noise_does_not_hide_a_box():
    """Inside nine of ten are cases, outside one of ten."""
    rng = np.random.default_rng(11)
    inside = (POINTS[:, 1] > 0.5) & (POINTS[:, 3] > 0.4)
    cases = rng.random(len(POINTS)) < np.where(inside, 0.9, 0.1)
    box = find_boxes(POINTS, cases)[0]
    assert {(1, "above"), (3, "above")} <= set(box.limits)
    assert box.limits[1, "above"] == pytest.approx(0.5, abs=0.06)
    assert box.limits[3, "above"] == pytest.approx(0.4, abs=0.06)
    assert box.density == cases[box.inside].mean() > 0.85
    assert box.coverage == cases[box.inside].sum() / cases.sum() > 0.7


@pytest.mark.slow
def test_how_often_pure_noise_is_given_a_box_is_what_the_docs_say():
    """Four values a point, two points of five a case whatever they are; it takes 15 s."""

    def is_given_a_box(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        x, cases = rng.random((64, 4)), rng.random(64) < 0.4
        return bool(find_boxes(x, cases, most=1))

    given = sum(is_given_a_box(seed) for seed in range(200))
    told = (Path(__file__).parents[2] / "docs/background/odd.md").read_text(encoding="utf-8")
    assert (
        f"of 200 sets of 64 points of four parameters, two of five of them cases at random, {given} were given a box"
        in (" ".join(told.split()))
    )


def test_limits_that_chance_explains_are_dropped_until_none_is_left(monkeypatch):
    """Forty tosses of a coin over two parameters, thirty times: a box is hardly ever given. Without the guard it is."""
    rng = np.random.default_rng(5)
    noise = [(rng.random((40, 2)), rng.random(40) < 0.5) for _ in range(30)]
    assert sum(bool(find_boxes(x, cases, 1)) for x, cases in noise) <= 4
    monkeypatch.setattr("sim.experiments.prim.CHANCE", 1.0)
    assert sum(bool(find_boxes(x, cases, 1)) for x, cases in noise) >= 25


def test_two_boxes_are_found_one_after_the_other():
    large = (POINTS[:, 0] > 0.6) & (POINTS[:, 1] > 0.4)
    small = (POINTS[:, 0] < 0.4) & (POINTS[:, 1] > 0.75)
    first, second = find_boxes(POINTS, large | small, most=2)
    assert set(first.limits) == {(0, "above"), (1, "above")}
    assert set(second.limits) == {(0, "below"), (1, "above")}
    assert second.limits[1, "above"] == pytest.approx(0.75, abs=0.03)
    assert not (first.inside & second.inside).any()
    assert first.coverage + second.coverage > 0.9
    assert first.coverage > second.coverage


def test_where_all_or_none_are_cases_or_nothing_varies_there_is_no_box():
    assert find_boxes(POINTS, np.zeros(len(POINTS), dtype=np.bool_)) == []
    assert find_boxes(POINTS, np.ones(len(POINTS), dtype=np.bool_)) == []
    assert find_boxes(np.ones((64, 2)), np.arange(64) % 2 == 0) == []


def test_values_that_are_equal_stay_together():
    x = np.repeat([[1.0], [2.0], [3.0], [4.0]], 16, axis=0)
    (box,) = find_boxes(x, x[:, 0] >= 3.0)
    assert box.limits == {(0, "above"): 2.5}
    assert (box.density, box.coverage) == (1.0, 1.0)


def test_the_chance_of_a_limit_is_binomial():
    """Half of 16 are cases, all eight above the limit: chance does so once in 2^8."""
    x = np.arange(16.0)[:, None]
    (box,) = find_boxes(x, x[:, 0] > 7.5)
    assert box.chances[0, "above"] == pytest.approx(0.5**8)
