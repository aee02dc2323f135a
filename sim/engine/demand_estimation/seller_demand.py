"""What each seller is shown of the demand it faces: sellers in stores, at depots, and direct ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray, IntArray
from sim.engine.demand_estimation.demand_survey import Demand
from sim.rules.best_response import KnowsDemand
from sim.rules.known_demand import Curve, KnownDemand

OWN = 1e-9
"""Margin that marks an offer as the seller's own where it earns nothing on it, in cents."""


class SellerDemand:
    """Common to all sellers: whose they are and what a unit costs them, (sellers, products).

    ``found`` gives the sellers' prices where all prices of the market are found together.
    """

    leads = False
    found: Callable[[], FloatArray] | None = None

    def __init__(self, demand: Demand, firm: IntArray, cost: FloatArray, conduct: str):
        self.demand = demand
        self.firm = firm
        self.cost = cost
        self.conduct = conduct

    def as_known_demand(self) -> KnownDemand:
        """Return what a rule may ask."""
        return KnownDemand(self.firm, self.leads, self.curve, self.firms, self.costs, self.profit, self.found)

    def curve(self, seller: int, product: int, price: FloatArray) -> Curve | None:
        """Return the demand for one product at one seller, given the firm's other prices (sellers, products)."""
        raise TypeError(f"{type(self).__name__} has no demand to tell of")

    def colleagues(self, seller: int) -> IntArray:
        """Return the sellers of the same firm."""
        return np.flatnonzero(self.firm == self.firm[seller])

    def firms(self, seller: int, product: int) -> int:
        """Return how many firms sell the same to the same buyers."""
        return 1

    def costs(self, seller: int, product: int) -> FloatArray:
        """Return what a unit costs each firm that sells the same to the same buyers, the seller's first, (firms,)."""
        return self.cost[seller, product : product + 1]

    def costs_at(self, seller: int, places: IntArray, nodes: IntArray, product: int) -> FloatArray:
        """Return the mean cost of each firm's places; firms of other rules are taken to have the seller's cost.

        ``places`` are those of the firms that sell the same, ``nodes`` (sellers,) those whose costs are known.
        """
        account = self.demand.network.account
        own = account[nodes[seller]]
        firms = [own, *(firm for firm in dict.fromkeys(account[places].tolist()) if firm != own)]
        known = np.isin(nodes, places)
        costs = [self.cost[known & (account[nodes] == firm), product] for firm in firms]
        return np.array([each.mean() if len(each) else self.cost[seller, product] for each in costs])

    def profit(self, seller: int, product: int, price: FloatArray, tried: FloatArray) -> FloatArray:
        """Return what is earned at each price tried, once shops have answered."""
        raise TypeError(f"{type(self).__name__} does not foresee what shops answer")


class StoreDemand(SellerDemand):
    """Demand at shelves whose price the retailer sets."""

    def __init__(self, demand: Demand, rows: IntArray, cost: FloatArray, rule: KnowsDemand):
        nodes = demand.stores.start + rows
        super().__init__(demand, demand.network.account[nodes], cost, rule.conduct)
        self.nodes = nodes
        self.in_step = rule.moves_together

    def curve(self, seller: int, product: int, price: FloatArray) -> Curve | None:
        """Return the demand for one product in one store; together with its rivals where they move in step."""
        demand, node = self.demand, self.nodes[seller]
        cell = int(demand.cells_of(self.nodes[seller : seller + 1], product)[0])
        if not demand.offered[cell]:
            return None
        prices, margin = self._posted(seller, price)
        if self.in_step:
            group = self._rivals(seller, product)
            ordered = np.append(node, group[group != node])
            together = self._margins_together(ordered, product, price)
            return demand.faced(len(demand.levels) - 1, ordered, product, self.conduct, together)
        margin[cell] = 0.0
        return demand.bought(np.array([cell]), prices, margin)

    def firms(self, seller: int, product: int) -> int:
        """Return how many retailers sell the product to the same customers."""
        return self.demand.firms(self._rivals(seller, product))

    def costs(self, seller: int, product: int) -> FloatArray:
        """Return what a unit costs each of these retailers, the seller's first."""
        return self.costs_at(seller, self._rivals(seller, product), self.nodes, product)

    def _margins_together(self, nodes: IntArray, product: int, price: FloatArray) -> FloatArray:
        """Return what retailers who set prices together earn on their other products, (cells,)."""
        margin = np.zeros(len(self.demand.price))
        for seller in np.flatnonzero(np.isin(self.nodes, nodes)).tolist():
            margin[self._cells(seller)] = price[seller] - self.cost[seller]
        margin[self.demand.cells_of(nodes, product)] = 0.0
        return margin

    def _cells(self, seller: int) -> IntArray:
        row = int(self.nodes[seller]) - self.demand.stores.start
        return row * self.demand.products + np.arange(self.demand.products)

    def _posted(self, seller: int, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return all prices with the retailer's own as considered, and what it earns a unit in each cell."""
        prices, margin = self.demand.price.copy(), np.zeros(len(self.demand.price))
        for colleague in self.colleagues(seller):
            cells = self._cells(colleague)
            prices[cells] = price[colleague]
            margin[cells] = price[colleague] - self.cost[colleague]
            margin[cells] = np.where(margin[cells] == 0.0, OWN, margin[cells])
        return prices, margin

    def _rivals(self, seller: int, product: int) -> IntArray:
        demand, node = self.demand, self.nodes[seller]
        stores = np.arange(demand.stores.start, demand.stores.stop)
        selling = stores[demand.offered[demand.cells_of(stores, product)]]
        groups = demand.rival_groups(len(demand.levels) - 1, selling, product)
        return next((group for group in groups if node in group), np.array([node]))


class DepotDemand(SellerDemand):
    """Demand by firms downstream, at suppliers' and intermediaries' depots."""

    def __init__(
        self,
        demand: Demand,
        position: int,
        rows: IntArray,
        cost: FloatArray,
        rule: KnowsDemand,
        direct_margin: FloatArray,
        *,
        leads: bool = False,
    ):
        nodes = demand.levels[position].nodes.start + rows
        super().__init__(demand, demand.network.account[nodes], cost, rule.conduct)
        self.position = position
        self.nodes = nodes
        self.in_step = rule.moves_together
        self.direct_margin = direct_margin
        self.leads = leads and position == 0 and len(demand.levels) == 2

    def curve(self, seller: int, product: int, price: FloatArray) -> Curve | None:
        """Return the demand for one product at one depot; rivals with the same goods set a limit."""
        demand, node = self.demand, self.nodes[seller]
        if self.position + 1 >= len(demand.levels) or not self._sells(seller, product):
            return None
        group = self._rivals(seller, product)
        margin = self._margins(seller, product, price)
        curve = demand.faced(self.position, group, product, self.conduct, margin)
        rivals = group[demand.network.account[group] != self.firm[seller]]
        if self.in_step or len(rivals) == 0:
            return curve
        limit = self._limit(int(node), rivals, product)
        return replace(curve, limit=limit)

    def firms(self, seller: int, product: int) -> int:
        """Return how many firms of the tier serve the same buyers."""
        return self.demand.firms(self._rivals(seller, product))

    def costs(self, seller: int, product: int) -> FloatArray:
        """Return what a unit costs each of these firms, the seller's first."""
        return self.costs_at(seller, self._rivals(seller, product), self.nodes, product)

    def profit(self, seller: int, product: int, price: FloatArray, tried: FloatArray) -> FloatArray:
        """Return what a supplier earns a day at each wholesale price that its direct price must not fall below.

        The direct price stays or comes along, whichever earns more.
        """
        demand, cost = self.demand, self.cost[seller, product]
        posted = demand.price[demand.direct_cell(product)]
        direct_cost = posted - self.direct_margin[product]
        return np.array(
            [
                max(
                    demand.earned(product, x, direct, (x - cost, direct - direct_cost))
                    for direct in {max(posted, x), x}
                )
                for x in tried.tolist()
            ]
        )

    def _sells(self, seller: int, product: int) -> bool:
        return bool(self.demand.network.lines[self.nodes[seller], product])

    def _rivals(self, seller: int, product: int) -> IntArray:
        """Return the depots with the same goods for the same buyers, itself first. A supplier's goods are its own."""
        demand, node = self.demand, self.nodes[seller]
        if self.position == 0:
            return np.array([node])
        level = np.arange(demand.levels[self.position].nodes.start, demand.levels[self.position].nodes.stop)
        level = level[demand.network.lines[level, product] | (level == node)]
        group = next(group for group in demand.rival_groups(self.position, level, product) if node in group)
        return np.append(node, group[group != node])

    def _limit(self, node: int, rivals: IntArray, product: int) -> float:
        """Return the price above which some buyer finds a rival cheaper, freight counted."""
        demand = self.demand
        way = [
            min(demand.posted[rival, product] + demand.cost_between(int(rival), buyer, product) for rival in rivals)
            - demand.cost_between(node, buyer, product)
            for buyer in demand.buyers(self.position, np.array([node])).tolist()
        ]
        return float(min(way))

    def _margins(self, seller: int, product: int, price: FloatArray) -> FloatArray:
        """Return what the seller's firm earns in each cell customers may turn to: its other products, its direct sales.

        Sellers that set prices together earn it together.
        """
        demand = self.demand
        margin = np.zeros(len(demand.price))
        if demand.products == 1 and self.position > 0:
            return margin
        rows = self.colleagues(seller)
        if self.in_step:
            rows = np.flatnonzero(np.isin(self.nodes, self._rivals(seller, product)))
        shelf = margin[: (demand.stores.stop - demand.stores.start) * demand.products].reshape(-1, demand.products)
        for row in rows:
            supplied = demand.supplied_by(self.position, int(self.nodes[row]))
            shelf[:] = np.where(supplied, price[row] - self.cost[row], shelf)
        shelf[:, product] = 0.0
        if self.position == 0:
            own = demand.world.catalogue.supplier == self.nodes[seller]
            margin[shelf.size :] = np.where(own, self.direct_margin, 0.0)
        return margin


class DirectDemand(SellerDemand):
    """Demand at suppliers' direct prices. What they sell to shops earns ``wholesale_margin`` (products,) a unit."""

    def __init__(self, demand: Demand, rows: IntArray, cost: FloatArray, conduct: str, wholesale_margin: FloatArray):
        super().__init__(demand, rows.astype(np.int64), cost, conduct)
        self.wholesale_margin = wholesale_margin
        own = np.isin(demand.world.catalogue.supplier, self.firm)
        self.leads = conduct == "stackelberg" and any(demand.supplies_shops(int(j)) for j in np.flatnonzero(own))

    def profit(self, seller: int, product: int, price: FloatArray, tried: FloatArray) -> FloatArray:
        """Return what a supplier earns a day at each direct price, once the shops it supplies have answered."""
        demand, margin = self.demand, self.wholesale_margin[product]
        wholesale = float(demand.network.price[demand.world.catalogue.supplier[product], product])
        cost = self.cost[seller, product]
        return np.array([demand.earned(product, wholesale, x, (margin, x - cost)) for x in tried.tolist()])

    def curve(self, seller: int, product: int, price: FloatArray) -> Curve | None:
        """Return the demand at a product's direct price."""
        demand = self.demand
        cell = demand.direct_cell(product)
        if not self._sells(seller)[product] or not demand.offered[cell]:
            return None
        prices, margin = self._posted(seller, price)
        margin[cell] = 0.0
        return demand.bought(np.array([cell]), prices, margin)

    def _sells(self, seller: int) -> NDArray[np.bool_]:
        sells: NDArray[np.bool_] = self.demand.world.catalogue.supplier == self.firm[seller]
        return sells

    def _posted(self, seller: int, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return all prices with the seller's own direct ones as considered, and what it earns a unit in each cell."""
        demand, own = self.demand, self._sells(seller)
        prices, margin = demand.price.copy(), np.zeros(len(demand.price))
        stores = demand.stores.stop - demand.stores.start
        direct = slice(stores * demand.products, None)
        prices[direct] = np.where(own, price[seller], prices[direct])
        margin[: stores * demand.products] = np.tile(np.where(own, self.wholesale_margin, 0.0), stores)
        earned = np.where(price[seller] == self.cost[seller], OWN, price[seller] - self.cost[seller])
        margin[direct] = np.where(own, earned, 0.0)
        return prices, margin
