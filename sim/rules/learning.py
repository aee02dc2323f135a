"""A pricing rule that knows nothing but its own past prices and sales, and keeps trying."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import model_validator

from sim.common.parameters import parameter, share
from sim.rules.demand_fit import FloatArray, Learnt, fitted, nothing_learnt
from sim.rules.price_rule import IntArray, PricingRule, PricingView, whole_cents

Form: TypeAlias = Literal["linear", "power", "exponential"]
ALL_FORMS: tuple[Form, ...] = ("linear", "power", "exponential")
LOWEST_BASE, HIGHEST_BASE = 2.0, 8e10
"""In cents: experiments around them stay above nothing and below a thousand million units of currency."""
OPENING, COIN = range(2)
"""What the random numbers of a review are for."""


class Learning(PricingRule):
    """Prices learnt from the seller's own records: controlled variance around a fitted curve.

    After den Boer and Zwart (2014), "Simultaneously learning and optimizing using controlled variance pricing",
    Management Science 60(3): the price that looks best is posted with a controlled distance to it, so that there is
    always something to learn from. Here the distance comes in pairs, above and below, and the curve is the best of
    three forms, as a wrong form leads to a wrong price however long one learns.

    Conduct: a seller takes its cost as given and its demand as it has found it. A firm upstream that reviews its price
    less often than its buyers do theirs learns the demand that their answers leave it, and comes to rest where the
    leader of a successive monopoly does (Spengler 1950; Stackelberg). With equally frequent reviews it does not.
    Rivals who experiment in step take each other's moves for their own and end up too dear; `experiments =
    "orthogonal"` rules that out for the few in a town.
    """

    uses_sales_history: ClassVar[bool] = True

    rule: Literal["learning"] = parameter("learning", "Learnt from own prices and sales.", "choice")
    opening_low: float = parameter(1.15, "Lowest opening price, as a multiple of cost.", "multiple", gt=1, le=1000)
    opening_high: float = parameter(1.5, "Highest opening price, as a multiple of cost.", "multiple", gt=1, le=1000)
    first_records: int = parameter(4, "Reviews before a curve is trusted.", "reviews", ge=2, le=1000)
    half_life: float = parameter(
        728.0, "Age at which a record counts half, once there are enough of them.", "days", ge=1, le=36500
    )
    young_half_life: float = share(0.12, "Half-life of records as a share of their number, while they are few.")
    shortest_half_life: float = parameter(6.0, "Half-life of records, at least.", "reviews", ge=1, le=1000)
    forms: list[Form] = parameter(list(ALL_FORMS), "Forms of demand that are tried.", "choices", min_length=1)
    step: float = parameter(0.1, "Largest move of the price at one review, cost left aside.", "share", gt=0, le=1)
    lowest_markup: float = parameter(1.02, "Never below this multiple of cost.", "multiple", ge=1, le=1000)
    retreat: float = share(0.7, "Share of the margin kept after a review without any sale.", below_one=True)
    experiment: float = share(0.3, "Distance of an experiment from the base price, as a share of the margin.")
    smallest_experiment: float = share(0.01, "At least this share of the base price.", below_one=True)
    largest_experiment: float = share(0.15, "At most this share of the base price.", below_one=True)
    experiments: Literal["pairs", "orthogonal"] = parameter(
        "pairs",
        "pairs: a fair coin says which side of the base comes first, the other follows. orthogonal: rivals next to one "
        "another follow patterns of which none looks like another.",
        "choice",
    )

    settling_days: int = parameter(
        0,
        "Days after a review whose sales are left out of the record: firms that buy for stock order out of step until "
        "they have got used to a new price.",
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
        """Return posted prices, base and experiment, and what has been learnt."""
        learnt: Learnt = self._opened(view) if state is None else state
        days = view.sales_record.days_in_stock
        if days.any():
            units = view.sales_record.units_sold.astype(np.float64)
            # Nothing older than this counts for a tenth any more.
            most = max(int(3.5 * self.half_life / self.review_days), self.first_records)
            learnt = learnt.with_record(view.own_price.astype(np.float64), units, days, most)
            curves = fitted(learnt, self._half_life(learnt), self._forms())
            learnt = self._next_experiment(view, replace(learnt, curves=curves))
        learnt = replace(learnt, base=self._base(view.marginal_cost, learnt, days), cost=view.marginal_cost)
        return self._posted(learnt), learnt

    def _opened(self, view: PricingView) -> Learnt:
        """Return what sellers start from: a markup and a side to try first, both by chance."""
        low, high = sorted((self.opening_low, self.opening_high))
        markup = low + (high - low) * chances(view, OPENING)
        return nothing_learnt(view.marginal_cost, markup, self._coin(view, 0))

    def _half_life(self, learnt: Learnt) -> float:
        """Return the half-life of records, in records: short at first, as prices were far from the best ones."""
        growing = max(self.shortest_half_life, self.young_half_life * learnt.reviews)
        return max(1.0, min(self.half_life / self.review_days, growing))

    def _forms(self) -> tuple[bool, bool, bool]:
        return "linear" in self.forms, "power" in self.forms, "exponential" in self.forms

    def _base(self, cost: FloatArray, learnt: Learnt, days: FloatArray) -> FloatArray:
        """Return the next price to experiment around.

        A change of cost is passed on through the curve, uncapped; only the move towards the best price is.
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
        """Return it with the side to try next: after the first of a pair the other one, then by chance again.

        Where nothing could be learnt, the experiment is made again.
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
        # + - + -, + + - -, ...: over a whole number of the longest pattern, no two go together more often than not.
        row = np.arange(view.own_price.shape[0]) % 4
        high = (review >> row) % 2 == 0
        return np.where(high, 1.0, -1.0)[:, None] * np.ones(view.own_price.shape)

    def _posted(self, learnt: Learnt) -> IntArray:
        """Return base prices and experiments together, in whole cents; at least one cent apart."""
        base = learnt.base
        wide = self.experiment * (base - learnt.cost)
        width = np.clip(wide, self.smallest_experiment * base, self.largest_experiment * base)
        return whole_cents(base + learnt.sign * np.maximum(width, 1.0))


def chances(view: PricingView, index: int) -> FloatArray:
    """Return uniform numbers of today's, shape (sellers, products), others for each ``index``."""
    from sim.kernels.numerics.rule_random_keys import fill_chances

    out = np.empty(view.own_price.shape)
    fill_chances(view.sales_record.chance, index, out)
    return out


__all__ = ["ALL_FORMS", "Form", "Learning", "chances"]
