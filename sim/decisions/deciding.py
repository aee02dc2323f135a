"""Weighs routes to the customer: prices found once, profits over the ensemble, rivals that answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import CENTS, FloatArray, IntArray
from sim.decisions.confirming import confirm_by_simulation
from sim.decisions.decision import Decision, RouteResult
from sim.decisions.rivals import Answering, Rivals, implied_rivals, prices_answered
from sim.decisions.routes import STAY, Role
from sim.decisions.turning import break_evens_of, gain_if_dropped, three_sensitivities, unknowns_of
from sim.decisions.weighing import Weighed, Weighing, open_routes, prepare_weighing
from sim.fitting.ensemble import Ensemble
from sim.runs.running import Source
from sim.scenario.names import retailer_names

CHANCE_WEEKS = 13
"""Weeks over which profit is averaged: chance is that of a quarter."""
BEST_RESPONSE_MEMBERS = 40
"""Members for which rivals' best prices are found; other answers use all."""


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
        price = prices_answered(weighed.market, rivals, how, point, price, weighing.own)
    profit, variance, profits, units = weighed.profit(point, price)
    return profit, variance + weighing.noise * profit**2 / max(int(weighing.own.sum()), 1), profits, units


def _sellers_in_shops(weighed: Weighed, weighing: Weighing) -> IntArray:
    """Return the accounts of retailers: those who keep the shops."""
    del weighing
    accounts = weighed.market.accounts
    return np.array([accounts.index(name) for name in retailer_names(weighed.market.route.scenario)], dtype=np.int64)


def weigh_routes(  # noqa: PLR0913 - a decision has many sides
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
    weighing = prepare_weighing(scenario, ensemble, role, firm, regime, seed)
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
