"""Assortment rules: which products get a shelf slot, and on whose account they stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.parameters import Section, parameter, share

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class SlotMoney:
    """What a slot brings a store, in cents. Arrays have shape (stores, products).

    Attributes:
        own_margin: of a unit of the store's own: its price less what it costs to have it there and to hand it over.
        upkeep: a day, of keeping the product on the store's own account: what spoils, and interest.
        consigned_margin: of a unit on consignment: the handling fee less what it costs to hand it over.
        may_own, may_consign: whose goods may stand there.
    """

    own_margin: FloatArray
    upkeep: FloatArray
    consigned_margin: FloatArray
    may_own: bool = True
    may_consign: bool = False


@dataclass(frozen=True)
class AssortmentView:
    """What stores know when they fill their slots. Arrays have shape (stores, products).

    Attributes:
        products: names of the products, for assortments given by name.
        local_demand: expected units per day in the store's town, from the tastes of the people who live there.
        units_sold: units the store sold since its last review.
        days: days since that review, shape (stores,); 0 at the opening.
        slots: products each store has room for, shape (stores,).
        money: what a slot brings; None where no rule asks.
    """

    products: tuple[str, ...]
    local_demand: FloatArray
    units_sold: IntArray
    days: IntArray
    slots: IntArray
    money: SlotMoney | None = None


class Assortment(NamedTuple):
    """A decision, shape (stores, products): what is carried, and which of it stands there on consignment
    where the regime leaves that to the store."""

    carried: BoolArray
    consigned: BoolArray


class AssortmentRule(Section):
    """Common to all assortment rules."""

    knows_money: ClassVar[bool] = False
    """Whether the rule is shown what a slot brings."""

    review_days: int = parameter(90, "Days between two decisions.", "days", ge=1, le=3650)

    def decide(self, view: AssortmentView, state: Any) -> tuple[Assortment, Any]:
        """Return the assortment and the state to be handed back next time. Ties go to the lower product."""
        raise TypeError(f"{type(self).__name__} does not say what it wants")


class RankingRule(AssortmentRule):
    """Rules that rank products, and leave the last slots in rank to suppliers."""

    consigned_share: float = share(
        0.5, "Share of slots, the slowest sellers, that a store leaves to suppliers where a regime allows both."
    )

    def score(self, view: AssortmentView) -> FloatArray:
        """Return how much a store wants each product, shape (stores, products); below 0: never."""
        raise TypeError(f"{type(self).__name__} does not say what it wants")

    def decide(self, view: AssortmentView, state: Any) -> tuple[Assortment, Any]:
        score = self.score(view)
        rank = ranks(np.argsort(-score, axis=1, kind="stable"))
        carried = (rank < view.slots[:, None]) & (score >= 0)
        consigned_slots = np.floor(np.round(self.consigned_share * carried.sum(axis=1), 9))
        own_slots = carried.sum(axis=1) - consigned_slots
        return Assortment(carried, carried & (rank >= own_slots[:, None])), state


def ranks(best_first: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rank of each product, 0 for the best, from the products in order, both (stores, products)."""
    rank = np.empty_like(best_first)
    np.put_along_axis(rank, best_first, np.arange(best_first.shape[1])[None, :], axis=1)
    return rank


def expected_units(view: AssortmentView, sales_weight: float) -> FloatArray:
    """Return units a store expects to sell a day: what the town wants, corrected by what the store has sold."""
    days = view.days[:, None]
    sold_daily = view.units_sold / np.maximum(days, 1)
    informed = (1.0 - sales_weight) * view.local_demand + sales_weight * sold_daily
    return np.where(days == 0, view.local_demand, informed)


class Popularity(RankingRule):
    """The products that the town wants most, corrected by what the store has sold."""

    rule: Literal["popularity"] = parameter("popularity", "What the town wants most.", "choice")
    sales_weight: float = share(0.0, "Weight of own sales per day against what is known of the town's tastes.")

    def score(self, view: AssortmentView) -> FloatArray:
        return expected_units(view, self.sales_weight)


class Profit(AssortmentRule):
    """The products that earn most in a slot, each on the account on which it earns more."""

    knows_money: ClassVar[bool] = True

    rule: Literal["profit"] = parameter("profit", "What earns most in a slot.", "choice")
    sales_weight: float = share(0.0, "Weight of own sales per day against what is known of the town's tastes.")

    def earnings(self, view: AssortmentView) -> tuple[FloatArray, FloatArray]:
        """Return what each product is expected to earn a day, in cents, as the store's own and on consignment.

        Shape (stores, products) each; -inf where goods may not stand there on that account.
        """
        if view.money is None:
            raise ValueError("profit has to be shown what a slot brings")
        money, units = view.money, expected_units(view, self.sales_weight)
        never = np.full(units.shape, -np.inf)
        own = units * money.own_margin - money.upkeep if money.may_own else never
        consigned = units * money.consigned_margin if money.may_consign else never
        return own, consigned

    def decide(self, view: AssortmentView, state: Any) -> tuple[Assortment, Any]:
        own, consigned = self.earnings(view)
        best = np.maximum(own, consigned)
        units = expected_units(view, self.sales_weight)
        # Of slots that earn alike, all of them nothing for one, the town's wishes decide.
        rank = ranks(np.lexsort((-units, -best), axis=1))
        carried = (rank < view.slots[:, None]) & (best >= 0)
        return Assortment(carried, carried & (consigned > own)), state


class FixedAssortment(RankingRule):
    """Products named in the scenario, the first ones first where slots run out."""

    review_days: ClassVar[int] = 90  # type: ignore[misc]  # no parameter: looking again changes nothing

    rule: Literal["fixed"] = parameter("fixed", "Products named in the scenario.", "choice")
    products: list[str] = parameter(..., "Names of the products carried, the most wanted first.", "names", min_length=1)

    def score(self, view: AssortmentView) -> FloatArray:
        place = {name: len(self.products) - order for order, name in enumerate(self.products)}
        row = np.array([place.get(name, -1) for name in view.products], dtype=np.float64)
        return np.broadcast_to(row, view.local_demand.shape).copy()


AssortmentChoice: TypeAlias = Annotated[Popularity | Profit | FixedAssortment, Field(discriminator="rule")]
"""The table of assortment rules: the name in a scenario is looked up here, once."""
