"""The state of a market: everything that one consists of, on one page.

``open_market`` in ``sim.engine.opening`` builds it, with the tables of ``sim.engine.construction``. The phases of a day
(``sim.engine.day``) are functions of the state: they ask the firms' rules, prepare arrays and let kernels do the rest.
Tables are named tuples of arrays. Arrays change in place; a table that has to grow is replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.assortment import Assortments
from sim.engine.charges import Charges
from sim.engine.daily_records import DailyRecords
from sim.engine.entry_exit.memory import EntryMemory
from sim.engine.figure_sums import FigureSums
from sim.engine.firms.level import Level
from sim.engine.firms.roster import FirmRecord
from sim.engine.human_players import PlayerPrices
from sim.engine.last_mile import CourierTariff
from sim.engine.ledger import Ledger
from sim.engine.pricing import Prices
from sim.engine.replenishment import Outstanding
from sim.engine.sales_history import SalesHistory
from sim.engine.stock import Stock
from sim.kernels.choices import Choices
from sim.kernels.forgetting import Lives
from sim.kernels.fulfilment import DeliveryCounts, FeeSchedule, Orders, SaleTables
from sim.kernels.needs import Calendar, Visits
from sim.kernels.numerics.dispatch_cache import Calls
from sim.kernels.offers import LastMile, Marketplace, MarketRules, Shelves
from sim.kernels.supply import Flows, Network, SupplyTables
from sim.scenario import Scenario
from sim.scenario.regimes import Regime
from sim.world.population import Population
from sim.world.world import World

Records: TypeAlias = NDArray[np.void]


@dataclass(slots=True)
class State:
    """Everything one market consists of. Money is in cents; nodes are depots and stores, numbered as in ``world``.

    Attributes:
        scenario, regime_name, regime, seed, world: what does not change.
        day: the day that is lived, from 0.
        call: calls kernels without looking at each argument's type again.

        firms: all firms that took part on the first day; in_business: which accounts still do, shape (accounts,).
        levels: the levels of the chain that take part, top first, with the rules and forecasts of their firms.
        entry: who comes and who goes.

        ledger: accounts and every payment. stock: every unit and every movement. charges: what falls due every evening.
        opening_book_value: of stock by owner, shape (accounts,).

        network: who buys from whom at which price, and freight. orders: those not yet shipped; outstanding: their sums.
        shelves: what stores show at which price. prices, assortments: how both are decided. sales: what sellers
            have observed. player_prices, player_direct_prices: what human players ask.

        rules: channels, taxes, awareness. last_mile: times, queues and charges to the door. fees: who gets what of a
            sale. courier_tariff: what couriers drive and charge. advertised: share of the advertising budget spent.

        population: customers' tastes, costs, trust. town_trust: mean trust by town as of yesterday, shape (towns,).
        needs: a record for each need. visits: who shops today. deliveries, returns: what is due on which day.
        offers: scratch space for what one customer considers; choices: all of it, where that is recorded.

        flows: units asked for, shipped and ordered today, by node and product. delivery_counts: doors called at today.
        records: what is written down of each day. figure_sums: what is kept in place of records of each need, payment
            and movement; None where those are kept.
    """

    scenario: Scenario
    regime_name: str
    regime: Regime
    seed: int
    world: World
    day: int
    call: Calls

    firms: tuple[FirmRecord, ...]
    in_business: BoolArray
    levels: list[Level]
    entry: EntryMemory

    ledger: Ledger
    stock: Stock
    charges: Charges
    opening_book_value: IntArray

    network: Network
    orders: Orders
    outstanding: Outstanding
    shelves: Shelves
    prices: Prices
    assortments: Assortments
    sales: SalesHistory
    player_prices: PlayerPrices
    player_direct_prices: PlayerPrices

    rules: MarketRules
    last_mile: LastMile
    fees: FeeSchedule
    courier_tariff: CourierTariff
    advertised: float

    population: Population
    town_trust: FloatArray
    needs: Records
    visits: Visits
    deliveries: Calendar
    returns: Calendar
    offers: Records
    choices: Choices

    flows: Flows
    delivery_counts: DeliveryCounts
    records: DailyRecords
    figure_sums: FigureSums | None

    def marketplace(self) -> Marketplace:
        """Return what customers can buy, and on which terms."""
        return Marketplace(self.world.catalogue, self.shelves, self.rules, self.last_mile, self.stock.goods)

    def sale_tables(self) -> SaleTables:
        """Return what a sale to a customer is read from and written in."""
        needs, books = self.needs, self.ledger.books
        door = (self.last_mile, self.fees, self.delivery_counts)
        return SaleTables(needs, self.population, self.shelves, *door, books, self.deliveries, self.stock.goods)

    def supply_tables(self) -> SupplyTables:
        """Return what production, orders and shipments are read from and written in."""
        goods, books = self.stock.goods, self.ledger.books
        return SupplyTables(self.network, goods, self.orders, self.flows, books, self.delivery_counts)

    def lives(self) -> Lives:
        """Return needs with what decides when they are over."""
        return Lives(self.needs, self.visits, self.deliveries, self.returns)

    def profits(self) -> IntArray:
        """Return the change of cash and of the book value of stock since the opening, by account, in cents."""
        book_value = self.stock.book_value(len(self.ledger.accounts))
        return self.ledger.books.balances + book_value - self.opening_book_value
