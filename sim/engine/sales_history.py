"""What sellers observe of their sales between two reviews of their prices, and what players ask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.common.types import BoolArray, IntArray
from sim.engine.codes import NO_PRICE
from sim.engine.firms.level import Level
from sim.kernels.goods import Goods
from sim.kernels.needs import Visits
from sim.kernels.numerics.randomness import PURPOSE_DIRECT_PRICING, PURPOSE_PRICING
from sim.kernels.numerics.rule_random_keys import fill_keys
from sim.kernels.offers import Shelves
from sim.kernels.supply import Flows
from sim.rules.price_rule import SalesRecord
from sim.scenario.regimes import Regime
from sim.world.geography import as_seed
from sim.world.world import World


class SalesHistory:
    """Sales and days in stock of everybody in one market who sets prices, since each one's last review.

    Stores count what they sell at their own prices; suppliers and tiers what firms order from them for their own
    account; suppliers, apart, what customers buy at direct prices. Nothing is recorded where no rule uses it.

    Attributes:
        asked: prices that players ask, in cents, shape (nodes, products), ``NO_PRICE`` where a player has asked none;
            ``asked_direct`` those of suppliers to customers.
    """

    def __init__(self, world: World, regime: Regime, levels: Sequence[Level], shelves: Shelves, goods: Goods):
        self.world, self.regime, self.shelves, self.goods = world, regime, shelves, goods
        shape = (len(world.places), len(world.product_names))
        makers = (world.places.suppliers.stop, shape[1])
        self.is_used = any(
            group.rule.uses_sales_history for level in levels for group in (*level.pricing, *level.direct_pricing)
        )
        self.units, self.days = np.zeros(shape, dtype=np.int64), np.zeros(shape)
        self.direct_units, self.direct_days = np.zeros(makers, dtype=np.int64), np.zeros(makers)
        self.asked = np.full(shape, NO_PRICE, dtype=np.int64)
        self.asked_direct = np.full(makers, NO_PRICE, dtype=np.int64)
        self._made_by = world.catalogue.supplier[None, :] == np.arange(makers[0])[:, None]
        self._on_shelf = np.zeros(shelves.offered.shape, dtype=np.bool_)
        self._today = 0
        self._counts_from = np.zeros(shape[0], dtype=np.int64)
        self._direct_counts_from = np.zeros(makers[0], dtype=np.int64)

    def observe_shelves(self, day: int) -> None:
        """Observe in the morning which shelves have goods on them."""
        self._today = day
        if self.is_used:
            self._on_shelf = self.goods.units[self.world.places.stores] > 0

    def record_sales(self, needs: NDArray[np.void], visits: Visits, flows: Flows) -> None:
        """Record what customers bought today, once sales are in ``flows``."""
        if not self.is_used:
            return
        stores, shape = self.world.places.stores, self.units.shape
        bought = visits.basket[: int(visits.in_basket[0])]
        place, product, seller = needs["place"][bought], needs["product"][bought], needs["seller"][bought]
        by_supplier = seller == self.world.places.account[self.world.catalogue.supplier[product]]
        served = flows.demand[stores] == flows.filled[stores]  # nobody was turned away
        full = self._on_shelf & served & self.shelves.offered
        counts = (self._counts_from <= self._today)[:, None]  # for the others, buyers still settle down
        own = full & ~self.shelves.consigned & counts[stores]
        cell = (place * shape[1] + product)[~by_supplier]
        sold = np.bincount(cell, minlength=self.units.size).reshape(shape)[stores]
        self.units[stores] += np.where(own, sold, 0)
        self.days[stores] += own
        depots = self.world.places.suppliers
        self.days[: stores.start] += counts[: stores.start]
        self.days[depots] -= ~self._made_by & counts[depots]
        self._record_direct(place[by_supplier], product[by_supplier], full)

    def _record_direct(self, place: IntArray, product: IntArray, full: BoolArray) -> None:
        """Record what was sold at direct prices: parcels, and consigned goods on shelves that lasted all day.

        A day counts in full where parcels are sent, as nobody is turned away then; else by the share of shelves.
        """
        first = self.world.places.stores.start
        sold = np.zeros(self.units.shape, dtype=np.int64)
        np.add.at(sold, (place, product), 1)
        consigned = self.shelves.offered & self.shelves.consigned
        if {"parcel", "endless_aisle"}.intersection(self.regime.supplier_channels):
            units, days = sold.sum(axis=0), np.ones(len(self._made_by[0]))
        else:
            shelves = consigned.sum(axis=0)
            days = (full & consigned).sum(axis=0) / np.maximum(shelves, 1)
            units = np.where(full & consigned, sold[first:], 0).sum(axis=0)
        counts = self._made_by & (self._direct_counts_from <= self._today)[:, None]
        self.direct_units += np.where(counts, units, 0)
        self.direct_days += np.where(counts & self.shelves.direct, days, 0.0)

    def record_orders(self, lines: NDArray[np.void]) -> None:
        """Record orders that firms placed today, at whom and for how much; goods that stay the maker's are no sale."""
        if not self.is_used:
            return
        makers = self.world.places.account[self.world.catalogue.supplier]
        source, buyer, product = lines["source"], lines["buyer"], lines["product"]
        sale = self.goods.owner[buyer, product] != makers[product]
        sale &= self._counts_from[source] <= self._today
        np.add.at(self.units, (source[sale], product[sale]), lines["units"][sale])

    def observe(
        self, level: Level, rows: NDArray[np.intp], day: int, *, direct: bool = False, settling_days: int = 0
    ) -> SalesRecord:
        """Return what some sellers of a level have observed since their last review; they begin to count again.

        The first ``settling_days`` from today on are left out.
        """
        nodes = level.nodes.start + rows
        units, days = (self.direct_units, self.direct_days) if direct else (self.units, self.days)
        asked = self.asked_direct if direct else self.asked
        chance = np.empty((len(rows), units.shape[1]), dtype=np.uint64)
        purpose = PURPOSE_DIRECT_PRICING if direct else PURPOSE_PRICING
        fill_keys(as_seed(self.world.seed), purpose, day, nodes, chance)
        record = SalesRecord(units[nodes].copy(), days[nodes].copy(), chance, asked[nodes].copy())
        units[nodes], days[nodes] = 0, 0.0
        counts_from = self._direct_counts_from if direct else self._counts_from
        counts_from[nodes] = day + settling_days
        return record
