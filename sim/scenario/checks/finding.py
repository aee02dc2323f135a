"""What a check finds, before it is known in which file it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sim.scenario.overrides import close_matches
from sim.scenario.shape import Path


class Finding(NamedTuple):
    """One contradiction: where, what was given (None: nothing to show), what is allowed, what to do."""

    path: Path
    value: Any
    allowed: str
    remedy: str


def unknown_name(path: Path, name: str, kind: str, known: Sequence[str]) -> Finding:
    """Return the finding that a name refers to nothing, with the nearest names there are."""
    near = close_matches(name, known)
    if near:
        remedy = "did you mean " + " or ".join(f'"{other}"' for other in near) + "?"
    else:
        remedy = f"use one of these names, or add a {kind} of that name"
    return Finding(path, name, f"there is no {kind} of that name; there are: {listed(known)}", remedy)


def listed(names: Sequence[str], most: int = 8) -> str:
    """List names, the first few of them where they are many."""
    if not names:
        return "none"
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def repeated(names: Iterable[tuple[Path, str]], kind: str) -> Iterator[Finding]:
    """Find names that two things bear."""
    seen: Counter[str] = Counter()
    for path, name in names:
        seen[name] += 1
        if seen[name] > 1:
            yield Finding(path, name, f"another {kind} is called that already", "names must differ; choose another")


def listed_twice(names: Sequence[str], path: Path) -> Iterator[Finding]:
    """Find entries that a list holds more than once."""
    for position, name in enumerate(names):
        if name in names[:position]:
            yield Finding((*path, position), name, "it stands in the list twice", "take one of them out")
