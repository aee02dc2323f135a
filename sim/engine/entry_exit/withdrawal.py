"""What happens to the orders, the goods and the account of a firm that leaves, or withdraws from a shelf."""

from __future__ import annotations

import numpy as np

from sim.common.types import BoolArray
from sim.engine.state import State
from sim.kernels.store_closing import cancel_orders, send_back, write_off


def withdraw_orders(state: State, bought_by: int | None = None, cells: BoolArray | None = None) -> None:
    """Cancel orders that depots about to close still owe, those of a node, and those for ``cells`` of nodes and
    products."""
    wanted_no_more = np.zeros(state.stock.goods.owner.shape, dtype=np.bool_) if cells is None else cells
    if bought_by is not None:
        wanted_no_more[bought_by] = True
    cancel_orders(state.orders, wanted_no_more, state.network.leaving)


def return_to_maker(state: State, node: int, depot: int) -> int:
    """Send what a supplier owns at a node back to its depot. Returns the units."""
    state.stock.reserve(len(state.stock.products))
    state.ledger.reserve(3)
    return int(send_back(state.day, node, depot, state.supply_tables()))


def write_off_own_goods(state: State, node: int) -> tuple[int, int]:
    """Write off what the owner of a node has there. Returns units and book value."""
    state.stock.reserve(len(state.stock.products))
    units, value = write_off(state.day, node, state.network.account[node], state.stock.goods)
    return int(units), int(value)


def dissolve(state: State, account: int) -> int:
    """Take a firm out of the market; its account stays, as bills may still come. Returns its profit in cents."""
    state.in_business[account] = False
    return int(state.profits()[account])
