"""Follows when the initial stock of a run is sold, through stocks at average cost."""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel


@kernel
def note_prices(kind, destination, product, units, value_in, owner_out, owner_in, buys, makes, price):
    """Record the first price paid per unit of each good.

    Purchases are moves of the kind ``buys`` from one owner to another, and all of the kind ``makes``. ``price``
    (places, products) is NaN where nothing was ever paid.
    """
    for line in range(len(kind)):
        paid = kind[line] == makes or (kind[line] == buys and owner_out[line] != owner_in[line])
        if paid and units[line] > 0:
            place, good = destination[line], product[line]
            if not price[place, good] >= 0.0:
                price[place, good] = value_in[line] / units[line]


@kernel
def follow_opening_stock(
    first, end, day, kind, source, destination, product, units, value_in, owner_out, owner_in, opening, sold,
    nodes, price, held, part, book_value, gain,
):  # fmt: skip
    """Add to ``gain`` (accounts,) the value above book of initial stock sold on days ``first`` to ``end`` - 1.

    A stock is mixed: when k of n units leave, k / n of the remaining initial stock leaves. ``held``, ``part`` and
    ``book_value`` (places, products) are units in all, those of the opening, and their book value; ``opening`` is the
    kind of move that puts them there, ``sold`` (kinds,) tells which moves are sales. ``price`` is that of
    ``note_prices``, and renewed line by line: a sale is held against what was last paid before it.
    """
    inside = 2 * nodes
    for line in range(len(day)):
        place, other, good = source[line], destination[line], product[line]
        moved = 1.0 * units[line]
        left, book = 0.0, 0.0
        if place < inside and held[place, good] > 0.0:
            share = moved / held[place, good]
            left, book = share * part[place, good], share * book_value[place, good]
            part[place, good] -= left
            book_value[place, good] -= book
            held[place, good] -= moved
        if kind[line] == opening:
            left, book = moved, 1.0 * value_in[line]
        elif owner_out[line] != owner_in[line]:
            way = place + nodes if place < nodes else place
            if moved > 0.0 and other < inside:
                price[other, good] = value_in[line] / moved
            if sold[kind[line]] and first <= day[line] < end and left > 0.0 and price[way, good] >= 0.0:
                gain[owner_out[line]] += left * price[way, good] - book
            left, book = 0.0, 0.0
        if other < inside:
            held[other, good] += moved
            part[other, good] += left
            book_value[other, good] += book
