"""The equilibrium of a chain of firms, under any theory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Chain:
    """A chain in equilibrium, from the tier next to the maker's cost to the one that sells to customers.

    Attributes:
        prices: each tier's price; the last is the consumer price.
        margins: price less the price the tier pays.
        quantity: units sold to customers.
        profits: margin times quantity, summed over each tier's firms.
        consumer_surplus: customers' willingness to pay above the price.
    """

    prices: tuple[float, ...]
    margins: tuple[float, ...]
    quantity: float
    profits: tuple[float, ...]
    consumer_surplus: float

    @property
    def consumer_price(self) -> float:
        """The price that customers pay."""
        return self.prices[-1]

    @property
    def total_profit(self) -> float:
        """Profits of all tiers."""
        return sum(self.profits)


def chain_of(unit_cost: float, margins: NDArray[np.float64], quantity: float, consumer_surplus: float) -> Chain:
    """Return the chain with these margins, upper tiers first, on top of a unit cost."""
    prices = tuple((unit_cost + np.cumsum(margins)).tolist())
    kept = tuple(margins.tolist())
    profits = tuple(margin * float(quantity) for margin in kept)
    return Chain(prices, kept, float(quantity), profits, float(consumer_surplus))
