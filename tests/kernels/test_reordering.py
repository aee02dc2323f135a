"""Stock reviewed in one pass: what the rules in Python order, and the forecasts they order by."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.firms.forecasts import Forecasts
from sim.engine.firms.level import Level, group_by_rule
from sim.engine.replenishment import Outstanding, decide_orders, one_pass
from sim.kernels.goods import Goods
from sim.kernels.reordering import review_stock
from sim.rules.replenishment import BaseStock, ReorderPoint

PLACES, PRODUCTS, FIRST, NODES, DAYS = 7, 11, 2, 10, 5
RULES = (
    BaseStock(forecast_gain=0.3, safety_factor=1.7),
    BaseStock(forecast="opening", review_days=3),
    BaseStock(level=5),
    BaseStock(level=0, review_days=2),
)


def some_level(rules):
    """A level of seven places, each with one of the rules, as the construction of a market makes it."""
    own = [rules[place % len(rules)] for place in range(PLACES)]
    level = Level(
        number=1,
        nodes=slice(FIRST, FIRST + PLACES),
        lines=np.ones((PLACES, PRODUCTS), dtype=np.bool_),
        replenishment=group_by_rule(own),
        forecasts=Forecasts(own, PRODUCTS),
        stock_limit=9,
    )
    level.trading[4] = False
    return level


def some_goods(random):
    """Stock on hand and under way at ten nodes."""
    none = np.zeros((NODES, PRODUCTS), dtype=np.int64)
    units = random.integers(0, 6, (2 * NODES + 5, PRODUCTS))
    return Goods(units, units, none, none, none[None], np.zeros(1, dtype=np.int64), np.empty(0, dtype="i8,i8"))


@pytest.mark.parametrize("uncompiled", [False, True])
def test_one_pass_orders_what_the_rules_order(uncompiled):
    review = getattr(review_stock, "py_func", review_stock) if uncompiled else review_stock
    random = np.random.default_rng(7)
    one, other = some_level(RULES), some_level(RULES)
    lead_days = random.integers(1, 4, NODES)
    opening = random.exponential(1.0, (PLACES, PRODUCTS))
    for level in (one, other):
        level.forecasts.open(opening)
    tables = one_pass(other, lead_days)
    assert tables is not None
    ordered = 0
    for day in range(DAYS):
        goods, demand = some_goods(random), random.integers(0, 4, (NODES, PRODUCTS))
        outstanding = Outstanding(random.integers(0, 3, (NODES, PRODUCTS)), random.integers(0, 9, (NODES, PRODUCTS)))
        carried = random.random((PLACES, PRODUCTS)) < 0.7
        one.learn_demand(demand)
        wanted = decide_orders(one, day, goods, lead_days, outstanding, carried)
        lines = review(day, tables.policy, carried, demand, goods, outstanding, tables.wanted)
        np.testing.assert_array_equal(tables.wanted, wanted)
        np.testing.assert_array_equal(other.forecasts.mean, one.forecasts.mean)
        assert lines == np.count_nonzero(wanted)
        ordered += lines
    assert ordered > 20


@pytest.mark.parametrize(
    "rule",
    [
        ReorderPoint(),
        BaseStock(target_fill_rate=0.9),
        BaseStock(forecast="moving_average"),
        BaseStock(deviation="measured"),
        BaseStock(shares_demand=True),
    ],
    ids=["reorder_point", "fill_rate", "moving_average", "measured", "shares_demand"],
)
def test_other_rules_are_asked(rule):
    assert one_pass(some_level((BaseStock(), rule)), np.ones(NODES, dtype=np.int64)) is None
