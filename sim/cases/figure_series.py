"""Figures of replications: taken one by one, or in pairs."""

from __future__ import annotations

from collections.abc import Sequence

from sim.cases.findings import RATIO, CaseFinding
from sim.runs.replication import Flat


def values_of(flats: Sequence[Flat], figure: str) -> list[float]:
    """Return a figure of each replication. Raises ValueError where it is undefined in one of them."""
    values = [flat.get(figure) for flat in flats]
    if any(value is None for value in values):
        raise ValueError(f"{figure} is undefined in a replication of this case; run it longer")
    return [float(value) for value in values if value is not None]


def mean_finding(flats: Sequence[Flat], figure: str, unit: str = RATIO) -> CaseFinding:
    """Return a figure over replications."""
    return CaseFinding.over(values_of(flats, figure), unit)


def change_finding(before: Sequence[float], after: Sequence[float], unit: str = RATIO) -> CaseFinding:
    """Return what changes within each replication."""
    return CaseFinding.over([b - a for a, b in zip(before, after, strict=True)], unit)
