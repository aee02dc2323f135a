"""Phase by phase, what a level of firms is shown and what becomes of its decision: prices, shelves, orders."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.firms.level import Level
from sim.kernels.goods import Goods
from sim.kernels.shopping import NO_PRICE, Shelves
from sim.kernels.supply import Network
from sim.opening import make_levels, make_network
from sim.regimes import SHIPPED, Regime
from sim.rules.assortment import Assortment, AssortmentView
from sim.rules.pricing import PricingView, whole_cents
from sim.rules.replenishment import StockView
from sim.world import World

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def purchase_costs(level: Level, network: Network, world: World) -> tuple[FloatArray, FloatArray]:
    """Return what one more unit costs a level's places: its price upstream, and the freight, (places, products), cents.

    Of several sources the one with the lowest sum counts.
    """
    if level.number == 0:
        cost = np.tile(world.unit_cost.astype(np.float64), (level.size, 1))
        return cost, np.zeros_like(cost)
    per_km = network.freight * (1.0 + network.margin)
    east, north = network.east[level.nodes], network.north[level.nodes]
    sources = network.sources[level.nodes]
    if (sources < 0).all():
        makers = world.catalogue.supplier.astype(np.int64)
        km = np.sqrt((network.east[makers] - east[:, None]) ** 2 + (network.north[makers] - north[:, None]) ** 2)
        price = network.price[makers, np.arange(len(makers))].astype(np.float64)
        return np.tile(price, (level.size, 1)), per_km * km
    km = np.sqrt((network.east[sources] - east[:, None]) ** 2 + (network.north[sources] - north[:, None]) ** 2)
    freight = np.where(sources < 0, np.inf, per_km * km)[:, :, None]
    prices = network.price[sources].astype(np.float64)
    best = np.argmin(prices + freight, axis=1)[:, None, :]
    freight_there = np.broadcast_to(freight, prices.shape)
    return np.take_along_axis(prices, best, axis=1)[:, 0], np.take_along_axis(freight_there, best, axis=1)[:, 0]


def set_prices(
    level: Level, day: int, network: Network, world: World, regime: Regime, rivals: IntArray, *, opening: bool = False
) -> None:
    """Let the firms of a level whose review day it is set their prices to buyers downstream (stores: to customers).

    ``rivals`` are the lowest prices of others, shape (places, products). At cost, nobody decides: a unit costs what
    was paid for it, and in a store its handling too.
    """
    price, freight = purchase_costs(level, network, world)
    own = network.price[level.nodes]
    if regime.at_cost:
        is_store = level.number == len(world.places.levels) - 1
        handling = world.scenario.retailers.handling_cost * 100.0 if is_store else 0.0
        own[:] = whole_cents(price + handling)
        return
    nothing = np.zeros_like(price)
    for group in level.pricing:
        if opening or group.due(day):
            rows = group.rows
            view = PricingView(
                day=day,
                products=world.product_names,
                landed_cost=(price + freight)[rows],
                own_price=own[rows],
                rival_price=rivals[rows],
                wholesale_price=nothing[rows],
                reference_price=nothing[rows],
            )
            own[rows], group.state = group.rule.decide(view, group.state)


def set_direct_prices(
    level: Level, day: int, network: Network, shelves: Shelves, world: World, regime: Regime, reference: FloatArray, rivals: IntArray,
    *, opening: bool = False,
) -> None:  # fmt: skip
    """Let suppliers whose review day it is set their prices to customers.

    ``reference`` is the chain's consumer price in cents and ``rivals`` the lowest price of others, (products,) each.
    """
    makers = world.catalogue.supplier
    products = np.arange(len(makers))
    handling = world.scenario.suppliers.direct_handling_cost * 100.0
    cost = np.tile(world.unit_cost + handling, (level.size, 1))
    if regime.at_cost:
        shelves.direct_price[:] = whole_cents(cost[0])
        return
    current = np.tile(shelves.direct_price, (level.size, 1))
    for group in level.direct_pricing:
        if opening or group.due(day):
            rows = group.rows
            shape = (len(rows), len(makers))
            view = PricingView(
                day=day,
                products=world.product_names,
                landed_cost=cost[rows],
                own_price=current[rows],
                rival_price=np.broadcast_to(rivals, shape),
                wholesale_price=network.price[level.nodes][rows].astype(np.float64),
                reference_price=np.broadcast_to(reference, shape),
            )
            current[rows], group.state = group.rule.decide(view, group.state)
    shelves.direct_price[:] = current[makers, products]


def no_rivals(level: Level, products: int) -> IntArray:
    """Return that a level sees no rival prices, shape (places, products)."""
    return np.full((level.size, products), NO_PRICE, dtype=np.int64)


def rivals_in_town(level: Level, shelves: Shelves, town: IntArray, direct: BoolArray) -> IntArray:
    """Return the lowest price asked by others in each store's town, shape (stores, products), ``NO_PRICE`` for none.

    ``direct`` tells which products are also sold to customers from a depot, shape (products,).
    """
    asked = np.where(shelves.consigned, shelves.direct_price, shelves.list_price)
    asked = np.where(shelves.offered, asked, np.iinfo(np.int64).max)
    online = np.where(direct, shelves.direct_price, np.iinfo(np.int64).max)
    lowest = np.tile(online, (level.size, 1))
    for place in np.unique(town):
        here = np.flatnonzero(town == place)
        for store in here:
            others = here[here != store]
            if len(others):
                lowest[store] = np.minimum(lowest[store], asked[others].min(axis=0))
    return np.where(lowest == np.iinfo(np.int64).max, NO_PRICE, lowest)


def rivals_in_level(level: Level, network: Network) -> IntArray:
    """Return the lowest price asked by the other firms of a tier, shape (places, products), ``NO_PRICE`` for none."""
    price = network.price[level.nodes]
    if level.size == 1:
        return np.full_like(price, NO_PRICE)
    lowest_first = np.sort(price, axis=0)
    return np.where(price == lowest_first[0], lowest_first[1], lowest_first[0])


def shelf_average(list_price: IntArray, own: BoolArray) -> FloatArray:
    """Return each product's mean price over the stores that sell it as their own; over all where none does."""
    count = own.sum(axis=0)
    everywhere = list_price.mean(axis=0)
    mean: FloatArray = np.where(count > 0, (list_price * own).sum(axis=0) / np.maximum(count, 1), everywhere)
    return mean


def chain_price(world: World) -> FloatArray:
    """Return the consumer price at the end of the traditional chain from its cost-plus rules, (products,), cents.

    Computed without a run, for a direct seller in a world that has no chain to look at.
    """
    chain = SHIPPED["traditional"]
    network = make_network(world, chain)
    for level in make_levels(world, chain):
        set_prices(level, 0, network, world, chain, no_rivals(level, len(world.product_names)), opening=True)
    stores = world.places.stores
    sells = np.broadcast_to(world.places.slots[stores][:, None] > 0, network.price[stores].shape)
    return shelf_average(network.price[stores], sells)


def fill_slots(level: Level, day: int, world: World, sold: IntArray, days: int, *, opening: bool = False) -> list[tuple[IntArray, Assortment, BoolArray]]:
    """Let the stores whose review day it is choose what to carry. Returns rows, assortment and samples, group by group."""
    places = world.places
    slots, samples = places.slots[level.nodes], places.samples[level.nodes]
    stores_in_town = np.bincount(places.town[level.nodes], minlength=len(world.towns))
    demand = (world.local_demand / np.maximum(stores_in_town, 1)[:, None])[places.town[level.nodes]]
    decided = []
    for group in level.assortment:
        if opening or group.due(day):
            rows = group.rows
            view = AssortmentView(world.product_names, demand[rows], sold[rows], days, slots[rows])
            choice, group.state = group.rule.decide(view, group.state)
            shown = AssortmentView(world.product_names, demand[rows], sold[rows], days, samples[rows])
            decided.append((rows, choice, group.rule.decide(shown, group.state)[0].carried))
    return decided


def decide_orders(
    level: Level, day: int, goods: Goods, lead_days: IntArray, placed: IntArray, owed: IntArray, carried: BoolArray
) -> IntArray:
    """Let the firms of a level whose review day it is order, in units, shape (places, products).

    ``placed`` and ``owed`` (nodes, products) are outstanding orders upstream and from downstream; ``carried``
    (places, products) tells what is to be kept in stock.
    """
    nodes = np.arange(level.nodes.start, level.nodes.stop)
    position = goods.units[nodes] + goods.units[len(goods.owner) + nodes] + placed[nodes] - owed[nodes]
    wanted = np.zeros_like(position)
    for group in level.replenishment:
        if group.due(day):
            rows = group.rows
            view = StockView(
                position=position[rows],
                forecast=level.forecast[rows],
                lead_days=lead_days[nodes[rows], None],
                carried=carried[rows],
                limit=np.full((len(rows), 1), level.stock_limit, dtype=np.int64),
            )
            wanted[rows], group.state = group.rule.decide(view, group.state)
    return wanted


def opening_levels(level: Level, lead_days: IntArray, carried: BoolArray) -> IntArray:
    """Return the stock each place of a level opens with: what its rule would order if it had nothing, (places, products)."""
    empty = np.zeros(carried.shape, dtype=np.int64)
    wanted = empty.copy()
    for group in level.replenishment:
        rows = group.rows
        view = StockView(
            position=empty[rows],
            forecast=level.forecast[rows],
            lead_days=lead_days[level.nodes][rows, None],
            carried=carried[rows],
            limit=np.full((len(rows), 1), level.stock_limit, dtype=np.int64),
        )
        wanted[rows] = group.rule.target(view)
    return wanted
