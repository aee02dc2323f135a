"""The market: a Mesa model whose day is a list that can be read aloud."""

from __future__ import annotations

import operator
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.common.table import empty_table
from sim.engine import replenishment
from sim.engine.accounting import Accounting
from sim.engine.assortment import ShopFloor
from sim.engine.capacity import Room
from sim.engine.construction import (
    active_firms,
    make_calendar,
    make_choices,
    make_flows,
    make_last_mile,
    make_levels,
    make_network,
    make_offers,
    make_orders,
    make_shelves,
    make_stops,
    make_tariff,
    make_terms,
    make_visits,
    stores_may_close,
)
from sim.engine.data_collection import collected
from sim.engine.demand_estimation import Evening
from sim.engine.entry_exit import EntryAndExit
from sim.engine.firms import Carrier, Firm, Intermediary, Level, Platform, Retailer, Supplier
from sim.engine.human_players import PlayerPrices
from sim.engine.initial_state import expected_purchases, mean_by_town, resting_trust
from sim.engine.last_mile import CourierTariff, renew_quotes
from sim.engine.ledger import MOST_CENTS, Ledger
from sim.engine.price_script import EVERYBODY_DECIDES, PriceScript
from sim.engine.pricing import Prices, purchase_costs
from sim.engine.sales_history import SalesBook
from sim.engine.stock import Stock
from sim.kernels import daily_statistics as daily
from sim.kernels import fulfilment, goods, shopping, supply
from sim.kernels.needs import NEED, NOTHING
from sim.kernels.numerics.compiler import note_compiled
from sim.kernels.numerics.dispatch_cache import Calls
from sim.results.outcome import Outcome
from sim.results.recorder import Records, outcome_of
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.names import (
    BULK_FREIGHT,
    COURIERS,
    PARCEL_CARRIER,
    PLATFORM,
    retailer_names,
    supplier_names,
    tier_names,
)
from sim.scenario.regimes import Regime
from sim.world.population import Customers, of_a_run
from sim.world.world import World, make_world

DAY = (
    "shipments_arrive",
    "prices_are_set",
    "shelves_are_filled",
    "customers_shop",
    "sales_are_fulfilled",
    "firms_reorder",
    "customers_learn",
    "books_are_closed",
)
"""One day, in order. Prices are set down the chain, orders go up it; rules see prices as of yesterday evening and
today's price of the firm just upstream; customers are quoted from stock and queues at the moment they shop."""


LARGEST_SEED = 2**63 - 1
DRAWN_SEEDS = 2**32
"""Seeds that a run without one draws from: short enough to be typed again."""


def whole_seed(seed: Any) -> int:
    """Return a seed as a Python int, whatever kind of whole number it is. Raises ScenarioError for anything else."""
    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if isinstance(seed, bool) or not 0 <= number <= LARGEST_SEED:
        allowed = f"a seed is a whole number from 0 to {LARGEST_SEED}"
        raise ScenarioError([Problem("", "seed", repr(seed), allowed, "give another")])
    return number


class Market(mesa.Model):  # type: ignore[misc]
    """A market under one regime, stepped day by day.

    Args:
        scenario: a scenario, the name of a shipped one, a path, or a mapping.
        regime: name of a regime of the scenario.
        seed: decides the world and every shock; the same seed gives the same needs under every regime. Without one the
            run draws its own, so that ``mesa.batch_run(..., iterations=3)`` gives three different runs.
        world: the scenario's world for this seed where it has been drawn before.
        script: what is said of prices from outside; all firms decide by their rules unless given.

    Attributes:
        seed_number: the seed, also where the run has drawn it.
        customers: all customers, each looked up by number.
        ledger, stock: money and goods.
        levels: the levels of the chain that take part, top first.
        firms: the firms that took part from the first day; ``agents`` are those that are left of them.
        entry: who comes and who goes.
        advertised: share of the advertising budget that is spent: less once some who shared it are gone.
        player_prices, player_direct_prices: what players ask, to be said between two days (rule `player`).
    """

    def __init__(
        self,
        scenario: Scenario | str | Path | Mapping[str, Any] = "classroom",
        regime: str = "traditional",
        seed: int | None = None,
        world: World | None = None,
        script: PriceScript = EVERYBODY_DECIDES,
    ):
        seed = secrets.randbelow(DRAWN_SEEDS) if seed is None else whole_seed(seed)
        super().__init__(rng=seed)
        self.parameters = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.regime_name = regime
        if regime not in self.parameters.regime_names:
            allowed = f"the regimes of {self.parameters.name} are: {', '.join(self.parameters.regime_names)}"
            raise ScenarioError([Problem("", "regime", repr(regime), allowed, "choose one of these")])
        self.regime: Regime = self.parameters.regime(regime)
        self.seed_number = seed
        self._collector: mesa.DataCollector | None = None
        self._world_is_given = world is not None
        self.world = make_world(self.parameters, seed) if world is None else world
        self.day = 0
        self._script = script
        self._prepare_arrays()
        self._create_firms()
        self._open()

    # -- before the first day ------------------------------------------------------------------------------------

    def _prepare_arrays(self) -> None:
        world, regime, time = self.world, self.regime, self.parameters.time
        places, products = world.places, world.product_names
        copied = self._world_is_given or stores_may_close(self.parameters)
        self.population = of_a_run(world.population, copied=copied)
        names = world.towns.names, places.names[places.stores]
        self.customers = Customers(self.population, lambda: world.homes, *names)
        self.active = active_firms(world, regime)
        needs = int(
            1.1 * len(self.population.town) * self.parameters.customers.need_rate * time.days
        )  # room, not a limit
        on_disk = self.parameters.records.on_disk
        self.ledger = Ledger(world.accounts, rows=6 * needs + 1024, on_disk=on_disk)
        horizon = int(places.lead_days.max()) + 1
        self.stock = Stock(
            places.names,
            products,
            np.repeat(places.account[:, None], len(products), axis=1),
            horizon,
            rows=2 * needs + 1024,
            on_disk=on_disk,
        )
        self.levels: list[Level] = make_levels(world, regime)
        self.network = make_network(world, regime)
        self.shelves = make_shelves(world, regime)
        self.terms = make_terms(world, regime)
        self.courier_tariff = CourierTariff(world, regime)
        self.last_mile = make_last_mile(world, regime, self.courier_tariff.charge)
        self.tariff = make_tariff(world, regime, self.active)
        rows = needs + len(self.population.town)
        self.needs = empty_table(rows, NEED, on_disk=on_disk)
        self.visits = make_visits(len(self.population.town), rows)
        self.deliveries = make_calendar(time.days, rows, on_disk=on_disk)
        self.returns = make_calendar(time.days, rows, on_disk=on_disk)
        self.orders = make_orders(len(places), len(products), 1024, on_disk=on_disk)
        self.offers = make_offers(world)
        self.choices = make_choices(self.parameters, len(self.offers))
        self.flows = make_flows(len(places), len(products))
        self.stops = make_stops(len(world.towns))
        self.room = Room(self)
        self.call = Calls()
        self.records = Records(self)
        self.accounting = Accounting(self)
        evening = Evening(self.population, self.terms, self.last_mile, self.stock.goods, self.tariff)
        self.sales = SalesBook(world, regime, self.levels, self.shelves, self.stock.goods)
        self.prices = Prices(
            world, regime, self.levels, self.network, self.shelves, evening, self.sales, self._script
        )  # fmt: skip
        sellers = [(level.nodes.start, group) for level in self.levels for group in level.pricing]
        makers = [(0, group) for group in self.levels[0].direct_pricing]
        self.player_prices = PlayerPrices(world, sellers, self.sales.asked)
        self.player_direct_prices = PlayerPrices(world, makers, self.sales.asked_direct)
        store_level = self.levels[-1] if regime.shelves != "none" else None
        self.shop_floor = ShopFloor(world, regime, store_level, self.shelves, self.stock, self._costs_of_shops)
        self.entry = EntryAndExit(self)
        self.advertised = 1.0
        self._town_trust = np.full(len(world.towns), self.parameters.customers.trust)
        if time.opening == "resting":
            self.population.trust[:] = resting_trust(world, regime)
            self._town_trust = mean_by_town(world, self.population.trust)

    def _create_firms(self) -> None:
        """Create the firms that have a role in the regime as Mesa agents."""
        parameters, account = self.parameters, self.world.places.account

        def add(kind: type[Firm], name: str, tier: int = -1) -> None:
            if name in self.active:
                kind(self, name, tier, np.flatnonzero(account == self.ledger.accounts.index(name)))

        for name in supplier_names(parameters):
            add(Supplier, name, 0)
        for k in range(len(parameters.tiers)):
            for name in tier_names(parameters, k):
                add(Intermediary, name, k + 1)
        for name in retailer_names(parameters):
            add(Retailer, name, len(parameters.tiers) + 1)
        add(Platform, PLATFORM)
        for name in (BULK_FREIGHT, PARCEL_CARRIER, COURIERS):
            add(Carrier, name)
        self.firms: tuple[Firm, ...] = tuple(self.agents)

    def _open(self) -> None:
        """Set opening prices, fill the shelves, and put opening stock in place at what it costs its owner."""
        world = self.world
        self.prices.open(lambda: self.shop_floor.choose(self.day, self.orders, opening=True))
        expected, needed = self._expected_demand()
        units = np.zeros((len(world.places), len(self.stock.products)), dtype=np.int64)
        value = np.zeros_like(units)
        for level in self.levels:
            level.forecasts.open(expected[level.nodes])
            carried = replenishment.keeps_in_stock(level, world, self.shelves)
            if self.parameters.time.opening == "resting" and not level.customers_wait:
                here = (expected[level.nodes], needed[level.nodes])
                replenishment.expect_second_asks(level, world.places.lead_days, carried, *here)
            units[level.nodes] = replenishment.opening_stock(level, world.places.lead_days, carried)
            value[level.nodes] = np.rint(purchase_costs(level, self.network, world)[0])
        accounts = self.network.account[self.world.catalogue.supplier]
        own_goods = self.stock.goods.owner == accounts[None, :]
        value = np.where(own_goods, self.world.unit_cost[None, :], value)
        if (units.astype(np.float64) * value).sum() > MOST_CENTS:
            allowed = f"the opening stock is worth more than {MOST_CENTS // 100:,} of currency, too much to be counted"
            raise ScenarioError([Problem("", "replenishment", "", allowed, "lower stock levels or costs")])
        self.stock.open_with(units, value)
        self.opening_book_value = self.stock.book_value(len(self.ledger.accounts))
        self.stock.verify(-1)
        self.shop_floor.show()
        self.accounting.renew_contacts()
        self.records.note_day(-1, self.opening_book_value)

    def _expected_demand(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the demand every place opens with, and what customers' purchases make it need, net of returns.

        In units a day, shape (nodes, products) each.
        """
        world, owner = self.world, self.stock.goods.owner
        if self.parameters.time.opening == "as_given":
            given = replenishment.expected_demand(world, self.regime, self.levels, self.network, self.shelves, owner)
            return given, given
        evening = Evening(self.population, self.terms, self.last_mile, self.stock.goods, self.tariff)
        bought, needed = expected_purchases(world, evening, self.shelves, self.call)
        return replenishment.with_orders_from_below(world, self.levels, self.network, owner, bought, needed), needed

    @property
    def datacollector(self) -> mesa.DataCollector:
        """What Mesa's own tools read of the days so far, unless a collector of one's own was put in its place."""
        return self._collector or collected(self)

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._collector = collector

    # -- the day -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Live through one day. Raises RuntimeError when there are none left."""
        if self.day >= self.parameters.time.days:
            raise RuntimeError(f"the run is over after its {self.day} days; for a longer one raise time.days")
        for phase in DAY:
            getattr(self, phase)()
            self.room.let_go()
        self.day += 1
        self.running = self.day < self.parameters.time.days
        note_compiled()

    def shipments_arrive(self) -> None:
        """Put what is due today into stock."""
        slot = self.day % len(self.stock.goods.due)
        self.stock.make_room(int(np.count_nonzero(self.stock.goods.due[slot])))
        self.call(goods.shipments_arrive, self.stock.goods, self.day)

    def prices_are_set(self) -> None:
        """Let firms whose review day it is set prices, top of the chain first."""
        self.prices.set(self.day)

    def shelves_are_filled(self) -> None:
        """Let firms open and close, and stores choose what to carry whose review day it is; see what is there today."""
        self.entry.review(self.day)
        if self.shop_floor.choose(self.day, self.orders):
            self.accounting.renew_contacts()
        self.shop_floor.show()
        self.sales.look_at_shelves(self.day)
        if self.records.counts_today(self.day):
            self.call(
                daily.count_empty_shelves,
                self.stock.goods,
                self.shelves.carried,
                self.shelves.first_node,
                self.records.cells,
            )

    def customers_shop(self) -> None:
        """Let customers with a need shop, one after another, against stock that runs out."""
        self.room.for_needs()
        self.call(
            shopping.customers_shop,
            self.day, self.need_multiplier(self.day), self.needs, self.visits, self.offers,
            self.population, self.world.catalogue, self.shelves, self.terms, self.last_mile, self.stock.goods,
            self.flows.demand, self.prices.lowest_anywhere(), self.choices,
        )  # fmt: skip

    def sales_are_fulfilled(self) -> None:
        """Hand over what was bought, send what was ordered; money moves."""
        bought = int(self.visits.in_basket[0])
        self.room.for_orders(bought)
        world, stock = self.world, self.stock
        rest = (self.population, self.shelves, self.last_mile, self.tariff, self.stops)
        for part in self.room.parts_of_baskets():
            self.call(
                fulfilment.hand_over,
                self.day, self.needs, part, *rest, stock.goods, self.ledger.books, self.deliveries, self.orders,
                self.flows.filled,
            )  # fmt: skip
        self._serve(world.places.suppliers)
        self.shop_floor.note_sales(self.flows.filled[world.places.stores])
        self.sales.note_sales(self.needs, self.visits, self.flows)

    def firms_reorder(self) -> None:
        """Let firms count stock and order upstream, bottom of the chain first; each ships before it orders."""
        places, world = self.world.places, self.world
        self.stock.make_room(len(places) * int((world.perish_rate > 0).sum()))
        self.call(supply.goods_spoil, self.day, world.perish_rate, self.stock.goods, self.terms.seed)
        customers = replenishment.shared_demand(
            world, self.levels, self.network, self.stock.goods.owner, self.flows.demand
        )
        for level in reversed(self.levels):
            if level is not self.levels[-1] or level.number == 0:
                self._serve(level.nodes)
            level.learn_demand(self.flows.demand, customers)
            self.call(daily.tally_orders, self.orders, self.records.placed, self.records.owed)
            wanted = replenishment.decide_orders(
                level, self.day, self.stock.goods, places.lead_days, self.records.placed, self.records.owed,
                replenishment.keeps_in_stock(level, world, self.shelves),
            )  # fmt: skip
            if level.number == 0:
                self._produce(wanted)
            else:
                self.room.for_orders(int(np.count_nonzero(wanted)))
                before = int(self.orders.used[0])
                self.call(
                    supply.order_upstream,
                    self.day, level.nodes.start, level.nodes.stop, wanted, self.network, self.stock.goods,
                    world.catalogue, self.orders, self.flows,
                )  # fmt: skip
                self.sales.note_orders(self.orders.lines[before : int(self.orders.used[0])])
        renew_quotes(self.last_mile, self.stock.goods, self.records.owed)

    def customers_learn(self) -> None:
        """Let customers judge what they received today; returns come back; neighbours talk."""
        judged = int(self.deliveries.size[self.day])
        back = int(self.returns.size[self.day])
        self.stock.make_room(judged + back)
        self.ledger.make_room(back * fulfilment.ROWS_PER_RETURN)
        learning = self.parameters.learning
        seed, catalogue = self.terms.seed, self.world.catalogue
        for _ in self.room.parts_of_list(self.deliveries):
            self.call(
                fulfilment.deliveries_are_judged,
                self.day, self.needs, self.population, catalogue, self.shelves, self.last_mile, self.tariff,
                self.stock.goods, self.deliveries, self.returns, seed, learning.own_rate, learning.late_after,
                self.terms.seen_in_store,
            )  # fmt: skip
        for _ in self.room.parts_of_list(self.returns):
            self.call(
                fulfilment.returns_come_back,
                self.day, self.needs, self.last_mile, self.tariff, self.stops, self.stock.goods, self.ledger.books,
                self.returns, seed, self.network.account[catalogue.supplier],
            )  # fmt: skip
        if learning.neighbour_rate > 0:
            first_customer = self.world.towns.first_customer
            self.call(daily.neighbours_talk, self.population, first_customer, self._town_trust, learning.neighbour_rate)
        if learning.word_of_mouth > 0:
            self.renew_awareness()

    def books_are_closed(self) -> None:
        """Pay what falls due, check the books to the cent and the goods to the unit, and write the day down."""
        book_value = self.accounting.close(self.day)
        self.ledger.verify(self.day)
        self.stock.verify(self.day)
        if self.records.counts_today(self.day):
            self.call(daily.add_flows, self.flows, self.records.cells)
        for flow in self.flows:
            flow[:] = 0
        self.records.note_day(self.day, book_value)

    # -- what the phases are made of -----------------------------------------------------------------------------

    def renew_awareness(self) -> None:
        """Reckon anew how likely advertising and neighbours make customers think of an online channel."""
        online = self.parameters.online
        if online.advertising_scale > 0:
            self.call(
                daily.word_goes_round, self.population, self.world.towns.first_customer,
                online.advertising_per_head * self.advertised / online.advertising_scale,
                self.parameters.learning.word_of_mouth, self.terms.awareness,
            )  # fmt: skip

    def _costs_of_shops(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what one more unit costs each shop, its price upstream and the freight."""
        return purchase_costs(self.levels[-1], self.network, self.world)

    def need_multiplier(self, day: int) -> float:
        """Return today's multiplier of need rates, from the weekday and the season."""
        wants = self.parameters.customers
        weekday = 1.0 if wants.weekday_profile is None else wants.weekday_profile[day % 7]
        season = 1.0 if wants.season_profile is None else wants.season_profile[day // 30 % 12]
        return float(weekday * season)

    def _produce(self, wanted: NDArray[np.int64]) -> None:
        """Start making what suppliers want, as far as capacity goes."""
        lines = int(np.count_nonzero(wanted))
        self.ledger.make_room(lines)
        self.stock.make_room(lines)
        unlimited = np.iinfo(np.int64).max // 2
        limit = self.parameters.suppliers.capacity
        capacity = np.full(len(wanted), unlimited if limit is None else limit, dtype=np.int64)
        self.call(
            supply.produce,
            self.day,
            wanted,
            capacity,
            self.world.unit_cost,
            self.network,
            self.stock.goods,
            self.ledger.books,
            self.flows,
        )

    def _serve(self, nodes: slice) -> None:
        """Ship what some depots have for the orders they hold."""
        self.room.for_orders(0)
        line = 0
        while line != NOTHING:
            line = self.call(
                supply.serve_orders,
                self.day, nodes.start, nodes.stop, self.network, self.stock.goods, self.ledger.books, self.orders,
                self.flows, self.needs, self.population, self.shelves, self.last_mile, self.tariff,
                self.stops, self.deliveries, line, self.room.part,
            )  # fmt: skip
            self.room.check_and_let_go()

    # -- after the last day --------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """Live through the days that are left and return what they leave."""
        while self.day < self.parameters.time.days:
            self.step()
        return self.outcome()

    def outcome(self) -> Outcome:
        """Return what the run has left so far."""
        return outcome_of(self)
