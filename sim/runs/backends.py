"""Where work is done: in this process, on the cores of this machine, or on a cluster.

Work is handed out task by task and taken back as it comes. What a task returns does not depend on where it was done,
or in which order. A worker that dies takes down no more than what it was at.
"""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

from sim.runs.machine import available_cores, give_memory_back
from sim.scenario import Problem, ScenarioError
from sim.scenario.problems import shown

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_DEATHS = 3
"""After so many deaths of workers the tasks that are left are done one at a time, to find out which of them kills."""
PATIENCE = "10s"
"""How long a scheduler may take to answer."""
AHEAD = 3
"""Tasks sent to a cluster for each of its hands, so that none waits for the next one."""


@dataclass(frozen=True)
class Failure:
    """Why a task came to nothing.

    Attributes:
        reason: in a line.
        details: where it happened, for whoever has to mend it.
    """

    reason: str
    details: str = ""


DIED = Failure("the worker died of it, most likely for lack of memory")


@dataclass(frozen=True)
class Done(Generic[Result]):
    """A task that is over: its number, and what came of it."""

    number: int
    result: Result | Failure


Arrivals: TypeAlias = Generator[Done[Result], None, None]


def unreachable(scheduler: str, said: str, remedy: str) -> ScenarioError:
    """Return the error for a cluster that cannot do the work."""
    return ScenarioError([Problem("", "scheduler", shown(scheduler), said, remedy)])


def carry_out(
    tasks: Sequence[Task],
    work: Callable[[Task], Result],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Arrivals[Result]:
    """Do tasks and yield what came of each, in the order in which they are finished.

    An exception in a task is its result, a ``Failure``; the others go on. Leaving the iterator drops what is left.

    Args:
        tasks: what to do; everything in them travels to other processes.
        work: does a task; a function of a module.
        workers: processes on this machine; without a number, one for each core. 1, where it is asked for: this
            process does the work itself, and a task that kills its worker kills it.
        scheduler: address of a Dask scheduler, ``tcp://...``, whose workers are to do it instead.

    Raises:
        ScenarioError: when the scheduler cannot be reached.
    """
    if not tasks:
        return
    if scheduler is None and workers == 1:
        for number, task in enumerate(tasks):
            yield Done(number, attempted(work, task))
        return
    if scheduler is None:
        hands = available_cores() if workers is None else workers
        yield from _on_this_machine(dict(enumerate(tasks)), work, hands)
    else:
        yield from _on_a_cluster(tasks, work, scheduler)


def attempted(work: Callable[[Task], Result], task: Task) -> Result | Failure:
    """Do a task. An exception is returned as what it says."""
    try:
        return work(task)
    except Exception as error:  # whatever it is, it must not stop the others
        return Failure(f"{type(error).__name__}: {error}", traceback.format_exc())


def numbered(work: Callable[[Task], Result], number: int, task: Task) -> Done[Result]:
    """Do a task and return what came of it with its number."""
    try:
        return Done(number, attempted(work, task))
    finally:
        give_memory_back()


def _on_this_machine(left: dict[int, Task], work: Callable[[Task], Result], workers: int) -> Arrivals[Result]:
    """Yield what comes of tasks done in processes; after the death of a worker go on with those that are left."""
    from joblib.externals.loky.process_executor import BrokenProcessPool, TerminatedWorkerError

    deaths = 0
    while left and deaths < MOST_DEATHS:
        try:
            for done in _in_processes(left, work, workers):
                del left[done.number]
                yield done
        except (BrokenProcessPool, TerminatedWorkerError):
            deaths += 1
    for number, task in left.items():
        try:
            yield from _in_processes({number: task}, work, workers)
        except (BrokenProcessPool, TerminatedWorkerError):
            yield Done(number, DIED)


def _in_processes(tasks: dict[int, Task], work: Callable[[Task], Result], workers: int) -> Arrivals[Result]:
    """Yield what comes of tasks as it comes."""
    from joblib import Parallel, delayed
    from joblib.executor import get_memmapping_executor

    if workers == 1:  # joblib would do them in this process; its own worker is one that it goes on with later
        for number, task in list(tasks.items()):
            yield get_memmapping_executor(1).submit(numbered, work, number, task).result()
        return
    parallel = Parallel(n_jobs=workers, backend="loky", return_as="generator_unordered", batch_size=1)
    coming = parallel(delayed(numbered)(work, number, task) for number, task in list(tasks.items()))
    try:
        for done in coming:  # noqa: UP028 - not to be closed before the warning is silenced
            yield done
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # joblib's, of tasks that nobody waits for any more
            coming.close()


def _on_a_cluster(tasks: Sequence[Task], work: Callable[[Task], Result], scheduler: str) -> Arrivals[Result]:
    """Yield what comes of tasks done by the workers of a Dask scheduler, never many more than those have in hand.

    Dask does by itself again what a dead worker was at, and gives up on a task that killed several.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise unreachable(scheduler, "a cluster needs Dask", "install middleman[cluster]") from None
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise unreachable(scheduler, f"no scheduler answers ({error})", "start one with: dask scheduler") from None
    with client:
        hands = sum(client.nthreads().values())
        if hands == 0:
            raise unreachable(scheduler, "it has no workers", f"start some with: dask worker {scheduler}")
        waiting = iter(enumerate(tasks))
        numbers = {
            client.submit(numbered, work, number, task, pure=False): number
            for number, task in islice(waiting, AHEAD * hands)
        }
        coming = as_completed(list(numbers), with_results=True, raise_errors=False)
        for future, result in coming:
            number = numbers.pop(future)
            yield result if isinstance(result, Done) else Done(number, DIED)
            for following, task in islice(waiting, 1):
                one_more = client.submit(numbered, work, following, task, pure=False)
                numbers[one_more] = following
                coming.add(one_more)
