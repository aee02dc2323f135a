"""Stocks with a target fill rate and known demand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np

from sim.formulas.inventory import morning_stock_lost_sales, periodic_review
from sim.kernels.goods import OPENING
from sim.results.outcome import Outcome
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import Tables, places_of_tier
from sim.validation.themes.stocks import STORE, SUPPLIER, fill_rate, from_depots, from_shelves

service_claim = partial(claim, "stocks", tolerance=0.0)


def aiming(target: float, review: int) -> Tables:
    """Return the rule to order up to the level that meets a share of initially expected demand."""
    return {"rule": "base_stock", "target_fill_rate": target, "review_days": review, "forecast": "opening"}


def opened_with(outcome: Outcome, tier: int) -> int:
    """Return the level of a tier's places, which is the initial level of all."""
    stock = outcome.columns["stock"]
    here = np.isin(stock["destination"], places_of_tier(outcome, tier))
    levels = stock["units"][(stock["kind"] == OPENING) & here]
    if levels.min() != levels.max():
        raise ValueError(f"places alike opened with {levels.min()} to {levels.max()} units")
    return int(levels[0])


def lowest(met: Callable[[int], float], target: float) -> float:
    """Return the lowest level that meets the target, testing them one by one."""
    return float(next(level for level in count(1) if met(level) >= target))


@service_claim(
    source="Zipkin 2000, Foundations of Inventory Management",
    cases=(
        given("10 a day, lead 2, .95", stocks=200, rate=10.0, lead=2, target=0.95, days=150),
        given("5 a day, lead 4, .97", stocks=200, rate=5.0, lead=4, target=0.97, days=250),
        given("8 a day, lead 1, review 3, .95", stocks=150, rate=8.0, lead=1, target=0.95, days=200, review=3),
    ),
)
def target_fill_rate(
    seed: int, stocks: int, rate: float, lead: int, target: float, days: int, review: int = 1
) -> list[Finding]:
    """Ordering up to the lowest level that meets a share of demand meets that share; customers wait."""
    outcome = from_depots(seed, stocks, rate, lead, aiming(target, review), days, warm_up=10 * (lead + review))

    def met(level: int) -> float:
        return float(np.mean([periodic_review(rate, lead + day, level).fill_rate for day in range(review)]))

    return [
        Finding("least level", lowest(met, target), exact(opened_with(outcome, SUPPLIER))),
        Finding("share of units met on the day", target, fill_rate(outcome, SUPPLIER), allowance=0.01 * target),
    ]


@service_claim(
    source="Arrow, Harris & Marschak 1951, Econometrica; Karush 1957, Operations Research",
    cases=(
        given("20 a day, lead 1, .95", stocks=100, rate=20.0, lead=1, target=0.95, days=100),
        given("8 a day, lead 1, review 3, .95", stocks=150, rate=8.0, lead=1, target=0.95, days=150, review=3),
        given("10 a day, lead 2, .97", stocks=80, rate=10.0, lead=2, target=0.97, days=120),
    ),
)
def target_fill_rate_of_shelves(
    seed: int, stocks: int, rate: float, lead: int, target: float, days: int, review: int = 1
) -> list[Finding]:
    """Ordering up to the lowest level that meets a share of demand meets that share; customers leave."""
    outcome = from_shelves(seed, stocks, rate, lead, aiming(target, review), days, warm_up=10 * (lead + review))
    findings = [Finding("share of units met at once", target, fill_rate(outcome, STORE), allowance=0.01 * target)]
    if lead == 1:
        # Full again at every review: the newsvendor, with the demand of all days until the next review.
        least = lowest(lambda level: morning_stock_lost_sales(rate * review, level), target)
        findings.append(Finding("least level", least, exact(opened_with(outcome, STORE))))
    return findings
