"""What a market writes down about each day, and the outcome made of it all at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.common.provenance import versions
from sim.common.table import Columns, empty_columns, is_on_disk, stretches
from sim.engine.codes import EVENTS
from sim.engine.construction import active_levels
from sim.kernels import books, goods
from sim.kernels.daily_statistics import Cells, count_adopters
from sim.kernels.needs import NOTHING, RESULTS
from sim.results.outcome import Outcome
from sim.results.outcome_data import Manifest
from sim.scenario.names import BULK_FREIGHT, COURIERS, PARCEL_CARRIER
from sim.scenario.regimes import CHANNELS

if TYPE_CHECKING:
    from sim.market import Market

FIRM_KINDS = ("supplier", "intermediary", "retailer", "platform", "carrier")
PLACE_KINDS = ("supplier_depot", "intermediary_depot", "store", "showroom")
NOT_EXPORTED = ("first_store", "transit", "utility", "leave", "sunk", "trouble", "at_store")
SMALL_CODES = ("kind", "channel", "first_channel", "result", "attempt")
CODES = (
    *("day", "customer", "first_choice", "product", "place", "seller", "payer", "payee"),
    *("source", "destination", "owner_out", "owner_in"),
)
EXPORTED_AS: dict[str, type[np.generic]] = {
    **dict.fromkeys(SMALL_CODES, np.int8),
    **dict.fromkeys(CODES, np.int32),
    "need": np.int64,
}


class Records:
    """Daily notes of one market."""

    def __init__(self, market: Market):
        self.market = market
        places, products = len(market.world.places), len(market.stock.products)
        time = market.parameters.time
        self.first_day, self.end_day = time.warm_up, time.days - time.cool_down
        self.cells = Cells(*(np.zeros((places, products), dtype=np.int64) for _ in Cells._fields))
        self.placed = np.zeros((places, products), dtype=np.int64)
        self.owed = np.zeros((places, products), dtype=np.int64)
        self.balances: list[NDArray[np.int64]] = []
        self.book_values: list[NDArray[np.int64]] = []
        self.adopters: list[int] = []
        self.transport: list[tuple[int, int, int, int, float]] = []
        carriers = (BULK_FREIGHT, PARCEL_CARRIER, COURIERS)
        self._freight, self._parcels, self._couriers = (market.ledger.accounts.index(name) for name in carriers)

    def counts_today(self, day: int) -> bool:
        """Tell whether figures count this day."""
        return self.first_day <= day < self.end_day

    def note_day(self, day: int, book_value: NDArray[np.int64]) -> None:
        """Write down balances, book values (accounts,) and adopters at the end of a day; -1 is the opening."""
        market = self.market
        self.balances.append(market.ledger.books.balances.copy())
        self.book_values.append(book_value)
        if day >= 0:
            self.adopters.append(int(count_adopters(market.population)))

    def note_transport(self, day: int, courier_km: NDArray[np.float64]) -> None:
        """Write down the day's stops and km by carrier, and begin counting anew."""
        market = self.market
        network, stops = market.network, market.stops
        if network.shipments[0]:
            self.transport.append((day, self._freight, -1, int(network.shipments[0]), float(network.truck_km[0])))
        if stops.parcel[0]:
            km = market.parameters.delivery.parcel.km_per_parcel * int(stops.parcel[0])
            self.transport.append((day, self._parcels, -1, int(stops.parcel[0]), km))
        for town in np.flatnonzero(stops.courier):
            drops, km = int(stops.courier[town]), float(courier_km[town])
            self.transport.append((day, self._couriers, int(town), drops, km))
        network.shipments[0], network.truck_km[0], stops.parcel[0] = 0, 0.0, 0
        stops.courier[:], stops.courier_km[:] = 0, 0.0


def outcome_of(market: Market) -> Outcome:
    """Make the outcome of a market as it stands."""
    world, stock = market.world, market.stock
    labels = {
        "towns": world.towns.names,
        "products": stock.products,
        "places": stock.places,
        "accounts": market.ledger.accounts,
        "channels": CHANNELS,
        "results": RESULTS,
        "ledger_kinds": books.KINDS,
        "stock_kinds": goods.KINDS,
        "firm_kinds": FIRM_KINDS,
        "place_kinds": PLACE_KINDS,
    }
    columns: dict[str, Columns] = {
        "needs": needs_columns(market),
        "ledger": columns_of(market.ledger.books.journal, market.ledger.rows),
        "stock": columns_of(stock.goods.journal, stock.rows),
        "firms": firm_columns(market),
        "daily": daily_columns(market),
        "places": place_columns(market),
        "cells": cell_columns(market),
        "towns": town_columns(market),
        "tastes": taste_columns(market),
        "transport": transport_columns(market),
        "products": product_columns(market),
        "adoption": {
            "day": np.arange(len(market.records.adopters), dtype=np.int32),
            "adopters": np.array(market.records.adopters, dtype=np.int64),
        },
    }
    if market.entry.acts:
        columns["events"] = market.entry.columns()
        labels["event_kinds"] = EVENTS
    if market.parameters.records.choices:
        columns["choices"] = choice_columns(market)
    return Outcome(Manifest(market.parameters, market.regime_name, market.seed_number, versions()), labels, columns)


BLOCK = 2048
"""Records taken out at a time: half a megabyte of the longest kind."""


def columns_of(table: NDArray[np.void], rows: int, left_out: tuple[str, ...] = (), **more: type[np.generic]) -> Columns:
    """Return the first ``rows`` records as columns, codes in the small types they need outside the kernels.

    Done in blocks that stay in the processor's cache while column after column is taken out of them: two thirds of
    the time of going through all records once for each column. Columns of records on disk lie on disk. There is room
    for ``more`` columns of these types, not filled in.
    """
    kept = {name: table[name][:rows] for name in table.dtype.names or () if name not in left_out}
    kinds = {name: EXPORTED_AS.get(name, column.dtype) for name, column in kept.items()}
    columns = empty_columns(rows, {**kinds, **more}, on_disk=is_on_disk(table))
    for stretch in stretches(rows, table, *list(columns.values())[:1]):
        for start in range(stretch.start, stretch.stop, BLOCK):
            block = slice(start, min(start + BLOCK, stretch.stop))
            for name, column in kept.items():
                columns[name][block] = column[block]
    return columns


def needs_columns(market: Market) -> Columns:
    """Return one row per need."""
    rows, needs, people = int(market.visits.used[0]), market.needs, market.population
    columns = columns_of(needs, rows, NOT_EXPORTED, need=np.int64, first_place=np.int32, town=np.int32, taste=np.int32)
    leave_out_unsent(market, columns)
    for part in stretches(rows, needs, columns["need"]):
        store, product, customer = needs["first_store"][part], columns["first_choice"][part], columns["customer"][part]
        depot = np.where(product >= 0, market.world.catalogue.supplier[product], -1)
        columns["need"][part] = np.arange(part.start, part.stop)
        columns["first_place"][part] = np.where(store >= 0, store + market.shelves.first_node, depot)
        columns["town"][part] = people.town[customer]
        columns["taste"][part] = people.taste[customer]
    return {"need": columns.pop("need"), **columns}


def choice_columns(market: Market) -> Columns:
    """Return one row per offer considered and one per decision to leave, visit by visit."""
    choices = columns_of(market.choices.rows, int(market.choices.used[0]), store=np.int32)
    for part in stretches(len(choices["store"]), choices["store"]):
        store = choices["store"][part]
        choices["store"][part] = np.where(store >= 0, store + market.shelves.first_node, -1)
    return choices


def leave_out_unsent(market: Market, needs: Columns) -> None:
    """Record orders that have not left their depot as what they are: nothing is bought, paid or delivered yet."""
    lines = market.orders.lines[: int(market.orders.used[0])]
    unsent = lines["need"][lines["buyer"] < 0]
    for name in ("product", "place", "seller", "channel"):
        needs[name][unsent] = NOTHING
    for name in ("price", "fee", "tax"):
        needs[name][unsent] = 0
    needs["quoted_days"][unsent] = np.nan
    needs["surplus"][unsent] = np.rint(-market.needs["sunk"][unsent])


def firm_columns(market: Market) -> Columns:
    """Return one row per firm that takes part, or did."""
    firms, left = market.firms, set(market.agents)
    return {
        "firm": np.array([firm.account for firm in firms], dtype=np.int32),
        "kind": np.array([FIRM_KINDS.index(firm.kind) for firm in firms], dtype=np.int8),
        "tier": np.array([firm.tier for firm in firms], dtype=np.int32),
        "open": np.array([firm in left for firm in firms], dtype=np.bool_),
    }


def daily_columns(market: Market) -> Columns:
    """Return one row per day and firm, the opening first."""
    firms = np.array([firm.account for firm in market.firms], dtype=np.int32)
    records = market.records
    days = np.arange(-1, len(records.balances) - 1, dtype=np.int32)
    return {
        "day": np.repeat(days, len(firms)),
        "firm": np.tile(firms, len(days)),
        "balance": np.array(records.balances)[:, firms].ravel(),
        "book_value": np.array(records.book_values)[:, firms].ravel(),
    }


def place_columns(market: Market) -> Columns:
    """Return one row per depot or store."""
    places = market.world.places
    last = len(places.levels) - 1
    showroom = (places.level == last) & (places.slots == 0)
    kind = np.select([places.level == 0, showroom, places.level == last], [0, 3, 2], 1)
    active = np.isin(places.level, active_levels(market.world, market.regime))
    return {
        "place": np.arange(len(places), dtype=np.int32),
        "kind": kind.astype(np.int8),
        "owner": places.account.astype(np.int32),
        "tier": places.level.astype(np.int32),
        "town": places.town.astype(np.int32),
        "east": places.east.copy(),
        "north": places.north.copy(),
        "slots": places.slots.copy(),
        "open": active & ~market.entry.gone,
    }


def cell_columns(market: Market) -> Columns:
    """Return one row per place and product with any flow or shelf, sums over the days that count."""
    cells = market.records.cells
    used = np.zeros(cells.demand.shape, dtype=np.bool_)
    for column in cells:
        used |= column > 0
    place, product = np.nonzero(used)
    days = max(0, min(market.day, market.records.end_day) - market.records.first_day)
    return {
        "place": place.astype(np.int32),
        "product": product.astype(np.int32),
        "days": np.full(len(place), days, dtype=np.int64),
        **{name: column[used] for name, column in cells._asdict().items()},
    }


def town_columns(market: Market) -> Columns:
    """Return one row per town."""
    towns = market.world.towns
    return {
        "town": np.arange(len(towns), dtype=np.int32),
        "customers": towns.people.copy(),
        "east": towns.east.copy(),
        "north": towns.north.copy(),
        "radius": towns.radius.copy(),
        "area": towns.area,
    }


def taste_columns(market: Market) -> Columns:
    """Return one row per town and style: the share of its people who have that taste."""
    towns, styles = market.world.towns, market.parameters.styles.count
    people = np.zeros((len(towns), styles), dtype=np.int64)
    np.add.at(people, (market.population.town, market.population.taste), 1)
    return {
        "town": np.repeat(np.arange(len(towns), dtype=np.int32), styles),
        "style": np.tile(np.arange(styles, dtype=np.int32), len(towns)),
        "share": towns.tastes.ravel(),
        "people": people.ravel(),
    }


def transport_columns(market: Market) -> Columns:
    """Return one row per day, carrier and (couriers) town."""
    rows = market.records.transport
    types = {"day": np.int32, "carrier": np.int32, "town": np.int32, "stops": np.int64, "km": np.float64}
    return {name: np.array([row[k] for row in rows], dtype=kind) for k, (name, kind) in enumerate(types.items())}


def product_columns(market: Market) -> Columns:
    """Return one row per product."""
    world = market.world
    national = world.local_demand.sum(axis=0)
    return {
        "product": np.arange(len(world.style), dtype=np.int32),
        "style": world.style.astype(np.int32),
        "supplier": world.places.account[world.catalogue.supplier].astype(np.int32),
        "unit_cost": world.unit_cost.copy(),
        "weight": world.catalogue.weight.copy(),
        "national_share": national / max(float(national.sum()), 1e-300),
    }
