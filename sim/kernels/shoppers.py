"""Customers as they go shopping: their costs, tastes and shocks on a visit, and the channels they consider."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import (
    PURPOSE_AWARENESS,
    PURPOSE_OUTSIDE_OPTION,
    PURPOSE_SHOCK,
    draw,
    gumbel_from,
    stream,
    uniform,
)
from sim.kernels.offers import CHANNELS, EVERY_CHANNEL, PICKUP


class Shopper(NamedTuple):
    """One customer on a visit: shopping costs in cents, and the channels it considers, as bits.

    ``hassle`` is the cost of buying unseen at today's trust; ``key`` identifies its taste shocks, ``outside_option`` is
    the worth of the outside option. ``stores`` and ``km`` (reach,) are the stores it considers, nearest first, -1 for
    none, and their distance from home; ``now`` is the time of the visit in days.
    """

    customer: int
    town: np.int64
    taste: np.int64
    worth: float
    mismatch_cost: float
    travel_cost: float
    waiting_cost: float
    hassle: float
    known: int
    key: int
    outside_option: float
    stores: NDArray[np.int32]
    km: NDArray[np.float64]
    now: float


class DayKeys(NamedTuple):
    """The keys of a day's draws for shoppers, computed once instead of nine hashes per shopper."""

    outside_option: int
    shock: int
    awareness: int


@kernel
def keys_of(rules, day):
    """The keys of a day."""
    return DayKeys(
        stream(rules.seed, PURPOSE_OUTSIDE_OPTION, day),
        stream(rules.seed, PURPOSE_SHOCK, day),
        stream(rules.seed, PURPOSE_AWARENESS, day),
    )


@kernel
def shopper_of(people, customer, keys, rules, now):
    """The customer as it goes shopping, with the shocks of the day its need arose."""
    outside_option = 0.0
    if rules.scale > 0.0:
        outside_option = rules.scale * gumbel_from(draw(keys.outside_option, customer), rules.gumbel)
    return Shopper(
        customer,
        np.int64(people.town[customer]),
        np.int64(people.taste[customer]),
        people.worth[customer],
        people.mismatch_cost[customer],
        people.travel_cost[customer],
        people.waiting_cost[customer],
        people.hassle[customer] * (1.0 - people.trust[customer]),
        known_channels(np.int64(people.tried[customer]), customer, people.town[customer], rules, keys),
        draw(keys.shock, customer),
        outside_option,
        people.nearest[customer],
        people.km[customer],
        now,
    )


@kernel
def known_channels(tried, customer, town, rules, keys):
    """Online channels a customer considers today, as bits: those it has used, and others it hears of."""
    awareness = rules.awareness[town]
    if awareness >= 1.0:
        return EVERY_CHANNEL
    known = tried
    key = draw(keys.awareness, customer)
    for channel in range(PICKUP, CHANNELS):
        if uniform(draw(key, channel)) < awareness:
            known |= 1 << channel
    return known
