"""Loading a scenario from a name, a file or a dict, with every problem in one report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.common.hashing import sha256_of
from sim.scenario.merging import Tables
from sim.scenario.overrides import OVERRIDE, overridden
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import read_tables
from sim.scenario.regimes import PLANNER
from sim.scenario.schema import Scenario
from sim.scenario.translating import problems_in


def load_scenario(
    source: str | Path | Mapping[str, Any] | Scenario, overrides: Mapping[str, Any] | None = None
) -> Scenario:
    """Load a scenario and check it.

    Args:
        source: the name of a shipped scenario, the path of a TOML file, a dict of that form, or a scenario.
        overrides: parameters to change, by path: ``{"customers.travel_cost": 0.4, "tiers.0.firms": 2}``.

    Raises:
        ScenarioError: with all problems, each with its file, key, value, what is allowed and what to do.
    """
    if isinstance(source, Scenario):
        if not overrides:
            return source
        source = source.model_dump()
    if not isinstance(source, (str, Path, Mapping)):
        allowed = "a scenario is given as a name, a file or a dict"
        raise ScenarioError([Problem("", "", type(source).__name__, allowed, "give one of these")])
    tables = read_tables(source)
    problems: list[Problem] = []
    if overrides:
        tables.given, done, problems = overridden(tables.given, overrides)
        tables.mark(done, OVERRIDE)
    return validated(tables, problems)


def validated(tables: Tables, problems: Sequence[Problem] = ()) -> Scenario:
    """Return the scenario of these tables. Raises ScenarioError with the earlier problems and all new ones."""
    return _validated(tables, [*_take_reserved_regime(tables), *problems])


def _take_reserved_regime(tables: Tables) -> list[Problem]:
    """Remove a regime that has the planner's name, so that the remaining problems can be found."""
    regimes = tables.given.get("regimes")
    if not (isinstance(regimes, dict) and PLANNER in regimes):
        return []
    key = f"regimes.{PLANNER}"
    file = tables.origin(("regimes", PLANNER))
    tables.given["regimes"] = {name: regime for name, regime in regimes.items() if name != PLANNER}
    return [Problem(file, key, "", f'"{PLANNER}" is derived from `planner.base`', "give your regime another name")]


def _validated(tables: Tables, problems: list[Problem]) -> Scenario:
    """Return the scenario, or raise everything that is wrong with it."""
    from sim.scenario.consistency import consistency_problems, still_consistent

    try:
        scenario = Scenario.model_validate(tables.given)
    except ValidationError as error:
        problems = problems + problems_in(error, tables) + still_consistent(error, tables)
        raise ScenarioError(problems) from None
    problems = problems + consistency_problems(scenario, tables)
    if problems:
        raise ScenarioError(problems)
    return scenario


def scenario_hash(scenario: Scenario) -> str:
    """Return a fingerprint of the whole scenario: sha256 of its canonical JSON."""
    content = json.dumps(scenario.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256_of(content)
