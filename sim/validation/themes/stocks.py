"""Stocks compared with the formulas of inventory theory.

A day of the market: goods arrive in the morning, customers come, and in the evening firms order what arrives ``lead``
mornings later. So an order has to cover ``lead`` days of demand, and a need, which arises at noon on average, waits for
the order it causes lead - 1/2 days. Theory's continuous review is approximated by slow movers, for which a day is
short.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.estimates import Estimate, estimate
from sim.common.types import FloatArray
from sim.engine.codes import NOTHING
from sim.formulas import inventory
from sim.results.outcome import Outcome
from sim.validation.claims import Check, CheckCase, Finding, Parameters, ratio_estimate
from sim.validation.markets import (
    PATIENCE_LOST,
    Tables,
    base_stock_rule,
    calendar,
    live,
    many_tastes,
    market,
    places_of_tier,
    rows_of,
    towns_with_a_shop,
)

SUPPLIER, STORE = 0, 1
NOON = 0.5
HIGHEST_NEED_RATE = 0.005
"""Per customer and day, so that the daily number of needs, which is binomial, is nearly Poisson."""


def customers_for(rate: float) -> tuple[int, float]:
    """Return how many customers have this daily demand together, and how often each has a need."""
    customers = int(np.ceil(rate / HIGHEST_NEED_RATE))
    return customers, rate / customers


def depot(parameters: Parameters, rate: float, replenishment: Tables) -> Tables:
    """Return a market of one depot that sends parcels of many products, each with its own stock."""
    customers, need_rate = customers_for(rate)
    return market(
        calendar(parameters["days"], parameters["warm_up"], 2 * parameters["lead"]),
        many_tastes(parameters["stocks"], customers),
        customers={"need_rate": need_rate},
        suppliers={"lead_time": parameters["lead"], "replenishment": replenishment},
    )


def shelves(parameters: Parameters, rate: float) -> Tables:
    """Return a market of many shops, each with its own stock, whose customers leave when the shelf is empty."""
    customers, need_rate = customers_for(rate)
    return market(
        calendar(parameters["days"], parameters["warm_up"]),
        towns_with_a_shop(parameters["stocks"], customers),
        customers={"need_rate": need_rate, "waiting_cost": PATIENCE_LOST},
        retailers={"lead_time": parameters["lead"], "replenishment": base_stock_rule(parameters["level"])},
    )


def fill_rate(outcome: Outcome, places: NDArray[np.int64]) -> Estimate:
    """Return the share of units met on the day of demand, over all stocks of these places."""
    cells = outcome.columns["cells"]
    here = np.isin(cells["place"], places)
    return ratio_estimate(cells["filled"][here], cells["demand"][here])


def mean_wait(outcome: Outcome, begins: float) -> Estimate:
    """Return the mean wait for a parcel in days, over all products; waits count from ``begins`` on."""
    needs = outcome.columns["needs"]
    served = rows_of(needs, outcome.in_window(needs["day"]) & (needs["product"] != NOTHING))
    days = np.floor(served["days"])
    waited = days - begins * (days > 0)
    return ratio_estimate(np.bincount(served["product"], weights=waited), np.bincount(served["product"]))


def slow_rate(parameters: Parameters) -> float:
    """Return the daily needs that give the case's lead-time demand, with needs arising at noon."""
    return float(parameters["lead_time_demand"] / (parameters["lead"] - NOON))


def base_stock_fill_rate(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare slow movers in a depot, one for one, with Palm's formula."""
    rate = slow_rate(parameters)
    outcome = live(depot(parameters, rate, base_stock_rule(parameters["level"])), "direct", seed, tastes_dealt_out=True)
    theory = inventory.base_stock(rate, parameters["lead"] - NOON, parameters["level"])
    filled = fill_rate(outcome, places_of_tier(outcome, SUPPLIER))
    return [Finding("share of units met at once", theory.fill_rate, filled)]


def base_stock_waiting(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the waits for slow movers with Palm's formula; a wait begins at noon."""
    rate = slow_rate(parameters)
    outcome = live(depot(parameters, rate, base_stock_rule(parameters["level"])), "direct", seed, tastes_dealt_out=True)
    theory = inventory.base_stock(rate, parameters["lead"] - NOON, parameters["level"])
    return [Finding("mean wait in days", theory.waiting, mean_wait(outcome, begins=NOON))]


def lost_sales_fill_rate(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare slow movers on shelves, one for one, with Erlang's loss formula."""
    rate = slow_rate(parameters)
    outcome = live(shelves(parameters, rate), "shops", seed)
    theory = inventory.base_stock_lost_sales(rate, parameters["lead"] - NOON, parameters["level"])
    return [Finding("share of units met at once", theory, fill_rate(outcome, places_of_tier(outcome, STORE)))]


def reorder_point_fill_rate(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare slow movers ordered in lots with the (r, Q) formula."""
    rate, point, lot = slow_rate(parameters), parameters["point"], parameters["lot"]
    rule = {"rule": "reorder_point", "reorder_point": point, "level": point + lot, "forecast_gain": 0.0}
    outcome = live(depot(parameters, rate, rule), "direct", seed, tastes_dealt_out=True)
    theory = inventory.reorder_point(rate, parameters["lead"] - NOON, point, lot)
    filled = fill_rate(outcome, places_of_tier(outcome, SUPPLIER))
    return [Finding("share of units met at once", theory.fill_rate, filled)]


def periodic_fill_rate(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare fast movers, counted every evening, with the formula for periodic review."""
    rate, lead, level = parameters["rate"], parameters["lead"], parameters["level"]
    outcome = live(depot(parameters, rate, base_stock_rule(level)), "direct", seed, tastes_dealt_out=True)
    theory = inventory.periodic_review(rate, lead, level)
    filled = fill_rate(outcome, places_of_tier(outcome, SUPPLIER))
    return [
        Finding("share of units met on the day", theory.fill_rate, filled),
        Finding("share of evenings nobody waits", theory.ready_rate, estimate(ready_rates(outcome))),
    ]


def ready_rates(outcome: Outcome) -> FloatArray:
    """Return, for each product, the share of counted evenings without waiting customers."""
    needs = outcome.columns["needs"]
    first, end = outcome.manifest.window
    served = rows_of(needs, needs["product"] != NOTHING)
    product = served["product"].astype(np.int64)
    waiting = np.zeros((int(product.max()) + 1, outcome.manifest.scenario.time.days + 1), dtype=np.int64)
    np.add.at(waiting, (product, served["day"]), 1)
    arrived = np.floor(served["days"])
    done = ~np.isnan(arrived)
    np.add.at(waiting, (product[done], served["day"][done] + arrived[done].astype(np.int64)), -1)
    ready: FloatArray = (np.cumsum(waiting, axis=1)[:, first:end] == 0).mean(axis=1)
    return ready


def periodic_waiting(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare the waits for fast movers, in evenings, with the formula for periodic review."""
    rate, lead, level = parameters["rate"], parameters["lead"], parameters["level"]
    outcome = live(depot(parameters, rate, base_stock_rule(level)), "direct", seed, tastes_dealt_out=True)
    theory = inventory.periodic_review(rate, lead, level)
    return [Finding("mean wait in days", theory.waiting, mean_wait(outcome, begins=0.0))]


def morning_stock_fill_rate(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare shelves that are full again every morning with the newsvendor's formula."""
    rate, level = parameters["rate"], parameters["level"]
    outcome = live(shelves({**parameters, "lead": 1}, rate), "shops", seed)
    theory = inventory.morning_stock_lost_sales(rate, level)
    return [Finding("share of units met at once", theory, fill_rate(outcome, places_of_tier(outcome, STORE)))]


def slow(stocks: int, lead: int, demand: float, level: int, days: int) -> Parameters:
    """Return parameters of slow movers; the warm-up is three lead times."""
    return {
        "stocks": stocks,
        "lead": lead,
        "lead_time_demand": demand,
        "level": level,
        "days": days,
        "warm_up": 3 * lead,
    }


def fast(stocks: int, rate: float, lead: int, level: int, days: int) -> Parameters:
    """Return parameters of fast movers; the warm-up is ten lead times."""
    return {"stocks": stocks, "rate": rate, "lead": lead, "level": level, "days": days, "warm_up": 10 * lead}


def slow_movers(stocks: int, lead: int, demand: float, point: int, lot: int, days: int) -> Parameters:
    """Return parameters of slow movers ordered in lots; the warm-up is ten lots, to decorrelate stocks."""
    rate = demand / (lead - NOON)
    warm_up = int(10 * lot / rate)
    return {
        **{"stocks": stocks, "lead": lead, "lead_time_demand": demand, "point": point, "lot": lot},
        **{"days": warm_up + days, "warm_up": warm_up},
    }


STOCK_CHECKS = (
    Check(
        name="base_stock_fill_rate",
        theme="stocks",
        claim="One for one, customers waiting: the share met at once is P(lead-time demand < level)",
        source="Palm 1938; Zipkin 2000, Foundations of Inventory Management",
        tolerance=0.01,
        run=base_stock_fill_rate,
        cases=(
            CheckCase("demand 6, level 9", slow(1500, 31, 6.0, 9, 900), slow=True),
            CheckCase("demand 2, level 4", slow(1000, 21, 2.0, 4, 600)),
            CheckCase("demand 12, level 15", slow(1500, 41, 12.0, 15, 2000), slow=True),
        ),
    ),
    Check(
        name="base_stock_waiting",
        theme="stocks",
        claim="One for one, customers waiting: they wait E(lead-time demand - level)+ / rate",
        source="Palm 1938; Little 1961, Operations Research",
        tolerance=0.01,
        run=base_stock_waiting,
        cases=(
            CheckCase("demand 2, level 1", slow(1000, 21, 2.0, 1, 600)),
            CheckCase("demand 6, level 6", slow(1500, 31, 6.0, 6, 4000), slow=True),
            CheckCase("demand 6, level 4", slow(1500, 31, 6.0, 4, 2000), slow=True),
        ),
    ),
    Check(
        name="lost_sales_fill_rate",
        theme="stocks",
        claim="One for one, customers leaving: the share lost is Erlang's loss probability",
        source="Erlang 1917; Karush 1957, Operations Research",
        tolerance=0.01,
        run=lost_sales_fill_rate,
        cases=(
            CheckCase("demand 6, level 9", slow(1000, 31, 6.0, 9, 500)),
            CheckCase("demand 2, level 2", slow(1000, 41, 2.0, 2, 800), slow=True),
            CheckCase("demand 10, level 8", slow(1000, 61, 10.0, 8, 1000), slow=True),
        ),
    ),
    Check(
        name="reorder_point_fill_rate",
        theme="stocks",
        claim="Lots of Q at reorder point r, customers waiting: the mean over levels r + 1 .. r + Q",
        source="Zipkin 2000, Foundations of Inventory Management",
        tolerance=0.01,
        run=reorder_point_fill_rate,
        cases=(
            CheckCase("demand 2, r 2, Q 4", slow_movers(1500, 41, 2.0, 2, 4, 800)),
            CheckCase("demand 6, r 5, Q 8", slow_movers(2000, 121, 6.0, 5, 8, 2500), slow=True),
            CheckCase("demand 4, r 6, Q 2", slow_movers(1500, 121, 4.0, 6, 2, 3000), slow=True),
        ),
    ),
    Check(
        name="periodic_fill_rate",
        theme="stocks",
        claim="Counted every evening: 1 - [E(D(P) - S)+ - E(D(P - 1) - S)+] / rate with P days to cover",
        source="Zipkin 2000, Foundations of Inventory Management",
        tolerance=0.01,
        run=periodic_fill_rate,
        cases=(
            CheckCase("4 a day, 3 days, level 15", fast(400, 4.0, 3, 15, 250)),
            CheckCase("1 a day, 7 days, level 10", fast(400, 1.0, 7, 10, 800), slow=True),
            CheckCase("10 a day, 2 days, level 24", fast(300, 10.0, 2, 24, 300), slow=True),
        ),
    ),
    Check(
        name="periodic_waiting",
        theme="stocks",
        claim="Counted every evening: customers wait E(D(P) - S)+ / rate days",
        source="Zipkin 2000, Foundations of Inventory Management; Little 1961, Operations Research",
        tolerance=0.01,
        run=periodic_waiting,
        cases=(
            CheckCase("4 a day, 3 days, level 10", fast(400, 4.0, 3, 10, 400)),
            CheckCase("4 a day, 3 days, level 12", fast(400, 4.0, 3, 12, 2000), slow=True),
            CheckCase("1 a day, 7 days, level 6", fast(500, 1.0, 7, 6, 2500), slow=True),
        ),
    ),
    Check(
        name="morning_stock_fill_rate",
        theme="stocks",
        claim="Full again every morning, customers leaving: 1 - E(demand - level)+ / rate",
        source="Arrow, Harris & Marschak 1951, Econometrica",
        tolerance=0.01,
        run=morning_stock_fill_rate,
        cases=(
            CheckCase("4 a day, level 5", fast(200, 4.0, 1, 5, 100)),
            CheckCase("1 a day, level 1", fast(400, 1.0, 1, 1, 200)),
            CheckCase("20 a day, level 21", fast(100, 20.0, 1, 21, 100)),
        ),
    ),
)
