"""Turns a name, a file or a dict into plain tables, including everything it ``extends``."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.files import plain_tables, read_toml, tables_in
from sim.scenario.merging import Tables
from sim.scenario.problems import Problem, ScenarioError, shown

EXTENDS = "extends"
STRANGER = "yours"
"""Name of a scenario that was uploaded without one."""

TABLES = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods")
"""File endings of common tables."""
FOR_TABLES = (
    "for products and firms: middleman import FILE -o mine.toml; for points to try: middleman sweep SCENARIO "
    "--design FILE.csv"
)

_SIM = Path(__file__).resolve().parents[1]


def scenarios_folder() -> Path:
    """Return the folder of built-in scenarios: in an installed package, else beside ``sim`` in a checkout."""
    installed = _SIM / "_shipped" / "scenarios"
    return installed if installed.is_dir() else _SIM.parent / "scenarios"


def scenario_names() -> tuple[str, ...]:
    """Return the names of the built-in scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in scenarios_folder().glob("*.toml")))


def scenario_path(name: str) -> Path:
    """Return the file of a built-in scenario. Raises ScenarioError with the known names."""
    if name not in scenario_names():
        raise ScenarioError([_unknown_scenario(name, "", "")])
    return scenarios_folder() / f"{name}.toml"


def _unknown_scenario(name: str, file: str, key: str) -> Problem:
    """Describe a name that is neither a built-in scenario nor a file."""
    names = scenario_names()
    near = difflib.get_close_matches(name[:100], names, n=1)
    allowed = f"there is no such scenario or file; built-in scenarios: {', '.join(names)}"
    remedy = f'did you mean "{near[0]}"?' if near else "give one of these names, or the path of a .toml file"
    return Problem(file, key, shown(name), allowed, remedy)


def _missing_file(path: str, file: str, key: str) -> Problem:
    """Describe a path without a file."""
    remedy = f"check the path, or use a built-in scenario: {', '.join(scenario_names())}"
    if not key:
        return Problem(shown(path)[1:-1], "", "", "there is no such file", remedy)
    return Problem(file, key, shown(path), "there is no such file", remedy)


def read_tables(source: str | Path | Mapping[str, Any]) -> Tables:
    """Read a scenario and everything it extends. Raises ScenarioError if a file cannot be used at all."""
    visited: list[Path] = []
    if isinstance(source, Mapping):
        chain = [Tables("", plain_tables(source))]
    else:
        visited.append(_located(source, Path(), "", ""))
        chain = [_read_file(visited[0])]
    while EXTENDS in chain[-1].given:
        path = _extended_by(chain[-1], visited)
        visited.append(path)
        chain.append(_read_file(path))
    merged = chain.pop()
    while chain:
        merged = merged.overlaid(chain.pop())
    return merged


def read_stranger(content: bytes, file: str) -> Tables:
    """Read an uploaded scenario, called ``file`` in reports. It may extend built-in scenarios, but no files.

    Raises ScenarioError if it cannot be used at all.
    """
    own = Tables(file, tables_in(content, file))
    own.given.setdefault("name", STRANGER)
    if EXTENDS not in own.given:
        return own
    base = own.given.pop(EXTENDS)
    if base not in scenario_names():
        allowed = f"the name of a built-in scenario: {', '.join(scenario_names())}"
        raise ScenarioError([Problem(file, EXTENDS, shown(base), allowed, "choose one, or write out all parameters")])
    return read_tables(base).overlaid(own)


def _extended_by(heir: Tables, visited: list[Path]) -> Path:
    """Remove the name of what ``heir`` extends from its tables, and return the file."""
    base = heir.given.pop(EXTENDS)
    if not isinstance(base, str) or not base:
        allowed = "the name of a built-in scenario, or the path of a file"
        raise ScenarioError([Problem(heir.file, EXTENDS, shown(base), allowed, "give one of those as text")])
    folder = visited[-1].parent if visited else Path()
    path = _located(base, folder, heir.file, EXTENDS)
    seen = [earlier.resolve() for earlier in visited]
    if path.resolve() in seen:
        circle = [display(step) for step in [*visited[seen.index(path.resolve()) :], path]]
        allowed = f"the files extend each other in a circle: {' -> '.join(circle)}"
        raise ScenarioError([Problem(heir.file, EXTENDS, "", allowed, "remove `extends` from one of them")])
    return path


def _located(source: str | Path, folder: Path, file: str, key: str) -> Path:
    """Return the path that a name or path refers to; relative paths start at ``folder``.

    ``file`` and ``key`` say where the name was given, for the report if nothing has that name.
    """
    name = str(source)
    if isinstance(source, str) and name in scenario_names():
        return scenario_path(name)
    path = folder / source
    try:
        exists = path.exists()
    except (OSError, ValueError):  # too long for a path, or contains a character no path can have
        exists = False
    if exists:
        return path
    looks_like_path = isinstance(source, Path) or name.endswith(".toml") or "/" in name or os.sep in name
    raise ScenarioError([(_missing_file if looks_like_path else _unknown_scenario)(name, file, key)])


def display(path: Path) -> str:
    """Write a path as readers see it: built-in files by name, others relative to the working directory."""
    if path.parent == scenarios_folder():
        return path.name
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except (OSError, ValueError):
        return str(path)


def _read_file(path: Path) -> Tables:
    """Read one file; a scenario without a name is named after the file, not after what it extends."""
    file = display(path)
    if path.suffix.lower() in TABLES and path.is_file():
        raise ScenarioError([Problem(file, "", "", "a scenario is a .toml file, but this is a table", FOR_TABLES)])
    tables = read_toml(path, file)
    tables.setdefault("name", re.sub(r"[^\w-]+", "-", path.stem)[:60] or "unnamed")
    return Tables(file, tables)
