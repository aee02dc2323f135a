"""How much memory a market takes: for each customer, for each of its days, and in all."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.markets import RECORDS
from benchmarks.one_run import measured
from benchmarks.rows import Row, row

PART = "Memory (benchmarks/market.toml, resident at most)"
DAYS = 30
FEW, MANY, MOST = 250_000, 1_000_000, 10_000_000
BYTES_IN_MB = 2**20
SHARE_TO_USE = 0.7
"""Of the memory that is free: what would take more is told from smaller markets instead of measured."""


def free_megabytes() -> float:
    """Return how much memory is free now."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / BYTES_IN_MB


def held(customers: int, days: int) -> dict[str, float]:
    """Return what one run took."""
    changes: dict[str, Any] = {"time.days": days, "time.warm_up": 0, "time.cool_down": 0}
    return measured(scenario="market", customers=customers, changes=changes)


def rows(*, long: bool = False) -> list[Row]:
    """Return the rows of memory."""
    few, many, short = held(FEW, DAYS), held(MANY, DAYS), held(MANY, DAYS // 3)
    opened = held(MANY, 1)
    of_customers = BYTES_IN_MB * (opened["most"] - held(FEW, 1)["most"]) / (MANY - FEW)
    of_days = BYTES_IN_MB * (many["most"] - short["most"]) / MANY / (DAYS - DAYS // 3)
    found = [
        row(PART, "for each customer, one day in", "bytes", [of_customers], at_least=False,
            note="what 750 000 more customers take, divided by them"),
        row(PART, "for each customer's day after", "bytes", [of_days], at_least=False, note=RECORDS),
        row(PART, f"{MANY:,} customers, {DAYS} days", "MB", [many["most"]], at_least=False, note=RECORDS),
    ]  # fmt: skip
    return [*found, at_most(many["most"] + (MOST - MANY) * (many["most"] - few["most"]) / (MANY - FEW), long=long)]


def at_most(expected: float, *, long: bool) -> Row:
    """Return the row of the largest market, measured if that is wanted and it fits."""
    name, free = f"{MOST:,} customers, {DAYS} days", free_megabytes()
    if long and expected < SHARE_TO_USE * free:
        return row(PART, name, "MB", [held(MOST, DAYS)["most"]], must=1536, aim=717, at_least=False, note=RECORDS)
    reason = f"{free:,.0f} MB are free" if long else "measured with --long"
    note = f"reckoned from smaller markets ({reason}); {RECORDS}"
    return row(PART, name, "MB", [expected], must=1536, aim=717, at_least=False, note=note)
