"""Pooling: one stock instead of several, in whole units and for large demands."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.estimates import Estimate
from sim.experiments.proving.claims import Case, Check, Finding, Parameters, exact
from sim.experiments.proving.markets import (
    Tables,
    base_stock,
    live,
    many_tastes,
    market,
    places_of_tier,
    towns_with_a_shop,
)
from sim.experiments.proving.stocks import STORE, SUPPLIER, depot, fill_rate, slow, slow_rate
from sim.kernels.goods import OPENING
from sim.theory.pooling import pooled_poisson, safety_stock_ratio


def pooling_levels(parameters: Parameters, seed: int) -> list[Finding]:
    """Look for the lowest level that fills enough, of one stock apart and of all of them as one."""
    demand, stocks = parameters["lead_time_demand"], parameters["pooled"]
    theory = pooled_poisson(stocks, demand, parameters["fill_rate"])
    apart = lowest_level(parameters, demand, theory.level_apart, seed)
    pooled = lowest_level(parameters, demand * stocks, theory.level_pooled, seed)
    return [
        Finding("level of one stock apart", theory.level_apart, apart),
        Finding("level of all as one", theory.level_pooled, pooled),
    ]


def lowest_level(parameters: Parameters, demand: float, expected: int, seed: int) -> Estimate:
    """Return the lowest level that fills enough, from runs with the expected level and with one unit less.

    The interval is that of the level: it is a point where both fill rates are clearly above or below what is asked.
    """
    here = {**parameters, "lead_time_demand": demand}
    runs = [
        live(depot(here, slow_rate(here), base_stock(level)), "direct", seed, tastes_dealt_out=True)
        for level in (expected - 1, expected)
    ]
    fills = [fill_rate(run, places_of_tier(run, SUPPLIER)) for run in runs]
    ends = [[getattr(fill, end) for fill in fills] for end in ("mean", "high", "low")]
    mean, low, high = (expected - 1 + sum(filled < parameters["fill_rate"] for filled in end) for end in ends)
    return Estimate(mean, low, high, fills[0].n)


def pooling_square_root(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the safety stock that a depot keeps for all towns with what the shops of the towns keep together."""
    stocks, customers, lead = parameters["pooled"], parameters["customers"], parameters["lead"]
    rule = {"rule": "base_stock", "safety_factor": parameters["safety_factor"]}
    both: dict[str, Any] = {
        "suppliers": {"lead_time": lead, "replenishment": rule},
        "retailers": {"lead_time": lead, "replenishment": rule},
    }
    apart = opening_units(market(towns_with_a_shop(stocks, customers), both), "shops", STORE, seed)
    pooled = opening_units(market(many_tastes(1, stocks * customers), both), "direct", SUPPLIER, seed)
    expected = stocks * customers * lead
    ratio = (pooled - expected) / (apart - expected)
    return [Finding("safety stock pooled / apart", safety_stock_ratio(stocks), exact(ratio))]


def opening_units(tables: Tables, regime: str, tier: int, seed: int) -> int:
    """Return the units with which the places of a tier open, all together."""
    outcome = live(tables, regime, seed)
    stock = outcome.columns["stock"]
    rows = (stock["kind"] == OPENING) & np.isin(stock["destination"], places_of_tier(outcome, tier))
    return int(stock["units"][rows].sum())


def levels(pooled: int, demand: float, fill_rate: float, stocks: int, lead: int, days: int) -> Parameters:
    """Return parameters for finding levels; ``stocks`` are as many repetitions."""
    return {"pooled": pooled, "fill_rate": fill_rate, **slow(stocks, lead, demand, 0, days)}


def shops(pooled: int, customers: int, lead: int, safety_factor: float) -> Parameters:
    """Return parameters for comparing safety stocks; every customer wants a unit a day."""
    return {"pooled": pooled, "customers": customers, "lead": lead, "safety_factor": safety_factor}


POOL_CHECKS = (
    Check(
        name="pooling_levels",
        theme="stocks",
        claim="The lowest level that fills enough is the Poisson quantile plus one, apart and pooled",
        source="Eppen 1979, Management Science; Zipkin 2000, Foundations of Inventory Management",
        tolerance=0.0,
        run=pooling_levels,
        cases=(
            Case("4 stocks of 2, 91.5 % filled", levels(4, 2.0, 0.915, 300, 21, 400)),
            Case("9 stocks of 1, 90 % filled", levels(9, 1.0, 0.90, 500, 21, 500), slow=True),
            Case("9 stocks of 5, 88.5 % filled", levels(9, 5.0, 0.885, 500, 31, 1500), slow=True),
            Case("4 stocks of 10, 89.5 % filled", levels(4, 10.0, 0.895, 500, 31, 1500), slow=True),
        ),
    ),
    Check(
        name="pooling_square_root",
        theme="stocks",
        claim="With large demands, safety stock pooled is 1 / sqrt(n) of safety stock apart",
        source="Eppen 1979, Management Science",
        tolerance=0.05,
        run=pooling_square_root,
        cases=(
            Case("4 of 400", shops(4, 40, 10, 2.0)),
            Case("9 of 1000", shops(9, 50, 20, 1.5)),
            Case("25 of 2500", shops(25, 100, 25, 2.5)),
        ),
    ),
)
