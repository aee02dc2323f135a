"""Processes that do the service's tasks, and what becomes of one that dies."""

from __future__ import annotations

import traceback
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.runs.machine import give_memory_back, limit_memory

if TYPE_CHECKING:
    from sim.runs.job_state import Work


def done_by_a_worker(task: Work, stop: str) -> Any:
    """Do a task, looking for the file that says stop. Of a market that came to nothing, nothing is kept."""
    try:
        return task.do(Path(stop).exists)
    except BaseException as error:
        # A process holds on to its last error, that to its frames, and those to a whole market. The pool takes
        # hundreds of megabytes for a leak and ends the process; whoever waits has to wait for another to start.
        traceback.clear_frames(error.__traceback__)
        raise
    finally:
        give_memory_back()


def processes(hands: int) -> Executor:
    """Return workers that are processes. They import ``sim`` only, never the script that was started."""
    from joblib.externals.loky.process_executor import ProcessPoolExecutor

    workers: Executor = ProcessPoolExecutor(max_workers=hands, initializer=ready_to_work, initargs=(hands,))
    return workers


def ready_to_work(hands: int) -> None:
    """Load compiled code before the first task comes. What is not compiled is left to whoever compiles for all.

    From then on a worker may take its part of the machine's memory: a run that asks for more fails, and says so,
    before the system kills a process of its choice.
    """
    from sim.runs.running import compile_once

    if is_compiled():
        compile_once()
    limit_memory(hands)


def is_compiled() -> bool:
    """Tell whether the model was compiled before, on this machine, by these versions."""
    from sim.kernels.numerics.compiler import compiled_before

    return compiled_before()


def is_a_death(error: BaseException) -> bool:
    """Tell whether a worker died, rather than that a task went wrong."""
    from concurrent.futures.process import BrokenProcessPool

    from joblib.externals.loky.process_executor import ShutdownExecutorError

    return isinstance(error, (BrokenProcessPool, ShutdownExecutorError))


def told(error: BaseException) -> str:
    """Return in a line why a task failed."""
    if is_a_death(error):
        return "the worker died of it, most likely for lack of memory"
    if isinstance(error, MemoryError):
        return "it needs more memory than one run may take here; make the market smaller"
    return f"{type(error).__name__}: {error}"


def failed_future(error: BaseException) -> Future[Any]:
    """Return a future that has failed."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
