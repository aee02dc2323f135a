"""Morning: what is due today arrives."""

from __future__ import annotations

import numpy as np

from sim.engine.capacity import release
from sim.engine.state import State
from sim.kernels.goods import receive_shipments


def shipments_arrive(state: State) -> None:
    """Put what is due today into stock."""
    stock, due = state.stock, state.stock.goods.due
    stock.reserve(int(np.count_nonzero(due[state.day % len(due)])))
    state.call(receive_shipments, stock.goods, state.day)
    release(state)
