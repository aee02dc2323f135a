"""Welfare: what customers, firms and the state gain, in currency per need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.figures.arithmetic import CENTS, FloatArray, Value, counts, currency_each, ratio, totals
from sim.figures.description import FigureInfo
from sim.figures.flows import Flows
from sim.figures.rarity import FIFTHS, Rarity
from sim.figures.window import Roles, Window

WELFARE = (
    FigureInfo(
        "consumer_surplus",
        "currency per need",
        "Realised utility less that of leaving; sunk trips and returns count negative",
        "higher",
    ),
    FigureInfo("consumer_surplus_by_town", "currency per need", "consumer_surplus, town by town", "higher", "town"),
    FigureInfo(
        "consumer_surplus_by_rarity",
        "currency per need",
        "consumer_surplus, by rarity of taste in the own town",
        "higher",
        "fifth of customers",
    ),
    FigureInfo("producer_surplus", "currency per need", "The profits of all five kinds of firms", "higher"),
    FigureInfo("welfare", "currency per need", "Consumer surplus + producer surplus + tax - subsidy", "higher"),
    FigureInfo(
        "welfare_by_town",
        "currency per need",
        "welfare, town by town; profits, tax and subsidy are laid to towns by what their customers paid",
        "higher",
        "town",
    ),
    FigureInfo(
        "welfare_by_rarity",
        "currency per need",
        "welfare, by rarity of taste in the own town",
        "higher",
        "fifth of customers",
    ),
)


def welfare(window: Window, flows: Flows, rarity: Rarity) -> dict[str, Value]:
    """Return consumer and producer surplus, and their sum with tax less subsidy; also by town and rarity.

    A town has no firms of its own. Firms' profits and the state's net income are therefore laid to towns and
    fifths in proportion to what their customers paid for purchases kept; weighted by needs, the parts give
    back the whole.
    """
    surplus = window.needs["surplus"]
    producers = int(window.profits[window.roles.firms].sum())
    public = int(flows.net("tax")[Roles.OUTSIDE] + flows.net("subsidy")[Roles.OUTSIDE])
    spent = np.where(window.kept, window.needs["price"] + window.needs["fee"] + window.needs["tax"], 0)
    town_names = window.outcome.labels["towns"]

    def by_town(amounts: NDArray[np.integer]) -> FloatArray:
        return totals(window.needs["town"], amounts, len(town_names)).astype(np.float64)

    town_needs = counts(window.needs["town"], len(town_names)).astype(np.float64)
    fifth_needs = rarity.sums(np.ones(window.need_count, dtype=np.int64))
    town_surplus, fifth_surplus = by_town(surplus), rarity.sums(surplus)
    others = producers + public
    return {
        "consumer_surplus": currency_each(surplus.sum(), window.need_count),
        "consumer_surplus_by_town": each(town_names, town_surplus, town_needs),
        "consumer_surplus_by_rarity": each(FIFTHS, fifth_surplus, fifth_needs),
        "producer_surplus": currency_each(producers, window.need_count),
        "welfare": currency_each(int(surplus.sum()) + others, window.need_count),
        "welfare_by_town": each(town_names, with_others(town_surplus, by_town(spent), others), town_needs),
        "welfare_by_rarity": each(FIFTHS, with_others(fifth_surplus, rarity.sums(spent), others), fifth_needs),
    }


def each(names: tuple[str, ...], cents: FloatArray | None, needs: FloatArray) -> dict[str, Value]:
    """Return cents / needs of each group in units of currency; all None where the cents are undefined."""
    if cents is None:
        return dict.fromkeys(names)
    return {name: ratio(cents[place], CENTS * needs[place]) for place, name in enumerate(names)}


def with_others(surplus: FloatArray, spent: FloatArray, others: int) -> FloatArray | None:
    """Return each group's surplus + its part of the others' gain by what it spent; None if nobody spent."""
    whole = spent.sum()
    return surplus + spent * (others / whole) if whole > 0 else None
