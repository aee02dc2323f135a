"""Demand curves of customers with evenly spaced willingness to pay."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.common.types import CENTS, FloatArray
from sim.results.outcome import Outcome
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import Tables, fixed, live, market, town, units_sold


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


def share_buying(parameters: Parameters, worth: Tables, seed: int) -> float:
    """Return the share of customers who buy from a shop at the price of the case."""
    customers = parameters["customers"]
    tables = market(customers_with(worth, customers), retailers={"pricing": fixed(parameters["price"])})
    return float(units_sold(live(tables, "shops", seed)).sum() / customers)


def linear_demand(parameters: Parameters, seed: int) -> list[Finding]:
    """Count buyers when willingness to pay is uniform."""
    low, high, price = parameters["low"], parameters["high"], parameters["price"]
    bought = share_buying(parameters, evenly(low, high), seed)
    return [Finding("share who buy", (high - price) / (high - low), exact(bought))]


def elastic_demand(parameters: Parameters, seed: int) -> list[Finding]:
    """Count buyers when demand has constant elasticity."""
    low, elasticity, price = parameters["low"], parameters["elasticity"], parameters["price"]
    bought = share_buying(parameters, pareto(low, elasticity), seed)
    return [Finding("share who buy", (low / price) ** elasticity, exact(bought))]


def gained_each_day(outcome: Outcome, firm: str) -> FloatArray:
    """Return what a firm's account gained each day, in units of currency.

    This is profit if sold units are bought again the same evening and nothing else costs anything.
    """
    daily = outcome.columns["daily"]
    balance = daily["balance"][daily["firm"] == outcome.labels["accounts"].index(firm)]
    gains: FloatArray = np.diff(balance) / CENTS
    return gains


def gained(outcome: Outcome, firm: str) -> float:
    """Return what a firm's account has gained since the opening, in units of currency."""
    return float(gained_each_day(outcome, firm).sum())


def curve(price: float, **worth: float) -> Parameters:
    """Return parameters of a demand curve and a price on it."""
    return {"price": price, "customers": 50_000, **worth}


DEMAND_CHECKS = (
    Check(
        name="linear_demand",
        theme="demand",
        claim="Uniform worth up to v: the share who buy at price P is (v - P) / (v - lowest)",
        source="Definition",
        tolerance=0.001,
        run=linear_demand,
        cases=(
            CheckCase("v 120, price 70", curve(70.0, low=0.0, high=120.0)),
            CheckCase("v 120, price 95", curve(95.0, low=0.0, high=120.0)),
            CheckCase("v 50, lowest 20, price 33.33", curve(33.33, low=20.0, high=50.0)),
        ),
    ),
    Check(
        name="elastic_demand",
        theme="demand",
        claim="Pareto worth: the share who buy at price P is (lowest / P)^elasticity",
        source="Definition",
        tolerance=0.001,
        run=elastic_demand,
        cases=(
            CheckCase("elasticity 2, price twice the lowest", curve(20.0, low=10.0, elasticity=2.0)),
            CheckCase("elasticity 2, price ten times", curve(100.0, low=10.0, elasticity=2.0)),
            CheckCase("elasticity 3, price 33.75", curve(33.75, low=10.0, elasticity=3.0)),
        ),
    ),
)
