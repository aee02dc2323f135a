"""Markets of which theory knows the prices: one good unless said, one town, customers drawn as even quantiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sim.market import Market
from sim.scenario import load_scenario

Rule: TypeAlias = Mapping[str, Any]

SCALE = 10.0
"""Scale of taste in the logit markets, in units of currency."""

AT_COST = {"rule": "markup", "factor": 1.0}
"""A firm that adds nothing: theory often starts at a cost."""

AMPLE = {"rule": "base_stock", "level": 2000}
"""Stock that never runs out: theory has no empty shelves."""


def best(conduct: str = "stackelberg", **parameters: Any) -> dict[str, Any]:
    """Return the rule of a firm that knows its demand; it reviews its prices every day."""
    return {"rule": "best_response", "conduct": conduct, "review_days": 1, **parameters}


def uniform_worth(highest: float) -> dict[str, Any]:
    """Return worth that makes demand a straight line down from ``highest``."""
    return {"distribution": "uniform", "low": 0.0, "high": highest}


def pareto_worth(lowest: float, elasticity: float) -> dict[str, Any]:
    """Return worth that makes demand of constant elasticity above ``lowest``."""
    return {"distribution": "pareto", "low": lowest, "elasticity": elasticity}


def at(place: float, name: str, retailer: str, *, ring: bool = False, slots: int = 1) -> dict[str, Any]:
    """Return a store at a place, in km east of the centre or as a share of the ring."""
    return {"name": name, "town": "Brook", "retailer": retailer, "around" if ring else "east": place, "slots": slots}


def theory(
    worth: Rule, *, cost: float = 20.0, tiers: tuple[Rule, ...] = (), supplier: Rule | None = None,
    store: Rule | None = None, customers: Mapping[str, Any] | None = None, people: int = 1000, shops: int = 1,
    **sections: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return a scenario of one good whose maker sells through tiers of intermediaries to shops at one point."""
    names = [f"shop {number}" for number in range(shops)]
    given: dict[str, Any] = {
        "name": "theory",
        "time": {"days": 60, "warm_up": 0, "cool_down": 0},
        "geography": {"towns": [{"name": "Brook", "customers": people, "shape": "point"}]},
        "styles": {"count": 1},
        "customers": {
            "need_rate": 0.02, "worth": worth, "mismatch_cost": 0.0, "travel_cost": 0.0, "waiting_cost": 0.0,
            "hassle": 0.0, "draw": "stratified", "reach": shops, "breadth": 1, **(customers or {}),
        },
        "products": {"items": [{"name": "good", "unit_cost": cost}]},
        "suppliers": {
            "count": 1, "location": "centre", "lead_time": 1, "pricing": supplier or best(),
            "direct_pricing": {"rule": "fixed", "price": 1e6}, "replenishment": AMPLE,
        },
        "tiers": [
            {"name": f"tier {number}", "location": "centre", "lead_time": 1, "replenishment": AMPLE, **tier}
            for number, tier in enumerate(tiers)
        ],
        "retailers": {
            "names": names, "lead_time": 1, "stock_per_slot": 2000, "pricing": store or best(),
            "replenishment": AMPLE, "stores": [at(0.0, name, name) for name in names],
        },
    }  # fmt: skip
    for name, section in sections.items():
        given[name] = {**given.get(name, {}), **section} if isinstance(section, dict) else section
    return given


def settled(
    scenario: Mapping[str, Any], days: int = 40, regime: str = "traditional", start: float | None = None
) -> Market:
    """Return a market some days later, when its prices have come to rest.

    ``start`` is a price that everybody has on the first day, far from where theory expects it.
    """
    market = Market(load_scenario(scenario), regime)
    if start is not None:
        market.network.price[:] = round(start * 100)
        market.shelves.list_price[:] = round(start * 100)
    for _ in range(days):
        market.step()
    return market


def chain_prices(market: Market, product: int = 0) -> list[float]:
    """Return the price asked at every level of the chain, the first firm's of each, in units of currency."""
    return [float(market.network.price[level.nodes.start, product]) / 100.0 for level in market.levels]


def shelf_prices(market: Market, product: int = 0) -> list[float]:
    """Return the price of a product in every store, in units of currency."""
    return (market.shelves.list_price[:, product] / 100.0).tolist()


def spread(
    shape: str, radius: float, places: Sequence[float], costs: Sequence[float], travel: float, people: int = 2000
) -> dict[str, Any]:
    """Return a scenario of shops along a line or a ring, supplied at cost, in which everybody buys.

    With several costs each shop sells a good of its own, all alike to customers.
    """
    names = [f"shop {number}" for number in range(len(places))]
    makers = [f"maker {number}" for number in range(len(costs))]
    goods = [
        {"name": f"good {number}", "unit_cost": cost, "supplier": maker}
        for number, (cost, maker) in enumerate(zip(costs, makers, strict=True))
    ]
    wants = {"travel_cost": travel / 2.0, "reach": len(places), "breadth": len(costs)}  # out and back
    everybody_buys = {"distribution": "constant", "mean": 1000.0}
    scenario = theory(everybody_buys, supplier=AT_COST, people=people, customers=wants)
    scenario["geography"]["towns"][0].update(shape=shape, radius=radius)
    scenario["products"] = {"items": goods}
    scenario["suppliers"].update(names=makers)
    stores = [at(place, name, name, ring=shape == "ring") for place, name in zip(places, names, strict=True)]
    scenario["retailers"].update(names=names, stores=stores)
    if len(costs) > 1:
        scenario["firms"] = {name: carrying(f"good {number % len(costs)}") for number, name in enumerate(names)}
    return scenario


def carrying(*products: str) -> dict[str, Any]:
    """Return that a retailer carries these products and no others."""
    return {"assortment": {"rule": "fixed", "products": list(products)}}


def product_choice(qualities: Sequence[float], costs: Sequence[float], owner: Sequence[int]) -> dict[str, Any]:
    """Return a scenario of differentiated goods under logit demand, a shop for each owner, supplied at cost.

    Money is in scales of taste.
    """
    firms = sorted(set(owner))
    wants = {"scale": SCALE, "breadth": len(owner), "reach": len(firms)}
    worthless = {"distribution": "constant", "mean": 0.0}
    scenario = theory(worthless, supplier=AT_COST, people=50, customers=wants)
    scenario["products"] = {
        "items": [
            {"name": f"good {number}", "quality": SCALE * quality, "unit_cost": SCALE * cost, "supplier": "maker"}
            for number, (quality, cost) in enumerate(zip(qualities, costs, strict=True))
        ]
    }
    scenario["suppliers"].update(names=["maker"])
    names = [f"firm {firm}" for firm in firms]
    stores = [at(0.0, f"shop {firm}", f"firm {firm}", slots=owner.count(firm)) for firm in firms]
    scenario["retailers"].update(names=names, stores=stores)
    scenario["firms"] = {
        f"firm {firm}": carrying(*(f"good {number}" for number in range(len(owner)) if owner[number] == firm))
        for firm in firms
    }
    return scenario
