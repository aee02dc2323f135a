"""The only code that writes units: two-legged movements of whole units, with their book value in whole cents.

Places are numbered: the nodes (depots and stores), then the way *to* each node, then the outside: factory, households,
returning, spoiled, written off.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.codes import NOTHING
from sim.kernels.numerics.compiler import kernel

KINDS = ("opening", "production", "dispatch", "arrival", "sale", "return", "restock", "spoilage", "write_off")
OPENING, PRODUCTION, DISPATCH, ARRIVAL, SALE, RETURN, RESTOCK, SPOILAGE, WRITE_OFF = range(len(KINDS))

OUTSIDE = ("factory", "households", "returning", "spoiled", "written off")
FACTORY, HOUSEHOLDS, RETURNING, SPOILED, WRITTEN_OFF = range(len(OUTSIDE))
CARRIED_OVER = -1


MOVEMENT = np.dtype(
    [
        ("units", np.int64),
        ("value_out", np.int64),
        ("value_in", np.int64),
        ("need", np.int32),
        ("day", np.int32),
        ("product", np.int32),
        ("source", np.int32),
        ("destination", np.int32),
        ("owner_out", np.int32),
        ("owner_in", np.int32),
        ("kind", np.int8),
    ],
    align=True,
)


class Goods(NamedTuple):
    """Location of every unit.

    ``units`` and ``value`` have shape (places, products); ``owner`` (nodes, products) is the account that owns the
    goods at a node or on the way to it; ``reserved`` (nodes, products) is sold but not yet handed over; ``due``
    (horizon, nodes, products) arrives on days equal modulo the horizon. The journal has one line per movement,
    ``used[0]`` of them used.
    """

    units: NDArray[np.int64]
    value: NDArray[np.int64]
    owner: NDArray[np.int64]
    reserved: NDArray[np.int64]
    due: NDArray[np.int64]
    used: NDArray[np.int64]
    journal: NDArray[np.void]


class StockJournal(NamedTuple):
    """Columns of the journal of goods, one entry per movement: integers of any width, values in cents."""

    day: NDArray[np.integer]
    kind: NDArray[np.integer]
    source: NDArray[np.integer]
    destination: NDArray[np.integer]
    product: NDArray[np.integer]
    units: NDArray[np.integer]
    value_out: NDArray[np.integer]
    value_in: NDArray[np.integer]
    owner_out: NDArray[np.integer]
    owner_in: NDArray[np.integer]


class StockMovement(NamedTuple):
    """Units of one product that go from one place to another, as a line in the journal.

    ``value_in`` is their book value at the destination in cents, ``CARRIED_OVER`` for what they had at the source;
    ``owner_out`` and ``owner_in`` are accounts; ``need`` is the customer's need they serve,
    ``NOTHING`` for none.
    """

    kind: int
    product: int | np.int64
    source: int | np.int64
    destination: int | np.int64
    units: int
    value_in: int
    owner_out: int | np.int64
    owner_in: int | np.int64
    need: int


@kernel
def outside(goods, which):
    """Number of an outside place."""
    return 2 * goods.owner.shape[0] + which


@kernel
def way_to(goods, node):
    """Number of the place that represents the way to a node."""
    return goods.owner.shape[0] + node


@kernel
def move(goods, day, movement):
    """Move units with their book value and record it. Returns the value given up at the source.

    Issuing k of n units gives up ``value * k // n``. Outside places have no book value.
    """
    kind, product, source, destination, units, value_in, owner_out, owner_in, need = movement
    if units == 0:
        return 0
    inside = 2 * goods.owner.shape[0]
    value_out = 0
    if source < inside:
        # value * units // held, without the product, which may exceed 64 bits
        value, held = goods.value[source, product], goods.units[source, product]
        value_out = value // held * units + value % held * units // held
        goods.value[source, product] -= value_out
    if value_in == CARRIED_OVER:
        value_in = value_out
    if destination < inside:
        goods.value[destination, product] += value_in
    else:
        value_in = 0
    goods.units[source, product] -= units
    goods.units[destination, product] += units
    line = goods.journal[goods.used[0]]
    line["day"] = day
    line["kind"] = kind
    line["product"] = product
    line["source"] = source
    line["destination"] = destination
    line["units"] = units
    line["value_out"] = value_out
    line["value_in"] = value_in
    line["owner_out"] = owner_out
    line["owner_in"] = owner_in
    line["need"] = need
    goods.used[0] += 1
    return value_out


@kernel
def receive_shipments(goods, day):
    """Put today's arrivals into stock; owner and value are unchanged."""
    slot = day % goods.due.shape[0]
    for node in range(goods.due.shape[1]):
        for product in range(goods.due.shape[2]):
            units = goods.due[slot, node, product]
            if units > 0:
                owner = goods.owner[node, product]
                goods.due[slot, node, product] = 0
                way = way_to(goods, node)
                move(goods, day, StockMovement(ARRIVAL, product, way, node, units, CARRIED_OVER, owner, owner, NOTHING))


@kernel
def add_book_value(goods, held):
    """Add the book value of goods at nodes or on the way to them to their owners' totals, (accounts,)."""
    for node in range(goods.owner.shape[0]):
        on_the_way = way_to(goods, node)
        owner, book_value = goods.owner[node, 0], 0  # almost always one owner in sequence, so sum before booking
        for product in range(goods.owner.shape[1]):
            if goods.owner[node, product] != owner:
                held[owner] += book_value
                owner, book_value = goods.owner[node, product], 0
            book_value += goods.value[node, product] + goods.value[on_the_way, product]
        held[owner] += book_value


@kernel
def goods_agree(goods, first, units, value, scratch):
    """Tell whether the journal from line ``first`` explains the location of units and their value.

    ``units`` and ``value`` (places, products) are the state explained at the last check; movements in the new lines
    are added to them. Also checked: each product sums to zero over all places, only the factory holds less
    than zero, there is no value without units, and goods in transit are due. ``scratch`` (2, products) is scratch
    space. The caller says what is wrong.
    """
    inside, nodes, products = 2 * goods.owner.shape[0], goods.owner.shape[0], goods.units.shape[1]
    for line in range(first, goods.used[0]):
        row = goods.journal[line]
        units[row["destination"], row["product"]] += row["units"]
        units[row["source"], row["product"]] -= row["units"]
        value[row["destination"], row["product"]] += row["value_in"]
        value[row["source"], row["product"]] -= row["value_out"]
    # Differences and signs are gathered without asking at every cell, a row at a time, so that the processor takes
    # several at once.
    amiss, signs = 0, 0
    total, under_way = scratch[0], scratch[1]
    for product in range(products):
        total[product] = 0
    for place in range(goods.units.shape[0]):
        for product in range(products):
            held = goods.units[place, product]
            amiss |= held - units[place, product]
            signs |= held if place != inside + FACTORY else 0
            total[product] += held
    for product in range(products):
        amiss |= total[product]
    for place in range(inside):
        for product in range(products):
            book_value = goods.value[place, product]
            amiss |= book_value - value[place, product]
            amiss |= book_value if goods.units[place, product] == 0 else 0
            signs |= book_value
    for node in range(nodes):
        for product in range(products):
            under_way[product] = goods.units[nodes + node, product]
        for slot in range(goods.due.shape[0]):
            for product in range(products):
                under_way[product] -= goods.due[slot, node, product]
        for product in range(products):
            amiss |= under_way[product]
    return amiss == 0 and signs >= 0
