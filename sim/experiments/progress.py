"""Sweeps that follow one another, told as one: what is done, and as much as can be known of what is still to come."""

from __future__ import annotations

from typing import Literal

from sim.experiments.sweeping import Progress, Standing


class Stages:
    """One count over several sweeps.

    Args:
        progress: told of the whole; None: nobody is.
        bound: how the runs to come are known: "at most" or "about" so many.
    """

    def __init__(self, progress: Progress | None, bound: Literal["at most", "about"]):
        self._progress, self._bound = progress, bound
        self._so_far = Standing(0, 0, 0, 0)

    def followed_by(self, later: int) -> Progress | None:
        """Return what to tell of the next sweep, after which so many runs may follow."""
        progress, before = self._progress, self._so_far
        if progress is None:
            return None

        def moved(now: Standing) -> None:
            done, total = before.done + now.done, before.done + now.total
            found, failed = before.found + now.found, before.failed + now.failed
            self._so_far = Standing(done, total, found, failed)
            progress(Standing(done, total + later, found, failed, self._bound))

        return moved
