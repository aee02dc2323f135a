"""Suppliers that open a channel of their own to customers, beside the chain, and close it again.

A supplier decides by its rule where there is a chain, too. Without one there is no other way to sell, and all do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.types import BoolArray
from sim.engine.entry_exit.withdrawal import return_to_maker, withdraw_orders
from sim.engine.state import State
from sim.rules.entry import EntryView


def silent_suppliers(state: State) -> frozenset[str]:
    """Return the names of the suppliers that do not sell to customers."""
    selling = state.entry.selling
    accounts = state.network.account[: len(selling)]
    return frozenset(state.ledger.accounts[account] for account in accounts[~selling])


def decide_channels(state: State) -> bool:
    """Let suppliers whose review day it is open or close their channels. Tells whether any did."""
    entry, day = state.entry, state.day
    before = entry.selling.copy()
    for group in entry.channels if entry.chosen else ():
        rows = group.rows
        turn = entry.windows.channels.turn(group, rows, day)
        if group.rule.acts and turn.any():
            decision = group.decide(entry_view(state, rows, turn))
            for row, sells, amount in zip(rows, decision.sells, decision.amount, strict=True):
                if sells != entry.selling[row]:
                    kind = "channel_opened" if sells else "channel_closed"
                    entry.events.record(day, kind, state.network.account[row], row, cents=amount)
            entry.selling[rows] = decision.sells
    return announce_direct_sellers(state, before)


def decide_opening_channels(state: State) -> None:
    """Let suppliers that have a choice decide once before the first day, when nothing has been sold yet."""
    entry = state.entry
    if not entry.chosen:
        return
    before = entry.selling.copy()
    entry.selling[:] = False
    for group in entry.channels:
        nobody = np.zeros(len(group.rows), dtype=np.bool_)
        decision = group.decide(entry_view(state, group.rows, nobody), learns=False)
        entry.selling[group.rows] = decision.sells
    announce_direct_sellers(state, before)


def end_all_channels(state: State) -> None:
    """Close all channels for good: the platform they went through is gone."""
    before = state.entry.selling.copy()
    state.entry.selling[:] = False
    state.entry.chosen = False
    announce_direct_sellers(state, before)


def return_stranded_goods(state: State) -> None:
    """Send back what stands in stores and belongs to suppliers that do not sell to customers any more."""
    stores = state.world.places.stores
    units = state.stock.goods.units[stores]
    stranded = (units > 0) & state.shelves.consigned & ~state.shelves.direct
    makers = state.world.catalogue.supplier
    for store in np.flatnonzero(stranded.any(axis=1)):
        for depot in np.unique(makers[stranded[store]]):
            return_to_maker(state, stores.start + int(store), int(depot))


def announce_direct_sellers(state: State, before: BoolArray) -> bool:
    """Let customers and stores know who sells direct, and withdraw orders for shelves that lose their supplier."""
    selling = state.entry.selling
    if (selling == before).all():
        return False
    state.shelves.direct[:] = selling[state.world.catalogue.supplier]
    lost = np.zeros(state.stock.goods.owner.shape, dtype=np.bool_)
    lost[state.world.places.stores] = state.shelves.consigned & ~state.shelves.direct
    withdraw_orders(state, cells=lost)
    return True


def entry_view(state: State, rows: NDArray[np.intp], turn: BoolArray) -> EntryView:
    """Return what some suppliers know, and begin a new window for those whose turn it is, (rows,)."""
    entry, makers = state.entry, state.world.catalogue.supplier
    own = makers[None, :] == rows[:, None]
    earned = entry.windows.channels.observe(rows, turn, state.day)
    view = EntryView(
        selling=entry.selling[rows],
        days=earned.days,
        units_sold=np.where(turn[:, None], entry.windows.units_sold[rows], 0),
        wholesale_price=np.where(own, state.network.price[rows], 0),
        unit_cost=np.where(own, state.world.unit_cost, 0),
        direct_price=np.where(own, state.shelves.direct_price, 0),
        direct_cost=np.where(own, state.prices.direct_cost(), 0.0),
        online_share=online_share(state),
        channel_result=np.where(entry.selling[rows], earned.result, 0),
    )
    entry.windows.units_sold[rows[turn]] = 0
    return view


def online_share(state: State) -> float:
    """Return the share of all people who have ever bought online, as of yesterday."""
    adopters = state.records.adopters
    return adopters[-1] / len(state.population.town) if adopters else 0.0
