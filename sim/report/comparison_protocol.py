"""What is read of a comparison to print it; a single run takes the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sim.common.number_format import Interval

Table = Mapping[str, Interval]
"""Figures by dotted name."""


class Compared(Protocol):
    """Regimes, their figures, and the differences of the others to the first: ``sim.experiments.Comparison``."""

    @property
    def regimes(self) -> Sequence[str]: ...
    @property
    def replications(self) -> int: ...
    @property
    def figures(self) -> Mapping[str, Table]: ...
    @property
    def differences(self) -> Mapping[str, Table]: ...
    @property
    def variance_ratios(self) -> Mapping[str, Mapping[str, float | None]]: ...


class Between(NamedTuple):
    """An interval made of others, or of none."""

    mean: float | None
    low: float | None
    high: float | None


UNKNOWN = Between(None, None, None)


def sum_of(parts: Sequence[Interval]) -> Between:
    """Return the sum of intervals, no narrower than that of the sum would be; unknown where a part is."""
    means = [part.mean for part in parts if part.mean is not None]
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    if len(means) < len(parts):
        return UNKNOWN
    if len(lows) < len(parts) or len(highs) < len(parts):
        return Between(sum(means), None, None)
    return Between(sum(means), sum(lows), sum(highs))


@dataclass(frozen=True)
class OneRun:
    """A single run in the form of a comparison with nothing to compare."""

    regime: str
    flat: Mapping[str, float | None]
    replications: int = 1

    @property
    def regimes(self) -> tuple[str, ...]:
        """The one regime."""
        return (self.regime,)

    @property
    def figures(self) -> dict[str, dict[str, Interval]]:
        """Figures without intervals."""
        return {self.regime: {name: Between(value, None, None) for name, value in self.flat.items()}}

    @property
    def differences(self) -> dict[str, dict[str, Interval]]:
        """None."""
        return {}

    @property
    def variance_ratios(self) -> dict[str, dict[str, float | None]]:
        """None."""
        return {}
