"""Pooling: one stock instead of several, in whole units and for large demands."""

from __future__ import annotations

from math import erf

import numpy as np

from sim.common.estimates import Estimate, estimate
from sim.common.types import FloatArray
from sim.formulas.pooling import pooled_poisson, safety_stock_ratio
from sim.market import Market
from sim.scenario import load_scenario
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import base_stock_rule, calendar, dealt_out, many_tastes, market
from sim.validation.themes.stocks import SUPPLIER, fill_rate, from_depots, slow_rate
from sim.world.world import make_world

NEED_RATE = 0.5
LONG = {"stocks": 500, "lead": 31, "days": 1500}


@claim(
    "stocks",
    source="Eppen 1979, Management Science; Zipkin 2000, Foundations of Inventory Management",
    tolerance=0.0,
    cases=(
        given("4 stocks of 2, 91.5 % filled", pooled=4, demand=2.0, fill=0.915, stocks=300, lead=21, days=400),
        given("9 stocks of 1, 90 % filled", pooled=9, demand=1.0, fill=0.90, stocks=500, lead=21, days=500, slow=True),
        given("9 stocks of 5, 88.5 % filled", pooled=9, demand=5.0, fill=0.885, **LONG, slow=True),
        given("4 stocks of 10, 89.5 % filled", pooled=4, demand=10.0, fill=0.895, **LONG, slow=True),
    ),
)
def pooling_levels(
    seed: int, pooled: int, demand: float, fill: float, stocks: int, lead: int, days: int
) -> list[Finding]:
    """The lowest level that fills enough is the Poisson quantile plus one, separate and pooled."""
    theory = pooled_poisson(pooled, demand, fill)

    def lowest_level(times: int, expected: int) -> Estimate:
        """Run the expected level and one less; the interval is a point where no fill rate is near what is asked."""
        rate = slow_rate(times * demand, lead)
        levels = [base_stock_rule(level) for level in (expected - 1, expected)]
        runs = [from_depots(seed, stocks, rate, lead, level, days, warm_up=3 * lead) for level in levels]
        found = [fill_rate(run, SUPPLIER) for run in runs]
        ends = [[getattr(share, end) for share in found] for end in ("mean", "high", "low")]
        mean, low, high = (expected - 1 + sum(share < fill for share in end) for end in ends)
        return Estimate(mean, low, high, found[0].n)

    return [
        Finding("level of one separate stock", theory.level_apart, lowest_level(1, theory.level_apart)),
        Finding("level of the pooled stock", theory.level_pooled, lowest_level(pooled, theory.level_pooled)),
    ]


@claim(
    "stocks",
    source="Eppen 1979, Management Science",
    tolerance=0.05,
    cases=(
        given("4 of 400", pooled=4, pools=6, customers=80, lead=10, safety_factor=1.5, days=1000, slow=True),
        given("9 of 400", pooled=9, pools=4, customers=80, lead=10, safety_factor=1.0, days=1500, slow=True),
        given("4 of 1000", pooled=4, pools=4, customers=200, lead=10, safety_factor=1.5, days=2000, slow=True),
    ),
)
def pooling_square_root(
    seed: int, pooled: int, pools: int, customers: int, lead: int, safety_factor: float, days: int
) -> list[Finding]:
    """With large demands, n pooled stocks need 1 / sqrt(n) of the measured safety stock, for equal service.

    The comparison uses the stock left in the evenings, less back-orders, not the target of a rule; and the share of
    evenings without back-orders, which should be equal.
    """
    apart = evenings(seed, pooled * pools, customers, lead, safety_factor, days)
    together = evenings(seed, pools, pooled * customers, lead, safety_factor, days)
    shares = together.mean(axis=0) / apart.reshape(len(apart), pools, pooled).sum(axis=2).mean(axis=0).mean()
    service = [float((left >= 0).mean()) for left in (together, apart)]
    # In whole units: a level is rounded up, by half a unit on average, and nobody waits on an evening that ends at 0.
    expected = 0.5 * (1.0 + erf((safety_factor + 1.0 / np.sqrt(NEED_RATE * customers * lead)) / np.sqrt(2.0)))
    return [
        Finding("safety stock pooled / apart", safety_stock_ratio(pooled), estimate(shares)),
        Finding("share of evenings nobody waits, pooled / apart", 1.0, exact(service[0] / service[1]), 0.01),
        Finding("share of evenings nobody waits, apart", expected, exact(service[1]), 0.01),
    ]


def evenings(
    seed: int, stocks: int, customers: int, lead: int, safety_factor: float, days: int, warm_up: int = 400
) -> FloatArray:
    """Return each depot's stock every evening, less back-orders, (days, stocks); ``customers`` are those of each."""
    measured = {"rule": "base_stock", "deviation": "measured", "safety_factor": safety_factor, "forecast_gain": 0.005}
    tables = market(
        calendar(warm_up + days, warm_up),
        many_tastes(stocks, customers),
        customers={"need_rate": NEED_RATE},
        suppliers={"lead_time": lead, "replenishment": measured},
    )
    scenario = load_scenario(tables)
    lived = Market(scenario, "direct", seed, dealt_out(make_world(scenario, seed)))
    left = []
    while lived.day < scenario.time.days:
        counts = lived.day >= warm_up
        lived.step()
        if counts:
            left.append(lived.stock.goods.units[0] - lived.stock.goods.reserved[0])
    return np.array(left, dtype=np.float64)
