"""This checkout against an earlier one, in turns: ``python -m benchmarks.before FOLDER``, a checkout of the other commit.

Each case is run in processes of either checkout, one after the other, round by round, and compared by CPU time: medians
of the rounds and minima, as others may use the machine. Memory is touched: a process lives through the same market once
before it is timed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[1]
ROUNDS = 5
LIVE = """
import json, sys, time
from sim.market import Market
from sim.scenario import load_scenario
from sim.world.world import make_world
source, regimes, changes, figures = json.loads(sys.argv[1])
scenario = load_scenario(source, changes)
def live(seed):
    days, whole, begun = [], time.process_time(), 0
    world = make_world(scenario, seed)
    for regime in regimes:
        market = Market(scenario, regime, seed, world)
        while market.day < scenario.time.days:
            begun = time.process_time()
            market.step()
            days.append(time.process_time() - begun)
        outcome = market.outcome()
        if figures:
            dict(outcome.figures)
    return {"days": sum(days) / len(days), "whole": time.process_time() - whole}
live(0)
print(json.dumps([live(1), live(1)]))
"""
"""Lives through the same markets twice after others, and prints CPU seconds of a day and in all."""
MARKET = str(CHECKOUT / "benchmarks" / "market.toml")
CLASSROOM = ("classroom_set_margins", ("traditional", "direct", "o2o"))
CASES = {
    "a day of benchmarks/market.toml, full records": (MARKET, ("market",), {}, False),
    "a day of benchmarks/market.toml, figures only": (MARKET, ("market",), {"records.needs": "figures"}, False),
    "classroom_set_margins, three regimes, full records": (*CLASSROOM, {}, True),
    "classroom_set_margins, three regimes, figures only": (*CLASSROOM, {"records.needs": "figures"}, True),
}


def lived(checkout: Path, case: tuple[str, tuple[str, ...], dict[str, str], bool], *, knows_figures: bool) -> float:
    """Return the CPU seconds of a day (market) or of three regimes in a process of a checkout."""
    source, regimes, changes, figures = case
    asked = json.dumps((source, regimes, changes if knows_figures else {}, figures))
    environment = {**os.environ, "PYTHONPATH": str(checkout), "NUMBA_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LIVE, asked], env=environment, cwd=checkout, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    return float(min(each["days" if source == MARKET else "whole"] for each in found))


def main(other: Path, rounds: int = ROUNDS) -> None:
    """Print a line for each case: the ratio of medians and of minima, and the seconds behind them."""
    for name, case in CASES.items():
        before, now = [], []
        for turn in range(rounds):
            for which in (0, 1) if turn % 2 else (1, 0):
                if which:
                    now.append(lived(CHECKOUT, case, knows_figures=True))
                else:
                    before.append(lived(other, case, knows_figures=False))
        medians, minima = median(before) / median(now), min(before) / min(now)
        took = f"{1e3 * median(before):.2f} ms before, {1e3 * median(now):.2f} ms now"
        print(f"{name}: {medians:.2f}x by medians, {minima:.2f}x by minima ({took})", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *map(int, sys.argv[2:]))
