"""Markets with price competition, and the demand that the market itself implies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS, FloatArray
from sim.engine.codes import NOTHING
from sim.engine.day import customers_shop
from sim.kernels.numerics.compiler import plain_python
from sim.kernels.offers import Marketplace, list_offers
from sim.kernels.shoppers import DayKeys, shopper_of
from sim.market import Market
from sim.scenario import Scenario, load_scenario
from sim.validation.equilibrium_markets import best_reply
from sim.validation.markets import Tables, fixed

SCALE = 100.0
"""Scale of the taste shocks in units of currency: large, so that one cent is a small step."""

WAY = 200.0
"""Cost per km in units of currency, both ways together."""

PARCELS: dict[str, Any] = {
    "geography": {"towns": [{"name": "Brook", "customers": 500, "shape": "point"}]},
    "products": {
        "items": [
            {"name": "apple", "supplier": "Ann", "quality": 200.0, "unit_cost": 100.0},
            {"name": "pear", "supplier": "Bob", "quality": 250.0, "unit_cost": 120.0},
            {"name": "plum", "supplier": "Cid", "quality": 300.0, "unit_cost": 150.0},
        ]
    },
    "suppliers": {
        "names": ["Ann", "Bob", "Cid"],
        "location": "centre",
        "lead_time": 1,
        "replenishment": {"rule": "base_stock", "level": 100_000},
    },
    "delivery": {"parcel": {"handling_days": 0.0}},
    "regimes": {"judged": {"supplier_channels": ["parcel"]}},
}
"""Makers who send parcels, equally far from all customers (Anderson, de Palma & Thisse 1992)."""

SHOPS: dict[str, Any] = {
    "geography": {"towns": [{"name": "Brook", "customers": 500, "radius": 0.6}]},
    "products": {
        "items": [
            {"name": "apple", "supplier": "maker", "quality": 300.0, "unit_cost": 100.0},
            {"name": "pear", "supplier": "maker", "quality": 340.0, "unit_cost": 130.0},
        ]
    },
    "suppliers": {
        "names": ["maker"],
        "location": "centre",
        "lead_time": 1,
        "pricing": {"rule": "markup", "factor": 1.0},
        "replenishment": {"rule": "base_stock", "level": 100_000},
    },
    "retailers": {
        "names": ["Ann", "Bob", "Cid"],
        "lead_time": 1,
        "stock_per_slot": 10_000,
        "replenishment": {"rule": "base_stock", "level": 10_000},
        "stores": [
            {"name": "east", "town": "Brook", "retailer": "Ann", "east": 0.5, "slots": 2},
            {"name": "west", "town": "Brook", "retailer": "Bob", "east": -0.3, "slots": 2},
            {"name": "north", "town": "Brook", "retailer": "Cid", "north": 0.4, "slots": 2},
        ],
    },
    "regimes": {"judged": {"shelves": "own", "own_channels": ["store"], "shares_stock": True}},
}
"""Shops in a town, at different distances from customers, who see from home which shelves are empty."""

COMMON: dict[str, Any] = {
    "name": "prices",
    "time": {"days": 200, "warm_up": 0, "cool_down": 0},
    "styles": {"count": 1},
    "customers": {
        "need_rate": 1.0,
        "worth": {"distribution": "constant", "mean": 0.0},
        "mismatch_cost": 0.0,
        "travel_cost": WAY / 2.0,
        "waiting_cost": 0.0,
        "hassle": 0.0,
        "scale": SCALE,
        "breadth": 8,
        "reach": 8,
    },
}


@dataclass(frozen=True)
class MarketGoods:
    """The goods of a market, and what each customer faces.

    Attributes:
        firms: the firm that sets the good's price.
        products: the product's name.
        places: name of the store that sells it, empty for parcels.
        stores: its number, -1 for parcels.
        worth: worth to a customer next door, before price.
        cost: the firm's unit cost.
        km: distance to each good, one way, (customers, goods).
        available: whether it is available to the customer, (customers, goods).
    """

    firms: tuple[str, ...]
    products: tuple[str, ...]
    places: tuple[str, ...]
    stores: NDArray[np.int64]
    worth: FloatArray
    cost: FloatArray
    km: FloatArray
    available: NDArray[np.bool_]

    @property
    def labels(self) -> list[str]:
        """What each good is called in a finding."""
        named = zip(self.firms, self.products, self.places, strict=True)
        return [f"{firm}'s {product}{f', {place}' if place else ''}" for firm, product, place in named]


def sellers(market: Mapping[str, Any]) -> tuple[str, str]:
    """Return the section of the firms that sell to customers, and the name of their pricing rule."""
    return ("retailers", "pricing") if "retailers" in market else ("suppliers", "direct_pricing")


def scenario_at(
    market: Mapping[str, Any], goods: MarketGoods | None, prices: FloatArray | None, **changes: Any
) -> Scenario:
    """Return a market's scenario with these fixed prices of its goods; without any, everything costs 200."""
    given: dict[str, Any] = {**COMMON, **market}
    kind, key = sellers(market)
    if goods is None or prices is None:
        given[kind] = {**given[kind], key: fixed(200.0)}
        return load_scenario(given, changes)
    given["firms"] = {firm: {key: rule} for firm, rule in price_lists(goods, prices).items()}
    return load_scenario(given, changes)


def price_lists(goods: MarketGoods, prices: FloatArray) -> dict[str, Tables]:
    """Return each firm's rule of fixed prices, in whole cents."""
    lists: dict[str, dict[str, float]] = {firm: {} for firm in goods.firms}
    for firm, product, price in zip(goods.firms, goods.products, prices, strict=True):
        lists[firm][product] = float(np.rint(price * CENTS) / CENTS)
    return {firm: {"rule": "fixed", "prices": own} for firm, own in lists.items()}


def with_best_responses(
    market: Mapping[str, Any], stubborn: tuple[MarketGoods, FloatArray] | None = None
) -> dict[str, Any]:
    """Return a market's tables with firms that choose their best prices every day.

    ``stubborn``: goods and prices that the first good's firm keeps, whatever the others do.
    """
    given: dict[str, Any] = {**COMMON, **market}
    kind, key = sellers(market)
    given[kind] = {**given[kind], key: best_reply()}
    if kind == "retailers":  # nothing is sold at it, but the rule it would follow refers to the chain
        given["suppliers"] = {**given["suppliers"], "direct_pricing": fixed(200.0)}
    if stubborn is not None:
        first = stubborn[0].firms[0]
        given["firms"] = {first: {key: price_lists(*stubborn)[first]}}
    return given


def goods_of(market: Market) -> MarketGoods:
    """Return the goods of an opened market with every customer's distance to them, from the scenario."""
    world, shelves = market.world, market.state.shelves
    accounts, km, near = market.ledger.accounts, market.state.population.km, market.state.population.nearest
    cells = [(-1, product) for product in range(len(world.style))]
    if market.regime.shelves != "none":
        cells = [(int(store), int(product)) for store, product in np.argwhere(shelves.offered)]
    stores = np.array([store for store, _ in cells])
    products = np.array([product for _, product in cells])
    makers = world.places.account[world.catalogue.supplier[products]]
    owner = np.where(stores >= 0, shelves.retailer[stores], makers) if stores[0] >= 0 else makers
    names = world.places.names[world.places.stores]
    ways = np.zeros((len(km), len(cells)))
    for good, (store, _) in enumerate(cells):
        if store >= 0:
            ways[:, good] = np.where(near == store, km, 0.0).sum(axis=1)
    return MarketGoods(
        firms=tuple(accounts[account] for account in owner),
        products=tuple(world.product_names[product] for product in products),
        places=tuple(str(names[store]) if store >= 0 else "" for store in stores),
        stores=stores,
        worth=world.catalogue.quality[products] / CENTS,
        cost=world.unit_cost[products] / CENTS,
        km=ways,
        available=np.ones(ways.shape, dtype=np.bool_),
    )


def expected_shares(market: Market, customers: NDArray[np.int64], available: NDArray[np.bool_]) -> FloatArray:
    """Return the shares of goods that the market's own offers imply, (goods,), without drawing a shock.

    Each customer's offers are listed by the market's kernel with the shocks left out; the expected share of an offer
    is then its logit probability (McFadden 1974). Goods are in the order of ``goods_of``.
    """
    state, goods = market.state, goods_of(market)
    calm = state.rules._replace(scale=0.0)
    calm_market = Marketplace(state.world.catalogue, state.shelves, calm, state.last_mile, state.stock.goods)
    number = {cell: good for good, cell in enumerate(zip(goods.stores.tolist(), goods.products, strict=True))}
    total = np.zeros(len(goods.firms))
    for row, customer in enumerate(customers):
        # No shock is drawn, so keys do not matter; Python could not pass real ones back to a kernel.
        shopper = plain_python(shopper_of)(state.population, int(customer), DayKeys(0, 0, 0), calm, 0.0)._replace(key=0)
        count = list_offers(state.offers, shopper, calm_market)
        offers = state.offers[:count]
        names = [market.stock.products[product] for product in offers["product"]]
        good = np.array([number[cell] for cell in zip(offers["store"].tolist(), names, strict=True)])
        weight = np.exp(offers["utility"] / (SCALE * CENTS)) * available[row, good]
        total[good] += weight / (1.0 + weight.sum())
    return total / len(customers)


def counted_shares(market: Market, days: int) -> tuple[FloatArray, int]:
    """Return the shares of goods among customers' choices on some days, (goods,), and the number of needs.

    Customers shop as in any run, from shelves that are full again each morning; nothing is paid or handed over.
    """
    goods = goods_of(market)
    first_node = market.state.shelves.first_node
    counts, needs = np.zeros(len(goods.firms)), 0
    for day in range(days):
        market.state.day = day
        customers_shop(market.state)
        today = market.state.needs[: int(market.state.visits.used[0])]
        for good, (store, name) in enumerate(zip(goods.stores, goods.products, strict=True)):
            there = today["product"] == market.stock.products.index(name)
            if store >= 0:
                there &= today["place"] == first_node + store
            counts[good] += np.count_nonzero(there & (today["product"] != NOTHING))
        needs += len(today)
        market.state.visits.used[0] = 0
        market.stock.goods.reserved[:] = 0
    return counts / needs, needs
