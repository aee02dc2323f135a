"""Closing rules: when a store, an intermediary or the platform closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import Field

from sim.common.parameters import Section, money, parameter
from sim.common.types import CENTS, IntArray

STAYS = -1
"""The decision not to close."""


@dataclass(frozen=True)
class ClosingView:
    """What managers of some stores or firms see in their own books. Arrays have shape (units,), money in cents.

    Attributes:
        days: days since the last review; 0 for units not under review today.
        receipts: money received since then.
        outlays: money paid since then: goods, freight, handling, rent, interest and all else.
        stock_change: change in the book value of own stock since then, including goods in transit.
    """

    days: IntArray
    receipts: IntArray
    outlays: IntArray
    stock_change: IntArray

    @property
    def result(self) -> IntArray:
        """Profit since the last review: receipts minus outlays plus the change in stock."""
        return self.receipts - self.outlays + self.stock_change


class ClosingRule(Section):
    """Base of all closing rules. ``acts`` tells whether the rule ever decides anything."""

    acts: ClassVar[bool] = True

    review_days: int = parameter(90, "Days between two reviews of the books.", "days", ge=1, le=3650)

    def decide(self, view: ClosingView, state: Any) -> tuple[IntArray, Any]:
        """Return days of notice for units that close, ``STAYS`` for others, (units,), and the next state."""
        return np.full(view.days.shape, STAYS, dtype=np.int64), state


class Never(ClosingRule):
    """Stay open regardless of losses."""

    acts: ClassVar[bool] = False
    review_days: ClassVar[int] = 90  # type: ignore[misc]  # not a parameter: reviewing again changes nothing

    rule: Literal["never"] = parameter("never", "Stay open regardless of losses.", "choice")


class Losses(ClosingRule):
    """Close after several losing reviews in a row."""

    rule: Literal["losses"] = parameter("losses", "Close after several losing reviews in a row.", "choice")
    patience: int = parameter(2, "Number of losing reviews in a row after which it closes.", "reviews", ge=1, le=1000)
    tolerated_loss: float = money(0.0, "Loss per day above which a review counts as losing.", "day")
    notice_days: int = parameter(
        30,
        "Days in which stock is sold off before closing; longer while goods are still in transit.",
        "days",
        ge=0,
        le=3650,
    )

    def decide(self, view: ClosingView, state: Any) -> tuple[IntArray, Any]:
        reviewed = view.days > 0
        losing = view.result < -self.tolerated_loss * CENTS * view.days
        before = np.zeros(view.days.shape, dtype=np.int64) if state is None else state
        in_a_row = np.where(reviewed, np.where(losing, before + 1, 0), before)
        closes = reviewed & (in_a_row >= self.patience)
        return np.where(closes, self.notice_days, STAYS).astype(np.int64), in_a_row


Closing: TypeAlias = Annotated[Never | Losses, Field(discriminator="rule")]
"""All closing rules; their names in scenarios come from here."""
