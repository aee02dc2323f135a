"""The same need under two regimes: who pays less, waits less, gains a purchase or loses one.

Buyers differ between regimes, so that a difference of means alone misleads.
"""

from __future__ import annotations

import numpy as np

from sim.common.types import CENTS, BoolArray
from sim.results.figures.arithmetic import Value, currency_each, quotient
from sim.results.figures.description import FigureInfo, described
from sim.results.figures.groups import Groups
from sim.results.figures.window import Window, rows_between
from sim.results.outcome_data import OutcomeData

SAME_NEED: dict[str, FigureInfo] = described(
    FigureInfo("bought_both", "share", "Needs that ended in a purchase under both regimes / needs"),
    FigureInfo("gained", "share", "Needs that ended in a purchase under the second regime only / needs", "higher"),
    FigureInfo("lost", "share", "Needs that ended in a purchase under the first regime only / needs", "lower"),
    FigureInfo(
        "price",
        "currency",
        "Mean difference in price, second less first, over needs kept under both",
        "lower",
    ),
    FigureInfo("full_price", "currency", "Mean difference in full price over needs kept under both", "lower"),
    FigureInfo("days", "days", "Mean difference in delivery time over needs delivered under both", "lower"),
    FigureInfo("surplus", "currency per need", "Mean difference in consumer surplus over all needs", "higher"),
    FigureInfo("better_off", "share", "Needs with a higher surplus under the second regime / needs", "higher"),
    FigureInfo("worse_off", "share", "Needs with a lower surplus under the second regime / needs", "lower"),
    FigureInfo("surplus_by_town", "currency per need", "The difference in surplus, by town", "higher", "town"),
    FigureInfo(
        "surplus_by_rarity",
        "currency per need",
        "The difference in surplus, by rarity of taste in the town",
        "higher",
        "fifth of customers",
    ),
)


def same_need(first: OutcomeData, second: OutcomeData) -> dict[str, Value]:
    """Compare two outcomes need by need, second less first; ``SAME_NEED`` says what the figures are.

    Raises:
        ValueError: when the needs are not the same: another seed, other customers or another window.
    """
    one, other = Window.of(first), Window.of(second)
    _check_alike(one, other)
    surplus = other.needs["surplus"] - one.needs["surplus"]
    kept, delivered = one.kept & other.kept, one.delivered & other.delivered
    needs = one.need_count

    def share(rows: BoolArray) -> float | None:
        return quotient(np.count_nonzero(rows), needs)

    def difference(column: str, rows: BoolArray) -> float | None:
        return quotient((other.needs[column][rows] - one.needs[column][rows]).sum(), np.count_nonzero(rows))

    groups = Groups(one)
    surplus_sums = groups.sums(surplus)
    return {
        "bought_both": share(one.bought & other.bought),
        "gained": share(~one.bought & ~one.waiting & other.bought),
        "lost": share(one.bought & ~other.bought & ~other.waiting),
        "price": in_currency(difference("price", kept)),
        "full_price": in_currency(difference("full_price", kept)),
        "days": difference("days", delivered),
        "surplus": currency_each(surplus.sum(), needs),
        "better_off": share(surplus > 0),
        "worse_off": share(surplus < 0),
        "surplus_by_town": groups.by_town(surplus_sums, CENTS),
        "surplus_by_rarity": groups.by_rarity(surplus_sums, CENTS),
    }


NEEDS_READ = (
    *("need", "customer", "day", "town", "taste", "result", "returned"),
    *("price", "full_price", "days", "surplus"),
)
"""Columns of needs that ``same_need`` reads."""


def read_by_pairs(outcome: OutcomeData) -> OutcomeData:
    """Return what ``same_need`` reads of an outcome: a copy, small enough to travel to another process."""
    columns = outcome.columns
    needs = rows_between({name: columns["needs"][name] for name in NEEDS_READ}, *outcome.manifest.window)
    parts = {"needs": needs, "daily": {"day": columns["daily"]["day"]}, "tastes": columns["tastes"]}
    copies = {name: {column: np.array(values) for column, values in part.items()} for name, part in parts.items()}
    return OutcomeData(outcome.manifest, {"towns": outcome.labels["towns"]}, copies)


def in_currency(cents: float | None) -> float | None:
    """Return cents in units of currency; None stays None."""
    return None if cents is None else cents / CENTS


def _check_alike(one: Window, other: Window) -> None:
    """Raise ValueError unless both windows hold the same needs of the same customers on the same days."""
    if (one.first, one.end) != (other.first, other.end):
        raise ValueError(
            f"windows differ: days {one.first} to {one.end - 1} and days {other.first} to {other.end - 1}; "
            "compare runs of one scenario"
        )
    for column in ("need", "customer", "day"):
        if not np.array_equal(one.needs[column], other.needs[column]):
            raise ValueError(
                f"the {one.need_count} and {other.need_count} needs differ in their {column}; "
                "compare runs of one scenario with one seed"
            )
