"""Price competition under logit demand: shares, Bertrand-Nash prices, surplus, and substitution at empty shelves.

Customers come in kinds (homes, tastes, availability); arrays have shape (kinds, goods) or, if all are alike, (goods,).
Worth is in units of the taste shock; ``sensitivity`` is the value of one unit of money in these units. The outside
option is worth 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.formulas.arrays import FloatArray
from sim.formulas.requirements import require, require_positive

PATIENCE = 100_000
"""Rounds after which the search for equilibrium prices stops."""


def choice_shares(utility: ArrayLike, available: ArrayLike = True) -> FloatArray:
    """Return the probability that each good is chosen, in the shape of ``utility``: exp(u) / (1 + sum of exp(u)).

    ``utility`` is the worth of each good less its cost, in units of the taste shock; goods are the last axis.
    Those not available (of a shape that broadcasts) have a share of 0. McFadden, Frontiers in Econometrics, 1974.
    """
    worth = np.asarray(utility, dtype=np.float64)
    open_worth = np.where(available, worth, -np.inf)
    highest = np.maximum(open_worth.max(axis=-1, keepdims=True), 0.0)
    odds = np.exp(open_worth - highest)
    return odds / (np.exp(-highest) + odds.sum(axis=-1, keepdims=True))


def consumer_surplus(utility: ArrayLike, sensitivity: float) -> FloatArray:
    """Return mean surplus per customer in money, ln(1 + sum of exp(u)) / sensitivity, over the last axis.

    Small & Rosen, Econometrica 1981.
    """
    require_positive(sensitivity=sensitivity)
    worth = np.asarray(utility, dtype=np.float64)
    highest = np.maximum(worth.max(axis=-1, keepdims=True), 0.0)
    total = np.exp(-highest) + np.exp(worth - highest).sum(axis=-1, keepdims=True)
    return ((highest + np.log(total)) / sensitivity)[..., 0]


def diversion(shares: ArrayLike, missing: int) -> tuple[FloatArray, float]:
    """Return where customers go when the good they wanted is missing: the share to each good, and to nothing.

    s_k / (1 - s_j), because the odds of the remaining goods do not depend on the missing one, which gets 0. ``shares``
    are those of all goods when all are available, shape (goods,).
    """
    before = np.asarray(shares, dtype=np.float64)
    require(bool((before >= 0).all() and before.sum() <= 1), "shares must not be negative, nor add up to more than 1")
    left = 1.0 - before[missing]
    to_goods = before / left
    to_goods[missing] = 0.0
    return to_goods, float((1.0 - before.sum()) / left)


def bertrand_nash(
    worth: ArrayLike,
    sensitivity: float,
    unit_cost: ArrayLike,
    firm: ArrayLike,
    *,
    available: ArrayLike = True,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-13,
) -> FloatArray:
    """Return the prices at which no firm gains by changing its own, shape (goods,).

    Found by the zeta iteration, p <- c + zeta(p): the first-order conditions solved for the margin with own effects
    on the left, which settles where p <- c + markup(p) cycles. With customers all alike it is
    c + 1 / a + sum of s (p - c) over the firm's goods, so a firm's margin 1 / (a (1 - S)) is the same on all of them.
    Morrow & Skerlos, Operations Research 2011; Anderson, de Palma & Thisse, Discrete Choice Theory of Product
    Differentiation, 1992.

    Args:
        worth: of each good before its price, (goods,) or (kinds, goods).
        sensitivity: of all kinds of customer to money.
        unit_cost: of each good, (goods,).
        firm: number or name of the firm that sells each good, (goods,).
        available: whether a good is available to a kind of customer, of a shape that broadcasts with ``worth``.
        weights: number of customers of each kind, (kinds,); absent: equal.
        tolerance: greatest change of a price in the last round, in units of 1 / sensitivity.

    Raises:
        ArithmeticError: when prices have not settled after ``PATIENCE`` rounds.
    """
    require_positive(sensitivity=sensitivity)
    kinds = np.atleast_2d(np.asarray(worth, dtype=np.float64))
    cost = np.asarray(unit_cost, dtype=np.float64)
    seller = np.asarray(firm)
    goods = kinds.shape[1]
    require(cost.shape == seller.shape == (goods,), f"unit_cost and firm must have shape ({goods},), one per good")
    share_of_kind = np.ones(len(kinds)) if weights is None else np.asarray(weights, dtype=np.float64)
    share_of_kind = share_of_kind / share_of_kind.sum()
    same_firm = seller[:, None] == seller[None, :]
    price = cost + 1.0 / sensitivity
    for _ in range(PATIENCE):
        shares = choice_shares(kinds - sensitivity * price, available)
        answer = cost + _margin(shares, share_of_kind, same_firm, price - cost, sensitivity)
        change = float(np.abs(answer - price).max())
        price = answer
        if change * sensitivity <= tolerance:
            return price
    raise ArithmeticError(f"prices have not converged after {PATIENCE} rounds; they still move by {change}")


def _margin(
    shares: FloatArray, weights: FloatArray, same_firm: NDArray[np.bool_], margin: FloatArray, sensitivity: float
) -> FloatArray:
    """Return zeta: (share + what the firm's other sales gain from this good's price) / own effect, shape (goods,)."""
    mean = weights @ shares
    both = shares.T @ (weights[:, None] * shares)
    return 1.0 / sensitivity + (both * same_firm) @ margin / mean
