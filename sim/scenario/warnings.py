"""Warns about settings that are allowed but may mislead readers of the figures."""

from __future__ import annotations

from sim.scenario.schema import Scenario


def warnings(scenario: Scenario) -> list[str]:
    """Return one line for each thing to check before relying on the figures.

    Figures should not start before goods sold on day 0 can be returned or reordered.
    """
    time = scenario.time
    if not time.steady:
        return []
    leads = {
        "suppliers.lead_time": scenario.suppliers.lead_time,
        **{f"tiers[{number}].lead_time": tier.lead_time for number, tier in enumerate(scenario.tiers)},
        "retailers.lead_time": scenario.retailers.lead_time,
    }
    longest = max(leads, key=lambda name: leads[name])
    spans = {longest: leads[longest]}
    if may_be_returned(scenario):
        spans["returns.days"] = scenario.returns.days
    return [
        f"time.warm_up is {time.warm_up} days, shorter than {name}, {days} days: the first days counted differ "
        f"from the rest. Set time.warm_up to {days} or more, or say that the market is studied while it changes: "
        "time.steady = false."
        for name, days in spans.items()
        if time.warm_up < days
    ]


def may_be_returned(scenario: Scenario) -> bool:
    """Tell whether any product sold may be returned."""
    goods = [scenario.products, *(scenario.products.items or [])]
    return any(
        (getattr(each, name, 0.0) or 0.0) > 0.0 for each in goods for name in ("return_unseen", "return_inspected")
    )
