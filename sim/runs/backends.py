"""Where jobs are done: in this process, in its threads, in processes of this machine, or on a cluster.

A backend gives the workers; ``sim.runs.dispatcher`` hands jobs to them.
"""

from __future__ import annotations

import atexit
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from sim.common.children import SAFE_PATH, end_with_parent, safe_path
from sim.runs.machine import available_cores, limit_memory
from sim.runs.memory import runs_at_a_time
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.problems import shown

PATIENCE = "10s"
"""How long a scheduler may take to answer."""
AHEAD = 3
"""Jobs sent to a cluster for each of its workers, so that none waits for the next one."""
NICENESS = 5
"""By how much workers that do heavy jobs let the server and the worker for light jobs go first, where cores are few."""
IDLE = 300
"""Seconds after which processes that are not given anything to do end themselves."""


class Backend(ABC):
    """Workers.

    Attributes:
        capacity: how many jobs they are given at a time.
        in_this_process: whether jobs are done here, so that they can be watched.
    """

    capacity: int = 1
    in_this_process = False

    @abstractmethod
    def start(self) -> Executor:
        """Return the workers. Raises ScenarioError where there are none."""

    def renew(self) -> Executor:
        """Return new workers in the place of those that died."""
        return self.start()

    def end(self, workers: Executor, *, idle: bool) -> None:
        """Let workers go; where they are not ``idle``, nobody waits for what they do."""
        workers.shutdown(wait=idle, cancel_futures=not idle)

    def is_a_death(self, error: BaseException) -> bool:
        """Tell whether workers died, and with them all that they were doing, rather than that a job went wrong."""
        del error
        return False

    def gone(self) -> Exception:
        """Return the error for workers that went away, and with them all jobs."""
        return RuntimeError("the workers went away")


class InLine:
    """No workers: jobs are done in the caller's own thread, so that one that kills its worker kills the caller."""

    in_this_process = True


class Threads(Backend):
    """Threads of this process: jobs share its memory, are watched, and stop when they are told to."""

    in_this_process = True

    def __init__(self, workers: int):
        self.capacity = workers

    def start(self) -> Executor:
        return ThreadPoolExecutor(self.capacity, thread_name_prefix="replication")

    def end(self, workers: Executor, *, idle: bool) -> None:
        workers.shutdown(wait=True, cancel_futures=not idle)


class Processes(Backend):
    """Processes of this machine. One that dies takes down no more than what is in work.

    Args:
        workers: how many; None: one for each core.
        apart: whether they are their own, ready before the first job comes, each with its part of the machine's memory;
            else they are those that this process has had before, where there are any.
        among: how many workers there are in all that have a part of the machine's memory; None: these.
        niceness: by how much they let other processes go first.
    """

    def __init__(self, workers: int | None = None, *, apart: bool = False, among: int | None = None, niceness: int = 0):
        self.capacity = available_cores() if workers is None else workers
        self._apart = apart
        self._among = among or self.capacity
        self._niceness = niceness

    def start(self) -> Executor:
        if self._apart:
            return processes_apart(self.capacity, self._among, self._niceness)
        known = _SHARED.get(self.capacity)
        return self.renew() if known is None else known

    def renew(self) -> Executor:
        if self._apart:
            return self.start()
        if not _SHARED:
            atexit.register(_end_shared)
        for others in [size for size in _SHARED if size != self.capacity]:
            _SHARED.pop(others).shutdown(wait=False)
        _SHARED[self.capacity] = _processes(self.capacity, end_with_parent, os.getpid(), idle=IDLE)
        return _SHARED[self.capacity]

    def end(self, workers: Executor, *, idle: bool) -> None:
        if self._apart and idle:
            workers.shutdown(wait=True)
        elif self._apart:  # what they do is for nobody any more
            workers.shutdown(kill_workers=True)  # type: ignore[call-arg]
        elif not idle:
            _SHARED.pop(self.capacity, None)
            workers.shutdown(kill_workers=True)  # type: ignore[call-arg]

    def is_a_death(self, error: BaseException) -> bool:
        from concurrent.futures.process import BrokenProcessPool

        from joblib.externals.loky.process_executor import ShutdownExecutorError

        return isinstance(error, (BrokenProcessPool, ShutdownExecutorError))


_SHARED: dict[int, Executor] = {}
"""The processes that this one goes on with from one experiment to the next, by their number; one entry at most."""


def _end_shared() -> None:
    """End them with this process, while their libraries are still there."""
    while _SHARED:
        _SHARED.popitem()[1].shutdown(kill_workers=True)  # type: ignore[call-arg]


def processes_apart(workers: int, among: int, niceness: int = 0) -> Executor:
    """Return workers that are processes. They import ``sim`` only, never the script that was started.

    They start at once: the first job finds them ready, also after others died.
    """
    executor = _processes(workers, ready_to_work, among, niceness, os.getpid())
    executor.submit(_nothing)
    return executor


def _nothing() -> None:
    """Do nothing: a process is started for it."""


def workers_of_service() -> int:
    """Return how many workers a service has: one for each core, and two at least, since one does light jobs only."""
    return max(2, available_cores())


def service_backends() -> tuple[Backend, Backend]:
    """Return the workers of a service: those that do any job, and one that does light jobs only.

    They are apart: when one of the first dies, and all of them are replaced, the other goes on.
    """
    among = workers_of_service()
    any_job = Processes(among - 1, apart=True, among=among, niceness=NICENESS)
    return any_job, Processes(1, apart=True, among=among)


def _processes(workers: int, initializer: Callable[..., None], *given: int, idle: int | None = None) -> Executor:
    """Return processes, each of which begins with ``initializer(*given)``, and ends itself after ``idle`` seconds."""
    from multiprocessing import resource_tracker as resource_tracker_of_python

    from joblib.externals.loky.backend import resource_tracker
    from joblib.externals.loky.process_executor import ProcessPoolExecutor

    with safe_path():  # for the children of loky and of Python itself, which take no environment
        resource_tracker.ensure_running()
        if os.name == "posix":
            resource_tracker_of_python.ensure_running()
    executor: Executor = ProcessPoolExecutor(
        max_workers=workers, timeout=idle, initializer=initializer, initargs=given, env={SAFE_PATH: "1"}
    )
    return executor


def ready_to_work(among: int, niceness: int, parent: int) -> None:
    """Load compiled code before the first job comes. What is not compiled is left to the job that compiles for all.

    From then on a worker may take its part of the machine's memory: a run that asks for more fails, and says so,
    before the system kills a process of its choice. It ends soon after its parent.
    """
    from sim.runs.running import compile_once

    end_with_parent(parent)
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    if is_compiled():
        compile_once()
    limit_memory(among)


def is_compiled() -> bool:
    """Tell whether the model was compiled before, on this machine, by these versions."""
    from sim.kernels.numerics.compiler import compiled_before

    return compiled_before()


class Cluster(Backend):
    """The workers of a Dask scheduler.

    Dask does by itself again what a dead worker was at, and gives up on a job that killed several.

    Args:
        scheduler: its address, ``tcp://...``.
    """

    def __init__(self, scheduler: str):
        self.scheduler = scheduler
        self._client: Any = None

    def start(self) -> Executor:
        try:
            from distributed import Client
        except ImportError:
            raise unreachable(self.scheduler, "a cluster needs Dask", "install middleman[cluster]") from None
        try:
            self._client = Client(self.scheduler, timeout=PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            said = f"no scheduler answers ({error})"
            raise unreachable(self.scheduler, said, "start one with: dask scheduler") from None
        workers = sum(self._client.nthreads().values())
        if workers == 0:
            self._client.close()
            raise unreachable(self.scheduler, "it has no workers", f"start some with: dask worker {self.scheduler}")
        self.capacity = AHEAD * workers
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def end(self, workers: Executor, *, idle: bool) -> None:
        del workers, idle
        self._client.close()

    def gone(self) -> Exception:
        return unreachable(self.scheduler, "the scheduler went away", "start it again, then give the same command")


def unreachable(scheduler: str, said: str, remedy: str) -> ScenarioError:
    """Return the error for a cluster that cannot do the work."""
    return ScenarioError([Problem("", "scheduler", shown(scheduler), said, remedy)])


def backend_for(
    scenario: Scenario, regimes: Iterable[str], jobs: int, workers: int | None, scheduler: str | None
) -> Backend | InLine:
    """Return where so many jobs are done: as ``backend_of`` says, in fewer processes where memory is short.

    Nobody knows the memory of a cluster's workers: a run that is too large there fails by itself.

    Raises ScenarioError where there is not enough.
    """
    if scheduler is None and jobs:
        fitting = runs_at_a_time(scenario, regimes, workers, jobs, apart=workers != 1)
        if workers is None and fitting < min(available_cores(), jobs):
            return Processes(fitting)
    return backend_of(workers, scheduler)


def backend_of(workers: int | None, scheduler: str | None) -> Backend | InLine:
    """Return where runs are made: on a cluster, in this process, or in processes of this machine."""
    if scheduler is not None:
        return Cluster(scheduler)
    return InLine() if workers == 1 else Processes(workers)
