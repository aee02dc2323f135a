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


class Visits(NamedTuple):
    """Who shops today: how many needs there are in all (``used[0]``), which of them buy (``basket``, the first
    ``in_basket[0]``), and which come back tomorrow (``returning``, the first
    ``returning_count[0]``).

    ``has_need`` and ``queue`` (customers,) are scratch space: who has a need today, and the same in the day's order."""

    has_need: NDArray[np.bool_]
    queue: NDArray[np.int32]
    used: NDArray[np.int64]
    basket: NDArray[np.int64]
    in_basket: NDArray[np.int64]
    returning: NDArray[np.int64]
    returning_count: NDArray[np.int64]


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
def open_need(needs, visits, day, customer):
    """Start the record of a need. Returns its number."""
    need = visits.used[0]
    visits.used[0] = need + 1
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
