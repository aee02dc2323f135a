"""The demand that firms know: surveyed among the customers, and passed up the chain."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.construction import make_offers
from sim.engine.demand_estimation.decisions import Decisions, make_pass_through, number_decisions, trace_supply
from sim.engine.demand_estimation.market_snapshot import MarketSnapshot
from sim.engine.demand_estimation.sale_terms import CellTerms
from sim.engine.firms.level import Level
from sim.kernels.competition import PassThrough
from sim.kernels.demand import (
    Considered,
    DemandTable,
    JointPrices,
    expected_path,
    join_sellers,
    reservation_prices,
    survey,
)
from sim.kernels.offers import Marketplace, Shelves
from sim.kernels.supply import Network, freight_per_km
from sim.rules.known_demand import Curve, best_price, curve_of, derived_demand, joint_demand
from sim.rules.price_rule import PricingRule
from sim.world.world import World

POINTS = 801
"""Prices at which smooth demand is tabulated."""
NEGLIGIBLE = 1e-12
"""Share of all demand below which what is won by a step down in price is rounding, not demand."""
SCALES_ABOVE = 12.0
"""A price that leaves the keenest customer this many scales of taste short of buying sells next to nothing."""
MORE = 16
"""The next survey gets room for one in so many offers more than the last one found."""
CONTESTED = 0.5
"""Where more than this share of the customers a seller takes from rivals would go back at one and the same price,
the goods are the same."""


class Demand:
    """The demand in one market as of yesterday evening, known to firms whose rules ask for it.

    Cells are numbered store by store and product by product, then the products' direct prices.

    Attributes:
        cost_when_set: what a unit cost each place when it last set its price: price upstream and freight, in cents,
            shape (nodes, products); 0 before the first time.
    """

    def __init__(self, world: World, levels: list[Level], network: Network, shelves: Shelves):
        self.world = world
        self.levels = levels
        self.network = network
        self.shelves = shelves
        self.products = len(world.product_names)
        self.stores = world.places.stores
        groups = [(level, group) for level in levels for group in level.pricing]
        self.rule_of: dict[int, PricingRule] = {
            level.nodes.start + int(row): group.rule for level, group in groups for row in group.rows
        }
        self._offers = make_offers(world)
        self.cost_when_set = np.zeros(network.price.shape)
        self._room = 0

    def look(self, day: int, snapshot: MarketSnapshot, terms_by_cell: CellTerms) -> None:
        """Survey all customers, and note what is posted. Whatever is carried counts as being in stock."""
        self.terms = terms_by_cell
        shelves = self.shelves._replace(offered=self.shelves.carried)
        rules, people, goods = snapshot.rules._replace(scale=0.0), snapshot.people, snapshot.goods
        full = goods._replace(units=np.ones_like(goods.units), reserved=np.zeros_like(goods.reserved))
        last_mile = snapshot.last_mile._replace(owed=np.zeros_like(snapshot.last_mile.owed))
        market = Marketplace(self.world.catalogue, shelves, rules, last_mile, full)
        burden = 1.0 + rules.tax_rate
        first = np.zeros(len(people.town) + 1, dtype=np.int64)
        room, count = self._room, -1
        while count < 0 or count > room:  # at the first look offers are only counted, and then written down
            room = max(room, count)
            whole, real = np.empty((3, room), dtype=np.int64), np.empty(room)
            considered = Considered(first, whole[0], real, whole[1], whole[2], people.need_rate, burden)
            count = survey(day, people, self._offers, market, considered)
        self._room = count + count // MORE
        whole, real = whole[:, :count], real[:count]
        considered = considered._replace(cell=whole[0], gain=real, channel=whole[1], store=whole[2])
        self._passed: PassThrough | None = None
        self.considered = considered
        self.scale = snapshot.rules.scale
        self.posted = self.network.price.astype(np.float64)
        self.price: FloatArray = np.concatenate((self.posted[self.stores].ravel(), self.shelves.direct_price))
        cell = considered.cell
        self.offered = np.bincount(cell, minlength=len(self.price)) > 0
        self._by_cell: tuple[IntArray, IntArray] | None = None

    def interested(self, cells: IntArray) -> IntArray:
        """Return the customers who consider an offer of any of these cells. Raises StoppedError."""
        stop_if_asked()  # once for every good whose price is looked for by itself
        if self._by_cell is None:
            considered = self.considered
            by_cell = np.argsort(considered.cell, kind="stable")
            customer = np.repeat(np.arange(len(considered.weight)), np.diff(considered.first))[by_cell]
            self._by_cell = customer, np.searchsorted(considered.cell[by_cell], np.arange(len(self.price) + 1))
        customer, of_cell = self._by_cell
        asks = np.zeros(len(self.considered.weight), dtype=np.bool_)
        for cell in cells.tolist():
            asks[customer[of_cell[cell] : of_cell[cell + 1]]] = True
        return np.flatnonzero(asks)

    # -- what customers buy --------------------------------------------------------------------------------------

    def bought(self, cells: IntArray, price: FloatArray, margin: FloatArray) -> Curve:
        """Return the demand for some cells whose prices move together, against the price of the first of them.

        All other cells keep ``price``, and earn the seller ``margin`` a unit (both (cells,)).
        """
        moves, add = np.zeros(len(price), dtype=np.bool_), np.zeros(len(price))
        moves[cells] = True
        add[cells] = price[cells] - price[cells[0]]
        if self.scale > 0:
            return self._tabulated(self.interested(cells), JointPrices(price, moves, add), margin)
        who = self.interested(cells)
        most, instead = np.empty(len(who)), np.empty(len(who), dtype=np.int64)
        reservation_prices(self.considered, who, JointPrices(price, moves, add), most, instead)
        buys = (most >= 0) & (self.considered.weight[who] > 0)
        most, instead, weight = most[buys], instead[buys], self.considered.weight[who][buys]
        elsewhere = np.where(instead >= 0, margin[instead], 0.0)
        from_rivals = (instead >= 0) & (margin[instead] == 0)
        return curve_of(most, weight, elsewhere, same_price(most[from_rivals], weight[from_rivals]))

    def _tabulated(self, who: IntArray, prices: JointPrices, margin: FloatArray) -> Curve:
        """Return smooth demand as a table of small steps."""
        cell = self.considered.cell
        moving = prices.moves[cell]
        if not moving.any():
            return joint_demand([])
        keenest = self.considered.gain[moving] / self.considered.burden - prices.add[cell[moving]]
        top = float(keenest.max()) + SCALES_ABOVE * self.scale
        highest = max(top, self.scale)
        x = np.linspace(highest, 0.0, POINTS)
        table = DemandTable(highest, highest / (POINTS - 1), np.zeros(POINTS), np.zeros(POINTS))
        expected_path(self.considered, who, prices, margin, self.scale, table)
        more = np.diff(table.units)
        some = more > NEGLIGIBLE * table.units[-1]
        less = np.diff(table.elsewhere)
        return Curve(0.5 * (x[1:] + x[:-1])[some], more[some], -less[some] / more[some])

    def sold(self, cell: int, price: FloatArray) -> float:
        """Return the expected units a day of one cell at these prices."""
        curve = self.bought(np.array([cell]), price, np.zeros(len(price)))
        if len(curve.price) == 0:
            return 0.0
        return float(np.interp(price[cell], curve.price[::-1], curve.quantity[::-1], right=0.0))

    def answered(self, product: int, wholesale: float, direct: float) -> FloatArray:
        """Return all prices once shops supplied by the maker have answered its two prices for a product, each alone."""
        price = self.price.copy()
        price[self.direct_cell(product)] = direct
        nothing = np.zeros(len(price))
        after = price.copy()
        maker = int(self.world.catalogue.supplier[product])
        for node in range(self.stores.start, self.stores.stop):
            cell = int(self.cells_of(np.array([node]), product)[0])
            if not self.offered[cell]:
                continue
            cost = wholesale + self.cost_between(maker, node, product)
            if not self.rule_of[node].knows_demand:
                after[cell] = price[cell] * wholesale / max(self.posted[maker, product], 1.0)
            else:
                curve = self.bought(np.array([cell]), price, nothing)
                after[cell] = best_price(curve, cost) if len(curve.price) else price[cell]
        return after

    def earned(self, product: int, wholesale: float, direct: float, margin: tuple[float, float]) -> float:
        """Return what a maker earns a day on a product at its two prices, once shops have answered.

        ``margin`` is what it earns a unit sold to shops, and direct.
        """
        price = self.answered(product, wholesale, direct)
        cells = self.cells_of(np.arange(self.stores.start, self.stores.stop), product)
        shops = sum(self.sold(int(cell), price) for cell in cells if self.offered[cell])
        return margin[0] * shops + margin[1] * self.sold(self.direct_cell(product), price)

    def supplies_shops(self, product: int) -> bool:
        """Tell whether the maker of a product sells it to shops without anybody in between."""
        cells = self.cells_of(np.arange(self.stores.start, self.stores.stop), product)
        return len(self.levels) == 2 and bool(self.offered[cells].any())  # suppliers and stores

    # -- what firms buy ------------------------------------------------------------------------------------------

    def faced(self, position: int, nodes: IntArray, product: int, conduct: str, margin: FloatArray) -> Curve:
        """Return the demand the places ``nodes`` of a level face for a product when their prices move together.

        ``position`` is the level's place in the chain. Prices are those of the first of the places.
        """
        if self.levels[position].nodes == self.stores:
            return self.bought(self.cells_of(nodes, product), self.price, margin)
        curves = []
        for buyers in self.rival_groups(position + 1, self.buyers(position, nodes), product):
            curve = self.faced(position + 1, buyers, product, conduct, margin)
            if len(curve.price):
                curves.append(self._asked(buyers, int(nodes[0]), product, curve, conduct))
        return joint_demand(curves)

    def _asked(self, buyers: IntArray, seller: int, product: int, curve: Curve, conduct: str) -> Curve:
        """Return what buyers who face a demand buy from a seller at each of its prices, as its conduct expects."""
        buyer = int(buyers[0])
        rule = self.rule_of[buyer]
        theirs = float(self.posted[buyer, product])
        ours = self._paid_when_set(seller, buyer, product)
        if conduct == "stackelberg" and rule.knows_demand:
            firms = self.firms(buyers)
            if firms == 1 or rule.moves_together:
                wanted = self._of_goods(derived_demand(curve, float(firms)), buyer, product)
                between = [self.freight_between(seller, each, product) for each in buyers.tolist()]
                return wanted.below(float(np.mean(between)))  # mean cost decides
            return curve.below(theirs - ours)  # rivals with other goods pass costs on, with the same goods all of it
        if conduct == "margin":
            return curve.below(theirs - ours)
        if ours <= 0 or theirs <= 0:
            return curve.below(self.cost_between(seller, buyer, product))
        freight = self.freight_between(seller, buyer, product)
        return Curve(curve.price * ((ours + freight) / theirs) - freight, curve.weight, curve.elsewhere)

    def _of_goods(self, curve: Curve, buyer: int, product: int) -> Curve:
        """Return what a buyer would give for goods at its door, from what selling them on brings.

        A sale in a store takes less than a unit where returns are put back, and brings less than its price.
        """
        if buyer < self.stores.start:
            return curve.below(self.handling_of(buyer))
        cell = int(self.cells_of(np.array([buyer]), product)[0])
        kept, cost, units = (float(each[cell]) for each in self.terms)
        return Curve((kept * curve.price - cost) / units, units * curve.weight, curve.elsewhere / units)

    def _paid_when_set(self, seller: int, buyer: int, product: int) -> float:
        """Return what the seller asked when the buyer last set its price: today's price may not have been answered."""
        cost = float(self.cost_when_set[buyer, product])
        if cost <= 0:
            return float(self.posted[seller, product])
        return cost - self.freight_between(seller, buyer, product)

    def handling_of(self, node: int) -> float:
        """Return what a place spends on handling a unit, in cents."""
        if node >= self.stores.start:
            return self.world.scenario.retailers.handling_cost * 100.0
        return float(self.network.handling[node])

    def freight_between(self, seller: int, buyer: int, product: int) -> float:
        """Return what bringing a unit from seller to buyer costs, in cents."""
        network, is_store = self.network, buyer >= self.stores.start
        km = np.hypot(network.east[seller] - network.east[buyer], network.north[seller] - network.north[buyer])
        parcel = network.parcel_charge[product] if network.unbundled_freight and is_store else 0
        return float(freight_per_km(network) * km + parcel)

    def cost_between(self, seller: int, buyer: int, product: int) -> float:
        """Return what a unit costs the buyer beyond the seller's price: freight and handling, in cents."""
        return self.freight_between(seller, buyer, product) + self.handling_of(buyer)

    def buyers(self, position: int, nodes: IntArray) -> IntArray:
        """Return the places one level down that may buy from any of ``nodes``."""
        below = np.arange(self.levels[position + 1].nodes.start, self.levels[position + 1].nodes.stop)
        if position == 0:
            return below
        seller = np.zeros(len(self.network.sources) + 1, dtype=np.bool_)  # no source is -1, the last entry
        seller[nodes] = True
        return below[seller[self.network.sources[below]].any(axis=1)]

    def supplied_by(self, position: int, node: int) -> BoolArray:
        """Return which products of which stores pass a place of a level, (stores, products).

        Every place buys where goods and freight cost it the least.
        """
        decisions = self._decisions
        first = decisions.first[position] + (node - self.levels[position].nodes.start) * self.products
        passed = self._chain.decision[: -self.products, position]
        by_node: BoolArray = (passed >= first) & (passed < first + self.products)
        return by_node.reshape(-1, self.products)

    @cached_property
    def _decisions(self) -> Decisions:
        return number_decisions(self.levels, self.network, self.world)

    @property
    def _chain(self) -> PassThrough:
        """Which prices the goods of every cell pass, looked up once a day."""
        if self._passed is None:
            posted = [self.posted[level.nodes].ravel() for level in self.levels]
            ask = np.concatenate([*posted, self.price[-self.products :]])
            supply = trace_supply(self._decisions, self.levels, self.network, self.world, ask)
            self._passed = make_pass_through(self._decisions, supply, self.stores.stop - self.stores.start)
        return self._passed

    def rival_groups(self, position: int, nodes: IntArray, product: int) -> list[IntArray]:
        """Return places of a level in groups that sell to the same buyers."""
        if self.levels[position].nodes == self.stores:
            moves = np.zeros(len(self.price), dtype=np.bool_)
            cells = self.cells_of(nodes, product)
            moves[cells] = True
            group = np.empty(len(self.price), dtype=np.int64)
            join_sellers(self.considered, moves, group)
            label = group[cells]
        else:
            label = np.arange(len(nodes))
            reached = [set(self.buyers(position, nodes[i : i + 1]).tolist()) for i in range(len(nodes))]
            for i in range(len(nodes)):
                for j in range(i):
                    if reached[i] & reached[j]:
                        label[label == label[i]] = label[j]
        return [nodes[label == mark] for mark in dict.fromkeys(label.tolist())]

    def firms(self, nodes: IntArray) -> int:
        """Return how many firms run these places."""
        return len(np.unique(self.network.account[nodes]))

    def cells_of(self, nodes: IntArray, product: int) -> IntArray:
        """Return the cells of one product in some stores."""
        return (nodes - self.stores.start) * self.products + product

    def direct_cell(self, product: int) -> int:
        """Return the cell of a product's direct price."""
        return len(self.price) - self.products + product


def same_price(price: FloatArray, weight: FloatArray) -> float:
    """Return the price at which most of these customers turn to a rival all at once; inf where they do not."""
    if len(price) == 0:
        return float(np.inf)
    order = np.argsort(price, kind="stable")
    cumulative = np.cumsum(weight[order])
    middle = price[order][np.searchsorted(cumulative, 0.5 * cumulative[-1])]
    here = np.abs(price - middle) <= 0.5
    return float(middle) if weight[here].sum() > CONTESTED * cumulative[-1] else float(np.inf)
