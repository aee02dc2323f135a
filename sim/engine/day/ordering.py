"""Evening: goods spoil, and firms order up the chain."""

from __future__ import annotations

import numpy as np

from sim.common.table import reserve_column
from sim.common.types import FloatArray, IntArray
from sim.engine.capacity import release
from sim.engine.day.shipping import ship_orders
from sim.engine.firms.level import Level
from sim.engine.last_mile import renew_quotes
from sim.engine.replenishment import decide_orders, keeps_in_stock, shared_demand
from sim.engine.state import State
from sim.kernels.reordering import review_stock, tally_orders
from sim.kernels.supply import goods_spoil, order_upstream, produce

UNLIMITED = np.iinfo(np.int64).max // 2


def firms_reorder(state: State) -> None:
    """Let firms count stock and order upstream, bottom of the chain first; each ships before it orders."""
    let_goods_spoil(state)
    world, demand = state.world, state.flows.demand
    customers = shared_demand(world, state.levels, state.network, state.stock.goods.owner, demand)
    for level in reversed(state.levels):
        if level is not state.levels[-1] or level.number == 0:
            ship_orders(state, level.nodes)
        order_for(state, level, customers)
    renew_quotes(state.last_mile, state.stock.goods, state.outstanding.owed)
    release(state)


def let_goods_spoil(state: State) -> None:
    """Let perishable goods spoil that are on hand and not sold."""
    perish_rate = state.world.perish_rate
    state.stock.reserve(len(state.world.places) * int((perish_rate > 0).sum()))
    state.call(goods_spoil, state.day, perish_rate, state.stock.goods, state.rules.seed)


def order_for(state: State, level: Level, customers: FloatArray | None) -> None:
    """Let the firms of a level whose review day it is order upstream, or, at the top, produce.

    ``customers`` (nodes, products) is what customers asked for, for places that learn of it.
    """
    state.call(tally_orders, state.orders, level.nodes.start, level.nodes.stop, state.outstanding)
    wanted, lines = wanted_by(state, level, customers)
    if level.number == 0:
        start_production(state, wanted, lines)
        return
    state.orders = reserve_column(state.orders, "lines", int(state.orders.used[0]) + lines)
    before = int(state.orders.used[0])
    makers, first = state.world.catalogue.supplier, level.nodes.start
    state.call(order_upstream, state.day, first, wanted, makers, state.supply_tables())
    state.sales.record_orders(state.orders.lines[before : int(state.orders.used[0])])


def wanted_by(state: State, level: Level, customers: FloatArray | None) -> tuple[IntArray, int]:
    """Update a level's forecasts. Return what its places order, in units, (places, products), and in how many lines.

    In one pass of compiled code where all have rules that it knows; else the rules are asked.
    """
    goods, demand, outstanding = state.stock.goods, state.flows.demand, state.outstanding
    lead_days, carried = state.world.places.lead_days, keeps_in_stock(level, state.world, state.shelves)
    if level.one_pass is not None:
        policy, wanted = level.one_pass
        return wanted, state.call(review_stock, state.day, policy, carried, demand, goods, outstanding, wanted)
    level.learn_demand(demand, customers)
    wanted = decide_orders(level, state.day, goods, lead_days, outstanding, carried)
    return wanted, int(np.count_nonzero(wanted))


def start_production(state: State, wanted: IntArray, lines: int) -> None:
    """Start making what suppliers want, (suppliers, products), in so many lines, as far as capacity goes."""
    state.ledger.reserve(lines)
    state.stock.reserve(lines)
    limit = state.scenario.suppliers.capacity
    capacity = np.full(len(wanted), UNLIMITED if limit is None else limit, dtype=np.int64)
    state.call(produce, state.day, wanted, capacity, state.world.unit_cost, state.supply_tables())
