"""The smallest stock that meets a target share of demand at once, for many stocks at a time.

A stock is reviewed every ``review`` periods, in the evening, and ordered up to a level; the order arrives ``lead``
mornings later and has to last until the next one arrives. Demand is ``rate`` units per period: Poisson, or normal if
its variance was measured.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, pdtr, pdtrc

from sim.formulas.arrays import FloatArray, IntArray

GUARD = 1e-9
"""A fill rate this little below the target is enough: libraries differ in the last bits, but whole levels must not."""

HALVINGS = 24
"""Steps in which the load of a stock with lost sales is found, to a ten-millionth."""

TINY = 1e-12
"""Smaller deviations count as none; such a stock is so small relative to demand that rounding hides what it meets."""


class Demands(NamedTuple):
    """Demand at stocks; arrays that broadcast together.

    Attributes:
        rate: mean units a period, above 0.
        variance: of a period's demand; None: demand is Poisson.
        lead: periods from order to arrival, 1 or more.
        review: periods between two orders.
    """

    rate: FloatArray
    variance: FloatArray | None
    lead: IntArray
    review: int


def poisson_excess(level: FloatArray, mean: FloatArray) -> FloatArray:
    """Return E(D - level)+ of Poisson quantities with these means: mean P(D >= level) - level P(D > level)."""
    at_least = np.where(level > 0, pdtrc(np.maximum(level - 1.0, 0.0), mean), 1.0)
    return mean * at_least - level * pdtrc(level, mean)


def normal_excess(level: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Return E(D - level)+ of normal quantities: deviation x (phi(z) - z (1 - Phi(z)))."""
    deviation = np.sqrt(variance)
    z = (level - mean) / np.maximum(deviation, TINY)
    density = np.exp(-0.5 * np.square(np.minimum(np.abs(z), 38.0))) / np.sqrt(2.0 * np.pi)
    return np.where(deviation > TINY, deviation * (density - z * ndtr(-z)), np.maximum(mean - level, 0.0))


def waiting_fill_rate(level: FloatArray, demands: Demands) -> FloatArray:
    """Return the share met in the period of demand, by stocks whose customers wait.

    Between two arrivals back-orders rise from E(D(lead - 1) - S)+ to E(D(lead + review - 1) - S)+:

        fill rate = 1 - [E(D(lead + review - 1) - S)+ - E(D(lead - 1) - S)+] / (review x rate)

    Zipkin, Foundations of Inventory Management, 2000, section 9.6, summed over the periods of a review. For slow
    movers it is P(D <= S - 1) (Palm 1938), so that the least level is the Poisson quantile plus one.
    """
    longest, shortest = demands.lead + demands.review - 1, demands.lead - 1
    if demands.variance is None:
        after = poisson_excess(level, demands.rate * longest)
        before = poisson_excess(level, demands.rate * shortest)
    else:
        after = normal_excess(level, demands.rate * longest, demands.variance * longest)
        before = normal_excess(level, demands.rate * shortest, demands.variance * shortest)
    return np.asarray(1.0 - (after - before) / (demands.review * demands.rate))


def losing_fill_rate(level: FloatArray, demands: Demands, halvings: int = HALVINGS) -> FloatArray:
    """Return the share met by stocks whose customers leave when they are out, with Poisson demand.

    When an order arrives, the units sold since it was placed, N, are not back yet. As in Erlang's loss system N is
    taken to be Poisson, cut off at S; its load is such that the mean of N is what is sold in lead - 1 periods:

        fill rate = 1 - E[(N + D(review) - S)+ | N <= S] / (review x rate)
        E[N | N <= S] = rate x (lead - 1) x fill rate

    Exact for a lead of one period, where it is the newsvendor's; for slow movers it is Erlang's 1 - B(S, rate x lead)
    (Karush, Operations Research 1957). In between it is a little too low: by .01 to .02 at nine in ten met.
    """
    low = np.zeros(np.broadcast_shapes(np.shape(level), demands.rate.shape, demands.lead.shape))
    high = low + demands.rate * (demands.lead - 1)
    away = high.copy()
    for _ in range(halvings):
        load = 0.5 * (low + high)
        filled, outstanding = _with_load(level, load, demands)
        too_high = outstanding > away * filled
        low, high = np.where(too_high, low, load), np.where(too_high, load, high)
    return _with_load(level, 0.5 * (low + high), demands)[0]


def _with_load(level: FloatArray, load: FloatArray, demands: Demands) -> tuple[FloatArray, FloatArray]:
    """Return fill rate and mean of N, where N is Poisson with this load, cut off at the level."""
    asked = demands.review * demands.rate
    room = pdtr(level, load)
    missing = poisson_excess(level, load + asked) - poisson_excess(level, load) - asked * (1.0 - room)
    tells = asked * room > TINY * (asked + load)
    certain = np.where(tells, room, 1.0)
    below = np.where(level > 0, pdtr(np.maximum(level - 1.0, 0.0), load), 0.0)
    return np.where(tells, 1.0 - missing / (asked * certain), 0.0), load * np.where(tells, below / certain, 1.0)


def least_level(target: float, demands: Demands, *, customers_wait: bool) -> IntArray:
    """Return the smallest order-up-to level that meets this share of demand, shape of ``demands.rate``.

    With lost sales, no more is needed than with waiting customers, because lost demand takes nothing from the next
    delivery. If variances were measured, that upper bound is returned.
    """
    high = _enough(target, demands)
    low = np.zeros_like(high)  # never enough
    level = _bisect(waiting_fill_rate, target, demands, low, high)
    if not customers_wait and demands.variance is None and bool((demands.lead > 1).any()):
        level = _bisect(losing_fill_rate, target, demands, low, level)
    return level.astype(np.int64)


def _enough(target: float, demands: Demands) -> FloatArray:
    """Return levels that are high enough, found by doubling."""
    days = demands.lead + demands.review - 1
    variance = demands.rate if demands.variance is None else demands.variance
    high: FloatArray = np.ceil(demands.rate * days + 4.0 * np.sqrt(variance * days) + 4.0)
    while bool((short := waiting_fill_rate(high, demands) < target - GUARD).any()):
        high = np.where(short, 2.0 * high, high)
    return high


def _bisect(
    fill_rate: Callable[[FloatArray, Demands], FloatArray],
    target: float,
    demands: Demands,
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """Return the smallest levels, whole numbers above ``low`` and up to ``high``, whose fill rate is high enough."""
    while bool((high - low > 1.0).any()):
        middle = np.floor(0.5 * (low + high))
        enough = fill_rate(middle, demands) >= target - GUARD
        apart = high - low > 1.0
        high, low = np.where(apart & enough, middle, high), np.where(apart & ~enough, middle, low)
    return high
