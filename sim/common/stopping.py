"""Stopping work that nobody waits for any more.

Long work asks between its steps whether it shall stop: before each day of a run, and within the opening of a market,
where a single search for prices can take a third of a second. Whoever starts the work says once how to find out; the
answer is looked up in the context (``contextvars``) and not handed from call to call through world, engine and rules,
which have nothing to do with it. Stopping never changes a result: there is a whole one, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_STOPPED: ContextVar[Callable[[], bool] | None] = ContextVar("stopped", default=None)


class StoppedError(Exception):
    """Work was left before its end because nobody waits for it any more."""


@contextmanager
def stoppable(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let everything within be stopped, in this thread, once ``stopped`` says yes."""
    token = _STOPPED.set(stopped)
    try:
        yield
    finally:
        _STOPPED.reset(token)


def stop_if_asked() -> None:
    """Raise StoppedError if this work shall stop; do nothing where nobody can stop it."""
    stopped = _STOPPED.get()
    if stopped is not None and stopped():
        raise StoppedError
