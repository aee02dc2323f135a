"""What a seller that learns its demand has recorded, and the demand curve it fits to its records."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray

LINEAR, POWER, EXPONENTIAL = range(3)
LOWEST_ELASTICITY = 1.15
"""Below this elasticity, the best price over cost, e / (e - 1), is so high that the fit cannot be trusted."""


@dataclass(frozen=True)
class Curves:
    """The demand curve of each seller and product, as far as its best price depends on it.

    Attributes:
        form: linear, power or exponential, by number; -1 if no curve could be fitted.
        figure: the price at which a linear curve ends, the elasticity of a power curve, or the margin (1 / b) of an
            exponential one, the same at every cost; inf if sales rise with the price.
    """

    form: IntArray
    figure: FloatArray

    def best_price(self, cost: FloatArray) -> FloatArray:
        """Return the profit-maximising price at a cost; inf if the curve has no such price."""
        with np.errstate(divide="ignore", invalid="ignore"):
            linear = 0.5 * (cost + self.figure)
            power = cost * self.figure / (self.figure - 1.0)
            exponential = cost + self.figure
        power = np.where(self.figure >= LOWEST_ELASTICITY, power, np.inf)
        best: FloatArray = np.select(
            [self.form == LINEAR, self.form == POWER, self.form == EXPONENTIAL], [linear, power, exponential], np.inf
        )
        return best


@dataclass(frozen=True)
class Learnt:
    """Everything sellers carry from one review to the next. Arrays have shape (sellers, products), money in cents.

    Attributes:
        base: the price around which they experiment.
        cost: cost of one more unit at the last review.
        sign: +1 or -1, the side of the base of today's experiment.
        second: whether it is the second experiment of its pair.
        reviews: records made so far, including those since forgotten.
        price, rate, days: the records, shape (records, sellers, products), oldest first: posted price, units sold a
            day in stock, days in stock.
        curves: the last fit to them.
    """

    base: FloatArray
    cost: FloatArray
    sign: FloatArray
    second: BoolArray
    reviews: int
    price: FloatArray
    rate: FloatArray
    days: FloatArray
    curves: Curves

    def with_record(self, price: FloatArray, units: FloatArray, days: FloatArray, most: int) -> Learnt:
        """Return the state with one more record; if there are more than ``most``, the oldest are forgotten."""
        rate = np.divide(units, days, out=np.zeros_like(days), where=days > 0)

        def added(column: FloatArray, new: FloatArray) -> FloatArray:
            return np.concatenate([column, new[None]])[-most:]

        return replace(
            self,
            reviews=self.reviews + 1,
            price=added(self.price, price),
            rate=added(self.rate, rate),
            days=added(self.days, days),
        )


def nothing_learnt(cost: FloatArray, markup: FloatArray, sign: FloatArray) -> Learnt:
    """Return what sellers know initially: their cost."""
    nothing = np.zeros((0, *cost.shape))
    curves = Curves(np.full(cost.shape, -1, dtype=np.int64), np.full(cost.shape, np.inf))
    second = np.zeros(cost.shape, dtype=np.bool_)
    return Learnt(cost * markup, cost, sign, second, 0, nothing, nothing, nothing, curves)


def fitted(learnt: Learnt, half_life: float, forms: tuple[bool, bool, bool]) -> Curves:
    """Return the curves that fit the records best; each record counts half as much every ``half_life`` records."""
    from sim.kernels.numerics.demand_regression import SCRATCH_ROWS, fit_curves, forget

    shape = learnt.base.shape
    records = len(learnt.days)
    days = learnt.days.reshape(records, -1)
    weight = np.empty_like(days)
    forget(days, half_life, weight)
    form, figure = np.empty(days.shape[1], dtype=np.int64), np.empty(days.shape[1])
    price, rate = learnt.price.reshape(records, -1), learnt.rate.reshape(records, -1)
    scratch = np.empty((SCRATCH_ROWS, records))
    fit_curves(price, rate, weight, np.array(forms), scratch, form, figure)
    return Curves(form.reshape(shape), figure.reshape(shape))
