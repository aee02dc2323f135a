"""What a check finds, before it is matched to the file it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sim.scenario.overrides import close_matches
from sim.scenario.shape import Path


class Conflict(NamedTuple):
    """A contradiction: where, the value given (None: none to show), what is allowed and how to fix it."""

    path: Path
    value: Any
    allowed: str
    remedy: str


def unknown_name(path: Path, name: str, kind: str, known: Sequence[str]) -> Conflict:
    """Return the finding that a name refers to nothing, with the closest known names."""
    near = close_matches(name, known)
    if near:
        remedy = "did you mean " + " or ".join(f'"{other}"' for other in near) + "?"
    else:
        remedy = f"use one of these names, or add a {kind} with that name"
    return Conflict(path, name, f"there is no {kind} with that name; known names: {first_few(known)}", remedy)


def first_few(names: Sequence[str], most: int = 8) -> str:
    """List names; if there are many, only the first few."""
    if not names:
        return "none"
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def repeated(names: Iterable[tuple[Path, str]], kind: str) -> Iterator[Conflict]:
    """Find names used more than once."""
    seen: Counter[str] = Counter()
    for path, name in names:
        seen[name] += 1
        if seen[name] > 1:
            yield Conflict(path, name, f"another {kind} already has this name", "names must be unique; choose another")


def listed_twice(names: Sequence[str], path: Path) -> Iterator[Conflict]:
    """Find entries that appear more than once in a list."""
    for position, name in enumerate(names):
        if name in names[:position]:
            yield Conflict((*path, position), name, "it is listed twice", "remove one of them")
