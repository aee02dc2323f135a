"""Follows when the initial stock of a run is sold, through stocks at average cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.goods import DISPATCH, OPENING, PRODUCTION, SALE
from sim.kernels.numerics.compiler import kernel

UNPRICED = np.dtype(
    [
        ("left", np.float64),
        ("book", np.float64),
        ("place", np.int32),
        ("product", np.int32),
        ("owner", np.int32),
    ],
    align=True,
)
"""Opening stock sold before its owner has bought any such goods: units, their book value, and where the goods to
replace them will arrive."""


class MixedStock(NamedTuple):
    """Stocks that mix opening stock with later purchases, shape (places, products), and what it gained.

    ``held`` are the units in all, ``part`` those of the opening, ``book_value`` the book value of these in cents.
    ``first`` is what was first paid per unit, ``price`` what was last paid by another owner, NaN where nothing was.
    ``gain`` (accounts + 1,) is the value above book of opening stock sold; ``unpriced``, the first ``used[0]`` rows,
    the sales whose value is not yet known.
    """

    held: NDArray[np.float64]
    part: NDArray[np.float64]
    book_value: NDArray[np.float64]
    first: NDArray[np.float64]
    price: NDArray[np.float64]
    gain: NDArray[np.float64]
    unpriced: NDArray[np.void]
    used: NDArray[np.int64]


class StockLine(NamedTuple):
    """A line of the journal of goods."""

    kind: int | np.int64
    product: int | np.int64
    source: int | np.int64
    destination: int | np.int64
    units: int | np.int64
    value_in: int | np.int64
    owner_out: int | np.int64
    owner_in: int | np.int64


@kernel
def note_price(line, stock):
    """Record the first price paid per unit of a good: purchases are dispatches between owners, and all production."""
    bought = line.kind == DISPATCH and line.owner_out != line.owner_in
    paid = (bought or line.kind == PRODUCTION) and line.units > 0
    if paid and not stock.first[line.destination, line.product] >= 0.0:
        stock.first[line.destination, line.product] = line.value_in / line.units


@kernel
def count_gain(line, left, book, stock):
    """Count the value above book of opening stock in a sale: what such goods last cost their owner, or first will."""
    nodes = len(stock.held) // 2
    way = line.source + nodes if line.source < nodes else line.source
    price = stock.price[way, line.product]
    if not price >= 0.0:
        price = stock.first[way, line.product]
    if price >= 0.0:
        stock.gain[line.owner_out] += left * price - book
        return
    row = stock.unpriced[stock.used[0]]
    row["left"] = left
    row["book"] = book
    row["place"] = way
    row["product"] = line.product
    row["owner"] = line.owner_out
    stock.used[0] += 1


@kernel
def follow_line(line, counts, stock):
    """Follow one movement; ``counts``: sales of its day count. There must be a row for a sale without a price.

    A stock is mixed: when k of n units leave, k / n of the remaining opening stock leaves. A sale is held against what
    was last paid before it.
    """
    held, part, book_value = stock.held, stock.part, stock.book_value
    place, other, good, inside = line.source, line.destination, line.product, len(stock.held)
    moved = 1.0 * line.units
    left, book = 0.0, 0.0
    note_price(line, stock)
    if place < inside and held[place, good] > 0.0:
        share = moved / held[place, good]
        left, book = share * part[place, good], share * book_value[place, good]
        part[place, good] -= left
        book_value[place, good] -= book
        held[place, good] -= moved
    if line.kind == OPENING:
        left, book = moved, 1.0 * line.value_in
    elif line.owner_out != line.owner_in:
        if moved > 0.0 and other < inside:
            stock.price[other, good] = line.value_in / moved
        if counts and left > 0.0 and (line.kind == SALE or line.kind == DISPATCH):
            count_gain(line, left, book, stock)
        left, book = 0.0, 0.0
    if other < inside:
        held[other, good] += moved
        part[other, good] += left
        book_value[other, good] += book


@kernel
def follow_opening_stock(journal, days, stock):
    """Follow movements, a ``StockJournal``, of which sales count from ``days[0]`` to before ``days[1]``."""
    for row in range(len(journal.day)):
        line = StockLine(
            np.int64(journal.kind[row]),
            np.int64(journal.product[row]),
            np.int64(journal.source[row]),
            np.int64(journal.destination[row]),
            journal.units[row],
            journal.value_in[row],
            np.int64(journal.owner_out[row]),
            np.int64(journal.owner_in[row]),
        )
        follow_line(line, days[0] <= journal.day[row] < days[1], stock)


@kernel
def add_unpriced(stock, gain):
    """Add sales whose value was not known to ``gain`` (accounts + 1,), at the first price paid since, if any."""
    for row in range(stock.used[0]):
        sale = stock.unpriced[row]
        price = stock.first[sale["place"], sale["product"]]
        if price >= 0.0:
            gain[sale["owner"]] += sale["left"] * price - sale["book"]
