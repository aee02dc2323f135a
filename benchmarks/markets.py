"""The market of ``market.toml`` at any size, and as the arrays that peers are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.arrays import NOTHING, PARCEL, Arrays, Left, Purchases
from sim.engine import replenishment
from sim.engine.codes import BOUGHT
from sim.kernels.books import KINDS
from sim.market import Market
from sim.scenario import Scenario, load_scenario
from sim.world.world import World, make_world

FILE = Path(__file__).with_name("market.toml")
REGIME = "market"
SHOPS = 200
RECORDS = "books, stock and needs in full"
"""What a run of it writes down."""


def scenario_for(customers: int, changes: dict[str, Any] | None = None) -> Scenario:
    """Return the market with that many customers: as many towns and shops as ever, each larger or smaller."""
    overrides = {
        "geography.customers": customers,
        "retailers.people_per_store": customers / SHOPS,
        **(changes or {}),
    }
    return load_scenario(FILE, overrides)


def world_for(customers: int, changes: dict[str, Any] | None = None, seed: int = 0) -> World:
    """Return the world of that market."""
    return make_world(scenario_for(customers, changes), seed)


def market_in(world: World) -> Market:
    """Return the market in a world, before its first day."""
    return Market(world.scenario, REGIME, world.seed, world)


def arrays_of(market: Market) -> Arrays:
    """Return a market before its first day as arrays."""
    people, world, stores = market.state.population, market.world, market.world.places.stores
    level = market.state.levels[-1]
    (group,) = level.replenishment
    empty = np.zeros(market.state.shelves.carried.shape, dtype=np.int64)
    carried = replenishment.keeps_in_stock(level, world, market.state.shelves)
    view = level.stock_view(group.rows, world.places.lead_days, empty, level.forecasts.mean, carried)
    return Arrays(
        town=people.town, taste=people.taste, worth=people.worth, mismatch_cost=people.mismatch_cost,
        travel_cost=people.travel_cost, waiting_cost=people.waiting_cost,
        hassle=people.hassle * (1.0 - people.trust), need_rate=people.need_rate, nearest=people.nearest, km=people.km,
        considered=world.catalogue.considered, mismatch=world.catalogue.mismatch,
        carried=market.state.shelves.carried.copy(), price=market.state.shelves.list_price.copy(),
        units=market.stock.goods.units[stores].copy(), level=group.rule.target(view),
        parcel_price=market.state.shelves.direct_price.copy(), parcel_fee=market.state.last_mile.parcel_charge,
        parcel_days=market.state.last_mile.parcel_days[:, 0], wholesale=market.state.network.price[0].copy(),
        commission=market.state.fees.commission, scale=market.state.rules.scale, gumbel=market.state.rules.gumbel,
        seed=market.state.rules.seed, review_days=group.rule.review_days,
        lead_days=int(world.places.lead_days[stores][0]),
    )  # fmt: skip


def left_by(market: Market) -> Left:
    """Return what peers leave, of a market."""
    needs = market.state.needs[: int(market.state.visits.used[0])]
    bought = needs["result"] == BOUGHT
    columns = (
        needs["day"], needs["customer"], np.where(bought, needs["product"], NOTHING),
        np.where(bought, needs["at_store"], PARCEL),
    )  # fmt: skip
    stores, books = market.world.places.stores, market.ledger.books
    lines = books.journal[: int(books.used[0])]
    goods = np.isin(lines["kind"], [KINDS.index(kind) for kind in ("sale", "delivery_fee", "wholesale", "commission")])
    earned = np.zeros(len(books.balances), dtype=np.int64)
    np.add.at(earned, lines["payee"][goods], lines["cents"][goods])
    np.subtract.at(earned, lines["payer"][goods], lines["cents"][goods])
    return Left(
        Purchases(*(column.astype(np.int32) for column in columns)),
        market.stock.goods.units[stores],
        earned[market.world.places.account[stores]],
        int(earned[market.world.places.account[0]]),
    )
