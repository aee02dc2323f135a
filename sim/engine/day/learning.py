"""Evening: customers judge what they received, returns come back, and neighbours talk."""

from __future__ import annotations

from sim.engine.awareness import renew_awareness
from sim.engine.capacity import calendar_chunks, release
from sim.engine.state import State
from sim.kernels.daily_statistics import neighbours_talk
from sim.kernels.fulfilment import ROWS_PER_RETURN, Judging, deliveries_are_judged, returns_come_back


def customers_learn(state: State) -> None:
    """Let customers judge what they received today; returns come back; neighbours talk."""
    judged, back = int(state.deliveries.size[state.day]), int(state.returns.size[state.day])
    state.stock.reserve(judged + back)
    state.ledger.reserve(back * ROWS_PER_RETURN)
    learning = state.scenario.learning
    seed, catalogue, returns = state.rules.seed, state.world.catalogue, state.returns
    judging, sale = Judging(learning.own_rate, learning.late_after, state.rules.seen_in_store), state.sale_tables()
    for _ in calendar_chunks(state, state.deliveries):
        state.call(deliveries_are_judged, state.day, sale, catalogue, returns, judging, seed)
    supplier_account, numbers = state.network.account[catalogue.supplier], state.visits.reuse.number
    for _ in calendar_chunks(state, returns):
        state.call(returns_come_back, state.day, sale, returns, numbers, seed, supplier_account)
    if learning.neighbour_rate > 0:
        first_customer = state.world.towns.first_customer
        state.call(neighbours_talk, state.population, first_customer, state.town_trust, learning.neighbour_rate)
    if learning.word_of_mouth > 0:
        renew_awareness(state)
    release(state)
