"""Estimates of memory against what runs really take: ``python -m benchmarks memory_estimate``.

``python -m benchmarks.memory_estimate fit`` measures the markets for calibration and prints the numbers that
``sim.runs.memory.BYTES`` should hold: what each thing costs, never less than nothing, with the least squares of the
relative errors.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.rows import Row, row
from sim.runs.memory import BYTES, bytes_of_run, sizes
from sim.scenario import Scenario, load_scenario

PART = "Memory of one run, estimated and measured"
CHECKOUT = Path(__file__).resolve().parents[1]
FACTOR = 2.0
"""By which an estimate may be out."""


class Asked(NamedTuple):
    """A market: a scenario, what is changed in it, and the regime it is run under."""

    scenario: str
    regime: str
    changes: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def load(self) -> Scenario:
        """Return the scenario."""
        short = {"time.days": 20, "time.warm_up": 2, "time.cool_down": 2} | self.changes
        return load_scenario(self.scenario, short)


SET = "classroom_set_margins"
STORES, PEOPLE, TOWNS = "retailers.people_per_store", "geography.customers", "geography.town_count"
CALIBRATION = (
    Asked("village", "traditional"),
    *(Asked(SET, regime, {PEOPLE: people, STORES: people / 40, "time.days": 5})
      for people in (200_000, 1_000_000) for regime in ("traditional", "direct")),
    Asked(SET, "o2o", {PEOPLE: 400_000, STORES: 4000, "time.days": 5, "customers.reach": 40}),
    Asked(SET, "hybrid", {PEOPLE: 100_000, STORES: 2500, "time.days": 60}),
    Asked(SET, "traditional", {PEOPLE: 100_000, STORES: 2500, "time.days": 120}),
    Asked(SET, "o2o", {PEOPLE: 100_000, STORES: 2500, "time.days": 60, "records.choices": True}),
    Asked(SET, "direct", {PEOPLE: 100_000, STORES: 2500, "time.days": 60, "records.choices": True}),
    Asked("classroom", "traditional", {PEOPLE: 100_000, STORES: 2500, "time.days": 6}),
    Asked("classroom", "hybrid", {PEOPLE: 100_000, STORES: 2500, "time.days": 6, "customers.reach": 8}),
    Asked(SET, "traditional", {"products.count": 20_000, "time.days": 5}),
    Asked(SET, "direct", {"products.count": 30_000, "time.days": 5}),
    Asked(SET, "o2o", {"products.count": 2000, "styles.count": 2000, "time.days": 5}),
    Asked(SET, "traditional", {TOWNS: 2000, "products.count": 400, "time.days": 5}),
    Asked(SET, "direct", {"suppliers.count": 1000, "products.count": 1000, "time.days": 5}),
    Asked(SET, "traditional", {"suppliers.count": 2000, "products.count": 100, "time.days": 5}),
    Asked(SET, "direct", {TOWNS: 3000, "suppliers.count": 1000, "products.count": 100, "time.days": 5}),
    Asked(SET, "traditional", {"time.days": 3000, PEOPLE: 500, STORES: 20}),
    Asked(SET, "direct", {"time.days": 1500, "suppliers.count": 2000, "products.count": 50, PEOPLE: 300}),
    Asked(SET, "traditional", {"products.count": 5000, "retailers.lead_time": 60, "time.days": 5}),
)  # fmt: skip
JUDGED = (
    Asked("parable_costs", "traditional"),
    Asked("classroom", "traditional"),
    Asked("classroom", "hybrid", {PEOPLE: 200_000, STORES: 4000, "time.days": 10}),
    Asked("shoes", "direct"),
    Asked("groceries", "traditional", {"time.days": 60}),
    Asked("department_store", "o2o", {"records.choices": True}),
    Asked(SET, "o2o", {PEOPLE: 600_000, STORES: 6000, "customers.reach": 12, "customers.breadth": 12}),
    Asked(SET, "hybrid", {"products.count": 10_000, TOWNS: 200, "time.days": 6}),
    Asked(SET, "direct", {"suppliers.count": 1500, "products.count": 3000, "time.days": 6}),
    Asked(SET, "traditional", {PEOPLE: 300_000, STORES: 3000, "records.keep": "disk", "time.days": 60}),
)
"""Ten markets that the numbers were not fitted to."""


def run_one(asked: Asked) -> float:
    """Run a market, compute its figures, and return the bytes that this process held at most."""
    import resource

    from sim.market import Market
    from sim.runs.running import live_through

    dict(live_through(Market(asked.load(), asked.regime, 0)).figures)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def measured(asked: Asked) -> float:
    """Have a market run in a process of its own. Raises RuntimeError with what it said where it fails."""
    command = [sys.executable, "-m", "benchmarks.memory_estimate", json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    if done.returncode:
        raise RuntimeError(f"{asked} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return float(done.stdout)


def ratio(asked: Asked) -> tuple[float, float, float]:
    """Return estimate and measurement in MB, and how many times too large the estimate is."""
    scenario = asked.load()
    estimate, found = bytes_of_run(scenario, scenario.regime(asked.regime)), measured(asked)
    return estimate / 1e6, found / 1e6, estimate / found


def rows(*, long: bool = False) -> list[Row]:  # noqa: ARG001 - always the same ten
    """Return a row for each judged market, and the factor by which the worst estimate is out."""
    found, worst = [], 1.0
    for asked in JUDGED:
        estimate, really, times = ratio(asked)
        worst = max(worst, times, 1 / times)
        changes = ", ".join(f"{path}={value}" for path, value in asked.changes.items())
        name = f"{asked.scenario}, {asked.regime}{', ' if changes else ''}{changes}"
        found.append(row(PART, name, "x", [times], at_least=False, note=f"{estimate:,.0f} MB for {really:,.0f}"))
    return [*found, row(PART, "the worst is out by", "x", [worst], at_least=False, must=FACTOR)]


def fit() -> dict[str, float]:
    """Measure the markets for calibration, and return what each thing costs."""
    from scipy.optimize import nnls

    counts, taken = [], []
    for asked in CALIBRATION:
        scenario = asked.load()
        counts.append(list(sizes(scenario, scenario.regime(asked.regime)).values()))
        taken.append(measured(asked))
        print(f"{taken[-1] / 1e6:8,.0f} MB  {asked}", file=sys.stderr, flush=True)
    table, bytes_taken = np.array(counts), np.array(taken)
    scale = table.max(axis=0)
    scale[scale == 0] = 1.0
    found, _ = nnls(table / scale / bytes_taken[:, None], np.ones(len(taken)))
    for asked, estimate, really in zip(CALIBRATION, table @ (found / scale), bytes_taken, strict=True):
        print(f"{estimate / really:5.2f}  {estimate / 1e6:8,.0f} MB for {really / 1e6:8,.0f}  {asked}", file=sys.stderr)
    return dict(zip(BYTES, (found / scale).tolist(), strict=True))


if __name__ == "__main__":
    if sys.argv[1] == "fit":
        print(json.dumps(fit(), indent=1))
    else:
        print(run_one(Asked(*json.loads(sys.argv[1]))))
