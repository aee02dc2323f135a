"""Follows when the initial stock of a run is sold, through stocks at average cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel


class MovementKinds(NamedTuple):
    """Codes of the movements that put the opening stock in place and that produce, and which are sales, (kinds,)."""

    opening: int
    production: int
    dispatch: int
    sale: NDArray[np.bool_]


class MixedStock(NamedTuple):
    """Stocks that mix opening stock with later purchases, shape (places, products).

    ``held`` are the units in all, ``part`` those of the opening, ``book_value`` the book value of these in cents.
    ``price`` is what was last paid per unit, NaN where nothing was ever paid.
    """

    held: NDArray[np.float64]
    part: NDArray[np.float64]
    book_value: NDArray[np.float64]
    price: NDArray[np.float64]


@kernel
def note_prices(journal, kinds, price):
    """Record the first price paid per unit of each good.

    Purchases are dispatches from one owner to another, and all production. ``price`` (places, products) is NaN where
    nothing was ever paid.
    """
    for line in range(len(journal.kind)):
        kind, units = journal.kind[line], journal.units[line]
        changes_hands = journal.owner_out[line] != journal.owner_in[line]
        paid = kind == kinds.production or (kind == kinds.dispatch and changes_hands)
        if paid and units > 0:
            place, good = journal.destination[line], journal.product[line]
            if not price[place, good] >= 0.0:
                price[place, good] = journal.value_in[line] / units


@kernel
def follow_opening_stock(journal, kinds, days, stock, gain):
    """Add to ``gain`` (accounts,) the value above book of opening stock sold from ``days[0]`` to before ``days[1]``.

    A stock is mixed: when k of n units leave, k / n of the remaining opening stock leaves. ``stock.price`` starts as
    that of ``note_prices``, and is renewed line by line: a sale is held against what was last paid before it.
    """
    held, part, book_value, price = stock
    inside = len(held)
    nodes = inside // 2
    for line in range(len(journal.day)):
        place, other, good = journal.source[line], journal.destination[line], journal.product[line]
        kind, owner = journal.kind[line], journal.owner_out[line]
        moved = 1.0 * journal.units[line]
        left, book = 0.0, 0.0
        if place < inside and held[place, good] > 0.0:
            share = moved / held[place, good]
            left, book = share * part[place, good], share * book_value[place, good]
            part[place, good] -= left
            book_value[place, good] -= book
            held[place, good] -= moved
        if kind == kinds.opening:
            left, book = moved, 1.0 * journal.value_in[line]
        elif owner != journal.owner_in[line]:
            way = place + nodes if place < nodes else place
            if moved > 0.0 and other < inside:
                price[other, good] = journal.value_in[line] / moved
            counts = kinds.sale[kind] and days[0] <= journal.day[line] < days[1]
            if counts and left > 0.0 and price[way, good] >= 0.0:
                gain[owner] += left * price[way, good] - book
            left, book = 0.0, 0.0
        if other < inside:
            held[other, good] += moved
            part[other, good] += left
            book_value[other, good] += book
