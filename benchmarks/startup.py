"""How long it takes to start: importing, asking for help, the first run after installing, and one from the cache."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks.rows import Row, row

PART = "Start-up (fresh processes, wall clock)"
CHECKOUT = Path(__file__).resolve().parents[1]
ROUNDS = 5
MIDDLEMAN = (sys.executable, "-m", "sim.cli")
COMPARE = (*MIDDLEMAN, "compare", "classroom_set_margins", "--replications", "1")
RUN = (*MIDDLEMAN, "run", "village")


class Took(NamedTuple):
    """Seconds a command took: by the clock on the wall, and of CPU in all its processes."""

    wall: float
    cpu: float


def cpu_of_children() -> float:
    """Return the CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def time(command: tuple[str, ...], kernels: Path | None = None) -> Took:
    """Return how long a command takes with an empty store of results and, if told, its own folder of kernels.

    Python may keep what it reads of sources, as it does for users, whether or not this process was told not to.
    """
    with tempfile.TemporaryDirectory() as results:
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "MIDDLEMAN_RESULTS": results}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if kernels is not None:
            environment["NUMBA_CACHE_DIR"] = str(kernels)
        begun, used = perf_counter(), cpu_of_children()
        done = subprocess.run(command, env=environment, cwd=results, capture_output=True, text=True, check=False)
        took = Took(perf_counter() - begun, cpu_of_children() - used)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return took


def first_ever(command: tuple[str, ...], rounds: int) -> list[Took]:
    """Return how long a command takes where nothing has been compiled before."""
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as kernels:
            found.append(time(command, Path(kernels)))
    return found


def from_cache(command: tuple[str, ...]) -> list[Took]:
    """Return how long a command takes once it has run before."""
    time(command)
    return [time(command) for _ in range(ROUNDS)]


def started(name: str, found: list[Took], note: str = "", **targets: float) -> Row:
    """Return the row of a command."""
    told = f"{median(took.cpu for took in found):.2f} s of CPU{note}"
    return row(PART, name, "s", [took.wall for took in found], at_least=False, note=told, **targets)


def rows(*, long: bool = False) -> list[Row]:  # noqa: ARG001 - there is nothing longer to start
    """Return the rows of starting."""
    compare = "middleman compare classroom --replications 1"
    records = "; five regimes; books, stock and needs in full"
    return [
        started("import sim", from_cache((sys.executable, "-c", "import sim"))),
        started("middleman --help", from_cache((*MIDDLEMAN, "--help"))),
        started("middleman run village, first ever", first_ever(RUN, 1), "; compiles"),
        started("middleman run village, cached", from_cache(RUN)),
        started(f"{compare}, first ever", first_ever(COMPARE, 2), f"; compiles{records}", must=10, aim=6),
        started(f"{compare}, cached", from_cache(COMPARE), records, must=1.5, aim=0.8),
    ]
