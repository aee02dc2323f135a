"""Chains of firms that learn, small enough to be lived through for ten years in seconds.

A few hundred customers at one place who need something nearly every day, one shop, one product, nothing costs
anything but the goods. Stocks are large and refilled one for one, so that orders reach every firm of the chain on the
day of the sale, and are the sales.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.scenario import load_scenario

YEAR = 364  # 52 weeks, so that reviews of 1, 2 and 8 weeks fall into step
PLENTY = {"rule": "base_stock", "level": 20_000}
AT_COST = {"rule": "markup", "factor": 1.0}
LINEAR = {"worth": {"distribution": "uniform", "low": 0.0, "high": 120.0}, "unit_cost": 20.0}
ELASTIC = {"worth": {"distribution": "pareto", "low": 2500.0, "elasticity": 2.0}, "unit_cost": 2500.0}

REVIEWS = {1: [1], 2: [2, 1], 3: [8, 2, 1]}
"""Weeks between two reviews, by number of learning firms, top first."""
MEMORY = {1: [104], 2: [156, 104], 3: [208, 156, 104]}
"""Half-lives of their records, in weeks."""


def learning(level: int, firms: int, **changes: Any) -> dict[str, Any]:
    """Return the pricing rule of one of some learning firms, counted from the top."""
    weeks, memory = REVIEWS[firms][level], MEMORY[firms][level]
    return {"rule": "learning", "review_days": 7 * weeks, "half_life": 7.0 * memory, **changes}


def chain(
    firms: int,
    years: int,
    demand: dict[str, Any] = LINEAR,
    customers: int = 500,
    need_rate: float = 0.8,
    **changes: Any,
) -> dict[str, Any]:
    """Return the scenario of a chain in which ``firms`` learn and those above them sell at cost."""
    rules = [AT_COST] * (2 - firms) + [learning(level, firms, **changes) for level in range(firms)]
    shop = {"name": "shop", "town": "Here", "slots": 1}
    return {
        "name": "chain",
        "time": {"days": years * YEAR, "warm_up": 0, "cool_down": 0},
        "geography": {"towns": [{"name": "Here", "customers": customers, "shape": "point"}]},
        "styles": {"count": 1},
        "customers": {
            "need_rate": need_rate, "worth": demand["worth"], "mismatch_cost": 0.0, "travel_cost": 0.0,
            "waiting_cost": 0.0, "hassle": 0.0, "breadth": 1, "reach": 1, "draw": "stratified",
        },
        "products": {"items": [{"name": "good", "unit_cost": demand["unit_cost"]}]},
        "suppliers": {
            "names": ["maker"], "location": "centre", "lead_time": 1, "pricing": rules[0], "direct_pricing": AT_COST,
            "replenishment": PLENTY,
        },
        "tiers": [
            {"name": f"tier {k}", "location": "centre", "lead_time": 1, "pricing": rule, "replenishment": PLENTY}
            for k, rule in enumerate(rules[1:-1], start=1)
        ],
        "retailers": {
            "names": ["Ann"], "stores": [shop], "lead_time": 1, "stock_per_slot": 20_000, "pricing": rules[-1],
            "replenishment": PLENTY,
        },
        "delivery": {"bulk": {"cost_per_unit_km": 0.0, "cost_per_shipment": 0.0}},
    }  # fmt: skip


def price_paths(scenario: dict[str, Any], seed: int) -> NDArray[np.float64]:
    """Live through a scenario and return each place's price by week, (weeks, places), in currency."""
    market = Market(load_scenario(scenario), "traditional", seed)
    weeks = []
    while market.day < market.parameters.time.days:
        market.step()
        if market.day % 7 == 0:
            weeks.append(market.network.price[:, 0] / 100.0)
    return np.array(weeks)


def resting_prices(paths: NDArray[np.float64], years: int = 5) -> NDArray[np.float64]:
    """Return the mean of the last years: experiments come in pairs and cancel out."""
    return paths[-52 * years :].mean(axis=0)
