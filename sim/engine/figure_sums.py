"""What a run keeps in place of records, with ``records.needs = "figures"``: sums over its window, added up every night.

Figures are functions of these sums, whether they were added up night by night here or from the records of a finished
run (``sim.results.figures.window``), and the same to the last bit: all are of whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.common.table import reserve
from sim.common.types import FloatArray, IntArray
from sim.engine.codes import NOTHING, RESULTS
from sim.engine.roles import Roles
from sim.kernels import books, goods
from sim.kernels.forgetting import (
    PAIRED,
    JournalSums,
    Lives,
    add_living,
    add_movements,
    add_transfers,
    settle_needs,
)
from sim.kernels.need_sums import (
    CELL_SUMS,
    CHANNEL_SUMS,
    FIRST_CHOICES,
    NeedSums,
    TimeCounts,
    copy_times,
    part_of_window,
)
from sim.kernels.offers import CHANNELS
from sim.kernels.opening_stock import UNPRICED, MixedStock, add_unpriced
from sim.world.population import Population

FEWEST_TIMES = 256
"""Entries of a table of delivery times to begin with; a power of two."""


class Sizes(NamedTuple):
    """How many towns times styles, products, accounts and places with the ways to them there are."""

    cells: int
    products: int
    accounts: int
    inside: int


def empty_times(entries: int) -> TimeCounts:
    """Return a table of delivery times without any; ``entries`` is a power of two."""
    group = np.full(entries, NOTHING, dtype=np.int64)
    return TimeCounts(np.zeros(entries), group, np.zeros(entries, dtype=np.int64), np.zeros(1, dtype=np.int64))


def with_room(sums: NeedSums, more: int) -> NeedSums:
    """Return sums whose table of delivery times stays half empty when ``more`` are counted."""
    times, entries = sums.times, len(sums.times.group)
    wanted = 2 * (int(times.used[0]) + more)
    if wanted <= entries:
        return sums
    while entries < wanted:
        entries *= 2
    larger = empty_times(entries)
    copy_times(times, larger)
    return sums._replace(times=larger)


def no_needs(edges: IntArray, sizes: Sizes) -> NeedSums:
    """Return sums over no needs; ``edges`` are the first days of the parts, and the day after the last."""

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    parts = len(edges) - 1
    return NeedSums(
        edges=np.array(edges, dtype=np.int64),
        results=zeros(parts, len(RESULTS)),
        first=zeros(parts, len(FIRST_CHOICES)),
        money=zeros(parts, 3),
        cells=zeros(len(CELL_SUMS), sizes.cells),
        channels=zeros(CHANNELS, len(CHANNEL_SUMS)),
        products=zeros(sizes.products),
        sellers=zeros(sizes.accounts),
        km=zeros(3),
        moved=np.zeros(1),
        times=empty_times(FEWEST_TIMES),
    )


def no_lines(parts: int, roles: Roles, products: int) -> JournalSums:
    """Return sums over journals without a line."""

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    count, kinds, accounts = roles.count, len(goods.KINDS), len(roles.of_account)
    return JournalSums(
        role=roles.of_account,
        money=zeros(parts, len(books.KINDS), count, count),
        refunded=zeros(count),
        units=zeros(kinds, count, count),
        value_out=zeros(kinds, count),
        value_in=zeros(kinds, count),
        returned=zeros(count),
        paid=zeros(len(books.KINDS), accounts),
        received=zeros(len(books.KINDS), accounts),
        sold=zeros(accounts, products),
        moved=np.zeros(4),
    )


def no_opening_stock(sizes: Sizes) -> MixedStock:
    """Return the stocks of an economy before its opening."""
    shape = (sizes.inside, sizes.products)
    mixed = (np.zeros(shape), np.zeros(shape), np.zeros(shape), np.full(shape, np.nan), np.full(shape, np.nan))
    return MixedStock(*mixed, np.zeros(sizes.accounts + 1), np.empty(0, dtype=UNPRICED), np.zeros(1, dtype=np.int64))


def with_rows(stock: MixedStock, lines: int) -> MixedStock:
    """Return stocks with rows for ``lines`` more sales without a price."""
    return stock._replace(unpriced=reserve(stock.unpriced, int(stock.used[0]) + lines))


def gain_by_account(stock: MixedStock) -> FloatArray:
    """Return the value above book of opening stock sold, in cents, shape (accounts + 1,)."""
    gain = stock.gain.copy()
    add_unpriced(stock, gain)
    return gain


@dataclass(frozen=True)
class FoundSums:
    """The sums of a run over its window, as its figures read them.

    Attributes:
        needs: of needs. journals: of payments and movements. gain: value above book of opening stock sold, by account.
        all_needs: number of needs of all days.
    """

    needs: NeedSums
    journals: JournalSums
    gain: FloatArray
    all_needs: int


class FigureSums:
    """The sums of a run that forgets its records every night.

    Attributes:
        pairs: what pairs of regimes are compared by, a row for each need; without rows where they are not kept.
    """

    def __init__(self, edges: IntArray, sizes: Sizes, roles: Roles, styles: int, *, pairs: bool):
        self._needs, self._journals = no_needs(edges, sizes), no_lines(len(edges) - 1, roles, sizes.products)
        self._opening = no_opening_stock(sizes)
        self._styles = styles
        self.pairs: NDArray[np.void] = np.empty(1 if pairs else 0, dtype=PAIRED)

    def add_day(self, call: Callable[..., Any], day: int, lives: Lives, people: Population, written: Any) -> None:
        """Add a day: the lines of both journals, ``written``, and the needs that are over."""
        ledger, stock = written
        part = int(part_of_window(self._needs.edges, day))
        if part != NOTHING:
            call(add_transfers, ledger, part, lives.needs, self._journals)
        self._opening = with_rows(self._opening, int(stock.used[0]))
        call(add_movements, day, stock, part != NOTHING, self._journals, self._opening)
        over = int(lives.deliveries.size[day]) + int(lives.returns.size[day])
        self._needs = with_room(self._needs, over)
        if len(self.pairs):
            self.pairs = reserve(self.pairs, int(lives.visits.used[0]))
        call(settle_needs, day, lives, people, self._styles, self._needs, self.pairs)

    def found(self, lives: Lives, people: Population) -> tuple[FoundSums, NDArray[np.void]]:
        """Return the sums as they stand, needs that are not over included, and what pairs are compared by."""
        needs = with_room(copied(self._needs), int(lives.visits.reuse.rows[0]))
        pairs = reserve(self.pairs, int(lives.visits.used[0])).copy() if len(self.pairs) else self.pairs
        add_living(lives, people, self._styles, needs, pairs)
        count = int(lives.visits.used[0])
        sums = FoundSums(needs, copied(self._journals), gain_by_account(self._opening), count)
        return sums, pairs[:count] if len(pairs) else pairs


def copied(tables: Any) -> Any:
    """Return a named tuple of arrays, and of such tuples, as copies."""
    parts = (copied(each) if isinstance(each, tuple) else each.copy() for each in tables)
    return type(tables)(*parts)
