"""Several comparisons at once: which of many differences remain clear after Holm's correction.

Of 20 differences that are all nothing, one is expected to leave zero out of its 95 % interval. Holm's step-down
procedure (Holm 1979) keeps the chance of a single such error among all of them at 5 %, whatever their dependence.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.common.estimates import CONFIDENCE, Estimate, student_quantile

Name = TypeVar("Name", bound=Hashable)
LEVEL = 1.0 - CONFIDENCE
"""Chance of one error or more among all comparisons that is put up with."""


def p_value(found: Estimate) -> float | None:
    """Return the two-sided p-value of a mean against zero, from Student's t statistic of its replications.

    None where there is nothing to test: no interval, or zero in every replication. A difference that is the same in
    every replication, and not zero, has the p-value 0.
    """
    if found.mean is None or found.low is None or found.high is None:
        return None
    half = 0.5 * (found.high - found.low)
    if half == 0.0:
        return None if found.mean == 0.0 else 0.0
    from scipy.special import stdtr

    statistic = found.mean / half * student_quantile(found.n - 1)
    return float(2.0 * stdtr(found.n - 1, -abs(statistic)))


def normal_p_value(mean: float, standard_error: float) -> float | None:
    """Return the two-sided p-value of a normal mean against zero; None where both are zero."""
    if standard_error == 0.0:
        return None if mean == 0.0 else 0.0
    return math.erfc(abs(mean) / standard_error / math.sqrt(2.0))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p-values, in the order given.

    The k-th smallest of m is multiplied by m - k + 1, is never below the one before it, and is at most 1.
    """
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for place, number in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        reached = max(reached, min(1.0, (len(p_values) - place) * p_values[number]))
        adjusted[number] = reached
    return adjusted


@dataclass(frozen=True)
class Corrected(Generic[Name]):
    """What Holm's correction leaves of several comparisons.

    Attributes:
        compared: how many were tested.
        adjusted: Holm's adjusted p-value by name.
        lost: names of those that are clear one by one, and no longer after the correction, in the order given.
        remaining: how many remain clear.
    """

    compared: int
    adjusted: Mapping[Name, float]
    lost: tuple[Name, ...]
    remaining: int


def corrected(p_values: Mapping[Name, float | None]) -> Corrected[Name]:
    """Correct the p-values of all comparisons on a page; None stands for one that is not tested."""
    tested = {name: p for name, p in p_values.items() if p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    return Corrected(
        len(tested),
        adjusted,
        tuple(name for name, p in tested.items() if p < LEVEL <= adjusted[name]),
        sum(p < LEVEL for p in adjusted.values()),
    )
