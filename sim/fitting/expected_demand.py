"""Expected demand of a market: smooth in every parameter, from the offers that its customers consider.

The market surveys its customers once; what an offer is worth is linear in the costs of shopping, so that demand and
its slopes at any parameters follow without drawing or running the market again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.common.types import CENTS, FloatArray, IntArray
from sim.engine.construction import make_offers
from sim.engine.opening import open_market
from sim.engine.state import State
from sim.fitting.parameters import BURDEN_PATHS, NEED, SCALE, SPREAD, ParameterSpace, parameter_value
from sim.kernels.expected_sales import (
    BURDENS,
    ChoiceSituation,
    OfferList,
    SeriesPrices,
    Slopes,
    add_expected_offers,
    add_expected_sales,
    add_slopes,
    list_considered,
)
from sim.kernels.numerics.randomness import PURPOSE_WORTH
from sim.kernels.offers import Marketplace
from sim.scenario import Scenario
from sim.world.geography import uniforms
from sim.world.population import draw_worth, is_stratified
from sim.world.world import World, make_world

MOST_ASKED = 4_000
"""Customers whose choices make up expected demand; of more, every second, third, ... is asked."""
STEP = 1e-4
"""Change of a logarithm by which the slope in the spread of worth is found."""
OPENING = {"days": 14, "warm_up": 0, "cool_down": 0}
"""Expected demand needs a market as it opens, and no room for the days of a run."""


def opened(scenario: Scenario, regime: str, seed: int, world: World | None = None) -> State:
    """Return a market on the evening before its first day, with no more room than that takes."""
    short = scenario.model_copy(update={"time": scenario.time.model_copy(update=OPENING)})
    drawn = make_world(short, seed) if world is None else world
    return open_market(short, drawn, regime, seed, shares_world=world is not None)


def list_offers_of(state: State, step: int) -> OfferList:
    """Return what every ``step``-th customer of a market considers, shelves full, delivery fees apart."""
    people, market = state.population, state.marketplace()
    goods = market.goods._replace(units=np.ones_like(market.goods.units), reserved=np.zeros_like(market.goods.reserved))
    shelves = market.shelves._replace(offered=market.shelves.carried)
    rules = market.rules._replace(scale=0.0, free_above=np.inf)
    full = Marketplace(market.catalogue, shelves, rules, market.last_mile, goods)
    first = np.zeros(-(-len(people.town) // step) + 1, dtype=np.int64)
    scratch, room = make_offers(state.world), 0
    while True:
        cell, product, channel, store = np.zeros((4, room), dtype=np.int64)
        listed = OfferList(first, cell, product, channel, store, np.zeros((room, BURDENS)), np.zeros(room))
        count = int(list_considered(people, step, scratch, full, listed))
        if count <= room:
            return listed
        room = count


def posted_of(price: FloatArray, present: FloatArray | None = None) -> SeriesPrices:
    """Return prices in cents by series, of goods that are there all of the time unless ``present`` says otherwise."""
    asked = np.ascontiguousarray(price, dtype=np.float64)
    return SeriesPrices(
        asked, np.ones(len(asked)) if present is None else np.ascontiguousarray(present, dtype=np.float64)
    )


@dataclass(frozen=True)
class DemandModel:
    """Expected demand of a market under one regime, around the centre of a parameter space.

    Attributes:
        space: the parameters.
        offers: what customers consider.
        acceptance: share of worth that each offer keeps, by its channel, (offers,).
        worth_draw: uniforms from which customers' worth follows, (customers asked,).
        base_weight: needs a week of each customer asked, at the centre, (customers asked,).
        series: of each offer, the product it is of, (offers,).
        tax: what one cent of price costs the customer.
        free_above: price in cents from which on delivery is free.
        posted: prices in cents as the market opens, by cell, (cells,).
    """

    space: ParameterSpace
    offers: OfferList
    acceptance: FloatArray
    worth_draw: FloatArray
    base_weight: FloatArray
    series: IntArray
    tax: float
    free_above: float
    posted: FloatArray

    @property
    def customer(self) -> IntArray:
        """Number of the customer asked, for each offer."""
        return np.repeat(np.arange(len(self.base_weight)), np.diff(self.offers.first))

    @cached_property
    def _most(self) -> int:
        return int(np.diff(self.offers.first).max(initial=1))

    @cached_property
    def _base(self) -> dict[str, float]:
        given = self.space.scenario.model_dump()
        return {path: parameter_value(given, path) for path in (SCALE, SPREAD, NEED, *BURDEN_PATHS)}

    @cached_property
    def _quality(self) -> FloatArray:
        """Qualities at the centre, in cents, (products,)."""
        return np.array([item.quality * CENTS for item in self.space.scenario.products.items or []])

    def _ratios(self, point: FloatArray) -> dict[str, float]:
        changes = zip(self.space.priors, point[: len(self.space.priors)], strict=True)
        return {prior.path: float(np.exp(change)) for prior, change in changes}

    def _worth(self, spread_ratio: float) -> FloatArray:
        """Return each customer's worth in cents where its spread is so many times that of the centre."""
        worth = self.space.scenario.customers.worth
        return draw_worth(worth.model_copy(update={"spread": worth.spread * spread_ratio}), self.worth_draw)

    def choice(self, point: FloatArray, fee: FloatArray | None = None) -> ChoiceSituation:
        """Return what customers choose from at a point of the parameter space."""
        ratio, count = self._ratios(point), len(self.space.priors)
        worth = self._worth(ratio.get(SPREAD, 1.0))[self.customer]
        quality = (self._quality + point[count:])[self.offers.product]
        burden = self.offers.burden @ np.array([ratio.get(path, 1.0) for path in BURDEN_PATHS])
        paid = self.offers.charge if fee is None else fee
        return ChoiceSituation(
            self.offers.first,
            self.series,
            self.acceptance * worth + quality - burden - paid,
            self.base_weight * ratio.get(NEED, 1.0),
            self.tax,
            self._base[SCALE] * ratio.get(SCALE, 1.0) * CENTS,
        )

    def by_series(self, choice: ChoiceSituation, posted: SeriesPrices) -> FloatArray:
        """Return expected units a week, (series,)."""
        units = np.zeros(len(posted.price))
        add_expected_sales(choice, posted, np.zeros(self._most), units)
        return units

    def by_offer(self, choice: ChoiceSituation, posted: SeriesPrices) -> FloatArray:
        """Return expected units a week by each offer, (offers,)."""
        units = np.zeros(len(self.offers.cell))
        add_expected_offers(choice, posted, np.zeros(self._most), units)
        return units

    def pull(self, point: FloatArray) -> FloatArray:
        """Return the slopes of every offer's gain in the parameters that are part of it, (offers, parameters)."""
        ratio = self._ratios(point)
        columns = []
        for prior in self.space.priors:
            if prior.path == SPREAD:
                here = ratio[SPREAD]
                slope = (self._worth(here * np.exp(STEP)) - self._worth(here * np.exp(-STEP))) / (2.0 * STEP)
                columns.append(self.acceptance * slope[self.customer])
            elif prior.path in BURDEN_PATHS:
                columns.append(-self.offers.burden[:, BURDEN_PATHS.index(prior.path)] * ratio[prior.path])
            else:
                columns.append(np.zeros(len(self.acceptance)))
        return np.ascontiguousarray(np.stack(columns, axis=1)) if columns else np.zeros((len(self.acceptance), 0))

    def slopes(
        self, choice: ChoiceSituation, pull: FloatArray, posted: SeriesPrices
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return expected units (series,), slopes in the parameters (series, parameters), and in the gain of each
        series (series, series), per cent.
        """
        series, count = len(posted.price), pull.shape[1]
        found = Slopes(
            np.zeros((series, count + 1)), np.zeros((series, series)), np.zeros(self._most), np.zeros(count + 1)
        )
        units = np.zeros(series)
        add_slopes(choice, pull, posted, found, units)
        by_parameter = found.by_parameter[:, :count].copy()
        for number, prior in zip(range(count), self.space.priors, strict=False):
            if prior.path == SCALE:
                by_parameter[:, number] = found.by_parameter[:, count]
            elif prior.path == NEED:
                by_parameter[:, number] = units
        return units, by_parameter, found.by_series


def make_demand(space: ParameterSpace, regime: str, seed: int = 0, state: State | None = None) -> DemandModel:
    """Return the expected demand of a market under a regime, in the world of a seed."""
    market = opened(space.scenario, regime, seed) if state is None else state
    world, people = market.world, market.population
    step = -(-len(people.town) // MOST_ASKED)
    offers = list_offers_of(market, step)
    wants = space.scenario.customers
    week = 7.0 if wants.weekday_profile is None else float(np.sum(wants.weekday_profile))
    draw = uniforms(seed, PURPOSE_WORTH, len(people.town), stratified=is_stratified(space.scenario))
    stores = market.network.price[world.places.stores].astype(np.float64).ravel()
    return DemandModel(
        space=space,
        offers=offers,
        acceptance=market.rules.acceptance[offers.channel],
        worth_draw=draw[::step],
        base_weight=people.need_rate[::step] * (week * step),
        series=offers.product,
        tax=1.0 + market.rules.tax_rate,
        free_above=float(market.rules.free_above),
        posted=np.concatenate([stores, market.shelves.direct_price.astype(np.float64)]),
    )
