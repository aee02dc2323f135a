"""The only code that writes units: two-legged movements of whole units, with their book value in whole cents.

Places are numbered: the nodes (depots and stores), then for each node the way *to* it, then the outside:
factory, households, returning, spoiled, written off.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    """Where every unit is.

    ``units`` and ``value`` have shape (places, products); ``owner`` (nodes, products) is the account that owns what
    stands at a node or is on the way to it; ``reserved`` (nodes, products) is sold and not yet handed over; ``due``
    (horizon, nodes, products) is what arrives on days equal modulo the horizon. The journal has a line for each
    movement, ``used[0]`` of them used.
    """

    units: NDArray[np.int64]
    value: NDArray[np.int64]
    owner: NDArray[np.int64]
    reserved: NDArray[np.int64]
    due: NDArray[np.int64]
    used: NDArray[np.int64]
    journal: NDArray[np.void]


@kernel
def outside(goods, which):
    """Number of an outside place."""
    return 2 * goods.owner.shape[0] + which


@kernel
def way_to(goods, node):
    """Number of the place that is the way to a node."""
    return goods.owner.shape[0] + node


@kernel
def move(goods, day, kind, product, source, destination, units, value_in, owner_out, owner_in, need):
    """Move units with their book value and write it down. Returns the value given up at the source.

    Issuing k of n units gives up ``value * k // n``; ``value_in`` is the value at the destination, ``CARRIED_OVER``
    for the same. The outside has no book value.
    """
    if units == 0:
        return 0
    inside = 2 * goods.owner.shape[0]
    value_out = 0
    if source < inside:
        # value * units // held, without the product, which can be larger than 64 bits hold
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
    """Put what is due today into stock; its owner and its value stay as they are."""
    slot = day % goods.due.shape[0]
    for node in range(goods.due.shape[1]):
        for product in range(goods.due.shape[2]):
            units = goods.due[slot, node, product]
            if units > 0:
                owner = goods.owner[node, product]
                goods.due[slot, node, product] = 0
                move(goods, day, ARRIVAL, product, way_to(goods, node), node, units, CARRIED_OVER, owner, owner, -1)


@kernel
def add_book_value(goods, held):
    """Add the book value of what stands at nodes or is on its way to them to what its owners hold, (accounts,)."""
    for node in range(goods.owner.shape[0]):
        on_the_way = way_to(goods, node)
        owner, worth = goods.owner[node, 0], 0  # nearly always one owner's all along: added up before it is booked
        for product in range(goods.owner.shape[1]):
            if goods.owner[node, product] != owner:
                held[owner] += worth
                owner, worth = goods.owner[node, product], 0
            worth += goods.value[node, product] + goods.value[on_the_way, product]
        held[owner] += worth


@kernel
def goods_agree(goods, first, units, value, scratch):
    """Whether the journal from line ``first`` explains where units and their value are.

    ``units`` and ``value`` (places, products) are what the journal explained at the last check; what its new lines
    moved is added to them. Also: each product adds up to nothing over all places, nobody but the factory holds less
    than nothing, no value stands on no units, and what is under way is due. ``scratch`` (2, products) is room to
    reckon. Saying what is wrong is left to others.
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
            worth = goods.value[place, product]
            amiss |= worth - value[place, product]
            amiss |= worth if goods.units[place, product] == 0 else 0
            signs |= worth
    for node in range(nodes):
        for product in range(products):
            under_way[product] = goods.units[nodes + node, product]
        for slot in range(goods.due.shape[0]):
            for product in range(products):
                under_way[product] -= goods.due[slot, node, product]
        for product in range(products):
            amiss |= under_way[product]
    return amiss == 0 and signs >= 0
