"""How rivals answer a route: they hold their prices, match the cut, or find their best prices again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.decisions.route_market import RouteMarket
from sim.fitting.expected_demand import posted_of

Answering: TypeAlias = Literal["hold", "match", "best_response"]
ANSWERS: tuple[Answering, ...] = ("hold", "match", "best_response")
IN_WORDS = {
    "hold": "hold their prices",
    "match": "match the lowest price",
    "best_response": "find their best prices again",
}
LOWEST = 0.5
"""Rivals never ask less than this share of what they ask today."""
ROUNDS = 25
DAMPING = 0.7
SETTLED = 5.0
"""Cents: prices that move less have come to rest."""


@dataclass(frozen=True)
class Rivals:
    """Rivals of a firm: whose products they are, by series, and what these are believed to cost.

    Attributes:
        moves: the series whose prices rivals set, (series,).
        owner: the firm behind each series, (series,).
        cost: what a unit costs at which today's prices are each rival's best (Rosse 1970; Nevo 2001), in cents.
        today: today's prices, in cents.
    """

    moves: BoolArray
    owner: IntArray
    cost: FloatArray
    today: FloatArray


def implied_rivals(market: RouteMarket, own: BoolArray, makers: IntArray, point: FloatArray) -> Rivals:
    """Return rivals whose prices today are Bertrand-Nash, given everybody else's.

    ``own`` (products,) are the firm's products, ``makers`` (products,) the maker of each.
    """
    moves: BoolArray = np.concatenate([~own, ~own]) & market.offered
    owner = np.concatenate([makers, makers])
    price = market.base_price
    margin = _margins(market, moves, owner, point, price)
    cost = np.where(moves, np.maximum(price - margin, 0.05 * price), 0.0)
    return Rivals(moves, owner, cost, price.copy())


def _margins(
    market: RouteMarket, moves: BoolArray, owner: IntArray, point: FloatArray, price: FloatArray
) -> FloatArray:
    """Return the margins at which prices are each firm's best: those that its first-order conditions ask for."""
    choice = market.choice(point, price)
    nothing = np.zeros((len(market.model.acceptance), 0))
    units, _, by_gain = market.model.slopes(choice, nothing, posted_of(price))
    margin = np.zeros(len(price))
    for firm in np.unique(owner[moves]):
        here = np.flatnonzero(moves & (owner == firm))
        slope = -market.model.tax * by_gain[np.ix_(here, here)]
        margin[here] = np.linalg.lstsq(slope.T, -units[here], rcond=None)[0]
    return margin


def prices_answered(
    market: RouteMarket, rivals: Rivals, how: Answering, point: FloatArray, price: FloatArray, own: BoolArray
) -> FloatArray:
    """Return all prices once rivals have answered, in cents, (series,). The firm's own stay."""
    moves: BoolArray = rivals.moves & market.offered
    if how == "hold" or not moves.any():
        return price
    found = price.copy()
    if how == "match":
        found[moves] = rivals.today[moves] * _cut(market, price, own)
        return found
    for _ in range(ROUNDS):
        wanted = np.add(rivals.cost, _margins(market, moves, rivals.owner, point, found))
        target = np.clip(wanted, LOWEST * rivals.today, rivals.today / LOWEST)
        step = np.where(moves, DAMPING * (target - found), 0.0)
        found = found + step
        if np.abs(step).max() < SETTLED:
            break
    return found


def _cut(market: RouteMarket, price: FloatArray, own: BoolArray) -> float:
    """Return the firm's lowest price for each product over today's shelf price, on average; 1 where it cut nothing."""
    products = market.products
    shelf, direct = market.base_price[:products], price[products:]
    lowest = np.where(market.offered[products:], np.minimum(direct, shelf), shelf)
    ratio = float(np.mean(lowest[own] / np.maximum(shelf[own], 1.0))) if own.any() else 1.0
    return float(np.clip(ratio, LOWEST, 1.0))
