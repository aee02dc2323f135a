"""The world of a market: everything that exists before the first day, under any regime.

Towns, customers, products and places depend only on the scenario and the seed, so that every regime has the same world.
Whatever a regime does not use stays idle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS, BoolArray, FloatArray, IntArray
from sim.kernels.books import OUTSIDE
from sim.kernels.numerics.randomness import PURPOSE_FIRM, PURPOSE_PRODUCT
from sim.kernels.offers import Catalogue
from sim.kernels.places import RING, Positions
from sim.scenario import Scenario
from sim.scenario import names as named
from sim.scenario.names import is_showroom
from sim.world.geography import Towns, generated_stores, homes, make_towns, place_around, uniforms
from sim.world.population import Population, is_stratified, make_population


@dataclass(frozen=True)
class Places:
    """Depots and stores, in this order: suppliers' depots, intermediaries' by tier, stores.

    Attributes:
        names: names, one per node.
        levels: the nodes of each level as slices: suppliers, each tier, stores.
        account: account of the firm that runs it.
        level: number of the level.
        town: town of a store, -1 for a depot.
        east, north: position in km; ``around`` the position on a ring town.
        lead_days: days from an order upstream to arrival.
        slots, samples: shelf slots and samples of stores, 0 for depots.
        sources: depots each node may buy from, -1 where there are fewer, shape (nodes, k).
        firm: number of the firm that runs it within its level, shape (nodes,).
    """

    names: tuple[str, ...]
    levels: tuple[slice, ...]
    account: IntArray
    level: IntArray
    town: IntArray
    east: FloatArray
    north: FloatArray
    around: FloatArray
    lead_days: IntArray
    slots: IntArray
    samples: IntArray
    sources: IntArray
    firm: IntArray

    def __len__(self) -> int:
        return len(self.names)

    @property
    def suppliers(self) -> slice:
        """The suppliers' depots."""
        return self.levels[0]

    @property
    def stores(self) -> slice:
        """The stores and showrooms."""
        return self.levels[-1]


@dataclass(frozen=True)
class World:
    """Everything drawn before the first day.

    ``population`` is a template: a run copies what it changes. Changing anything else by hand changes the world, unless
    the run was given its own copy.
    """

    scenario: Scenario
    seed: int
    towns: Towns
    places: Places
    catalogue: Catalogue
    style: IntArray
    unit_cost: IntArray
    perish_rate: FloatArray
    population: Population

    @cached_property
    def homes(self) -> Positions:
        """All customers' homes, shape (customers,); drawn on first use, because runs do not need them."""
        return homes(self.towns, self.seed, stratified=is_stratified(self.scenario))

    @cached_property
    def accounts(self) -> tuple[str, ...]:
        """Names of all accounts: outside accounts first, then the firms."""
        return (*OUTSIDE, *named.firm_names(self.scenario))

    @cached_property
    def product_names(self) -> tuple[str, ...]:
        """Names of the products."""
        return named.product_names(self.scenario)

    @cached_property
    def lines(self) -> BoolArray:
        """Which products a place deals in, shape (nodes, products): a supplier its own, a tier according to ``serves``.

        Firms of a tier that serves by lines divide the products in turn around the ring of styles, like wholesalers of
        competing brands: a customer's second choice belongs to another firm's line.
        """
        places, products = self.places, len(self.style)
        lines = np.ones((len(places), products), dtype=np.bool_)
        lines[places.suppliers] = self.catalogue.supplier == np.arange(places.suppliers.stop)[:, None]
        rank = np.argsort(np.argsort(self.style, kind="stable"), kind="stable")
        for nodes, tier in zip(places.levels[1:-1], self.scenario.tiers, strict=True):
            if tier.serves == "lines":
                lines[nodes] = rank % tier.firms == np.arange(tier.firms)[:, None]
        return lines

    @cached_property
    def local_demand(self) -> FloatArray:
        """Expected needs per day whose closest product this is, (towns, products); equally close products share."""
        nearest = self.catalogue.mismatch[:, :1] == ring_distances(self.style, self.scenario.styles.count)
        shares = nearest / nearest.sum(axis=1, keepdims=True)
        daily = self.towns.people * self.scenario.customers.need_rate
        demand = np.zeros((len(self.towns), len(self.style)))
        # Style by style, because a matrix product may sum in another order on other machines.
        for style, share in enumerate(shares):
            demand += self.towns.tastes[:, style, None] * share
        return daily[:, None] * demand


def ring_distances(style: IntArray, styles: int) -> FloatArray:
    """Return the shorter arc between each style and each product, as a share of the ring, (styles, products)."""
    apart = np.abs(np.arange(styles)[:, None] - style[None, :])
    return np.minimum(apart, styles - apart) / styles


def make_world(scenario: Scenario, seed: int) -> World:
    """Draw the world of a scenario. The same scenario and seed give the same world, to the last bit."""
    towns = make_towns(scenario, seed)
    places = make_places(scenario, seed, towns)
    goods = make_products(scenario, seed)
    stores = places.stores
    store_positions = Positions(places.east[stores], places.north[stores], places.around[stores])
    population = make_population(scenario, seed, towns, store_positions, places.town[stores])
    catalogue = make_catalogue(scenario, goods)
    return World(
        scenario=scenario,
        seed=seed,
        towns=towns,
        places=places,
        catalogue=catalogue,
        style=goods["style"].astype(np.int64),
        unit_cost=np.rint(goods["unit_cost"] * CENTS).astype(np.int64),
        perish_rate=goods["perish_rate"],
        population=population,
    )


def make_products(scenario: Scenario, seed: int) -> dict[str, FloatArray]:
    """Return the products' properties as columns, given or generated around the ring of styles."""
    products = scenario.products
    makers = named.supplier_names(scenario)
    columns = ("quality", "unit_cost", "weight", "perish_rate", "return_unseen", "return_inspected")
    if products.items is not None:
        goods = {name: np.array([getattr(item, name) for item in products.items], dtype=float) for name in columns}
        goods["style"] = np.array([item.style for item in products.items], dtype=float)
        maker = [
            makers.index(item.supplier) if item.supplier else row % len(makers)
            for row, item in enumerate(products.items)
        ]
        goods["supplier"] = np.array(maker, dtype=float)
        return goods
    count = products.count
    goods = {name: np.full(count, float(getattr(products, name))) for name in columns}
    spread = products.unit_cost_spread * (2.0 * uniforms(seed, PURPOSE_PRODUCT, count) - 1.0)
    goods["unit_cost"] *= 1.0 + spread
    goods["style"] = np.arange(count) * scenario.styles.count // count
    goods["supplier"] = np.arange(count) % len(makers)
    return goods


def make_catalogue(scenario: Scenario, goods: dict[str, FloatArray]) -> Catalogue:
    """Return what customers know about products, including the products each taste considers, closest first."""
    styles = scenario.styles.count
    breadth = min(scenario.customers.breadth, len(goods["style"]))
    apart = ring_distances(goods["style"].astype(np.int64), styles)
    considered = np.argsort(apart, axis=1, kind="stable")[:, :breadth]
    return Catalogue(
        supplier=goods["supplier"].astype(np.int64),
        quality=goods["quality"] * CENTS,
        weight=goods["weight"],
        return_unseen=goods["return_unseen"],
        return_inspected=goods["return_inspected"],
        considered=np.ascontiguousarray(considered, dtype=np.int64),
        mismatch=np.ascontiguousarray(np.take_along_axis(apart, considered, axis=1)),
    )


def make_places(scenario: Scenario, seed: int, towns: Towns) -> Places:
    """Lay out depots and stores, with the depots each may buy from."""
    accounts = {name: number for number, name in enumerate((*OUTSIDE, *named.firm_names(scenario)))}
    depots = depot_levels(scenario)
    depot_names = [name for names, _, _ in depots for name in names]
    centred = [place == "centre" for names, place, _ in depots for _ in names]
    position = depot_positions(scenario, seed, towns, np.array(centred))
    stores, owners, slots, samples, town_of_store = lay_out_stores(scenario, seed, towns)
    sizes = [len(names) for names, _, _ in depots] + [len(owners)]
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    level = np.repeat(np.arange(len(sizes)), sizes)
    lead = np.concatenate(
        [np.full(len(names), days) for names, _, days in depots] + [np.full(len(owners), scenario.retailers.lead_time)]
    )
    no_store = np.zeros(len(depot_names), dtype=np.int64)
    chains = named.retailer_names(scenario)
    firm = np.array([row for names, _, _ in depots for row in range(len(names))] + [chains.index(o) for o in owners])
    east = np.concatenate([position[:, 0], stores.east])
    north = np.concatenate([position[:, 1], stores.north])
    return Places(
        names=(*(f"{name} depot" for name in depot_names), *named.store_names(scenario)),
        levels=tuple(slice(int(a), int(b)) for a, b in pairwise(bounds)),
        account=np.array([accounts[name] for name in (*depot_names, *owners)], dtype=np.int64),
        level=level,
        town=np.concatenate([no_store - 1, town_of_store]),
        east=east,
        north=north,
        around=np.concatenate([np.zeros(len(depot_names)), stores.around]),
        lead_days=lead.astype(np.int64),
        slots=np.concatenate([no_store, slots]),
        samples=np.concatenate([no_store, samples]),
        sources=possible_sources(scenario, bounds, east, north, firm),
        firm=firm,
    )


def depot_levels(scenario: Scenario) -> list[tuple[tuple[str, ...], str, int]]:
    """Return names, location and lead time of the depots, level by level from the suppliers down."""
    suppliers = scenario.suppliers
    levels: list[tuple[tuple[str, ...], str, int]] = [
        (named.supplier_names(scenario), suppliers.location, suppliers.lead_time)
    ]
    levels += [(named.tier_names(scenario, k), tier.location, tier.lead_time) for k, tier in enumerate(scenario.tiers)]
    return levels


def depot_positions(scenario: Scenario, seed: int, towns: Towns, centred: NDArray[np.bool_]) -> FloatArray:
    """Return km east and north of each depot, (depots, 2): spread over the towns' square, or at its centre."""
    corners = np.array([[towns.east.min(), towns.north.min()], [towns.east.max(), towns.north.max()]])
    if scenario.geography.towns is None:
        corners = np.array([[-0.5, -0.5], [0.5, 0.5]]) * scenario.geography.region
    share = uniforms(seed, PURPOSE_FIRM, 2 * len(centred)).reshape(-1, 2)
    share[centred] = 0.5
    return corners[0] + share * (corners[1] - corners[0])


def lay_out_stores(
    scenario: Scenario, seed: int, towns: Towns
) -> tuple[Positions, list[str], IntArray, IntArray, IntArray]:
    """Return positions, owners, slots, samples and towns of the stores, listed or generated town by town."""
    retailers = scenario.retailers
    owners = named.retailer_names(scenario)
    if retailers.stores is None:
        per_town = np.array(named.stores_per_town(scenario))
        town_of_store = np.repeat(np.arange(len(towns)), per_town + retailers.showrooms_per_town)
        shows = np.concatenate([np.arange(shops + retailers.showrooms_per_town) >= shops for shops in per_town])
        slots = np.where(shows, 0, retailers.slots)
        samples = np.where(shows, retailers.samples, 0)
        owner = [owners[number % len(owners)] for number in range(len(town_of_store))]
        return generated_stores(towns, seed, town_of_store), owner, slots, samples, town_of_store
    given = retailers.stores
    known = named.town_names(scenario)
    town_of_store = np.array([known.index(store.town) for store in given])
    local = [
        place_around(towns.radius[town], store.around or 0.0)
        if towns.shape[town] == RING and store.around is not None
        else (store.east, store.north)
        for store, town in zip(given, town_of_store, strict=True)
    ]
    offsets = np.array(local)
    positions = Positions(
        towns.east[town_of_store] + offsets[:, 0],
        towns.north[town_of_store] + offsets[:, 1],
        np.array([store.around or 0.0 for store in given]),
    )
    owner = [store.retailer or owners[number % len(owners)] for number, store in enumerate(given)]
    slots = np.array([store.slots for store in given])
    samples = np.array([store.samples for store in given])
    return positions, owner, slots, samples, town_of_store


def possible_sources(
    scenario: Scenario, bounds: IntArray, east: FloatArray, north: FloatArray, firm: IntArray
) -> IntArray:
    """Return the depots of the tier above that serve each node, nearest first, shape (nodes, k).

    Suppliers and the level below them have none: there, a product's only source is its supplier. ``firm`` (nodes,)
    numbers the firms of each level. ``World.lines`` tells which of several sources has a product.
    """
    widest = max([1, *(tier.firms for tier in scenario.tiers)])
    sources = np.full((len(firm), widest), -1, dtype=np.int64)
    for upper, tier in enumerate(scenario.tiers, start=1):
        depots = np.arange(bounds[upper], bounds[upper + 1])
        for node in range(bounds[upper + 1], bounds[upper + 2]):
            away = (east[depots] - east[node]) ** 2 + (north[depots] - north[node]) ** 2
            nearest_first = depots[np.argsort(away, kind="stable")]
            row = served_by(tier.serves, depots, nearest_first, int(firm[node]))
            sources[node, : len(row)] = row
    return sources


def served_by(serves: str, depots: IntArray, nearest_first: IntArray, firm: int) -> IntArray:
    """Return which depots of a tier serve the places of a firm of the next level, nearest first.

    ``depots`` are the tier's original depots, ``nearest_first`` those still open. With serves = "chains", buying firms
    are assigned in turn; those of a closed depot are reassigned to the others.
    """
    if serves == "nearest":
        return nearest_first[:1]
    if serves == "chains" and len(nearest_first):
        own = depots[firm % len(depots)]
        left = np.sort(nearest_first)
        return np.array([own if own in left else left[firm // len(depots) % len(left)]])
    return nearest_first


__all__ = ["Places", "World", "is_showroom", "make_world"]
