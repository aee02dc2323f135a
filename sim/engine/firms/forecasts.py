"""What the places of a level expect to sell, and by how much they have been wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray
from sim.rules.replenishment import ReplenishmentRule


class MovingWindow:
    """What the places ``rows`` have seen in the last ``days`` days, (days, rows, products); before, the opening's."""

    def __init__(self, rows: NDArray[np.intp], days: int, opening: FloatArray):
        self.rows = rows
        self._seen = np.repeat(opening[None, rows], days, axis=0)
        self._next = 0

    def mean_with(self, today: NDArray[Any]) -> FloatArray:
        """Take in what all places of the level see today and return the mean of the window, (rows, products)."""
        self._seen[self._next] = today[self.rows]
        self._next = (self._next + 1) % len(self._seen)
        mean: FloatArray = self._seen.mean(axis=0)
        return mean


class Forecasts:
    """Forecasts of a level's places, each by its own rule.

    Attributes:
        mean: expected demand in units per day, shape (places, products).
        variance: mean square of the errors that the forecasts of a day have made, weighted as in the forecast, shape
            (places, products), at the opening the Poisson one; None where no rule asks for it.
        gain: weight of today's demand, shape (places, 1); 0 where forecasts are not smoothed.
        shared: places that forecast customers' demand rather than what is ordered from them, shape (places, 1).
    """

    def __init__(self, rules: Sequence[ReplenishmentRule], products: int):
        self.rules = rules
        self.mean = np.zeros((len(rules), products))
        measured = any(rule.deviation == "measured" for rule in rules)
        self.variance = np.zeros_like(self.mean) if measured else None
        gains = [rule.forecast_gain if rule.forecast == "smoothing" else 0.0 for rule in rules]
        self.gain = np.array(gains)[:, None]
        self.shared = np.array([rule.shares_demand for rule in rules])[:, None]
        self._windows: list[MovingWindow] = []
        self._errors: list[MovingWindow] = []

    def open(self, expected: FloatArray) -> None:
        """Begin with these forecasts, (places, products)."""
        self.mean[:] = expected
        self._windows = [MovingWindow(rows, days, self.mean) for days, rows in self._averaged()]
        if self.variance is not None:
            self.variance[:] = expected
            self._errors = [MovingWindow(rows, days, self.variance) for days, rows in self._averaged()]

    def _averaged(self) -> list[tuple[int, NDArray[np.intp]]]:
        """Return the lengths of moving averages and the places that use them."""
        days = np.array([rule.forecast_days if rule.forecast == "moving_average" else 0 for rule in self.rules])
        return [(int(length), np.flatnonzero(days == length)) for length in np.unique(days[days > 0])]

    def learn(self, demand: NDArray[np.int64], customers: FloatArray | None) -> None:
        """Take in today's demand, (places, products), and what customers downstream asked for where that is shared."""
        seen = demand if customers is None else np.where(self.shared, customers, demand)
        if self.variance is not None:
            squared = np.square(seen - self.mean)
            self.variance += self.gain * (squared - self.variance)
            for window in self._errors:
                self.variance[window.rows] = window.mean_with(squared)
        self.mean += self.gain * (seen - self.mean)
        for window in self._windows:
            self.mean[window.rows] = window.mean_with(seen)
