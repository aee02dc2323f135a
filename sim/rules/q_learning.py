"""A pricing rule that knows neither demand nor rivals: reinforcement learning on a grid of prices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.common.parameters import money, parameter, share
from sim.common.types import BoolArray, FloatArray, IntArray
from sim.kernels.codes import NO_PRICE, NOTHING
from sim.rules.price_rule import PricingRule, PricingView, whole_cents


@dataclass(frozen=True)
class Experience:
    """What Q-learners remember. Arrays have shape (sellers, products); prices are positions on the grid.

    Attributes:
        value: of each price in each situation, in currency per day, shape (sellers, products, situations, prices);
            a situation is own price x points + rival's price, both of the previous period.
        situation: the one in which today's price was chosen; -1 for a first price.
        action: today's price.
        cost: cost of one more unit at the last review, in cents.
        periods: prices valued so far.
    """

    value: FloatArray
    situation: IntArray
    action: IntArray
    cost: FloatArray
    periods: IntArray


class QLearning(PricingRule):
    """Q-learning on a grid of prices with a memory of one period.

    Calvano, Calzolari, Denicolo and Pastorello (2020), "Artificial intelligence, algorithmic pricing, and collusion",
    American Economic Review 110(10). Their grid spans Nash to monopoly price, extended by a tenth at both ends.

    Conduct: none is built in. In their two-firm market such sellers settle well above Nash prices, and punish
    price cuts. Learning takes about 1 / exploration_decay reviews.

    Learning and choosing share the kernel of that two-firm market (`sim/kernels/q_learning.py`).
    Here profits come from whole units sold in the market, and of several rivals the cheapest counts.
    """

    watches_rivals: ClassVar[bool] = True
    uses_sales_history: ClassVar[bool] = True

    rule: Literal["q_learning"] = parameter("q_learning", "Reinforcement learning on a grid of prices.", "choice")
    low: float = money(..., "Lowest price of the grid.")
    high: float = money(..., "Highest price of the grid.")
    points: int = parameter(15, "Number of prices on the grid.", "prices", ge=2, le=100)
    learning_rate: float = share(0.15, "Weight of the latest observation in a price's value.")
    exploration_decay: float = parameter(
        4e-6, "A price is tried at random with probability exp(-this x reviews so far).", "rate", ge=0, le=1000
    )
    discount: float = share(0.95, "Discount factor: today's value of a profit one review later.", below_one=True)

    opening_profits: list[Annotated[float, Field(ge=-1e12, le=1e12)]] | None = parameter(
        None,
        "Initial estimate of the profit per day at each price of the grid, lowest price first; absent: zero.",
        "currency",
    )

    @model_validator(mode="after")
    def _one_profit_a_price(self) -> QLearning:
        given = self.opening_profits
        if given is not None and len(given) != self.points:
            raise ValueError(
                f"opening_profits has {len(given)} numbers but points is {self.points}; give one for each price"
            )
        return self

    @model_validator(mode="after")
    def _low_below_high(self) -> QLearning:
        if self.low >= self.high:
            raise ValueError(f"low {self.low} must be below high {self.high}; lower it or raise high")
        return self

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        """Return prices on the grid and what has been learnt."""
        grid = whole_cents(np.linspace(self.low * 100.0, self.high * 100.0, self.points))
        seen = view.sales_record.days_in_stock > 0
        if state is None:
            experience = self._nothing_learnt(view)
        elif seen.any():
            experience = self._learn(view, state, grid, seen)
        else:
            experience = state
        return grid[experience.action], replace(experience, cost=view.marginal_cost)

    def _nothing_learnt(self, view: PricingView) -> Experience:
        from sim.kernels.q_learning import opening_prices  # imported here, so that reading a scenario needs no compiler

        shape = view.own_price.shape
        value = np.empty((*shape, self.points * self.points, self.points))
        action = np.empty(shape, dtype=np.int64)
        expected = np.array(self.opening_profits or [0.0] * self.points)
        opening_prices(view.sales_record.chance, expected, self.discount, value, action)
        return Experience(
            value, np.full(shape, NOTHING, dtype=np.int64), action, view.marginal_cost, np.zeros(shape, dtype=np.int64)
        )

    def _learn(self, view: PricingView, old: Experience, grid: IntArray, seen: BoolArray) -> Experience:
        """Value yesterday's price by the profit it made and the situation it led to, and choose the next price.

        A seller that had nothing to sell learns nothing and keeps its price.
        """
        from sim.kernels.q_learning import Hyperparameters, Learners, Transitions, learn_and_choose

        days = np.where(seen, view.sales_record.days_in_stock, 1.0)
        profit = (grid[old.action] - old.cost) / 100.0 * view.sales_record.units_sold / days
        now = old.action * self.points + self._rival(view, grid)
        learners = Learners(old.value.copy(), old.situation.copy(), old.action.copy(), old.periods.copy())
        parameters = Hyperparameters(self.learning_rate, self.exploration_decay, self.discount)
        learn_and_choose(view.sales_record.chance, Transitions(profit, now, seen), parameters, learners)
        value, situation, action, periods = learners
        return replace(old, value=value, situation=situation, action=action, periods=periods)

    def _rival(self, view: PricingView, grid: IntArray) -> IntArray:
        """Return the grid position closest to the lowest rival price; the first one if there is no rival."""
        apart = np.abs(view.rival_price[..., None] - grid)
        return np.where(view.rival_price == NO_PRICE, 0, apart.argmin(axis=-1))
