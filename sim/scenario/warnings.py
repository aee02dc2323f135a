"""What is allowed in a scenario, and may still mislead whoever reads its figures."""

from __future__ import annotations

from sim.scenario.schema import Scenario


def warnings(scenario: Scenario) -> list[str]:
    """Return a line for each thing to look at before figures are believed."""
    return [*_short_warm_up(scenario)]


def _short_warm_up(scenario: Scenario) -> list[str]:
    """Warn where figures begin before what was sold on day 0 can have come back, or been ordered anew."""
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
        f"time.warm_up is {time.warm_up} days, shorter than {name}, {days} days: the first days that count are not "
        f"like the others. Set time.warm_up to {days} or more, or say that the market is to be seen changing: "
        "time.steady = false."
        for name, days in spans.items()
        if time.warm_up < days
    ]


def may_be_returned(scenario: Scenario) -> bool:
    """Tell whether anything that is sold may be sent back."""
    goods = [scenario.products, *(scenario.products.items or [])]
    return any(
        (getattr(each, name, 0.0) or 0.0) > 0.0 for each in goods for name in ("return_unseen", "return_inspected")
    )
