"""The market in AgentPy, customers and stores as agents: customers are shuffled and shop one by one."""

from __future__ import annotations

from typing import Any

import agentpy

from benchmarks.peers.agents import Keeping, Selling, Shopping, customer_columns, left_by
from benchmarks.peers.arrays import Arrays, Left


class Maker(Selling, agentpy.Agent):  # type: ignore[misc]
    """The maker."""


class Store(Keeping, agentpy.Agent):  # type: ignore[misc]
    """A store."""

    def setup(self, number: int) -> None:
        """Open."""
        self.begin(self.model.arrays, number)


class Customer(Shopping, agentpy.Agent):  # type: ignore[misc]
    """A customer."""

    def setup(self, **attributes: Any) -> None:
        """Be somebody in particular."""
        self.begin(**attributes)


class Country(agentpy.Model):  # type: ignore[misc]
    """The market, day by day."""

    def setup(self) -> None:
        """Found the stores, settle the customers."""
        self.arrays: Arrays = self.p.arrays
        self.day = 0
        self.noted: list[tuple[int, int, int, int]] = []
        self.maker = Maker(self)
        self.maker.begin(self.arrays)
        count = len(self.arrays.units)
        self.stores = agentpy.AgentList(self, count, Store, number=agentpy.AttrIter(list(range(count))))
        columns = customer_columns(self.arrays, list(self.stores))
        spread = {name: agentpy.AttrIter(column) for name, column in columns.items()}
        self.customers = agentpy.AgentList(self, len(self.arrays.town), Customer, **spread)

    def step(self) -> None:
        """Live through one day."""
        self.stores.receive()
        self.customers.shuffle().shop()
        self.stores.reorder()
        self.day += 1


class Market:
    """The country, stepped as other peers are."""

    def __init__(self, arrays: Arrays, seed: int = 0):
        self.model = Country({"arrays": arrays, "report_seed": False})
        self.model.sim_setup(seed=seed)

    def run(self, days: int) -> None:
        """Live through some days."""
        for _ in range(days):
            self.model.sim_step()

    def left(self) -> Left:
        """Return what the days so far have left."""
        return left_by(self.model, list(self.model.stores))
