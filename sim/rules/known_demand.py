"""What a seller that knows its demand sees: how many units it sells at each price, and what each unit would cost
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.common.types import FloatArray, IntArray

MOST_ROUNDS = 500


@dataclass(frozen=True)
class Curve:
    """Demand for one product at one seller, unit by unit. Arrays have shape (entries,).

    Attributes:
        price: highest own price, in cents, at which these units are still bought; decreasing.
        weight: units per day.
        elsewhere: what the seller earns on one such unit if it does not sell it here, in cents.
        limit: own price at which rivals with the same goods take the buyers; inf without rivals.
    """

    price: FloatArray
    weight: FloatArray
    elsewhere: FloatArray
    limit: float = np.inf

    @property
    def quantity(self) -> FloatArray:
        """Units sold at each ``price``, counting half of that entry: demand there is at the middle of its step."""
        return np.cumsum(self.weight) - 0.5 * self.weight

    def is_contested(self, price: float) -> bool:
        """Tell whether rivals with the same goods are at or below this price, to within one entry."""
        below = self.price[self.price < self.limit - 0.5]
        return np.isfinite(self.limit) and (len(below) == 0 or price > below[0])

    def below(self, cost: float | FloatArray) -> Curve:
        """Return what remains of each unit's worth after a cost downstream."""
        return Curve(self.price - cost, self.weight, self.elsewhere)


def curve_of(price: FloatArray, weight: FloatArray, elsewhere: FloatArray, limit: float = np.inf) -> Curve:
    """Return a curve from units in any order."""
    order = np.argsort(-price, kind="stable")
    return Curve(price[order], weight[order], elsewhere[order], limit)


def joint_demand(curves: list[Curve]) -> Curve:
    """Return the joint demand of several buyers at one price."""
    if not curves:
        return curve_of(np.empty(0), np.empty(0), np.empty(0))
    return curve_of(
        np.concatenate([curve.price for curve in curves]),
        np.concatenate([curve.weight for curve in curves]),
        np.concatenate([curve.elsewhere for curve in curves]),
    )


def extra_revenue(curve: Curve, firms: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the marginal revenue of each of ``firms`` equal sellers: P + Q P' / firms, as (price, weight, elsewhere).

    It is taken between neighbouring entries, so that linear demand stays exactly linear from tier to tier.
    """
    price, weight, other = curve.price, curve.weight, curve.elsewhere
    quantity = curve.quantity
    step = np.diff(quantity)
    marginal = np.diff(quantity * price) / step
    net = (1.0 - 1.0 / firms) * 0.5 * (price[:-1] + price[1:]) + marginal / firms
    between = (weight[:-1] * other[:-1] + weight[1:] * other[1:]) / (weight[:-1] + weight[1:])
    return (
        np.concatenate((price[:1], net)),
        np.concatenate((0.5 * weight[:1], step)),
        np.concatenate((other[:1], between)),
    )


def derived_demand(curve: Curve, firms: float) -> Curve:
    """Return what ``firms`` equal sellers facing this demand buy at each upstream price (Greenhut & Ohta 1979).

    A single seller buys until marginal revenue equals its unit cost (Spengler 1950); where marginal revenue would rise,
    it skips from one end of the rise to the other.
    """
    if len(curve.price) == 0:
        return curve
    from sim.kernels.demand import iron  # imported here, so that reading a scenario needs no compiler

    marginal, weight, other = extra_revenue(curve, firms)
    left = iron(marginal, weight, other)
    return Curve(marginal[:left], weight[:left], other[:left])


def best_price(curve: Curve, cost: float, firms: float = 1.0) -> float:
    """Return the price at which one of ``firms`` equal sellers would sell neither more nor less, in cents.

    ``cost`` is the marginal cost. If no unit is worth its cost, the price is the cost.
    """
    from sim.kernels.demand import iron

    marginal, weight, other = extra_revenue(curve, firms)
    net = marginal - other
    left = iron(net, weight, other)
    net, weight = net[:left], weight[:left]
    sold = int(np.count_nonzero(net >= cost))
    if sold == 0:
        return cost
    bounds = np.cumsum(weight)
    quantity = bounds[sold - 1]
    if sold < left:
        # Between the middles of two entries marginal revenue falls linearly if neither is a pooled one.
        reach = 0.5 * min(weight[sold - 1], weight[sold])
        middle = bounds[sold - 1] - 0.5 * weight[sold - 1]
        fall = (net[sold - 1] - cost) / (net[sold - 1] - net[sold])
        exact = middle + fall * 0.5 * (weight[sold - 1] + weight[sold])
        quantity = float(np.clip(exact, quantity - reach, quantity + reach))
    return float(np.interp(quantity, curve.quantity, curve.price))


def cournot_price(curve: Curve, costs: FloatArray) -> float:
    """Return the price at which firms with these costs sell just what they bring to market, in cents.

    Summing P + q_i P' = c_i over n firms leaves P + Q P' / n = mean cost (Cournot 1838; Bergstrom & Varian 1985, Review
    of Economic Studies 52). A firm that would have to sell below cost brings nothing.
    """
    active = np.sort(costs)
    while True:
        price = best_price(curve, float(active.mean()), float(len(active)))
        if len(active) == 1 or active[-1] < price:
            return price
        active = active[:-1]


@dataclass(frozen=True)
class KnownDemand:
    """The demand some sellers face, given everything they do not decide as of yesterday evening.

    It answers questions and reveals nothing else about the market.

    Attributes:
        firm: the firm each seller belongs to, shape (sellers,).
        leads: whether shops that the sellers supply respond to their prices, so that ``profit`` has to be used.
        curve: (seller, product, price) -> the demand for one product at one seller, given the firm's other prices
            (sellers, products); None if the seller does not sell it.
        firms: (seller, product) -> number of firms that sell the same to the same buyers, including the seller.
        costs: (seller, product) -> unit cost of each of these firms, in cents, the seller's first, shape (firms,).
        profit: (seller, product, price, tried) -> the firm's profit per day at each price tried for a product, once its
            shops have responded.
        equilibrium: () -> the sellers' prices (sellers, products) at which no firm that knows its demand would gain by
            another one, in cents; None without taste shocks, when prices are found product by product.
    """

    firm: IntArray
    leads: bool
    curve: Callable[[int, int, FloatArray], Curve | None]
    firms: Callable[[int, int], int]
    costs: Callable[[int, int], FloatArray]
    profit: Callable[[int, int, FloatArray, FloatArray], FloatArray]
    equilibrium: Callable[[], FloatArray] | None = None
