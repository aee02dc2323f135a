"""Depots ship what they have for the orders they hold."""

from __future__ import annotations

from sim.engine.capacity import check_and_release, chunk_rows, reserve_orders
from sim.engine.codes import NOTHING
from sim.engine.state import State
from sim.kernels.supply import serve_orders


def ship_orders(state: State, nodes: slice) -> None:
    """Ship what some depots have for the orders they hold, to other places and to customers."""
    reserve_orders(state, 0)
    depots, sale, supply = (nodes.start, nodes.stop), state.sale_tables(), state.supply_tables()
    line = 0
    while line != NOTHING:
        part = (line, chunk_rows(state))
        line = state.call(serve_orders, state.day, depots, sale, supply, part)
        check_and_release(state)
