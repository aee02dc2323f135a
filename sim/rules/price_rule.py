"""What sellers may know when they set prices, and the base of all pricing rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.common.parameters import Section, parameter
from sim.common.types import FloatArray, IntArray
from sim.kernels.codes import NO_PRICE
from sim.rules.known_demand import KnownDemand


@dataclass(frozen=True)
class SalesRecord:
    """What sellers have observed of their sales since their last review, shape (sellers, products).

    For rules that learn from it, and for players, whose prices it brings.

    Attributes:
        units_sold: units sold on days in stock. Sellers to firms see their orders, not what customers buy.
        days_in_stock: days with goods in the morning and no customer turned away. A depot takes
            orders when it is empty, so every day counts. Direct prices: part of a day if some shelves
            were empty.
        chance: 64 random bits, other ones for each seller, product and day.
        asked_price: what a player asks, in cents; ``NO_PRICE`` where the player has asked none.
    """

    units_sold: IntArray
    days_in_stock: FloatArray
    chance: NDArray[np.uint64]
    asked_price: IntArray


@dataclass(frozen=True)
class PricingView:
    """What sellers may know when they set prices. Arrays have shape (sellers, products), money in cents.

    Attributes:
        day: today.
        products: names of the products, for prices given by name.
        landed_cost: cost of one more unit at the seller's door, inbound freight included, at today's
            price of the firm just upstream.
        own_price: what the sellers charge now.
        rival_price: lowest price of others for the same product in the same town, as of yesterday
            evening; ``NO_PRICE`` where there is none.
        wholesale_price: what the seller charges firms downstream (for a supplier that also sells direct).
        reference_price: price at the end of the chain that a direct seller compares itself with.
        marginal_cost: what selling one more unit costs: ``landed_cost``, handling, and what the platform keeps of the
            price, taken off the price and hence put on the cost (cost / (1 - commission)).
        demand: the demand the sellers face, for rules that know it; None where nothing is known yet.
        observed: what sellers have observed of their sales since their last review; None where no market runs.
        opening: whether the market has not opened yet, so that nobody has paid the old prices.
    """

    day: int
    products: tuple[str, ...]
    landed_cost: FloatArray
    own_price: IntArray
    rival_price: IntArray
    wholesale_price: FloatArray
    reference_price: FloatArray
    marginal_cost: FloatArray
    demand: KnownDemand | None = None
    observed: SalesRecord | None = None
    opening: bool = False

    @property
    def sales_record(self) -> SalesRecord:
        """What the sellers have observed, which is nothing where no market runs."""
        if self.observed is not None:
            return self.observed
        shape = self.own_price.shape
        return SalesRecord(
            units_sold=np.zeros(shape, dtype=np.int64),
            days_in_stock=np.zeros(shape),
            chance=np.zeros(shape, dtype=np.uint64),
            asked_price=np.full(shape, NO_PRICE, dtype=np.int64),
        )


def whole_cents(amount: FloatArray) -> IntArray:
    """Round money to whole cents, half to even."""
    return np.rint(amount).astype(np.int64)


class PricingRule(Section):
    """Base of all pricing rules."""

    watches_rivals: ClassVar[bool] = False
    knows_demand: ClassVar[bool] = False
    moves_together: ClassVar[bool] = False
    uses_sales_history: ClassVar[bool] = False

    review_days: int = parameter(7, "Days between decisions.", "days", ge=1, le=3650)

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        """Return prices in cents, shape (sellers, products), and the next state."""
        return whole_cents(self.target(view)), state

    def target(self, view: PricingView) -> FloatArray:
        """Return the target price in cents, not yet rounded, shape (sellers, products)."""
        raise TypeError(f"{type(self).__name__} does not implement a target price")
