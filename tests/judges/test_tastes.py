"""Tastes recovered from exported choices by xlogit."""

from __future__ import annotations

import pytest

from sim.experiments.judges.tastes import TASTES, estimate, judge_tastes, tastes_recovered, town_of, true_coefficients
from sim.market import Market

SCARCE = {"retailers.replenishment.level": 20, "retailers.lead_time": 2}


def test_tastes_are_recovered_where_shelves_run_empty_in_sight():
    findings = judge_tastes(town_of(TASTES["patient"], **SCARCE), "seen", "made")
    assert len(findings) == 6
    assert all(finding.holds for finding in findings), findings


def test_tastes_are_recovered_from_first_choices_where_trips_are_lost():
    findings = judge_tastes(town_of(TASTES["distrustful"], **SCARCE), "shops", "wanted")
    assert all(finding.holds for finding in findings), findings


def test_tastes_are_recovered_with_couriers():
    findings = judge_tastes(town_of(TASTES["hurried"], **{"customers.reach": 1}), "couriers", "made")
    assert all(finding.holds for finding in findings), findings


def test_the_judge_notices_tastes_that_are_not_those_of_the_scenario():
    truth = true_coefficients(town_of(TASTES["patient"]))
    other = town_of({**TASTES["patient"], "travel_cost": 0.55, "waiting_cost": 1.4})
    found, errors = estimate(Market(other, "seen", 0).run().choices(), list(truth))
    z = dict(zip(truth, (found - list(truth.values())) / errors, strict=True))
    assert z["km"] < -3.5
    assert z["days"] < -3.5
    assert abs(z["paid"]) < 3.5


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_all_sets_of_tastes_are_recovered_under_other_seeds(seed):
    findings = tastes_recovered(seed)
    assert all(finding.holds for finding in findings), [finding for finding in findings if not finding.holds]
