"""Orders that vary more than demand, if forecasts are moving averages.

In theory customers wait, so forecasts are made in depots; shops have ample stock and order what they sold. In theory
firms may return excess stock: here demand is so large that they never want to. Counting starts when the first forecast
is forgotten.
"""

from __future__ import annotations

from functools import partial

from sim.common.estimates import Estimate
from sim.formulas import bullwhip
from sim.validation.claims import Finding, claim, exact, given, ratio_estimate
from sim.validation.markets import Tables, calendar, fixed, live, many_tastes, market
from sim.validation.themes.flows import variances
from sim.validation.themes.stocks import SUPPLIER

NEED_RATE, DEMAND = 0.4, 100.0
"""Per customer and day, and per product and day. Ratios of variances do not depend on the distribution of demand."""

bullwhip_claim = partial(
    claim, "stocks", source="Chen, Drezner, Ryan & Simchi-Levi 2000, Management Science", tolerance=0.02
)


def averaging(periods: int, *, shares_demand: bool = False) -> Tables:
    """Return the rule to order up to lead time x the moving average, without safety stock."""
    forecast = {"forecast": "moving_average", "forecast_days": periods, "shares_demand": shares_demand}
    return {"rule": "base_stock", "safety_factor": 0.0, **forecast}


def steady(products: int, days: int, warm_up: int, maker: Tables) -> Tables:
    """Return a market with the same demand for each product, whose maker has these properties."""
    return market(
        calendar(days + warm_up, warm_up),
        many_tastes(products, int(DEMAND / NEED_RATE)),
        customers={"need_rate": NEED_RATE},
        suppliers=maker,
    )


@bullwhip_claim(
    cases=(
        given("5 days, lead 2", periods=5, lead=2, products=40, days=200),
        given("5 days, lead 1", periods=5, lead=1, products=40, days=200),
        given("10 days, lead 3", periods=10, lead=3, products=40, days=200),
    )
)
def moving_average_forecasts(seed: int, periods: int, lead: int, products: int, days: int) -> list[Finding]:
    """Levels that follow a mean of p days: variance ratio 1 + 2L/p + 2(L/p)^2."""
    depot = {"lead_time": lead, "replenishment": averaging(periods)}
    outcome = live(steady(products, days, 2 * (periods + lead), depot), "direct", seed, tastes_dealt_out=True)
    found = ratio_estimate(variances(outcome, SUPPLIER, "orders"), variances(outcome, SUPPLIER, "demand"))
    return [Finding("variance of orders / demand", bullwhip.moving_average_ratio(lead, periods), found)]


def ratios_along(
    seed: int, periods: int, leads: tuple[int, ...], products: int, days: int, *, shares_demand: bool
) -> list[Estimate]:
    """Estimate, tier by tier from the shop's supplier up, the variance of orders over that of customers' demand.

    The chain is one of depots with moving averages and these lead times, and a shop that passes on its sales.
    """
    rule = averaging(periods, shares_demand=shares_demand)
    tiers = [
        {"name": f"tier {k}", "location": "centre", "pricing": fixed(2.0), "lead_time": lead, "replenishment": rule}
        for k, lead in enumerate(reversed(leads[:-1]), start=1)
    ]
    warm_up = 2 * (periods + 1) * len(leads) + sum(leads)
    tables = market(
        steady(products, days, warm_up, {"lead_time": leads[-1], "replenishment": rule}),
        tiers=tiers,
        retailers={"stores": [{"name": "shop", "town": "town", "slots": products}]},
    )
    outcome = live(tables, "traditional", seed, tastes_dealt_out=True)
    nearest = len(leads) - 1
    customers = variances(outcome, nearest, "demand")
    return [ratio_estimate(variances(outcome, level, "orders"), customers) for level in range(nearest, -1, -1)]


@bullwhip_claim(
    cases=(
        given("5 days, leads 2, 2, 2", periods=5, leads=(2, 2, 2), products=30, days=450),
        given("10 days, leads 1, 3", periods=10, leads=(1, 3), products=30, days=300),
    )
)
def demand_shared_along_the_chain(
    seed: int, periods: int, leads: tuple[int, ...], products: int, days: int
) -> list[Finding]:
    """Tiers that see customers' demand behave as if next to them, with lead times added up."""
    found = ratios_along(seed, periods, leads, products, days, shares_demand=True)
    return [
        Finding(f"variance of orders / customers' demand, tier {k}", expected, estimated)
        for k, (expected, estimated) in enumerate(
            zip(bullwhip.shared_demand_ratios(leads, periods), found, strict=True), 1
        )
    ]


@bullwhip_claim(
    cases=(
        given("5 days, leads 2, 2", periods=5, leads=(2, 2), products=40, days=400),
        given("10 days, leads 1, 3", periods=10, leads=(1, 3), products=40, days=300),
        given("5 days, leads 2, 2, 2", periods=5, leads=(2, 2, 2), products=60, days=800, slow=True),
    )
)
def orders_of_orders(seed: int, periods: int, leads: tuple[int, ...], products: int, days: int) -> list[Finding]:
    """A tier that sees only orders multiplies its buyers' ratio by at least its own."""
    theory, bounds = bullwhip.unshared_demand_ratios(leads, periods), bullwhip.unshared_demand_bounds(leads, periods)
    found = ratios_along(seed, periods, leads, products, days, shares_demand=False)
    findings = []
    for k, (expected, bound, estimated) in enumerate(zip(theory, bounds, found, strict=True), start=1):
        findings.append(Finding(f"variance of orders / customers' demand, tier {k}", expected, estimated))
        if k == 1:
            continue  # the bound is the ratio itself
        short = max(bound - float(estimated.mean or 0.0), 0.0)
        findings.append(Finding(f"short of the product of the tiers' own, tier {k}", 0.0, exact(short), 0.02 * bound))
    return findings
