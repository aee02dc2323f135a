"""The record of each need, and the calendar on which deliveries and returns are due."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.codes import NOTHING, WAITING
from sim.kernels.numerics.compiler import kernel

NEED = np.dtype(
    [
        ("day", np.int32),
        ("customer", np.int32),
        ("first_choice", np.int32),
        ("first_store", np.int32),
        ("product", np.int32),
        ("place", np.int32),
        ("at_store", np.int32),
        ("seller", np.int32),
        ("first_channel", np.int8),
        ("channel", np.int8),
        ("result", np.int8),
        ("attempt", np.int8),
        ("first_empty", np.bool_),
        ("first_missing", np.bool_),
        ("returned", np.bool_),
        ("price", np.int64),
        ("fee", np.int64),
        ("tax", np.int64),
        ("full_price", np.int64),
        ("cost_of_goods", np.int64),
        ("refund", np.int64),
        ("surplus", np.int64),
        ("km", np.float64),
        ("quoted_days", np.float64),
        ("transit", np.float64),
        ("days", np.float64),
        ("utility", np.float64),
        ("outside_option", np.float64),
        ("sunk_cost", np.float64),
        ("shopping_cost", np.float64),
    ],
    align=True,
)
"""The record of a need; codes are -1 for nothing, money is in cents.

Codes are short, because a run writes a record for every need and less data is faster. Kernels convert them to int64
when reading, so that functions are compiled for one type only.

``first_missing``: a product that nobody offers the customer would have been its first choice. ``utility`` and
``outside_option`` are worths including shocks; ``sunk_cost`` is the cost of wasted trips and waiting; ``shopping_cost``
the travel, waiting and hassle of the purchase itself, at quoted days; ``transit`` the quoted days without waiting for
stock.
"""


WORD = 64
"""Bits of a word: places of the day's order that are marked together."""


class RowReuse(NamedTuple):
    """Rows of needs that are used again once a need is over, where records of them are not kept.

    Empty arrays, but for the counters, where records are kept: then the row of a need is its number.

    Attributes:
        number: the need in each row, ``NOTHING`` in a free one, shape (rows,).
        free: free rows, the first ``free_count[0]``; after them come those from ``rows[0]`` on, never used yet.
        over: today's needs that ended without a purchase, the first ``over_count[0]``.
    """

    number: NDArray[np.int64]
    free: NDArray[np.int64]
    free_count: NDArray[np.int64]
    rows: NDArray[np.int64]
    over: NDArray[np.int64]
    over_count: NDArray[np.int64]


class Visits(NamedTuple):
    """Who shops today: how many needs there are in all (``used[0]``), which of them buy (``basket``, the first
    ``in_basket[0]``), and which come back tomorrow (``returning``, the first
    ``returning_count[0]``).

    Scratch space: ``has_need`` (customers,) tells who has a need today, ``places`` which places of the day's order they
    have, a bit each, by ``steps`` (2, ``WORD``); ``queue`` (customers,) are the same customers in that order.
    ``basket`` and ``returning`` hold rows of needs."""

    has_need: NDArray[np.bool_]
    places: NDArray[np.uint64]
    steps: NDArray[np.int64]
    queue: NDArray[np.int32]
    used: NDArray[np.int64]
    basket: NDArray[np.int64]
    in_basket: NDArray[np.int64]
    returning: NDArray[np.int64]
    returning_count: NDArray[np.int64]
    reuse: RowReuse


class Calendar(NamedTuple):
    """Needs with something due on a day: a linked list per day in ``first[day]`` and ``next[need]``, -1 at the end.

    ``size[day]`` is its length.
    """

    first: NDArray[np.int64]
    size: NDArray[np.int64]
    next: NDArray[np.int64]


@kernel
def schedule(calendar, day, need):
    """Add a need to the list of a day; days after the end of the run are dropped."""
    if day < len(calendar.first):
        calendar.next[need] = calendar.first[day]
        calendar.first[day] = need
        calendar.size[day] += 1


@kernel
def split_list(calendar, day, most):
    """End the list of a day after ``most`` needs. Returns the next need, -1 if there was none."""
    need = calendar.first[day]
    for _ in range(1, most):
        if need < 0:
            break
        need = calendar.next[need]
    if need < 0:
        return NOTHING
    rest = calendar.next[need]
    calendar.next[need] = NOTHING
    return rest


@kernel
def row_of(reuse, number):
    """The row for a new need: its number where records are kept, else a free one, the last one freed first."""
    if len(reuse.number) == 0:
        return number
    if reuse.free_count[0] > 0:
        reuse.free_count[0] -= 1
        row = reuse.free[reuse.free_count[0]]
    else:
        row = reuse.rows[0]
        reuse.rows[0] += 1
    reuse.number[row] = number
    return row


@kernel
def note_over(reuse, need):
    """Note that a need ended without a purchase, where its row will be used again."""
    if len(reuse.over) > 0:
        reuse.over[reuse.over_count[0]] = need
        reuse.over_count[0] += 1


@kernel
def open_need(needs, visits, day, customer):
    """Start the record of a need. Returns its row."""
    need = row_of(visits.reuse, visits.used[0])
    visits.used[0] += 1
    record = needs[need]
    record["day"] = day
    record["customer"] = customer
    record["first_choice"] = NOTHING
    record["first_store"] = NOTHING
    record["first_channel"] = NOTHING
    record["first_empty"] = False
    record["first_missing"] = False
    record["attempt"] = 0
    record["returned"] = False
    record["refund"] = 0
    record["km"] = 0.0
    record["sunk_cost"] = 0.0
    clear_purchase(needs, need, WAITING)
    return need


@kernel
def clear_purchase(needs, need, result):
    """Record that nothing was bought, so far or finally; the cost of trips stays sunk."""
    record = needs[need]
    record["result"] = result
    record["product"] = NOTHING
    record["place"] = NOTHING
    record["at_store"] = NOTHING
    record["seller"] = NOTHING
    record["channel"] = NOTHING
    record["price"] = 0
    record["fee"] = 0
    record["tax"] = 0
    record["full_price"] = 0
    record["cost_of_goods"] = 0
    record["quoted_days"] = np.nan
    record["transit"] = np.nan
    record["days"] = np.nan
    record["utility"] = 0.0
    record["shopping_cost"] = 0.0
    record["surplus"] = np.int64(np.rint(-record["sunk_cost"]))
