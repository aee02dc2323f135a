"""The market: a Mesa model whose day is a list that can be read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim import trading
from sim.accounting import Accounting
from sim.firms import Carrier, Firm, Intermediary, Level, Platform, Retailer, Supplier
from sim.growing import with_room
from sim.kernels import days as daily
from sim.kernels import fulfilment, goods, shopping, supply
from sim.kernels.needs import NEED
from sim.ledger import Ledger
from sim.lastmile import CourierTariff
from sim.opening import (
    active_firms,
    make_calendar,
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
)
from sim.outcome import Outcome
from sim.population import Customers
from sim.recording import Records, outcome_of
from sim.regimes import Regime
from sim.scenario import Scenario, load_scenario
from sim.scenario.names import BULK_FREIGHT, COURIERS, PARCEL_CARRIER, PLATFORM, retailer_names, supplier_names, tier_names
from sim.stock import Stock
from sim.world import World, make_world

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


class Market(mesa.Model):  # type: ignore[misc]
    """A market under one regime, stepped day by day.

    Args:
        scenario: a scenario, the name of a shipped one, a path, or a mapping.
        regime: name of a regime of the scenario.
        seed: decides the world and every shock; the same seed gives the same needs under every regime.
        world: the scenario's world for this seed where it has been drawn before.

    Attributes:
        customers: all customers, each looked up by number.
        ledger, stock: money and goods.
        levels: the levels of the chain that take part, top first.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path | Mapping[str, Any] = "classroom",
        regime: str = "traditional",
        seed: int = 0,
        world: World | None = None,
    ):
        super().__init__(rng=abs(seed))
        forget_dropped_models()
        self.parameters = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.regime_name = regime
        self.regime: Regime = self.parameters.regime(regime)
        self.seed_number = seed
        self.world = make_world(self.parameters, seed) if world is None else world
        self.day = 0
        self._prepare_arrays()
        self._create_firms()
        self._open()

    # -- before the first day ------------------------------------------------------------------------------------

    def _prepare_arrays(self) -> None:
        world, regime, time = self.world, self.regime, self.parameters.time
        places, products = world.places, world.product_names
        template = world.population
        self.population = template._replace(trust=template.trust.copy(), tried=template.tried.copy())
        self.customers = Customers(self.population, world.homes, world.towns.names, places.names[places.stores])
        self.active = active_firms(world, regime)
        self.ledger = Ledger(world.accounts)
        horizon = int(places.lead_days.max()) + 1
        self.stock = Stock(places.names, products, np.repeat(places.account[:, None], len(products), axis=1), horizon)
        self.levels: list[Level] = make_levels(world, regime)
        self.network = make_network(world, regime)
        self.shelves = make_shelves(world)
        self.terms = make_terms(world, regime)
        self.courier_tariff = CourierTariff(world, regime)
        self.last_mile = make_last_mile(world, regime, self.courier_tariff.charge)
        self.tariff = make_tariff(world, regime, self.active)
        self.needs = np.empty(1024, dtype=NEED)
        self.visits = make_visits(1024)
        self.deliveries = make_calendar(time.days, 1024)
        self.returns = make_calendar(time.days, 1024)
        self.orders = make_orders(len(places), len(products), 1024)
        self.offers = make_offers(world)
        self.flows = make_flows(len(places), len(products))
        self.stops = make_stops(len(world.towns))
        self.records = Records(self)
        self.accounting = Accounting(self)
        self._lowest_price = np.full(len(products), shopping.NO_PRICE, dtype=np.int64)
        self._town_trust = np.full(len(world.towns), self.parameters.customers.trust)
        self._sold_since_review = np.zeros(self.shelves.offered.shape, dtype=np.int64)
        self._days_since_review = 0

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

    def _open(self) -> None:
        """Set opening prices, fill the shelves, and put opening stock in place at what it costs its owner."""
        self._set_prices(opening=True)
        self._choose_assortments(opening=True)
        self._set_prices(opening=True)
        self._expect_demand()
        units = np.zeros((len(self.world.places), len(self.stock.products)), dtype=np.int64)
        value = np.zeros_like(units)
        for level in self.levels:
            units[level.nodes] = trading.opening_levels(level, self.world.places.lead_days, self._carried_by(level))
            value[level.nodes] = np.rint(trading.purchase_costs(level, self.network, self.world)[0])
        accounts = self.network.account[self.world.catalogue.supplier]
        own_goods = self.stock.goods.owner == accounts[None, :]
        value = np.where(own_goods, self.world.unit_cost[None, :], value)
        self.stock.open_with(units, value)
        self.opening_book_value = self.stock.book_value(len(self.ledger.accounts))
        self.stock.verify(-1)
        self._show_shelves()
        self.accounting.renew_contacts()
        self.records.note_day(-1)

    def _expect_demand(self) -> None:
        """Give every place its opening forecast: what the tastes of the people it serves suggest."""
        world = self.world
        served_by_depot = self.terms.supplier_channels[[shopping.PARCEL, shopping.ENDLESS_AISLE]].any()
        wanted = np.zeros((len(world.places), len(self.stock.products)))
        if self.regime.shelves != "none":
            stores = world.places.stores
            town = world.places.town[stores]
            sells = (world.places.slots[stores] > 0).astype(np.float64)
            per_town = np.bincount(town, weights=sells, minlength=len(world.towns))
            share = sells / np.maximum(per_town, 1.0)[town]
            wanted[stores] = np.where(self.shelves.carried, world.local_demand[town] * share[:, None], 0.0)
        for level in reversed(self.levels[1:]):
            self._pass_demand_up(level, wanted)
        depots = world.places.suppliers
        if served_by_depot:
            national = np.zeros_like(wanted[depots])
            products = np.arange(len(self.stock.products))
            national[world.catalogue.supplier, products] = world.local_demand.sum(axis=0)
            wanted[depots] = np.maximum(wanted[depots], national)
        for level in self.levels:
            level.forecast[:] = wanted[level.nodes]

    def _pass_demand_up(self, level: Level, wanted: NDArray[np.float64]) -> None:
        """Add what a level's places expect to sell to what their sources expect."""
        makers, products = self.world.catalogue.supplier, np.arange(len(self.stock.products))
        for node in range(level.nodes.start, level.nodes.stop):
            sources = self.network.sources[node][self.network.sources[node] >= 0]
            from_maker = self.stock.goods.owner[node] == self.network.account[makers]
            if len(sources) == 0:
                from_maker[:] = True
            wanted[makers, products] += np.where(from_maker, wanted[node], 0.0)
            if len(sources):
                wanted[sources] += np.where(from_maker, 0.0, wanted[node]) / len(sources)

    # -- the day -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Live through one day."""
        for phase in DAY:
            getattr(self, phase)()
        self.day += 1
        self.running = self.day < self.parameters.time.days

    def shipments_arrive(self) -> None:
        """Put what is due today into stock."""
        slot = self.day % len(self.stock.goods.due)
        self.stock.make_room(int(np.count_nonzero(self.stock.goods.due[slot])))
        goods.shipments_arrive(self.stock.goods, self.day)

    def prices_are_set(self) -> None:
        """Let firms whose review day it is set prices, top of the chain first."""
        self._set_prices()

    def shelves_are_filled(self) -> None:
        """Let stores whose review day it is choose what to carry, and see what stands on the shelves this morning."""
        self._choose_assortments()
        self._show_shelves()
        if self.records.counts_today(self.day):
            daily.count_empty_shelves(self.stock.goods, self.shelves.carried, self.shelves.first_node, self.records.cells)

    def customers_shop(self) -> None:
        """Let customers with a need shop, one after another, against stock that runs out."""
        self._make_room_for_needs()
        shopping.customers_shop(
            self.day, self.need_multiplier(self.day), self.needs, self.visits, self.offers, self.population, self.world.catalogue,
            self.shelves, self.terms, self.last_mile, self.stock.goods, self.flows.demand, self._lowest_price,
        )  # fmt: skip

    def sales_are_fulfilled(self) -> None:
        """Hand over what was bought, send what was ordered; money moves."""
        bought = int(self.visits.in_basket[0])
        self._make_room_for_orders(bought)
        world, stock = self.world, self.stock
        rest = (self.population, world.catalogue, self.shelves, self.last_mile, self.tariff, self.stops)
        fulfilment.hand_over(
            self.day, self.needs, self.visits, *rest, stock.goods, self.ledger.books, self.deliveries, self.orders
        )  # fmt: skip
        self._serve(world.places.suppliers)
        self._note_sales()

    def firms_reorder(self) -> None:
        """Let firms count stock and order upstream, bottom of the chain first; each ships before it orders."""
        places, world = self.world.places, self.world
        self.stock.make_room(len(places) * int((world.perish_rate > 0).sum()))
        supply.goods_spoil(self.day, world.perish_rate, self.stock.goods, self.terms.seed)
        for level in reversed(self.levels):
            if level is not self.levels[-1] or level.number == 0:
                self._serve(level.nodes)
            level.learn_demand(self.flows.demand)
            wanted = self._wanted_by(level)
            if level.number == 0:
                self._produce(wanted)
            else:
                self._make_room_for_orders(int(np.count_nonzero(wanted)))
                supply.order_upstream(
                    self.day, level.nodes.start, level.nodes.stop, wanted, self.network, self.stock.goods,
                    world.catalogue, self.orders, self.flows,
                )  # fmt: skip

    def customers_learn(self) -> None:
        """Let customers judge what they received today; returns come back; neighbours talk."""
        judged = int(self.deliveries.size[self.day])
        back = int(self.returns.size[self.day])
        self.stock.make_room(judged + back)
        self.ledger.make_room(back * fulfilment.ROWS_PER_RETURN)
        learning = self.parameters.learning
        seed, catalogue = self.terms.seed, self.world.catalogue
        fulfilment.deliveries_are_judged(
            self.day, self.needs, self.population, catalogue, self.shelves, self.last_mile, self.tariff,
            self.stock.goods, self.deliveries, self.returns, seed, learning.own_rate, learning.late_after,
        )  # fmt: skip
        fulfilment.returns_come_back(
            self.day, self.needs, self.last_mile, self.tariff, self.stock.goods, self.ledger.books, self.returns,
            seed, self.network.account[catalogue.supplier],
        )  # fmt: skip
        if learning.neighbour_rate > 0:
            first_customer = self.world.towns.first_customer
            daily.neighbours_talk(self.population, first_customer, self._town_trust, learning.neighbour_rate)

    def books_are_closed(self) -> None:
        """Pay what falls due, check the books to the cent and the goods to the unit, and write the day down."""
        self.accounting.close(self.day)
        self.ledger.verify(self.day)
        self.stock.verify(self.day)
        if self.records.counts_today(self.day):
            daily.add_flows(self.flows, self.records.cells)
        for flow in self.flows:
            flow[:] = 0
        self.records.note_day(self.day)

    # -- what the phases are made of -----------------------------------------------------------------------------

    def need_multiplier(self, day: int) -> float:
        """Return today's multiplier of need rates, from the weekday and the season."""
        wants = self.parameters.customers
        weekday = 1.0 if wants.weekday_profile is None else wants.weekday_profile[day % 7]
        season = 1.0 if wants.season_profile is None else wants.season_profile[day // 30 % 12]
        return float(weekday * season)

    def _set_prices(self, *, opening: bool = False) -> None:
        """Set prices down the chain, then suppliers' prices to customers, then the shelves' price tags."""
        world, products = self.world, len(self.stock.products)
        stores = world.places.stores
        direct = np.full(products, bool(self.terms.supplier_channels[shopping.PARCEL]))
        own = self.shelves.carried & ~self.shelves.consigned
        yesterday = self.network.price[stores].copy()
        for level in self.levels:
            if level.nodes == stores:
                rivals = trading.rivals_in_town(level, self.shelves, world.places.town[stores], direct)
            else:
                rivals = trading.rivals_in_level(level, self.network)
            trading.set_prices(level, self.day, self.network, world, self.regime, rivals, opening=opening)
        if self.regime.supplier_channels:
            # On the opening day there is no yesterday: a direct seller looks at the chain's opening prices.
            seen = self.network.price[stores] if opening else yesterday
            reference = trading.shelf_average(seen, own) if own.any() else self._chain_price()
            rivals = np.where(own.any(axis=0), np.where(own, seen, np.iinfo(np.int64).max).min(axis=0), shopping.NO_PRICE)
            trading.set_direct_prices(
                self.levels[0], self.day, self.network, self.shelves, world, self.regime, reference, rivals, opening=opening
            )  # fmt: skip
        self.shelves.list_price[:] = self.network.price[stores]

    def _chain_price(self) -> NDArray[np.float64]:
        """Return what the chain would charge, computed once."""
        if not hasattr(self, "_computed_chain_price"):
            self._computed_chain_price = trading.chain_price(self.world)
        return self._computed_chain_price

    def _choose_assortments(self, *, opening: bool = False) -> None:
        """Let stores fill their slots, and see whose goods stand in them."""
        if self.regime.shelves == "none":
            return
        level = self.levels[-1]
        decided = trading.fill_slots(level, self.day, self.world, self._sold_since_review, self._days_since_review, opening=opening)
        for rows, choice, shown in decided:
            self.shelves.carried[rows] = choice.carried
            self.shelves.sampled[rows] = shown
            if self.regime.shelves == "consigned":
                self._hand_shelves_to(rows, np.ones_like(choice.carried))
            elif self.regime.shelves == "mixed":
                self._hand_shelves_to(rows, choice.consigned)
            self._sold_since_review[rows] = 0
            self._days_since_review = 0
        if decided and not opening:
            self.accounting.renew_contacts()
        self._days_since_review += 0 if opening else 1

    def _hand_shelves_to(self, rows: NDArray[np.intp], consigned: NDArray[np.bool_]) -> None:
        """Change whose account a shelf stands on, where nothing of the old owner is left or on its way."""
        goods_, first = self.stock.goods, self.shelves.first_node
        nodes = first + rows
        daily.tally_orders(self.orders, self.records.placed, self.records.owed)
        still = goods_.units[nodes] + goods_.units[self.stock.nodes + nodes] + self.records.placed[nodes] > 0
        now = np.where(still, self.shelves.consigned[rows], consigned)
        self.shelves.consigned[rows] = now
        makers = self.network.account[self.world.catalogue.supplier]
        goods_.owner[nodes] = np.where(now, makers[None, :], self.shelves.retailer[rows][:, None])

    def _show_shelves(self) -> None:
        """Offer what is carried, and what is left of what is not carried any more; find each product's lowest price."""
        if self.regime.shelves == "none":
            return
        stores = self.world.places.stores
        self.shelves.offered[:] = self.shelves.carried | (self.stock.goods.units[stores] > 0)
        asked = np.where(self.shelves.consigned, self.shelves.direct_price, self.shelves.list_price)
        nowhere = np.iinfo(np.int64).max
        lowest = np.where(self.shelves.offered, asked, nowhere).min(axis=0)
        if self.terms.supplier_channels[shopping.PARCEL]:
            lowest = np.minimum(lowest, self.shelves.direct_price)
        sells = self.world.places.slots[stores] > 0
        wished = np.where(sells[:, None], asked, nowhere).min(axis=0)
        lowest = np.where(lowest == nowhere, wished, lowest)
        self._lowest_price[:] = np.where(lowest == nowhere, shopping.NO_PRICE, lowest)

    def _carried_by(self, level: Level) -> NDArray[np.bool_]:
        """Return what a level keeps in stock, shape (places, products): suppliers their own, tiers all, stores a choice."""
        if level.nodes == self.world.places.stores:
            return self.shelves.carried
        if level.number == 0:
            own: NDArray[np.bool_] = self.world.catalogue.supplier[None, :] == np.arange(level.size)[:, None]
            return own
        return np.ones((level.size, len(self.stock.products)), dtype=np.bool_)

    def _wanted_by(self, level: Level) -> NDArray[np.int64]:
        """Return what a level's places order today in units, shape (places, products)."""
        placed, owed = self.records.placed, self.records.owed
        daily.tally_orders(self.orders, placed, owed)
        lead_days = self.world.places.lead_days
        return trading.decide_orders(level, self.day, self.stock.goods, lead_days, placed, owed, self._carried_by(level))

    def _produce(self, wanted: NDArray[np.int64]) -> None:
        """Start making what suppliers want, as far as capacity goes."""
        lines = int(np.count_nonzero(wanted))
        self.ledger.make_room(lines)
        self.stock.make_room(lines)
        unlimited = np.iinfo(np.int64).max // 2
        limit = self.parameters.suppliers.capacity
        capacity = np.full(len(wanted), unlimited if limit is None else limit, dtype=np.int64)
        supply.produce(
            self.day, wanted, capacity, self.world.unit_cost, self.network, self.stock.goods, self.ledger.books, self.flows
        )

    def _make_room_for_needs(self) -> None:
        """Make room for a need of every customer, on top of those there were."""
        rows = int(self.visits.count[0]) + len(self.population.town)
        self.needs = with_room(self.needs, rows)
        self.deliveries = self.deliveries._replace(next=with_room(self.deliveries.next, rows))
        self.returns = self.returns._replace(next=with_room(self.returns.next, rows))
        today = len(self.population.town) + int(self.visits.to_come[0])
        visits = self.visits
        self.visits = visits._replace(basket=with_room(visits.basket, today), again=with_room(visits.again, today))

    def _make_room_for_orders(self, new: int) -> None:
        """Make room for new orders and for everything that shipping all outstanding ones can write."""
        outstanding = int(self.orders.count[0]) + new
        self.orders = self.orders._replace(lines=with_room(self.orders.lines, outstanding))
        self.ledger.make_room(outstanding * fulfilment.ROWS_PER_SALE)
        self.stock.make_room(outstanding)

    def _serve(self, nodes: slice) -> None:
        """Ship what some depots have for the orders they hold."""
        self._make_room_for_orders(0)
        supply.serve_orders(
            self.day, nodes.start, nodes.stop, self.network, self.stock.goods, self.ledger.books, self.orders, self.flows,
            self.needs, self.population, self.world.catalogue, self.shelves, self.last_mile, self.tariff, self.stops,
            self.deliveries,
        )  # fmt: skip

    def _note_sales(self) -> None:
        """Count what left the shelves today: all of it was there when asked for."""
        bought = self.needs[self.visits.basket[: int(self.visits.in_basket[0])]]
        place, product = bought["place"], bought["product"]
        shelf = place >= self.shelves.first_node
        np.add.at(self.flows.filled, (place[shelf], product[shelf]), 1)
        np.add.at(self._sold_since_review, (place[shelf] - self.shelves.first_node, product[shelf]), 1)

    # -- after the last day --------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """Live through the days that are left and return what they leave."""
        while self.day < self.parameters.time.days:
            self.step()
        return self.outcome()

    def outcome(self) -> Outcome:
        """Return what the run has left so far."""
        return outcome_of(self)


def forget_dropped_models() -> None:
    """Let models be freed under Mesa 3.3, which keeps every model for ever as a key of ``Agent._ids``.

    Newer versions count inside the model and have no such table.
    """
    counters = getattr(mesa.Agent, "_ids", None)
    if isinstance(counters, dict):
        mesa.Agent._ids = WeakCounters()


class WeakCounters:
    """Counters of agents by model, gone with the model."""

    def __init__(self) -> None:
        import weakref

        self._counters: Any = weakref.WeakKeyDictionary()

    def __getitem__(self, model: mesa.Model) -> Any:
        from itertools import count

        return self._counters.setdefault(model, count(1))
