"""What a case finds: numbers with their intervals, and judgements of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sim.common.estimates import Estimate, estimate

EUR, SHARE, POINTS, DAYS, RATIO = "EUR", "share", "points", "days", ""
"""Units that are written in a way of their own: money, shares (as %), differences of shares (as percentage points),
times (hours below a day), and pure numbers. Any other unit stands behind the number as it is."""


@dataclass(frozen=True)
class CaseFinding:
    """A number measured, with its 95 % interval over paired replications.

    Attributes:
        mean: the number itself where it is exact.
        low, high: ends of the interval; equal to the mean where all replications gave the same, None from one run.
        unit: see ``EUR`` and its neighbours.
    """

    mean: float
    low: float | None
    high: float | None
    unit: str = RATIO

    @classmethod
    def exact(cls, value: float, unit: str = RATIO) -> CaseFinding:
        """Return a number that no chance is in."""
        return cls(value, value, value, unit)

    @classmethod
    def of(cls, found: Estimate, unit: str = RATIO) -> CaseFinding:
        """Return an estimate as a finding. Raises ValueError where it was defined in no replication."""
        if found.mean is None:
            raise ValueError("a figure of this case was defined in no replication; run it longer, or with more of them")
        return cls(found.mean, found.low, found.high, unit)

    @classmethod
    def over(cls, values: Iterable[float | None], unit: str = RATIO) -> CaseFinding:
        """Return the mean of one value for each replication. Raises ValueError where none is defined."""
        return cls.of(estimate(values), unit)

    def above(self, limit: float) -> bool:
        """Tell whether the whole interval lies above a limit; from one run, whether the number does."""
        return (self.mean if self.low is None else self.low) > limit

    def below(self, limit: float) -> bool:
        """Tell whether the whole interval lies below a limit; from one run, whether the number does."""
        return (self.mean if self.high is None else self.high) < limit

    def within(self, low: float, high: float) -> bool:
        """Tell whether the whole interval lies between two limits, ends included."""
        least = self.mean if self.low is None else self.low
        most = self.mean if self.high is None else self.high
        return low <= least and most <= high

    def near(self, number: float, share: float = 0.05) -> bool:
        """Tell whether the mean is less than a share of a number away from it."""
        return abs(self.mean / number - 1.0) < share

    @property
    def turned(self) -> CaseFinding:
        """The same with its sign changed: a loss as an amount."""
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return CaseFinding(-self.mean, low, high, self.unit)

    def to_dict(self) -> dict[str, float | str | None]:
        """Return the finding as it stands in JSON."""
        return {"mean": self.mean, "low": self.low, "high": self.high, "unit": self.unit}


Findings: TypeAlias = Mapping[str, CaseFinding]


@dataclass(frozen=True)
class CaseCheck:
    """Something the case must show, whether it does, and the figures that say so."""

    claim: str
    holds: bool
    evidence: str

    def to_dict(self) -> dict[str, str | bool]:
        """Return the check as it stands in JSON."""
        return {"claim": self.claim, "holds": self.holds, "evidence": self.evidence}
