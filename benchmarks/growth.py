"""How time and memory grow when one thing is doubled and all else stays: the exponent of a power law, fitted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.markets import RECORDS, SHOPS
from benchmarks.one_run import measured
from benchmarks.rows import Row, row

PART = "Growth (benchmarks/market.toml, opening and days, CPU)"
CUSTOMERS, DAYS = 100_000, 20
LINEAR, NOT_QUADRATIC = 1.05, 1.5
ROUNDS = 2
WINDOW = {"time.warm_up": 0, "time.cool_down": 0}


@dataclass(frozen=True)
class Thing:
    """Something that is made larger: its sizes, and the largest exponent it may have."""

    name: str
    sizes: tuple[int, ...]
    must: float

    def run(self, size: int) -> dict[str, Any]:
        """Return the run with that much of it."""
        wanted: dict[str, Any] = {
            "scenario": "market",
            "customers": CUSTOMERS,
            "changes": {**WINDOW, "time.days": DAYS},
        }
        changes = wanted["changes"]
        if self.name == "customers":
            wanted["customers"] = size
        elif self.name == "towns":  # as many stores in all, shared out over more towns
            changes["geography.town_count"] = size
        elif self.name == "stores":
            changes["retailers.people_per_store"] = CUSTOMERS / size
            changes["retailers.count"] = size
        elif self.name == "products":
            changes["products.count"] = size
        elif self.name == "tiers":
            changes["tiers"] = [tier(number) for number in range(size)]
            changes["regimes.market.chain"] = True
        else:
            changes["time.days"] = size
        return wanted


def tier(number: int) -> dict[str, Any]:
    """Return one tier of wholesalers that passes goods on."""
    return {
        "name": f"wholesaler{number + 1}",
        "firms": 4,
        "lead_time": 1,
        "pricing": {"rule": "markup", "factor": 1.02},
        "replenishment": {"rule": "base_stock", "safety_factor": 2.0},
    }


def things(*, long: bool) -> tuple[Thing, ...]:
    """Return what is made larger, and how far."""
    many = (10_000, 100_000, 1_000_000, 10_000_000)
    return (
        Thing("customers", many if long else many[:-1], LINEAR),
        Thing("days", (20, 40, 80, 160), LINEAR),
        Thing("towns", (50, 100, 200), NOT_QUADRATIC),
        Thing("stores", (SHOPS, 2 * SHOPS, 4 * SHOPS, 8 * SHOPS), NOT_QUADRATIC),
        Thing("products", (200, 400, 800, 1600), NOT_QUADRATIC),
        Thing("tiers", (1, 2, 4, 8), NOT_QUADRATIC),
    )


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Return the slope of a line through the logarithms, least squares."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def grown(thing: Thing, rounds: list[list[dict[str, float]]]) -> list[Row]:
    """Return the rows of one thing, time and memory; the last three sizes count, where fixed costs hide least."""
    sizes = thing.sizes[-3:]
    seconds = [[found["opening"] + found["days"] for found in each][-3:] for each in rounds]
    megabytes = [[found["most"] - found["before"] for found in each][-3:] for each in rounds]
    found = []
    for what, values, unit in (("time", seconds, "s"), ("memory", megabytes, "MB")):
        told = " → ".join(f"{value:,.3g}" for value in values[-1])
        last = [np.log2(each[-1] / each[-2]) / np.log2(sizes[-1] / sizes[-2]) for each in values]
        note = f"{sizes[0]:,} to {sizes[-1]:,}: {told} {unit}; last step alone {np.median(last):.2f}; {RECORDS}"
        exponents = [exponent(sizes, each) for each in values]
        found.append(row(PART, f"{thing.name}, {what}", "", exponents, must=thing.must, at_least=False, note=note))
    return found


def rows(*, long: bool = False) -> list[Row]:
    """Return the rows of everything that is made larger, rounds interleaved."""
    taken: dict[Thing, list[list[dict[str, float]]]] = {thing: [] for thing in things(long=long)}
    for turn in range(ROUNDS):
        for thing, rounds in taken.items():
            print(f"growth, round {turn + 1}: {thing.name}", file=sys.stderr, flush=True)
            rounds.append([measured(**thing.run(size)) for size in thing.sizes])
    return [each for thing, rounds in taken.items() for each in grown(thing, rounds)]
