"""Every shipped scenario that claims a steady state is settled in the days it averages."""

from __future__ import annotations

import pytest

from sim.experiments import compare
from sim.report.text.settling import prices_not_at_rest
from sim.scenario import load_scenario, scenario_names

STEADY = [name for name in scenario_names() if load_scenario(name).time.steady]


def test_scenarios_about_change_say_so():
    assert {"disruption", "successive_margins"}.isdisjoint(STEADY)
    assert len(STEADY) > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", STEADY)
def test_a_steady_scenario_is_settled_at_its_own_length(name):
    compared = compare(name, replications=10, seed=0)
    found = compared.settling
    assert found.is_tested
    assert [str(move) for move in found.moving] == []
    assert prices_not_at_rest(compared) == ""
