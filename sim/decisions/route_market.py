"""Expected sales and profits of every firm in the market of one route, at any parameters and prices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.common.types import CENTS, BoolArray, FloatArray, IntArray
from sim.decisions.routes import SalesRoute
from sim.engine.demand_estimation import MarketSnapshot, freight_from_makers
from sim.engine.demand_estimation.decisions import Decisions, Supply, make_pass_through, number_decisions, trace_supply
from sim.engine.demand_estimation.sale_terms import commission_due, costs_of_selling, sale_terms
from sim.engine.state import State
from sim.fitting.expected_demand import DemandModel, make_demand, opened, posted_of
from sim.fitting.parameters import ParameterSpace
from sim.kernels.competition import PassThrough, SaleTerms
from sim.kernels.demand import Considered
from sim.kernels.expected_sales import ChoiceSituation

WEEK = 7.0


@dataclass(frozen=True)
class RouteMarket:
    """The market of a route. Series are the products on shelves, then the products at makers' own prices to customers.

    Attributes:
        route: what is done.
        state: the market as it opens.
        model: its expected demand; its series count as above.
        base_price: prices by series as the market opens, in cents, (series,).
        decisions, supply, chain: who sets which price, and which of them a sale passes.
    """

    route: SalesRoute
    state: State
    model: DemandModel
    base_price: FloatArray
    decisions: Decisions
    supply: Supply
    chain: PassThrough

    @property
    def products(self) -> int:
        """How many products there are."""
        return len(self.state.world.product_names)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Names of all accounts."""
        return self.state.world.accounts

    @cached_property
    def on_shelf(self) -> BoolArray:
        """Whether each offer is at a shop's own price, (offers,)."""
        return self.model.offers.cell < len(self.model.posted) - self.products

    @cached_property
    def deviation(self) -> FloatArray:
        """By how much the price of each offer differs from that of its series, in cents, (offers,)."""
        return np.asarray(self.model.posted[self.model.offers.cell] - self.base_price[self.model.series])

    @cached_property
    def offered(self) -> BoolArray:
        """Which series have any offer, (series,)."""
        return np.bincount(self.model.series, minlength=2 * self.products) > 0

    @cached_property
    def fixed_cost(self) -> FloatArray:
        """What each account owes a week whatever it sells, in cents, (accounts,)."""
        numbers = {name: number for number, name in enumerate(self.accounts)}
        due = np.zeros(len(self.accounts))
        for charge in (*self.state.charges.standing, *self.state.charges.contacts):
            due[numbers[charge.payer]] += WEEK * charge.cents
        return due

    def choice(self, point: FloatArray, price: FloatArray) -> ChoiceSituation:
        """Return what customers choose from at a point of the parameter space and prices by series."""
        asked = price[self.model.series] + self.deviation
        fee = np.where(asked < self.model.free_above, self.model.offers.charge, 0.0)
        chosen = self.model.choice(point, fee)
        return chosen._replace(gain=chosen.gain - self.model.tax * self.deviation)

    def units(self, point: FloatArray, price: FloatArray) -> FloatArray:
        """Return expected units a week by offer, (offers,)."""
        return self.model.by_offer(self.choice(point, price), posted_of(price))

    def terms(self, price: FloatArray) -> SaleTerms:
        """Return the terms of a sale by each offer at prices by series."""
        state, offers = self.state, self.model.offers
        change = price - self.base_price
        listed = state.shelves.list_price + np.rint(change[: self.products])[None, :]
        shelves = state.shelves._replace(
            list_price=listed.astype(np.int64), direct_price=np.rint(price[self.products :]).astype(np.int64)
        )
        snapshot = MarketSnapshot(state.population, state.rules, state.last_mile, state.stock.goods, state.fees)
        nothing = np.zeros(len(offers.cell))
        considered = Considered(
            offers.first, offers.cell, nothing, offers.channel, offers.store, self.model.base_weight, self.model.tax
        )
        freight = freight_from_makers(state.network, state.world)
        return sale_terms(snapshot, state.world.catalogue, shelves, freight, considered)

    def margins(self, price: FloatArray) -> tuple[FloatArray, IntArray]:
        """Return what each sale leaves to whom: (offers, parts) in cents, and the accounts, -1 for nobody.

        Those at the prices last asked about are kept: all members of an ensemble meet the same.
        """
        key = price.tobytes()
        if key not in self._kept:
            self._kept.clear()
            self._kept[key] = self._margins(price)
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[bytes, tuple[FloatArray, IntArray]]:
        return {}

    def _margins(self, price: FloatArray) -> tuple[FloatArray, IntArray]:
        terms, offers, chain = self.terms(price), self.model.offers, self.chain
        asked, landed = self._asked_and_landed()
        paid = price[self.model.series] + self.deviation
        decision, setter = chain.decision[offers.cell], chain.setter[offers.cell]
        parts, accounts = [], []
        for layer in range(decision.shape[1]):
            here = np.maximum(decision[:, layer], 0)
            sets = setter == layer
            own = terms.kept * paid - terms.cost - terms.units * landed[here]
            passed = terms.units * (asked[here] - landed[here])
            parts.append(np.where(decision[:, layer] >= 0, np.where(sets, own, passed), 0.0))
            accounts.append(np.where(decision[:, layer] >= 0, chain.owner[here], -1))
        parts.append(np.where(terms.partner >= 0, terms.partner_margin, 0.0))
        accounts.append(terms.partner)
        parts.append(self._of_platform(terms, paid))
        accounts.append(np.full(len(paid), self.state.fees.platform_account))
        return np.stack(parts, axis=1), np.stack(accounts, axis=1)

    def _asked_and_landed(self) -> tuple[FloatArray, FloatArray]:
        """Return what each place asks, and what a unit costs it, by decision, in cents."""
        state = self.state
        levels = [state.network.price[level.nodes].ravel() for level in state.levels]
        asked = np.concatenate([*levels, state.shelves.direct_price]).astype(np.float64)
        source = self.supply.source
        bought = np.where(source >= 0, asked[np.maximum(source, 0)], 0.0)
        return asked, bought + self.supply.beyond + self.supply.handling

    def _of_platform(self, terms: SaleTerms, paid: FloatArray) -> FloatArray:
        """Return what the platform earns on a sale by each offer."""
        fees, channel = self.state.fees, self.model.offers.channel
        if fees.platform_account < 0:
            return np.zeros(len(paid))
        commission = commission_due(fees, channel, self.on_shelf)
        payment, _ = costs_of_selling(fees, channel, self.on_shelf)
        left = (terms.kept + payment) / np.maximum(1.0 - commission, 1e-9)
        earned = left * commission * paid
        through = commission > 0
        own = fees.platform_cost + np.where(fees.platform_takes_payments, fees.payment_share, 0.0) * paid
        return np.asarray(earned - np.where(through, own, 0.0))

    def profits(self, point: FloatArray, price: FloatArray) -> FloatArray:
        """Return the expected profit of every account a week, after fixed costs, in units of currency, (accounts,)."""
        units = self.units(point, price)
        margins, accounts = self.margins(price)
        return self.profits_of(units, margins, accounts)

    def profits_of(self, units: FloatArray, margins: FloatArray, accounts: IntArray) -> FloatArray:
        """Return the profit of every account a week from units and margins by offer."""
        whole = (margins * units[:, None])[accounts >= 0]
        earned = np.bincount(accounts[accounts >= 0], weights=whole, minlength=len(self.accounts))
        return np.asarray((earned - self.fixed_cost) / CENTS, dtype=np.float64)

    def by_series(self, units: FloatArray) -> FloatArray:
        """Return units by series from units by offer."""
        return np.asarray(np.bincount(self.model.series, weights=units, minlength=2 * self.products), dtype=np.float64)


def open_route(route: SalesRoute, space: ParameterSpace, seed: int) -> RouteMarket:
    """Return the market of a route, in the world of a seed."""
    own = ParameterSpace(route.scenario, space.priors, space.quality_sd)
    state = opened(route.scenario, route.regime, seed)
    model = make_demand(own, route.regime, seed, state)
    products = len(state.world.product_names)
    shelf = model.posted[:-products].reshape(-1, products)
    carried = state.shelves.carried & ~state.shelves.consigned
    count = carried.sum(axis=0)
    everywhere = shelf.mean(axis=0) if len(shelf) else model.posted[-products:]
    mean = np.where(count > 0, (shelf * carried).sum(axis=0) / np.maximum(count, 1), everywhere)
    on_shelf = model.offers.cell < len(model.posted) - products
    series = np.where(on_shelf, model.offers.product, products + model.offers.product)
    decisions = number_decisions(state.levels, state.network, state.world)
    asked = np.concatenate(
        [*(state.network.price[level.nodes].ravel() for level in state.levels), state.shelves.direct_price]
    ).astype(np.float64)
    supply = trace_supply(decisions, state.levels, state.network, state.world, asked)
    stores = state.world.places.stores
    chain = make_pass_through(decisions, supply, stores.stop - stores.start)
    base = np.concatenate([mean, model.posted[-products:]])
    return RouteMarket(route, state, replace(model, series=series.astype(np.int64)), base, decisions, supply, chain)
