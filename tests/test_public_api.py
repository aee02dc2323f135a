"""The public names: all there, typed, and imported only when used."""

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.cli.app import app

HEAVY = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "streamlit")


VERBS = {
    *("audit", "case", "compare", "decide", "discover", "fit", "frontier", "optimise"),
    *("run", "sensitivity", "sweep", "theory", "tiers", "worth"),
}
OTHERS = {
    *("Comparison", "Market", "Outcome", "Scenario", "ScenarioError", "__version__"),
    *("load_scenario", "parse_factor", "scenario_names"),
}


def test_the_public_names_are_these_and_nothing_else_shows():
    assert set(dir(sim)) == set(sim.__all__) == VERBS | OTHERS
    for name in dir(sim):
        assert getattr(sim, name) is not None
    assert set(dir(sim)) == VERBS | OTHERS  # importing adds none


def test_the_verbs_are_those_of_the_command_line():
    commands = {command.name for command in app.registered_commands}
    own = {"new", "import", "check"}
    shown = {"list", "explain", "trace", "class", "results", "export", "publish", "dashboard"}
    assert commands - VERBS == own | shown
    assert commands >= VERBS
    assert all(callable(getattr(sim, verb)) for verb in VERBS)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'sim' has no attribute 'simulate'"):
        _ = sim.simulate


def test_the_public_names_do_what_they_say():
    outcome = sim.run(sim.load_scenario("village"), regime="o2o", seed=1, days=2)
    assert isinstance(outcome, sim.Outcome)
    assert isinstance(sim.compare("village", ["direct"], replications=1), sim.Comparison)
    assert "village" in sim.scenario_names()
    with pytest.raises(sim.ScenarioError):
        sim.load_scenario("vilage")


def test_a_case_and_a_check_of_theory_are_a_call_each():
    found = sim.case("parable", replications=1, workers=1)
    assert found.case.name == found.to_dict()["case"] == "parable"
    assert {row.check for row in sim.theory(["cost_plus"])} == {"cost_plus"}


def test_a_market_can_be_stepped_by_hand():
    market = sim.Market("village", "traditional", 1)
    market.step()
    assert market.day == 1
    assert isinstance(market.parameters, sim.Scenario)


def in_a_new_process(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(sim.__file__).parents[1], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_the_package_imports_nothing_heavy():
    found = in_a_new_process(f"import sim, sys; print([name for name in {HEAVY} if name in sys.modules])")
    assert found == "[]"


def test_reading_scenarios_needs_neither_mesa_nor_a_compiler():
    found = in_a_new_process(
        "import sim, sys; sim.load_scenario('village');"
        "print([name for name in ('mesa', 'numba', 'pandas', 'pyarrow') if name in sys.modules])"
    )
    assert found == "[]"


def test_the_package_says_that_it_is_typed():
    assert (Path(sim.__file__).parent / "py.typed").is_file()
