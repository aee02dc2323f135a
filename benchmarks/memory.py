"""How much memory a market takes: for each customer, for each of its days, and in all."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.markets import RECORDS
from benchmarks.one_run import measured
from benchmarks.rows import Row, row

PART = "Memory (benchmarks/market.toml, resident at most)"
DAYS, FIRST_DAYS = 30, 3
FEW, MANY, MOST = 250_000, 1_000_000, 10_000_000
MUST, AIM = 1536, 717
"""MB for the largest market."""
BYTES_IN_MB = 2**20
ON_DISK, TO_DISK = "records on disk", {"records.keep": "disk"}
ENOUGH = 4000
"""MB that must be free for the largest market with its records on disk."""
SHARE_TO_USE = 0.7
"""Of the memory that is free: what would take more is told from smaller markets instead of measured."""


def free_megabytes() -> float:
    """Return how much memory is free now."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / BYTES_IN_MB


def held(customers: int, days: int, changes: dict[str, Any], *, figures: bool = False) -> dict[str, float]:
    """Return what one run took, with its tables and figures or without."""
    calendar = {"time.days": days, "time.warm_up": 0, "time.cool_down": 0}
    return measured(scenario="market", customers=customers, figures=figures, changes={**calendar, **changes})


def rows(*, long: bool = False) -> list[Row]:
    """Return the rows of memory."""
    in_memory = of_kind("", RECORDS, {})
    on_disk = of_kind(f", {ON_DISK}", f"{RECORDS}, on disk", TO_DISK)
    return [*in_memory, *on_disk, *largest(long=long)]


def of_kind(which: str, note: str, changes: dict[str, Any]) -> list[Row]:
    """Return the rows of one way to keep records."""
    few, many, short = (held(size, days, changes) for size, days in ((FEW, DAYS), (MANY, DAYS), (MANY, DAYS // 3)))
    of_customers = (held(MANY, 1, changes)["most"] - held(FEW, 1, changes)["most"]) / (MANY - FEW)
    of_days = (many["most"] - short["most"]) / MANY / (DAYS - DAYS // 3)
    complete = held(MANY, DAYS, changes, figures=True)["most"]
    larger = many["most"] + (MOST - MANY) * (many["most"] - few["most"]) / (MANY - FEW)
    found = [
        row(PART, f"for each customer, one day in{which}", "bytes", [BYTES_IN_MB * of_customers], at_least=False,
            note="what 750 000 more customers take, divided by them"),
        row(PART, f"for each customer's day after{which}", "bytes", [BYTES_IN_MB * of_days], at_least=False, note=note),
        row(PART, f"{MANY:,} customers, {DAYS} days{which}", "MB", [many["most"]], at_least=False, note=note),
        row(PART, f"the same with all tables and figures{which}", "MB", [complete], at_least=False, note=note),
    ]  # fmt: skip
    if not which:
        name, note = f"{MOST:,} customers, {DAYS} days", "reckoned from these"
        found.append(row(PART, name, "MB", [larger], at_least=False, note=note))
    return found


def largest(*, long: bool) -> list[Row]:
    """Return the rows of the largest market, records on disk: the first days, and all of them if wanted."""
    note, free = f"{RECORDS}, on disk", free_megabytes()
    name = f"{MOST:,} customers, {DAYS} days, all tables and figures, {ON_DISK}"
    found: list[Row] = []
    if free < ENOUGH:
        reason = f"{free:,.0f} MB are free"
    else:
        begun = held(MOST, FIRST_DAYS, TO_DISK)["most"]
        shorter = f"{MOST:,} customers, {FIRST_DAYS} days, {ON_DISK}"
        found.append(row(PART, shorter, "MB", [begun], at_least=False, note=note))
        reason = "measured with --long"
        if long:
            values = [held(MOST, DAYS, TO_DISK, figures=True)["most"]]
            return [*found, row(PART, name, "MB", values, at_least=False, must=MUST, aim=AIM, note=note)]
    return [*found, Row(PART, name, "MB", None, at_least=False, must=MUST, aim=AIM, note=reason)]
