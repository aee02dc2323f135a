"""What a chain of firms comes to rest at, whatever the theory that says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Chain:
    """A chain at rest, the tier next to the maker's cost first, the one that sells to customers last.

    Attributes:
        prices: price each tier asks; the last is the consumer price.
        margins: price less what the tier pays.
        quantity: units sold to customers.
        profits: margin times quantity, each tier's firms together.
        consumer_surplus: worth to customers above what they pay.
    """

    prices: tuple[float, ...]
    margins: tuple[float, ...]
    quantity: float
    profits: tuple[float, ...]
    consumer_surplus: float

    @property
    def consumer_price(self) -> float:
        """Price that customers pay."""
        return self.prices[-1]

    @property
    def total_profit(self) -> float:
        """Profits of all tiers."""
        return sum(self.profits)


def chain_of(unit_cost: float, margins: NDArray[np.float64], quantity: float, consumer_surplus: float) -> Chain:
    """Return the chain with these margins, the upper tier's first, on top of a unit cost."""
    prices = tuple((unit_cost + np.cumsum(margins)).tolist())
    kept = tuple(margins.tolist())
    profits = tuple(margin * float(quantity) for margin in kept)
    return Chain(prices, kept, float(quantity), profits, float(consumer_surplus))
