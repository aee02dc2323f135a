"""Intermediaries that give up. Buyers turn to the others of the tier, or, after the last, to where those bought."""

from __future__ import annotations

import numpy as np

from sim.common.types import BoolArray
from sim.engine.codes import NOTHING
from sim.engine.entry_exit.store_exit import give_notice, notices, places_to_shut
from sim.engine.entry_exit.withdrawal import dissolve, withdraw_orders, write_off_own_goods
from sim.engine.firms.level import Level
from sim.engine.state import State
from sim.world.world import Places, served_by


def cancel_owed_orders(state: State, level: Level) -> None:
    """Cancel what depots that are leaving owe and have not shipped."""
    if state.network.leaving[level.nodes].any():
        withdraw_orders(state)


def review_depots(state: State, level: Level) -> bool:
    """Let intermediaries of a tier give notice, and shut those whose notice is over. Tells whether any did either."""
    accounts = state.world.places.account[level.nodes].astype(np.intp)
    left = False
    for row, days, result in notices(state, level, state.entry.windows.firms, accounts):
        node = level.nodes.start + row
        state.network.leaving[node] = True
        give_notice(state, level, row, days)
        state.entry.events.record(state.day, "intermediary_gives_notice", accounts[row], node, cents=result)
        hand_on_lines(state, level, row)
        left = True
    rows = places_to_shut(state, level)
    for row in rows:
        shut_depot(state, level, row)
    return left or bool(rows)


def hand_on_lines(state: State, level: Level, row: int) -> None:
    """Let the next firm that stays take up the lines that only the leaving one has, so that all can be bought."""
    staying = np.flatnonzero(level.trading)
    if len(staying):
        heir = int(staying[np.searchsorted(staying, row) % len(staying)])
        level.lines[heir] |= level.lines[row] & ~level.lines[staying].any(axis=0)
        state.network.lines[level.nodes.start + heir] = level.lines[heir]


def shut_depot(state: State, level: Level, row: int) -> None:
    """Shut a depot: what it owns is written off, its firm is dissolved, and the last of a tier ends the tier."""
    node = level.nodes.start + row
    account = int(state.network.account[node])
    state.entry.gone[node] = True
    units, value = write_off_own_goods(state, node)
    state.network.leaving[node] = False
    dissolve(state, account)
    state.entry.events.record(state.day, "intermediary_gone", account, node, cents=value, units=units)
    if state.entry.gone[level.nodes].all():
        state.levels[:] = [each for each in state.levels if each is not level]


def reassign_sources(state: State) -> None:
    """Let every firm buy from the depots of the tier above that are left, or of the tier above those.

    Depots about to close stay sources of what they have.
    """
    world, network, gone = state.world, state.network, state.entry.gone
    places, tiers = world.places, world.scenario.tiers
    for number in range(2, len(places.levels)):
        for node in range(places.levels[number].start, places.levels[number].stop):
            row = serving(places, node, number, network.leaving, gone, [tier.serves for tier in tiers])
            network.sources[node] = NOTHING
            network.sources[node, : len(row)] = row


def serving(
    places: Places, node: int, number: int, leaving: BoolArray, gone: BoolArray, serves: list[str]
) -> list[int]:
    """Return the depots a place of level ``number`` may buy from, nearest first, those about to close last.

    Where none is left in any tier above, it buys from the makers, and the list is empty.
    """
    for upper in range(number - 1, 0, -1):
        opened = np.arange(places.levels[upper].start, places.levels[upper].stop)
        depots = opened[~gone[opened]]
        away = (places.east[depots] - places.east[node]) ** 2 + (places.north[depots] - places.north[node]) ** 2
        nearest_first = depots[np.argsort(away, kind="stable")]
        rule, firm, stays = serves[upper - 1], int(places.firm[node]), nearest_first[~leaving[nearest_first]]
        staying = served_by(rule, opened, stays, firm).tolist()
        closing = [depot for depot in served_by(rule, opened, nearest_first, firm).tolist() if leaving[depot]]
        if staying or closing:
            return [*staying, *closing]
    return []
