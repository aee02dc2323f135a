"""One run in a process of its own: ``python -m benchmarks.one_run JSON``; prints what it took, as JSON.

The JSON says ``scenario`` (``market`` or the name of a shipped one), ``customers``, ``regime``, and, where needed,
``changes`` to the scenario by path, ``outcome`` (whether the tables are made at the end, as users have them made) and
``figures`` (all of them, too, once the market itself is gone).
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.markets import REGIME, scenario_for
from benchmarks.peers.worker import most_memory
from sim.market import Market
from sim.results.figures import all_figures
from sim.scenario import Scenario, load_scenario

FEW, BRIEF = 1000, {"time.days": 2, "time.warm_up": 0, "time.cool_down": 0}
CHECKOUT = Path(__file__).resolve().parents[1]
PEOPLE, PER_STORE = 20_000, 500.0
"""Customers of `classroom`, and of each store there."""


def classroom(customers: int, changes: dict[str, Any] | None = None) -> Scenario:
    """Return `classroom` with other numbers of customers and as many stores as ever."""
    per_store = PER_STORE * customers / PEOPLE
    return load_scenario(
        "classroom_set_margins",
        {"geography.customers": customers, "retailers.people_per_store": per_store, **(changes or {})},
    )


def live(wanted: dict[str, Any]) -> dict[str, float]:
    """Run, and return CPU and wall seconds of opening and of the days, and MB before the market and at most."""
    changes = wanted.get("changes", {})
    if wanted["scenario"] == "market":
        small, scenario, regime = scenario_for(FEW, BRIEF), scenario_for(wanted["customers"], changes), REGIME
    else:
        small, scenario, regime = classroom(FEW, BRIEF), classroom(wanted["customers"], changes), wanted["regime"]
    Market(small, regime).run()  # kernels are loaded
    before = most_memory()
    begun = process_time(), perf_counter()
    market = Market(scenario, regime)
    opened = process_time(), perf_counter()
    while market.day < scenario.time.days:
        market.step()
    if wanted.get("outcome") or wanted.get("figures"):
        outcome = market.outcome()
    if wanted.get("figures"):
        del market
        gc.collect()
        all_figures(outcome)
    ended = process_time(), perf_counter()
    return {
        "opening": opened[0] - begun[0],
        "days": ended[0] - opened[0],
        "cpu": ended[0] - begun[0],
        "wall": ended[1] - begun[1],
        "before": before,
        "most": most_memory(),
    }


def measured(**wanted: Any) -> dict[str, float]:
    """Have it run in a process of its own. Raises RuntimeError with what the process said where it fails."""
    command = [sys.executable, "-m", "benchmarks.one_run", json.dumps(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(live(json.loads(sys.argv[1]))))
