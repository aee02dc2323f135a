"""How long `classroom` takes: three regimes, a million customers for a year, two regimes in two threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter, process_time
from typing import Any

from benchmarks.memory import SHARE_TO_USE, free_megabytes
from benchmarks.one_run import classroom, measured
from benchmarks.rows import Row, row
from sim.market import Market
from sim.scenario import Scenario, load_scenario
from sim.world.world import make_world

PART = "Absolute (classroom; books, stock and needs in full)"
REGIMES = ("traditional", "direct", "o2o")
ROUNDS = 5
BUSY = 60_000
GAUGE = 30
"""Days of the run from which a longer one is reckoned that would not fit in memory."""


def run(scenario: Scenario, regime: str, seed: int, world: Any = None) -> None:
    """Run a market to its outcome."""
    Market(scenario, regime, seed, world).run()


def three_regimes() -> Row:
    """Return the row of three regimes in a process that has run before, the world drawn once.

    One thread: CPU seconds are what it takes where nobody else wants the core.
    """
    scenario = load_scenario("classroom_set_margins")
    found, walls = [], []
    for seed in range(ROUNDS + 1):
        begun = process_time(), perf_counter()
        world = make_world(scenario, seed)
        for regime in REGIMES:
            run(scenario, regime, seed, world)
        found.append(process_time() - begun[0])
        walls.append(perf_counter() - begun[1])
    note = (
        f"{', '.join(REGIMES)}: 20,000 customers, 180 days each, warm process; {median(walls[1:]):.2f} s by the clock"
    )
    return row(PART, "three regimes, CPU", "s", found[1:], must=0.3, aim=0.12, at_least=False, note=note)


def two_threads() -> Row:
    """Return the row of two regimes at once against one after the other, by the clock.

    Each thread runs both, in opposite orders, so that none of them waits for a longer one at the end.
    """
    scenario = classroom(BUSY)
    world = make_world(scenario, 0)
    ratios = []

    def both(regimes: tuple[str, ...]) -> None:
        for regime in regimes:
            run(scenario, regime, 0, world)

    with ThreadPoolExecutor(2) as threads:
        for turn in range(ROUNDS + 1):
            begun = perf_counter()
            for regime in REGIMES[:2] * 2:
                run(scenario, regime, 0, world)
            apart = perf_counter()
            list(threads.map(both, (REGIMES[:2], REGIMES[1::-1])))
            if turn:
                ratios.append((apart - begun) / (perf_counter() - apart))
    note = f"{' and '.join(REGIMES[:2])}, {BUSY:,} customers, 180 days"
    return row(PART, "two regimes in two threads", "x", ratios, must=1.7, aim=1.95, note=note)


def long_run(customers: int, days: int, must: float, aim: float) -> Row:
    """Return the row of a large market, reckoned from its first days where all of them do not fit in memory."""
    window = {"time.warm_up": 0, "time.cool_down": 0}

    def lived(span: int) -> dict[str, float]:
        return measured(
            scenario="classroom_set_margins", regime="traditional", customers=customers, outcome=True,
            changes={**window, "time.days": span},
        )  # fmt: skip

    short, shorter = lived(min(GAUGE, days)), lived(min(GAUGE, days) // 3)
    step = min(GAUGE, days) - min(GAUGE, days) // 3
    more = days - min(GAUGE, days)
    most = short["most"] + more * (short["most"] - shorter["most"]) / step
    name = f"{customers:,} customers, {days} days, CPU"
    if most > SHARE_TO_USE * free_megabytes():
        took = short["cpu"] + more * (short["cpu"] - shorter["cpu"]) / step
        note = f"reckoned from {GAUGE} days: all of them would take {most:,.0f} MB of memory"
    else:
        found = lived(days) if more else short
        took, most = found["cpu"], found["most"]
        note = f"traditional; {found['wall']:.0f} s by the clock, {most:,.0f} MB"
    return row(PART, name, "s", [took], must=must, aim=aim, at_least=False, note=note)


def rows(*, long: bool = False) -> list[Row]:
    """Return the rows of absolute targets."""
    found = [three_regimes(), two_threads(), long_run(1_000_000, 365, 12, 5)]
    if long:
        found.append(long_run(10_000_000, 30, 12, 6))
    return found
