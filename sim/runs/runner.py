"""The one way to do many jobs: on any backend, results as they come, the same wherever they were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, RLock
from typing import Any

from sim.runs.backends import Backend, InLine
from sim.runs.dispatcher import Dispatcher
from sim.runs.jobs import Attempt, Job, Unfinished, Watch, attempted
from sim.runs.progress import OnProgress, Progress
from sim.runs.running import compile_once
from sim.runs.store import RunStore

PATIENCE = 0.2
"""Seconds between looks for a Ctrl-C, where waiting for other threads cannot be interrupted."""


@dataclass(frozen=True)
class Done:
    """A job that is over: its number, and what came of it, a result or a ``Failure``."""

    number: int
    result: Any


@dataclass(frozen=True)
class Runner:
    """Does jobs with the workers of a backend.

    Attributes:
        backend: the workers.
        store: where jobs keep their runs, and find those that were made before; None: nowhere.
        progress: called in the caller's thread as runs are finished.
    """

    backend: Backend | InLine
    store: RunStore | None = None
    progress: OnProgress | None = None

    def report(self, progress: Progress) -> None:
        """Say how far it has come, where anybody wants to know."""
        if self.progress is not None:
            self.progress(progress)

    def compile_for(self, jobs: Sequence[Job]) -> None:
        """Have kernels compiled here before several processes would all do it at the same time."""
        if len(jobs) > 1 and not self.backend.in_this_process:
            compile_once()

    def results(self, jobs: Sequence[Job], finished_run: Callable[[], None] = lambda: None) -> Generator[Done]:
        """Do jobs and yield what came of each, in the order in which they are finished.

        An exception in a job is its result, a ``Failure``; the others go on. Leaving the iterator, as on Ctrl-C, stops
        what is under way and drops what is left.

        Args:
            jobs: what to do.
            finished_run: called in the caller's thread after each run of a job, where jobs are done in this process.

        Raises:
            ScenarioError: when a scheduler cannot be reached.
        """
        if isinstance(self.backend, InLine):
            for number, job in enumerate(jobs):
                yield Done(number, attempted(job, Watch(finished_run=finished_run)))
        elif jobs:
            yield from _handed_out(self.backend, jobs, finished_run)


def _handed_out(backend: Backend, jobs: Sequence[Job], finished_run: Callable[[], None]) -> Generator[Done]:
    """Yield what comes of jobs that workers do."""
    news: SimpleQueue[Done | None] = SimpleQueue()
    stop, lock = Event(), RLock()
    watch = Watch(stop, lambda: news.put(None)) if backend.in_this_process else Watch()
    waiting = deque(Attempt(job, number) for number, job in enumerate(jobs))
    dispatcher = Dispatcher(backend, lock)

    handing = Event()

    def hand_out() -> None:
        if handing.is_set():  # by a job that was over before its turn was
            return
        handing.set()
        while waiting and dispatcher.may_start(waiting[0]):
            dispatcher.start(waiting.popleft(), watch, ended)
        handing.clear()

    def ended(attempt: Attempt, result: Any) -> None:
        if result is Unfinished.LEFT:
            waiting.appendleft(attempt)
        else:
            news.put(Done(attempt.number, result))
        hand_out()

    try:
        with lock:
            hand_out()
        left = len(jobs)
        while left:
            try:
                done = news.get(timeout=PATIENCE)
            except Empty:
                continue
            if done is None:
                finished_run()
            elif done.result is Unfinished.CANCELLED:
                raise backend.gone()
            else:
                left -= 1
                yield done
    finally:
        stop.set()
        dispatcher.close()
