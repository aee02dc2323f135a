"""Adds up needs for figures, in whole numbers: from records of them, or day by day as each need is over.

The sums do not depend on the order in which needs come, so that a run without records has the same figures, to the last
bit, as one with them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.codes import BOUGHT, NOT_STOCKED, NOTHING, OUT_OF_STOCK, WAITING
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import mix

FIRST_CHOICES = ("wanted", "met", "met_of_all", "of_all", "empty", "lost", "recovered")
WANTED, MET, MET_OF_ALL, OF_ALL, EMPTY, LOST, RECOVERED = range(len(FIRST_CHOICES))
CELL_SUMS = ("needs", "surplus", "unserved", "spent")
NEEDS, SURPLUS, UNSERVED, SPENT = range(len(CELL_SUMS))
CHANNEL_SUMS = ("bought", "kept", "price", "full_price")
BOUGHT_BY, KEPT_BY, PRICE_BY, FULL_PRICE_BY = range(len(CHANNEL_SUMS))

FRACTION_BITS, LOW_BITS = 53, 27
LOW_MASK = (1 << LOW_BITS) - 1
FRACTION = float(1 << FRACTION_BITS)
TIME_STEP = float(1 << 20)


class TimeCounts(NamedTuple):
    """How many deliveries took exactly so many days: a hash table of ``used[0]`` entries, sizes a power of two.

    ``group`` is that of ``time_group``, ``NOTHING`` in an empty entry.
    """

    days: NDArray[np.float64]
    group: NDArray[np.int64]
    number: NDArray[np.int64]
    used: NDArray[np.int64]


class NeedSums(NamedTuple):
    """Sums over the needs of some days. Part p has the days from ``edges[p]`` to before ``edges[p + 1]``.

    Attributes:
        results: needs by ``RESULTS``, shape (parts, results).
        first: needs by what became of the first choice, ``FIRST_CHOICES``, shape (parts, 7).
        money: surplus of all needs, price of purchases kept, their number, shape (parts, 3), cents.
        cells: ``CELL_SUMS`` by town and style, shape (4, towns x styles).
        channels: ``CHANNEL_SUMS``; price and full price are of purchases kept, shape (channels, 4).
        products: purchases kept, shape (products,). sellers: price + fee of purchases kept, shape (accounts,).
        km: whole km, and high and low bits of 2^-53 km, which customers travelled one way.
        moved: cents in all, signs left aside, to see whether sums can have wrapped round.
        times: deliveries by days from need to hands.
    """

    edges: NDArray[np.int64]
    results: NDArray[np.int64]
    first: NDArray[np.int64]
    money: NDArray[np.int64]
    cells: NDArray[np.int64]
    channels: NDArray[np.int64]
    products: NDArray[np.int64]
    sellers: NDArray[np.int64]
    km: NDArray[np.int64]
    moved: NDArray[np.float64]
    times: TimeCounts


class NeedColumns(NamedTuple):
    """Columns of needs that are read here, one entry for each need; see the table ``needs`` of an outcome."""

    day: NDArray[np.int32]
    first_choice: NDArray[np.int32]
    first_empty: NDArray[np.bool_]
    first_missing: NDArray[np.bool_]
    result: NDArray[np.int8]
    returned: NDArray[np.bool_]
    product: NDArray[np.int32]
    seller: NDArray[np.int32]
    channel: NDArray[np.int8]
    price: NDArray[np.int64]
    fee: NDArray[np.int64]
    tax: NDArray[np.int64]
    full_price: NDArray[np.int64]
    surplus: NDArray[np.int64]
    km: NDArray[np.float64]
    days: NDArray[np.float64]
    town: NDArray[np.int32]
    taste: NDArray[np.int32]


class Choice(NamedTuple):
    """What a need began with: the first choice, whether its shelf was empty, whether something else was missed."""

    product: int | np.int64
    empty: bool
    missing: bool


class Ending(NamedTuple):
    """How a need ended; money in cents, one way in km, days from need to hands."""

    result: int | np.int64
    returned: bool
    product: int | np.int64
    seller: int | np.int64
    channel: int | np.int64
    price: int | np.int64
    fee: int | np.int64
    tax: int | np.int64
    full_price: int | np.int64
    surplus: int | np.int64
    km: float
    days: float


@kernel
def part_of_window(edges, day):
    """The part of the window a day belongs to, ``NOTHING`` outside of it."""
    if day < edges[0] or day >= edges[len(edges) - 1]:
        return NOTHING
    part = 0
    while day >= edges[part + 1]:
        part += 1
    return part


@kernel
def time_group(part, channel, recovered, channels):
    """The group of a delivery: part of the window, channel, whether it was a first choice found empty."""
    return (part * channels + channel) * 2 + recovered


@kernel
def count_time(times, days, group, count):
    """Count deliveries of a group that took ``days``. There must be an empty entry."""
    mask = len(times.group) - 1
    place = np.int64(mix(np.int64(days * TIME_STEP) * 1024 + group) & np.uint64(mask))
    while times.group[place] != NOTHING and (times.group[place] != group or times.days[place] != days):
        place = (place + 1) & mask
    if times.group[place] == NOTHING:
        times.group[place] = group
        times.days[place] = days
        times.number[place] = 0
        times.used[0] += 1
    times.number[place] += count


@kernel
def copy_times(old, new):
    """Put all entries of a table into an empty one that is larger."""
    for place in range(len(old.group)):
        if old.group[place] != NOTHING:
            count_time(new, old.days[place], old.group[place], old.number[place])


@kernel
def add_purchase(ending, recovered, part, cell, sums):
    """Add a purchase that was paid and sent."""
    channels, money = sums.channels, ending.price + ending.fee + ending.tax
    channels[ending.channel, BOUGHT_BY] += 1
    if not ending.returned:
        channels[ending.channel, KEPT_BY] += 1
        channels[ending.channel, PRICE_BY] += ending.price
        channels[ending.channel, FULL_PRICE_BY] += ending.full_price
        sums.products[ending.product] += 1
        sums.sellers[ending.seller] += ending.price + ending.fee
        sums.cells[SPENT, cell] += money
        sums.money[part, 1] += ending.price
        sums.money[part, 2] += 1
        sums.moved[0] += abs(1.0 * ending.full_price) + abs(1.0 * money)
    if not np.isnan(ending.days):
        count_time(sums.times, ending.days, time_group(part, ending.channel, recovered, len(channels)), 1)


@kernel
def add_need(day, cell, choice, ending, sums):
    """Add a need whose ending is known, or that still waits as the run ends."""
    part = part_of_window(sums.edges, day)
    if part == NOTHING:
        return
    result, first = ending.result, sums.first
    wanted, bought = choice.product >= 0, result == BOUGHT
    met = wanted and not choice.empty
    empty = wanted and choice.empty and result != WAITING
    recovered = empty and bought and ending.product == choice.product
    sums.results[part, result] += 1
    first[part, WANTED] += wanted
    first[part, MET] += met
    first[part, MET_OF_ALL] += met and not choice.missing
    first[part, OF_ALL] += wanted or choice.missing
    first[part, EMPTY] += empty
    first[part, LOST] += empty and not bought
    first[part, RECOVERED] += recovered
    sums.money[part, 0] += ending.surplus
    sums.moved[0] += abs(1.0 * ending.surplus)
    sums.cells[NEEDS, cell] += 1
    sums.cells[SURPLUS, cell] += ending.surplus
    sums.cells[UNSERVED, cell] += result == NOT_STOCKED or result == OUT_OF_STOCK
    whole = np.floor(ending.km)
    fraction = np.int64((ending.km - whole) * FRACTION)
    sums.km[0] += np.int64(whole)
    sums.km[1] += fraction >> LOW_BITS
    sums.km[2] += fraction & LOW_MASK
    if bought:
        add_purchase(ending, recovered, part, cell, sums)


@kernel
def add_columns(needs, styles, sums):
    """Add the needs of some rows of a table, ``NeedColumns``."""
    for row in range(len(needs.day)):
        cell = np.int64(needs.town[row]) * styles + needs.taste[row]
        choice = Choice(np.int64(needs.first_choice[row]), needs.first_empty[row], needs.first_missing[row])
        ending = Ending(
            np.int64(needs.result[row]),
            needs.returned[row],
            np.int64(needs.product[row]),
            np.int64(needs.seller[row]),
            np.int64(needs.channel[row]),
            needs.price[row],
            needs.fee[row],
            needs.tax[row],
            needs.full_price[row],
            needs.surplus[row],
            needs.km[row],
            needs.days[row],
        )
        add_need(np.int64(needs.day[row]), cell, choice, ending, sums)
