"""xlogit notices tastes that are not those of the scenario; that it recovers those that are is in the proof."""

from __future__ import annotations

import pytest

from sim.market import Market
from sim.validation.external.tastes import TASTES, estimate_tastes, town_of, true_coefficients

pytestmark = pytest.mark.slow


def test_the_judge_notices_tastes_that_are_not_those_of_the_scenario():
    truth = true_coefficients(town_of(TASTES["patient"]))
    other = town_of({**TASTES["patient"], "travel_cost": 0.55, "waiting_cost": 1.4})
    found, errors = estimate_tastes(Market(other, "seen", 0).run().choices(), list(truth))
    z = dict(zip(truth, (found - list(truth.values())) / errors, strict=True))
    assert z["km"] < -3.5
    assert z["days"] < -3.5
    assert abs(z["paid"]) < 3.5
