"""Where numbers come from: which of those written in a scenario name no source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.merging import SOURCES
from sim.scenario.problems import Problem, shown
from sim.scenario.reading import read_tables
from sim.scenario.shape import walk_values, written


def unsourced(source: str | Path | Mapping[str, Any]) -> list[Problem]:
    """Return a problem for each number of a scenario, and of what it extends, without an entry in ``[sources]``.

    A list of numbers counts as one. Raises ScenarioError when a file cannot be used at all.
    """
    tables = read_tables(source)
    sources = tables.given.get(SOURCES)
    known = sources if isinstance(sources, Mapping) else {}
    problems: dict[str, Problem] = {}
    for path, value in walk_values({key: part for key, part in tables.given.items() if key != SOURCES}):
        place = path[:-1] if isinstance(path[-1], int) else path
        key = written(place)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and key not in known and key not in problems:
            remedy = f'add "{key}" = "..." to [sources]: what you read, or \'assumption: \' and why'
            problems[key] = Problem(tables.origin(place), key, "", f"{shown(value)} has no source", remedy)
    return list(problems.values())
