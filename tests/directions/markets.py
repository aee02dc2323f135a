"""Markets small enough to be run hundreds of times, in which every part of the model has something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sim.market import Market

Tables: TypeAlias = dict[str, Any]

EVERYTHING = {"rule": "base_stock", "level": 400}
"""Stock that never runs out."""

TOWNS: Tables = {
    "name": "towns",
    "time": {"days": 28, "warm_up": 4, "cool_down": 4},
    "geography": {
        "towns": [
            {"name": "Ford", "customers": 200, "radius": 3.0},
            {"name": "Hill", "customers": 100, "radius": 1.5, "x": 40.0},
        ]
    },
    "styles": {"count": 8, "zipf": 0.8},
    "customers": {
        "need_rate": 0.2, "worth": {"distribution": "uniform", "low": 20.0, "high": 80.0}, "mismatch_cost": 20.0,
        "travel_cost": 0.5, "waiting_cost": 1.0, "hassle": 2.0, "scale": 2.0, "breadth": 3, "reach": 2,
    },
    "products": {"count": 8, "unit_cost": 10.0, "return_unseen": 0.1, "return_inspected": 0.02},
    "suppliers": {"count": 2, "lead_time": 3, "pricing": {"rule": "markup", "factor": 1.6}},
    "tiers": [{"name": "wholesaler", "firms": 2, "lead_time": 2, "pricing": {"rule": "markup", "factor": 1.2}}],
    "retailers": {
        "names": ["Ann", "Bob"], "people_per_store": 75.0, "slots": 5, "stock_per_slot": 8, "rent": 5.0,
        "pricing": {"rule": "markup", "factor": 1.4},
    },
    "platform": {"commission": 0.1, "handling_fee": 1.0, "cost_per_sale": 0.2},
    "delivery": {
        "bulk": {"cost_per_shipment": 1.0, "cost_per_unit_km": 0.02},
        "parcel": {"speed": 100.0, "cost_per_parcel": 2.0, "cost_per_kg": 0.5},
        "courier": {"cost_per_stop": 1.0, "cost_per_km": 0.3},
    },
}  # fmt: skip
"""Two towns with shops, two makers, two wholesalers, couriers, parcels; tastes on a ring."""

MAP: Tables = {
    **TOWNS,
    "name": "map",
    "geography": {"customers": 300, "town_count": 4, "region": 100.0, "density": 10.0},
    "retailers": {**TOWNS["retailers"], "people_per_store": 1000.0},
}
"""The same with generated towns, a shop in each."""

GOODS: Tables = {
    **TOWNS,
    "name": "goods",
    "styles": {"count": 4, "shares": [1, 1, 1, 1]},
    "products": {
        "items": [
            {"name": "apple", "style": 0, "return_unseen": 0.1},
            {"name": "pear", "style": 2, "supplier": "supplier 2", "return_unseen": 0.1},
        ]
    },
    "retailers": {**TOWNS["retailers"], "stock_per_slot": 100},
}
"""The same with two goods given by name."""

SHOPS: Tables = {
    **TOWNS,
    "name": "shops",
    "geography": {
        "towns": [
            {"name": "Ford", "customers": 200, "radius": 3.0, "shape": "ring"},
            {"name": "Hill", "customers": 50, "radius": 1.5, "x": 40.0},
        ]
    },
    "retailers": {
        "names": ["Ann", "Bob"], "slots": 5, "stock_per_slot": 100, "pricing": {"rule": "markup", "factor": 1.4},
        "stores": [
            {"name": "near", "town": "Ford", "retailer": "Ann", "slots": 5},
            {"name": "far", "town": "Hill", "retailer": "Bob", "slots": 5},
        ],
    },
}  # fmt: skip
"""The same with shops given by name."""

CHAIN: Tables = {
    "name": "chain",
    "time": {"days": 56, "warm_up": 0, "cool_down": 0},
    "geography": {"towns": [{"name": "Here", "customers": 300, "shape": "point"}]},
    "styles": {"count": 1},
    "customers": {
        "need_rate": 0.5, "worth": {"distribution": "uniform", "low": 0.0, "high": 120.0}, "mismatch_cost": 0.0,
        "travel_cost": 0.0, "waiting_cost": 0.0, "hassle": 0.0, "breadth": 1, "reach": 1, "draw": "stratified",
    },
    "products": {"items": [{"name": "good", "unit_cost": 20.0}]},
    "suppliers": {
        "names": ["maker"], "location": "centre", "lead_time": 1, "replenishment": EVERYTHING,
        "pricing": {"rule": "best_response", "damping": 0.8}, "direct_pricing": {"rule": "fixed", "price": 1e6},
    },
    "retailers": {
        "names": ["Ann"], "lead_time": 1, "stock_per_slot": 400, "replenishment": EVERYTHING,
        "pricing": {"rule": "markup", "factor": 1.2}, "stores": [{"name": "shop", "town": "Here", "slots": 1}],
    },
}  # fmt: skip
"""One maker, one shop, one good, demand on a straight line down from 120. The maker knows its demand and raises its
price from cost week by week; whoever follows it late is cheaper for longer."""

LEARNERS: Tables = {
    **CHAIN,
    "name": "learners",
    "customers": {**CHAIN["customers"], "need_rate": 0.3},
    "suppliers": {**CHAIN["suppliers"], "pricing": {"rule": "markup", "factor": 1.0}},
    "retailers": {
        **CHAIN["retailers"],
        "pricing": {"rule": "learning", "opening_low": 1.2, "opening_high": 1.2},
    },
}  # fmt: skip
"""The same with a shop that learns and starts at 24.00, far below the best price, 70.00; the maker sells at cost."""


BESIDE: Tables = {
    **CHAIN,
    "name": "beside",
    "time": {"days": 16, "warm_up": 0, "cool_down": 0},
    "customers": {**CHAIN["customers"], "acceptance": {"parcel": 0.6}},
    "suppliers": {
        **CHAIN["suppliers"],
        "pricing": {"rule": "best_response", "tolerance": 0.5, "review_days": 2},
        "direct_pricing": {"rule": "best_response", "tolerance": 0.5, "review_days": 2, "wholesale_below_direct": True},
    },
    "retailers": {**CHAIN["retailers"], "pricing": {"rule": "best_response", "review_days": 2}},
    "regimes": {"beside": {"shelves": "own", "own_channels": ["store"], "supplier_channels": ["parcel"]}},
}
"""The same where the maker sends parcels, too, which customers like less, and everybody knows the demand."""

EIGHT: Tables = {
    **LEARNERS,
    "styles": {"count": 8, "zipf": 0.0},
    "products": {"count": 8, "unit_cost": 20.0},
}
"""Eight goods for eight tastes, so that a shop learns eight prices and chance cancels out."""


def eight_prices(name: str, **rule: object) -> Tables:
    """Return the market of a shop that learns eight prices by a rule."""
    store = {"name": "shop", "town": "Here", "slots": 8}
    return {**EIGHT, "name": name, "retailers": {**CHAIN["retailers"], "pricing": rule, "stores": [store]}}


RESTED = eight_prices("rested", rule="learning", opening_low=3.4, opening_high=3.4, review_days=2)
"""A shop that starts near the best price and has few sales to learn from: the shorter its memory, the less it knows."""

GRID = eight_prices(
    "grid", rule="q_learning", review_days=1, low=30.0, high=90.0, points=3, discount=0.0, exploration_decay=0.1
)
"""A shop that tries three prices."""

TOO_DEAR: Tables = {
    **GOODS,
    "name": "too_dear",
    "styles": {"count": 4, "shares": [9, 1, 1, 1]},
    "products": {
        "items": [
            {"name": "rarely wanted", "style": 2},
            {"name": "loved and too dear", "style": 0, "unit_cost": 60.0},
        ]
    },
    "retailers": {**GOODS["retailers"], "slots": 1},
}
"""Room for one good, and what most would like is too dear for all: sales tell what tastes do not."""


def ann_says_sixty_on_day_ten(market: Market) -> None:
    """The player at Ann's raises the price once."""
    if market.day == 10:
        market.player_prices["Ann"] = {"good": 60.0}


MARKETS: dict[str, Tables] = {
    "towns": TOWNS,
    "map": MAP,
    "goods": GOODS,
    "shops": SHOPS,
    "chain": CHAIN,
    "learners": LEARNERS,
    "beside": BESIDE,
    "rested": RESTED,
    "grid": GRID,
    "too dear": TOO_DEAR,
    "played": {**CHAIN, "name": "played", "retailers": {**CHAIN["retailers"], "pricing": {"rule": "player"}}},
}
"""Every market by name."""

MORNINGS: dict[str, Callable[[Market], None]] = {"played": ann_says_sixty_on_day_ten}
"""What people do before the day begins, by market."""
