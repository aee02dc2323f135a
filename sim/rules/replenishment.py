"""Replenishment rules: how much to order, given stock, outstanding orders and a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.common.parameters import Section, parameter
from sim.common.types import FloatArray, IntArray
from sim.formulas.service import Demands, least_level


@dataclass(frozen=True)
class StockView:
    """What stock keepers know when they order. Arrays have shape (places, products), in units.

    Attributes:
        position: inventory position: on hand + on order - owed to customers downstream.
        forecast: expected demand in units per day, including demand lost to empty shelves.
        lead_days: days from order to arrival, shape (places, 1).
        carried: whether the place carries the product at all.
        limit: most units the place can hold of the product.
        variance: of a day's demand around its forecast, units squared; None if it is not measured.
        customers_wait: whether customers wait when stock is out, or leave.
    """

    position: IntArray
    forecast: FloatArray
    lead_days: IntArray
    carried: NDArray[np.bool_]
    limit: IntArray
    variance: FloatArray | None = None
    customers_wait: bool = True


LEAST_DEMAND = 1e-6
"""Units per day. A forecast below one unit in two thousand years counts as zero."""


class ReplenishmentRule(Section):
    """Base of all replenishment rules: an order-up-to level, given or derived from the forecast."""

    review_days: int = parameter(1, "Days between orders.", "days", ge=1, le=365)
    forecast: Literal["smoothing", "moving_average", "opening"] = parameter(
        "smoothing",
        "How demand is forecast. smoothing: exponential smoothing with forecast_gain; moving_average: mean of the"
        " last forecast_days days; opening: the initial forecast is kept.",
        "choice",
    )
    forecast_gain: float = parameter(
        0.02,
        "Weight of today's demand in the forecast (exponential smoothing); 0 keeps the initial forecast.",
        "share",
        ge=0,
        le=1,
    )
    forecast_days: int = parameter(7, "Number of days in the moving average.", "days", ge=1, le=365)
    shares_demand: bool = parameter(
        False,
        "Whether depots forecast customers' demand in all shops they supply instead of orders received. Shops see"
        " their customers anyway.",
        "yes or no",
    )
    deviation: Literal["poisson", "measured"] = parameter(
        "poisson",
        "Assumed variance of demand. poisson: equal to the mean; measured: the mean square of the daily forecast "
        "errors.",
        "choice",
    )
    target_fill_rate: float | None = parameter(
        None,
        "Target share of demand met at once, from which the order-up-to level is computed; absent: safety_factor "
        "is used.",
        "share",
        gt=0,
        lt=1,
    )
    safety_factor: float = parameter(
        1.5,
        "Safety stock in standard deviations of demand, if the level follows the forecast.",
        "factor",
        ge=0,
        le=10,
    )
    level: int | None = parameter(
        None,
        "Order-up-to level of every product carried; absent: it follows the forecast.",
        "units",
        ge=0,
        le=10_000_000,
    )

    @model_validator(mode="after")
    def _one_way_to_a_level(self) -> Self:
        if self.level is not None and self.target_fill_rate is not None:
            raise ValueError("set level or target_fill_rate, not both: a given level determines the fill rate")
        return self

    def target(self, view: StockView) -> IntArray:
        """Return the order-up-to level, (places, products): as given, or derived from demand over the protection
        period.
        """
        if self.level is not None:
            wanted = np.full(view.forecast.shape, self.level, dtype=np.int64)
        elif self.target_fill_rate is not None:
            wanted = self._level_that_serves(view, self.target_fill_rate)
        else:
            protected_days = view.lead_days + self.review_days - 1
            mean = view.forecast * protected_days
            variance = self._variance(view)
            spread = mean if variance is None else variance * protected_days
            wanted = np.ceil(mean + self.safety_factor * np.sqrt(spread)).astype(np.int64)
            wanted = np.maximum(wanted, 1)
        return np.where(view.carried, np.minimum(wanted, view.limit), 0)

    def _variance(self, view: StockView) -> FloatArray | None:
        return view.variance if self.deviation == "measured" else None

    def _level_that_serves(self, view: StockView, share: float) -> IntArray:
        """Return the lowest levels that meet a share of demand at once; 1 if no demand is expected."""
        wanted = np.ones(view.forecast.shape, dtype=np.int64)
        asked = view.carried & (view.forecast > LEAST_DEMAND)
        if asked.any():
            variance = self._variance(view)
            demands = Demands(
                rate=view.forecast[asked],
                variance=None if variance is None else variance[asked],
                lead=np.broadcast_to(view.lead_days, asked.shape)[asked],
                review=self.review_days,
            )
            wanted[asked] = least_level(share, demands, customers_wait=view.customers_wait)
        return wanted

    def decide(self, view: StockView, state: Any) -> tuple[IntArray, Any]:
        """Return the units to order, shape (places, products), and the next state."""
        return np.maximum(self.target(view) - view.position, 0), state


class BaseStock(ReplenishmentRule):
    """Order up to a level at every review."""

    rule: Literal["base_stock"] = parameter("base_stock", "Order up to a level at every review.", "choice")


class ReorderPoint(ReplenishmentRule):
    """The (s, S) rule: once the inventory position has fallen to the reorder point, order up to the level."""

    rule: Literal["reorder_point"] = parameter(
        "reorder_point", "(s, S): wait until stock has fallen, then order up.", "choice"
    )
    reorder_point: int | None = parameter(
        None,
        "Order when the inventory position is at or below this; absent: the level that follows the forecast.",
        "units",
        ge=0,
        le=10_000_000,
    )
    order_days: float = parameter(
        7.0, "Days of demand ordered on top of the reorder point, if no level is given.", "days", ge=0, le=365
    )

    @model_validator(mode="after")
    def _level_above_reorder_point(self) -> ReorderPoint:
        if self.level is not None and self.reorder_point is not None and self.reorder_point >= self.level:
            raise ValueError(
                f"reorder_point {self.reorder_point} must be below level {self.level}; lower it or raise level"
            )
        if (self.level is None) != (self.reorder_point is None):
            raise ValueError("set both reorder_point and level, or neither (then both follow the forecast)")
        return self

    def decide(self, view: StockView, state: Any) -> tuple[IntArray, Any]:
        base = self.target(view)
        if self.level is not None and self.reorder_point is not None:
            trigger, up_to = np.minimum(base, self.reorder_point), base
        else:
            extra = np.ceil(view.forecast * self.order_days).astype(np.int64)
            up_to = np.where(view.carried, np.minimum(base + extra, view.limit), 0)
            trigger = np.minimum(base, np.maximum(up_to - 1, 0))
        due = view.carried & (view.position <= trigger)
        return np.where(due, np.maximum(up_to - view.position, 0), 0), state


Replenishment: TypeAlias = Annotated[BaseStock | ReorderPoint, Field(discriminator="rule")]
"""All replenishment rules; their names in scenarios come from here."""
