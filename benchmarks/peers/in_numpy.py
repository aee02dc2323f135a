"""The market in numpy, the whole population at a time; its picks are Middleman's, one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import hashing
from benchmarks.peers.arrays import PARCEL, Arrays, FloatArray, IntArray, Left
from benchmarks.peers.shelves import Shelves

STORE_CHANNEL, PARCEL_CHANNEL, CHANNELS = 0, 3, 5


class Market:
    """Columns of customers and matrices of shelves, stepped day by day."""

    def __init__(self, arrays: Arrays, seed: int = 0):  # noqa: ARG002 - the arrays' own seed decides
        self.arrays = arrays
        self.shelves = Shelves(arrays)

    def run(self, days: int) -> None:
        """Live through some days."""
        for _ in range(days):
            self.step()

    def step(self) -> None:
        """Live through one day."""
        arrays, shelves = self.arrays, self.shelves
        shelves.open()
        who = self.in_need()
        near = arrays.nearest[who]
        product = arrays.considered[arrays.taste[who]]
        worth = self.worths(who, product, near)
        leave = self.shocks(hashing.draw(hashing.stream(arrays.seed, hashing.LEAVE, shelves.day), who))
        store = np.empty(worth.shape, dtype=np.int64)
        store[:, :, :-1], store[:, :, -1] = near[:, None, :], PARCEL
        products = np.broadcast_to(product[:, :, None], worth.shape)
        rows = len(who)
        shelves.serve(who, worth.reshape(rows, -1), leave, products.reshape(rows, -1), store.reshape(rows, -1))
        shelves.reorder()

    def in_need(self) -> IntArray:
        """Return who needs something today, in the order they come."""
        arrays, n, day = self.arrays, len(self.arrays.town), self.shelves.day
        bits = hashing.draw(hashing.stream(arrays.seed, hashing.NEED, day), np.arange(n))
        who = np.flatnonzero(hashing.uniform(bits) < arrays.need_rate)
        multiplier, offset = hashing.visiting_order(arrays.seed, day, n)
        visit = (who - offset) % n * pow(multiplier, -1, n) % n
        return who[np.argsort(visit)]

    def shocks(self, bits: NDArray[np.uint64]) -> FloatArray:
        """Return taste shocks in cents."""
        found: FloatArray = self.arrays.scale * self.arrays.gumbel[bits >> np.uint64(48)]
        return found

    def worths(self, who: IntArray, product: IntArray, near: NDArray[np.int32]) -> FloatArray:
        """Return what every offer is worth, (customers, breadth, reach + 1), the parcel last; -inf for none."""
        arrays = self.arrays
        stores = len(arrays.units)
        key = hashing.draw(hashing.stream(arrays.seed, hashing.SHOCK, self.shelves.day), who)[:, None, None]
        gross = 0.0 - arrays.mismatch_cost[who, None] * arrays.mismatch[arrays.taste[who]]
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

    def left(self) -> Left:
        """Return what the days so far have left."""
        return self.shelves.left()
