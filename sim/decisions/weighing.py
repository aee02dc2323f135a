"""What routes are weighed with: the firm's situation, the parameters, and every route at the firm's best prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import CENTS, BoolArray, FloatArray
from sim.decisions.own_prices import best_prices
from sim.decisions.route_market import RouteMarket, open_route
from sim.decisions.routes import Role, SalesRoute, Situation, firm_of, sales_routes_of, with_direct_prices
from sim.fitting.ensemble import Ensemble
from sim.fitting.parameters import PRIORS, QUALITY_SHARE, ParameterSpace, parameter_value, with_listed_products
from sim.runs.running import Source
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.world.world import make_world


@dataclass(frozen=True)
class Weighing:
    """What a decision is worked out with.

    Attributes:
        situation: market, regime, role and firm.
        space: the parameters, the market as it is at their centre.
        points: the members of the ensemble as points, (members, parameters); one row of zeros without an ensemble.
        noise: variance of the log of weekly units beyond chance.
        seed: of the world.
    """

    situation: Situation
    space: ParameterSpace
    points: FloatArray
    noise: float
    seed: int

    @property
    def own(self) -> BoolArray:
        """Which products are the firm's own, (products,)."""
        return np.array(self.situation.own, dtype=np.bool_)

    @property
    def centre(self) -> FloatArray:
        """The market as it is, as a point."""
        return np.zeros(len(self.space.sd))


def prepare_weighing(
    scenario: Source, ensemble: Ensemble | None, role: Role, firm: str | None, regime: str | None, seed: int
) -> Weighing:
    """Return what is needed to weigh routes. Raises ScenarioError for a market in which nothing can be expected."""
    market = load_scenario(scenario)
    name = regime or (ensemble.regime if ensemble is not None else market.compare[0])
    if market.customers.scale <= 0.0:
        allowed = "expected demand needs taste shocks: it is smooth only with customers.scale above 0"
        remedy = "fit the market (middleman fit), or set customers.scale to a quarter of the usual price"
        raise ScenarioError([Problem("", "customers.scale", "0", allowed, remedy)])
    number = seed if ensemble is None else ensemble.seed
    listed = with_listed_products(market, make_world(market, number))
    given = listed.model_dump()
    priors = tuple(prior for prior in PRIORS if parameter_value(given, prior.path) > 0)
    if ensemble is not None:
        priors = tuple(replace(each, sd=ensemble.prior.get(each.path, each.sd)) for each in priors)
    items = listed.products.items or []
    space = ParameterSpace(listed, priors, np.full(len(items), QUALITY_SHARE * listed.customers.worth.mean * CENTS))
    points = np.zeros((1, len(space.sd))) if ensemble is None else ensemble.points(space)
    situation = Situation(listed, name, role, firm_of(listed, role, firm))
    return Weighing(situation, space, points, 0.0 if ensemble is None else ensemble.noise, number)


@dataclass(frozen=True)
class Weighed:
    """One route, opened and priced: what its results are computed with.

    Attributes:
        market: the market of the route.
        price: all prices once the firm has set its own, in cents, (series,).
        edges: own prices at an end of their range, (series,).
        account: of the firm.
    """

    market: RouteMarket
    price: FloatArray
    edges: FloatArray
    account: int

    def profit(self, point: FloatArray, price: FloatArray) -> tuple[float, float, FloatArray, float]:
        """Return the firm's profit a week, its variance by chance in a week, all profits, and the firm's units."""
        market = self.market
        units = market.units(point, price)
        margins, accounts = market.margins(price)
        profits = market.profits_of(units, margins, accounts)
        own = np.where(accounts == self.account, margins, 0.0).sum(axis=1) / CENTS
        return float(profits[self.account]), float((own**2 * units).sum()), profits, float(units[own != 0].sum())


def open_routes(weighing: Weighing, keys: Sequence[str] | None) -> dict[str, Weighed]:
    """Return every route with the firm's best prices in it, staying first."""
    found: dict[str, Weighed] = {}
    stay: RouteMarket | None = None
    for route in sales_routes_of(weighing.situation, keys):
        stop_if_asked()
        weighed = priced(weighing, route, stay)
        stay = weighed.market if stay is None else stay
        found[route.key] = weighed
    return found


def priced(weighing: Weighing, route: SalesRoute, stay: RouteMarket | None) -> Weighed:
    """Return the market of a route with the firm's best prices to customers, found at the centre."""
    market = open_route(route, weighing.space, weighing.seed)
    account = market.accounts.index(weighing.situation.firm)
    products, price = market.products, market.base_price.copy()
    edges = np.zeros(len(price))
    if route.prices_direct:
        moves = np.concatenate([np.zeros(products, dtype=np.bool_), weighing.own])
        today = (stay or market).base_price[:products]
        price[products:] = np.where(weighing.own, today, price[products:])
        reference = np.concatenate([today, today])
        best = best_prices(market, account, moves, weighing.centre, reference, price)
        price, edges = best.price, best.edge
        names = market.state.world.product_names
        asked = {name: price[products + number] / CENTS for number, name in enumerate(names) if weighing.own[number]}
        route = with_direct_prices(route, weighing.situation.firm, asked)
        market = replace(market, route=route)
    return Weighed(market, price, edges, account)


def scenario_with(scenario: Scenario, path: str, value: float) -> Scenario:
    """Return a scenario with one parameter changed."""
    return load_scenario(scenario, {path: value})
