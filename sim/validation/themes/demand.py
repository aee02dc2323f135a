"""Demand curves of customers with evenly spaced willingness to pay."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from sim.common.types import CENTS, FloatArray
from sim.results.outcome import Outcome
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import Tables, fixed, live, market, town, units_sold

demand_claim = partial(claim, "demand", source="Definition", tolerance=0.001)


def customers_with(worth: Tables, customers: int, **more: Any) -> Tables:
    """Return sections with customers who differ in worth alone, spread evenly over it."""
    return {
        "geography": {"towns": [town("town", customers)]},
        "customers": {"worth": worth, "draw": "stratified", **more},
    }


def evenly(low: float, high: float) -> Tables:
    """Return willingness to pay uniform from low to high: linear demand."""
    return {"distribution": "uniform", "low": low, "high": high}


def pareto(low: float, elasticity: float) -> Tables:
    """Return willingness to pay that exceeds p with probability (low / p)^elasticity: constant elasticity of demand."""
    return {"distribution": "pareto", "low": low, "elasticity": elasticity}


def gained_each_day(outcome: Outcome, firm: str) -> FloatArray:
    """Return what a firm's account gained each day, in units of currency.

    This is profit if sold units are bought again the same evening and nothing else costs anything.
    """
    daily = outcome.columns["daily"]
    balance = daily["balance"][daily["firm"] == outcome.labels["accounts"].index(firm)]
    return np.diff(balance) / CENTS


def gained(outcome: Outcome, firm: str) -> float:
    """Return what a firm's account has gained since the opening, in units of currency."""
    return float(gained_each_day(outcome, firm).sum())


def share_buying(seed: int, worth: Tables, price: float, expected: float, customers: int = 50_000) -> list[Finding]:
    """Compare the share of customers who buy from a shop at a price."""
    tables = market(customers_with(worth, customers), retailers={"pricing": fixed(price)})
    return [Finding("share who buy", expected, exact(units_sold(live(tables, "shops", seed)).sum() / customers))]


@demand_claim(
    cases=(
        given("v 120, price 70", price=70.0, low=0.0, high=120.0),
        given("v 120, price 95", price=95.0, low=0.0, high=120.0),
        given("v 50, lowest 20, price 33.33", price=33.33, low=20.0, high=50.0),
    )
)
def linear_demand(seed: int, price: float, low: float, high: float) -> list[Finding]:
    """Uniform worth up to v: the share who buy at price P is (v - P) / (v - lowest)."""
    return share_buying(seed, evenly(low, high), price, (high - price) / (high - low))


@demand_claim(
    cases=(
        given("elasticity 2, price twice the lowest", price=20.0, low=10.0, elasticity=2.0),
        given("elasticity 2, price ten times", price=100.0, low=10.0, elasticity=2.0),
        given("elasticity 3, price 33.75", price=33.75, low=10.0, elasticity=3.0),
    )
)
def elastic_demand(seed: int, price: float, low: float, elasticity: float) -> list[Finding]:
    """Pareto worth: the share who buy at price P is (lowest / P)^elasticity."""
    return share_buying(seed, pareto(low, elasticity), price, (low / price) ** elasticity)
