"""Entry rules: when a supplier that sells through the chain opens its own channel to customers, and closes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
from pydantic import Field

from sim.common.parameters import Section, money, parameter, share
from sim.common.types import CENTS, BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class EntryView:
    """What suppliers know when they consider selling direct. Money in cents.

    Arrays have shape (suppliers, products) unless stated; entries for other suppliers' products are 0.

    Attributes:
        selling: whether they sell direct now, shape (suppliers,).
        days: days since the last review, shape (suppliers,); 0 initially, and for suppliers not under review.
        units_sold: units sold to firms of the chain since then.
        wholesale_price: the price these firms pay.
        unit_cost: cost of producing one unit.
        direct_price: the price customers pay, or would pay.
        direct_cost: cost of a unit sold direct: production, picking and packing, commission, expected returns, and
            delivery if the seller pays.
        online_share: share of all customers who have ever bought online, a public statistic.
        channel_result: profit of selling direct since the last review, after cost of the goods and of the channel,
            shape (suppliers,); 0 for suppliers that do not sell direct.
    """

    selling: BoolArray
    days: IntArray
    units_sold: IntArray
    wholesale_price: IntArray
    unit_cost: IntArray
    direct_price: IntArray
    direct_cost: FloatArray
    online_share: float
    channel_result: IntArray


class EntryDecision(NamedTuple):
    """Who sells direct from today, and the amount in cents behind the decision: an expected gain per day, or a past
    result.
    """

    sells: BoolArray
    amount: IntArray


class EntryRule(Section):
    """Base of all entry rules. ``acts`` tells whether the rule ever decides anything."""

    acts: ClassVar[bool] = True

    review_days: int = parameter(90, "Days between decisions.", "days", ge=1, le=3650)
    fixed_cost: float = money(0.0, "Cost of keeping the direct channel open, per supplier.", "day")

    def decide(self, view: EntryView, state: Any) -> tuple[EntryDecision, Any]:
        """Return who sells direct, the amounts behind the decision, and the next state."""
        raise TypeError(f"{type(self).__name__} does not implement a decision")


class Always(EntryRule):
    """Sell direct wherever the regime allows it."""

    acts: ClassVar[bool] = False
    review_days: ClassVar[int] = 90  # type: ignore[misc]  # not a parameter: reviewing again changes nothing

    rule: Literal["always"] = parameter("always", "Sell direct wherever the regime allows it.", "choice")

    def decide(self, view: EntryView, state: Any) -> tuple[EntryDecision, Any]:
        return EntryDecision(np.ones_like(view.selling), np.zeros_like(view.days)), state


class WhenItPays(EntryRule):
    """Sell direct once the business case pays; stop after several losing reviews in a row."""

    rule: Literal["when_it_pays"] = parameter("when_it_pays", "Sell direct once the business case pays.", "choice")
    assumed_share: float = share(
        0.0,
        "Minimum share of its trade that a supplier expects to move online, even if few customers have bought "
        "online yet.",
    )
    patience: int = parameter(
        2, "Number of losing reviews of the direct channel in a row after which it is closed.", "reviews", ge=1, le=1000
    )

    def expected_gain(self, view: EntryView) -> FloatArray:
        """Return how much more the direct channel would earn than the chain, in cents per day, shape (suppliers,).

        The share of customers who buy online takes the same share of today's trade with it, unit for unit.
        """
        daily = view.units_sold / np.maximum(view.days, 1)[:, None]
        moved = max(view.online_share, self.assumed_share) * daily
        direct = view.direct_price - view.direct_cost
        through_chain = view.wholesale_price - view.unit_cost
        gain: FloatArray = (moved * (direct - through_chain)).sum(axis=1) - self.fixed_cost * CENTS
        return gain

    def decide(self, view: EntryView, state: Any) -> tuple[EntryDecision, Any]:
        gain, reviewed = self.expected_gain(view), view.days > 0
        before = np.zeros(view.days.shape, dtype=np.int64) if state is None else state
        in_a_row = np.where(reviewed, np.where(view.channel_result < 0, before + 1, 0), before)
        sells = np.where(view.selling, in_a_row < self.patience, reviewed & (gain > 0))
        amount = np.where(view.selling, view.channel_result, np.rint(gain).astype(np.int64))
        return EntryDecision(sells, amount), np.where(sells, in_a_row, 0)


DirectEntry: TypeAlias = Annotated[Always | WhenItPays, Field(discriminator="rule")]
"""All entry rules; their names in scenarios come from here."""
