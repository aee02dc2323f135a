"""A level of the chain: places of one kind whose firms decide together, in arrays, each by its own rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.engine.firms.forecasts import Forecasts
from sim.kernels.reordering import BaseStockPolicy
from sim.rules.replenishment import StockView

Rule = TypeVar("Rule")


@dataclass
class Group(Generic[Rule]):
    """Rows of a level that share a rule, with what the rule has learnt."""

    rule: Rule
    rows: NDArray[np.intp]
    state: Any = None

    def decide(self, view: Any, *, learns: bool = True) -> Any:
        """Ask the rule; what it learns is kept, except from decisions made before the first day."""
        rule: Any = self.rule
        decision, state = rule.decide(view, self.state)
        if learns:
            self.state = state
        return decision

    def due(self, day: int) -> bool:
        """Tell whether today is a review day."""
        return day % self._review_days == 0

    def due_in_turn(self, day: int) -> NDArray[np.intp]:
        """Return the rows whose review day it is where places take turns, so that not all of them order at once."""
        return self.rows[(day + self.rows) % self._review_days == 0]

    @property
    def _review_days(self) -> int:
        days: int = getattr(self.rule, "review_days")  # noqa: B009 - every rule has one
        return days


def group_by_rule(rules: Sequence[Rule]) -> list[Group[Rule]]:
    """Group rows by equal rules, in order of first appearance."""
    groups: list[tuple[Rule, list[int]]] = []
    for row, rule in enumerate(rules):
        for known, rows in groups:
            if known == rule:
                rows.append(row)
                break
        else:
            groups.append((rule, [row]))
    return [Group(rule, np.array(rows, dtype=np.intp)) for rule, rows in groups]


class OnePass(NamedTuple):
    """What a kernel reads and writes that lets a level order in one pass; ``wanted`` (places, products) is in units."""

    policy: BaseStockPolicy
    wanted: NDArray[np.int64]


@dataclass
class Level:
    """Places of one level, ``nodes``, with the rules of the firms that run them.

    Attributes:
        number: 0 for suppliers, then the tiers, then stores.
        nodes: the places' numbers as a slice.
        lines: the products each place deals in, shape (places, products).
        pricing, direct_pricing, replenishment, assortment, closing, direct_entry: groups of rows (places of the
            level, from 0) by rule; empty where the level does not decide that.
        forecasts: what the places expect to sell.
        stock_limit: most units of one product a place can hold.
        customers_wait: whether buyers who meet an empty stock wait for the goods, as a depot's do, or leave.
        trading: whether each place orders goods; one that has decided to close does not. Shape (places,).
        one_pass: tables for ordering by a kernel; None where the rules have to be asked.
    """

    number: int
    nodes: slice
    lines: NDArray[np.bool_]
    pricing: list[Group[Any]] = field(default_factory=list)
    direct_pricing: list[Group[Any]] = field(default_factory=list)
    replenishment: list[Group[Any]] = field(default_factory=list)
    assortment: list[Group[Any]] = field(default_factory=list)
    closing: list[Group[Any]] = field(default_factory=list)
    direct_entry: list[Group[Any]] = field(default_factory=list)
    forecasts: Forecasts = field(default_factory=lambda: Forecasts((), 0))
    stock_limit: int = np.iinfo(np.int64).max
    customers_wait: bool = True
    trading: NDArray[np.bool_] = field(init=False)
    one_pass: OnePass | None = None

    def __post_init__(self) -> None:
        self.trading = np.ones(self.size, dtype=np.bool_)

    def learn_demand(self, demand: NDArray[np.int64], customers: NDArray[np.float64] | None = None) -> None:
        """Update the forecasts with today's demand, int64[nodes, products] of the whole market.

        ``customers`` of the same shape is what customers downstream asked for, for places that learn of it.
        """
        self.forecasts.learn(demand[self.nodes], None if customers is None else customers[self.nodes])

    def stock_view(
        self,
        rows: NDArray[np.intp],
        lead_days: NDArray[np.int64],
        position: NDArray[np.int64],
        forecast: NDArray[np.float64],
        carried: NDArray[np.bool_],
    ) -> StockView:
        """Return what the keepers of the stocks at some rows know; ``lead_days`` (nodes,) is the whole market's."""
        variance = self.forecasts.variance
        return StockView(
            position=position,
            forecast=forecast,
            lead_days=lead_days[self.nodes][rows, None],
            carried=carried,
            limit=np.full((len(rows), 1), self.stock_limit, dtype=np.int64),
            variance=None if variance is None else variance[rows],
            customers_wait=self.customers_wait,
        )

    @property
    def size(self) -> int:
        """Number of places."""
        return self.nodes.stop - self.nodes.start
