"""What the first touch of record memory costs: the same days in new memory and in memory handed on by the pool."""

from __future__ import annotations

import gc
from time import process_time

from benchmarks.markets import RECORDS, market_in, world_for
from benchmarks.rows import Row, row
from sim.common.memory_pool import POOL
from sim.world.world import World

CUSTOMERS = 100_000
DAYS = 20
ROUNDS = 9


def cost_of_days(world: World) -> float:
    """Return CPU seconds of a market's days, without those of making it."""
    gc.collect()  # the market before this one returns its memory here, outside of what is measured
    market = market_in(world)
    begun = process_time()
    for _ in range(DAYS):
        market.step()
    return process_time() - begun


def rows(*, long: bool = False) -> list[Row]:  # noqa: ARG001 - all parts are asked alike
    """Return the row of first touch: days in new memory over the same days in touched memory, in turns."""
    world = world_for(CUSTOMERS, {"time.days": DAYS, "time.warm_up": 0, "time.cool_down": 0})
    cost_of_days(world)
    ratios = []
    for _ in range(ROUNDS):
        gc.collect()
        POOL.give_back()
        new = cost_of_days(world)
        ratios.append(new / cost_of_days(world))
    note = f"{CUSTOMERS:,} customers, {DAYS} days; {RECORDS}; new memory over memory handed on by the pool"
    return [row("Memory", "first touch of records, CPU", "x", ratios, note=note)]
