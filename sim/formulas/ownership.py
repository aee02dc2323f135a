"""Chains of firms that each own several prices: vertical Nash in margins, and in per cent, for any ownership.

A cell is an alternative that customers choose: a product at a place. The price of a cell is its cost plus the margins
of all tiers it passes through. A tier sets *prices*, each for one or many cells: a wholesaler one for all stores it
supplies, a store its own. A firm of the tier owns some of these prices, and knows that sales lost on one are partly
regained on the others. Each firm takes the others' decisions as given: their margins in money (Choi, Marketing Science
1991), or in per cent.

First-order conditions of all tiers are solved simultaneously, by Newton's method (``multiproduct.root_of``). Money,
customers and cells are those of ``multiproduct``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.formulas.arrays import FloatArray
from sim.formulas.multiproduct import LogitDemand, root_of
from sim.formulas.requirements import require

TakenAsGiven = Literal["margin", "percent"]

FURTHER_STARTS = (1.0, 1.5, 3.0)
"""Starting points as multiples of the given start, tried until one leads to a root."""


@dataclass(frozen=True)
class PricingStage:
    """Who sets which price at one stage of the chain.

    Attributes:
        price_of: number of the tier's price in each cell, -1 if there is none, (cells,).
        firm: the firm that owns each price, (prices,).
    """

    price_of: NDArray[np.int64]
    firm: NDArray[np.int64]

    @property
    def cells(self) -> FloatArray:
        """1 where a price (row) is part of a cell (column), else 0, (prices, cells)."""
        numbers = np.arange(len(self.firm))[:, None]
        return (self.price_of[None, :] == numbers).astype(np.float64)

    @property
    def owner(self) -> NDArray[np.int64]:
        """Firm that owns the tier's price of each cell, -1 if there is none, (cells,)."""
        return np.where(self.price_of >= 0, self.firm[self.price_of], -1)


def tier_of(price_of: Sequence[int], firm: Sequence[int]) -> PricingStage:
    """Return a tier; cells and firms are counted from 0."""
    prices, firms = np.asarray(price_of, dtype=np.int64), np.asarray(firm, dtype=np.int64)
    require(set(prices.tolist()) - {-1} == set(range(len(firms))), "price_of must name each of the tier's prices")
    return PricingStage(prices, firms)


@dataclass(frozen=True)
class Resting:
    """A chain in equilibrium.

    Attributes:
        margins: of each tier, the first one's first, one for each of its prices.
        price: that customers pay for each cell, (cells,).
        quantity: sold of each cell per customer, (cells,).
        profits: of each tier's firms, in the order of their numbers.
    """

    margins: tuple[FloatArray, ...]
    price: FloatArray
    quantity: FloatArray
    profits: tuple[FloatArray, ...]

    def paid_to(self, tier: int, unit_cost: ArrayLike, tiers: Sequence[PricingStage]) -> FloatArray:
        """Return the price at which cells leave a tier, counted from 0, (cells,)."""
        kept = [each.cells.T @ margin for each, margin in zip(tiers, self.margins, strict=True)]
        return np.asarray(unit_cost, dtype=np.float64) + np.sum(kept[: tier + 1], axis=0)


def vertical_nash(
    demand: LogitDemand,
    unit_cost: ArrayLike,
    tiers: Sequence[PricingStage],
    taken: TakenAsGiven = "margin",
    start: float = 1.0,
) -> Resting:
    """Return the equilibrium of all tiers, the first to sell first, that choose simultaneously.

    Args:
        demand: of customers.
        unit_cost: of each cell: making it and all handling on its way, (cells,). In percent, of making it alone: then
            handling would have to be said tier by tier.
        tiers: who sets which price.
        taken: whether margins of others are taken as given in money or in percent of what they pay.
        start: all margins at the start, in scales of taste.

    Raises:
        ArithmeticError: when no root is found.
    """
    cost = np.asarray(unit_cost, dtype=np.float64)
    ends = np.cumsum([len(tier.firm) for tier in tiers])

    def conditions(logs: FloatArray) -> FloatArray:
        margins = np.split(demand.scale * np.exp(logs), ends[:-1])
        return _conditions(demand, cost, tiers, margins, taken)

    logs = _first_found(conditions, [np.full(int(ends[-1]), np.log(start * by)) for by in FURTHER_STARTS])
    return at_rest(demand, cost, tiers, np.split(demand.scale * np.exp(logs), ends[:-1]))


def _first_found(conditions: Callable[[FloatArray], FloatArray], starts: Sequence[FloatArray]) -> FloatArray:
    """Return the root found from the first starting point that leads to one."""
    for start in starts[:-1]:
        try:
            return root_of(conditions, start, what="margins")
        except ArithmeticError:
            continue
    return root_of(conditions, starts[-1], what="margins")


def at_rest(
    demand: LogitDemand, cost: FloatArray, tiers: Sequence[PricingStage], margins: Sequence[FloatArray]
) -> Resting:
    """Return the chain with these margins, one array for each tier."""
    price = cost + np.sum([tier.cells.T @ own for tier, own in zip(tiers, margins, strict=True)], axis=0)
    sold = demand.quantity(price)
    profits = tuple(
        np.bincount(tier.firm, weights=own * (tier.cells @ sold)).astype(np.float64)
        for tier, own in zip(tiers, margins, strict=True)
    )
    return Resting(tuple(margins), price, sold, profits)


def _conditions(
    demand: LogitDemand,
    cost: FloatArray,
    tiers: Sequence[PricingStage],
    margins: Sequence[FloatArray],
    taken: TakenAsGiven,
) -> FloatArray:
    """Return the marginal profit of each price for its firm, as a share of what is sold at it."""
    kept = [tier.cells.T @ own for tier, own in zip(tiers, margins, strict=True)]
    price = cost + np.sum(kept, axis=0)
    sold, slopes = demand.quantity(price), demand.slopes(price)
    asked, left = cost.copy(), []
    for tier, own in zip(tiers, kept, strict=True):
        asked = asked + own
        passed_on = price / asked if taken == "percent" else np.ones(len(price))
        mine = (tier.owner[:, None] == tier.owner[None, :]) & (tier.owner >= 0)[None, :]
        lost = ((slopes * mine).T @ own) * passed_on
        left.append(tier.cells @ (sold + lost) / (tier.cells @ sold))
    return np.concatenate(left)
