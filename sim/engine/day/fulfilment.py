"""Evening: what was bought is handed over or sent."""

from __future__ import annotations

from sim.engine.capacity import basket_chunks, release, reserve_orders
from sim.engine.day.shipping import ship_orders
from sim.engine.state import State
from sim.kernels.fulfilment import hand_over


def sales_are_fulfilled(state: State) -> None:
    """Hand over what was bought, send what was ordered; money moves."""
    reserve_orders(state, int(state.visits.in_basket[0]))
    for basket in basket_chunks(state):
        state.call(hand_over, state.day, basket, state.sale_tables(), state.orders, state.flows.filled)
    ship_orders(state, state.world.places.suppliers)
    state.assortments.record_sales(state.flows.filled[state.world.places.stores])
    state.sales.record_sales(state.needs, state.visits, state.flows)
    release(state)
