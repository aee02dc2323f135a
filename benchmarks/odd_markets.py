"""Markets of odd parameters whose weekly figures are known to come from them: for recovery by ``sim.fitting``.

Data as a strategist would have them, from the full simulator: prices set week by week, units counted at the till.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.market import Market
from sim.scenario import Scenario, load_scenario

OWN, RIVAL = "own brand", "rival brand"
BASE: dict[str, Any] = {
    "name": "odd",
    "time": {"days": 182, "warm_up": 0, "cool_down": 0, "steady": False},
    "geography": {
        "towns": [
            {"name": "North", "customers": 2000, "radius": 4.0, "y": 40.0},
            {"name": "South", "customers": 1200, "radius": 3.0, "y": -40.0},
            {"name": "East", "customers": 800, "radius": 2.5, "x": 50.0},
        ]
    },
    "styles": {"count": 12, "zipf": 0.5},
    "customers": {
        "need_rate": 0.05,
        "worth": {"distribution": "lognormal", "mean": 48.0, "spread": 14.0},
        "mismatch_cost": 30.0,
        "travel_cost": 0.6,
        "waiting_cost": 1.2,
        "hassle": 5.0,
        "scale": 7.5,
        "breadth": 6,
        "reach": 2,
    },
    "suppliers": {
        "names": [OWN, RIVAL],
        "location": "centre",
        "lead_time": 2,
        "direct_handling_cost": 1.5,
        "pricing": {"rule": "markup", "factor": 1.7},
        "direct_pricing": {"rule": "fixed", "price": 30.0},
        "replenishment": {"rule": "base_stock", "safety_factor": 4.0},
    },
    "retailers": {
        "names": ["Chain"],
        "people_per_store": 700.0,
        "slots": 12,
        "stock_per_slot": 1000,
        "lead_time": 1,
        "handling_cost": 1.0,
        "pricing": {"rule": "player"},
        "replenishment": {"rule": "base_stock", "safety_factor": 4.0},
    },
    "platform": {"commission": 0.15},
    "delivery": {"paid_by": "customer", "parcel": {"handling_days": 1.5, "cost_per_parcel": 4.0}},
}


@dataclass(frozen=True)
class Kind:
    """What the data are like.

    Attributes:
        weeks: length of the history.
        promoted: share of product weeks with a promotion, of 10 to 30 % unless ``depth`` says otherwise.
        depth: smallest and largest promotion, as shares of the price.
        shocks: standard deviation of the log of units by product and week, beyond the simulator's chance.
        season: amplitude of a yearly wave in needs.
        safety: safety factor of the shops' orders; None: so much on every shelf that none is ever empty.
    """

    weeks: int = 26
    promoted: float = 0.15
    depth: tuple[float, float] = (0.1, 0.3)
    shocks: float = 0.0
    season: float = 0.0
    safety: float | None = None


def truth(number: int, products: int = 12, people: float = 1.0) -> Scenario:
    """Return a market of odd parameters, the same for the same number: half of the products are of each brand."""
    rng = np.random.default_rng([17, number])
    spread = lambda sd: float(np.exp(np.clip(rng.normal(0.0, sd), -1.6 * sd, 1.6 * sd)))  # noqa: E731
    price = np.round(rng.uniform(24.0, 36.0, products), 2)
    quality = price - 30.0 + rng.normal(0.0, 4.0, products)
    places = rng.permutation(products)
    items = [
        {
            "name": f"{'own' if each < products // 2 else 'rival'} {each % (products // 2) + 1}",
            "style": int(places[each]) * 12 // products,
            "supplier": OWN if each < products // 2 else RIVAL,
            "quality": round(float(quality[each]), 2),
            "unit_cost": round(float(price[each]) * 0.35, 2),
            "return_unseen": 0.1,
        }
        for each in range(products)
    ]
    towns = [{**town, "customers": int(town["customers"] * people)} for town in BASE["geography"]["towns"]]
    changed = {
        "geography": {"towns": towns},
        "products.items": items,
        "customers.scale": 7.5 * spread(0.4),
        "customers.mismatch_cost": 30.0 * spread(0.4),
        "customers.need_rate": 0.05 * spread(0.3),
        "customers.worth.spread": 14.0 * spread(0.3),
        "customers.travel_cost": 0.6 * spread(0.3),
        "customers.waiting_cost": 1.2 * spread(0.25),
        "customers.hassle": 5.0 * spread(0.4),
        "retailers.pricing": {"rule": "player"},
        "retailers.slots": products,
    }
    market = load_scenario({**BASE, "geography": changed.pop("geography")}, changed)
    prices = {item["name"]: float(asked) for item, asked in zip(items, price, strict=True)}
    direct = {"rule": "fixed", "prices": prices}
    return load_scenario(market, {"suppliers.direct_pricing": direct})


def believed(market: Scenario) -> Scenario:
    """Return what a strategist knows of a market before the fit: places, products and costs, no tastes."""
    prices = market.suppliers.direct_pricing.model_dump()["prices"]
    customers = {key: BASE["customers"][key] for key in ("mismatch_cost", "travel_cost", "waiting_cost", "hassle")}
    changed: dict[str, Any] = {f"customers.{key}": value for key, value in customers.items()}
    changed |= {"customers.need_rate": 0.05, "customers.worth.spread": 14.0, "customers.scale": 7.5}
    changed |= {f"products.items.{number}.quality": 0.0 for number in range(len(prices))}
    changed["retailers.pricing"] = {"rule": "fixed", "prices": prices}
    return load_scenario(market, changed)


def price_plan(market: Scenario, kind: Kind, seed: int) -> np.ndarray:
    """Return weekly prices, (weeks, products): the usual ones, and promotions."""
    rng = np.random.default_rng([23, seed])
    usual = np.array(list(market.suppliers.direct_pricing.model_dump()["prices"].values()))
    shape = (kind.weeks, len(usual))
    promoted = rng.random(shape) < kind.promoted
    cut = rng.uniform(*kind.depth, shape)
    return np.round(usual * np.where(promoted, 1.0 - cut, 1.0), 2)


def history(market: Scenario, kind: Kind = Kind(), seed: int = 0, world_seed: int | None = None) -> pd.DataFrame:
    """Return the weekly history of a market as its full simulation leaves it: week, sku, price, units, stockout."""
    rng = np.random.default_rng([29, seed])
    prices = price_plan(market, kind, seed)
    season = [1.0 + kind.season * float(np.sin(2.0 * np.pi * month / 12.0)) for month in range(12)]
    orders: dict[str, Any] = {"rule": "base_stock", "level": 1000}
    if kind.safety is not None:
        orders = {"rule": "base_stock", "safety_factor": kind.safety}
    lived = load_scenario(
        market,
        {
            "time.days": 7 * kind.weeks,
            "retailers.replenishment": orders,
            "suppliers.replenishment": {"rule": "base_stock", "level": 4000},
            **({"customers.season_profile": season} if kind.season else {}),
        },
    )
    run = Market(lived, "traditional", seed if world_seed is None else world_seed)
    products, empty = list(run.world.product_names), np.zeros(prices.shape)
    for week in range(kind.weeks):
        run.player_prices["Chain"] = dict(zip(products, prices[week].tolist(), strict=True))
        for _ in range(7):
            run.step()
            shelves = run.stock.goods.units[run.world.places.stores]
            empty[week] += (shelves == 0).mean(axis=0) / 7.0
    needs = run.outcome().columns["needs"]
    bought = needs["channel"] >= 0
    units = np.zeros(prices.shape)
    np.add.at(units, (needs["day"][bought] // 7, needs["product"][bought]), 1.0)
    if kind.shocks:
        units = rng.poisson(units * np.exp(rng.normal(0.0, kind.shocks, units.shape) - kind.shocks**2 / 2))
    week, product = np.indices(prices.shape)
    return pd.DataFrame(
        {
            "week": week.ravel() + 1,
            "sku": np.array(products)[product.ravel()],
            "price": prices.ravel(),
            "units": np.asarray(units, dtype=float).ravel(),
            "stockout": np.where(empty.ravel() > 0.05, empty.ravel(), 0.0),
        }
    )


def with_shuffled_tastes(market: Scenario, seed: int) -> Scenario:
    """Return a market that holds the wrong products for each other's substitutes: styles dealt out again."""
    rng = np.random.default_rng([31, seed])
    items = market.products.items or []
    styles = [item.style for item in items]
    order = rng.permutation(len(items))
    moved = [item.model_copy(update={"style": styles[order[number]]}) for number, item in enumerate(items)]
    return market.model_copy(update={"products": market.products.model_copy(update={"items": moved})})


__all__ = ["BASE", "Kind", "believed", "history", "replace", "truth", "with_shuffled_tastes"]
