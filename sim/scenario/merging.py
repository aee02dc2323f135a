"""Lays one scenario's tables over another's, and records which file each value came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.shape import RULE_KEY, Path, dotted

SOURCES = "sources"


@dataclass
class Tables:
    """Plain tables and the files they came from.

    Attributes:
        file: the file that was requested; empty for a dict.
        given: the tables, as plain dicts, lists and scalars.
        origins: the file of each path; a missing path has the file of the closest one above it.
    """

    file: str
    given: dict[str, Any]
    origins: dict[Path, str] = field(default_factory=dict)

    def origin(self, path: Path) -> str:
        """Return the file in which a parameter was set, or should have been."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return self.file

    def mark(self, paths: Iterable[Path], file: str) -> None:
        """Record that these paths, and everything inside them, now come from ``file``."""
        for path in paths:
            inside = [known for known in self.origins if known[: len(path)] == path]
            self.origins.update(dict.fromkeys([path, *inside], file))

    def overlaid(self, heir: Tables) -> Tables:
        """Return these tables with those of ``heir``, which extends them, on top."""
        origins = {**dict.fromkeys(paths_of(self.given), self.file), **self.origins}
        origins.update(dict.fromkeys(paths_of(heir.given), heir.file))
        base = without_sources(self.given, changed_paths(heir.given))
        return Tables(heir.file, merged(base, heir.given), origins)


def paths_of(given: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all tables and values; a list counts as one value."""
    found = [path] if path else []
    if isinstance(given, dict):
        for key, value in given.items():
            found += paths_of(value, (*path, key))
    return found


def merged(base: Any, heir: Any) -> Any:
    """Merge tables key by key; other values replace.

    A rule with another name replaces the whole table, because its parameters differ.
    """
    if not (isinstance(base, dict) and isinstance(heir, dict)):
        return heir
    if RULE_KEY in heir and heir[RULE_KEY] != base.get(RULE_KEY, heir[RULE_KEY]):
        return heir
    both = dict(base)
    for key, value in heir.items():
        both[key] = merged(base[key], value) if key in base else value
    return both


def changed_paths(heir: dict[str, Any]) -> list[Path]:
    """Return the paths of the values an heir changes; a rule's name stands for all its parameters."""
    leaves = [path for path in paths_of(heir) if not isinstance(_at(heir, path), dict) and path[0] != SOURCES]
    return [path[:-1] if path[-1] == RULE_KEY else path for path in leaves]


def _at(given: Any, path: Path) -> Any:
    for step in path:
        given = given[step]
    return given


def without_sources(given: dict[str, Any], changed: Iterable[Path]) -> dict[str, Any]:
    """Drop the sources of changed values, so that a number is never attributed to another number's source."""
    sources = given.get(SOURCES)
    if not isinstance(sources, dict):
        return given
    gone = tuple(dotted(path) for path in changed)
    below = tuple(f"{path}{mark}" for path in gone for mark in ".[")
    kept = {path: source for path, source in sources.items() if path not in gone and not path.startswith(below)}
    return {**given, SOURCES: kept}
