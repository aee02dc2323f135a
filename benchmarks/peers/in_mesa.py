"""The market in Mesa, customers and stores as agents: customers are shuffled and shop one by one."""

from __future__ import annotations

from typing import Any

import mesa

from benchmarks.peers.agents import Keeping, Selling, Shopping, customer_columns, left_by
from benchmarks.peers.arrays import Arrays, Left


class Maker(Selling, mesa.Agent):  # type: ignore[misc]
    """The maker."""


class Store(Keeping, mesa.Agent):  # type: ignore[misc]
    """A store."""

    def __init__(self, model: Market, number: int):
        super().__init__(model)
        self.begin(model.arrays, number)


class Customer(Shopping, mesa.Agent):  # type: ignore[misc]
    """A customer."""

    def __init__(self, model: Market, *attributes: Any):
        super().__init__(model)
        self.begin(*attributes)


class Market(mesa.Model):  # type: ignore[misc]
    """The market, day by day."""

    def __init__(self, arrays: Arrays, seed: int = 0):
        super().__init__(rng=seed)
        self.arrays = arrays
        self.day = 0
        self.noted: list[tuple[int, int, int, int]] = []
        self.maker = Maker(self)
        self.maker.begin(arrays)
        self.stores = Store.create_agents(self, len(arrays.units), list(range(len(arrays.units))))
        columns = customer_columns(arrays, list(self.stores))
        self.customers = Customer.create_agents(self, len(arrays.town), *columns.values())

    def step(self) -> None:
        """Live through one day."""
        self.stores.do("receive")
        self.customers.shuffle_do("shop")
        self.stores.do("reorder")
        self.day += 1

    def run(self, days: int) -> None:
        """Live through some days."""
        for _ in range(days):
            self.step()

    def left(self) -> Left:
        """Return what the days so far have left, and let go of the model.

        Mesa 3.3 holds on to every model there was, and each would slow down the next.
        """
        models = getattr(mesa.Agent, "_ids", None)
        if isinstance(models, dict):  # where Middleman is imported, it has mended this
            models.pop(self, None)
        return left_by(self, list(self.stores))
