"""Entry rules: when a supplier that sells through the chain opens a channel of its own to customers, and closes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.parameters import Section, money, parameter, share

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
CENTS = 100.0


@dataclass(frozen=True)
class EntryView:
    """What some suppliers know when they think about selling direct. Money in cents.

    Arrays have shape (suppliers, products), where a supplier's products are its own and all else is 0, unless said.

    Attributes:
        selling: whether they sell direct now, shape (suppliers,).
        days: days since the last review, shape (suppliers,); 0 at the opening, and for those whose turn it is not.
        units_sold: units sold to firms of the chain since then.
        wholesale_price: what these pay.
        unit_cost: cost of making one.
        direct_price: what customers would pay, or pay.
        direct_cost: cost of one sold direct: making, picking and packing, commission, delivery where the seller pays,
            expected returns.
        online_share: share of all people who have ever bought online, a public statistic.
        channel_result: what selling direct has left since the last review, cost of the goods and of the channel
            taken off, shape (suppliers,); 0 for those who do not.
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
    """Who sells direct from today, and the amount in cents that decided: a gain expected a day, or a past result."""

    sells: BoolArray
    amount: IntArray


class EntryRule(Section):
    """Common to all entry rules. ``acts`` says whether there is anything to be decided."""

    acts: ClassVar[bool] = True

    review_days: int = parameter(90, "Days between two decisions.", "days", ge=1, le=3650)
    fixed_cost: float = money(0.0, "Cost of keeping the direct channel open, per supplier.", "day")

    def decide(self, view: EntryView, state: Any) -> tuple[EntryDecision, Any]:
        """Return who sells direct, with the amount that decided, and the state to be handed back next time."""
        raise TypeError(f"{type(self).__name__} does not say who sells direct")


class Always(EntryRule):
    """Sell direct wherever the regime allows it."""

    acts: ClassVar[bool] = False
    review_days: ClassVar[int] = 90  # type: ignore[misc]  # no parameter: looking again changes nothing

    rule: Literal["always"] = parameter("always", "Sell direct wherever the regime allows it.", "choice")

    def decide(self, view: EntryView, state: Any) -> tuple[EntryDecision, Any]:
        return EntryDecision(np.ones_like(view.selling), np.zeros_like(view.days)), state


class WhenItPays(EntryRule):
    """Sell direct once the business case pays; give it up after some losing reviews in a row."""

    rule: Literal["when_it_pays"] = parameter("when_it_pays", "Sell direct once the business case pays.", "choice")
    assumed_share: float = share(
        0.0,
        "Share of its trade that a supplier expects to move online, however few people have bought online yet.",
    )
    patience: int = parameter(
        2, "Losing reviews of the direct channel in a row after which it is closed.", "reviews", ge=1, le=1000
    )

    def expected_gain(self, view: EntryView) -> FloatArray:
        """Return what the direct channel would earn more than the chain, in cents a day, shape (suppliers,).

        The share of people who buy online takes as large a share of today's trade along, unit for unit.
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
"""The table of entry rules: the name in a scenario is looked up here, once."""
