"""Whether a window was settled: a planted trend is caught, a flat series passes as often as it should."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.settling import LEVEL, chance_of, settling_of
from sim.results.figures.halves import HEADLINE
from sim.scenario import load_scenario
from sim.scenario.halves import half_length, seasonal

REGIMES = ("one", "other")


def drawn(random, replications, trend=0.0, figure="consumer_surplus", regime="other"):
    """Return halves of replications around 50 that do not move, but for one figure under one regime."""
    found = []
    for _ in range(replications):
        world = random.normal(50.0, 5.0)
        flats = {}
        for name in REGIMES:
            flat = {f"{part}.{each}": world + random.normal() for part in ("first", "second") for each in HEADLINE}
            flat[f"second.{figure}"] += trend if name == regime else 0.0
            flats[name] = flat
        found.append(flats)
    return found


def test_a_flat_series_is_accused_as_rarely_as_it_should_be():
    random = np.random.default_rng(1)
    accused = sum(any(move.clear for move in settling_of(REGIMES, drawn(random, 8), 60).moves) for _ in range(600))
    assert 0.25 * LEVEL < accused / 600 < 1.6 * LEVEL


def test_without_a_correction_it_would_be_accused_far_more_often():
    random = np.random.default_rng(2)
    naive = 0
    for _ in range(200):
        moves = settling_of(REGIMES, drawn(random, 8), 60).moves
        naive += any(move.p is not None and move.p < LEVEL for move in moves)
    assert naive / 200 > 4 * LEVEL


@pytest.mark.parametrize("figure", HEADLINE)
@pytest.mark.parametrize("regime", REGIMES)
def test_a_planted_trend_is_caught_and_named(figure, regime):
    random = np.random.default_rng(3)
    found = settling_of(REGIMES, drawn(random, 10, 8.0, figure, regime), 60)
    worst = found.moving[0]
    assert worst.figure == figure
    assert abs(abs(worst.change.mean) - 8.0) < 2.0
    told = {move.regime for move in found.moving if move.figure == figure}
    assert told == ({"other"} if regime == "other" else {"one", "other"})  # a difference moves with either


def test_a_move_too_small_to_matter_is_clear_and_not_told():
    random = np.random.default_rng(4)
    flats = [
        {
            name: {
                f"{part}.{each}": 50.0 + (0.1 + 1e-4 * random.normal() if part == "second" else 0.0)
                for part in ("first", "second")
                for each in HEADLINE
            }
            for name in REGIMES
        }
        for _ in range(5)
    ]
    money = next(move for move in settling_of(REGIMES, flats, 60).moves if move.figure == "consumer_price")
    assert money.clear
    assert not money.matters
    assert money.allowed == pytest.approx(0.005 * 50.0)


def test_where_seasons_differ_only_differences_are_tested():
    both = [
        {
            name: {
                f"{part}.{each}": 50.0 + random + (20.0 if part == "second" else 0.0)
                for part in ("first", "second")
                for each in HEADLINE
            }
            for name in REGIMES
        }
        for random in (0.0, 1.0, 2.0, 3.0)
    ]
    assert settling_of(REGIMES, both, 60).moving
    found = settling_of(REGIMES, both, 60, seasonal=True)
    assert not found.moving
    assert {move.against for move in found.moves} == {"one"}


def test_two_replications_say_nothing_and_equal_changes_are_certain():
    assert chance_of([1.0, 1.1]) is None
    assert chance_of([2.0, 2.0, 2.0]) == 0.0
    assert chance_of([0.0, 0.0, 0.0]) == 1.0
    assert chance_of([-1.0, 0.0, 1.0]) == pytest.approx(1.0)
    assert chance_of([1.0, 2.0, 3.0]) == pytest.approx(0.0741799, abs=1e-6)  # t = 2 sqrt(3), 2 degrees of freedom
    random = np.random.default_rng(5)
    found = settling_of(REGIMES, drawn(random, 2, 30.0), 60)
    assert not found.moving
    assert found.to_dict()["settled"] is None
    assert settling_of(REGIMES, [{}, {}], 0).to_dict()["tests"] == []


@pytest.mark.parametrize(
    ("changes", "days", "differs"),
    [
        ({}, 66, False),  # 136 days that count; shops order every three days
        ({"customers.weekday_profile": [1, 1, 1, 1, 1, 2, 1]}, 63, False),
        ({"customers.season_profile": [1, 2] * 6}, 66, True),
        ({"customers.season_profile": [1, 2] * 6, "time.days": 800}, 360, False),
        ({"customers.season_profile": [1] * 12}, 66, False),
        ({"time.warm_up": 165}, 0, False),
    ],
)
def test_halves_are_alike(changes, days, differs):
    scenario = load_scenario("classroom_set_margins", changes)
    assert half_length(scenario) == days
    assert seasonal(scenario) == differs
