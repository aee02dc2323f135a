"""Multiproduct firms under logit demand: one monopolist, Cournot firms, and chains with few firms.

Customers come in kinds; arrays have shape (kinds, cells) or (cells,). A cell is a product at a place: an alternative
that a customer chooses. Worth, prices and costs are in money, and ``scale`` is that of the taste shocks in money. The
outside option is worth 0.

A firm that owns all of several products charges the same margin in money on each, if all customers are alike. So they
act like one product of their *inclusive worth*, s ln(sum of exp(worth / s)), and all closed forms for one product hold
(McFadden 1978; Anderson, de Palma & Thisse, Discrete Choice Theory of Product Differentiation, 1992). Results for
several kinds of customers come from first-order conditions, solved by Newton's method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import root
from scipy.special import logsumexp, wrightomega

from sim.formulas.arrays import FloatArray
from sim.formulas.logit import choice_shares
from sim.formulas.requirements import require, require_positive

SETTLED = 1e-9
"""How far a first-order condition may be from 0, as a share of sales."""


@dataclass(frozen=True)
class LogitDemand:
    """Demand of several kinds of customers as a function of prices.

    Attributes:
        worth: of each cell to each kind before its price, in money, (kinds, cells); -inf: cannot be had.
        weights: share of customers of each kind, (kinds,).
        scale: of the taste shocks, in money.
    """

    worth: FloatArray
    weights: FloatArray
    scale: float

    def shares(self, price: FloatArray) -> FloatArray:
        """Return the probability that a customer of each kind buys each cell, (kinds, cells)."""
        return choice_shares((self.worth - price) / self.scale, np.isfinite(self.worth))

    def quantity(self, price: FloatArray) -> FloatArray:
        """Return sales of each cell per customer, (cells,)."""
        return self.weights @ self.shares(price)

    def slopes(self, price: FloatArray) -> FloatArray:
        """Return how sales of each cell (row) change with the price of each (column), (cells, cells)."""
        shares = self.shares(price)
        both: FloatArray = (shares.T * self.weights) @ shares
        return (both - np.diag(self.weights @ shares)) / self.scale

    def surplus(self, price: FloatArray) -> float:
        """Return customers' mean surplus in money (Small & Rosen 1981)."""
        none = np.zeros((len(self.worth), 1))
        total = logsumexp(np.hstack([none, (self.worth - price) / self.scale]), axis=1)
        return float(self.scale * self.weights @ total)


def logit_demand(worth: ArrayLike, scale: float, weights: ArrayLike | None = None) -> LogitDemand:
    """Return the demand of customers with these worths, (cells,) or (kinds, cells); weights absent: equal."""
    require_positive(scale=scale)
    kinds = np.atleast_2d(np.asarray(worth, dtype=np.float64))
    share = np.ones(len(kinds)) if weights is None else np.asarray(weights, dtype=np.float64)
    require(share.shape == (len(kinds),), f"weights must have shape ({len(kinds)},), one for each kind of customer")
    return LogitDemand(kinds, share / share.sum(), float(scale))


def inclusive_worth(worth: ArrayLike, unit_cost: ArrayLike, scale: float) -> float:
    """Return the worth of all products together above their costs, in scales: ln(sum of exp((worth - cost) / s))."""
    require_positive(scale=scale)
    net = np.asarray(worth, dtype=np.float64) - np.asarray(unit_cost, dtype=np.float64)
    return float(logsumexp(np.atleast_1d(net) / scale))


def cournot_margin(worth: ArrayLike, unit_cost: ArrayLike, scale: float, firms: int = 1) -> float:
    """Return the margin of ``firms`` identical firms that each bring some of every product; 1: the monopolist's.

    With odds x of buying anything, the margin is s (1 + x) / n on every product, and x is the root of
    ln x = inclusive worth - (1 + x) / n: x = n W(exp(inclusive worth - 1 / n) / n) with Lambert's W, taken as Wright's
    omega so that nothing overflows. All customers are alike; ``worth`` and ``unit_cost`` have shape (products,).
    Anderson, de Palma & Thisse 1992.
    """
    require(firms >= 1, f"there are {firms} firms; there must be one or more")
    share = 1.0 / firms
    log_odds = inclusive_worth(worth, unit_cost, scale) - share
    odds = firms * float(wrightomega(log_odds - np.log(firms)).real)
    return scale * (1.0 + odds) * share


def cournot_prices(demand: LogitDemand, unit_cost: ArrayLike, firms: int = 1) -> FloatArray:
    """Return the prices at which ``firms`` identical firms sell just what they bring of every cell, (cells,).

    Each brings Q / n of all cells and knows how one more unit of any cell moves all prices: D'(p - c) = -Q / n, with D
    the slopes of demand. One firm is the monopolist of all cells, customers of any kinds.

    Raises:
        ArithmeticError: when no root is found.
    """
    require(firms >= 1, f"there are {firms} firms; there must be one or more")
    cost = np.asarray(unit_cost, dtype=np.float64)

    def conditions(price: FloatArray) -> FloatArray:
        sold = demand.quantity(price)
        return (sold / firms + demand.slopes(price).T @ (price - cost)) / sold

    low, high = (root_of(conditions, cost + demand.scale * (1.0 + x), what="prices") for x in (0.0, 1.0))
    earned = [float((price - cost) @ demand.quantity(price)) for price in (low, high)]
    return low if earned[0] >= earned[1] else high


def root_of(conditions: Callable[[FloatArray], FloatArray], start: FloatArray, what: str) -> FloatArray:
    """Return the root of all conditions by Powell's hybrid method, or else by Levenberg and Marquardt's.

    Raises:
        ArithmeticError: when they are not within ``SETTLED`` of 0.
    """
    left = np.inf
    for method in ("hybr", "lm"):
        with np.errstate(all="ignore"):  # a search may try prices at which nothing is sold
            found = root(conditions, start, method=method, tol=1e-13)
            left = float(np.abs(conditions(found.x)).max())
        if left <= SETTLED:
            return np.asarray(found.x, dtype=np.float64)
    raise ArithmeticError(f"no solution for {what}; a first-order condition is off by {left}")
