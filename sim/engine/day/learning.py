"""Evening: customers judge what they received, returns come back, and neighbours talk."""

from __future__ import annotations

from sim.engine.awareness import renew_awareness
from sim.engine.capacity import calendar_chunks, release
from sim.engine.state import State
from sim.kernels.daily_statistics import neighbours_talk
from sim.kernels.fulfilment import ROWS_PER_RETURN, deliveries_are_judged, returns_come_back


def customers_learn(state: State) -> None:
    """Let customers judge what they received today; returns come back; neighbours talk."""
    judged, back = int(state.deliveries.size[state.day]), int(state.returns.size[state.day])
    state.stock.reserve(judged + back)
    state.ledger.reserve(back * ROWS_PER_RETURN)
    learning = state.scenario.learning
    seed, catalogue = state.terms.seed, state.world.catalogue
    for _ in calendar_chunks(state, state.deliveries):
        state.call(
            deliveries_are_judged,
            state.day, state.needs, state.population, catalogue, state.shelves, state.last_mile, state.tariff,
            state.stock.goods, state.deliveries, state.returns, seed, learning.own_rate, learning.late_after,
            state.terms.seen_in_store,
        )  # fmt: skip
    for _ in calendar_chunks(state, state.returns):
        state.call(
            returns_come_back,
            state.day, state.needs, state.last_mile, state.tariff, state.stops, state.stock.goods, state.ledger.books,
            state.returns, seed, state.network.account[catalogue.supplier],
        )  # fmt: skip
    if learning.neighbour_rate > 0:
        first_customer = state.world.towns.first_customer
        state.call(neighbours_talk, state.population, first_customer, state.town_trust, learning.neighbour_rate)
    if learning.word_of_mouth > 0:
        renew_awareness(state)
    release(state)
