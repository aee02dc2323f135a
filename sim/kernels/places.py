"""Locations of homes in a town, and the stores nearest to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel

DISC, SEGMENT, RING, POINT = range(4)
TWO_PI = 6.283185307179586


class Positions(NamedTuple):
    """Positions of homes or stores: km east and north on the map, and the position around the ring of a ring town."""

    east: NDArray[np.float64]
    north: NDArray[np.float64]
    around: NDArray[np.float64]


class StoresByDistance(NamedTuple):
    """All stores by their distance from a town's centre, in km, and the town: its radius, and whether it is a ring.

    ``store`` and ``km`` have one entry per store, nearest first; ``same_town`` is by the number of the store.
    """

    store: NDArray[np.int64]
    km: NDArray[np.float64]
    same_town: NDArray[np.bool_]
    town_radius: float
    is_ring: bool


@kernel
def direction(turns: float) -> tuple[float, float]:
    """Cosine and sine of an angle given as a share of a full turn, 0 <= turns < 1.

    The angle is taken to the nearest quarter turn, which is exact, and the rest, at most an eighth, by Taylor's
    series: additions and multiplications only, so the bits do not depend on a C library.
    """
    quarter = np.int64(4.0 * turns + 0.5)
    x = (turns - quarter * 0.25) * TWO_PI
    square = x * x
    cosine, sine = 1.0, 1.0
    for order in range(16, 0, -2):
        cosine = 1.0 - cosine * square / (order * (order - 1))
        sine = 1.0 - sine * square / (order * (order + 1))
    sine *= x
    quarter %= 4
    if quarter == 1:
        return -sine, cosine
    if quarter == 2:
        return -cosine, -sine
    if quarter == 3:
        return sine, -cosine
    return cosine, sine


@kernel
def fill_positions(shape, radius, along, across, east, north):
    """Spread positions over a town, relative to its centre, in km.

    ``along`` and ``across`` are uniforms, float64[n]; on a ring ``along`` is the position around it, on a disc the
    direction, on a segment the position from west to east. ``east`` and ``north`` are filled, float64[n].
    """
    for i in range(len(along)):
        if shape == POINT:
            east[i], north[i] = 0.0, 0.0
        elif shape == SEGMENT:
            east[i], north[i] = radius * (2.0 * along[i] - 1.0), 0.0
        else:
            distance = radius if shape == RING else radius * np.sqrt(across[i])
            cosine, sine = direction(along[i])
            east[i], north[i] = distance * cosine, distance * sine


@kernel
def distance(east_from, north_from, east_to, north_to):
    """Straight-line distance in km."""
    across = east_to - east_from
    up = north_to - north_from
    return np.sqrt(across * across + up * up)


@kernel
def arc(radius, here, there):
    """Shorter way around a ring of this radius between two positions given as shares of it, in km."""
    apart = abs(here - there)
    return radius * TWO_PI * min(apart, 1.0 - apart)


@kernel
def find_nearest_stores(homes, stores, by_distance, nearest, km):
    """Find the stores nearest to each home of one town.

    A store further from the town's centre than the worst one kept plus the town's radius cannot be nearer, so the
    search ends there. On a ring, stores of the same town are reached along it. Fills ``nearest`` (-1: none) and
    ``km``, shape (customers, reach), nearest first, ties by the lower store.
    """
    candidates, candidate_km, same_town, town_radius, is_ring = by_distance
    reach = nearest.shape[1]
    for customer in range(len(homes.east)):
        kept = 0
        for position in range(len(candidates)):
            store = candidates[position]
            if kept == reach and candidate_km[position] - town_radius > km[customer, kept - 1] and not is_ring:
                break
            if is_ring and same_town[store]:
                away = arc(town_radius, homes.around[customer], stores.around[store])
            else:
                away = distance(homes.east[customer], homes.north[customer], stores.east[store], stores.north[store])
            if kept < reach:
                kept += 1
            elif away > km[customer, kept - 1] or (
                away == km[customer, kept - 1] and store > nearest[customer, kept - 1]
            ):
                continue
            slot = kept - 1
            while slot > 0 and (
                km[customer, slot - 1] > away
                or (km[customer, slot - 1] == away and nearest[customer, slot - 1] > store)
            ):
                km[customer, slot] = km[customer, slot - 1]
                nearest[customer, slot] = nearest[customer, slot - 1]
                slot -= 1
            km[customer, slot] = away
            nearest[customer, slot] = store
        for slot in range(kept, reach):
            nearest[customer, slot] = -1
            km[customer, slot] = 0.0
