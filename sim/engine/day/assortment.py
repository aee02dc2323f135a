"""Morning: firms come and go, and stores choose what they carry."""

from __future__ import annotations

from sim.engine.accounting import renew_contacts
from sim.engine.capacity import release
from sim.engine.entry_exit.reviews import review_firms
from sim.engine.state import State
from sim.kernels.daily_statistics import count_empty_shelves


def shelves_are_filled(state: State) -> None:
    """Let firms open and close, and stores choose what to carry whose review day it is; see what is there today."""
    review_firms(state)
    if state.assortments.choose(state.day, state.orders):
        renew_contacts(state)
    state.assortments.offer()
    state.sales.observe_shelves(state.day)
    if state.records.counts_today(state.day):
        shelves, statistics = state.shelves, state.records.stock_statistics
        state.call(count_empty_shelves, state.stock.goods, shelves.carried, shelves.first_node, statistics)
    release(state)
