"""Stocks compared with the formulas of inventory theory.

A day of the market: goods arrive in the morning, customers come, and in the evening firms order what arrives ``lead``
mornings later. So an order has to cover ``lead`` days of demand, and a need, which arises at noon on average, waits for
the order it causes lead - 1/2 days. Theory's continuous review is approximated by slow movers, for which a day is
short; ``demand`` is their mean demand over the lead time, ``stocks`` the number of repetitions.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from sim.common.estimates import Estimate, estimate
from sim.common.types import FloatArray
from sim.engine.codes import NOTHING
from sim.formulas import inventory
from sim.results.outcome import Outcome
from sim.validation import markets
from sim.validation.claims import Finding, claim, given, ratio_estimate
from sim.validation.markets import Tables, base_stock_rule, calendar, live, market

SUPPLIER, STORE = 0, 1
NOON = 0.5
HIGHEST_NEED_RATE = 0.005
"""Per customer and day, so that the daily number of needs, which is binomial, is nearly Poisson."""

stock_claim = partial(claim, "stocks", tolerance=0.01)


def customers_for(rate: float) -> tuple[int, float]:
    """Return how many customers have this daily demand together, and how often each has a need."""
    customers = int(np.ceil(rate / HIGHEST_NEED_RATE))
    return customers, rate / customers


def from_depots(
    seed: int, stocks: int, rate: float, lead: int, replenishment: Tables, days: int, warm_up: int
) -> Outcome:
    """Run a market of one depot that sends parcels of many products, each with its own stock and ``rate`` a day."""
    customers, need_rate = customers_for(rate)
    tables = market(
        calendar(days, warm_up, 2 * lead),
        markets.many_tastes(stocks, customers),
        customers={"need_rate": need_rate},
        suppliers={"lead_time": lead, "replenishment": replenishment},
    )
    return live(tables, "direct", seed, tastes_dealt_out=True)


def from_shelves(
    seed: int, stocks: int, rate: float, lead: int, replenishment: Tables, days: int, warm_up: int
) -> Outcome:
    """Run a market of many shops, each with its own stock, whose customers leave when the shelf is empty."""
    customers, need_rate = customers_for(rate)
    tables = market(
        calendar(days, warm_up),
        markets.towns_with_a_shop(stocks, customers),
        customers={"need_rate": need_rate, "waiting_cost": markets.PATIENCE_LOST},
        retailers={"lead_time": lead, "replenishment": replenishment},
    )
    return live(tables, "shops", seed)


def fill_rate(outcome: Outcome, tier: int) -> Estimate:
    """Return the share of units met on the day of demand, over all stocks of a tier."""
    cells = outcome.columns["cells"]
    here = np.isin(cells["place"], markets.places_of_tier(outcome, tier))
    return ratio_estimate(cells["filled"][here], cells["demand"][here])


def mean_wait(outcome: Outcome, begins: float) -> Estimate:
    """Return the mean wait for a parcel in days, over all products; waits count from ``begins`` on."""
    needs = outcome.columns["needs"]
    served = markets.rows_of(needs, outcome.in_window(needs["day"]) & (needs["product"] != NOTHING))
    days = np.floor(served["days"])
    waited = days - begins * (days > 0)
    return ratio_estimate(np.bincount(served["product"], weights=waited), np.bincount(served["product"]))


def slow_rate(demand: float, lead: int) -> float:
    """Return the daily needs that give this demand over the lead time, with needs arising at noon."""
    return float(demand / (lead - NOON))


def one_for_one(
    seed: int, stocks: int, lead: int, demand: float, level: int, days: int
) -> tuple[Outcome, inventory.Service]:
    """Run slow movers in a depot, each unit ordered again, and return the outcome with Palm's answer."""
    rate = slow_rate(demand, lead)
    outcome = from_depots(seed, stocks, rate, lead, base_stock_rule(level), days, warm_up=3 * lead)
    return outcome, inventory.base_stock(rate, lead - NOON, level)


def counted_every_evening(
    seed: int, stocks: int, rate: float, lead: int, level: int, days: int
) -> tuple[Outcome, inventory.PeriodicService]:
    """Run fast movers in a depot, and return the outcome with the answer for periodic review."""
    outcome = from_depots(seed, stocks, rate, lead, base_stock_rule(level), days, warm_up=10 * lead)
    return outcome, inventory.periodic_review(rate, lead, level)


@stock_claim(
    source="Palm 1938; Zipkin 2000, Foundations of Inventory Management",
    cases=(
        given("demand 6, level 9", stocks=1500, lead=31, demand=6.0, level=9, days=900, slow=True),
        given("demand 2, level 4", stocks=1000, lead=21, demand=2.0, level=4, days=600),
        given("demand 12, level 15", stocks=1500, lead=41, demand=12.0, level=15, days=2000, slow=True),
    ),
)
def base_stock_fill_rate(seed: int, **slow_movers: Any) -> list[Finding]:
    """One for one, customers waiting: the share met at once is P(lead-time demand < level)."""
    outcome, theory = one_for_one(seed, **slow_movers)
    return [Finding("share of units met at once", theory.fill_rate, fill_rate(outcome, SUPPLIER))]


@stock_claim(
    source="Palm 1938; Little 1961, Operations Research",
    cases=(
        given("demand 2, level 1", stocks=1000, lead=21, demand=2.0, level=1, days=600),
        given("demand 6, level 6", stocks=1500, lead=31, demand=6.0, level=6, days=4000, slow=True),
        given("demand 6, level 4", stocks=1500, lead=31, demand=6.0, level=4, days=2000, slow=True),
    ),
)
def base_stock_waiting(seed: int, **slow_movers: Any) -> list[Finding]:
    """One for one, customers waiting: they wait E(lead-time demand - level)+ / rate."""
    outcome, theory = one_for_one(seed, **slow_movers)
    return [Finding("mean wait in days", theory.waiting, mean_wait(outcome, begins=NOON))]


@stock_claim(
    source="Erlang 1917; Karush 1957, Operations Research",
    cases=(
        given("demand 6, level 9", stocks=1000, lead=31, demand=6.0, level=9, days=500),
        given("demand 2, level 2", stocks=1000, lead=41, demand=2.0, level=2, days=800, slow=True),
        given("demand 10, level 8", stocks=1000, lead=61, demand=10.0, level=8, days=1000, slow=True),
    ),
)
def lost_sales_fill_rate(seed: int, stocks: int, lead: int, demand: float, level: int, days: int) -> list[Finding]:
    """One for one, customers leaving: the share lost is Erlang's loss probability."""
    rate = slow_rate(demand, lead)
    outcome = from_shelves(seed, stocks, rate, lead, base_stock_rule(level), days, warm_up=3 * lead)
    theory = inventory.base_stock_lost_sales(rate, lead - NOON, level)
    return [Finding("share of units met at once", theory, fill_rate(outcome, STORE))]


@stock_claim(
    source="Zipkin 2000, Foundations of Inventory Management",
    cases=(
        given("demand 2, r 2, Q 4", stocks=1500, lead=41, demand=2.0, point=2, lot=4, days=800),
        given("demand 6, r 5, Q 8", stocks=2000, lead=121, demand=6.0, point=5, lot=8, days=2500, slow=True),
        given("demand 4, r 6, Q 2", stocks=1500, lead=121, demand=4.0, point=6, lot=2, days=3000, slow=True),
    ),
)
def reorder_point_fill_rate(
    seed: int, stocks: int, lead: int, demand: float, point: int, lot: int, days: int
) -> list[Finding]:
    """Lots of Q at reorder point r, customers waiting: the mean over levels r + 1 .. r + Q."""
    rate = slow_rate(demand, lead)
    warm_up = int(10 * lot / rate)
    rule = {"rule": "reorder_point", "reorder_point": point, "level": point + lot, "forecast_gain": 0.0}
    outcome = from_depots(seed, stocks, rate, lead, rule, warm_up + days, warm_up)
    theory = inventory.reorder_point(rate, lead - NOON, point, lot)
    return [Finding("share of units met at once", theory.fill_rate, fill_rate(outcome, SUPPLIER))]


@stock_claim(
    source="Zipkin 2000, Foundations of Inventory Management",
    cases=(
        given("4 a day, 3 days, level 15", stocks=400, rate=4.0, lead=3, level=15, days=250),
        given("1 a day, 7 days, level 10", stocks=400, rate=1.0, lead=7, level=10, days=800, slow=True),
        given("10 a day, 2 days, level 24", stocks=300, rate=10.0, lead=2, level=24, days=300, slow=True),
    ),
)
def periodic_fill_rate(seed: int, **fast_movers: Any) -> list[Finding]:
    """Counted every evening: 1 - [E(D(P) - S)+ - E(D(P - 1) - S)+] / rate with P days to cover."""
    outcome, theory = counted_every_evening(seed, **fast_movers)
    return [
        Finding("share of units met on the day", theory.fill_rate, fill_rate(outcome, SUPPLIER)),
        Finding("share of evenings nobody waits", theory.ready_rate, estimate(ready_rates(outcome))),
    ]


def ready_rates(outcome: Outcome) -> FloatArray:
    """Return, for each product, the share of counted evenings without waiting customers."""
    needs = outcome.columns["needs"]
    first, end = outcome.manifest.window
    served = markets.rows_of(needs, needs["product"] != NOTHING)
    product = served["product"].astype(np.int64)
    waiting = np.zeros((int(product.max()) + 1, outcome.manifest.scenario.time.days + 1), dtype=np.int64)
    np.add.at(waiting, (product, served["day"]), 1)
    arrived = np.floor(served["days"])
    done = ~np.isnan(arrived)
    np.add.at(waiting, (product[done], served["day"][done] + arrived[done].astype(np.int64)), -1)
    return (np.cumsum(waiting, axis=1)[:, first:end] == 0).mean(axis=1)


@stock_claim(
    source="Zipkin 2000, Foundations of Inventory Management; Little 1961, Operations Research",
    cases=(
        given("4 a day, 3 days, level 10", stocks=400, rate=4.0, lead=3, level=10, days=400),
        given("4 a day, 3 days, level 12", stocks=400, rate=4.0, lead=3, level=12, days=2000, slow=True),
        given("1 a day, 7 days, level 6", stocks=500, rate=1.0, lead=7, level=6, days=2500, slow=True),
    ),
)
def periodic_waiting(seed: int, **fast_movers: Any) -> list[Finding]:
    """Counted every evening: customers wait E(D(P) - S)+ / rate days."""
    outcome, theory = counted_every_evening(seed, **fast_movers)
    return [Finding("mean wait in days", theory.waiting, mean_wait(outcome, begins=0.0))]


@stock_claim(
    source="Arrow, Harris & Marschak 1951, Econometrica",
    cases=(
        given("4 a day, level 5", stocks=200, rate=4.0, level=5, days=100),
        given("1 a day, level 1", stocks=400, rate=1.0, level=1, days=200),
        given("20 a day, level 21", stocks=100, rate=20.0, level=21, days=100),
    ),
)
def morning_stock_fill_rate(seed: int, stocks: int, rate: float, level: int, days: int) -> list[Finding]:
    """Full again every morning, customers leaving: 1 - E(demand - level)+ / rate."""
    outcome = from_shelves(seed, stocks, rate, 1, base_stock_rule(level), days, warm_up=10)
    theory = inventory.morning_stock_lost_sales(rate, level)
    return [Finding("share of units met at once", theory, fill_rate(outcome, STORE))]
