"""Paired runs of several regimes, and the findings in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sim.cases.findings import RATIO, CaseFinding
from sim.common.estimates import difference
from sim.results.figures.arithmetic import quotient
from sim.runs.replication import Flat

One: TypeAlias = Mapping[str, Flat]
"""All figures of one replication, by regime."""


class PairedRuns(dict[str, list[Flat]]):
    """All figures by regime, one flat table for each replication; tables of the same place are of the same world."""

    def each(self, measured: Callable[[One], float | None], unit: str = RATIO) -> CaseFinding:
        """Return the mean of what is measured in each replication."""
        return CaseFinding.over((measured(one) for one in self.replications()), unit)

    def replications(self) -> list[One]:
        """Return the replications, each with its figures by regime."""
        return [dict(zip(self, flats, strict=True)) for flats in zip(*self.values(), strict=True)]

    def of(self, regime: str, figure: str, unit: str = RATIO) -> CaseFinding:
        """Return a figure under a regime."""
        return self.each(lambda one: one[regime].get(figure), unit)

    def change(self, first: str, second: str, figure: str, unit: str = RATIO) -> CaseFinding:
        """Return by how much a figure is higher under the second regime, pair by pair."""
        return self.each(lambda one: difference(one[second].get(figure), one[first].get(figure)), unit)

    def ratio(self, first: str, second: str, figure: str) -> CaseFinding:
        """Return how many times as large a figure is under the second regime, pair by pair."""
        return self.each(lambda one: quotient(one[second].get(figure), one[first].get(figure)))


def bought(one: One, regime: str) -> float | None:
    """Return purchases per need."""
    return difference(1.0, one[regime].get("no_purchase_share"))
