"""The night of a run that keeps figures instead of records: what is over is added up, and its rows are used again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import REFUND
from sim.kernels.codes import NOTHING, WAITING
from sim.kernels.goods import ARRIVAL, DISPATCH, RETURNING, SALE, outside
from sim.kernels.need_sums import Choice, Ending, add_need
from sim.kernels.needs import Calendar, Visits
from sim.kernels.numerics.compiler import kernel
from sim.kernels.opening_stock import StockLine, follow_line

PAIRED = np.dtype(
    [
        ("price", np.int64),
        ("full_price", np.int64),
        ("days", np.float64),
        ("surplus", np.int64),
        ("customer", np.int32),
        ("day", np.int32),
        ("result", np.int8),
        ("returned", np.bool_),
    ],
    align=True,
)
"""What is kept of each need where the same needs are compared between regimes."""


class JournalSums(NamedTuple):
    """Sums of the journals over the window, by kind and by the roles of both sides, see ``FlowSums`` of figures.

    ``role`` is by account. ``money`` has shape (parts of the window, kinds, roles, roles); ``refunded`` and
    ``returned`` are by the seller's role. ``paid`` and ``received`` (kinds, accounts + 1) are cents by account;
    ``sold`` (accounts + 1, products) units sold or dispatched to another owner. ``moved`` are cents,
    units, value out and value in, without sign.
    """

    role: NDArray[np.int64]
    money: NDArray[np.int64]
    refunded: NDArray[np.int64]
    units: NDArray[np.int64]
    value_out: NDArray[np.int64]
    value_in: NDArray[np.int64]
    returned: NDArray[np.int64]
    paid: NDArray[np.int64]
    received: NDArray[np.int64]
    sold: NDArray[np.int64]
    moved: NDArray[np.float64]


class Lives(NamedTuple):
    """Needs and what decides when they are over: who shopped, and the calendars."""

    needs: NDArray[np.void]
    visits: Visits
    deliveries: Calendar
    returns: Calendar


@kernel
def add_transfers(books, part, needs, sums):
    """Add a day's payments."""
    role = sums.role
    for line in range(books.used[0]):
        row = books.journal[line]
        cents, kind, payer, payee = row["cents"], np.int64(row["kind"]), np.int64(row["payer"]), np.int64(row["payee"])
        sums.money[part, kind, role[payer], role[payee]] += cents
        sums.paid[kind, payer] += cents
        sums.received[kind, payee] += cents
        sums.moved[0] += 1.0 * cents
        if kind == REFUND:
            sums.refunded[role[payer]] += min(cents, needs[np.int64(row["need"])]["price"])


@kernel
def add_movements(day, goods, counts, sums, opening):
    """Add a day's movements of goods, of which only opening stock is followed where the day does not count."""
    role, returning = sums.role, outside(goods, RETURNING)
    for number in range(goods.used[0]):
        row = goods.journal[number]
        line = StockLine(
            np.int64(row["kind"]),
            np.int64(row["product"]),
            np.int64(row["source"]),
            np.int64(row["destination"]),
            row["units"],
            row["value_in"],
            np.int64(row["owner_out"]),
            np.int64(row["owner_in"]),
        )
        counted = counts and row["day"] == day  # the opening stock is put in place the evening before
        follow_line(line, counted, opening)
        if not counted:
            continue
        giver, taker = line.owner_out, line.owner_in
        if giver != taker or (line.kind != DISPATCH and line.kind != ARRIVAL):
            sums.units[line.kind, role[giver], role[taker]] += line.units
            sums.value_out[line.kind, role[giver]] += row["value_out"]
            sums.value_in[line.kind, role[taker]] += line.value_in
            if giver != taker and (line.kind == SALE or line.kind == DISPATCH):
                sums.sold[giver, line.product] += line.units
            sums.moved[1] += 1.0 * line.units
            sums.moved[2] += 1.0 * row["value_out"]
            sums.moved[3] += 1.0 * line.value_in
        if line.source == returning:
            sums.returned[role[giver]] += line.units


@kernel
def add_row(needs, row, number, people, styles, sums, pairs):
    """Add the need in a row, and write down what pairs of regimes are compared by, where ``pairs`` has rows.

    An order that has not left its depot is what it is: nothing is bought, paid or delivered.
    """
    need = needs[row]
    customer, result = np.int64(need["customer"]), np.int64(need["result"])
    waits = result == WAITING
    cell = np.int64(people.town[customer]) * styles + people.taste[customer]
    choice = Choice(np.int64(need["first_choice"]), need["first_empty"], need["first_missing"])
    ending = Ending(
        result,
        need["returned"],
        np.int64(need["product"]),
        np.int64(need["seller"]),
        np.int64(need["channel"]),
        0 if waits else need["price"],
        0 if waits else need["fee"],
        0 if waits else need["tax"],
        need["full_price"],
        np.int64(np.rint(-need["sunk_cost"])) if waits else need["surplus"],
        need["km"],
        need["days"],
    )
    add_need(np.int64(need["day"]), cell, choice, ending, sums)
    if len(pairs) > 0:
        pair = pairs[number]
        pair["price"] = ending.price
        pair["full_price"] = ending.full_price
        pair["days"] = ending.days
        pair["surplus"] = ending.surplus
        pair["customer"] = need["customer"]
        pair["day"] = need["day"]
        pair["result"] = need["result"]
        pair["returned"] = need["returned"]


@kernel
def settle_need(row, needs, reuse, people, styles, sums, pairs):
    """Add a need that is over, and free its row."""
    add_row(needs, row, reuse.number[row], people, styles, sums, pairs)
    reuse.number[row] = NOTHING
    reuse.free[reuse.free_count[0]] = row
    reuse.free_count[0] += 1


@kernel
def settle_needs(day, lives, people, styles, sums, pairs):
    """Settle needs that are over: nothing was bought, it was delivered today and is kept, or its return has arrived."""
    needs, visits, deliveries, returns = lives
    reuse = visits.reuse
    for place in range(reuse.over_count[0]):
        settle_need(reuse.over[place], needs, reuse, people, styles, sums, pairs)
    reuse.over_count[0] = 0
    row = deliveries.first[day]
    while row >= 0:
        if not needs[row]["returned"]:
            settle_need(row, needs, reuse, people, styles, sums, pairs)
        row = deliveries.next[row]
    row = returns.first[day]
    while row >= 0:
        settle_need(row, needs, reuse, people, styles, sums, pairs)
        row = returns.next[row]


@kernel
def add_living(lives, people, styles, sums, pairs):
    """Add the needs that are not over, for an outcome; their rows stay."""
    reuse = lives.visits.reuse
    for row in range(reuse.rows[0]):
        if reuse.number[row] >= 0:
            add_row(lives.needs, row, reuse.number[row], people, styles, sums, pairs)
