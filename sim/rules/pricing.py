"""Pricing rules: cost-plus, fixed, and reactions to other prices."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.common.parameters import parameter, share
from sim.common.types import CENTS, FloatArray, IntArray
from sim.kernels.codes import NO_PRICE
from sim.rules.best_response import BestResponse, Quantity
from sim.rules.learning import Learning
from sim.rules.player import Player
from sim.rules.price_rule import PricingRule, PricingView, whole_cents
from sim.rules.q_learning import QLearning


class Markup(PricingRule):
    """A multiple of landed cost."""

    rule: Literal["markup"] = parameter("markup", "A multiple of landed cost.", "choice")
    factor: float = parameter(..., "Price = factor x landed cost.", "multiple", gt=0, le=1000)

    def target(self, view: PricingView) -> FloatArray:
        return self.factor * view.landed_cost


class Margin(PricingRule):
    """Landed cost plus a share of the price."""

    rule: Literal["margin"] = parameter("margin", "A share of the price.", "choice")
    share: float = share(..., "Price = landed cost / (1 - share).", below_one=True)

    def target(self, view: PricingView) -> FloatArray:
        return view.landed_cost / (1.0 - self.share)


class Fixed(PricingRule):
    """Prices that never change."""

    review_days: ClassVar[int] = 7  # type: ignore[misc]  # not a parameter: reviewing again changes nothing

    rule: Literal["fixed"] = parameter("fixed", "Prices that never change.", "choice")
    price: float | None = parameter(
        None, "One price for every product, before sales tax and delivery fee.", "currency", ge=0, le=1e9
    )
    prices: dict[str, Annotated[float, Field(ge=0, le=1e9)]] | None = parameter(
        None, "Price of each product by name; all others take `price`.", "currency"
    )

    @model_validator(mode="after")
    def _one_is_given(self) -> Fixed:
        if self.price is None and not self.prices:
            raise ValueError("set `price`, `prices`, or both")
        return self

    def target(self, view: PricingView) -> FloatArray:
        named = self.prices or {}
        everywhere = [named.get(product, self.price) for product in view.products]
        row = np.array([0.0 if price is None else price * CENTS for price in everywhere])
        return np.broadcast_to(row, view.landed_cost.shape).copy()


class Undercut(PricingRule):
    """A direct price that splits the gap between the seller's wholesale price and the chain's consumer price."""

    rule: Literal["undercut"] = parameter(
        "undercut", "Splits the gap between the wholesale price and the chain's price.", "choice"
    )
    gap_share: float = share(
        0.2,
        "Price = own wholesale price + this share of the gap up to the chain's consumer price.",
    )
    reference_price: float | None = parameter(
        None,
        "The chain's consumer price; absent: the price of a chain in the market, else the price that cost-plus "
        "rules give under `traditional`.",
        "currency",
        ge=0,
        le=1e9,
    )

    def target(self, view: PricingView) -> FloatArray:
        reference = view.reference_price if self.reference_price is None else self.reference_price * CENTS
        return view.wholesale_price + self.gap_share * (reference - view.wholesale_price)


class Match(PricingRule):
    """The lowest rival price, but never below cost plus a minimum markup."""

    watches_rivals: ClassVar[bool] = True

    rule: Literal["match"] = parameter("match", "The lowest rival price in town.", "choice")
    floor: float = parameter(1.0, "Minimum price as a multiple of landed cost.", "multiple", ge=0, le=1000)
    opening_factor: float = parameter(
        1.5, "Price as a multiple of landed cost if there is no rival.", "multiple", gt=0, le=1000
    )

    def target(self, view: PricingView) -> FloatArray:
        alone = view.rival_price == NO_PRICE
        wanted = np.where(alone, self.opening_factor * view.landed_cost, view.rival_price)
        return np.maximum(wanted, self.floor * view.landed_cost)


Pricing: TypeAlias = Annotated[
    Markup | Margin | Fixed | Undercut | Match | BestResponse | Quantity | Learning | QLearning | Player,
    Field(discriminator="rule"),
]
"""All pricing rules; their names in scenarios come from here."""

COST_PLUS = (Markup, Margin, Fixed)
"""Rules whose price depends on costs only, so that a chain's price can be computed without a run."""

__all__ = [
    "COST_PLUS",
    "NO_PRICE",
    "BestResponse",
    "Fixed",
    "FloatArray",
    "IntArray",
    "Learning",
    "Margin",
    "Markup",
    "Match",
    "Player",
    "Pricing",
    "PricingRule",
    "PricingView",
    "QLearning",
    "Quantity",
    "Undercut",
    "whole_cents",
]
