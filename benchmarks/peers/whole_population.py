"""The market in numpy, the whole population at a time; its picks are Middleman's, one by one.

Customers come one after another and shelves run empty. Arrays do it in rounds: everybody takes the best that is left to
them; of those who take the same units, the first in the queue keep them and the others look again. As the queue is the
same at every shelf, this ends where going one after another ends (Gale and Shapley 1962).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import hashing
from benchmarks.peers.arrays import NOTHING, PARCEL, Arrays, FloatArray, IntArray, Left, Purchases

STORE_CHANNEL, PARCEL_CHANNEL, CHANNELS = 0, 3, 5


class Market:
    """Columns of customers and matrices of shelves, stepped day by day."""

    def __init__(self, arrays: Arrays):
        self.arrays = arrays
        self.day = 0
        self.units = arrays.units.copy()
        self.on_the_way = np.zeros((arrays.lead_days + 1, *self.units.shape), dtype=np.int64)
        self.stores = np.zeros(len(self.units), dtype=np.int64)
        self.maker = 0
        self.purchases: list[Purchases] = []

    def run(self, days: int) -> None:
        """Live through some days."""
        for _ in range(days):
            self.step()

    def step(self) -> None:
        """Live through one day: goods arrive, customers shop, stores order."""
        slot = self.day % len(self.on_the_way)
        self.units += self.on_the_way[slot]
        self.on_the_way[slot] = 0
        who = self.in_need()
        product, store = self.choose(who)
        day = np.full(len(who), self.day, dtype=np.int32)
        self.purchases.append(Purchases(day, who.astype(np.int32), product.astype(np.int32), store.astype(np.int32)))
        self.sell(product, store)
        self.reorder()
        self.day += 1

    def in_need(self) -> IntArray:
        """Return who needs something today, in the order they come."""
        arrays, n = self.arrays, len(self.arrays.town)
        bits = hashing.draw(hashing.stream(arrays.seed, hashing.NEED, self.day), np.arange(n))
        who = np.flatnonzero(hashing.uniform(bits) < arrays.need_rate)
        multiplier, offset = hashing.visiting_order(arrays.seed, self.day, n)
        visit = (who - offset) % n * pow(multiplier, -1, n) % n
        return who[np.argsort(visit)]

    def shocks(self, bits: NDArray[np.uint64]) -> FloatArray:
        """Return taste shocks in cents."""
        found: FloatArray = self.arrays.scale * self.arrays.gumbel[bits >> np.uint64(48)]
        return found

    def worths(self, who: IntArray, product: IntArray, near: NDArray[np.int32]) -> FloatArray:
        """Return what every offer is worth, (customers, breadth, reach + 1), the parcel last; -inf for none."""
        arrays = self.arrays
        stores = len(self.units)
        key = hashing.draw(hashing.stream(arrays.seed, hashing.SHOCK, self.day), who)[:, None, None]
        taste = arrays.taste[who]
        gross = 0.0 - arrays.mismatch_cost[who, None] * arrays.mismatch[taste]
        base = arrays.worth[who, None] + gross
        worth = np.empty((*product.shape, near.shape[1] + 1))
        trip = arrays.travel_cost[who, None] * 2.0 * arrays.km[who]
        shelf = near[:, None, :], product[:, :, None]
        identity = (product[:, :, None] * (stores + 1) + near[:, None, :] + 1) * CHANNELS + STORE_CHANNEL
        in_store = base[:, :, None] - arrays.price[shelf] - trip[:, None, :] + self.shocks(hashing.draw(key, identity))
        worth[:, :, :-1] = np.where(arrays.carried[shelf], in_store, -np.inf)
        parcel = base - arrays.parcel_price[product] - arrays.parcel_fee[product]
        parcel -= (arrays.waiting_cost[who] * arrays.parcel_days[arrays.town[who]])[:, None]
        parcel -= arrays.hassle[who, None]
        identity = product * (stores + 1) * CHANNELS + PARCEL_CHANNEL
        worth[:, :, -1] = parcel + self.shocks(hashing.draw(key[:, :, 0], identity))
        return worth

    def choose(self, who: IntArray) -> tuple[IntArray, IntArray]:
        """Return product and store of each customer's purchase, who is first served first."""
        arrays = self.arrays
        leave = self.shocks(hashing.draw(hashing.stream(arrays.seed, hashing.LEAVE, self.day), who))
        considered = arrays.considered[arrays.taste[who]]
        near = arrays.nearest[who]
        reach = near.shape[1]
        worth = self.worths(who, considered, near).reshape(len(who), -1)
        product = np.full(len(who), NOTHING)
        store = np.full(len(who), PARCEL)
        looking = np.arange(len(who))
        while len(looking):
            best = worth[looking].argmax(axis=1)
            place = best % (reach + 1)
            buys = worth[looking, best] > leave[looking]
            product[looking] = np.where(buys, considered[looking, best // (reach + 1)], NOTHING)
            store[looking] = np.where(buys & (place < reach), near[looking, np.minimum(place, reach - 1)], PARCEL)
            late = self.too_late(product, store)
            chosen = worth[late].argmax(axis=1)
            worth[late, chosen] = -np.inf
            looking = late
        return product, store

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
        sold = np.bincount(
            store[in_store] * self.units.shape[1] + product[in_store], minlength=self.units.size
        ).reshape(self.units.shape)
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

    def left(self) -> Left:
        """Return what the days so far have left."""
        joined = Purchases(*(np.concatenate(column) for column in zip(*self.purchases, strict=True)))
        return Left(joined, self.units, self.stores, self.maker)
