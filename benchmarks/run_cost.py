"""How far the estimate of a run's time is out: ``python -m benchmarks.run_cost``.

Runs markets of many shapes, each under one regime, and prints the seconds of a core they took beside those that
``sim.runs.cost`` had expected, and the cost of each part as fitted to these measurements (no part costs less than
nothing).
"""

from __future__ import annotations

import sys
from time import process_time

import numpy as np
from scipy.optimize import nnls

from sim.market import Market
from sim.runs.cost import SECONDS, work_of_run
from sim.runs.running import live_through
from sim.scenario import load_scenario

BRIEF = {"time.days": 10, "time.warm_up": 0, "time.cool_down": 0}
WIDE = {"customers.breadth": 64, "customers.reach": 16, "customers.need_rate": 0.5}
MARKETS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("village", "traditional", {}),
    ("parable", "direct", {}),
    ("classroom", "traditional", {}),
    ("classroom", "direct", {}),
    ("classroom_set_margins", "traditional", {}),
    ("classroom_set_margins", "hybrid", {}),
    ("classroom_set_margins", "traditional", {**BRIEF, **WIDE}),
    ("classroom_set_margins", "hybrid", {**BRIEF, **WIDE, "customers.reach": 64}),
    ("classroom_set_margins", "traditional", {**BRIEF, "geography.customers": 300_000}),
    ("classroom_set_margins", "traditional", {**BRIEF, "products.count": 2000, "styles.count": 2000}),
    ("classroom", "traditional", {**BRIEF, "customers.breadth": 32, "customers.reach": 8}),
    ("classroom", "hybrid", {**BRIEF, "geography.customers": 100_000}),
    ("classroom_set_margins", "direct", {"time.days": 700}),
)


def measured(name: str, regime: str, changes: dict[str, object]) -> tuple[dict[str, float], float]:
    """Return what there is in a market, and the seconds of this process that a run of it took."""
    scenario = load_scenario(name, changes)
    begun = process_time()
    live_through(Market(scenario, regime, 0))
    return work_of_run(scenario, scenario.regime(regime)), process_time() - begun


def main() -> int:
    """Measure, and print."""
    measured("classroom", "hybrid", BRIEF)  # kernels are loaded
    rows, took = [], []
    print(f"{'market':76} {'expected':>9} {'took':>8}")
    for name, regime, changes in MARKETS:
        there, seconds = measured(name, regime, changes)
        expected = sum(SECONDS[part] * count for part, count in there.items())
        rows.append([there[part] for part in SECONDS])
        took.append(seconds)
        said = f"{name} {regime} {' '.join(f'{k}={v}' for k, v in changes.items() if k not in BRIEF)}"
        print(f"{said[:76]:76} {expected:8.2f}s {seconds:7.2f}s", flush=True)
    weights = 1 / np.maximum(np.array(took), 0.05)
    fitted, _ = nnls(np.array(rows) * weights[:, None], np.array(took) * weights)
    print("\nfitted to this machine:")
    for part, seconds in zip(SECONDS, fitted, strict=True):
        print(f"  {part:24} {seconds:.2e}   assumed {SECONDS[part]:.2e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
