"""Runs the C twin beside the kernel, day by day on the same arrays, and holds every record against the other's."""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import process_time
from typing import Any

import numpy as np

from benchmarks.twin.compiled import prepared
from sim.kernels import shopping

WRITTEN = ("needs", "reserved", "demand", "basket")


@dataclass
class Beside:
    """CPU seconds of each day, and what came out differently."""

    kernel: list[float] = field(default_factory=list)
    twin: list[float] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    needs: int = 0
    need_multiplier: float = 1.0
    lining_up: float = 0.0
    own: dict[str, Any] = field(default_factory=dict)

    def queue(self, line_up: Any, arguments: tuple[Any, ...]) -> int:
        """Let the kernel line customers up, which is part of its day, and note what the twin is told."""
        self.need_multiplier = float(arguments[1])
        begun = process_time()
        lined_up = int(line_up(*arguments))
        self.lining_up = process_time() - begun
        return lined_up

    def day(self, customers_shop: Any, arguments: tuple[Any, ...]) -> None:
        """Let both live the same day, who is first in turns."""
        given = dict(zip(inspect.signature(customers_shop.py_func).parameters, arguments, strict=True))
        given |= {**given["tables"]._asdict(), **given["today"]._asdict()}
        given |= given["market"]._asdict()
        copies = self.copies(given)
        compiled, structure, held = prepared(copies)
        day, multiplier = int(given["day"]), self.need_multiplier

        def kernel() -> None:
            begun = process_time()
            customers_shop(*arguments)
            self.kernel.append(process_time() - begun + self.lining_up)

        def twin() -> None:
            begun = process_time()
            compiled.customers_shop(ctypes.byref(structure), day, multiplier)
            self.twin.append(process_time() - begun)

        before = int(given["visits"].used[0])
        for run in (kernel, twin) if day % 2 else (twin, kernel):
            run()
        self.compare(given, held, before)

    def copies(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what the twin is given: the same, and its own copies of what is written to.

        The table of needs is made once, so that the twin, like the kernel, is the first to touch its new rows.
        """
        rows = len(given["needs"])
        if len(self.own.get("needs", ())) < rows:
            self.own["needs"] = np.empty_like(given["needs"])
        visits = given["visits"]
        if len(self.own.get("basket", ())) < len(visits.basket):
            self.own["basket"] = np.empty_like(visits.basket)
        own_visits = visits._replace(
            used=visits.used.copy(), in_basket=visits.in_basket.copy(), basket=self.own["basket"]
        )
        goods = given["goods"]._replace(reserved=given["goods"].reserved.copy())
        return {
            **given,
            "needs": self.own["needs"],
            "visits": own_visits,
            "goods": goods,
            "demand": given["demand"].copy(),
        }

    def compare(self, given: dict[str, Any], held: dict[str, Any], before: int) -> None:
        """Note what the two did differently today."""
        visits, day = given["visits"], int(given["day"])
        after, bought = int(visits.used[0]), int(visits.in_basket[0])
        self.needs = after
        if (after, bought) != (int(held["used"][0]), int(held["in_basket"][0])):
            self.differences.append(f"day {day}: {after} needs and {bought} purchases against other numbers")
            return
        mine, other = given["needs"][before:after], held["needs"][before:after]
        names = mine.dtype.names or ()
        self.differences += [
            f"day {day}: need {name}" for name in names if not same(mine[name], other[name])
        ]  # fmt: skip
        pairs = {
            "reserved": given["goods"].reserved, "demand": given["demand"], "basket": visits.basket[:bought]
        }  # fmt: skip
        self.differences += [
            f"day {day}: {name}" for name, ours in pairs.items() if not same(ours, held[name][: len(ours)])
        ]


def same(mine: Any, other: Any) -> bool:
    """Tell whether two arrays hold the same bits; one thing that is not a number is as good as another."""
    return bool(np.array_equal(mine, other, equal_nan=mine.dtype.kind == "f"))


@contextmanager
def beside() -> Iterator[Beside]:
    """Have the twin run beside the kernel in every market that is stepped inside."""
    found = Beside()
    ordinary, line_up = shopping.let_customers_shop, shopping.line_up

    def lined_up(*arguments: Any) -> int:
        return found.queue(line_up, arguments)

    def both(*arguments: Any) -> None:
        found.day(ordinary, arguments)

    shopping.let_customers_shop, shopping.line_up = both, lined_up
    try:
        yield found
    finally:
        shopping.let_customers_shop, shopping.line_up = ordinary, line_up
