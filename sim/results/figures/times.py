"""Times: how long customers wait from need to hands."""

from __future__ import annotations

import numpy as np

from sim.common.types import FloatArray
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


def times(window: Window) -> dict[str, Value]:
    """Return the figures of delivery times in days, over purchases.

    Purchases returned later count: they were delivered. Orders still waiting for goods when the run ended are
    no purchases yet; the cool-down keeps them out of the window.
    """
    days = np.empty(np.count_nonzero(window.delivered))
    by_channel: dict[str, Value] = {}
    first = 0
    for number, name in enumerate(window.channels):
        own = window.needs["days"][window.delivered & (window.needs["channel"] == number)]
        by_channel[name] = mean_and_percentiles(own)
        days[first : first + len(own)] = own
        first += len(own)
    return {
        "delivery_days": {**mean_and_percentiles(days), "histogram": histogram(days)},
        "delivery_days_by_channel": by_channel,
        "same_day_share": quotient(np.count_nonzero(days < 1.0), len(days)),
    }


def mean_and_percentiles(days: FloatArray) -> dict[str, Value]:
    """Return mean, median and 95th percentile (linear between neighbours); None where there are no days."""
    if len(days) == 0:
        return {"mean": None, "p50": None, "p95": None}
    median, ninety_fifth = np.percentile(days, (50, 95))
    return {"mean": float(days.mean()), "p50": float(median), "p95": float(ninety_fifth)}


def histogram(days: FloatArray) -> dict[str, Value]:
    """Return the share of deliveries in each bin."""
    below = [np.count_nonzero(days < end) for end in UPPER_ENDS]
    at_once = np.count_nonzero(days == 0)
    numbers = np.diff([0, at_once, *below, len(days)])
    return {name: quotient(number, len(days)) for name, number in zip(BINS, numbers, strict=True)}
