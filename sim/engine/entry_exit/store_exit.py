"""Stores and intermediaries that give up: notice, selling off, and the day on which the doors shut.

A place that gives notice orders nothing more, and its open orders are cancelled. Its customers buy what is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import IntArray
from sim.engine.codes import NOTHING
from sim.engine.entry_exit.memory import ProfitWindow
from sim.engine.entry_exit.withdrawal import dissolve, return_to_maker, withdraw_orders, write_off_own_goods
from sim.engine.firms.level import Group, Level
from sim.engine.state import State
from sim.kernels.places import Positions
from sim.rules.closing import STAYS
from sim.world.population import find_stores, homes_by_town

LAST_DAY = np.iinfo(np.int64).max


def review_stores(state: State, level: Level) -> bool:
    """Let stores give notice, and shut those whose notice is over. Tells whether any did either."""
    left = False
    for row, days, result in notices(state, level, state.entry.windows.stores, np.arange(level.size)):
        give_notice(state, level, row, days)
        state.shelves.carried[row] = False
        node = level.nodes.start + row
        state.entry.events.record(state.day, "store_gives_notice", state.network.account[node], node, cents=result)
        left = True
    rows = places_to_shut(state, level)
    for row in rows:
        shut_store(state, level.nodes.start + row)
    if rows:
        reassign_stores(state)
        dissolve_retailers(state, level, rows)
    return left or bool(rows)


def notices(state: State, level: Level, window: ProfitWindow, of_row: NDArray[np.intp]) -> list[tuple[int, int, int]]:
    """Return the places of a level that give notice today: row, days of notice, the result that decided.

    ``of_row`` says where in the window each place stands.
    """
    found = []
    for group in level.closing:
        days, result = decide_notice(group, window, of_row[group.rows], state.day)
        for position in np.flatnonzero((days != STAYS) & level.trading[group.rows]):
            found.append((int(group.rows[position]), int(days[position]), int(result[position])))
    return found


def decide_notice(
    group: Group[Any], window: ProfitWindow, rows: NDArray[np.intp], day: int
) -> tuple[IntArray, IntArray]:
    """Let those who share a closing rule decide: days of notice (``STAYS`` for none) and the result that decided."""
    turn = window.turn(group, rows, day)
    if not group.rule.acts or not turn.any():
        nothing = np.zeros(len(rows), dtype=np.int64)
        return nothing + STAYS, nothing
    view = window.observe(rows, turn, day)
    return group.decide(view), view.result


def give_notice(state: State, level: Level, row: int, days: int) -> None:
    """Let a place stop to order; it may be shut after so many days."""
    node = level.nodes.start + row
    state.entry.until[node] = min(state.day + days, LAST_DAY)
    level.trading[row] = False
    withdraw_orders(state, bought_by=node)


def places_to_shut(state: State, level: Level) -> list[int]:
    """Return the rows of places whose notice is over and to which nothing is on its way."""
    until, gone = state.entry.until[level.nodes], state.entry.gone[level.nodes]
    over = np.flatnonzero((until != NOTHING) & (until <= state.day) & ~gone)
    under_way = state.stock.goods.due[:, level.nodes.start + over]
    rows: list[int] = over[under_way.sum(axis=(0, 2)) == 0].tolist()
    return rows


def shut_store(state: State, node: int) -> None:
    """Shut a store: what it owns is written off, what suppliers own there goes back to them."""
    state.entry.gone[node] = True
    units, value = write_off_own_goods(state, node)
    for depot in range(state.world.places.suppliers.stop):
        return_to_maker(state, node, depot)
    state.stock.goods.owner[node] = NOTHING  # nobody takes what comes back from customers
    state.entry.events.record(state.day, "store_closed", state.network.account[node], node, cents=value, units=units)


def dissolve_retailers(state: State, level: Level, rows: list[int]) -> None:
    """Dissolve retailers all of whose stores are shut, the last ones (``rows``) today."""
    owners = state.world.places.account[level.nodes]
    for account in dict.fromkeys(owners[rows].tolist()):
        if state.entry.gone[level.nodes][owners == account].all():
            state.entry.events.record(state.day, "retailer_gone", account, cents=dissolve(state, account))


def reassign_stores(state: State) -> None:
    """Let customers consider the nearest of the stores that are left."""
    world, people = state.world, state.population
    places, left = world.places, np.flatnonzero(~state.entry.gone[world.places.stores])
    people.nearest[:], people.km[:] = -1, 0.0
    if len(left):
        nodes = places.stores.start + left
        positions = Positions(places.east[nodes], places.north[nodes], places.around[nodes])
        reach = min(people.nearest.shape[1], len(left))
        nearest, km = people.nearest[:, :reach], people.km[:, :reach]
        where = homes_by_town(world.scenario, world.seed, world.towns)
        find_stores(world.towns, where, positions, places.town[nodes], nearest, km)
        nearest[:] = np.where(nearest >= 0, left[nearest], -1)
