"""A firm's own best prices to customers under a route, given all others' prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.decisions.route_market import RouteMarket
from sim.fitting.expected_demand import posted_of

RANGE = (0.6, 1.6)
"""Prices that are tried, as multiples of what is asked in the shops."""
ROUNDS = 3
"""Times that costs by product are averaged again over the offers by which it sells."""
SEARCH = {"ftol": 1e-10, "maxiter": 60}
AT_EDGE = 0.005
"""A best price this near to the end of its range, as a share of it, may be beyond it."""


@dataclass(frozen=True)
class BestPrices:
    """Best prices by series, in cents, and which of them lie at an end of their range: -1 low, +1 high, 0 inside."""

    price: FloatArray
    edge: FloatArray


@dataclass(frozen=True)
class _Margin:
    """What the firm earns on a unit of each series as a function of its price: ``kept`` price - ``cost``, (series,)."""

    kept: FloatArray
    cost: FloatArray


def best_prices(
    market: RouteMarket, account: int, moves: BoolArray, point: FloatArray, reference: FloatArray, price: FloatArray
) -> BestPrices:
    """Return the prices of series that ``moves`` marks at which the account earns most.

    Args:
        market: the market of the route.
        account: of the firm.
        moves: the series whose prices are found, (series,).
        point: parameters.
        reference: what ranges are multiples of, in cents, (series,).
        price: prices of all series to begin with, in cents.
    """
    free = np.flatnonzero(moves & market.offered)
    found = price.copy()
    if not len(free):
        return BestPrices(found, np.zeros(len(price)))
    low, high = RANGE[0] * reference[free], RANGE[1] * reference[free]
    found[free] = np.clip(found[free], low, high)
    for _ in range(ROUNDS):
        found[free] = _best_at(market, _margin_of(market, account, point, found), point, found, free, (low, high))
    found[free] = np.rint(found[free])
    edge = np.zeros(len(price))
    edge[free] = np.where(
        found[free] <= low * (1 + AT_EDGE), -1.0, np.where(found[free] >= high * (1 - AT_EDGE), 1.0, 0)
    )
    return BestPrices(found, edge)


def _margin_of(market: RouteMarket, account: int, point: FloatArray, price: FloatArray) -> _Margin:
    """Return the account's margin by series, averaged over the offers by which each sells at these prices."""
    units = np.maximum(market.units(point, price), 1e-12)
    margins, accounts = market.margins(price)
    earned = np.where(accounts == account, margins, 0.0).sum(axis=1)
    kept = np.where(_price_setter(market) == account, market.terms(price).kept, 0.0)
    series, count = market.model.series, 2 * market.products
    total = np.maximum(np.bincount(series, weights=units, minlength=count), 1e-12)
    mean_kept = np.bincount(series, weights=units * kept, minlength=count) / total
    mean_earned = np.bincount(series, weights=units * earned, minlength=count) / total
    return _Margin(mean_kept, mean_kept * price - mean_earned)


def _price_setter(market: RouteMarket) -> IntArray:
    """Return the account that sets the price of each offer, (offers,)."""
    cell = market.model.offers.cell
    decision = market.chain.decision[cell, market.chain.setter[cell]]
    return np.asarray(market.chain.owner[np.maximum(decision, 0)])


def _best_at(
    market: RouteMarket,
    margin: _Margin,
    point: FloatArray,
    price: FloatArray,
    free: IntArray,
    ends: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the best prices of the free series where margins by series are as given."""
    nothing = np.zeros((len(market.model.acceptance), 0))

    def loss(asked: FloatArray) -> tuple[float, FloatArray]:
        here = price.copy()
        here[free] = asked
        choice = market.choice(point, here)
        units, _, by_gain = market.model.slopes(choice, nothing, posted_of(here))
        earned = margin.kept * here - margin.cost
        slope = margin.kept * units - market.model.tax * (by_gain.T @ earned)
        return -float(units @ earned), -slope[free]

    bounds = list(zip(ends[0].tolist(), ends[1].tolist(), strict=True))
    found = minimize(
        loss, price[free], jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-10, "maxiter": 60}
    )
    return np.asarray(found.x)
