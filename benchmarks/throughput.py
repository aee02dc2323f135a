"""How much more two cores do of a sweep than one: `python -m benchmarks.throughput`.

Both do the same runs, a second or more each, in turns, so that whatever else the machine does falls on both. Says the
ratio of each turn; ends with 1 when the middle one is below what is asked for.
"""

from __future__ import annotations

import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sim.experiments.sweeping import sweep

MUST = 1.6
TURNS, RUNS, CORES = 3, 8, 2
MARKET = {"geography.customers": 60_000, "time.days": 180}
"""What makes a run of `classroom` last a second or more."""


def seconds(workers: int, runs: int, seed: int) -> float:
    """Return how long a sweep of that many runs takes, from a store that is empty."""
    with TemporaryDirectory() as store:
        begun = perf_counter()
        sweep(
            "classroom_set_margins",
            [MARKET],
            ["traditional"],
            replications=runs,
            seed=seed,
            store=store,
            workers=workers,
        )
        return perf_counter() - begun


def main() -> int:
    """Print the ratios; return the exit code."""
    for workers in (1, CORES):
        seconds(workers, workers, 0)  # kernels are loaded, processes have started
    ratios = []
    for turn in range(TURNS):
        alone, together = (seconds(workers, RUNS, turn) for workers in (1, CORES))
        ratios.append(alone / together)
        print(
            f"turn {turn + 1}: {alone / RUNS:.2f} s a run on one core; {CORES} cores do {ratios[-1]:.2f} times as many"
        )
    print(f"throughput on {CORES} cores: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); must {MUST}")
    return int(median(ratios) < MUST)


if __name__ == "__main__":
    sys.exit(main())
