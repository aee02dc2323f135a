"""Laying one scenario's tables over another's, and remembering which file each value came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.shape import RULE_KEY, Path, written

SOURCES = "sources"


@dataclass
class Tables:
    """Plain tables and the files they came from.

    Attributes:
        file: the file that was asked for; empty for a dict.
        given: the tables, as plain dicts, lists and scalars.
        origins: the file of each path; a path that is missing has the file of the nearest one above it.
    """

    file: str
    given: dict[str, Any]
    origins: dict[Path, str] = field(default_factory=dict)

    def origin(self, path: Path) -> str:
        """Return the file in which a parameter was given, or would have had to be."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return self.file

    def mark(self, paths: Iterable[Path], file: str) -> None:
        """Note that what stands at these paths, and all inside it, now comes from ``file``."""
        for path in paths:
            inside = [known for known in self.origins if known[: len(path)] == path]
            self.origins.update(dict.fromkeys([path, *inside], file))

    def overlaid(self, heir: Tables) -> Tables:
        """Return these tables with those of ``heir``, which extends them, laid on top."""
        origins = {**dict.fromkeys(paths_of(self.given), self.file), **self.origins}
        origins.update(dict.fromkeys(paths_of(heir.given), heir.file))
        base = without_sources(self.given, changed_paths(heir.given))
        return Tables(heir.file, merged(base, heir.given), origins)


def paths_of(given: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all tables and values, lists taken as one value."""
    found = [path] if path else []
    if isinstance(given, dict):
        for key, value in given.items():
            found += paths_of(value, (*path, key))
    return found


def merged(base: Any, heir: Any) -> Any:
    """Merge tables key by key; anything else replaces.

    A rule of another name replaces the whole table, since its parameters are others.
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
    """Return the paths of the values an heir gives anew; a rule's name stands for all its parameters."""
    leaves = [path for path in paths_of(heir) if not isinstance(_at(heir, path), dict) and path[0] != SOURCES]
    return [path[:-1] if path[-1] == RULE_KEY else path for path in leaves]


def _at(given: Any, path: Path) -> Any:
    for step in path:
        given = given[step]
    return given


def without_sources(given: dict[str, Any], changed: Iterable[Path]) -> dict[str, Any]:
    """Drop the sources of values that are changed: a number must not be passed off under another's source."""
    sources = given.get(SOURCES)
    if not isinstance(sources, dict):
        return given
    gone = tuple(written(path) for path in changed)
    below = tuple(f"{path}{mark}" for path in gone for mark in ".[")
    kept = {path: source for path, source in sources.items() if path not in gone and not path.startswith(below)}
    return {**given, SOURCES: kept}
