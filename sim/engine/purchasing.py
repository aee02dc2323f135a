"""Where firms buy, and what a unit costs them there."""

from __future__ import annotations

import numpy as np

from sim.common.types import FloatArray, IntArray
from sim.engine.firms.level import Level
from sim.kernels.supply import Network, freight_per_km
from sim.world.world import World


def asked_by(network: Network, sources: IntArray) -> FloatArray:
    """Return what each of several sources asks for a unit, cents, inf where it does not deal in the product.

    ``sources`` (..., k) are nodes, -1 for none, whose row means nothing. Shape (..., k, products).
    """
    asked: FloatArray = np.where(network.lines[sources], network.price[sources], np.inf)
    return asked


def purchase_costs(level: Level, network: Network, world: World) -> tuple[FloatArray, FloatArray]:
    """Return what one more unit costs a level's places: its price upstream, and the freight, (places, products), cents.

    Of several sources the one with the lowest sum counts.
    """
    if level.number == 0:
        cost = np.tile(world.unit_cost.astype(np.float64), (level.size, 1))
        return cost, np.zeros_like(cost)
    per_km = freight_per_km(network)
    singly = network.parcel_charge if network.unbundled_freight and level.nodes == world.places.stores else 0
    east, north = network.east[level.nodes], network.north[level.nodes]
    sources = network.sources[level.nodes]
    if (sources < 0).all():
        makers = world.catalogue.supplier.astype(np.int64)
        km = np.sqrt((network.east[makers] - east[:, None]) ** 2 + (network.north[makers] - north[:, None]) ** 2)
        price = network.price[makers, np.arange(len(makers))].astype(np.float64)
        return np.tile(price, (level.size, 1)), per_km * km + singly
    km = np.sqrt((network.east[sources] - east[:, None]) ** 2 + (network.north[sources] - north[:, None]) ** 2)
    freight = np.where(sources < 0, np.inf, per_km * km)[:, :, None]
    prices = asked_by(network, sources)
    best = np.argmin(prices + freight, axis=1)[:, None, :]
    freight_there = np.broadcast_to(freight, prices.shape)
    paid = np.take_along_axis(prices, best, axis=1)[:, 0]
    return paid, np.take_along_axis(freight_there, best, axis=1)[:, 0] + singly


def supplier_of(world: World, network: Network, level: Level) -> IntArray:
    """Return the node each place of a level buys each product from at today's prices, (places, products).

    It is the source that deals in the product with the lowest price and freight, ties the nearest, stock left aside,
    as in ``kernels.supply.choose_source``; the product's supplier where a place has no sources. What a supplier owns
    in a store comes from its depot, whatever is said here. Suppliers themselves make: each has the node of the maker.
    """
    makers = np.tile(world.catalogue.supplier.astype(np.int64), (level.size, 1))
    sources = network.sources[level.nodes]
    if level.number == 0 or (sources < 0).all():
        return makers
    east, north = network.east[level.nodes], network.north[level.nodes]
    km = np.sqrt((network.east[sources] - east[:, None]) ** 2 + (network.north[sources] - north[:, None]) ** 2)
    nearest_first = np.argsort(np.where(sources < 0, np.inf, km), axis=1, kind="stable")
    sources, km = np.take_along_axis(sources, nearest_first, axis=1), np.take_along_axis(km, nearest_first, axis=1)
    cost = asked_by(network, sources) + np.where(sources < 0, np.inf, freight_per_km(network) * km)[:, :, None]
    best = np.take_along_axis(sources, np.argmin(cost, axis=1), axis=1)
    return np.where(np.isfinite(cost.min(axis=1)), best, makers)
