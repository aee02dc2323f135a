"""Headline figures of the first and of the second half of the window, from which it follows whether they moved."""

from __future__ import annotations

import numpy as np

from sim.engine.codes import BOUGHT, WAITING
from sim.engine.roles import Roles
from sim.kernels.need_sums import MET, WANTED
from sim.results.figures.arithmetic import currency_each, quotient
from sim.results.figures.parts import parts_between
from sim.results.figures.times import delivery_times, mean_days
from sim.results.figures.window import Window
from sim.results.outcome_data import OutcomeData
from sim.scenario.halves import half_length

HEADLINE = (
    *("consumer_price", "consumer_surplus", "welfare"),
    *("delivery_days.mean", "fill_rate", "no_purchase_share"),
)
"""Figures of which it is tested whether they were settled."""
FIRST, SECOND = "first", "second"


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
    sums, count = window.sums, window.need_count
    first, by_result, times = sums.first[0], sums.results[0], delivery_times(sums)
    surplus, kept_price, kept = (int(amount) for amount in sums.money[0])
    profits = int(window.profits[window.roles.firms].sum())
    values = (
        currency_each(kept_price, kept),
        currency_each(surplus, count),
        currency_each(surplus + profits + public_cents(window), count),
        mean_days(times),
        quotient(first[MET], first[WANTED]),
        quotient(count - by_result[BOUGHT] - by_result[WAITING], count),
    )
    return dict(zip(HEADLINE, values, strict=True))


def public_cents(window: Window) -> int:
    """Return what outside accounts took in tax less what they gave in subsidies, in cents."""
    scenario, regime = window.outcome.manifest.scenario, window.outcome.manifest.regime
    if scenario.money.tax_rate == 0.0 and not scenario.regime(regime).at_cost:
        return 0
    kinds = window.outcome.labels["ledger_kinds"]
    if window.outcome.sums is not None:
        sums, outside = window.outcome.sums, Roles.OUTSIDE
        parts = parts_between(sums.needs.edges, window.first, window.end)
        money = sums.journals.money[parts.start : parts.stop, [kinds.index("tax"), kinds.index("subsidy")]]
        return int(money[..., outside].sum() - money[..., outside, :].sum())
    roles, total = window.roles, 0
    for ledger in window.chunks("ledger"):
        public = np.isin(ledger["kind"], [kinds.index("tax"), kinds.index("subsidy")])
        cents = ledger["cents"][public]
        gains = roles.of_account[ledger["payee"][public]] == roles.OUTSIDE
        gives = roles.of_account[ledger["payer"][public]] == roles.OUTSIDE
        total += int(cents[gains].sum()) - int(cents[gives].sum())
    return total
