"""The lowest price of each product over all sellers."""

from __future__ import annotations

import numpy as np

from sim.kernels.codes import NO_PRICE
from sim.kernels.numerics.compiler import kernel

NOWHERE = np.iinfo(np.int64).max
"""Placeholder for the price of products not for sale, during the search for the lowest."""


@kernel
def lowest_prices(shelves, sells, by_parcel, lowest, wished):
    """Find each product's lowest consumer price, in cents, ``lowest`` (products,).

    If nobody offers a product, the lowest price that any store with sales would charge, ``sells`` (stores,);
    ``NO_PRICE`` if there is none. ``by_parcel``: makers send parcels. ``wished`` (products,) is scratch space.
    """
    stores, products = shelves.offered.shape
    for product in range(products):
        sent = by_parcel and shelves.direct[product]
        lowest[product] = shelves.direct_price[product] if sent else NOWHERE
        wished[product] = NOWHERE
    for store in range(stores):
        for product in range(products):
            consigned = shelves.consigned[store, product]
            asked = shelves.direct_price[product] if consigned else shelves.list_price[store, product]
            lowest[product] = min(lowest[product], asked if shelves.offered[store, product] else NOWHERE)
            wished[product] = min(wished[product], asked if sells[store] else NOWHERE)
    for product in range(products):
        best = lowest[product] if lowest[product] != NOWHERE else wished[product]
        lowest[product] = best if best != NOWHERE else NO_PRICE
