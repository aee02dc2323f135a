"""What would turn a decision around, and what not knowing each parameter costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from sim.common.types import FloatArray
from sim.decisions.decision import BreakEven, Decision, Unknown
from sim.decisions.routes import COMMISSION, HANDLING_FEE, PACKING, PARCEL_COST, STAY, sales_routes_of
from sim.decisions.weighing import Weighed, Weighing, priced, scenario_with
from sim.fitting.ensemble import Ensemble
from sim.fitting.fit import DECIDES, THREE
from sim.fitting.parameters import SCALE, parameter_value

FURTHEST = 6.0
"""How many times larger or smaller a parameter is looked at for a break-even."""
HALVINGS = 12
COST_HALVINGS = 7
MEANINGS = {
    PARCEL_COST: "what a parcel costs",
    PACKING: "what picking and packing a parcel costs",
    COMMISSION: "the marketplace's commission",
    HANDLING_FEE: "what partner shops get for handing over a unit",
}
HIGHEST = {COMMISSION: 0.6}
CURVES = 2
"""Degree of the polynomial by which an expectation given one parameter is found."""
QUALITIES = "how good customers find each product"


def break_evens_of(weighing: Weighing, routes: dict[str, Weighed], best: str) -> Iterator[BreakEven]:
    """Yield where the best route stops to be it: in assumptions about customers against all others, and in costs.

    Costs are looked at against staying: other routes may hang on the same ones.
    """
    yield from _of_customers(weighing, routes, best)
    for path in routes[best].market.route.costs:
        yield _of_cost(weighing, routes, best, path)


def _gain(weighed: Weighed, stay: Weighed, point: FloatArray) -> float:
    return weighed.profit(point, weighed.price)[0] - stay.profit(point, stay.price)[0]


def _of_customers(weighing: Weighing, routes: dict[str, Weighed], best: str) -> Iterator[BreakEven]:
    """Yield break-evens in parameters of customers, everything else as it is."""
    given = weighing.space.scenario.model_dump()
    for number, prior in enumerate(weighing.space.priors):

        def profits(change: float, number: int = number) -> dict[str, float]:
            point = weighing.centre
            point[number] = change
            return {key: each.profit(point, each.price)[0] for key, each in routes.items()}

        def gain(change: float, profits: Callable[[float], dict[str, float]] = profits) -> float:
            found = profits(change)
            return found.pop(best) - max(found.values())

        found = _crossing(gain, float(np.log(FURTHEST)), HALVINGS)
        now = parameter_value(given, prior.path)
        here = gain(0.0)
        others = profits(found or 0.0)
        others.pop(best)
        yield BreakEven(
            key=best,
            path=prior.path,
            meaning=prior.meaning,
            now=now,
            at=None if found is None else now * float(np.exp(found)),
            ends=(now / FURTHEST, now * FURTHEST),
            wins_below=(found is not None and found > 0) == (here > 0),
            now_wins=here > 0,
            other=max(others, key=lambda key: others[key]),
        )


def _of_cost(weighing: Weighing, routes: dict[str, Weighed], best: str, path: str) -> BreakEven:
    """Return the break-even in a cost of the route, its own prices as they are."""
    market = routes[best].market.route.scenario
    now = parameter_value(market.model_dump(), path)
    base = now if now > 0 else 1.0

    def gain(change: float) -> float:
        value = min(base * float(np.exp(change)), HIGHEST.get(path, np.inf))
        route = replace(routes[best].market.route, scenario=scenario_with(market, path, value), prices_direct=False)
        changed = priced(weighing, route, routes[STAY].market)
        return _gain(replace(changed, price=routes[best].price), routes[STAY], weighing.centre)

    furthest = float(np.log(HIGHEST[path] / base)) if path in HIGHEST else float(np.log(FURTHEST))
    found = _crossing(gain, furthest, COST_HALVINGS)
    at = None if found is None else base * float(np.exp(found))
    here = _gain(routes[best], routes[STAY], weighing.centre)
    ends = base * float(np.exp(-furthest)), base * float(np.exp(furthest))
    return BreakEven(
        best, path, MEANINGS[path], now, at, ends, (found is not None and found > 0) == (here > 0), here > 0
    )


def _crossing(gain: Callable[[float], float], furthest: float, halvings: int) -> float | None:
    """Return the change nearest to 0 at which the gain changes sign, by bisection; None where it never does."""
    here, found = gain(0.0), []
    for end in (furthest, -furthest):
        if gain(end) * here < 0:
            low, high = 0.0, end
            for _ in range(halvings):
                middle = 0.5 * (low + high)
                if gain(middle) * here < 0:
                    high = middle
                else:
                    low = middle
            found.append(0.5 * (low + high))
    return min(found, key=abs) if found else None


def gain_if_dropped(weighing: Weighing, routes: dict[str, Weighed], best: str) -> float | None:
    """Return what the best route earns over staying if shops answer by dropping the firm's range; None if they cannot.

    It is then the route that leaves the shops, at the prices of the best one.
    """
    if weighing.situation.role != "maker" or not routes[best].market.route.keeps_shops:
        return None
    (left,) = [each for each in sales_routes_of(weighing.situation, ["direct_only"]) if each.key == "direct_only"]
    regime = left.scenario.regime(left.regime).model_copy(
        update={"platform": routes[best].market.state.regime.platform}
    )
    name = "route_dropped"
    market = left.scenario.model_copy(
        update={
            "regimes": {**left.scenario.regimes, name: regime},
            "platform": routes[best].market.route.scenario.platform,
        }
    )
    dropped = priced(weighing, replace(left, scenario=market, regime=name, prices_direct=False), routes[STAY].market)
    products = dropped.market.products
    price = dropped.price.copy()
    price[products:] = routes[best].price[products:]
    return _gain(replace(dropped, price=price), routes[STAY], weighing.centre)


def three_sensitivities(
    weighing: Weighing, routes: dict[str, Weighed], ensemble: Ensemble | None
) -> dict[float, dict[str, float]] | None:
    """Return each route's gain over staying at three price sensitivities where these are assumed, else None.

    Members of the ensemble near each value stand for it: their qualities go with it.
    """
    paths = [prior.path for prior in weighing.space.priors]
    if ensemble is None or ensemble.prices_vary or SCALE not in paths:
        return None
    change = weighing.points[:, paths.index(SCALE)]
    middle = float(np.median(change))
    found = {}
    for multiple in THREE:
        nearest = np.argsort(np.abs(change - middle - np.log(multiple)))[: max(len(change) // 20, 1)]
        found[multiple] = {
            key: float(np.mean([_gain(each, routes[STAY], weighing.points[row]) for row in nearest]))
            for key, each in routes.items()
            if key != STAY
        }
    return found


def unknowns_of(weighing: Weighing, decision: Decision) -> Iterator[Unknown]:
    """Yield what not knowing each parameter does to the answer, the most costly first.

    The cost is the expected value of knowing it perfectly (Strong & Oakley 2013: expectations given one parameter by
    regression over the members), a week; the share is that of the gain's variance the same regression explains.
    """
    if len(weighing.points) < 8 or decision.ensemble is None:
        return
    best = decision.best if decision.best.key != STAY else decision.others[0]
    table = np.array([each.expected["hold"] for each in decision.results])
    gain = best.expected["hold"] - decision.stay.expected["hold"]
    alone = float(table.mean(axis=1).max())
    found = []
    count = len(weighing.space.priors)
    for number, prior in enumerate(weighing.space.priors):
        given = _given(weighing.points[:, number], table)
        cost = max(float(given.max(axis=0).mean()) - alone, 0.0)
        share = _explained(weighing.points[:, number : number + 1], gain)
        left = decision.ensemble.decided.get(prior.path, 1.0)
        found.append(Unknown(prior.path, prior.meaning, share, cost, left))
    rest = max(1.0 - sum(each.share for each in found), 0.0)
    qualities = weighing.points[:, count:]
    if qualities.size and len(gain) > qualities.shape[1] + count + 4:
        found.append(Unknown("", QUALITIES, min(rest, _explained(qualities, gain)), 0.0, 0.0))
    yield from sorted(found, key=lambda each: (-each.cost, -each.share))


def _given(values: FloatArray, table: FloatArray) -> FloatArray:
    """Return the expectation of each route's profit given a parameter, by regression, (routes, members)."""
    spread = float(values.std())
    if spread <= 0:
        return np.repeat(table.mean(axis=1, keepdims=True), table.shape[1], axis=1)
    scaled = (values - values.mean()) / spread
    columns = np.stack([scaled**power for power in range(CURVES + 1)], axis=1)
    return np.asarray((columns @ np.linalg.lstsq(columns, table.T, rcond=None)[0]).T)


def _explained(columns: FloatArray, gain: FloatArray) -> float:
    """Return the share of the variance of a gain that a linear regression explains, less what chance would."""
    whole = float(((gain - gain.mean()) ** 2).sum())
    if whole <= 0:
        return 0.0
    design = np.column_stack([np.ones(len(gain)), columns - columns.mean(axis=0)])
    left = gain - design @ np.linalg.lstsq(design, gain, rcond=None)[0]
    free = len(gain) - design.shape[1]
    return float(np.clip(1.0 - (left @ left) / whole * (len(gain) - 1) / max(free, 1), 0.0, 1.0))


def reversals(decision: Decision, most: int = 3) -> list[BreakEven]:
    """Return the assumptions that would turn the answer around, nearest first: those that the data do not decide."""
    known = decision.ensemble.decided if decision.ensemble is not None else {}
    open_ones = [each for each in decision.break_evens if each.at is not None and known.get(each.path, 1.0) >= DECIDES]
    return sorted(open_ones, key=lambda each: each.distance)[:most]


__all__ = ["break_evens_of", "gain_if_dropped", "reversals", "three_sensitivities", "unknowns_of"]
