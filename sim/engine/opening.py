"""The opening of a market: its state is built, opening prices are set, shelves filled, and stock put in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.table import empty_table
from sim.common.types import FloatArray
from sim.engine import replenishment
from sim.engine.accounting import renew_contacts
from sim.engine.assortment import Assortments
from sim.engine.charges import Charges, InBusiness, standing_charges
from sim.engine.construction import (
    active_firms,
    make_calendar,
    make_choices,
    make_delivery_counts,
    make_fee_schedule,
    make_flows,
    make_last_mile,
    make_levels,
    make_market_rules,
    make_network,
    make_offers,
    make_orders,
    make_shelves,
    make_visits,
    stores_may_close,
)
from sim.engine.daily_records import DailyRecords
from sim.engine.demand_estimation import MarketSnapshot
from sim.engine.entry_exit.channels import decide_opening_channels
from sim.engine.entry_exit.memory import make_entry_memory
from sim.engine.figure_sums import FigureSums, Sizes
from sim.engine.firms.roster import FirmRecord, make_roster
from sim.engine.human_players import PlayerPrices
from sim.engine.initial_state import expected_purchases, mean_by_town, resting_trust
from sim.engine.last_mile import CourierTariff
from sim.engine.ledger import MOST_CENTS, Ledger
from sim.engine.price_script import NO_SCRIPT, PostedPrices, PriceScript
from sim.engine.pricing import Prices
from sim.engine.purchasing import purchase_costs
from sim.engine.replenishment import Outstanding
from sim.engine.roles import roles_of
from sim.engine.sales_history import SalesHistory
from sim.engine.state import State
from sim.engine.stock import Stock
from sim.kernels.needs import NEED
from sim.kernels.numerics.dispatch_cache import Calls
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.halves import window_edges
from sim.scenario.regimes import Regime
from sim.world.population import Population, of_a_run
from sim.world.world import World


def open_market(
    scenario: Scenario,
    world: World,
    regime_name: str,
    seed: int,
    script: PriceScript = NO_SCRIPT,
    *,
    shares_world: bool = False,
    prepare: Callable[[State], object] | None = None,
) -> State:
    """Return the state of a market on the evening before its first day.

    Args:
        scenario, world: the scenario, and its world for the seed.
        regime_name: of a regime of the scenario.
        seed: decides every shock.
        script: prices that are given from outside.
        shares_world: whether others use the world, too, so that customers' data have to be copied.
        prepare: changes the state before firms open, see ``sim.engine.changes``.

    Raises StoppedError where nobody waits for it any more, see ``sim.common.stopping``.
    """
    stop_if_asked()
    population = of_a_run(world.population, copied=shares_world or stores_may_close(scenario))
    state = make_state(scenario, world, population, regime_name, seed, script)
    if prepare is not None:
        prepare(state)
    decide_opening_channels(state)
    if state.scenario.time.opening == "resting":
        state.population.trust[:] = resting_trust(world, state.regime)
        state.town_trust = mean_by_town(world, state.population.trust)
    set_opening_prices(state)
    stop_if_asked()
    put_opening_stock(state)
    state.assortments.offer()
    renew_contacts(state)
    state.records.record_opening(state.ledger.books.balances, state.opening_book_value)
    return state


FEWEST_ROWS = 1024
"""Rows for needs to begin with, where they are used again."""

# -- who builds what -------------------------------------------------------------------------------------------------

Tables: TypeAlias = dict[str, Any]
"""Some of the tables of a state, by name."""


def make_state(
    scenario: Scenario, world: World, population: Population, regime_name: str, seed: int, script: PriceScript
) -> State:
    """Return the state of a market in which nothing has been decided yet."""
    regime = scenario.regime(regime_name)
    active, levels = active_firms(world, regime), make_levels(world, regime)
    firms = make_roster(scenario, world.accounts, active)
    needs = expected_needs(scenario, population) if scenario.records.of_all else 0
    books = books_of_money_and_goods(world, regime, needs, active)
    door, entry = way_to_the_door(world, regime, active), make_entry_memory(world, regime, levels)
    posted = PostedPrices(world, levels, make_network(world, regime), make_shelves(world, regime))
    goods = books["stock"].goods
    sales = SalesHistory(world, regime, levels, posted.shelves, goods)
    snapshot = MarketSnapshot(population, door["rules"], door["last_mile"], goods, door["fees"])
    return State(
        scenario=scenario,
        regime_name=regime_name,
        regime=regime,
        seed=seed,
        world=world,
        day=0,
        call=Calls(),
        firms=firms,
        in_business=np.isin(np.arange(len(world.accounts)), [firm.account for firm in firms]),
        levels=levels,
        entry=entry,
        prices=Prices(posted, regime, snapshot, sales, script),
        sales=sales,
        population=population,
        **books,
        **shops_and_depots(posted, regime, books["stock"], sales, phases_out=entry.moves_shelves),
        **door,
        **needs_and_choices(world, needs),
        records=DailyRecords(scenario, world.accounts, posted.network.price.shape),
        figure_sums=None if scenario.records.of_all else make_figure_sums(world, firms),
    )


def expected_needs(scenario: Scenario, population: Population) -> int:
    """Return about how many needs a run will have: rows to begin with, not a limit."""
    return int(1.1 * len(population.town) * scenario.customers.need_rate * scenario.time.days)


def books_of_money_and_goods(world: World, regime: Regime, needs: int, active: frozenset[str]) -> Tables:
    """Return the ledger, the stock and what falls due every day, with rows for about so many needs."""
    places, on_disk, accounts = world.places, world.scenario.records.on_disk, len(world.accounts)
    owner = np.repeat(places.account[:, None], len(world.product_names), axis=1)
    horizon = int(places.lead_days.max()) + 1
    charges = Charges(np.zeros(len(places), dtype=np.int64), np.zeros(accounts, dtype=np.int64))
    charges.standing = standing_charges(world, regime, InBusiness(active))
    stock = Stock(places.names, world.product_names, owner, horizon, rows=2 * needs + 1024, on_disk=on_disk)
    return {
        "ledger": Ledger(world.accounts, rows=6 * needs + 1024, on_disk=on_disk),
        "stock": stock,
        "charges": charges,
        "opening_book_value": np.zeros(accounts, dtype=np.int64),
    }


def shops_and_depots(
    posted: PostedPrices, regime: Regime, stock: Stock, sales: SalesHistory, *, phases_out: bool
) -> Tables:
    """Return what firms have on offer, what they have ordered, and the day's flows; none yet."""
    world, levels, network, shelves = posted
    shape = network.price.shape
    store_level = levels[-1] if regime.shelves != "none" else None
    assortments = Assortments(world, regime, store_level, shelves, stock, network)
    assortments.phases_out = phases_out
    sellers = [(level.nodes.start, group) for level in levels for group in level.pricing]
    makers = [(0, group) for group in levels[0].direct_pricing]
    return {
        "network": network,
        "shelves": shelves,
        "assortments": assortments,
        "player_prices": PlayerPrices(world, sellers, sales.asked),
        "player_direct_prices": PlayerPrices(world, makers, sales.asked_direct),
        "orders": make_orders(shape[0], shape[1], 1024, on_disk=world.scenario.records.on_disk),
        "outstanding": Outstanding(*(np.zeros(shape, dtype=np.int64) for _ in Outstanding._fields)),
        "flows": make_flows(shape[0], shape[1]),
    }


def way_to_the_door(world: World, regime: Regime, active: frozenset[str]) -> Tables:
    """Return the market rules, and what bringing goods to customers takes and costs."""
    couriers = CourierTariff(world, regime)
    return {
        "rules": make_market_rules(world, regime),
        "last_mile": make_last_mile(world, regime, couriers.charge),
        "fees": make_fee_schedule(world, regime, active),
        "courier_tariff": couriers,
        "advertised": 1.0,
        "delivery_counts": make_delivery_counts(len(world.towns)),
    }


def make_figure_sums(world: World, firms: tuple[FirmRecord, ...]) -> FigureSums:
    """Return the sums that a run makes in place of records, still empty."""
    scenario, styles, nodes = world.scenario, world.scenario.styles.count, len(world.places)
    sizes = Sizes(len(world.towns) * styles, len(world.product_names), len(world.accounts), 2 * nodes)
    roles = roles_of(world.accounts, len(scenario.tiers), [(firm.account, firm.kind, firm.tier) for firm in firms])
    edges = np.array(window_edges(scenario), dtype=np.int64)
    return FigureSums(edges, sizes, roles, styles, pairs=scenario.records.needs == "pairs")


def needs_and_choices(world: World, needs: int) -> Tables:
    """Return tables with rows for about so many needs, and what is known of customers by town."""
    scenario, customers = world.scenario, len(world.population.town)
    days, on_disk, offers = scenario.time.days, scenario.records.on_disk, make_offers(world)
    rows = needs + customers if scenario.records.of_all else FEWEST_ROWS
    return {
        "town_trust": np.full(len(world.towns), scenario.customers.trust),
        "needs": empty_table(rows, NEED, on_disk=on_disk),
        "visits": make_visits(customers, rows, reuses=not scenario.records.of_all),
        "deliveries": make_calendar(days, rows, on_disk=on_disk),
        "returns": make_calendar(days, rows, on_disk=on_disk),
        "offers": offers,
        "choices": make_choices(scenario, len(offers)),
    }


# -- opening prices and stock ----------------------------------------------------------------------------------------


def set_opening_prices(state: State) -> None:
    """Let all firms set opening prices, and stores choose what they carry."""
    state.prices.open(lambda: state.assortments.choose(state.day, state.orders, opening=True))


def put_opening_stock(state: State) -> None:
    """Put opening stock in place at what it costs its owner. Raises ScenarioError where it is worth too much."""
    world, goods = state.world, state.stock.goods
    expected, needed = opening_demand(state)
    units = np.zeros(goods.owner.shape, dtype=np.int64)
    value = np.zeros_like(units)
    for level in state.levels:
        level.forecasts.open(expected[level.nodes])
        carried = replenishment.keeps_in_stock(level, world, state.shelves)
        if state.scenario.time.opening == "resting" and not level.customers_wait:
            here = (expected[level.nodes], needed[level.nodes])
            replenishment.expect_second_asks(level, world.places.lead_days, carried, *here)
        units[level.nodes] = replenishment.opening_stock(level, world.places.lead_days, carried)
        value[level.nodes] = np.rint(purchase_costs(level, state.network, world)[0])
    own_goods = goods.owner == state.network.account[world.catalogue.supplier][None, :]
    value = np.where(own_goods, world.unit_cost[None, :], value)
    if (units.astype(np.float64) * value).sum() > MOST_CENTS:
        allowed = f"the opening stock is worth more than {MOST_CENTS // 100:,} of currency, too much to be counted"
        raise ScenarioError([Problem("", "replenishment", "", allowed, "lower stock levels or costs")])
    state.stock.open_with(units, value)
    state.opening_book_value = state.stock.book_value(len(state.ledger.accounts))
    state.stock.verify(-1)


def opening_demand(state: State) -> tuple[FloatArray, FloatArray]:
    """Return the demand every place opens with, and what customers' purchases make it need, net of returns.

    In units a day, shape (nodes, products) each.
    """
    world, owner, network = state.world, state.stock.goods.owner, state.network
    if state.scenario.time.opening == "as_given":
        given = replenishment.expected_demand(world, state.regime, state.levels, network, state.shelves, owner)
        return given, given
    bought, needed = expected_purchases(world, state.prices.snapshot, state.shelves, state.call)
    return replenishment.with_orders_from_below(world, state.levels, network, owner, bought, needed), needed
