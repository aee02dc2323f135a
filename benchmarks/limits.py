"""What the processor allows at most, measured on one core, and how near the shopping kernel comes to it."""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import numpy as np

from benchmarks.markets import market_in, world_for
from benchmarks.rows import Row, row
from benchmarks.twin.compiled import built
from sim.kernels import shopping
from sim.market import Market

PART = "Limits of this machine (one core), and what a choice needs (benchmarks/market.toml)"
CUSTOMERS, WARM, DAYS = 1_000_000, 2, 5
WORDS = 32 * 2**20
"""256 MB, more than the second-level cache holds."""
HASHES, LINES = 20_000_000, 4_000_000
LINE, WORD = 64, 8
"""Bytes of a cache line and of a word."""
ROUNDS = 7


class Machine(NamedTuple):
    """Nanoseconds of a hash and of a cache line read at random, and GB a second read in order; rounds of each."""

    hash_ns: list[float]
    line_ns: list[float]
    gigabytes: list[float]


class Choice(NamedTuple):
    """What a customer's need asks of the machine, counted from the arrays the kernel gets.

    ``hashes``: whether a need arises (asked of everybody every day), the shock of leaving, the customer's key, and one
    for each offer. ``in_order``: bytes read of everybody to see who has a need, and written into the record.
    ``lines``: cache lines that what is known of the customer lies on, in the mean.
    """

    hashes: float
    in_order: float
    lines: float


def machine() -> Machine:
    """Measure the machine."""
    library = built("limits.c")
    for name in ("hashes", "read_in_order", "read_at_random"):
        getattr(library, name).restype = ctypes.c_uint64
    words = np.arange(WORDS, dtype=np.uint64)
    start, key = ctypes.c_void_p(words.ctypes.data), ctypes.c_uint64(77)
    found = Machine([], [], [])
    for _ in range(ROUNDS):
        found.hash_ns.append(1e9 * timed(lambda: library.hashes(key, ctypes.c_int64(HASHES))) / HASHES)
        at_random = timed(lambda: library.read_at_random(start, ctypes.c_int64(WORDS // 8), key, ctypes.c_int64(LINES)))
        found.line_ns.append(1e9 * at_random / LINES)
        in_order = timed(lambda: library.read_in_order(start, ctypes.c_int64(WORDS)))
        found.gigabytes.append(words.nbytes / in_order / 1e9)
    return found


def timed(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of some work."""
    begun = process_time()
    work()
    return process_time() - begun


def kernel_seconds(market: Market) -> tuple[list[float], dict[str, Any]]:
    """Live through some days; return the kernel's CPU seconds of each, and what it was given last, by name."""
    seconds: list[float] = []
    given: dict[str, Any] = {}
    ordinary, line_up = shopping.let_customers_shop, shopping.line_up

    def lined_up(*arguments: Any) -> int:
        begun = process_time()
        number = int(line_up(*arguments))
        seconds.append(process_time() - begun)
        return number

    def clocked(*arguments: Any) -> None:
        seconds[-1] += timed(lambda: ordinary(*arguments))
        names = inspect.signature(ordinary.py_func).parameters  # type: ignore[attr-defined]
        given.update(zip(names, arguments, strict=True))
        given.update({**given["tables"]._asdict(), **given["today"]._asdict()})
        given.update(given["market"]._asdict())

    shopping.let_customers_shop, shopping.line_up = clocked, lined_up
    try:
        for _ in range(WARM + DAYS):
            market.step()
    finally:
        shopping.let_customers_shop, shopping.line_up = ordinary, line_up
    return seconds[WARM:], given


def choice_in(given: dict[str, Any], needs: float) -> Choice:
    """Count what a need asks for, in a market of which a day has ``needs``."""
    people, catalogue, shelves = given["people"], given["catalogue"], given["shelves"]
    customers = len(people.town)
    online = catalogue.considered.shape[1] * int(given["rules"].supplier_channels.sum())
    nearby = shelves.offered[people.nearest[:, :, None], catalogue.considered[people.taste][:, None, :]]
    offers = online + float(nearby.sum()) / customers
    others = (people.need_rate, people.tried)  # read in order; not read where everybody knows of parcels
    own = [column for column in people if all(column is not other for other in others)]
    rows = {id(each): each for each in (column if column.base is None else column.base for column in own)}
    return Choice(
        hashes=customers / needs + 2 + offers,
        in_order=people.need_rate.itemsize * customers / needs + given["needs"].dtype.itemsize,
        lines=sum(1.0 + max(each.dtype.itemsize - WORD, 0) / LINE for each in rows.values()),  # they begin at any word
    )


def rows(*, long: bool = False) -> list[Row]:  # noqa: ARG001 - a machine has no longer limits
    """Return what the machine can do, what a choice asks for, and how long it takes."""
    limit = machine()
    market = market_in(world_for(CUSTOMERS))
    seconds, given = kernel_seconds(market)
    days = np.bincount(market.state.needs["day"][: int(market.state.visits.used[0])], minlength=WARM + DAYS)[WARM:]
    needs = float(days.mean())
    asked = choice_in(given, needs)
    hash_ns, line_ns, gigabytes = (median(each) for each in limit)
    parts = (asked.hashes * hash_ns, asked.in_order / gigabytes, asked.lines * line_ns)
    took = [1e9 * each / count for each, count in zip(seconds, days, strict=True)]
    note = f"{parts[0]:.0f} ns of hashes + {parts[1]:.0f} ns of bytes in order + {parts[2]:.0f} ns of lines at random"
    return [
        row(PART, "a hash, many side by side", "ns", limit.hash_ns, at_least=False),
        row(PART, "a cache line at random, 256 MB", "ns", limit.line_ns, at_least=False),
        row(PART, "memory read in order", "GB/s", limit.gigabytes),
        row(PART, "hashes a choice", "", [asked.hashes], note="need of everybody, leaving, key, one for each offer"),
        row(PART, "bytes in order a choice", "", [asked.in_order], note="everybody's need rate, and the record"),
        row(
            PART,
            "cache lines at random a choice",
            "",
            [asked.lines],
            note=f"a customer's row and its trust, {LINE} bytes each",
        ),
        row(PART, "the least a choice takes", "ns", [sum(parts)], at_least=False, note=note),
        row(PART, "what it takes", "ns", took, at_least=False, note=f"{CUSTOMERS:,} customers, kernel alone, by day"),
    ]
