"""Stores and the maker as matrices, and who gets what when shelves run empty; for peers that think in columns.

Customers come one after another. Arrays do it in rounds: everybody takes the best that is left to them; of those who
take the same units, the first in the queue keep them and the others look again. As the queue is the same at every
shelf, this ends where going one after another ends (Gale and Shapley 1962).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.arrays import NOTHING, PARCEL, Arrays, FloatArray, IntArray, Left, Purchases


class Shelves:
    """Stock of the stores, (stores, products), with what is on its way, and what everybody earned with goods."""

    def __init__(self, arrays: Arrays):
        self.arrays = arrays
        self.day = 0
        self.units = arrays.units.copy()
        self.on_the_way = np.zeros((arrays.lead_days + 1, *self.units.shape), dtype=np.int64)
        self.stores = np.zeros(len(self.units), dtype=np.int64)
        self.maker = 0
        self.purchases: list[Purchases] = []

    def open(self) -> None:
        """Put on the shelves what arrives today."""
        slot = self.day % len(self.on_the_way)
        self.units += self.on_the_way[slot]
        self.on_the_way[slot] = 0

    def serve(self, who: IntArray, worth: FloatArray, leave: FloatArray, product: IntArray, store: IntArray) -> None:
        """Let customers buy, who is first served first: ``worth``, ``product`` and ``store`` are (who, offers).

        ``leave`` is what nothing is worth; ``worth`` is overwritten.
        """
        rows = np.arange(len(who))
        bought, at = np.full(len(who), NOTHING), np.full(len(who), PARCEL)
        looking = rows
        while len(looking):
            best = worth[looking].argmax(axis=1)
            buys = worth[looking, best] >= leave[looking]
            bought[looking] = np.where(buys, product[looking, best], NOTHING)
            at[looking] = np.where(buys, store[looking, best], PARCEL)
            looking = self.too_late(bought, at)
            worth[looking, worth[looking].argmax(axis=1)] = -np.inf
        day = np.full(len(who), self.day)
        self.purchases.append(Purchases(*(column.astype(np.int32) for column in (day, who, bought, at))))
        self.sell(bought, at)

    def too_late(self, product: IntArray, store: IntArray) -> NDArray[np.intp]:
        """Return those for whom their shelf holds nothing any more, the queue's order being that of the rows."""
        shoppers = np.flatnonzero(store != PARCEL)
        cell = store[shoppers] * self.units.shape[1] + product[shoppers]
        taken = np.bincount(cell, minlength=self.units.size)
        scarce = np.flatnonzero(taken[cell] > self.units.ravel()[cell])
        by_cell = scarce[np.argsort(cell[scarce], kind="stable")]
        sorted_cell = cell[by_cell]
        place = np.arange(len(by_cell)) - np.searchsorted(sorted_cell, sorted_cell)
        return np.sort(shoppers[by_cell[place >= self.units.ravel()[sorted_cell]]])

    def sell(self, product: IntArray, store: IntArray) -> None:
        """Hand over what was bought, for its price."""
        arrays = self.arrays
        in_store = store != PARCEL
        cell = store[in_store] * self.units.shape[1] + product[in_store]
        sold = np.bincount(cell, minlength=self.units.size).reshape(self.units.shape)
        self.units -= sold
        self.stores += (sold * arrays.price).sum(axis=1)
        sent = product[~in_store & (product != NOTHING)]
        price = arrays.parcel_price[sent]
        self.maker += int((price + arrays.parcel_fee[sent] - np.rint(price * arrays.commission).astype(np.int64)).sum())

    def reorder(self) -> None:
        """Let stores whose turn it is order up to their level; the maker has everything and is paid at once."""
        arrays = self.arrays
        turn = np.flatnonzero((self.day + np.arange(len(self.units))) % arrays.review_days == 0)
        position = self.units[turn] + self.on_the_way[:, turn].sum(axis=0)
        wanted = np.maximum(arrays.level[turn] - position, 0)
        self.on_the_way[(self.day + arrays.lead_days) % len(self.on_the_way), turn] += wanted
        paid = (wanted * arrays.wholesale).sum(axis=1)
        self.stores[turn] -= paid
        self.maker += int(paid.sum())
        self.day += 1

    def left(self) -> Left:
        """Return what the days so far have left."""
        joined = Purchases(*(np.concatenate(column) for column in zip(*self.purchases, strict=True)))
        return Left(joined, self.units, self.stores, self.maker)
