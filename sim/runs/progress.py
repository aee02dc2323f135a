"""How far an experiment has come, over all runs that it makes one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Bound: TypeAlias = Literal["", "at most", "about"]


@dataclass(frozen=True)
class Progress:
    """How far an experiment has come.

    Attributes:
        done, total: runs, those that were in the store before included.
        found: runs that were in the store before.
        failed: runs that came to nothing.
        bound: how ``total`` is known where what is run next depends on what is found: "at most", or "about" so many;
            empty where it is exact.
    """

    done: int
    total: int
    found: int = 0
    failed: int = 0
    bound: Bound = ""


OnProgress: TypeAlias = Callable[[Progress], None]


class StagedProgress:
    """One count over several stages, each of which reports its own.

    Args:
        report: called with the whole; None: nobody is.
    """

    def __init__(self, report: OnProgress | None):
        self._report = report
        self._so_far = Progress(0, 0)

    def followed_by(self, later: int, bound: Bound) -> OnProgress | None:
        """Return what the next stage reports to, after which so many runs may follow."""
        report, before = self._report, self._so_far
        if report is None:
            return None

        def moved(now: Progress) -> None:
            done, total = before.done + now.done, before.done + now.total
            found, failed = before.found + now.found, before.failed + now.failed
            self._so_far = Progress(done, total, found, failed)
            report(Progress(done, total + later, found, failed, bound))

        return moved
