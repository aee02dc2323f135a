"""What a maker, a store and a customer do, agent by agent, whichever library calls them (Mesa, AgentPy).

Written for speed as far as plain Python goes: what depends on the customer alone is worked out once, shelves are dicts,
tastes are shared lists, nothing is collected that nobody asks for. Random numbers are those of the library's model.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from benchmarks.peers.arrays import NOTHING, PARCEL, Arrays, Left, purchases_of

TINY = 2.0**-60
"""In place of a uniform number of 0, whose logarithm there is not."""


class Selling:
    """A maker that sells to stores, and by parcel to customers, through a platform; it never runs out."""

    def begin(self, arrays: Arrays) -> None:
        """Set prices."""
        self.wholesale = arrays.wholesale.tolist()
        self.price = (arrays.parcel_price + arrays.parcel_fee).tolist()
        commission = np.rint(arrays.parcel_price * arrays.commission).astype(np.int64)
        self.net = (arrays.parcel_price + arrays.parcel_fee - commission).tolist()
        self.money = 0

    def send(self, product: int) -> None:
        """Send a parcel to a customer."""
        self.money += self.net[product]


class Keeping:
    """A store with shelves that run empty, and orders on their way to it."""

    model: Any

    def begin(self, arrays: Arrays, number: int) -> None:
        """Fill the shelves."""
        carried = np.flatnonzero(arrays.carried[number]).tolist()
        self.number = number
        self.price = {product: int(arrays.price[number, product]) for product in carried}
        self.stock = {product: int(arrays.units[number, product]) for product in carried}
        self.level = {product: int(arrays.level[number, product]) for product in carried}
        self.on_the_way: dict[int, dict[int, int]] = {}
        self.review_days, self.lead_days = arrays.review_days, arrays.lead_days
        self.money = 0

    def receive(self) -> None:
        """Put on the shelves what arrives today."""
        for product, units in self.on_the_way.pop(self.model.day, {}).items():
            self.stock[product] += units

    def sell(self, product: int) -> None:
        """Hand a unit over."""
        self.stock[product] -= 1
        self.money += self.price[product]

    def reorder(self) -> None:
        """Order up to the level when it is this store's turn."""
        model = self.model
        if (model.day + self.number) % self.review_days:
            return
        order = {}
        for product, level in self.level.items():
            coming = sum(lot.get(product, 0) for lot in self.on_the_way.values())
            wanted = level - self.stock[product] - coming
            if wanted > 0:
                order[product] = wanted
                paid = wanted * model.maker.wholesale[product]
                self.money -= paid
                model.maker.money += paid
        self.on_the_way[model.day + self.lead_days] = order


class Shopping:
    """A customer with a taste, a home and, now and then, a need."""

    model: Any

    def begin(
        self, number: int, need_rate: float, worth: float, mismatch_cost: float, online_cost: float,
        considered: list[tuple[int, float]], near: list[tuple[Keeping, float]],
    ) -> None:  # fmt: skip
        """Be somebody in particular."""
        self.number = number
        self.need_rate = need_rate
        self.worth = worth
        self.mismatch_cost = mismatch_cost
        self.online_cost = online_cost
        self.considered = considered
        self.near = near

    def shop(self) -> None:
        """Take the best of all that is offered, if a need arises and something is better than nothing."""
        model = self.model
        random = model.random.random
        if random() >= self.need_rate:
            return
        scale, maker = model.arrays.scale, model.maker
        best_worth = -scale * log(-log(random() or TINY))
        best_product, best_store = NOTHING, None
        for product, mismatch in self.considered:
            base = self.worth - self.mismatch_cost * mismatch
            for store, trip in self.near:
                if store.stock.get(product, 0) > 0:
                    worth = base - store.price[product] - trip - scale * log(-log(random() or TINY))
                    if worth > best_worth:
                        best_worth, best_product, best_store = worth, product, store
            worth = base - maker.price[product] - self.online_cost - scale * log(-log(random() or TINY))
            if worth > best_worth:
                best_worth, best_product, best_store = worth, product, None
        if best_store is not None:
            best_store.sell(best_product)
        elif best_product != NOTHING:
            maker.send(best_product)
        model.noted.append((model.day, self.number, best_product, PARCEL if best_store is None else best_store.number))


def customer_columns(arrays: Arrays, stores: list[Any]) -> dict[str, list[Any]]:
    """Return what customers are like, a list for each attribute: tastes as shared lists, costs worked out."""
    considered = [
        list(zip(products, apart, strict=True))
        for products, apart in zip(arrays.considered.tolist(), arrays.mismatch.tolist(), strict=True)
    ]
    trips = (arrays.travel_cost[:, None] * 2.0 * arrays.km).tolist()
    near = [
        [(stores[store], trip) for store, trip in zip(nearest, costs, strict=True)]
        for nearest, costs in zip(arrays.nearest.tolist(), trips, strict=True)
    ]
    online = arrays.waiting_cost * arrays.parcel_days[arrays.town] + arrays.hassle
    return {
        "number": list(range(len(arrays.town))),
        "need_rate": arrays.need_rate.tolist(),
        "worth": arrays.worth.tolist(),
        "mismatch_cost": arrays.mismatch_cost.tolist(),
        "online_cost": online.tolist(),
        "considered": [considered[taste] for taste in arrays.taste.tolist()],
        "near": near,
    }


def left_by(model: Any, stores: list[Any]) -> Left:
    """Return what a model of agents leaves."""
    units = np.zeros_like(model.arrays.units)
    for store in stores:
        units[store.number, list(store.stock)] = list(store.stock.values())
    money = np.array([store.money for store in stores], dtype=np.int64)
    return Left(purchases_of(model.noted), units, money, model.maker.money)
