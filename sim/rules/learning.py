"""A pricing rule that knows only its own past prices and sales, and keeps experimenting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import model_validator

from sim.common.parameters import parameter, share
from sim.common.types import FloatArray, IntArray
from sim.rules.demand_fit import Learnt, fitted, nothing_learnt
from sim.rules.price_rule import PricingRule, PricingView, whole_cents

Form: TypeAlias = Literal["linear", "power", "exponential"]
ALL_FORMS: tuple[Form, ...] = ("linear", "power", "exponential")
LOWEST_BASE, HIGHEST_BASE = 2.0, 8e10
"""In cents. Bounds keep experiments above zero and below a thousand million units of currency."""
OPENING, COIN = range(2)
"""Purpose of a review's random numbers."""


class Learning(PricingRule):
    """Prices learnt from the seller's own records: controlled variance around a fitted curve.

    After den Boer and Zwart (2014), "Simultaneously learning and optimizing using controlled variance pricing",
    Management Science 60(3): the price that looks best is posted at a controlled distance, so that there is always
    something to learn from. Here the distance comes in pairs, above and below, and the curve is the best of three
    forms, because a wrong form leads to a wrong price however long the seller learns.

    Conduct: a seller takes its cost as given, and its demand as estimated. A firm upstream that reviews its price less
    often than its buyers learns the demand that includes their responses, and settles where the leader of a successive
    monopoly does (Spengler 1950; Stackelberg). With equally frequent reviews it does not. Rivals that experiment in
    step mistake each other's moves for their own and settle at prices that are too high; `experiments = "orthogonal"`
    prevents that for the few rivals in a town.
    """

    uses_sales_history: ClassVar[bool] = True

    rule: Literal["learning"] = parameter("learning", "Learnt from own prices and sales.", "choice")
    opening_low: float = parameter(1.15, "Lowest initial price, as a multiple of cost.", "multiple", gt=1, le=1000)
    opening_high: float = parameter(1.5, "Highest initial price, as a multiple of cost.", "multiple", gt=1, le=1000)
    first_records: int = parameter(4, "Reviews before a fitted curve is used.", "reviews", ge=2, le=1000)
    half_life: float = parameter(
        728.0, "Age at which a record counts half, once there are enough records.", "days", ge=1, le=36500
    )
    young_half_life: float = share(0.12, "Half-life of records as a share of their number, while there are few.")
    shortest_half_life: float = parameter(6.0, "Minimum half-life of records.", "reviews", ge=1, le=1000)
    forms: list[Form] = parameter(list(ALL_FORMS), "Forms of demand to fit.", "choices", min_length=1)
    step: float = parameter(0.1, "Largest price change at one review, apart from changes in cost.", "share", gt=0, le=1)
    lowest_markup: float = parameter(1.02, "Never below this multiple of cost.", "multiple", ge=1, le=1000)
    retreat: float = share(0.7, "Share of the margin kept after a review without sales.", below_one=True)
    experiment: float = share(0.3, "Distance of an experiment from the base price, as a share of the margin.")
    smallest_experiment: float = share(0.01, "Minimum distance, as a share of the base price.", below_one=True)
    largest_experiment: float = share(0.15, "Maximum distance, as a share of the base price.", below_one=True)
    experiments: Literal["pairs", "orthogonal"] = parameter(
        "pairs",
        "pairs: a fair coin decides which side of the base comes first, and the other follows. orthogonal: "
        "neighbouring rivals follow uncorrelated patterns.",
        "choice",
    )

    settling_days: int = parameter(
        0,
        "Days after a review whose sales are not recorded, because firms that buy for stock order irregularly "
        "until they are used to a new price.",
        "days",
        ge=0,
        le=3649,
    )

    @model_validator(mode="after")
    def _some_days_count(self) -> Learning:
        if self.settling_days >= self.review_days:
            raise ValueError(
                f"settling_days {self.settling_days} leaves none of the {self.review_days} days between two reviews; "
                f"give at most {self.review_days - 1}, or raise review_days"
            )
        return self

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        """Return posted prices (base plus experiment) and what has been learnt."""
        learnt: Learnt = self._opened(view) if state is None else state
        days = view.sales_record.days_in_stock
        if days.any():
            units = view.sales_record.units_sold.astype(np.float64)
            # Anything older counts for less than a tenth.
            most = max(int(3.5 * self.half_life / self.review_days), self.first_records)
            learnt = learnt.with_record(view.own_price.astype(np.float64), units, days, most)
            curves = fitted(learnt, self._half_life(learnt), self._forms())
            learnt = self._next_experiment(view, replace(learnt, curves=curves))
        learnt = replace(learnt, base=self._base(view.marginal_cost, learnt, days), cost=view.marginal_cost)
        return self._posted(learnt), learnt

    def _opened(self, view: PricingView) -> Learnt:
        """Return the initial state: a random markup, and a random side to try first."""
        low, high = sorted((self.opening_low, self.opening_high))
        markup = low + (high - low) * chances(view, OPENING)
        return nothing_learnt(view.marginal_cost, markup, self._coin(view, 0))

    def _half_life(self, learnt: Learnt) -> float:
        """Return the half-life of records, in records: short at first, when prices were far from the best ones."""
        growing = max(self.shortest_half_life, self.young_half_life * learnt.reviews)
        return max(1.0, min(self.half_life / self.review_days, growing))

    def _forms(self) -> tuple[bool, bool, bool]:
        return "linear" in self.forms, "power" in self.forms, "exponential" in self.forms

    def _base(self, cost: FloatArray, learnt: Learnt, days: FloatArray) -> FloatArray:
        """Return the next base price.

        A change in cost is passed on through the curve without limit; only the move towards the best price is limited.
        """
        base, known = learnt.base, (learnt.days > 0).sum(axis=0) >= self.first_records
        before, best = learnt.curves.best_price(learnt.cost), learnt.curves.best_price(cost)
        through = known & np.isfinite(before) & np.isfinite(best)
        with np.errstate(divide="ignore", invalid="ignore"):
            in_step = np.where(learnt.cost > 0, base * (cost / learnt.cost), base + cost)
            passed = np.where(through, base + best - before, in_step)
        aim = np.where(learnt.curves.form < 0, passed, best)
        if len(learnt.rate):
            aim = np.where(learnt.rate[-1] > 0, aim, cost + self.retreat * (base - cost))
        moved = np.clip(aim, passed / (1.0 + self.step), passed * (1.0 + self.step))
        chosen = np.where(known & (days > 0), moved, passed)
        return np.clip(chosen, np.maximum(self.lowest_markup * cost, LOWEST_BASE), HIGHEST_BASE)

    def _next_experiment(self, view: PricingView, learnt: Learnt) -> Learnt:
        """Return the state with the next side to try: the other side after the first of a pair, then random again.

        If nothing could be learnt, the experiment is repeated.
        """
        learning = view.sales_record.days_in_stock > 0
        turned = np.where(learnt.second, self._coin(view, learnt.reviews), -learnt.sign)
        if self.experiments == "orthogonal":
            turned = self._coin(view, learnt.reviews)
        return replace(
            learnt,
            sign=np.where(learning, turned, learnt.sign),
            second=np.where(learning, ~learnt.second, learnt.second),
        )

    def _coin(self, view: PricingView, review: int) -> FloatArray:
        """Return +1 or -1 for each seller and product: a coin, or the review's place in the seller's own pattern."""
        if self.experiments == "pairs":
            return np.where(chances(view, COIN) < 0.5, -1.0, 1.0)
        # + - + -, + + - -, ...: over a whole number of the longest pattern, any two are uncorrelated.
        row = np.arange(view.own_price.shape[0]) % 4
        high = (review >> row) % 2 == 0
        return np.where(high, 1.0, -1.0)[:, None] * np.ones(view.own_price.shape)

    def _posted(self, learnt: Learnt) -> IntArray:
        """Return base prices plus experiments, in whole cents; at least one cent apart."""
        base = learnt.base
        wide = self.experiment * (base - learnt.cost)
        width = np.clip(wide, self.smallest_experiment * base, self.largest_experiment * base)
        return whole_cents(base + learnt.sign * np.maximum(width, 1.0))


def chances(view: PricingView, index: int) -> FloatArray:
    """Return today's uniform random numbers, shape (sellers, products), different for each ``index``."""
    from sim.kernels.numerics.rule_random_keys import fill_chances

    out = np.empty(view.own_price.shape)
    fill_chances(view.sales_record.chance, index, out)
    return out


__all__ = ["ALL_FORMS", "Form", "Learning", "chances"]
