"""How much memory runs will take, told from the scenario before any of it is used, and how much there is.

Every table of a market has a size that follows from the scenario. What each costs, with all that is made of it on the
way to figures, was measured: ``python -m benchmarks memory_estimate`` measures it again, and says by how much the
estimate is out.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from sim.scenario import Scenario
from sim.scenario.names import retailer_names, stores_per_town, supplier_names, town_sizes
from sim.scenario.regimes import Regime

BYTES: Mapping[str, float] = {
    "process": 230e6,
    "customers": 150.0,
    "stores near customers": 15.0,
    "offers surveyed": 100.0,
    "needs": 900.0,
    "choices": 400.0,
    "cells": 500.0,
    "goods under way": 8.0,
    "pairs of depots and places": 8.0,
    "styles by products": 40.0,
    "towns by goods": 30.0,
    "towns by depots": 30.0,
    "days by accounts": 50.0,
    "places": 1500.0,
}
"""Bytes at most, for each of what ``sizes`` counts."""
KNOW_DEMAND = ("best_response", "quantity")
"""Pricing rules for which all customers are surveyed."""


def sizes(scenario: Scenario, regime: Regime) -> dict[str, float]:
    """Return how much there is in a run of all that takes memory."""
    wants, records, days = scenario.customers, scenario.records, scenario.time.days
    people, towns = sum(town_sizes(scenario)), len(town_sizes(scenario))
    stores, products, styles = _stores(scenario), _products(scenario), scenario.styles.count
    suppliers, tiers = len(supplier_names(scenario)), sum(tier.firms for tier in scenario.tiers)
    depots = suppliers + tiers
    places = depots + stores
    accounts = depots + len(retailer_names(scenario)) + 12
    lead = max(
        scenario.suppliers.lead_time, scenario.retailers.lead_time, *(tier.lead_time for tier in scenario.tiers), 0
    )
    reach, breadth = min(wants.reach, max(stores, 1)), min(wants.breadth, products)
    needs = people * days * wants.need_rate
    in_memory = 0.0 if records.on_disk else 1.0
    offers = _offers(scenario, regime, reach, breadth, products)
    return {
        "process": 1.0,
        "customers": people,
        "stores near customers": people * reach,
        "offers surveyed": people * offers if _knows_demand(scenario) else 0.0,
        "needs": in_memory * needs,
        "choices": in_memory * needs * offers if records.choices else 0.0,
        "cells": places * products,
        "goods under way": places * products * (lead + 1),
        "pairs of depots and places": depots * places,
        "styles by products": styles * products,
        "towns by goods": towns * (styles + products),
        "towns by depots": towns * suppliers,
        "days by accounts": (days + 1) * accounts,
        "places": places,
    }


def _stores(scenario: Scenario) -> int:
    """Return how many stores and showrooms there are."""
    given = scenario.retailers.stores
    if given is not None:
        return len(given)
    return sum(stores_per_town(scenario)) + scenario.retailers.showrooms_per_town * len(town_sizes(scenario))


def _products(scenario: Scenario) -> int:
    items = scenario.products.items
    return scenario.products.count if items is None else len(items)


def _offers(scenario: Scenario, regime: Regime, reach: int, breadth: int, products: int) -> float:
    """Return how many offers a customer considers: each product from each store that carries it, and from its maker."""
    local = [*regime.own_channels, *(name for name in regime.supplier_channels if name != "parcel")]
    stores = scenario.retailers.stores
    slots = scenario.retailers.slots if stores is None else max((store.slots for store in stores), default=0)
    carried = min(1.0, slots / products) if local else 0.0
    return breadth * (reach * carried * len(local) + ("parcel" in regime.supplier_channels) + 1)


def _knows_demand(scenario: Scenario) -> bool:
    levels = (scenario.suppliers, *scenario.tiers, scenario.retailers)
    rules = [each.pricing for each in (*levels, *scenario.firms.values())] + [scenario.suppliers.direct_pricing]
    return any(getattr(each, "rule", "") in KNOW_DEMAND for each in rules)


def bytes_of_run(scenario: Scenario, regime: Regime) -> float:
    """Return what one run takes at most, in a process of its own, its figures computed."""
    return fsum(BYTES[name] * count for name, count in sizes(scenario, regime).items())
