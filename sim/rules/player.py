"""A pricing rule that leaves the decision to a person."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from sim.common.parameters import choice, parameter
from sim.common.types import IntArray
from sim.kernels.codes import NO_PRICE
from sim.rules.price_rule import PricingRule, PricingView, whole_cents


class Player(PricingRule):
    """Prices set by human players between days; they hold until changed.

    Conduct: whatever the player decides. Set prices with ``market.player_prices["Ann"] = {"apple": 4.99}``, and a
    supplier's direct prices with ``market.player_direct_prices``. They apply from the next review, which is the next
    morning unless `review_days` differs. Until then the price is a multiple of cost. A player who decides a margin
    says what is added to landed cost, so that its price follows what its own suppliers ask.
    """

    uses_sales_history: ClassVar[bool] = True

    rule: Literal["player"] = parameter("player", "A person decides between days.", "choice")
    review_days: int = parameter(1, "Days between decisions.", "days", ge=1, le=3650)
    opening_factor: float = parameter(
        1.5, "Initial price as a multiple of landed cost, until the player sets one.", "multiple", gt=0, le=1000
    )

    decides: Literal["price", "margin"] = choice(
        "price",
        "What the player sets. price: the price itself; margin: what is added to landed cost.",
    )

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        """Return the player's prices, or the last price if none was set. The state records that the seller has
        opened.
        """
        kept = whole_cents(self.opening_factor * view.landed_cost) if state is None else view.own_price
        asked = view.sales_record.asked_price
        beneath = whole_cents(view.landed_cost) if self.decides == "margin" else np.zeros_like(asked)
        return np.where(asked == NO_PRICE, kept, beneath + asked), True
