"""Intervals keep their promise: on a figure whose true value is known, 95 of 100 of them cover it."""

from __future__ import annotations

import pytest

import sim
from sim.validation.markets import fixed, market
from sim.validation.themes.demand import customers_with, evenly

SHARE_TOO_DEAR = 0.4


def forty_customers():
    """Forty people whose worth is drawn evenly between 0 and 100, a shop that asks 40 and never runs out."""
    people = customers_with(evenly(0.0, 100.0), 40)
    people["customers"]["draw"] = "random"
    return market(
        people,
        time={"days": 3, "warm_up": 0, "cool_down": 0},
        retailers={"pricing": fixed(40.0)},
        products={"unit_cost": 10.0},
    )


def coverage(repetitions):
    scenario = sim.load_scenario(forty_customers())
    covered = 0
    for number in range(repetitions):
        found = sim.compare(scenario, ["shops"], replications=5, seed=10_000 + number, workers=1).figures["shops"]
        interval = found["no_purchase_share"]
        covered += interval.low <= SHARE_TOO_DEAR <= interval.high
    return covered / repetitions


def test_most_intervals_cover_the_truth():
    assert coverage(60) >= 0.87  # fewer than that: once in two hundred if they keep their promise


@pytest.mark.slow
def test_intervals_cover_the_truth_in_95_of_100():
    assert coverage(1_000) == pytest.approx(0.95, abs=0.02)
