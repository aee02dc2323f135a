"""Times: how long customers wait from need to hands."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from sim.common.types import FloatArray, IntArray
from sim.kernels.need_sums import FRACTION, FRACTION_BITS, LOW_BITS, LOW_MASK, NeedSums
from sim.results.figures.arithmetic import Value, quotient
from sim.results.figures.description import FigureInfo
from sim.results.figures.window import Window

TIMES = (
    FigureInfo(
        "delivery_days",
        "days",
        "From need to hands, waiting for goods and purchases later returned included: mean, median, "
        "95th percentile, histogram (shares; 0 = carried home, every other bin holds its lower end)",
        "lower",
        "statistic",
    ),
    FigureInfo(
        "delivery_days_by_channel",
        "days",
        "Days from need to hands, channel by channel: mean, median, 95th percentile",
        "lower",
        "channel",
    ),
    FigureInfo("same_day_share", "share", "Purchases with delivery_days < 1 / purchases delivered", "higher"),
)


UPPER_ENDS = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0)
BINS = ("0", "0-0.25", "0.25-0.5", "0.5-1", "1-2", "2-3", "3-5", "5-7", "7-14", "14+")
"""Days from need to hands; "0" is carried home, every other bin holds its lower end, not its upper."""


class DayCounts(NamedTuple):
    """Different days from need to hands in order, and how many deliveries took each; exact, so that sums are."""

    days: FloatArray
    each: IntArray

    @property
    def number(self) -> int:
        """Number of deliveries."""
        return int(self.each.sum())

    def below(self, end: float) -> int:
        """Return how many deliveries took less than so many days."""
        return int(self.each[self.days < end].sum())


def delivery_times(sums: NeedSums, channel: int | None = None, *, recovered: bool = False) -> DayCounts:
    """Return the times of deliveries, of one channel or all; ``recovered``: only of first choices found empty."""
    times = sums.times
    chosen = times.group >= 0
    if channel is not None:
        chosen &= times.group // 2 % len(sums.channels) == channel
    if recovered:
        chosen &= times.group % 2 == 1
    days, place = np.unique(times.days[chosen], return_inverse=True)
    count = np.zeros(len(days), dtype=np.int64)
    np.add.at(count, place, times.number[chosen])
    return DayCounts(days, count)


def times(window: Window) -> dict[str, Value]:
    """Return the figures of delivery times in days, over purchases.

    Purchases returned later count: they were delivered. Orders still waiting for goods when the run ended are
    no purchases yet; the cool-down keeps them out of the window.
    """
    all_days = delivery_times(window.sums)
    by_channel: dict[str, Value] = {
        name: mean_and_percentiles(delivery_times(window.sums, number)) for number, name in enumerate(window.channels)
    }
    return {
        "delivery_days": {**mean_and_percentiles(all_days), "histogram": histogram(all_days)},
        "delivery_days_by_channel": by_channel,
        "same_day_share": quotient(all_days.below(1.0), all_days.number),
    }


def mean_and_percentiles(found: DayCounts) -> dict[str, Value]:
    """Return mean, median and 95th percentile (linear between neighbours); None where there are no days."""
    if found.number == 0:
        return {"mean": None, "p50": None, "p95": None}
    return {"mean": mean_days(found), "p50": percentile(found, 50), "p95": percentile(found, 95)}


def mean_days(found: DayCounts) -> float | None:
    """Return the mean, the nearest float to the exact one; None where there are no days."""
    return float(exact_sum(found.days, found.each) / found.number) if found.number else None


def exact_sum(values: FloatArray, count: IntArray) -> Fraction:
    """Return the sum of numbers, not negative, each taken so many times, exact to 2^-53."""
    whole = np.floor(values)
    fraction = ((values - whole) * FRACTION).astype(np.int64)
    high, low = fraction >> LOW_BITS, fraction & LOW_MASK
    parts = ((whole.astype(np.int64), FRACTION_BITS), (high, LOW_BITS), (low, 0))
    return Fraction(sum(int((part * count).sum()) << shift for part, shift in parts), 1 << FRACTION_BITS)


def percentile(found: DayCounts, percent: int) -> float:
    """Return a percentile, linear between neighbours: as ``numpy.percentile`` of all deliveries one by one."""
    at = (found.number - 1) * (percent / 100)
    up_to = np.cumsum(found.each)
    below, above = (
        float(found.days[np.searchsorted(up_to, min(place, found.number - 1), side="right")])
        for place in (int(at), int(at) + 1)
    )
    part = at - int(at)
    return above - (above - below) * (1 - part) if part >= 0.5 else below + (above - below) * part


def histogram(found: DayCounts) -> dict[str, Value]:
    """Return the share of deliveries in each bin."""
    below = [found.below(end) for end in UPPER_ENDS]
    at_once = int(found.each[found.days == 0].sum())
    numbers = np.diff([0, at_once, *below, found.number])
    return {name: quotient(number, found.number) for name, number in zip(BINS, numbers, strict=True)}
