"""Posted prices that a seller looks at before it sets its own."""

from __future__ import annotations

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.codes import NO_PRICE
from sim.kernels.lowest_price import NOWHERE
from sim.kernels.offers import Shelves


def rivals_in_town(shelves: Shelves, town: IntArray, *, direct: bool) -> IntArray:
    """Return the lowest price asked by others in each store's town, shape (stores, products), ``NO_PRICE`` for none.

    ``direct`` tells whether suppliers sell to customers from their depots, too.
    """
    asked = np.where(shelves.consigned, shelves.direct_price, shelves.list_price)
    asked = np.where(shelves.offered, asked, NOWHERE)
    online = (
        np.where(shelves.direct, shelves.direct_price, NOWHERE)
        if direct
        else np.full_like(shelves.direct_price, NOWHERE)
    )
    best = np.tile(online, (len(town), 1))
    for place in np.unique(town):
        here = np.flatnonzero(town == place)
        for store in here:
            others = here[here != store]
            if len(others):
                best[store] = np.minimum(best[store], asked[others].min(axis=0))
    return np.where(best == NOWHERE, NO_PRICE, best)


def rivals_in_level(price: IntArray) -> IntArray:
    """Return the lowest price asked by the other firms of a tier, shape (places, products), ``NO_PRICE`` for none.

    ``price`` is ``NOWHERE`` for what a firm does not sell.
    """
    if len(price) == 1:
        return np.full_like(price, NO_PRICE)
    lowest_first = np.sort(price, axis=0)
    others = np.where(price == lowest_first[0], lowest_first[1], lowest_first[0])
    return np.where(others == NOWHERE, NO_PRICE, others)


def lowest_asked(asked: IntArray) -> IntArray:
    """Return the lowest entry of each column, ``NO_PRICE`` where all are ``NOWHERE``."""
    best = asked.min(axis=0)
    return np.where(best == NOWHERE, NO_PRICE, best)


def shelf_average(list_price: IntArray, own: BoolArray) -> FloatArray:
    """Return each product's mean price over the stores that sell it as their own; over all where none does."""
    count = own.sum(axis=0)
    everywhere = list_price.mean(axis=0)
    mean: FloatArray = np.where(count > 0, (list_price * own).sum(axis=0) / np.maximum(count, 1), everywhere)
    return mean
