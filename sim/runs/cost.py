"""How long a run will take, estimated from the scenario before anything of it is made: who has to wait for whom.

The seconds are those of one core that does nothing else. What each part costs was measured:
``python -m benchmarks.run_cost`` measures it again, and says by how much the estimate is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import fsum
from typing import Generic, TypeVar

from sim.scenario import Scenario
from sim.scenario.names import stores_per_town, supplier_names, town_sizes
from sim.scenario.regimes import Regime

SECONDS: Mapping[str, float] = {
    "run": 0.05,
    "days": 1e-3,
    "stores near customers": 1e-7,
    "offers surveyed": 1e-6,
    "days by customers": 1e-8,
    "offers considered": 1e-8,
    "days by cells": 1e-7,
    "styles by products": 1e-7,
}
"""Seconds for each of what ``cost_drivers`` counts, fitted to be too many rather than too few."""
KNOW_DEMAND = ("best_response", "quantity")
"""Pricing rules for which customers are surveyed."""
MOST_SURVEYED = 100_000
"""Customers who are asked in a survey; see ``sim.engine.initial_state``."""
MOST_REMEMBERED = 256
"""Scenarios whose cost is remembered."""

Kept = TypeVar("Kept")


def cost_drivers(scenario: Scenario, regime: Regime) -> dict[str, float]:
    """Return how much there is in a run of all that takes time."""
    wants, days = scenario.customers, scenario.time.days
    people, stores = sum(town_sizes(scenario)), _stores(scenario)
    products = len(scenario.products.items or ()) or scenario.products.count
    depots = len(supplier_names(scenario)) + sum(tier.firms for tier in scenario.tiers)
    reach, breadth = min(wants.reach, max(stores, 1)), min(wants.breadth, products)
    offers = breadth * (reach * len(regime.own_channels) + len(regime.supplier_channels) + 1)
    return {
        "run": 1.0,
        "days": days,
        "stores near customers": people * reach,
        "offers surveyed": min(people, MOST_SURVEYED) * offers if _knows_demand(scenario) else 0.0,
        "days by customers": days * people,
        "offers considered": days * people * wants.need_rate * offers,
        "days by cells": days * (stores + depots) * products,
        "styles by products": scenario.styles.count * products,
    }


def _stores(scenario: Scenario) -> int:
    """Return how many stores and showrooms there are."""
    given = scenario.retailers.stores
    if given is not None:
        return len(given)
    return sum(stores_per_town(scenario)) + scenario.retailers.showrooms_per_town * len(town_sizes(scenario))


def _knows_demand(scenario: Scenario) -> bool:
    levels = (scenario.suppliers, *scenario.tiers, scenario.retailers)
    rules = [each.pricing for each in (*levels, *scenario.firms.values())] + [scenario.suppliers.direct_pricing]
    return any(getattr(each, "rule", "") in KNOW_DEMAND for each in rules)


class ByIdentity(Generic[Kept]):
    """A cache key equal only to itself; holds the object it stands for."""

    def __init__(self, kept: Kept):
        self.kept = kept

    def __hash__(self) -> int:
        return id(self.kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and other.kept is self.kept


def seconds_of(scenario: Scenario, regimes: Iterable[str]) -> float:
    """Return about how many seconds of a core one run under each of some regimes takes."""
    return fsum(_seconds(ByIdentity(scenario), regime) for regime in regimes)


@lru_cache(maxsize=MOST_REMEMBERED)
def _seconds(scenario: ByIdentity[Scenario], regime: str) -> float:
    there = cost_drivers(scenario.kept, scenario.kept.regime(regime))
    return fsum(SECONDS[name] * count for name, count in there.items())
