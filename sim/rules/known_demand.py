"""What a seller that knows its demand is shown: how many units it sells at which price, and what each unit costs it
elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
MOST_ROUNDS = 500


@dataclass(frozen=True)
class Curve:
    """Demand for one product at one seller, as the units it consists of. Arrays have shape (entries,).

    Attributes:
        worth: highest own price, in cents, at which these units are still bought; falling.
        weight: units a day.
        elsewhere: what the seller earns on one such unit if it does not sell it here, in cents.
        limit: own price at which rivals with the same goods take the buyers; inf where there are none.
    """

    worth: FloatArray
    weight: FloatArray
    elsewhere: FloatArray
    limit: float = np.inf

    @property
    def quantity(self) -> FloatArray:
        """Units sold at each ``worth``, half of that entry included: there, demand is met in the middle of its step."""
        return np.cumsum(self.weight) - 0.5 * self.weight

    def is_contested(self, price: float) -> bool:
        """Tell whether rivals with the same goods stand at or below this price, to within one entry."""
        below = self.worth[self.worth < self.limit - 0.5]
        return np.isfinite(self.limit) and (len(below) == 0 or price > below[0])

    def below(self, cost: float | FloatArray) -> Curve:
        """Return what is left of each unit's worth after a cost downstream."""
        return Curve(self.worth - cost, self.weight, self.elsewhere)


def curve_of(worth: FloatArray, weight: FloatArray, elsewhere: FloatArray, limit: float = np.inf) -> Curve:
    """Return a curve from units in any order."""
    order = np.argsort(-worth, kind="stable")
    return Curve(worth[order], weight[order], elsewhere[order], limit)


def together(curves: list[Curve]) -> Curve:
    """Return the demand of several buyers at one price."""
    if not curves:
        return curve_of(np.empty(0), np.empty(0), np.empty(0))
    return curve_of(
        np.concatenate([curve.worth for curve in curves]),
        np.concatenate([curve.weight for curve in curves]),
        np.concatenate([curve.elsewhere for curve in curves]),
    )


def extra_revenue(curve: Curve, firms: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what one more unit brings each of ``firms`` equal sellers: P + Q P' / firms (worth, weight, elsewhere).

    Between neighbouring entries, so that a straight curve stays exactly straight from tier to tier.
    """
    price, weight, other = curve.worth, curve.weight, curve.elsewhere
    quantity = curve.quantity
    step = np.diff(quantity)
    marginal = np.diff(quantity * price) / step
    worth = (1.0 - 1.0 / firms) * 0.5 * (price[:-1] + price[1:]) + marginal / firms
    between = (weight[:-1] * other[:-1] + weight[1:] * other[1:]) / (weight[:-1] + weight[1:])
    return (
        np.concatenate((price[:1], worth)),
        np.concatenate((0.5 * weight[:1], step)),
        np.concatenate((other[:1], between)),
    )


def derived_demand(curve: Curve, firms: float) -> Curve:
    """Return what ``firms`` equal sellers who face this demand buy at each price upstream (Greenhut & Ohta 1979).

    One seller buys until its marginal revenue is what a unit costs it (Spengler 1950); where that would rise, it skips
    from one end of the rise to the other.
    """
    if len(curve.worth) == 0:
        return curve
    from sim.kernels.demand import iron  # here, so that reading a scenario needs no compiler

    worth, weight, other = extra_revenue(curve, firms)
    left = iron(worth, weight, other)
    return Curve(worth[:left], weight[:left], other[:left])


def best_price(curve: Curve, cost: float, firms: float = 1.0) -> float:
    """Return the price at which one of ``firms`` equal sellers would not sell one unit more or less, in cents.

    ``cost`` is that of one more unit. Where no unit is worth its cost, the price is the cost.
    """
    from sim.kernels.demand import iron

    worth, weight, other = extra_revenue(curve, firms)
    net = worth - other
    left = iron(net, weight, other)
    net, weight = net[:left], weight[:left]
    sold = int(np.count_nonzero(net >= cost))
    if sold == 0:
        return cost
    bounds = np.cumsum(weight)
    quantity = bounds[sold - 1]
    if sold < left:
        # Between the middles of two entries extra revenue falls in a straight line, where neither is a pooled one.
        reach = 0.5 * min(weight[sold - 1], weight[sold])
        middle = bounds[sold - 1] - 0.5 * weight[sold - 1]
        fall = (net[sold - 1] - cost) / (net[sold - 1] - net[sold])
        exact = middle + fall * 0.5 * (weight[sold - 1] + weight[sold])
        quantity = float(np.clip(exact, quantity - reach, quantity + reach))
    return float(np.interp(quantity, curve.quantity, curve.worth))


def cournot_price(curve: Curve, costs: FloatArray) -> float:
    """Return the price at which what firms with these costs bring to market is just sold, in cents.

    Summing P + q_i P' = c_i over n firms leaves P + Q P' / n = mean cost (Cournot 1838; Bergstrom & Varian 1985,
    Review of Economic Studies 52). Who would have to sell below cost brings nothing.
    """
    active = np.sort(costs)
    while True:
        price = best_price(curve, float(active.mean()), float(len(active)))
        if len(active) == 1 or active[-1] < price:
            return price
        active = active[:-1]


@dataclass(frozen=True)
class KnownDemand:
    """What may be asked about the demand some sellers face, everything they do not decide as posted yesterday evening.

    Answers, and nothing of the market that they come from.

    Attributes:
        firm: the firm each seller belongs to, shape (sellers,).
        leads: whether shops that the sellers supply answer to a price for customers, so that ``profit`` is to be asked.
        curve: (seller, product, price) -> the demand for one product at one seller, given the firm's other prices
            (sellers, products); None where the seller does not sell it.
        firms: (seller, product) -> how many firms sell the same to the same buyers, the seller included.
        costs: (seller, product) -> what a unit costs each of these firms, in cents, the seller's first, shape (firms,).
        profit: (seller, product, price, tried) -> what the firm earns a day at each price tried for a product, once its
            shops have answered.
        equilibrium: () -> the sellers' prices (sellers, products) at which no firm that knows its demand would gain by
            another one, in cents; None without taste shocks, where prices are looked for good by good.
    """

    firm: IntArray
    leads: bool
    curve: Callable[[int, int, FloatArray], Curve | None]
    firms: Callable[[int, int], int]
    costs: Callable[[int, int], FloatArray]
    profit: Callable[[int, int, FloatArray, FloatArray], FloatArray]
    equilibrium: Callable[[], FloatArray] | None = None
