"""The outcome of a market: its tables as columns, made from its state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.provenance import versions
from sim.common.table import Columns, chunks, empty_columns, is_on_disk
from sim.engine.codes import EVENTS, NOTHING, RESULTS
from sim.engine.construction import active_levels
from sim.engine.figure_sums import FoundSums
from sim.engine.firms.roster import FIRM_KINDS
from sim.engine.state import State
from sim.kernels import books, goods
from sim.results.kept import OutcomeTables
from sim.results.outcome import Outcome
from sim.results.outcome_data import Manifest
from sim.scenario.regimes import CHANNELS

PLACE_KINDS = ("supplier_depot", "intermediary_depot", "store", "showroom")
NOT_EXPORTED = ("first_store", "transit", "utility", "outside_option", "sunk_cost", "shopping_cost", "at_store")
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


def outcome_of(state: State) -> Outcome:
    """Make the outcome of a market as it stands."""
    world, stock = state.world, state.stock
    labels = {
        "towns": world.towns.names,
        "products": stock.products,
        "places": stock.places,
        "accounts": state.ledger.accounts,
        "channels": CHANNELS,
        "results": RESULTS,
        "ledger_kinds": books.KINDS,
        "stock_kinds": goods.KINDS,
        "firm_kinds": FIRM_KINDS,
        "place_kinds": PLACE_KINDS,
    }
    recorded, sums = recorded_tables(state)
    columns = OutcomeTables(recorded) | {
        "firms": firm_columns(state),
        "daily": daily_columns(state),
        "places": place_columns(state),
        "cells": cell_columns(state),
        "towns": town_columns(state),
        "tastes": taste_columns(state),
        "transport": transport_columns(state),
        "products": product_columns(state),
        "adoption": {
            "day": np.arange(len(state.records.adopters), dtype=np.int32),
            "adopters": np.array(state.records.adopters, dtype=np.int64),
        },
    }
    if state.prices.searches:
        columns["price_searches"] = {
            "day": np.array(list(state.prices.searches), dtype=np.int32),
            "settled": np.array(list(state.prices.searches.values()), dtype=np.bool_),
        }
    if state.entry.acts:
        columns["events"] = state.entry.events.columns()
        labels["event_kinds"] = EVENTS
    if state.scenario.records.choices:
        columns["choices"] = choice_columns(state)
    return Outcome(
        Manifest(state.scenario, state.regime_name, state.seed, versions()), labels, OutcomeTables(columns), sums
    )


def recorded_tables(state: State) -> tuple[dict[str, Columns], FoundSums | None]:
    """Return the tables of needs, payments and movements, or, where they are not kept, the sums over them."""
    if state.figure_sums is None:
        ledger, stock = state.ledger, state.stock
        return {
            "needs": needs_columns(state),
            "ledger": columns_of(ledger.books.journal, ledger.rows),
            "stock": columns_of(stock.goods.journal, stock.rows),
        }, None
    sums, pairs = state.figure_sums.found(state.lives(), state.population)
    return ({"needs": paired_columns(state, pairs)} if len(pairs) else {}), sums


def paired_columns(state: State, pairs: NDArray[np.void]) -> Columns:
    """Return what pairs of regimes are compared by, one row per need."""
    people, customer = state.population, pairs["customer"]
    columns = {name: EXPORTED_AS.get(name, pairs[name].dtype.type) for name in pairs.dtype.names or ()}
    return {
        "need": np.arange(len(pairs)),
        **{name: pairs[name].astype(kind) for name, kind in columns.items()},
        "town": people.town[customer],
        "taste": people.taste[customer],
    }


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
    for stretch in chunks(rows, table, *list(columns.values())[:1]):
        for start in range(stretch.start, stretch.stop, BLOCK):
            block = slice(start, min(start + BLOCK, stretch.stop))
            for name, column in kept.items():
                columns[name][block] = column[block]
    return columns


def needs_columns(state: State) -> Columns:
    """Return one row per need."""
    rows, needs, people = int(state.visits.used[0]), state.needs, state.population
    columns = columns_of(needs, rows, NOT_EXPORTED, need=np.int64, first_place=np.int32, town=np.int32, taste=np.int32)
    leave_out_unsent(state, columns)
    for part in chunks(rows, needs, columns["need"]):
        store, product, customer = needs["first_store"][part], columns["first_choice"][part], columns["customer"][part]
        depot = np.where(product >= 0, state.world.catalogue.supplier[product], -1)
        columns["need"][part] = np.arange(part.start, part.stop)
        columns["first_place"][part] = np.where(store >= 0, store + state.shelves.first_node, depot)
        columns["town"][part] = people.town[customer]
        columns["taste"][part] = people.taste[customer]
    return {"need": columns.pop("need"), **columns}


def choice_columns(state: State) -> Columns:
    """Return one row per offer considered and one per decision to leave, visit by visit."""
    choices = columns_of(state.choices.rows, int(state.choices.used[0]), store=np.int32)
    for part in chunks(len(choices["store"]), choices["store"]):
        store = choices["store"][part]
        choices["store"][part] = np.where(store >= 0, store + state.shelves.first_node, -1)
    return choices


def leave_out_unsent(state: State, needs: Columns) -> None:
    """Record orders that have not left their depot as what they are: nothing is bought, paid or delivered yet."""
    lines = state.orders.lines[: int(state.orders.used[0])]
    unsent = lines["need"][lines["buyer"] < 0]
    for name in ("product", "place", "seller", "channel"):
        needs[name][unsent] = NOTHING
    for name in ("price", "fee", "tax"):
        needs[name][unsent] = 0
    needs["quoted_days"][unsent] = np.nan
    needs["surplus"][unsent] = np.rint(-state.needs["sunk_cost"][unsent])


def firm_columns(state: State) -> Columns:
    """Return one row per firm that takes part, or did."""
    firms = state.firms
    return {
        "firm": np.array([firm.account for firm in firms], dtype=np.int32),
        "kind": np.array([FIRM_KINDS.index(firm.kind) for firm in firms], dtype=np.int8),
        "tier": np.array([firm.tier for firm in firms], dtype=np.int32),
        "open": np.array([state.in_business[firm.account] for firm in firms], dtype=np.bool_),
    }


def daily_columns(state: State) -> Columns:
    """Return one row per day and firm, the opening first."""
    firms = np.array([firm.account for firm in state.firms], dtype=np.int32)
    records = state.records
    days = np.arange(-1, len(records.balances) - 1, dtype=np.int32)
    return {
        "day": np.repeat(days, len(firms)),
        "firm": np.tile(firms, len(days)),
        "balance": np.array(records.balances)[:, firms].ravel(),
        "book_value": np.array(records.book_values)[:, firms].ravel(),
    }


def place_columns(state: State) -> Columns:
    """Return one row per depot or store."""
    places = state.world.places
    last = len(places.levels) - 1
    showroom = (places.level == last) & (places.slots == 0)
    kind = np.select([places.level == 0, showroom, places.level == last], [0, 3, 2], 1)
    active = np.isin(places.level, active_levels(state.world, state.regime))
    return {
        "place": np.arange(len(places), dtype=np.int32),
        "kind": kind.astype(np.int8),
        "owner": places.account.astype(np.int32),
        "tier": places.level.astype(np.int32),
        "town": places.town.astype(np.int32),
        "east": places.east.copy(),
        "north": places.north.copy(),
        "slots": places.slots.copy(),
        "open": active & ~state.entry.gone,
    }


def cell_columns(state: State) -> Columns:
    """Return one row per place and product with any flow or shelf, sums over the days that count."""
    cells = state.records.stock_statistics
    used = np.zeros(cells.demand.shape, dtype=np.bool_)
    for column in cells:
        used |= column > 0
    place, product = np.nonzero(used)
    days = max(0, min(state.day, state.records.end_day) - state.records.first_day)
    return {
        "place": place.astype(np.int32),
        "product": product.astype(np.int32),
        "days": np.full(len(place), days, dtype=np.int64),
        **{name: column[used] for name, column in cells._asdict().items()},
    }


def town_columns(state: State) -> Columns:
    """Return one row per town."""
    towns = state.world.towns
    return {
        "town": np.arange(len(towns), dtype=np.int32),
        "customers": towns.people.copy(),
        "east": towns.east.copy(),
        "north": towns.north.copy(),
        "radius": towns.radius.copy(),
        "area": towns.area,
    }


def taste_columns(state: State) -> Columns:
    """Return one row per town and style: the share of its people who have that taste."""
    towns, styles = state.world.towns, state.scenario.styles.count
    people = np.zeros((len(towns), styles), dtype=np.int64)
    np.add.at(people, (state.population.town, state.population.taste), 1)
    return {
        "town": np.repeat(np.arange(len(towns), dtype=np.int32), styles),
        "style": np.tile(np.arange(styles, dtype=np.int32), len(towns)),
        "share": towns.tastes.ravel(),
        "people": people.ravel(),
    }


def transport_columns(state: State) -> Columns:
    """Return one row per day, carrier and (couriers) town."""
    rows = state.records.trips
    types = {"day": np.int32, "carrier": np.int32, "town": np.int32, "stops": np.int64, "km": np.float64}
    return {name: np.array([row[k] for row in rows], dtype=kind) for k, (name, kind) in enumerate(types.items())}


def product_columns(state: State) -> Columns:
    """Return one row per product."""
    world = state.world
    national = world.local_demand.sum(axis=0)
    return {
        "product": np.arange(len(world.style), dtype=np.int32),
        "style": world.style.astype(np.int32),
        "supplier": world.places.account[world.catalogue.supplier].astype(np.int32),
        "unit_cost": world.unit_cost.copy(),
        "weight": world.catalogue.weight.copy(),
        "national_share": national / max(float(national.sum()), 1e-300),
    }
