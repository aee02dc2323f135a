"""The two halves of a run's window, which tell whether it had settled."""

from __future__ import annotations

from math import lcm
from typing import Any

from sim.rules.replenishment import ReplenishmentRule
from sim.scenario.schema import Scenario

WEEK, YEAR = 7, 360


def half_length(scenario: Scenario) -> int:
    """Return the days of one half of the window; 0 where it has no day.

    Halves hold whole weeks where weekdays differ, and whole rounds of orders where firms order every few days, as far
    as a half is long enough. Where seasons differ, they are whole years of 360 days if the window has two of these,
    else only differences between regimes can be compared (``seasonal``).
    """
    time, wants = scenario.time, scenario.customers
    half = max(time.days - time.cool_down - time.warm_up, 0) // 2
    period = 1
    if wants.season_profile is not None and half >= YEAR:
        period = YEAR
    elif wants.weekday_profile is not None and half >= WEEK:
        period = WEEK
    for rule in _order_rules(scenario):
        joint = lcm(period, rule.review_days)
        period = joint if joint <= half else period
    return half - half % period


def _order_rules(scenario: Scenario) -> list[ReplenishmentRule]:
    """Return the rules by which firms order."""
    kinds: list[Any] = [scenario.suppliers, *scenario.tiers, scenario.retailers]
    own = [firm.replenishment for firm in scenario.firms.values() if firm.replenishment is not None]
    return [*(kind.replenishment for kind in kinds), *own]


def seasonal(scenario: Scenario) -> bool:
    """Tell whether the halves fall into different seasons, so that levels may differ without anything amiss."""
    profile = scenario.customers.season_profile
    return profile is not None and len(set(profile)) > 1 and half_length(scenario) % YEAR != 0


def window_edges(scenario: Scenario) -> tuple[int, ...]:
    """Return the first days of the parts of the window, and the day after it: what is left over, and both halves."""
    first, end = scenario.time.warm_up, scenario.time.days - scenario.time.cool_down
    half = half_length(scenario)
    return (first, end - 2 * half, end - half, end) if half else (first, max(first, end))
