"""Orders, placed up the chain: opening stocks and forecasts, and what firms order day by day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.codes import NOTHING
from sim.engine.firms.level import Level, OnePass
from sim.formulas.service import Demands, losing_fill_rate
from sim.kernels.goods import Goods
from sim.kernels.offers import Shelves
from sim.kernels.reordering import BaseStockPolicy
from sim.kernels.supply import Network
from sim.rules.replenishment import LEAST_DEMAND, BaseStock, ReplenishmentRule
from sim.scenario.regimes import Regime
from sim.world.world import World

HALVINGS = 8
"""Steps in which a fill rate is found: to a hundredth of the units under way."""
ROUNDS = 3
"""Times a forecast and the stock that follows from it are worked out in turn."""
LEAST_MET = 0.5
"""Share met below which asking again is not followed further: customers give up."""


def keeps_in_stock(level: Level, world: World, shelves: Shelves) -> BoolArray:
    """Return what a level stocks, (places, products): suppliers their own, tiers their lines, stores a choice."""
    if level.nodes == world.places.stores:
        return shelves.carried
    if level.number == 0:
        return level.lines
    kept: BoolArray = level.trading[:, None] & level.lines
    return kept


def expected_demand(
    world: World, regime: Regime, levels: list[Level], network: Network, shelves: Shelves, owner: IntArray
) -> FloatArray:
    """Return the demand every place expects at the opening, units per day, shape (nodes, products).

    It follows from the tastes of the people around: a store expects its share of the town, a source what its buyers
    expect, a depot that sends parcels the whole country.
    """
    places = world.places
    expected = np.zeros((len(places), len(world.product_names)))
    if regime.shelves != "none":
        stores = places.stores
        town = places.town[stores]
        sells = (places.slots[stores] > 0).astype(np.float64)
        per_town = np.bincount(town, weights=sells, minlength=len(world.towns))
        share = sells / np.maximum(per_town, 1.0)[town]
        expected[stores] = np.where(shelves.carried, world.local_demand[town] * share[:, None], 0.0)
    for level in reversed(levels[1:]):
        pass_demand_up(level, world, network, owner, expected)
    if {"parcel", "endless_aisle"}.intersection(regime.supplier_channels):
        depots = places.suppliers
        national = np.zeros_like(expected[depots])
        everywhere = np.where(shelves.direct, world.local_demand.sum(axis=0), 0.0)
        national[world.catalogue.supplier, np.arange(len(world.product_names))] = everywhere
        expected[depots] = np.maximum(expected[depots], national)
    return expected


def pass_demand_up(level: Level, world: World, network: Network, owner: IntArray, expected: FloatArray) -> None:
    """Add what a level's places expect to sell to what their sources expect, evenly over those that have the line."""
    makers, products = world.catalogue.supplier, np.arange(len(world.product_names))
    for node in range(level.nodes.start, level.nodes.stop):
        sources = network.sources[node][network.sources[node] >= 0]
        from_maker = owner[node] == network.account[makers]
        if len(sources) == 0:
            from_maker[:] = True
        expected[makers, products] += np.where(from_maker, expected[node], 0.0)
        if len(sources):
            lines = network.lines[sources]
            expected[sources] += lines * (np.where(from_maker, 0.0, expected[node]) / np.maximum(lines.sum(axis=0), 1))


def with_orders_from_below(
    world: World,
    levels: list[Level],
    network: Network,
    owner: IntArray,
    bought: FloatArray,
    needed: FloatArray | None = None,
) -> FloatArray:
    """Return the demand every place expects, (nodes, products): what customers buy there, and buyers order from it.

    Buyers order as much as they sell, or what they have ``needed`` of it, (nodes, products).
    """
    ordered = bought.copy() if needed is None else needed.copy()
    for level in reversed(levels[1:]):
        pass_demand_up(level, world, network, owner, ordered)
    return ordered if needed is None else ordered - needed + bought


def shared_demand(
    world: World, levels: list[Level], network: Network, owner: IntArray, demand: IntArray
) -> FloatArray | None:
    """Return what customers asked for today of each place and of all places downstream of it, (nodes, products).

    ``demand`` (nodes, products) is what customers asked for; nobody has ordered from anybody yet. It goes up the chain
    evenly over several sources, as expectations do at the opening. None where nobody forecasts it.
    """
    if not any(level.forecasts.shared.any() for level in levels):
        return None
    return with_orders_from_below(world, levels, network, owner, demand.astype(np.float64))


def expect_second_asks(
    level: Level, lead_days: IntArray, carried: BoolArray, bought: FloatArray, needed: FloatArray
) -> None:
    """Let a level that loses whom it cannot serve open with forecasts of all that it is asked for, in place.

    A customer who meets an empty shelf asks once more, there or elsewhere, and is counted again. So where a share
    ``met`` of what is asked for is on the shelf, what is ``bought`` is asked for 1 / met times; and met follows from
    the stock that such a forecast calls for, drained by what is ``needed``, net of returns. Both (places, products).
    """
    asked = bought.copy()
    drained = np.divide(needed, bought, out=np.ones_like(bought), where=bought > 0)
    for _ in range(ROUNDS):
        level.forecasts.open(asked)
        for group in level.replenishment:
            rows = group.rows
            view = level.stock_view(rows, lead_days, np.zeros(carried[rows].shape, int), asked[rows], carried[rows])
            known = carried[rows] & (asked[rows] * drained[rows] > LEAST_DEMAND)
            up_to = group.rule.target(view)[known].astype(np.float64)
            lead = np.broadcast_to(view.lead_days, known.shape)[known]
            demands = Demands((asked[rows] * drained[rows])[known], None, lead, group.rule.review_days)
            met = np.ones(known.shape)
            met[known] = np.maximum(losing_fill_rate(up_to, demands, HALVINGS), LEAST_MET)
            asked[rows] = bought[rows] / met
    level.forecasts.open(asked)


class Outstanding(NamedTuple):
    """Units ordered and not yet shipped, by the node that placed the order and by the node that owes it, (nodes,
    products)."""

    placed: IntArray
    owed: IntArray


def one_pass(level: Level, lead_days: IntArray) -> OnePass | None:
    """Return what the kernel reads that lets a level order in one pass; None where its rules have to be asked.

    ``lead_days`` (nodes,) is the whole market's.
    """
    forecasts = level.forecasts
    rules = [rule for rule in forecasts.rules if isinstance(rule, ReplenishmentRule)]
    averages = any(rule.forecast == "moving_average" for rule in rules)
    if averages or forecasts.variance is not None or forecasts.shared.any() or not all(map(in_one_pass, rules)):
        return None
    policy = BaseStockPolicy(
        first=level.nodes.start,
        limit=level.stock_limit,
        mean=forecasts.mean,
        gain=np.ascontiguousarray(forecasts.gain[:, 0]),
        level=np.array([NOTHING if rule.level is None else rule.level for rule in rules], dtype=np.int64),
        safety_factor=np.array([rule.safety_factor for rule in rules]),
        review_days=np.array([rule.review_days for rule in rules], dtype=np.int64),
        lead_days=np.ascontiguousarray(lead_days[level.nodes], dtype=np.int64),
        trading=level.trading,
    )
    return OnePass(policy, np.zeros(level.lines.shape, dtype=np.int64))


def in_one_pass(rule: ReplenishmentRule) -> bool:
    """Tell whether the kernel knows a rule: an order-up-to level, given or by the safety factor."""
    return type(rule) is BaseStock and rule.target_fill_rate is None


def decide_orders(
    level: Level, day: int, goods: Goods, lead_days: IntArray, outstanding: Outstanding, carried: BoolArray
) -> IntArray:
    """Let the firms of a level whose review day it is order, in units, shape (places, products).

    ``carried`` (places, products) tells what is to be kept in stock.
    """
    wanted = np.zeros(carried.shape, dtype=np.int64)
    placed, owed = outstanding
    for group in level.replenishment:
        rows = group.due_in_turn(day)
        rows = rows[level.trading[rows]]
        if len(rows):
            nodes = level.nodes.start + rows
            position = goods.units[nodes] + goods.units[len(goods.owner) + nodes] + placed[nodes] - owed[nodes]
            view = level.stock_view(rows, lead_days, position, level.forecasts.mean[rows], carried[rows])
            wanted[rows] = group.decide(view)
    return wanted


def opening_stock(level: Level, lead_days: IntArray, carried: BoolArray) -> IntArray:
    """Return the stock each place of a level opens with: its rule's order if it had nothing, (places, products)."""
    empty = np.zeros(carried.shape, dtype=np.int64)
    wanted = empty.copy()
    for group in level.replenishment:
        rows = group.rows
        view = level.stock_view(rows, lead_days, empty[rows], level.forecasts.mean[rows], carried[rows])
        wanted[rows] = group.decide(view, learns=False)
    return wanted
