"""What replications say of a figure: its mean and how far that can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """The mean of a figure over replications, with its 95 % interval.

    Attributes:
        mean: None where the figure was defined in no replication.
        low, high: ends of the interval (Student's t); None with fewer than two replications.
        n: how many replications it rests on, those in which the figure was defined.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int

    def to_dict(self) -> dict[str, float | None]:
        """Return mean, low and high, as they stand in JSON."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


def estimate(values: Iterable[float | None]) -> Estimate:
    """Estimate a mean from independent replications; None means undefined and is left out.

    The interval is ``mean -+ t * s / sqrt(n)`` with s the sample's standard deviation and t the quantile of
    Student's distribution with n - 1 degrees of freedom. Sums are exact, whatever the order of values.
    """
    defined = [float(value) for value in values if value is not None]
    n = len(defined)
    if n == 0:
        return Estimate(None, None, None, 0)
    mean = mean_of(defined)
    if n == 1:
        return Estimate(mean, None, None, 1)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in defined) / (n - 1))
    half = student_quantile(n - 1) * spread / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def mean_of(values: list[float]) -> float:
    """Return the mean; of equal values the value itself, without a rounded quotient."""
    if min(values) == max(values):
        return values[0]
    return math.fsum(values) / len(values)


@cache
def student_quantile(degrees_of_freedom: int) -> float:
    """Return how many standard errors to either side hold 95 % of Student's distribution."""
    from scipy.special import stdtrit  # what scipy.stats.t.ppf calls; scipy.stats takes a second to import

    return float(stdtrit(degrees_of_freedom, (1 + CONFIDENCE) / 2))


def difference(second: float | None, first: float | None) -> float | None:
    """Return second less first, None where either is undefined."""
    return None if first is None or second is None else second - first


def variance(values: Sequence[float]) -> float:
    """Return the sample's variance."""
    mean = mean_of(list(values))
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def variance_ratio(first: Sequence[float | None], second: Sequence[float | None]) -> float | None:
    """Return (variance of the first + variance of the second) / variance of their difference, pair by pair.

    None with fewer than two pairs in which both are defined, and where the difference never varies.
    """
    pairs = [(one, other) for one, other in zip(first, second, strict=True) if one is not None and other is not None]
    if len(pairs) < 2:
        return None
    apart = variance([other - one for one, other in pairs])
    if apart == 0.0:
        return None
    return (variance([one for one, _ in pairs]) + variance([other for _, other in pairs])) / apart
