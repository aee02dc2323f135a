"""How long a run will take, estimated from the scenario before anything of it is made: who has to wait for whom.

The seconds are those of one core that does nothing else. What each part costs was measured:
``python -m benchmarks.run_cost`` measures it again, and says by how much the estimate is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import fsum

from sim.common.identity import ByIdentity
from sim.runs.memory import count_of_stores, surveys_demand
from sim.scenario import Scenario
from sim.scenario.names import supplier_names, town_sizes
from sim.scenario.regimes import Regime

SECONDS: Mapping[str, float] = {
    "run": 0.05,
    "days": 1e-3,
    "stores near customers": 6e-7,
    "offers surveyed": 1e-6,
    "days by customers": 5e-8,
    "offers considered": 2e-8,
    "days by cells": 3e-8,
    "styles by products": 1.5e-7,
}
"""Seconds for each of what ``work_of_run`` counts, fitted to be too many rather than too few."""
MOST_SURVEYED = 100_000
"""Customers who are asked in a survey; see ``sim.engine.initial_state``."""
MOST_REMEMBERED = 256
"""Scenarios whose cost is remembered."""


def work_of_run(scenario: Scenario, regime: Regime) -> dict[str, float]:
    """Return how much there is in a run of all that takes time."""
    wants, days = scenario.customers, scenario.time.days
    people, stores = sum(town_sizes(scenario)), count_of_stores(scenario)
    products = len(scenario.products.items or ()) or scenario.products.count
    depots = len(supplier_names(scenario)) + sum(tier.firms for tier in scenario.tiers)
    reach, breadth = min(wants.reach, max(stores, 1)), min(wants.breadth, products)
    local = [*regime.own_channels, *(name for name in regime.supplier_channels if name != "parcel")]
    offers = breadth * (reach * len(local) + ("parcel" in regime.supplier_channels) + 1)
    return {
        "run": 1.0,
        "days": days,
        "stores near customers": people * reach,
        "offers surveyed": min(people, MOST_SURVEYED) * offers if surveys_demand(scenario) else 0.0,
        "days by customers": days * people,
        "offers considered": days * people * wants.need_rate * offers,
        "days by cells": days * (stores + depots) * products,
        "styles by products": scenario.styles.count * products,
    }


def seconds_of(scenario: Scenario, regimes: Iterable[str]) -> float:
    """Return about how many seconds of a core one run under each of some regimes takes."""
    return fsum(_seconds(ByIdentity(scenario), regime) for regime in regimes)


@lru_cache(maxsize=MOST_REMEMBERED)
def _seconds(scenario: ByIdentity[Scenario], regime: str) -> float:
    there = work_of_run(scenario.kept, scenario.kept.regime(regime))
    return fsum(SECONDS[name] * count for name, count in there.items())
