"""Closing rules: when a store, an intermediary or the platform gives up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.parameters import Section, money, parameter

IntArray: TypeAlias = NDArray[np.int64]
CENTS = 100.0
STAYS = -1
"""The decision not to close."""


@dataclass(frozen=True)
class ClosingView:
    """What those who run some stores or firms see in their own books. Arrays have shape (units,), money in cents.

    Attributes:
        days: days since the last review; 0 for those whose turn it is not.
        receipts: what came in since then.
        outlays: what was paid out since then: goods, freight, handling, rent, interest and whatever else there was.
        stock_change: change of the book value of own stock since then, goods on their way included.
    """

    days: IntArray
    receipts: IntArray
    outlays: IntArray
    stock_change: IntArray

    @property
    def result(self) -> IntArray:
        """Profit since the last review: receipts, less outlays, and the change of stock."""
        return self.receipts - self.outlays + self.stock_change


class ClosingRule(Section):
    """Common to all closing rules. ``acts`` says whether there is anything to be decided."""

    acts: ClassVar[bool] = True

    review_days: int = parameter(90, "Days between two looks at its own books.", "days", ge=1, le=3650)

    def decide(self, view: ClosingView, state: Any) -> tuple[IntArray, Any]:
        """Return days of notice for whoever closes, ``STAYS`` for others, (units,), and the state to be handed back."""
        return np.full(view.days.shape, STAYS, dtype=np.int64), state


class Never(ClosingRule):
    """Stay open, whatever it costs."""

    acts: ClassVar[bool] = False
    review_days: ClassVar[int] = 90  # type: ignore[misc]  # no parameter: looking again changes nothing

    rule: Literal["never"] = parameter("never", "Stay open, whatever it costs.", "choice")


class Losses(ClosingRule):
    """Close after some losing reviews in a row."""

    rule: Literal["losses"] = parameter("losses", "Close after some losing reviews in a row.", "choice")
    patience: int = parameter(2, "Losing reviews in a row after which it closes.", "reviews", ge=1, le=1000)
    tolerated_loss: float = money(0.0, "A review counts as losing when more than this was lost a day.", "day")
    notice_days: int = parameter(
        30,
        "Days in which stock is sold off before the doors shut; longer while goods are still on their way.",
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
"""The table of closing rules: the name in a scenario is looked up here, once."""
