"""A pricing rule that leaves the decision to a person."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from sim.common.parameters import parameter
from sim.rules.price_rule import NO_PRICE, IntArray, PricingRule, PricingView, whole_cents


class Player(PricingRule):
    """Prices from outside: somebody at a screen says them between two days, and they hold until the next word.

    Conduct: whatever the person has in mind. Say prices with ``market.player_prices["Ann"] = {"apple": 4.99}``, those
    of a supplier to customers with ``market.player_direct_prices``. They are asked from the next review on, which is
    the next morning unless `review_days` says otherwise. Until the first word, a multiple of cost is asked.
    """

    uses_sales_history: ClassVar[bool] = True

    rule: Literal["player"] = parameter("player", "A person decides, between two days.", "choice")
    review_days: int = parameter(1, "Days between two decisions.", "days", ge=1, le=3650)
    opening_factor: float = parameter(
        1.5, "Price = this multiple of landed cost until something else is said.", "multiple", gt=0, le=1000
    )

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        """Return what the player asks; the last price where nothing was said. The state tells that it has opened."""
        kept = whole_cents(self.opening_factor * view.landed_cost) if state is None else view.own_price
        asked = view.sales_record.asked_price
        return np.where(asked == NO_PRICE, kept, asked), True
