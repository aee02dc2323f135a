"""How long it takes to start: importing, asking for help, the first run after installing, and one from the cache."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.rows import Row, row

PART = "Start-up (fresh processes, wall clock)"
CHECKOUT = Path(__file__).resolve().parents[1]
ROUNDS, FIRST_ROUNDS = 5, 2
MIDDLEMAN = (sys.executable, "-m", "sim.cli")
COMPARE = (*MIDDLEMAN, "compare", "classroom", "--replications", "1")
RUN = (*MIDDLEMAN, "run", "village")


def seconds(command: tuple[str, ...], kernels: Path | None = None) -> float:
    """Return how long a command takes with an empty store of results and, if told, its own folder of kernels."""
    with tempfile.TemporaryDirectory() as results:
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "MIDDLEMAN_RESULTS": results}
        if kernels is not None:
            environment["NUMBA_CACHE_DIR"] = str(kernels)
        begun = perf_counter()
        done = subprocess.run(command, env=environment, cwd=results, capture_output=True, text=True, check=False)
        took = perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return took


def first_ever(command: tuple[str, ...]) -> list[float]:
    """Return how long a command takes where nothing has been compiled before."""
    found = []
    for _ in range(FIRST_ROUNDS):
        with tempfile.TemporaryDirectory() as kernels:
            found.append(seconds(command, Path(kernels)))
    return found


def from_cache(command: tuple[str, ...]) -> list[float]:
    """Return how long a command takes once it has run before."""
    seconds(command)
    return [seconds(command) for _ in range(ROUNDS)]


def rows(*, long: bool = False) -> list[Row]:  # noqa: ARG001 - there is nothing longer to start
    """Return the rows of starting."""
    compare = "middleman compare classroom --replications 1"
    return [
        row(PART, "import sim", "s", from_cache((sys.executable, "-c", "import sim")), at_least=False),
        row(PART, "middleman --help", "s", from_cache((*MIDDLEMAN, "--help")), at_least=False),
        row(PART, "middleman run village, first ever", "s", first_ever(RUN), at_least=False, note="compiles"),
        row(PART, "middleman run village, cached", "s", from_cache(RUN), at_least=False),
        row(PART, f"{compare}, first ever", "s", first_ever(COMPARE), must=10, aim=6, at_least=False, note="compiles"),
        row(PART, f"{compare}, cached", "s", from_cache(COMPARE), must=1.5, aim=0.8, at_least=False,
            note="five regimes; books, stock and needs in full"),
    ]  # fmt: skip
