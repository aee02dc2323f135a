"""The first run ever: kernels are compiled side by side, by as many processes as there are cores."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from subprocess import DEVNULL, PIPE, Popen
from threading import Thread
from typing import Any

from sim.common.children import python, safe_environment
from sim.engine.figure_sums import empty_times
from sim.kernels.need_sums import copy_times
from sim.kernels.numerics.compiler import KERNELS, compiled_before, kept_for_others
from sim.kernels.numerics.signature_discovery import Call, length, rehearsing
from sim.market import Market
from sim.runs.machine import available_cores
from sim.runs.progress import OnProgress, Progress
from sim.scenario import load_scenario

MOST_HANDS = 4
"""With more, all would wait for the one that has the longest kernel."""

DISCOVERY = "sim.kernels.numerics.signature_discovery"
START = f"import sys; sys.path[:] = sys.argv[1:]; from {DISCOVERY} import compile_what_comes; compile_what_comes()"
"""What a process does. No job of the runner: its workers import the market, and each would compile all of it."""

PATIENCE = 0.2
"""Seconds between looks for a Ctrl-C, where waiting for a thread cannot be interrupted."""

REHEARSED: dict[str, Any] = {
    "time.days": 8,
    "time.warm_up": 0,
    "time.cool_down": 0,
    "geography.customers": 20,
    "geography.town_count": 2,
    "tiers.0.firms": 2,  # each with lines of its own
    "products.count": 4,
    "products.return_inspected": 0.5,
    "styles.count": 4,
    "customers.need_rate": 0.5,
    "customers.breadth": 1,
    "customers.reach": 1,
    # Prices are good enough after a few passes.
    "suppliers.pricing.tolerance": 0.5,
    "suppliers.direct_pricing.tolerance": 0.5,
    "tiers.0.pricing.tolerance": 0.5,
    "retailers.pricing.tolerance": 0.05,  # fine enough for prices far away to be tried
}
"""A market so small that plain Python lives it in a moment, and so lively that all is called that others call."""


def compile_first(progress: OnProgress | None = None) -> None:
    """Have kernels compiled, before the first market of all needs them, by several processes at a time.

    What they find is kept where every process looks for it. Nothing is done where that cannot be, where all is there,
    or where this process has begun to compile. What is still missing afterwards is compiled when it is called.

    Args:
        progress: told how many kernels are done, in the caller's thread.
    """
    hands = min(available_cores(), MOST_HANDS)
    there = compiled_before() or any(kernel.overloads for kernel in KERNELS)
    if not there and hands > 1 and sys.executable and kept_for_others():
        compile_side_by_side(rehearsed_calls, hands, progress)


def rehearsed_calls() -> list[Call]:
    """Return the kernels a market calls, and what with, the longest first."""
    with rehearsing() as rehearsal:
        scenario = load_scenario("classroom", REHEARSED)
        dict(Market(scenario, "hybrid", 0).run().figures)
        copy_times(empty_times(2), empty_times(4))  # larger markets do: their tables of delivery times grow
    return sorted(rehearsal.calls, key=lambda call: length(call.kernel), reverse=True)


def compile_side_by_side(calls: Callable[[], Sequence[Call]], hands: int, progress: OnProgress | None = None) -> None:
    """Compile kernels in processes, each kernel in one of them: two would write the same file.

    A process that dies takes nothing down with it: its kernels, as those on which numba fails, are compiled where they
    are called, and there it is said what is wrong.

    Args:
        calls: finds them, while the processes start.
        hands: processes.
        progress: told how many kernels are done.
    """
    try:
        processes = [
            Popen(python("-c", START, *sys.path), env=safe_environment(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
            for _ in range(hands)
        ]
    except OSError:  # no Python to start, or no room for it
        return
    try:
        waiting: SimpleQueue[Call] = SimpleQueue()
        done: list[bytes] = []
        tell = progress or _tell_nobody
        found = calls()
        for call in found:
            waiting.put(call)
        threads = [Thread(target=_keep_busy, args=(process, waiting, done), daemon=True) for process in processes]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(PATIENCE)
                tell(Progress(len(done), len(found)))
        tell(Progress(len(done), len(found)))
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _tell_nobody(now: Progress) -> None:
    del now


def _keep_busy(process: Popen[bytes], waiting: SimpleQueue[Call], done: list[bytes]) -> None:
    """Hand one kernel after another to a process, until there are no more or it answers no more."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while True:
            process.stdin.write(pickle.dumps(waiting.get_nowait()))
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                return
            done.append(answer)
    except (Empty, OSError):
        return
