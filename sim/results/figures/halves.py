"""Headline figures of the first and of the second half of the window, from which it follows whether they moved."""

from __future__ import annotations

from math import lcm
from typing import Any

import numpy as np

from sim.results.figures.arithmetic import currency_each, quotient
from sim.results.figures.window import Window, is_kept
from sim.results.outcome_data import OutcomeData
from sim.rules.replenishment import ReplenishmentRule
from sim.scenario import Scenario

HEADLINE = (
    *("consumer_price", "consumer_surplus", "welfare"),
    *("delivery_days.mean", "fill_rate", "no_purchase_share"),
)
"""Figures of which it is tested whether they were settled."""
FIRST, SECOND = "first", "second"
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


def halves(outcome: OutcomeData) -> dict[str, float | None]:
    """Return the headline figures of the two halves of the window by ``first.NAME`` and ``second.NAME``.

    The second half ends with the window; days left over in front of the first are left out. Empty where a half has no
    day, or the run did not come that far.
    """
    _, end = outcome.manifest.window
    half = half_length(outcome.manifest.scenario)
    if half == 0 or Window.of(outcome).end < end:
        return {}
    parts = {FIRST: Window(outcome, end - 2 * half, end - half), SECOND: Window(outcome, end - half, end)}
    return {f"{part}.{name}": value for part, window in parts.items() for name, value in headline_of(window).items()}


def headline_of(window: Window) -> dict[str, float | None]:
    """Return the headline figures of a window, each as it is defined in ``FIGURES``."""
    needs, count = window.needs, window.need_count
    kept, days = is_kept(needs), needs["days"][window.delivered]
    chosen = needs["first_choice"] >= 0
    surplus, profits = int(needs["surplus"].sum()), int(window.profits[window.roles.firms].sum())
    values = (
        currency_each(needs["price"][kept].sum(), np.count_nonzero(kept)),
        currency_each(surplus, count),
        currency_each(surplus + profits + public_cents(window), count),
        float(days.mean()) if len(days) else None,
        quotient(np.count_nonzero(chosen & ~needs["first_empty"]), np.count_nonzero(chosen)),
        quotient(np.count_nonzero(~window.bought & ~window.waiting), count),
    )
    return dict(zip(HEADLINE, values, strict=True))


def public_cents(window: Window) -> int:
    """Return what outside accounts took in tax less what they gave in subsidies, in cents."""
    scenario, regime = window.outcome.manifest.scenario, window.outcome.manifest.regime
    if scenario.money.tax_rate == 0.0 and not scenario.regime(regime).at_cost:
        return 0
    kinds = window.outcome.labels["ledger_kinds"]
    roles, total = window.roles, 0
    for ledger in window.chunks("ledger"):
        public = np.isin(ledger["kind"], [kinds.index("tax"), kinds.index("subsidy")])
        cents = ledger["cents"][public]
        gains = roles.of_account[ledger["payee"][public]] == roles.OUTSIDE
        gives = roles.of_account[ledger["payer"][public]] == roles.OUTSIDE
        total += int(cents[gains].sum()) - int(cents[gives].sum())
    return total
