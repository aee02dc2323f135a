"""Learning firms at given demand curves, without a market around them: twenty chains at once, decades in seconds.

Every firm of a chain sells on the day what the last one sells to its customers: 14 000 of them need something in a
week, and the number who buy at the price is a Poisson number around what the curve says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray, IntArray
from sim.engine.codes import NO_PRICE
from sim.kernels.numerics.rule_random_keys import fill_keys
from sim.rules.price_rule import PricingView, SalesRecord

Curve: TypeAlias = Callable[[FloatArray], FloatArray]
NEEDS_A_WEEK = 14_000


def linear(price: FloatArray) -> FloatArray:
    """Worth spread evenly from 0 to 120: the share who buy at a price (in currency)."""
    return np.clip(1.0 - price / 120.0, 0.0, 1.0)


def elastic(price: FloatArray) -> FloatArray:
    """Elasticity 2 above 2 500."""
    return np.minimum(1.0, (2_500.0 / price) ** 2)


def view_of(
    own_price: Any,
    cost: Any,
    units: Any = 0,
    days: Any = 0.0,
    *,
    day: int = 0,
    chance: NDArray[np.uint64] | None = None,
    rival: Any = NO_PRICE,
    asked: Any = NO_PRICE,
) -> PricingView:
    """Return what sellers are shown who charge ``own_price`` (sellers, products), in cents; the rest is spread over
    all of them."""
    own = np.atleast_2d(np.asarray(own_price, dtype=np.int64))

    def whole(value: Any) -> IntArray:
        return np.broadcast_to(np.asarray(value, dtype=np.int64), own.shape).copy()

    def real(value: Any) -> FloatArray:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), own.shape).copy()

    keys = np.zeros(own.shape, dtype=np.uint64) if chance is None else chance
    return PricingView(
        day=day,
        products=tuple(f"good {number}" for number in range(own.shape[1])),
        landed_cost=real(cost),
        own_price=own,
        rival_price=whole(rival),
        wholesale_price=real(0),
        reference_price=real(0),
        marginal_cost=real(cost),
        observed=SalesRecord(whole(units), real(days), keys, whole(asked)),
    )


@dataclass
class Firms:
    """The firms of one level, one row a chain, with what they have noted since their last review."""

    rule: Any
    level: int
    seeds: NDArray[np.int64]
    price: IntArray = field(init=False)
    units: IntArray = field(init=False)
    days: int = 0
    state: Any = None

    def __post_init__(self) -> None:
        self.price = np.zeros((len(self.seeds), 1), dtype=np.int64)
        self.units = np.zeros_like(self.price)

    def review(self, day: int, cost: FloatArray) -> None:
        """Set prices."""
        keys = np.empty(self.price.shape, dtype=np.uint64)
        fill_keys(self.level, 1, day, self.seeds, keys)
        view = view_of(self.price, cost, self.units, float(self.days), day=day, chance=keys)
        self.price, self.state = self.rule.decide(view, self.state)
        self.units[:], self.days = 0, 0

    def note(self, sold: IntArray) -> None:
        """Note a week's sales."""
        self.units += sold
        self.days += 7


def base_prices(rules: Sequence[Any], demand: Curve, cost: float, years: int, seeds: Sequence[int]) -> FloatArray:
    """Return the base prices of chains that follow these rules, top first, week by week: (weeks, levels, seeds)."""
    noise = np.random.default_rng(list(seeds))
    levels = [Firms(rule, number, np.array(seeds, dtype=np.int64)) for number, rule in enumerate(rules)]
    weeks = []
    for week in range(52 * years):
        upstream = np.full((len(seeds), 1), cost * 100.0)
        for firms in levels:
            if 7 * week % firms.rule.review_days == 0:
                firms.review(7 * week, upstream)
            upstream = firms.price.astype(np.float64)
        sold = noise.poisson(NEEDS_A_WEEK * demand(upstream / 100.0))
        for firms in levels:
            firms.note(sold)
        weeks.append([firms.state.base[:, 0] / 100.0 for firms in levels])
    return np.array(weeks)


def duopoly_bases(rule: Any, years: int, markets: int) -> FloatArray:
    """Return base prices of two rivals who follow a rule, in markets of their own: (weeks, sellers, markets).

    Logit: goods worth 200 that cost 100, against nothing at all, shocks of scale 25. Sellers are rows, markets columns.
    """
    noise = np.random.default_rng(2020)
    sellers = np.array([1, 2], dtype=np.int64)
    price = np.zeros((2, markets), dtype=np.int64)
    sold, state, weeks = np.zeros_like(price), None, []
    for week in range(52 * years):
        keys = np.empty(price.shape, dtype=np.uint64)
        fill_keys(1, 1, week, sellers, keys)
        view = view_of(price, 10_000.0, sold, 7.0 * (week > 0), day=7 * week, chance=keys)
        price, state = rule.decide(view, state)
        worth = np.exp((200.0 - price / 100.0) / 25.0)
        sold = noise.poisson(NEEDS_A_WEEK * worth / (1.0 + worth.sum(axis=0)))
        weeks.append(state.base / 100.0)
    return np.array(weeks)
