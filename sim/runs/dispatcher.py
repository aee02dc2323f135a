"""Hands jobs to the workers of a backend, and finds out which job kills them.

When a worker dies, all jobs in work are lost with it, and each of them is a suspect: it is done again, alone. One that
kills its worker alone is given up after ``MOST_DEATHS``. So a death costs the time of what was in work, and no job is
blamed for another.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from threading import RLock
from typing import Any, TypeAlias

from sim.runs.backends import Backend
from sim.runs.jobs import DIED, Attempt, Failure, Unfinished, Watch, attempted

MOST_DEATHS = 2
"""Deaths of a worker that did nothing else, after which a job is held to be their cause."""

Ended: TypeAlias = Callable[[Attempt, Any], None]
"""Called with what came of a job: its result, a failure, or that it is unfinished."""


class Dispatcher:
    """The workers of a backend, and what they are doing.

    Args:
        backend: gives the workers, and new ones when they died.
        lock: held while a job that ended is reported; the caller holds it, too.

    Attributes:
        preparing: whether something is done that comes before all jobs.
    """

    def __init__(self, backend: Backend, lock: RLock):  # type: ignore[valid-type]
        self.backend = backend
        self.running: list[Attempt] = []
        self._lock = lock
        self._workers = backend.start()
        self._closed = False
        self.preparing = False

    def may_start(self, attempt: Attempt) -> bool:
        """Tell whether a job may be started now; suspects are done alone."""
        if self._closed or self.preparing:
            return False
        if attempt.suspect or any(each.suspect for each in self.running):
            return not self.running
        return len(self.running) < self.backend.capacity

    def start(self, attempt: Attempt, watch: Watch, ended: Ended) -> None:
        """Give a job to the workers."""
        self.running.append(attempt)
        workers, future = self._submitted(attempt, watch)
        future.add_done_callback(partial(self._after, attempt, workers, ended))

    def prepare(self, first: Callable[[], object], ready: Callable[[], object]) -> None:
        """Have something done by one worker that is no job, before all jobs; then call ``ready``."""

        def over(done: Future[Any]) -> None:
            del done  # where it failed, the jobs will say why
            with self._lock:  # type: ignore[attr-defined]
                self.preparing = False
                ready()

        self.preparing = True
        try:
            begun = self._workers.submit(first)
        except Exception as error:  # they broke while they were idle, say
            begun = _failed(error)
        begun.add_done_callback(over)

    def close(self) -> None:
        """Let the workers go; nobody waits for what they still do."""
        with self._lock:  # type: ignore[attr-defined]
            self._closed = True
            idle = not self.running and not self.preparing
        self.backend.end(self._workers, idle=idle)

    def _submitted(self, attempt: Attempt, watch: Watch) -> tuple[Executor, Future[Any]]:
        """Give a job to the workers; where they broke while nobody looked, to new ones."""
        try:
            return self._workers, self._workers.submit(attempted, attempt.job, watch)
        except Exception as error:
            if not self.backend.is_a_death(error):
                return self._workers, _failed(error)
        try:
            self._replace(self._workers)
            return self._workers, self._workers.submit(attempted, attempt.job, watch)
        except Exception as error:  # no process can be started, say
            return self._workers, _failed(error)

    def _after(self, attempt: Attempt, workers: Executor, ended: Ended, done: Future[Any]) -> None:
        """Report what came of a job."""
        with self._lock:  # type: ignore[attr-defined]
            self.running.remove(attempt)
            if self._closed:
                return
            if done.cancelled():
                ended(attempt, Unfinished.CANCELLED)
                return
            error = done.exception()
            if error is None:
                ended(attempt, done.result())
            elif self.backend.is_a_death(error):
                attempt.deaths += attempt.suspect
                attempt.suspect = True
                without = self._why_not_replaced(workers)
                ended(attempt, without or (DIED if attempt.deaths >= MOST_DEATHS else Unfinished.LEFT))
            else:  # Dask gives up on what killed several workers; else it could not travel
                ended(attempt, DIED if type(error).__name__ == "KilledWorker" else Failure.of(error))

    def _why_not_replaced(self, broken: Executor) -> Failure | None:
        """Start new workers, and return why there are none; raised here, it would be heard by nobody."""
        try:
            self._replace(broken)
        except Exception as error:
            return Failure.of(error)
        return None

    def _replace(self, broken: Executor) -> None:
        """Start new workers, once, where the old ones cannot go on."""
        if self._workers is broken and not self._closed:
            self._workers = self.backend.renew()
            broken.shutdown(wait=False)


def _failed(error: BaseException) -> Future[Any]:
    """Return a future that has failed."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
