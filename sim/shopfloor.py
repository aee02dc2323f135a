"""Shelves: what stores carry, on whose account it stands there, and what is on offer this morning."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.firms.level import Level
from sim.kernels.fulfilment import Orders
from sim.kernels.shopping import Shelves
from sim.regimes import Regime
from sim.rules.assortment import AssortmentView
from sim.stock import Stock
from sim.world import World

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


class ShopFloor:
    """The stores' shelves in one market, and what was sold from them since the last review.

    ``level`` is the level of the stores; without one there are no shelves to fill.

    Attributes:
        runs_off: whether a shelf that is to change hands is not ordered for any more until it can.
    """

    def __init__(self, world: World, regime: Regime, level: Level | None, shelves: Shelves, stock: Stock):
        self.world = world
        self.regime = regime
        self.level = level
        self.shelves = shelves
        self.stock = stock
        self.runs_off = False
        self._chosen = np.zeros(shelves.offered.shape, dtype=np.bool_)
        self._left = np.full(shelves.offered.shape, regime.shelves == "consigned")
        self._sold = np.zeros(shelves.offered.shape, dtype=np.int64)
        self._days = np.zeros(len(shelves.retailer), dtype=np.int64)

    def choose(self, day: int, orders: Orders, *, opening: bool = False) -> bool:
        """Let stores whose review day it is fill their slots. Tells whether any did."""
        chosen = False
        for group in self.level.assortment if self.level is not None else ():
            if opening or group.due(day):
                rows = group.rows
                trading = self._trading[rows]
                slots = self.world.places.slots[self.world.places.stores][rows]
                samples = self.world.places.samples[self.world.places.stores][rows]
                choice = group.decide(self._view(rows, slots), learns=not opening)
                # What is shown comes next in rank: a sample of what stands on the shelf would be one too many.
                wider = group.decide(self._view(rows, slots + samples), learns=False)
                rows = rows[trading]
                self._chosen[rows] = choice.carried[trading]
                self.shelves.sampled[rows] = (wider.carried & ~choice.carried)[trading]
                if self.regime.shelves == "mixed":
                    self._left[rows] = choice.consigned[trading]
                self.assign(rows, orders)
                self._sold[rows] = 0
                self._days[rows] = 0
                chosen = True
        self._days += 0 if opening else 1
        return chosen

    @property
    def _trading(self) -> BoolArray:
        """Which stores have not decided to close, shape (stores,)."""
        return np.ones(len(self._days), dtype=np.bool_) if self.level is None else self.level.trading

    def assign(self, rows: NDArray[np.intp], orders: Orders) -> None:
        """Carry what some stores have chosen, on the account of whom they want it, or can have it from."""
        carried = self._chosen[rows]
        if self.regime.shelves in ("consigned", "mixed"):
            wanted = self._left[rows] & self.shelves.direct
            self._hand_over(rows, wanted, orders)
            if self.runs_off:
                carried = carried & (self.shelves.consigned[rows] == wanted)
            if self.regime.shelves == "consigned":
                carried = carried & self.shelves.direct
        self.shelves.carried[rows] = carried

    def _view(self, rows: NDArray[np.intp], room: IntArray) -> AssortmentView:
        """Return what some stores know when they fill the ``room`` (rows,) they have."""
        places, stores = self.world.places, self.world.places.stores
        town = places.town[stores]
        stores_in_town = np.bincount(town[self._trading], minlength=len(self.world.towns))
        local = self.world.local_demand / np.maximum(stores_in_town, 1)[:, None]
        return AssortmentView(self.world.product_names, local[town[rows]], self._sold[rows], self._days[rows], room)

    def _hand_over(self, rows: NDArray[np.intp], consigned: BoolArray, orders: Orders) -> None:
        """Change whose account a shelf stands on, where nothing of the old owner is left or on its way."""
        goods = self.stock.goods
        nodes = self.shelves.first_node + rows
        lines = orders.lines[: int(orders.used[0])]
        ordered = np.zeros_like(goods.owner)
        from_firms = lines["buyer"] >= 0
        np.add.at(ordered, (lines["buyer"][from_firms], lines["product"][from_firms]), lines["units"][from_firms])
        still = goods.units[nodes] + goods.units[self.stock.nodes + nodes] + ordered[nodes] > 0
        now = np.where(still, self.shelves.consigned[rows], consigned)
        self.shelves.consigned[rows] = now
        makers = self.world.places.account[self.world.catalogue.supplier]
        goods.owner[nodes] = np.where(now, makers[None, :], self.shelves.retailer[rows][:, None])

    def show(self) -> None:
        """Offer what is carried, and what is left of what is not carried any more."""
        if self.level is not None:
            units = self.stock.goods.units[self.world.places.stores]
            self.shelves.offered[:] = self.shelves.carried | (units > 0)

    def note_sales(self, units: IntArray) -> None:
        """Count units sold from shelves today, shape (stores, products)."""
        self._sold += units
