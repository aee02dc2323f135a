"""One firm asks other prices than its rule found, alone: what everybody else does meanwhile, and what it then earns.

A run is recorded, and lived through again with the prices of one firm changed by so many per cent, from the opening
on. Rivals on its level, levels upstream and, unless it deviates with them itself, makers who sell to customers ask
from day to day what they asked in the record. Firms downstream do what the deviator's rule expects of them:

- ``margin``: they keep their margins in money: their prices move by as many cents as what they pay;
- ``percent``: they keep their margins in per cent of what a unit costs them;
- ``stackelberg``, and where the deviator's rule expects nothing: they answer, live, by their own rules.

Everything else goes on as in any run: assortments, orders, entry, exit, trust. Firms whose quantities decide (Cournot)
deviate in quantity: see ``gain`` in ``sim.experiments.auditing``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import CENTS, FloatArray, IntArray
from sim.engine.demand_estimation.conducts import is_idle
from sim.engine.demand_estimation.decisions import Decisions, cheapest_sources, number_decisions
from sim.engine.price_script import PostedPrices, PriceRecord, PriceRecorder, PriceScript
from sim.kernels.books import KINDS as PAYMENTS
from sim.market import Market
from sim.results.figures.prices import unsettled_prices
from sim.results.figures.window import Window
from sim.results.outcome import Outcome
from sim.rules.best_response import KnowsDemand, Quantity
from sim.rules.price_rule import PricingRule
from sim.runs.running import emptying, live_through, that_keeps
from sim.scenario import Scenario

FIXED_CHARGES = ("fixed_cost", "rent", "advertising", "contact")
"""What falls due whatever a firm sells, by kind of payment."""
BROUGHT_IN, TAKEN_OUT = ("wholesale", "sale"), ("refund", "commission")
"""Payments that a firm's prices decide: those to it, and those that it makes."""
BEYOND_ALL = 1_000_000
"""A level of no chain: nobody decides by a rule."""
MARGIN, PERCENT, LIVE = "margin", "percent", "live"


@dataclass(frozen=True)
class Seller:
    """A firm that sets prices; or several that set one together, as in Cournot's market.

    Attributes:
        firms: their names.
        position: level of the chain, 0 for makers.
        rule: names of the rules that set the prices.
        expects: what its rule expects of firms downstream; empty where it expects nothing.
        judged: whether its prices are found from known demand, so that no others should earn it more.
        decisions: numbers of its price decisions; of a judged firm only of those that are found.
    """

    firms: tuple[str, ...]
    position: int
    rule: str
    expects: str
    judged: bool
    decisions: IntArray

    @property
    def name(self) -> str:
        """The firm, or firms."""
        return ", ".join(self.firms)

    @property
    def downstream(self) -> str:
        """What firms downstream do while this one deviates."""
        return self.expects if self.expects in (MARGIN, PERCENT) else LIVE


@dataclass(frozen=True)
class Earned:
    """What a firm earned over the days that count, in currency.

    Attributes:
        profit: change of its account and of the book value of its stock.
        contribution: the same before charges that are fixed.
        receipts: what its prices brought in, less refunds and commission.
        units: sold of each product, (products,).
    """

    profit: float
    contribution: float
    receipts: float
    units: IntArray


@dataclass(frozen=True)
class Baseline:
    """A run in which everybody decides by its own rule.

    Attributes:
        record: its prices.
        sellers: the firms that set prices.
        earned: what each firm earned, by name.
        days: how many days count.
        products: names of the goods.
        unsettled_prices: share of days with prices from a search that had not come to rest; None where nobody searches.
    """

    record: PriceRecord
    sellers: tuple[Seller, ...]
    earned: dict[str, Earned]
    days: int
    products: tuple[str, ...]
    unsettled_prices: float | None = None


# -- who sets prices ---------------------------------------------------------------------------------------------


def sellers_of(market: Market) -> tuple[Seller, ...]:
    """Return the firms of an opened market at whose prices somebody buys, level by level."""
    if market.regime.at_cost:
        return ()
    state = market.state
    demand, decisions = state.prices.demand, number_decisions(state.levels, state.network, state.world)
    accounts, found = market.ledger.accounts, []
    rules = _rules(decisions, market)
    for position in range(len(state.levels)):
        active = np.zeros(len(decisions), dtype=np.bool_)
        active[decisions.level(position)] = not is_idle(demand, position)
        if position == 0:
            active[decisions.direct] = bool(market.regime.supplier_channels)
        together = _groups(market, position, decisions) if active[decisions.level(position)].any() else []
        for group in together:
            names = tuple(accounts[owner] for owner in np.unique(decisions.owner[group]))
            found.append(_seller(names, position, group, rules))
        active[[decision for group in together for decision in group.tolist()]] = False
        for owner in dict.fromkeys(decisions.owner[active].tolist()):
            own = np.flatnonzero(active & (decisions.owner == owner))
            found.append(_seller((accounts[owner],), position, own, rules))
    return tuple(found)


def _rules(decisions: Decisions, market: Market) -> list[PricingRule]:
    """Return the rule behind each price decision."""
    rules = [rule for by_row in decisions.rules[:-1] for rule in by_row for _ in range(decisions.products)]
    return rules + [decisions.rules[-1][maker] for maker in market.world.catalogue.supplier]


def _seller(firms: tuple[str, ...], position: int, decisions: IntArray, rules: list[PricingRule]) -> Seller:
    """Return one seller; of a firm with rules of both kinds, the prices it finds are the ones to deviate with."""
    knows = np.array([rules[decision].knows_demand for decision in decisions])
    own = decisions[knows] if knows.any() else decisions
    names = dict.fromkeys(str(getattr(rules[decision], "rule", "")) for decision in own)
    conducts = [rule.conduct for decision in own if isinstance(rule := rules[decision], KnowsDemand)]
    expects = next((conduct for conduct in ("stackelberg", PERCENT, MARGIN) if conduct in conducts), "")
    return Seller(firms, position, " and ".join(names), expects, bool(knows.any()), own)


def _groups(market: Market, position: int, decisions: Decisions) -> list[IntArray]:
    """Return the decisions of every group of firms of a level that set their price together."""
    level, demand = market.state.levels[position], market.state.prices.demand
    by_row = decisions.rules[position]
    nodes = level.nodes.start + np.flatnonzero([isinstance(rule, Quantity) for rule in by_row])
    label = np.arange(len(nodes))
    for product in range(decisions.products) if len(nodes) else ():
        for group in demand.rival_groups(position, nodes, product):
            inside = np.isin(nodes, group)
            label[np.isin(label, label[inside])] = label[inside].min()
    groups = []
    for mark in np.unique(label):
        rows = nodes[label == mark] - level.nodes.start
        own = decisions.first[position] + rows[:, None] * decisions.products + np.arange(decisions.products)
        if len(np.unique(decisions.owner[own])) > 1:
            groups.append(own.ravel())
    return groups


# -- what the others do ------------------------------------------------------------------------------------------


class Deviation(PriceScript):
    """Says what everybody asks while one firm asks ``factor`` times what it asked in the record.

    Args:
        record: prices of the run to deviate from.
        seller: who deviates.
        factor: its new price over its old one.
        product: the only good whose price it changes; None: all.
    """

    says_direct = True

    def __init__(self, record: PriceRecord, seller: Seller, factor: float, product: int | None = None):
        self.record = record
        self.seller = seller
        self.factor = factor
        self.product = product
        self._call = 0
        self._said: tuple[int, IntArray] | None = None
        self._all = seller.downstream != LIVE
        self.live_from = BEYOND_ALL if self._all else seller.position + 1

    def post(self, prices: PostedPrices) -> None:
        entry = self.record.entry[self._call]
        if self._said is None or self._said[0] != entry:
            self._said = entry, self.said(prices, self.record.prices[entry])
        self._call += 1
        start, said = 0, self._said[1]
        for position, level in enumerate(prices.levels):
            stop = start + level.size * len(prices.shelves.direct_price)
            if position < self.live_from:
                prices.network.price[level.nodes] = said[start:stop].reshape(level.size, -1)
            start = stop
        prices.shelves.direct_price[:] = said[start:]

    def said(self, prices: PostedPrices, recorded: IntArray) -> IntArray:
        """Return all prices that are asked where ``recorded`` were asked in the record, (decisions,), whole cents."""
        said = recorded.copy()
        own = self.seller.decisions
        if self.product is not None:
            own = own[own % len(prices.shelves.direct_price) == self.product]
        said[own] = np.rint(self.factor * recorded[own]).astype(np.int64)
        if self._all:
            decisions = number_decisions(prices.levels, prices.network, prices.world)
            for position in range(self.seller.position + 1, len(prices.levels)):
                here = decisions.level(position)
                before, after = (self._paid(prices, decisions, position, ask) for ask in (recorded, said))
                said[here] = np.rint(self._passed_on(recorded[here], before, after)).astype(np.int64)
        return said

    def _paid(self, prices: PostedPrices, decisions: Decisions, position: int, ask: IntArray) -> FloatArray:
        """Return what a unit costs the places of a level when all ask ``ask``: the price paid, freight, handling."""
        level, world = prices.levels[position], prices.world
        asked = ask.astype(np.float64)
        source, beyond = cheapest_sources(decisions, prices.levels, position, prices.network, world, asked)
        handling = 0.0 if level.nodes == world.places.stores else prices.network.handling[level.nodes][:, None]
        paid: FloatArray = (np.where(source >= 0, asked[np.maximum(source, 0)], 0.0) + beyond + handling).ravel()
        return paid

    def _passed_on(self, price: IntArray, before: FloatArray, after: FloatArray) -> FloatArray:
        """Return what firms ask whose costs have moved from ``before`` to ``after``."""
        if self.seller.downstream == PERCENT:
            return np.asarray(price * np.where(before > 0, after / np.where(before > 0, before, 1.0), 1.0))
        return np.asarray(price + (after - before), dtype=np.float64)


# -- runs --------------------------------------------------------------------------------------------------------


def live_baseline(scenario: Scenario, regime: str, seed: int) -> Baseline:
    """Live through a market as it is, and return what deviating runs are held against."""
    recorder = PriceRecorder()
    market = Market(that_keeps(scenario, "figures"), regime, seed, script=recorder)
    with emptying(market):
        sellers, products = sellers_of(market), market.world.product_names
        while market.day < scenario.time.days:
            market.step()
        outcome = market.outcome()
    first, end = _window(scenario)
    firms = dict.fromkeys(name for seller in sellers for name in seller.firms)
    return Baseline(
        recorder.record,
        sellers,
        profits_by_firm(outcome, firms),
        end - first,
        products,
        unsettled_prices(Window.of(outcome)),
    )


def live_deviating(scenario: Scenario, regime: str, seed: int, deviation: Deviation) -> dict[str, Earned]:
    """Live through the same market while one firm deviates, and return what it, or its group, earned."""
    outcome = live_through(Market(that_keeps(scenario, "figures"), regime, seed, script=deviation))
    return profits_by_firm(outcome, deviation.seller.firms)


def _window(scenario: Scenario) -> tuple[int, int]:
    """Return the first day that counts and the first that no more does."""
    return scenario.time.warm_up, scenario.time.days - scenario.time.cool_down


def profits_by_firm(outcome: Outcome, firms: object) -> dict[str, Earned]:
    """Return what firms earned over the days that count, by name."""
    accounts = outcome.labels["accounts"]
    first, end = _window(outcome.manifest.scenario)
    return {name: _earned(outcome, accounts.index(name), first, end) for name in firms}  # type: ignore[attr-defined]


def _earned(outcome: Outcome, account: int, first: int, end: int) -> Earned:
    daily, sums = outcome.columns["daily"], outcome.sums
    assert sums is not None
    own = daily["firm"] == account
    worth = daily["balance"][own] + daily["book_value"][own]  # the opening comes first, at 0
    profit = int(worth[end] - worth[first])

    def total(cents: IntArray, kinds: tuple[str, ...]) -> int:
        return int(cents[[PAYMENTS.index(kind) for kind in kinds], account].sum())

    paid, received = sums.journals.paid, sums.journals.received
    return Earned(
        profit=profit / CENTS,
        contribution=(profit + total(paid, FIXED_CHARGES)) / CENTS,
        receipts=(total(received, BROUGHT_IN) - total(paid, TAKEN_OUT)) / CENTS,
        units=sums.journals.sold[account],
    )
