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
from sim.results.figures.arithmetic import counts, totals
from sim.results.outcome_data import OutcomeData

FIRM_KINDS = ("supplier", "intermediary", "retailer", "platform", "carrier")
HOUSEHOLDS = "households"


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


@dataclass(frozen=True)
class Roles:
    """The parts that accounts play: households, all other outside accounts, and firms by kind and tier.

    Attributes:
        of_account: role of each account, shape (accounts + 1,); the last is for code -1, nobody.
        tiers: number of intermediary tiers.
    """

    of_account: IntArray
    tiers: int

    HOUSEHOLDS = 0
    OUTSIDE = 1
    SUPPLIER = 2

    @property
    def count(self) -> int:
        """Number of roles: households, outside, supplier, each tier, retailer, platform, carrier."""
        return self.SUPPLIER + 1 + self.tiers + 3

    def members(self, kind: str) -> list[int]:
        """Return the roles of a kind of firm: one, or for intermediaries one per tier."""
        first_tier = self.SUPPLIER + 1
        after = first_tier + self.tiers
        return {
            "supplier": [self.SUPPLIER],
            "intermediary": list(range(first_tier, after)),
            "retailer": [after],
            "platform": [after + 1],
            "carrier": [after + 2],
        }[kind]

    @property
    def firms(self) -> list[int]:
        """Return the roles of all firms."""
        return list(range(self.SUPPLIER, self.count))


def find_roles(outcome: OutcomeData) -> Roles:
    """Read from the table of firms which role each account plays."""
    accounts = outcome.labels["accounts"]
    roles = Roles(np.full(len(accounts) + 1, Roles.OUTSIDE, dtype=np.int64), len(outcome.manifest.scenario.tiers))
    roles.of_account[accounts.index(HOUSEHOLDS)] = Roles.HOUSEHOLDS
    firms = outcome.columns["firms"]
    for firm, code, tier in zip(firms["firm"], firms["kind"], firms["tier"], strict=True):
        kind = outcome.labels["firm_kinds"][code]
        place = int(tier) - 1 if kind == "intermediary" else 0
        roles.of_account[firm] = roles.members(kind)[place]
    return roles


def is_kept(needs: Columns) -> BoolArray:
    """Tell which needs ended in a purchase that was not returned, shape (needs,)."""
    kept: BoolArray = (needs["result"] == BOUGHT) & ~needs["returned"]
    return kept


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
    def need_count(self) -> int:
        """Number of needs inside the window."""
        return len(self.needs["day"])

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

    def kept_numbers(self, by: str, groups: int) -> IntArray:
        """Return how many purchases were not returned by a column of codes, shape (groups,)."""
        numbers: IntArray = np.zeros(groups, dtype=np.int64)
        for needs in self.chunks("needs"):
            numbers += counts(needs[by][is_kept(needs)], groups)
        return numbers

    def kept_sums(self, by: str, groups: int, *columns: str) -> IntArray:
        """Return sums of columns together over purchases not returned, by a column of codes, shape (groups,)."""
        sums: IntArray = np.zeros(groups, dtype=np.int64)
        for needs in self.chunks("needs"):
            rows = np.flatnonzero(is_kept(needs))
            for column in columns:
                sums += totals(needs[by][rows], needs[column][rows], groups)
        return sums

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
