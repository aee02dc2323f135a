"""Tours solved by elkai against what theory says of their length."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.judges.tours import TOURS, judge_tours, shortest_tour

SIZES = [drops if drops < 100 else pytest.param(drops, marks=pytest.mark.slow) for drops in TOURS]


def test_the_judge_finds_the_way_round_a_square():
    assert shortest_tour(np.array([0.0, 3.0, 0.0, 3.0]), np.array([0.0, 3.0, 3.0, 0.0])) == pytest.approx(12.0)


@pytest.mark.parametrize("drops", SIZES)
def test_theory_knows_how_long_tours_are(drops):
    _, theory = judge_tours(drops)
    assert theory.holds, theory
