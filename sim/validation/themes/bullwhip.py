"""Orders that vary more than demand, if forecasts are moving averages.

In theory customers wait, so forecasts are made in depots; shops have ample stock and order what they sold. In theory
firms may return excess stock: here demand is so large that they never want to.
"""

from __future__ import annotations

from sim.common.estimates import Estimate
from sim.formulas.bullwhip import (
    moving_average_ratio,
    shared_demand_ratios,
    unshared_demand_bounds,
    unshared_demand_ratios,
)
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact, ratio_estimate
from sim.validation.markets import Tables, calendar, fixed, live, many_tastes, market
from sim.validation.themes.flows import variances
from sim.validation.themes.stocks import SUPPLIER

NEED_RATE = 0.4
"""Per customer and day. Ratios of variances do not depend on the distribution of demand."""


def averaging(days: int, *, shares_demand: bool = False) -> Tables:
    """Return the rule to order up to lead time x the moving average, without safety stock."""
    forecast = {"forecast": "moving_average", "forecast_days": days, "shares_demand": shares_demand}
    return {"rule": "base_stock", "safety_factor": 0.0, **forecast}


def warehouses(parameters: Parameters, *, shares_demand: bool) -> Tables:
    """Return a chain of depots with moving averages, ending with the maker's, and a shop that passes on its sales."""
    first, *middle, maker = parameters["leads"]
    rule = averaging(parameters["periods"], shares_demand=shares_demand)
    tiers = [
        {"name": f"tier {k}", "location": "centre", "pricing": fixed(2.0), "lead_time": lead, "replenishment": rule}
        for k, lead in enumerate(reversed([first, *middle]), start=1)
    ]
    products = parameters["products"]
    return market(
        calendar(parameters["days"] + parameters["warm_up"], parameters["warm_up"]),
        many_tastes(products, int(parameters["demand"] / NEED_RATE)),
        customers={"need_rate": NEED_RATE},
        suppliers={"lead_time": maker, "replenishment": rule},
        tiers=tiers,
        retailers={"stores": [{"name": "shop", "town": "town", "slots": products}]},
    )


def one_depot(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the variance of orders and demand at a depot that sends parcels and uses a moving average."""
    lead, periods = parameters["lead"], parameters["periods"]
    tables = market(
        calendar(parameters["days"] + parameters["warm_up"], parameters["warm_up"]),
        many_tastes(parameters["products"], int(parameters["demand"] / NEED_RATE)),
        customers={"need_rate": NEED_RATE},
        suppliers={"lead_time": lead, "replenishment": averaging(periods)},
    )
    outcome = live(tables, "direct", seed, tastes_dealt_out=True)
    found = ratio_estimate(variances(outcome, SUPPLIER, "orders"), variances(outcome, SUPPLIER, "demand"))
    return [Finding("variance of orders / demand", moving_average_ratio(lead, periods), found)]


def ratios_along(parameters: Parameters, seed: int, *, shares_demand: bool) -> list[Estimate]:
    """Estimate, tier by tier from the shop's supplier up, the variance of orders over that of customers' demand."""
    tables = warehouses(parameters, shares_demand=shares_demand)
    outcome = live(tables, "traditional", seed, tastes_dealt_out=True)
    nearest = len(parameters["leads"]) - 1
    customers = variances(outcome, nearest, "demand")
    return [ratio_estimate(variances(outcome, level, "orders"), customers) for level in range(nearest, -1, -1)]


def known_to_all(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare orders with customers' demand at each tier of a chain that shares demand information."""
    theory = shared_demand_ratios(parameters["leads"], parameters["periods"])
    found = ratios_along(parameters, seed, shares_demand=True)
    return [
        Finding(f"variance of orders / customers' demand, tier {k}", expected, estimated)
        for k, (expected, estimated) in enumerate(zip(theory, found, strict=True), start=1)
    ]


def orders_of_orders(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare orders with customers' demand at each tier of a chain in which each tier sees only its buyers' orders."""
    leads, periods = parameters["leads"], parameters["periods"]
    theory, bounds = unshared_demand_ratios(leads, periods), unshared_demand_bounds(leads, periods)
    found = ratios_along(parameters, seed, shares_demand=False)
    findings = []
    for k, (expected, bound, estimated) in enumerate(zip(theory, bounds, found, strict=True), start=1):
        findings.append(Finding(f"variance of orders / customers' demand, tier {k}", expected, estimated))
        if k == 1:
            continue  # the bound is the ratio itself
        short = max(bound - float(estimated.mean or 0.0), 0.0)
        findings.append(Finding(f"short of the product of the tiers' own, tier {k}", 0.0, exact(short), 0.02 * bound))
    return findings


def averaged(periods: int, lead: int, products: int, days: int) -> Parameters:
    """Return parameters of a depot; counting starts when the first forecast is forgotten."""
    return {
        **{"periods": periods, "lead": lead, "products": products, "demand": 100.0},
        **{"days": days, "warm_up": 2 * (periods + lead)},
    }


def depot_chain(periods: int, leads: tuple[int, ...], products: int, days: int) -> Parameters:
    """Return parameters of a chain of depots with these lead times, from the shop's supplier up to the maker."""
    warm_up = 2 * (periods + 1) * len(leads) + sum(leads)
    return {
        **{"periods": periods, "leads": leads, "products": products, "demand": 100.0},
        **{"days": days, "warm_up": warm_up},
    }


SOURCE = "Chen, Drezner, Ryan & Simchi-Levi 2000, Management Science"

BULLWHIP_CHECKS = (
    Check(
        name="moving_average_forecasts",
        theme="stocks",
        claim="Levels that follow a mean of p days: variance ratio 1 + 2L/p + 2(L/p)^2",
        source=SOURCE,
        tolerance=0.02,
        run=one_depot,
        cases=(
            CheckCase("5 days, lead 2", averaged(5, 2, 40, 200)),
            CheckCase("5 days, lead 1", averaged(5, 1, 40, 200)),
            CheckCase("10 days, lead 3", averaged(10, 3, 40, 200)),
        ),
    ),
    Check(
        name="demand_shared_along_the_chain",
        theme="stocks",
        claim="Tiers that see customers' demand behave as if next to them, with lead times added up",
        source=SOURCE,
        tolerance=0.02,
        run=known_to_all,
        cases=(
            CheckCase("5 days, leads 2, 2, 2", depot_chain(5, (2, 2, 2), 30, 450)),
            CheckCase("10 days, leads 1, 3", depot_chain(10, (1, 3), 30, 300)),
        ),
    ),
    Check(
        name="orders_of_orders",
        theme="stocks",
        claim="A tier that sees only orders multiplies its buyers' ratio by at least its own",
        source=SOURCE,
        tolerance=0.02,
        run=orders_of_orders,
        cases=(
            CheckCase("5 days, leads 2, 2", depot_chain(5, (2, 2), 40, 400)),
            CheckCase("10 days, leads 1, 3", depot_chain(10, (1, 3), 40, 300)),
            CheckCase("5 days, leads 2, 2, 2", depot_chain(5, (2, 2, 2), 60, 800), slow=True),
        ),
    ),
)
