"""Markets in which firms that know their demand find their own prices, day by day, until nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.common.types import CENTS, FloatArray
from sim.market import Market
from sim.scenario import load_scenario
from sim.validation.claims import Finding, exact
from sim.validation.markets import Tables, base_stock_rule, calendar, fixed, market
from sim.world.world import World, make_world

AT_COST: Tables = {"rule": "markup", "factor": 1.0}
"""A firm without a margin: theory often starts at cost."""

QUANTITY: Tables = {"rule": "quantity", "review_days": 1}
"""A firm that chooses a quantity, as in Cournot's market."""

DAYS = 40
"""By then all markets here have settled, from any start."""

PRICES_WITHIN = 0.002
"""Allowed deviation from theory's price, as a share: customers are whole numbers, and prices whole cents."""


def best_reply(conduct: str = "stackelberg", **parameters: Any) -> Tables:
    """Return the rule of a firm that knows its demand and reviews its prices every day."""
    return {"rule": "best_response", "conduct": conduct, "review_days": 1, **parameters}


def chain_sections(rules: list[Tables], unit_cost: float) -> Tables:
    """Return the sections of a chain whose tiers, the maker's first, follow these pricing rules.

    A single rule is that of a shop whose maker sells at cost.
    """
    maker, *others = [fixed(unit_cost), *rules] if len(rules) == 1 else rules
    middle, shop = others[:-1], others[-1]
    return {
        "products": {"unit_cost": unit_cost},
        "suppliers": {"pricing": maker},
        "tiers": [tier(f"tier {k}", rule) for k, rule in enumerate(middle, start=2)],
        "retailers": {"pricing": shop},
    }


def tier(name: str, rule: Tables, firms: int = 1) -> Tables:
    """Return a tier of intermediaries at the centre of the map with unlimited stock."""
    return {
        "name": name,
        "firms": firms,
        "location": "centre",
        "pricing": rule,
        "replenishment": base_stock_rule(1_000_000),
    }


def settled(
    tables: Mapping[str, Any],
    regime: str = "traditional",
    seed: int = 0,
    *,
    days: int = DAYS,
    start: float | None = None,
    changed: Callable[[World], World] | None = None,
) -> Market:
    """Return a market some days later, when its prices have settled.

    ``start`` is the initial price of all firms, far from theory's; ``changed`` modifies the drawn world as needed.
    """
    scenario = load_scenario(market(tables, calendar(days)))
    opened = Market(scenario, regime, seed, changed(make_world(scenario, seed)) if changed else None)
    if start is not None:
        opened.state.network.price[:] = round(start * CENTS)
        opened.state.shelves.list_price[:] = round(start * CENTS)
        # This price was not set by a firm, so it says nothing about its markup.
        opened.state.prices.demand.cost_when_set[:] = 0.0
    for _ in range(days):
        opened.step()
    return opened


def chain_prices(at_rest: Market) -> list[float]:
    """Return the price at every level of a chain of one good, the first firm's of each, from the maker down."""
    return [float(at_rest.state.network.price[level.nodes.start, 0]) / CENTS for level in at_rest.state.levels]


def shelf_prices(at_rest: Market) -> FloatArray:
    """Return the prices in every store, (stores, products)."""
    return at_rest.state.shelves.list_price / CENTS


def direct_prices(at_rest: Market) -> FloatArray:
    """Return the makers' prices to customers, (products,)."""
    return at_rest.state.shelves.direct_price / CENTS


def price_finding(figure: str, theory: float, price: float) -> Finding:
    """Compare a price that a firm found with theory's."""
    return Finding(figure, theory, exact(price), allowance=PRICES_WITHIN * theory)
