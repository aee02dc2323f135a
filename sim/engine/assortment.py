"""Shelves: what stores carry, on whose account it stands there, and what is on offer this morning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS, BoolArray, FloatArray, IntArray
from sim.engine.firms.level import Level
from sim.engine.purchasing import purchase_costs
from sim.engine.stock import Stock
from sim.kernels.fulfilment import Orders
from sim.kernels.offers import Shelves
from sim.kernels.supply import Network
from sim.rules.assortment import AssortmentView, SlotMoney
from sim.scenario.regimes import Regime
from sim.world.world import World

DAYS_A_YEAR = 365.0


class Assortments:
    """The assortments of the stores in one market, and what was sold from their shelves since the last review.

    ``level`` is the level of the stores; without one there are no shelves to fill.

    Attributes:
        phases_out: whether a shelf that is to change hands is not ordered for any more until it can.
    """

    def __init__(
        self, world: World, regime: Regime, level: Level | None, shelves: Shelves, stock: Stock, network: Network
    ):
        self.world = world
        self.regime = regime
        self.level = level
        self.shelves = shelves
        self.stock = stock
        self.network = network
        self.phases_out = False
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
                money = self._money(rows) if group.rule.knows_money else None
                choice = group.decide(self._view(rows, slots, money), learns=not opening)
                # What is shown comes next in rank: a sample of what stands on the shelf would be one too many.
                wider = group.decide(self._view(rows, slots + samples, money), learns=False)
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
            if self.phases_out:
                carried = carried & (self.shelves.consigned[rows] == wanted)
            if self.regime.shelves == "consigned":
                carried = carried & self.shelves.direct
        self.shelves.carried[rows] = carried

    def _view(self, rows: NDArray[np.intp], slots: IntArray, money: SlotMoney | None) -> AssortmentView:
        """Return what some stores know when they fill the ``slots`` (rows,) they have."""
        local = self._local_demand(rows)
        return AssortmentView(self.world.product_names, local, self._sold[rows], self._days[rows], slots, money)

    def _local_demand(self, rows: NDArray[np.intp]) -> FloatArray:
        """Return what some stores expect of the people of their town, units a day, (rows, products)."""
        town = self.world.places.town[self.world.places.stores]
        stores_in_town = np.bincount(town[self._trading], minlength=len(self.world.towns))
        local: FloatArray = (self.world.local_demand / np.maximum(stores_in_town, 1)[:, None])[town[rows]]
        return local

    def _money(self, rows: NDArray[np.intp]) -> SlotMoney:
        """Return what a slot brings some stores at today's prices. Where nobody sets prices, the state makes it 0."""
        scenario = self.world.scenario
        price, freight = self._purchase_costs(rows)
        handling = scenario.retailers.handling_cost * CENTS
        own = self.shelves.list_price[rows] - price - freight - handling
        upkeep = self._upkeep(rows, price, freight)
        consigned = np.full_like(own, scenario.platform.handling_fee * CENTS - handling)
        if self.regime.at_cost:
            own, upkeep, consigned = np.zeros_like(own), np.zeros_like(own), np.zeros_like(own)
        both = self.regime.shelves == "mixed"
        return SlotMoney(
            own, upkeep, consigned, both or self.regime.shelves == "own", both or self.regime.shelves == "consigned"
        )

    def _purchase_costs(self, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Return what one more unit costs some stores today, its price and its freight, (rows, products), cents."""
        assert self.level is not None  # only stores ask
        price, freight = purchase_costs(self.level, self.network, self.world)
        return price[rows], freight[rows]

    def _upkeep(self, rows: NDArray[np.intp], price: FloatArray, freight: FloatArray) -> FloatArray:
        """Return what it costs a day to keep each product, in cents: what spoils at night, and interest.

        The store knows how much its own rule would keep, at the demand it expects of the town. Interest is due on goods
        on their way, too.
        """
        units, level = self._local_demand(rows), self.level
        on_hand, on_the_way = np.zeros_like(units), np.zeros_like(units)
        if level is not None:
            for group in level.replenishment:
                here = np.isin(rows, group.rows)
                nothing = np.zeros(units[here].shape, dtype=np.int64)
                everything = np.ones(nothing.shape, dtype=np.bool_)
                lead_days = self.world.places.lead_days
                view = level.stock_view(rows[here], lead_days, nothing, units[here], everything)
                until_night = view.lead_days + (group.rule.review_days - 1) / 2.0  # since the last order, on average
                on_hand[here] = np.maximum(group.decide(view, learns=False) - units[here] * until_night, 0.0)
                on_the_way[here] = units[here] * view.lead_days
        spoiled = self.world.perish_rate * on_hand * (price + freight)
        interest = self.world.scenario.money.interest_rate / DAYS_A_YEAR * price * (on_hand + on_the_way)
        return np.asarray(spoiled + interest)

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

    def offer(self) -> None:
        """Offer what is carried, and what is left of what is not carried any more."""
        if self.level is not None:
            units = self.stock.goods.units[self.world.places.stores]
            self.shelves.offered[:] = self.shelves.carried | (units > 0)

    def record_sales(self, units: IntArray) -> None:
        """Count units sold from shelves today, shape (stores, products)."""
        self._sold += units
