"""Rows for what a day writes, in memory or on disk; and what lies on disk is taken out of memory again.

With ``records.keep = "disk"`` a phase works through its lists in chunks. After each chunk what was written is checked
while it is in memory, and released.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.common import table
from sim.common.table import chunks, release_pages, reserve, reserve_column
from sim.engine.codes import NOTHING
from sim.engine.state import State
from sim.kernels import fulfilment
from sim.kernels.needs import Calendar, Visits, split_list


def chunk_rows(state: State) -> int:
    """Return how many rows of a list are worked through at a time."""
    return table.CHUNK if state.scenario.records.on_disk else int(np.iinfo(np.int64).max)


def reserve_needs(state: State, new: int) -> None:
    """Reserve rows for ``new`` needs, on top of those there were."""
    reuse = state.visits.reuse
    kept = state.scenario.records.of_all
    rows = int(state.visits.used[0] if kept else reuse.rows[0]) + new
    state.needs = reserve(state.needs, rows)
    state.deliveries = reserve_column(state.deliveries, "next", rows)
    state.returns = reserve_column(state.returns, "next", rows)
    visitors = new + int(state.visits.returning_count[0])
    state.visits = reserve_column(reserve_column(state.visits, "basket", visitors), "returning", visitors)
    if not kept:
        for name, wanted in (("number", rows), ("free", rows), ("over", visitors)):
            reuse = reserve_column(reuse, name, wanted)
        if reuse is not state.visits.reuse:
            state.visits = state.visits._replace(reuse=reuse)
    if state.scenario.records.choices:  # every offer that visitors can consider, and leaving
        considered = int(state.choices.used[0]) + visitors * (len(state.offers) + 1)
        state.choices = reserve_column(state.choices, "rows", considered)


def reserve_orders(state: State, new: int) -> None:
    """Reserve rows for new orders and for everything that shipping all outstanding ones can write."""
    outstanding = int(state.orders.used[0]) + new
    state.orders = reserve_column(state.orders, "lines", outstanding)
    state.ledger.reserve(outstanding * fulfilment.ROWS_PER_SALE)
    state.stock.reserve(outstanding)


def basket_chunks(state: State) -> Iterator[Visits]:
    """Yield today's purchases, all at once; where records lie on disk, as many as memory shall hold of them."""
    visits = state.visits
    if not state.scenario.records.on_disk:
        yield visits
        return
    for part in chunks(int(visits.in_basket[0])):
        number = np.array([part.stop - part.start])
        yield visits._replace(basket=visits.basket[part], in_basket=number)
        check_and_release(state)


def calendar_chunks(state: State, calendar: Calendar) -> Iterator[None]:
    """Yield while today's list of a calendar holds all its needs; of records on disk, one chunk after another."""
    day = state.day
    if not state.scenario.records.on_disk:
        if calendar.size[day]:
            yield
        return
    rest = 0
    while rest != NOTHING:
        rest = int(split_list(calendar, day, chunk_rows(state)))
        yield
        check_and_release(state)
        calendar.first[day] = rest


def check_and_release(state: State) -> None:
    """Where records lie on disk, check those not checked yet while they are in memory, and take them out of it."""
    if state.scenario.records.on_disk:
        state.ledger.verify(state.day)
        state.stock.verify(state.day)
        release(state)


def release(state: State) -> None:
    """Take records that lie on disk out of memory."""
    if state.scenario.records.on_disk:
        release_pages(state.needs, state.deliveries.next, state.returns.next, state.choices.rows, state.orders.lines)
        state.ledger.release()
        state.stock.release()
