"""Scenarios: the schema of every parameter, and a reader that reports all problems of a file at once."""

from sim.scenario.loading import load_scenario, scenario_hash
from sim.scenario.overrides import parse_override
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import scenario_names, scenario_path
from sim.scenario.schema import Scenario
from sim.scenario.writing import scenario_to_toml

__all__ = [
    "Problem",
    "Scenario",
    "ScenarioError",
    "load_scenario",
    "parse_override",
    "scenario_hash",
    "scenario_names",
    "scenario_path",
    "scenario_to_toml",
]
