"""Memory that runs out: every array that a command makes in Python is a point at which there is none left.

Arrays inside compiled kernels are not seen; they are made of the same memory, and raise the same error.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from sim.cli import main
from sim.cli.errors import INCOMPLETE
from sim.results.outcome import Outcome
from tests.faults.result_stories import content_of
from tests.faults.walk import left_over

MAKERS = (
    "empty", "zeros", "ones", "full", "empty_like", "zeros_like", "ones_like", "full_like", "arange", "concatenate",
    "repeat", "tile", "stack", "hstack", "vstack", "bincount", "cumsum", "unique", "argsort", "sort", "where",
)  # fmt: skip
"""Functions of numpy that make arrays."""
SAID = "Out of memory: try fewer customers, days or workers."


@dataclass
class Allocations:
    """Counts the arrays that are made, and fails at one of them.

    Attributes:
        at: number of the array for which there is no memory; -1: there is enough.
        made: which function made each, in order.
    """

    at: int = -1
    made: list[str] = field(default_factory=list)

    def counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of numpy that is counted."""

        @wraps(real)
        def making(*given: Any, **named: Any) -> Any:
            self.made.append(name)
            if len(self.made) - 1 == self.at:
                raise MemoryError(f"Unable to allocate an array ({name})")
            return real(*given, **named)

        return making

    @contextmanager
    def in_place(self) -> Iterator[Allocations]:
        """Stand in for numpy's functions."""
        with mock.patch.multiple(np, **{name: self.counted(name, getattr(np, name)) for name in MAKERS}):
            yield self


@dataclass(frozen=True)
class Answer:
    """What a command left: its code, what it wrote to both streams, and what lies in the folder."""

    code: int
    out: str
    err: str
    kept: str


@dataclass(frozen=True)
class Command:
    """A command that is given again and again, with too little memory at each point in turn.

    Attributes:
        name: what it is called in the table.
        given: its arguments.
        folder: where it keeps an outcome; empty: nowhere.
    """

    name: str
    given: tuple[str, ...]
    folder: str = ""

    def answer(self, place: Path, allocations: Allocations) -> Answer:
        """Give the command, and return what it left."""
        out, err = io.StringIO(), io.StringIO()
        given = [str(place / each) if each == self.folder else each for each in self.given]
        with allocations.in_place(), redirect_stdout(out), redirect_stderr(err):
            code = main(given)
        kept = content_of(Outcome.load(place / self.folder)) if self.folder and (place / self.folder).exists() else ""
        return Answer(code, out.getvalue(), err.getvalue(), kept)


COMMANDS = (
    Command("run --out", ("run", "village", "--days", "3", "--out", "kept", "--overwrite", "--json"), "kept"),
    Command("compare", ("compare", "village", "--days", "3", "-n", "2", "--workers", "1", "--json")),
    Command(
        "sweep",
        (
            "sweep",
            "village",
            "--vary",
            "customers.travel_cost=0.1,0.2",
            "--days",
            "3",
            "-n",
            "1",
            "--workers",
            "1",
            "--json",
        ),
    ),
)


def walk_allocations(command: Command, place: Path, every: int = 1) -> tuple[int, list[tuple[int, str, str]]]:
    """Walk through all arrays, or each ``every``-th; return how many points, and those that were mishandled."""
    for _ in range(2):  # at first, caches fill
        whole, counted = command.answer(place, enough := Allocations()), enough.made
    assert whole.code == 0, whole.err
    mishandled = []
    points = range(0, len(counted), every)
    for number in points:
        wrong = _wrong_at(command, place, number, whole)
        if wrong:
            mishandled.append((number, counted[number], wrong))
    return len(points), mishandled


def _wrong_at(command: Command, place: Path, number: int, whole: Answer) -> str:
    """Give the command with no memory for one array, and say what was wrong; empty where nothing was."""
    try:
        found = command.answer(place, Allocations(number))
    except Exception as error:
        return f"it raises {type(error).__name__}: {error}"
    if left_over(place):
        return f"left over: {left_over(place)}"
    if found.kept != whole.kept:
        return "what was kept before is damaged"
    if found.code == 0:
        return "" if found.out == whole.out else "another answer"
    if found.code == INCOMPLETE and "MemoryError" in found.out + found.err:
        return ""  # a sweep goes on without the run, and says which, and why
    if found.code != 1 or found.err.strip() != SAID:
        return f"code {found.code}: {found.err.strip()[:200]}"
    return "it answers, and says that it cannot" if found.out else ""
