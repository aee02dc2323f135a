"""Stocks with a target fill rate and known demand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
from numpy.typing import NDArray

from sim.formulas.inventory import morning_stock_lost_sales, periodic_review
from sim.kernels.goods import OPENING
from sim.results.outcome import Outcome
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import (
    PATIENCE_LOST,
    Tables,
    calendar,
    live,
    market,
    places_of_tier,
    towns_with_a_shop,
)
from sim.validation.themes.stocks import STORE, SUPPLIER, customers_for, depot, fill_rate


def aiming(parameters: Parameters) -> Tables:
    """Return the rule to order up to the level that meets a share of initially expected demand."""
    how_often = {"review_days": parameters["review"], "forecast": "opening"}
    return {"rule": "base_stock", "target_fill_rate": parameters["target"], **how_often}


def opened_with(outcome: Outcome, places: NDArray[np.int64]) -> int:
    """Return the level of these places, which is the initial level of all."""
    stock = outcome.columns["stock"]
    levels = stock["units"][(stock["kind"] == OPENING) & np.isin(stock["destination"], places)]
    if levels.min() != levels.max():
        raise ValueError(f"places alike opened with {levels.min()} to {levels.max()} units")
    return int(levels[0])


def depots_that_aim(parameters: Parameters, seed: int) -> list[Finding]:
    """Let depots target a share of demand met on the day; customers wait for the rest."""
    rate, lead, review, target = (parameters[name] for name in ("rate", "lead", "review", "target"))
    outcome = live(depot(parameters, rate, aiming(parameters)), "direct", seed, tastes_dealt_out=True)
    depots = places_of_tier(outcome, SUPPLIER)

    def met(level: int) -> float:
        return float(np.mean([periodic_review(rate, lead + day, level).fill_rate for day in range(review)]))

    return [
        Finding("least level", float(lowest(met, target)), exact(opened_with(outcome, depots))),
        Finding("share of units met on the day", target, fill_rate(outcome, depots), allowance=0.01 * target),
    ]


def shelves_that_aim(parameters: Parameters, seed: int) -> list[Finding]:
    """Let shops target a share of demand met; customers leave without the rest."""
    rate, lead, review, target = (parameters[name] for name in ("rate", "lead", "review", "target"))
    customers, need_rate = customers_for(rate)
    outcome = live(
        market(
            calendar(parameters["days"], parameters["warm_up"]),
            towns_with_a_shop(parameters["stocks"], customers),
            customers={"need_rate": need_rate, "waiting_cost": PATIENCE_LOST},
            retailers={"lead_time": lead, "replenishment": aiming(parameters)},
        ),
        "shops",
        seed,
    )
    shops = places_of_tier(outcome, STORE)
    findings = [Finding("share of units met at once", target, fill_rate(outcome, shops), allowance=0.01 * target)]
    if lead == 1:
        # Full again at every review: the newsvendor, with the demand of all days until the next review.
        least = lowest(lambda level: morning_stock_lost_sales(rate * review, level), target)
        findings.append(Finding("least level", float(least), exact(opened_with(outcome, shops))))
    return findings


def lowest(met: Callable[[int], float], target: float) -> int:
    """Return the lowest level that meets the target, testing them one by one."""
    return next(level for level in count(1) if met(level) >= target)


def aim(stocks: int, rate: float, lead: int, target: float, days: int, review: int = 1) -> Parameters:
    """Return parameters of stocks with a target; the warm-up is ten lead times and reviews."""
    known = {"rate": rate, "lead": lead, "review": review, "target": target}
    return {"stocks": stocks, "days": days, "warm_up": 10 * (lead + review), **known}


SERVICE_CHECKS = (
    Check(
        name="target_fill_rate",
        theme="stocks",
        claim="Ordering up to the lowest level that meets a share of demand meets that share; customers wait",
        source="Zipkin 2000, Foundations of Inventory Management",
        tolerance=0.0,
        run=depots_that_aim,
        cases=(
            CheckCase("10 a day, lead 2, .95", aim(200, 10.0, 2, 0.95, 150)),
            CheckCase("5 a day, lead 4, .97", aim(200, 5.0, 4, 0.97, 250)),
            CheckCase("8 a day, lead 1, review 3, .95", aim(150, 8.0, 1, 0.95, 200, review=3)),
        ),
    ),
    Check(
        name="target_fill_rate_of_shelves",
        theme="stocks",
        claim="Ordering up to the lowest level that meets a share of demand meets that share; customers leave",
        source="Arrow, Harris & Marschak 1951, Econometrica; Karush 1957, Operations Research",
        tolerance=0.0,
        run=shelves_that_aim,
        cases=(
            CheckCase("20 a day, lead 1, .95", aim(100, 20.0, 1, 0.95, 100)),
            CheckCase("8 a day, lead 1, review 3, .95", aim(150, 8.0, 1, 0.95, 150, review=3)),
            CheckCase("10 a day, lead 2, .97", aim(80, 10.0, 2, 0.97, 120)),
        ),
    ),
)
