"""Pooling: one stock instead of several, in whole units and for large demands."""

from __future__ import annotations

from math import erf

import numpy as np

from sim.common.estimates import Estimate, estimate
from sim.common.types import FloatArray
from sim.formulas.pooling import pooled_poisson, safety_stock_ratio
from sim.market import Market
from sim.scenario import load_scenario
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import base_stock_rule, calendar, dealt_out, live, many_tastes, market, places_of_tier
from sim.validation.themes.stocks import SUPPLIER, depot, fill_rate, slow, slow_rate
from sim.world.world import make_world


def pooling_levels(parameters: Parameters, seed: int) -> list[Finding]:
    """Find the lowest level that fills enough, for one separate stock and for all of them pooled."""
    demand, stocks = parameters["lead_time_demand"], parameters["pooled"]
    theory = pooled_poisson(stocks, demand, parameters["fill_rate"])
    apart = lowest_level(parameters, demand, theory.level_apart, seed)
    pooled = lowest_level(parameters, demand * stocks, theory.level_pooled, seed)
    return [
        Finding("level of one separate stock", theory.level_apart, apart),
        Finding("level of the pooled stock", theory.level_pooled, pooled),
    ]


def lowest_level(parameters: Parameters, demand: float, expected: int, seed: int) -> Estimate:
    """Return the lowest level that fills enough, from runs with the expected level and with one unit less.

    The interval is that of the level: it is a point where both fill rates are clearly above or below what is asked.
    """
    here = {**parameters, "lead_time_demand": demand}
    runs = [
        live(depot(here, slow_rate(here), base_stock_rule(level)), "direct", seed, tastes_dealt_out=True)
        for level in (expected - 1, expected)
    ]
    fills = [fill_rate(run, places_of_tier(run, SUPPLIER)) for run in runs]
    ends = [[getattr(fill, end) for fill in fills] for end in ("mean", "high", "low")]
    mean, low, high = (expected - 1 + sum(filled < parameters["fill_rate"] for filled in end) for end in ends)
    return Estimate(mean, low, high, fills[0].n)


def pooling_square_root(parameters: Parameters, seed: int) -> list[Finding]:
    """Let depots estimate the variance of demand and hold safety stock for it: many separate ones, and a few pooled.

    The comparison uses the stock left in the evenings, less back-orders, not the target of a rule; and the share of
    evenings without back-orders, which should be equal.
    """
    several, pools = parameters["pooled"], parameters["pools"]
    apart = evenings(parameters, several * pools, 1, seed)
    pooled = evenings(parameters, pools, several, seed)
    shares = pooled.mean(axis=0) / apart.reshape(len(apart), pools, several).sum(axis=2).mean(axis=0).mean()
    service = [float((left >= 0).mean()) for left in (pooled, apart)]
    return [
        Finding("safety stock pooled / apart", safety_stock_ratio(several), estimate(shares)),
        Finding("share of evenings nobody waits, pooled / apart", 1.0, exact(service[0] / service[1]), 0.01),
        Finding("share of evenings nobody waits, apart", parameters["service"], exact(service[1]), 0.01),
    ]


def evenings(parameters: Parameters, stocks: int, times: int, seed: int) -> FloatArray:
    """Return each depot's stock every evening, less back-orders, (days, stocks).

    Each stock has so many times the customers.
    """
    customers = times * parameters["customers"]
    rule = {
        **{"rule": "base_stock", "deviation": "measured", "safety_factor": parameters["safety_factor"]},
        "forecast_gain": parameters["gain"],
    }
    tables = market(
        calendar(parameters["warm_up"] + parameters["days"], parameters["warm_up"]),
        many_tastes(stocks, customers),
        customers={"need_rate": parameters["need_rate"]},
        suppliers={"lead_time": parameters["lead"], "replenishment": rule},
    )
    scenario = load_scenario(tables)
    lived = Market(scenario, "direct", seed, dealt_out(make_world(scenario, seed)))
    left = []
    while lived.day < scenario.time.days:
        counts = lived.day >= parameters["warm_up"]
        lived.step()
        if counts:
            left.append(lived.stock.goods.units[0] - lived.stock.goods.reserved[0])
    return np.array(left, dtype=np.float64)


def levels(pooled: int, demand: float, fill_rate: float, stocks: int, lead: int, days: int) -> Parameters:
    """Return parameters for finding levels; ``stocks`` are as many repetitions."""
    return {"pooled": pooled, "fill_rate": fill_rate, **slow(stocks, lead, demand, 0, days)}


def depots(pooled: int, pools: int, customers: int, lead: int, safety_factor: float, days: int) -> Parameters:
    """Return parameters for comparing safety stocks; every customer has a need on every other day."""
    size = {"pooled": pooled, "pools": pools, "customers": customers, "lead": lead, "days": days}
    # In whole units: a level is rounded up, by half a unit on average, and nobody waits on an evening that ends at 0.
    whole = 1.0 / np.sqrt(0.5 * customers * lead)
    aim = {"safety_factor": safety_factor, "service": normal_below(safety_factor + whole)}
    return {**size, **aim, "need_rate": 0.5, "gain": 0.005, "warm_up": 400}


def normal_below(factor: float) -> float:
    """Return how often a normal number is not more than so many standard deviations above its mean."""
    return float(0.5 * (1.0 + erf(factor / np.sqrt(2.0))))


POOL_CHECKS = (
    Check(
        name="pooling_levels",
        theme="stocks",
        claim="The lowest level that fills enough is the Poisson quantile plus one, separate and pooled",
        source="Eppen 1979, Management Science; Zipkin 2000, Foundations of Inventory Management",
        tolerance=0.0,
        run=pooling_levels,
        cases=(
            CheckCase("4 stocks of 2, 91.5 % filled", levels(4, 2.0, 0.915, 300, 21, 400)),
            CheckCase("9 stocks of 1, 90 % filled", levels(9, 1.0, 0.90, 500, 21, 500), slow=True),
            CheckCase("9 stocks of 5, 88.5 % filled", levels(9, 5.0, 0.885, 500, 31, 1500), slow=True),
            CheckCase("4 stocks of 10, 89.5 % filled", levels(4, 10.0, 0.895, 500, 31, 1500), slow=True),
        ),
    ),
    Check(
        name="pooling_square_root",
        theme="stocks",
        claim="With large demands, n pooled stocks need 1 / sqrt(n) of the measured safety stock, for equal service",
        source="Eppen 1979, Management Science",
        tolerance=0.05,
        run=pooling_square_root,
        cases=(
            CheckCase("4 of 400", depots(4, 6, 80, 10, 1.5, 1000), slow=True),
            CheckCase("9 of 400", depots(9, 4, 80, 10, 1.0, 1500), slow=True),
            CheckCase("4 of 1000", depots(4, 4, 200, 10, 1.5, 2000), slow=True),
        ),
    ),
)
