"""How far a long command has come, on standard error: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.cli.console import say
from sim.common.number_format import clock, number_of

if TYPE_CHECKING:
    from sim.experiments.sweeping import Progress, Standing

EVERY = 30.0
"""Seconds between two lines where there is no terminal to show a bar."""


@contextmanager
def progress(doing: str, failed: Sequence[object] = ()) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how many of all are done; ``failed`` is what failed so far, a list that grows."""
    begun = time.monotonic()
    with _bar(doing) as shown:

        def moved(done: int, total: int) -> None:
            lost = f", {len(failed)} failed" if failed else ""
            shown(done, total, pace(done, total, time.monotonic() - begun) + lost, False)

        yield moved


@contextmanager
def sweep_progress(doing: str) -> Iterator[Progress]:
    """Yield what shows how far a sweep has come."""
    begun = time.monotonic()
    with _bar(doing) as shown:

        def moved(now: Standing) -> None:
            ended = now.done == now.total and not now.bound
            shown(now.done, now.total, sweep_pace(now, time.monotonic() - begun), ended)

        yield moved


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int, str, bool], None]]:
    """Yield what shows done, total, words, and whether these are the last words."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (BarColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
            task = bar.add_task(doing, total=None)
            yield lambda done, total, words, _: bar.update(
                task, completed=done, total=total, description=f"{doing}: {words}"
            )
        return
    said = time.monotonic()

    def line(_done: int, _total: int, words: str, ended: bool) -> None:
        nonlocal said
        if ended or time.monotonic() - said >= EVERY:
            said = time.monotonic()
            say(f"{doing}: {words}")

    yield line


def pace(done: int, total: int, seconds: float) -> str:
    """Return how far it has come, in words: how many of all, rate, time left."""
    text = f"{done} of {total}"
    return f"{text}, {_rate(done, total - done, seconds)}" if done and seconds > 0 else text


def sweep_pace(now: Standing, seconds: float) -> str:
    """Return how far a sweep has come, in words: runs, rate, time left, failures."""
    bound = f"{now.bound} " if now.bound else ""
    text = f"{now.done} of {bound}{number_of(now.total, 'run')}"
    if now.found:
        text += f", {now.found} of them found in the store"
    fresh = now.done - now.found
    if fresh and seconds > 0:
        text += f", {_rate(fresh, now.total - now.done, seconds, bound)}"
    return f"{text}, {now.failed} failed" if now.failed else text


def _rate(done: int, left: int, seconds: float, bound: str = "") -> str:
    rate = done / seconds
    return f"{rate:.3g} a second, {bound}{clock(left / rate)} left"
