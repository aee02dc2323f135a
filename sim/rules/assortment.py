"""Assortment rules: which products get a shelf slot, and on whose account they are kept there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.parameters import Section, parameter, share
from sim.common.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class SlotMoney:
    """What a slot earns for a store, in cents. Arrays have shape (stores, products).

    Attributes:
        own_margin: per unit of the store's own goods: price less landed cost and handling.
        upkeep: cost per day of keeping the product on the store's own account: spoilage and interest.
        consigned_margin: per unit on consignment: handling fee less handling cost.
        may_own, may_consign: whose goods the regime allows there.
    """

    own_margin: FloatArray
    upkeep: FloatArray
    consigned_margin: FloatArray
    may_own: bool = True
    may_consign: bool = False


@dataclass(frozen=True)
class AssortmentView:
    """What stores know when they choose products for their slots. Arrays have shape (stores, products).

    Attributes:
        products: names of the products, for assortments given by name.
        local_demand: expected units per day in the store's town, from the tastes of its customers.
        units_sold: units the store sold since its last review.
        days: days since that review, shape (stores,); 0 initially.
        slots: number of products each store has room for, shape (stores,).
        money: what a slot earns; None if no rule needs it.
    """

    products: tuple[str, ...]
    local_demand: FloatArray
    units_sold: IntArray
    days: IntArray
    slots: IntArray
    money: SlotMoney | None = None


class Assortment(NamedTuple):
    """A decision, shape (stores, products): which products are carried, and which of them on consignment if the regime
    leaves that to the store.
    """

    carried: BoolArray
    consigned: BoolArray


class AssortmentRule(Section):
    """Base of all assortment rules."""

    knows_money: ClassVar[bool] = False
    """Whether the rule sees what a slot earns."""

    review_days: int = parameter(90, "Days between decisions.", "days", ge=1, le=3650)

    def decide(self, view: AssortmentView, state: Any) -> tuple[Assortment, Any]:
        """Return the assortment and the next state. Ties go to the product with the lower number."""
        raise TypeError(f"{type(self).__name__} does not implement a ranking")


class RankingRule(AssortmentRule):
    """Base of rules that rank products and leave the last slots in the ranking to suppliers."""

    consigned_share: float = share(
        0.5, "Share of slots, those of the slowest sellers, that a store leaves to suppliers if the regime allows both."
    )

    def score(self, view: AssortmentView) -> FloatArray:
        """Return each store's score of each product, shape (stores, products); below 0: never carried."""
        raise TypeError(f"{type(self).__name__} does not implement a ranking")

    def decide(self, view: AssortmentView, state: Any) -> tuple[Assortment, Any]:
        score = self.score(view)
        rank = ranks(np.argsort(-score, axis=1, kind="stable"))
        carried = (rank < view.slots[:, None]) & (score >= 0)
        consigned_slots = np.floor(np.round(self.consigned_share * carried.sum(axis=1), 9))
        own_slots = carried.sum(axis=1) - consigned_slots
        return Assortment(carried, carried & (rank >= own_slots[:, None])), state


def ranks(best_first: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rank of each product, 0 for the best, from the products in order; both have shape (stores,
    products).
    """
    rank = np.empty_like(best_first)
    np.put_along_axis(rank, best_first, np.arange(best_first.shape[1])[None, :], axis=1)
    return rank


def expected_units(view: AssortmentView, sales_weight: float) -> FloatArray:
    """Return expected sales per day: the town's demand, corrected by the store's own sales."""
    days = view.days[:, None]
    sold_daily = view.units_sold / np.maximum(days, 1)
    informed = (1.0 - sales_weight) * view.local_demand + sales_weight * sold_daily
    return np.where(days == 0, view.local_demand, informed)


class Popularity(RankingRule):
    """The products with the highest demand in town, corrected by the store's own sales."""

    rule: Literal["popularity"] = parameter("popularity", "Highest demand in town.", "choice")
    sales_weight: float = share(0.0, "Weight of own sales per day relative to prior knowledge of the town's tastes.")

    def score(self, view: AssortmentView) -> FloatArray:
        return expected_units(view, self.sales_weight)


class Profit(AssortmentRule):
    """The products that earn most per slot, each on the account on which it earns more."""

    knows_money: ClassVar[bool] = True

    rule: Literal["profit"] = parameter("profit", "Highest earnings per slot.", "choice")
    sales_weight: float = share(0.0, "Weight of own sales per day relative to prior knowledge of the town's tastes.")

    def earnings(self, view: AssortmentView) -> tuple[FloatArray, FloatArray]:
        """Return the expected earnings of each product per day in cents, on own account and on consignment.

        Shape (stores, products) each; -inf if goods are not allowed there on that account.
        """
        if view.money is None:
            raise ValueError("the rule profit needs to know what a slot earns")
        money, units = view.money, expected_units(view, self.sales_weight)
        never = np.full(units.shape, -np.inf)
        own = units * money.own_margin - money.upkeep if money.may_own else never
        consigned = units * money.consigned_margin if money.may_consign else never
        return own, consigned

    def decide(self, view: AssortmentView, state: Any) -> tuple[Assortment, Any]:
        own, consigned = self.earnings(view)
        best = np.maximum(own, consigned)
        units = expected_units(view, self.sales_weight)
        # If slots earn the same, for example nothing, the town's demand decides.
        rank = ranks(np.lexsort((-units, -best), axis=1))
        carried = (rank < view.slots[:, None]) & (best >= 0)
        return Assortment(carried, carried & (consigned > own)), state


class FixedAssortment(RankingRule):
    """Products listed in the scenario; if slots are short, the first ones are carried."""

    review_days: ClassVar[int] = 90  # type: ignore[misc]  # not a parameter: reviewing again changes nothing

    rule: Literal["fixed"] = parameter("fixed", "Products listed in the scenario.", "choice")
    products: list[str] = parameter(..., "Names of the products carried, most important first.", "names", min_length=1)

    def score(self, view: AssortmentView) -> FloatArray:
        place = {name: len(self.products) - order for order, name in enumerate(self.products)}
        row = np.array([place.get(name, -1) for name in view.products], dtype=np.float64)
        return np.broadcast_to(row, view.local_demand.shape).copy()


AssortmentChoice: TypeAlias = Annotated[Popularity | Profit | FixedAssortment, Field(discriminator="rule")]
"""All assortment rules; their names in scenarios come from here."""
