"""Weighs routes to the customer: prices found once, profits over the ensemble, rivals that answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import CENTS, BoolArray, FloatArray, IntArray
from sim.decisions.decision import Decision, RouteResult
from sim.decisions.own_prices import best_prices
from sim.decisions.rivals import Answering, Rivals, answered, implied_rivals
from sim.decisions.route_market import RouteMarket, open_route
from sim.decisions.routes import STAY, Role, Route, Situation, firm_of, routes_of, with_direct_prices
from sim.fitting.ensemble import Ensemble
from sim.fitting.parameters import PRIORS, QUALITY_SHARE, ParameterSpace, value_at, with_listed_products
from sim.runs.running import Source
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.names import retailer_names
from sim.world.world import make_world

CHANCE_WEEKS = 13
"""Weeks over which profit is averaged: chance is that of a quarter."""
BEST_RESPONSE_MEMBERS = 40
"""Members for which rivals' best prices are found; other answers use all."""


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


def prepared(
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
    priors = tuple(prior for prior in PRIORS if value_at(given, prior.path) > 0)
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
    for route in routes_of(weighing.situation, keys):
        stop_if_asked()
        weighed = priced(weighing, route, stay)
        stay = weighed.market if stay is None else stay
        found[route.key] = weighed
    return found


def priced(weighing: Weighing, route: Route, stay: RouteMarket | None) -> Weighed:
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


def weigh(weighing: Weighing, routes: dict[str, Weighed], answers: Sequence[Answering]) -> tuple[RouteResult, ...]:
    """Return what every route earns over the ensemble, for each way in which rivals may answer."""
    rng = np.random.default_rng([53, weighing.seed])
    chance = rng.normal(size=len(weighing.points))
    rivals = [_rivals(weighing, routes[STAY], point) for point in weighing.points]
    return tuple(_result(weighing, each, rivals, answers, chance) for each in routes.values())


def _rivals(weighing: Weighing, stay: Weighed, point: FloatArray) -> Rivals | None:
    """Return the rivals of a maker; a retailer or a marketplace deals in everybody's goods."""
    if weighing.own.all():
        return None
    makers = stay.market.state.world.catalogue.supplier.astype(np.int64)
    return implied_rivals(stay.market, weighing.own, makers, point)


def _result(
    weighing: Weighing,
    weighed: Weighed,
    rivals: Sequence[Rivals | None],
    answers: Sequence[Answering],
    chance: FloatArray,
) -> RouteResult:
    """Return what one route earns by member."""
    route, market = weighed.market.route, weighed.market
    expected: dict[Answering, FloatArray] = {}
    profit: dict[Answering, FloatArray] = {}
    old, units = np.zeros(len(chance)), np.zeros(len(chance))
    sellers = _sellers_in_shops(weighed, weighing)
    shown: list[Answering] = ["hold", *(how for how in answers if how != "hold" and route.key != STAY)]
    for how in shown:
        rows = [_one(weighing, weighed, each, how, point) for each, point in zip(rivals, weighing.points, strict=True)]
        expected[how] = np.array([row[0] for row in rows])
        spread = np.sqrt(np.array([row[1] for row in rows]) / CHANCE_WEEKS)
        profit[how] = expected[how] + spread * chance
        if how == "hold":
            old = np.array([float(row[2][sellers].sum()) for row in rows])
            units = np.array([row[3] for row in rows])
    if route.key == STAY:
        expected |= dict.fromkeys(answers, expected["hold"])
        profit |= dict.fromkeys(answers, profit["hold"])
    own, names = weighing.own, market.state.world.product_names
    shelf, direct = market.base_price[: market.products], weighed.price[market.products :]
    return RouteResult(
        route=route,
        price={name: float(direct[k]) / CENTS for k, name in enumerate(names) if own[k] and route.prices_direct},
        shelf_price={name: float(shelf[k]) / CENTS for k, name in enumerate(names) if own[k]},
        edges={name: int(weighed.edges[market.products + k]) for k, name in enumerate(names) if own[k]},
        profit=profit,
        expected=expected,
        old_channel=old,
        units=units,
    )


def _one(
    weighing: Weighing, weighed: Weighed, rivals: Rivals | None, how: Answering, point: FloatArray
) -> tuple[float, float, FloatArray, float]:
    """Return the firm's profit, its variance by chance, all profits and units for one member."""
    stop_if_asked()
    price = weighed.price
    if rivals is not None and how != "hold":
        price = answered(weighed.market, rivals, how, point, price, weighing.own)
    profit, variance, profits, units = weighed.profit(point, price)
    return profit, variance + weighing.noise * profit**2 / max(int(weighing.own.sum()), 1), profits, units


def _sellers_in_shops(weighed: Weighed, weighing: Weighing) -> IntArray:
    """Return the accounts of retailers: those who keep the shops."""
    del weighing
    accounts = weighed.market.accounts
    return np.array([accounts.index(name) for name in retailer_names(weighed.market.route.scenario)], dtype=np.int64)


def decide(  # noqa: PLR0913 - a decision has many sides
    scenario: Source,
    ensemble: Ensemble | None = None,
    *,
    role: Role = "maker",
    firm: str | None = None,
    routes: Sequence[str] | None = None,
    rivals: Answering = "hold",
    regime: str | None = None,
    confirm: int = 2,
    seed: int = 0,
) -> Decision:
    """Weigh a firm's routes to the customer.

    Args:
        scenario: the market as it is, best a fitted one.
        ensemble: sets of parameters that fit about as well; None: the scenario's own are taken for true.
        role: who decides.
        firm: which firm of this kind; by default the first.
        routes: keys of the routes to weigh; by default all of the role.
        rivals: how rivals answer in the headline; holding is always shown beside it.
        regime: how goods reach customers today; by default as they were fitted.
        confirm: members of the ensemble for which the best route is simulated in full.
        seed: of the world, where there is no ensemble that says it.

    Raises:
        ScenarioError: for roles, firms and routes that do not exist, and markets in which nothing can be expected.
    """
    from sim.decisions.confirming import confirm_by_simulation
    from sim.decisions.turning import break_evens_of, gain_if_dropped, three_sensitivities, unknowns_of

    weighing = prepared(scenario, ensemble, role, firm, regime, seed)
    answers: tuple[Answering, ...] = ("match",) if rivals == "hold" else (rivals,)
    if rivals == "best_response":
        weighing = replace(weighing, points=weighing.points[:BEST_RESPONSE_MEMBERS])
    opened_routes = open_routes(weighing, routes)
    results = weigh(weighing, opened_routes, answers)
    first = Decision(
        scenario=weighing.situation.scenario,
        ensemble=ensemble,
        role=role,
        firm=weighing.situation.firm,
        rivals=rivals,
        results=results,
        seed=weighing.seed,
    )
    best = first.best.key if first.best.key != STAY else _runner_up(first)
    return replace(
        first,
        break_evens=tuple(break_evens_of(weighing, opened_routes, best)),
        unknowns=tuple(unknowns_of(weighing, first)),
        shops_drop=gain_if_dropped(weighing, opened_routes, best),
        confirmed=tuple(confirm_by_simulation(weighing, opened_routes, best, confirm)),
        three=three_sensitivities(weighing, opened_routes, ensemble),
        notes=tuple(_notes(first, weighing)),
    )


def _runner_up(decision: Decision) -> str:
    """Return the best route but staying."""
    return max(decision.others, key=lambda each: float(each.expected[decision.rivals].mean())).key


def _notes(decision: Decision, weighing: Weighing) -> list[str]:
    """Return what a reader must know before any number."""
    notes = []
    for result in decision.results:
        at_edge = [name for name, edge in result.edges.items() if edge]
        if at_edge and result.key == decision.best.key:
            which = "high" if result.edges[at_edge[0]] > 0 else "low"
            notes.append(
                f"The range of prices ends too early: the best price of {at_edge[0]}"
                + (f" and {len(at_edge) - 1} more" if len(at_edge) > 1 else "")
                + f" lies at its {which} end."
            )
    if decision.ensemble is None:
        notes.append(
            "No fit: the scenario's own numbers are taken for true, so that there are no intervals. Fit it first: "
            "middleman fit"
        )
    if weighing.own.all() and decision.role == "maker":
        notes.append("The market has no rivals: their answer is not part of the picture.")
    return notes


def scenario_with(scenario: Scenario, path: str, value: float) -> Scenario:
    """Return a scenario with one parameter changed."""
    return load_scenario(scenario, {path: value})
