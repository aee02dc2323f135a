"""Small markets for the checks, as scenario dicts. Whatever is not mentioned is free and takes no time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.engine.codes import NOTHING
from sim.market import Market
from sim.results.outcome import Outcome
from sim.runs.running import live_through
from sim.scenario import load_scenario
from sim.world.world import World, make_world

Tables: TypeAlias = dict[str, Any]

PLENTY = 1_000_000
"""A stock that never runs out."""

ALWAYS = 1e6
"""Willingness to pay at which customers buy at any price, in units of currency."""

PATIENCE_LOST = 2.0 * ALWAYS
"""Cost of a day's wait at which no customer returns tomorrow to an empty shelf."""

REGIMES: Tables = {
    "shops": {"shelves": "own", "own_channels": ["store"]},
    "open_shelves": {"shelves": "own", "own_channels": ["store"], "shares_stock": True},
    "shops_and_parcels": {"shelves": "own", "own_channels": ["store"], "supplier_channels": ["parcel"]},
    "couriers": {"shelves": "consigned", "supplier_channels": ["courier"]},
}
"""Makers sell to shops without middlemen; regimes differ in what customers see and who else sells."""


def base_stock_rule(level: int) -> Tables:
    """Return the rule to order up to a level every evening."""
    return {"rule": "base_stock", "level": level, "forecast_gain": 0.0}


def fixed(price: float) -> Tables:
    """Return the rule of one fixed price for everything."""
    return {"rule": "fixed", "price": price}


def calendar(days: int, warm_up: int = 0, cool_down: int = 0) -> Tables:
    """Return the section with the length of a run, and the days counted."""
    return {"time": {"days": days, "warm_up": warm_up, "cool_down": cool_down, "opening": "as_given"}}


def market(*layers: Mapping[str, Any], **sections: Any) -> Tables:
    """Return a scenario in which customers always buy the only product, and stock never runs out.

    ``layers`` of sections, then ``sections``, are laid over it, key by key down to what is not a table.
    """
    tables: Tables = {
        "name": "proof",
        "time": {"days": 1, "warm_up": 0, "cool_down": 0, "opening": "as_given"},
        "geography": {"towns": [town("town", 1)]},
        "styles": {"count": 1},
        "customers": {
            "need_rate": 1.0,
            "worth": {"distribution": "constant", "mean": ALWAYS},
            "mismatch_cost": 0.0,
            "travel_cost": 0.0,
            "waiting_cost": 0.0,
            "hassle": 0.0,
            "breadth": 1,
            "reach": 1,
        },
        "products": {"count": 1, "unit_cost": 1.0},
        "suppliers": {
            "count": 1,
            "location": "centre",
            "lead_time": 1,
            "pricing": fixed(2.0),
            "direct_pricing": fixed(2.0),
            "replenishment": base_stock_rule(PLENTY),
        },
        "retailers": {
            "count": 1,
            "stores": [{"name": "shop", "town": "town", "slots": 1}],
            "stock_per_slot": PLENTY,
            "lead_time": 1,
            "pricing": fixed(2.0),
            "replenishment": base_stock_rule(PLENTY),
        },
        "delivery": {"parcel": {"handling_days": 0.0}},
        "regimes": REGIMES,
    }
    for layer in (*layers, sections):
        tables = overlaid(tables, layer)
    return tables


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tables:
    """Return tables with others laid over them; a rule replaces a rule as a whole."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(under, Mapping)
        merged[key] = overlaid(under, value) if both and "rule" not in value else value  # type: ignore[arg-type]
    return merged


def town(name: str, customers: int, **properties: Any) -> Tables:
    """Return a town at the centre of the map, a point by default."""
    return {"name": name, "customers": customers, "shape": "point", **properties}


def many_tastes(count: int, customers: int) -> Tables:
    """Return sections with as many products as tastes, and this many customers of each after ``tastes_dealt_out``."""
    return {
        "geography": {"towns": [town("town", count * customers)]},
        "styles": {"count": count, "zipf": 0.0},
        "products": {"count": count},
    }


def towns_with_a_shop(count: int, customers: int) -> Tables:
    """Return sections with towns in a row, each with a shop, so that nobody shops in another town."""
    names = [f"town {k}" for k in range(count)]
    return {
        "geography": {"towns": [town(name, customers, x=10.0 * k) for k, name in enumerate(names)]},
        "retailers": {"stores": [{"name": f"shop in {name}", "town": name, "slots": 1} for name in names]},
    }


def live(tables: Mapping[str, Any], regime: str, seed: int, *, tastes_dealt_out: bool = False) -> Outcome:
    """Run a market and return its outcome; on request, every taste has the same number of customers."""
    scenario = load_scenario(tables)
    world = make_world(scenario, seed)
    return live_through(Market(scenario, regime, seed, dealt_out(world) if tastes_dealt_out else world))


def dealt_out(world: World) -> World:
    """Return a world in which every taste has the same number of customers."""
    taste = np.arange(len(world.population.taste), dtype=np.int32) % world.scenario.styles.count
    return replace(world, population=world.population._replace(taste=taste))


def rivals(prices: Sequence[float], stores: Sequence[Mapping[str, Any]]) -> Tables:
    """Return sections with shops of different owners, each with its own price."""
    names = [f"seller {k}" for k in range(len(stores))]
    return {
        "retailers": {
            "names": names,
            "stores": [
                {"slots": 1, "name": f"shop {k}", "retailer": names[k], **store} for k, store in enumerate(stores)
            ],
        },
        "firms": {name: {"pricing": fixed(price)} for name, price in zip(names, prices, strict=True)},
    }


def units_sold(outcome: Outcome) -> NDArray[np.int64]:
    """Return the units that customers bought from each place."""
    place = outcome.columns["needs"]["place"]
    return np.bincount(place[place != NOTHING], minlength=len(outcome.columns["places"]["place"]))


def rows_of(table: Columns, chosen: NDArray[np.bool_]) -> Columns:
    """Return some rows of a table."""
    return {name: column[chosen] for name, column in table.items()}


def places_of_tier(outcome: Outcome, tier: int) -> NDArray[np.int64]:
    """Return the places of one level: 0 for suppliers' depots, then the tiers, then stores."""
    places = outcome.columns["places"]
    return places["place"][places["tier"] == tier].astype(np.int64)
