"""How much memory runs will take, told from the scenario before any of it is used, and how much there is.

Every table of a market has a size that follows from the scenario. What each costs, with all that is made of it on the
way to figures, was measured: ``python -m benchmarks memory_estimate`` measures it again, and says by how much the
estimate is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from math import fsum

from sim.runs.machine import MEMORY, available_cores, available_memory
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.names import retailer_names, stores_per_town, supplier_names, town_sizes
from sim.scenario.regimes import Regime

BYTES: Mapping[str, float] = {
    "process": 340e6,
    "customers": 60.0,
    "stores near customers": 12.0,
    "offers surveyed": 65.0,
    "needs": 750.0,
    "choices": 165.0,
    "cells": 500.0,
    "goods under way": 4.0,
    "pairs of depots and places": 8.0,
    "styles by products": 16.0,
    "towns by goods": 60.0,
    "towns by depots": 8.0,
    "days by accounts": 110.0,
    "places": 12_000.0,
}
"""Bytes at most, for each of what ``sizes`` counts."""
KEEP_LESS = ('or set records.needs = "figures"', 'or set records.keep = "disk"')
LOWER: Mapping[str, tuple[str, ...]] = {
    "customers": ("geography.customers",),
    "stores near customers": ("customers.reach", "geography.customers"),
    "offers surveyed": ("customers.breadth", "customers.reach", "geography.customers"),
    "needs": (
        "time.days",
        "geography.customers",
        "customers.need_rate",
        *KEEP_LESS,
    ),
    "choices": ("or set records.choices = false", "customers.breadth", "customers.reach"),
    "cells": ("products.count", "geography.town_count", "suppliers.count", "or raise retailers.people_per_store"),
    "goods under way": ("products.count", "retailers.lead_time"),
    "pairs of depots and places": ("suppliers.count", "geography.town_count"),
    "styles by products": ("styles.count", "products.count"),
    "towns by goods": ("geography.town_count", "products.count", "styles.count"),
    "towns by depots": ("geography.town_count", "suppliers.count"),
    "days by accounts": ("time.days", "suppliers.count"),
    "places": ("geography.town_count", "suppliers.count", "or raise retailers.people_per_store"),
}
"""What to lower where each of them takes most."""
KEPT_SHARE: Mapping[str, float] = {"records": 1.0, "pairs": 0.3, "figures": 0.0}
"""How much of what records take is kept of each need; see ``records.needs``."""
LIVE_DAYS = 3
"""Days' needs whose records are there at a time where they are forgotten."""
KEPT_OF_FIRST = ("needs", "choices", "days by accounts")
"""What is kept of the first regime's run while the others are compared with it, about half of what it takes."""
KNOW_DEMAND = ("best_response", "quantity")
"""Pricing rules for which all customers are surveyed."""


def sizes(scenario: Scenario, regime: Regime) -> dict[str, float]:
    """Return how much there is in a run of all that takes memory."""
    wants, records, days = scenario.customers, scenario.records, scenario.time.days
    people, towns = sum(town_sizes(scenario)), len(town_sizes(scenario))
    stores, products, styles = count_of_stores(scenario), _products(scenario), scenario.styles.count
    suppliers, tiers = len(supplier_names(scenario)), sum(tier.firms for tier in scenario.tiers)
    depots = suppliers + tiers
    places = depots + stores
    accounts = depots + len(retailer_names(scenario)) + 12
    lead = max(
        scenario.suppliers.lead_time, scenario.retailers.lead_time, *(tier.lead_time for tier in scenario.tiers), 0
    )
    reach, breadth = min(wants.reach, max(stores, 1)), min(wants.breadth, products)
    daily = people * wants.need_rate
    needs = daily * (LIVE_DAYS + days * KEPT_SHARE[records.needs])
    in_memory = 0.0 if records.on_disk else 1.0
    offers = _offers(scenario, regime, reach, breadth, products)
    return {
        "process": 1.0,
        "customers": people,
        "stores near customers": people * reach,
        "offers surveyed": people * offers if surveys_demand(scenario) else 0.0,
        "needs": in_memory * needs,
        "choices": in_memory * needs * offers if records.choices and records.of_all else 0.0,
        "cells": places * products,
        "goods under way": places * products * (lead + 1),
        "pairs of depots and places": depots * places,
        "styles by products": styles * products,
        "towns by goods": towns * (styles + products),
        "towns by depots": towns * suppliers,
        "days by accounts": (days + 1) * accounts,
        "places": places,
    }


def count_of_stores(scenario: Scenario) -> int:
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


def surveys_demand(scenario: Scenario) -> bool:
    """Tell whether firms ask customers, before the first day, what they would buy."""
    levels = (scenario.suppliers, *scenario.tiers, scenario.retailers)
    firms = (*levels, *scenario.firms.values())
    rules = [*(getattr(each, "pricing", None) for each in firms), scenario.suppliers.direct_pricing]
    return any(getattr(each, "rule", "") in KNOW_DEMAND for each in rules)


def bytes_of_run(scenario: Scenario, regime: Regime) -> float:
    """Return what one run takes at most, in a process of its own, its figures computed."""
    return fsum(BYTES[name] * count for name, count in sizes(scenario, regime).items())


# -- whether it is enough ----------------------------------------------------------------------------------------------


def bytes_at_a_time(scenario: Scenario, regimes: Iterable[str], runs: int, *, apart: bool = False) -> float:
    """Return what runs take that are made at a time, each on its own world under one regime after the other.

    Args:
        scenario: what is run.
        regimes: names of the regimes.
        runs: how many are made at a time.
        apart: whether each is made in a process of its own.
    """
    names = list(regimes)
    each = [sizes(scenario, scenario.regime(name)) for name in names]
    process = BYTES["process"]
    largest = max(fsum(BYTES[name] * count for name, count in found.items()) for found in each) - process
    kept = max(fsum(BYTES[name] * found[name] for name in KEPT_OF_FIRST) for found in each) / 2 if len(names) > 1 else 0
    return process * (1 + runs if apart else 1) + runs * (largest + kept)


def ensure_memory(scenario: Scenario, regimes: Iterable[str], runs: int = 1, *, apart: bool = False) -> None:
    """Make sure, before any of it is used, that there is memory for runs; see ``bytes_at_a_time``.

    Raises ScenarioError with the estimate, what there is, and what to lower.
    """
    names = list(regimes)
    wanted, there = bytes_at_a_time(scenario, names, runs, apart=apart), available_memory()
    if wanted <= there:
        return
    what = "a run of this market takes" if runs == 1 else f"{runs} runs at a time take"
    allowed = f"{what} about {memory_text(wanted)} of memory, and {memory_text(there)} can be had here"
    if BYTES["process"] > there:
        remedy = "close other programs, or raise the limit (ulimit -v, a container's); or say how much may be used"
        raise ScenarioError([Problem("", "memory", "", allowed, f"{remedy}, {MEMORY}=32GB")])
    lower = f"lower {'workers, ' if runs > 1 else ''}{', '.join(_to_lower(scenario, names))}"
    remedy = f"{lower}; or say how much may be used, {MEMORY}=32GB"
    raise ScenarioError([Problem("", "memory", "", allowed, remedy)])


def memory_problems(scenario: Scenario, regimes: Iterable[str], most: float, where: str) -> list[Problem]:
    """Return why a run takes more memory than it may, with what to lower; empty where it does not.

    Args:
        scenario, regimes: what is run.
        most: bytes that a run may take.
        where: what says so.
    """
    names = list(regimes)
    wanted = max(bytes_of_run(scenario, scenario.regime(name)) for name in names)
    if wanted <= most:
        return []
    allowed = f"a run of this market takes about {memory_text(wanted)} of memory; {memory_text(most)} can be had here"
    return [Problem(where, "memory", "", allowed, f"lower {', '.join(_to_lower(scenario, names))}")]


def runs_at_a_time(
    scenario: Scenario, regimes: Iterable[str], asked: int | None, most: int, *, apart: bool = False
) -> int:
    """Return how many runs to make at a time: as asked for, else one for each core, fewer where memory is short.

    Raises ScenarioError when there is no memory for as many as were asked for, or not for one.
    """
    names = list(regimes)
    runs = max(min(available_cores() if asked is None else asked, most), 1)
    fits = partial(bytes_at_a_time, scenario, names, apart=apart)
    while asked is None and runs > 1 and fits(runs) > available_memory():
        runs -= 1
    ensure_memory(scenario, names, runs, apart=apart)
    return runs


def memory_text(count: float) -> str:
    """Write a number of bytes: ``390 MB``, ``12 GB``."""
    size = count / 1e9
    return f"{count / 1e6:,.0f} MB" if size < 1 else f"{size:,.1f} GB" if size < 10 else f"{size:,.0f} GB"


def _to_lower(scenario: Scenario, regimes: Iterable[str]) -> list[str]:
    """Return what to lower: the parameters of what takes most, first."""
    taken = dict.fromkeys(LOWER, 0.0)
    for regime in regimes:
        found = sizes(scenario, scenario.regime(regime))
        taken = {name: max(before, BYTES[name] * found[name]) for name, before in taken.items()}
    most = sorted(taken, key=lambda name: -taken[name])
    large = [name for name in most if taken[name] > max(taken.values()) / 4]
    found_names = dict.fromkeys(each for name in large[:2] for each in LOWER[name])
    return sorted(found_names, key=lambda each: each.startswith("or "))
