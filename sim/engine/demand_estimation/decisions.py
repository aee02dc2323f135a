"""Every price that somebody sets in a market, numbered; who sets it, and on which sales it has a part.

Decisions are numbered level by level, place by place and product by product; the makers' prices to customers follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.codes import NOTHING
from sim.engine.firms.level import Level
from sim.kernels.competition import PassThrough
from sim.kernels.supply import Network, freight_per_km
from sim.rules.price_rule import PricingRule
from sim.world.world import World


@dataclass(frozen=True)
class Decisions:
    """The price decisions of one market. Arrays have shape (decisions,) unless said.

    Attributes:
        first: number of the first decision of every level, and of the prices to customers after them.
        products: how many products there are.
        rules: the pricing rule of each place of each level, then of each maker to customers.
        owner: the account that sets the price; what firms set together (Cournot) has an owner of its own.
        same: the decision that stands for this one: another one only where firms set a price together.
        knows: whether the price is found from known demand.
        rivals: how many firms bring the same goods to the same buyers in Cournot's market, else 1.
    """

    first: tuple[int, ...]
    products: int
    rules: tuple[tuple[PricingRule, ...], ...]
    owner: IntArray
    same: IntArray
    knows: BoolArray
    rivals: FloatArray

    @property
    def direct(self) -> slice:
        """The makers' prices to customers."""
        return slice(self.first[-1], self.first[-1] + self.products)

    def level(self, position: int) -> slice:
        """The decisions of one level."""
        return slice(self.first[position], self.first[position + 1])

    def __len__(self) -> int:
        return len(self.owner)


def number_decisions(levels: list[Level], network: Network, world: World) -> Decisions:
    """Number all price decisions; each stands for itself until firms are grouped."""
    products = len(world.product_names)
    first, rules, owner, knows = [0], [], [], []
    for level in levels:
        by_row = rules_by_row(level.size, level.pricing)
        accounts = network.account[level.nodes]
        owner.append(np.repeat(accounts, products))
        knows.append(np.repeat([rule.knows_demand for rule in by_row], products))
        rules.append(by_row)
        first.append(first[-1] + level.size * products)
    makers = world.catalogue.supplier
    by_maker = rules_by_row(levels[0].size, levels[0].direct_pricing)
    rules.append(by_maker)
    owner.append(network.account[makers])
    knows.append(np.array([by_maker[maker].knows_demand for maker in makers]))
    size = first[-1] + products
    return Decisions(
        first=tuple(first),
        products=products,
        rules=tuple(rules),
        owner=np.concatenate(owner).astype(np.int64),
        same=np.arange(size),
        knows=np.concatenate(knows).astype(np.bool_),
        rivals=np.ones(size),
    )


def rules_by_row(size: int, groups: list) -> tuple[PricingRule, ...]:  # type: ignore[type-arg]
    """Return the pricing rule of each place of a level."""
    rules: list[PricingRule] = [PricingRule()] * size
    for group in groups:
        for row in group.rows:
            rules[row] = group.rule
    return tuple(rules)


def decision_rules(decisions: Decisions, world: World) -> list[PricingRule]:
    """Return the rule behind each decision."""
    rules = [rule for by_row in decisions.rules[:-1] for rule in by_row for _ in range(decisions.products)]
    return rules + [decisions.rules[-1][maker] for maker in world.catalogue.supplier]


@dataclass(frozen=True)
class Supply:
    """Whom each decision's place buys from. Arrays have shape (decisions,).

    Attributes:
        source: the decision whose price it pays, NOTHING for makers.
        beyond: what having a unit costs it besides, in cents: freight; for makers all of its cost.
        handling: what selling a unit on costs it, in cents; in stores that is a part of the sale.
    """

    source: IntArray
    beyond: FloatArray
    handling: FloatArray


def trace_supply(decisions: Decisions, levels: list[Level], network: Network, world: World, ask: FloatArray) -> Supply:
    """Follow every place's purchases to the cheapest of its sources, freight counted, when prices are ``ask``."""
    source = np.full(len(decisions), NOTHING)
    beyond, handling = np.zeros(len(decisions)), np.zeros(len(decisions))
    beyond[decisions.level(0)] = np.tile(world.unit_cost, levels[0].size)
    beyond[decisions.direct] = world.unit_cost
    for position in range(1, len(levels)):
        here = decisions.level(position)
        found, cost = cheapest_sources(decisions, levels, position, network, world, ask)
        source[here], beyond[here] = found.ravel(), cost.ravel()
        if levels[position].nodes != world.places.stores:
            handling[here] = np.repeat(network.handling[levels[position].nodes], decisions.products)
    return Supply(source, beyond, handling)


def cheapest_sources(
    decisions: Decisions, levels: list[Level], position: int, network: Network, world: World, ask: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return the decision a level's places buy at, and what a unit costs besides, both (places, products)."""
    level, products = levels[position], decisions.products
    options, freight = source_options(levels, position, network, world)
    asked = np.where(options >= 0, ask[np.maximum(options, 0)], np.inf)
    best = np.argmin(asked + freight, axis=1)[:, None, :]
    source = np.take_along_axis(options, best, axis=1)[:, 0]
    beyond = np.take_along_axis(freight, best, axis=1)[:, 0]
    if level.nodes == world.places.stores and network.unbundled_freight:
        beyond = beyond + network.parcel_charge[None, :]
    return source.reshape(level.size, products), beyond


def source_options(levels: list[Level], position: int, network: Network, world: World) -> tuple[IntArray, FloatArray]:
    """Return the decisions a level's places may buy at and the freight from there, (places, sources, products).

    NOTHING, and infinite, where there are fewer.
    """
    level, products = levels[position], len(world.product_names)
    rate = freight_per_km(network)
    sources = network.sources[level.nodes]
    makers = world.catalogue.supplier.astype(np.int64)
    nodes = np.repeat(np.where(sources >= 0, sources, NOTHING)[:, :, None], products, axis=2)
    nodes = np.where(network.lines[np.maximum(nodes, 0), np.arange(products)], nodes, NOTHING)
    from_maker = (nodes < 0).all(axis=1)
    nodes[:, 0] = np.where(from_maker, makers, nodes[:, 0])
    first = np.zeros(len(network.account), dtype=np.int64)  # of each node's decisions
    start = 0
    for each in levels:
        first[each.nodes] = start + np.arange(each.size) * products
        start += each.size * products
    options = np.where(nodes >= 0, first[np.maximum(nodes, 0)] + np.arange(products), NOTHING)
    east, north = network.east, network.north
    there = np.maximum(nodes, 0)
    km = np.sqrt(
        (east[there] - east[level.nodes][:, None, None]) ** 2 + (north[there] - north[level.nodes][:, None, None]) ** 2
    )
    return options, np.where(nodes >= 0, rate * km, np.inf)


def make_pass_through(decisions: Decisions, supply: Supply, stores: int) -> PassThrough:
    """Return which decisions the sales of every cell pass. ``stores`` is how many stores there are."""
    products, layers = decisions.products, len(decisions.first) - 1
    cells = (stores + 1) * products
    decision = np.full((cells, layers), NOTHING)
    setter = np.zeros(cells, dtype=np.int64)
    on_shelf = stores * products
    last = decisions.level(layers - 1)
    if layers > 1 and last.stop - last.start == on_shelf:
        decision[:on_shelf, layers - 1] = np.arange(last.start, last.stop)
        setter[:on_shelf] = layers - 1
        for layer in range(layers - 1, 0, -1):
            below = decision[:on_shelf, layer]
            decision[:on_shelf, layer - 1] = supply.source[below]
    decision[on_shelf:, 0] = np.arange(decisions.direct.start, decisions.direct.stop)
    named = np.where(decision >= 0, decisions.same[np.maximum(decision, 0)], NOTHING)
    return PassThrough(named, setter, np.ones((cells, layers)), decisions.owner)


def freight_from_makers(network: Network, world: World) -> FloatArray:
    """Return what bringing a unit from its maker's depot to a store costs, (stores, products), cents."""
    stores, makers = world.places.stores, world.catalogue.supplier
    east = network.east[makers][None, :] - network.east[stores][:, None]
    north = network.north[makers][None, :] - network.north[stores][:, None]
    return np.asarray(freight_per_km(network) * np.sqrt(east**2 + north**2), dtype=np.float64)
