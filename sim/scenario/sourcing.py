"""Finds the numbers of a scenario that name no source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.scenario.merging import SOURCES, Tables
from sim.scenario.problems import Problem, shown
from sim.scenario.reading import read_tables
from sim.scenario.shape import dotted, walk_values

ASSUMPTION = "assumption:"


def unsourced(source: str | Path | Mapping[str, Any]) -> list[Problem]:
    """Return a problem for each number of a scenario, and of what it extends, that has no entry in ``[sources]``.

    A list of numbers counts as one. An entry for a table covers all numbers that the same file sets in it without an
    entry of their own. Raises ScenarioError if a file cannot be used at all.
    """
    tables = read_tables(source)
    sources = tables.given.get(SOURCES)
    known = sources if isinstance(sources, Mapping) else {}
    problems: dict[str, Problem] = {}
    for path, value in walk_values({key: part for key, part in tables.given.items() if key != SOURCES}):
        place = path[:-1] if isinstance(path[-1], int) else path
        key = dotted(place)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and key not in problems and not _covered(tables, place, known):
            remedy = f'add "{key}" = "..." to [sources]: what you read, or \'{ASSUMPTION} \' and a reason'
            problems[key] = Problem(tables.origin(place), key, "", f"{shown(value)} has no source", remedy)
    return [*problems.values(), *_saying_nothing(tables, known)]


def _covered(tables: Tables, path: tuple[Any, ...], known: Mapping[str, Any]) -> bool:
    """Tell whether a number, or a table around it from the same file, has an entry."""
    if dotted(path) in known:
        return True
    around = (dotted(path[:length]) for length in range(1, len(path)))
    return any(key in known and tables.origin((SOURCES, key)) == tables.origin(path) for key in around)


def _saying_nothing(tables: Tables, known: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each empty source, and for each assumption without a reason."""
    for key, said in known.items():
        if isinstance(said, str) and not said.removeprefix(ASSUMPTION).strip():
            allowed = f"a source names what you read, or '{ASSUMPTION} ' and a reason"
            yield Problem(tables.origin((SOURCES, key)), f"sources.{key}", shown(said), allowed, "write a few words")
