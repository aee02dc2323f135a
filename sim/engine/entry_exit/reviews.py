"""The morning on which firms open and close: who decides when, and what follows for everybody else."""

from __future__ import annotations

import numpy as np

from sim.engine.accounting import renew_contacts, renew_standing_charges
from sim.engine.awareness import renew_awareness
from sim.engine.charges import InBusiness, advertisers
from sim.engine.codes import NOTHING
from sim.engine.entry_exit.channels import decide_channels, end_all_channels, return_stranded_goods, silent_suppliers
from sim.engine.entry_exit.depot_exit import cancel_owed_orders, reassign_sources, review_depots
from sim.engine.entry_exit.profit_windows import begin_windows, read_journals, record_night
from sim.engine.entry_exit.store_exit import decide_notice, review_stores
from sim.engine.entry_exit.withdrawal import dissolve
from sim.engine.state import State
from sim.rules.closing import STAYS
from sim.scenario.names import PLATFORM


def review_firms(state: State) -> None:
    """Let those whose review day it is open or close, and shut what gave notice long enough ago."""
    entry, day = state.entry, state.day
    if not entry.acts:
        return
    if day == 0:
        begin_windows(state)
        renew_what_follows(state)
        return
    record_night(state)
    if any(len(group.due_in_turn(day)) for group in entry.acting):
        read_journals(state)
    for tier in entry.tiers:
        cancel_owed_orders(state, tier)
    moved = [review_depots(state, tier) for tier in entry.tiers]
    if any(moved):
        reassign_sources(state)
    moved += [review_stores(state, stores) for stores in entry.stores]
    moved += [review_platform(state), decide_channels(state), reassign_shelves(state)]
    if any(moved):
        renew_what_follows(state)


def review_platform(state: State) -> bool:
    """Let the platform give notice, and end every channel that goes through it once it is gone."""
    entry, day = state.entry, state.day
    if not entry.platform_may_close:
        return False
    account = state.ledger.number[PLATFORM]
    days, result = decide_notice(entry.platform, entry.windows.firms, np.array([account]), day)
    if days[0] != STAYS and entry.platform_until == NOTHING:
        entry.platform_until = day + int(days[0])
        entry.events.record(day, "platform_gives_notice", account, cents=int(result[0]))
    if entry.platform_until == NOTHING or entry.platform_until > day:
        return False
    entry.events.record(day, "platform_gone", account, cents=dissolve(state, account))
    entry.platform_may_close = False
    end_all_channels(state)
    return True


def reassign_shelves(state: State) -> bool:
    """Take home what may not be sold in stores any more, and let shelves change hands once they are empty."""
    if not state.assortments.phases_out:
        return False
    return_stranded_goods(state)
    before = state.shelves.carried.copy()
    for stores in state.entry.stores:
        state.assortments.assign(np.flatnonzero(stores.trading), state.orders)
    return not np.array_equal(before, state.shelves.carried)


def renew_what_follows(state: State) -> None:
    """Work out again what falls due every day, and whom advertising reaches."""
    firms = frozenset(firm.name for firm in state.firms if state.in_business[firm.account])
    silent = silent_suppliers(state)
    shut = state.entry.gone[state.world.places.stores]
    renew_standing_charges(state, InBusiness(firms, shut, silent))
    renew_contacts(state)
    all_who_advertise = advertisers(state.world, state.regime)
    if all_who_advertise:
        spending = sum(name in firms and name not in silent for name in all_who_advertise)
        state.advertised = spending / len(all_who_advertise)
        renew_awareness(state)
