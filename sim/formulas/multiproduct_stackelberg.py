"""A maker of several products leads, and a shop that sells all of them responds with all its prices.

The shop's conditions are F(p, w) = q + D'(p - w - h) = 0, with D the slopes of demand. So its prices move with the
maker's by dp/dw = -F_p^-1 F_w, and the maker's conditions are q + (D dp/dw)'(w - c) = 0. They hold at more than one
point: the shop's search starts from low and high prices, the maker's from a grid, and the most profitable solution is
taken. Money, customers and cells are those of ``multiproduct``. Choi, Marketing Science 1991, for one product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from sim.formulas.arrays import FloatArray
from sim.formulas.multiproduct import LogitDemand, root_of
from sim.formulas.ownership import PricingStage, vertical_nash

STARTS = (1.0, 2.0, 4.0, 8.0)
"""The maker's starting margins, in scales of taste, on each product."""
HIGHEST_START = 12.0
"""The shop's high starting margin, in scales of taste."""
FEW = 3
"""Number of products up to which every combination of starts is tried."""


@dataclass(frozen=True)
class Lead:
    """A maker and its shop in equilibrium: prices of each, (products,), and profits per customer."""

    wholesale_price: FloatArray
    price: FloatArray
    maker_profit: float
    shop_profit: float


def shop_prices(demand: LogitDemand, landed_cost: FloatArray) -> FloatArray:
    """Return the best prices of a shop that owns all products, (products,).

    Raises:
        ArithmeticError: when they are found neither from low nor from high prices.
    """

    def conditions(price: FloatArray) -> FloatArray:
        sold = demand.quantity(price)
        return (sold + demand.slopes(price).T @ (price - landed_cost)) / sold

    found = []
    for start in (1.0, HIGHEST_START):
        try:
            found.append(root_of(conditions, landed_cost + start * demand.scale, what="the shop's prices"))
        except ArithmeticError:
            continue
    if not found:
        raise ArithmeticError("the shop's prices were found neither from low nor from high starting prices")
    return max(found, key=lambda price: float((price - landed_cost) @ demand.quantity(price)))


def passed_on(demand: LogitDemand, price: FloatArray, margin: FloatArray) -> FloatArray:
    """Return dp/dw: how a shop's prices (rows) respond to the price it pays for each product (columns)."""
    slopes, shares = demand.slopes(price), demand.shares(price)
    above = margin - shares @ margin[:, None]
    apart = np.eye(len(price))[None, :, :] - shares[:, None, :]
    # d/dp_j of sum_k margin_k dP_k/dp_i, the margins held: P_i [(1_ij - P_j) above_i - P_j above_j] / s^2.
    each = shares[:, :, None] * (apart * above[:, :, None] - (shares * above)[:, None, :])
    curved = np.tensordot(demand.weights, each, axes=1) / (demand.scale * demand.scale)
    return np.asarray(np.linalg.solve(slopes + slopes.T + curved, slopes.T), dtype=np.float64)


def stackelberg(demand: LogitDemand, unit_cost: ArrayLike, handling: ArrayLike = 0.0) -> Lead:
    """Return the optimum of a maker who foresees all prices of its only shop; demand has a cell for each product.

    Raises:
        ArithmeticError: when the maker's conditions hold nowhere it looked.
    """
    cost = np.asarray(unit_cost, dtype=np.float64)
    shop = cost * 0.0 + np.asarray(handling, dtype=np.float64)

    def conditions(wholesale: FloatArray) -> FloatArray:
        price = shop_prices(demand, wholesale + shop)
        sold, slopes = demand.quantity(price), demand.slopes(price)
        moved = passed_on(demand, price, price - wholesale - shop)
        return (sold + (slopes @ moved).T @ (wholesale - cost)) / sold

    # No leader chooses prices at which a shop sells almost nothing; there the conditions are noise.
    found = [lead for start in _starts(cost, demand.scale) if (lead := _led(conditions, start, demand, cost, shop))]
    if not found:
        raise ArithmeticError("the maker's conditions have no solution near its starting points")
    return max(found, key=lambda lead: lead.maker_profit)


def _starts(cost: FloatArray, scale: float) -> list[FloatArray]:
    """Return the maker's starting points: all combinations for a few products, the same margin on all for many."""
    goods = len(cost)
    grid = product(STARTS, repeat=goods) if goods <= FEW else ((each,) * goods for each in STARTS)
    return [cost + scale * np.array(margins) for margins in grid]


def _led(
    conditions: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    demand: LogitDemand,
    cost: FloatArray,
    shop: FloatArray,
) -> Lead | None:
    """Return a solution of the maker's conditions from one start; None if none is found."""
    try:
        wholesale = root_of(conditions, start, what="the maker's prices")
        price = shop_prices(demand, wholesale + shop)
    except (ArithmeticError, np.linalg.LinAlgError):
        return None
    sold = demand.quantity(price)
    return Lead(wholesale, price, float((wholesale - cost) @ sold), float((price - wholesale - shop) @ sold))


def stackelberg_by_search(
    demand: LogitDemand, unit_cost: ArrayLike, maker: PricingStage, shops: PricingStage
) -> FloatArray:
    """Return the margins, one for each of its prices, of one maker who leads any number of shops.

    For each set of margins the shops' Nash prices are computed, and the maker's profit is maximised, by
    Nelder and Mead's simplex. No derivative is used. Unit costs, (cells,), include all handling.
    """
    cost = np.asarray(unit_cost, dtype=np.float64)

    def loss(logs: FloatArray) -> float:
        margin = demand.scale * np.exp(logs)
        try:
            rest = vertical_nash(demand, cost + maker.cells.T @ margin, [shops])
        except ArithmeticError:
            return 0.0  # no leader chooses prices at which shops have no equilibrium
        return -float(margin @ (maker.cells @ rest.quantity))

    options = {"xatol": 1e-8, "fatol": 1e-13, "maxiter": 2000}
    start = np.full(len(maker.firm), np.log(1.5))
    found = minimize(loss, start, method="Nelder-Mead", options=options)
    return demand.scale * np.exp(found.x)
