"""The part of an outcome that counts: rows dated inside the window, and who belongs to which kind of firm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns, chunks
from sim.common.types import BoolArray, IntArray
from sim.engine.codes import BOUGHT, WAITING
from sim.engine.figure_sums import Sizes, no_needs, with_room
from sim.engine.roles import Roles, roles_of
from sim.kernels.need_sums import NeedColumns, NeedSums, add_columns
from sim.results.figures.arithmetic import countable_sum, totals
from sim.results.figures.parts import sums_between
from sim.results.outcome_data import OutcomeData

FIRM_KINDS = ("supplier", "intermediary", "retailer", "platform", "carrier")


def rows_between(columns: Columns, first: int, end: int) -> Columns:
    """Return the rows dated ``first`` to ``end`` - 1; views, not copies, when they lie in order of day."""
    day = columns["day"]
    rows: Any
    if all(bool(np.all(day[part][1:] >= day[part][:-1])) for part in overlapping(len(day), day)):
        ends = np.array((first, end), dtype=day.dtype)  # of another type, all days would be copied into it
        rows = slice(*np.searchsorted(day, ends).tolist())
    else:
        rows = np.flatnonzero((day >= first) & (day < end))
    return {name: column[rows] for name, column in columns.items()}


def overlapping(rows: int, table: NDArray[Any]) -> Iterator[slice]:
    """Yield stretches of rows of a table, each with the first row of the next one."""
    for part in chunks(rows, table):
        yield slice(part.start, part.stop + 1)


def find_roles(outcome: OutcomeData) -> Roles:
    """Read from the table of firms which role each account plays."""
    firms, kinds = outcome.columns["firms"], outcome.labels["firm_kinds"]
    rows = zip(firms["firm"], (kinds[code] for code in firms["kind"]), firms["tier"], strict=True)
    return roles_of(outcome.labels["accounts"], len(outcome.manifest.scenario.tiers), rows)


def is_kept(needs: Columns) -> BoolArray:
    """Tell which needs ended in a purchase that was not returned, shape (needs,)."""
    kept: BoolArray = (needs["result"] == BOUGHT) & ~needs["returned"]
    return kept


def added_up(window: Window) -> NeedSums:
    """Return the sums over the needs of a window, from the records of them."""
    outcome = window.outcome
    styles = 1 + int(outcome.columns["tastes"]["style"].max(initial=0))
    labels = outcome.labels
    sizes = Sizes(len(labels["towns"]) * styles, len(labels["products"]), len(labels["accounts"]), 0)
    sums = no_needs(np.array([window.first, window.end]), sizes)
    for needs in window.chunks("needs"):
        count = len(needs["day"])
        missing = needs.get("first_missing", np.zeros(count, dtype=np.bool_))
        sums = with_room(sums, count)
        columns = {**needs, "first_missing": missing}
        add_columns(
            NeedColumns(*(in_type(columns[name], COLUMN_TYPES[name]) for name in NeedColumns._fields)), styles, sums
        )
    return sums


def in_type(column: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return a column in the one type and layout that kernels are compiled for."""
    return np.require(column, kind, ["C", "W"])


COLUMN_TYPES: dict[str, type[np.generic]] = {
    **dict.fromkeys(("day", "first_choice", "product", "seller", "town", "taste"), np.int32),
    **dict.fromkeys(("first_empty", "first_missing", "returned"), np.bool_),
    **dict.fromkeys(("result", "channel"), np.int8),
    **dict.fromkeys(("price", "fee", "tax", "full_price", "surplus"), np.int64),
    **dict.fromkeys(("km", "days"), np.float64),
}


@dataclass(frozen=True)
class Window:
    """What figures are computed from. Columns keep integer cents and codes; see ``Outcome``."""

    outcome: OutcomeData
    first: int
    end: int

    @classmethod
    def of(cls, outcome: OutcomeData) -> Window:
        """Return the window that the calendar sets, as far as the run has come; perhaps empty."""
        first, end = outcome.manifest.window
        lived = int(outcome.columns["daily"]["day"].max(initial=-1)) + 1
        return cls(outcome, first, max(first, min(end, lived)))

    def code(self, labels: str, name: str) -> int:
        """Return the code behind a name. Raises ValueError when there is no such name."""
        return self.outcome.labels[labels].index(name)

    def rows(self, table: str) -> Columns:
        """Return the rows of a table dated inside the window."""
        return rows_between(self.outcome.columns[table], self.first, self.end)

    def chunks(self, table: str) -> Iterator[Columns]:
        """Yield the rows of a table dated inside the window part by part, so that memory holds one at a time."""
        rows = self.rows(table)
        for part in chunks(len(rows["day"]), *self.outcome.columns[table].values()):
            yield {name: column[part] for name, column in rows.items()}

    @cached_property
    def needs(self) -> Columns:
        """Needs dated inside the window."""
        return self.rows("needs")

    @cached_property
    def sums(self) -> NeedSums:
        """Sums over the needs inside the window, as of one part; see ``NeedSums``.

        Raises:
            BooksError: when their money may add up to more than 64 bits hold.
            RecordsError: when the run kept sums over other days only.
        """
        found = self.outcome.sums
        sums = added_up(self) if found is None else sums_between(found.needs, self.first, self.end)
        countable_sum(float(sums.moved[0]))
        return sums

    @property
    def knows_missing(self) -> bool:
        """Whether needs say if something was missed; not in runs saved before they did."""
        return self.outcome.sums is not None or "first_missing" in self.outcome.columns["needs"]

    @cached_property
    def need_count(self) -> int:
        """Number of needs inside the window."""
        if self.outcome.sums is None:
            return len(self.needs["day"])
        return int(self.sums.results.sum())

    @cached_property
    def bought(self) -> BoolArray:
        """Whether each need ended in a purchase (paid and dispatched), shape (needs,)."""
        bought: BoolArray = self.needs["result"] == BOUGHT
        return bought

    @cached_property
    def waiting(self) -> BoolArray:
        """Whether each need still waited when the run ended, so that its end is unknown, shape (needs,)."""
        waiting: BoolArray = self.needs["result"] == WAITING
        return waiting

    @cached_property
    def kept(self) -> BoolArray:
        """Whether each need ended in a purchase that was not returned, shape (needs,)."""
        return is_kept(self.needs)

    @cached_property
    def delivered(self) -> BoolArray:
        """Whether each need ended in a purchase whose delivery time is known, shape (needs,)."""
        return self.bought & ~np.isnan(self.needs["days"])

    @cached_property
    def roles(self) -> Roles:
        """Who plays which part."""
        return find_roles(self.outcome)

    @cached_property
    def tier_names(self) -> tuple[str, ...]:
        """Names of the intermediary tiers, from the suppliers' side; numbered where two share a name."""
        names = [tier.name for tier in self.outcome.manifest.scenario.tiers]
        taken = ["supplier", *names, "retailer"]
        return tuple(
            f"{name} ({place})" if taken.count(name) > 1 else name for place, name in enumerate(names, start=1)
        )

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return self.outcome.labels["channels"]

    def at_end_of(self, day: int, column: str) -> IntArray:
        """Return ``balance`` or ``book_value`` of firms at the end of a day, in cents, shape (roles,)."""
        daily = rows_between(self.outcome.columns["daily"], day, day + 1)
        return totals(self.roles.of_account[daily["firm"]], daily[column], self.roles.count)

    def change(self, column: str) -> IntArray:
        """Return how ``balance`` or ``book_value`` changed over the window, in cents, shape (roles,)."""
        return self.at_end_of(self.end - 1, column) - self.at_end_of(self.first - 1, column)

    @cached_property
    def profits(self) -> IntArray:
        """Change of cash + change of book value of all firms of each role, in cents, shape (roles,)."""
        return self.change("balance") + self.change("book_value")

    def places_of(self, column: str) -> NDArray[Any]:
        """Return a column of the table of places, indexed by place code."""
        places = self.outcome.columns["places"]
        spread = np.full(int(places["place"].max(initial=-1)) + 1, -1, dtype=np.int64)
        spread[places["place"]] = places[column]
        return spread
