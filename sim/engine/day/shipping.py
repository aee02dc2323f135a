"""Depots ship what they have for the orders they hold."""

from __future__ import annotations

from sim.engine.capacity import check_and_release, chunk_rows, reserve_orders
from sim.engine.state import State
from sim.kernels.needs import NOTHING
from sim.kernels.supply import serve_orders


def ship_orders(state: State, nodes: slice) -> None:
    """Ship what some depots have for the orders they hold, to other places and to customers."""
    reserve_orders(state, 0)
    line = 0
    while line != NOTHING:
        line = state.call(
            serve_orders,
            state.day, nodes.start, nodes.stop, state.network, state.stock.goods, state.ledger.books, state.orders,
            state.flows, state.needs, state.population, state.shelves, state.last_mile, state.tariff,
            state.stops, state.deliveries, line, chunk_rows(state),
        )  # fmt: skip
        check_and_release(state)
