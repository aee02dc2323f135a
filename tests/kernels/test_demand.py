"""Expected demand along a path of prices: the quick way gives what the formula of the logit gives."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from sim.kernels.demand import Considered, DemandTable, JointPrices, expected_path
from sim.market import Market
from tests.small_markets import SMALL

CELLS, POINTS = 6, 201


def surveyed(seed: int, customers: int = 40) -> Considered:
    """Return customers who each consider some of six cells, some of them much keener than others."""
    draw = np.random.default_rng(seed)
    count = draw.integers(0, CELLS + 1, size=customers)
    first = np.concatenate(([0], np.cumsum(count)))
    cell = np.concatenate([draw.permutation(CELLS)[:some] for some in count]).astype(np.int64)
    gain = draw.normal(6000.0, 2500.0, size=len(cell))
    nowhere = np.zeros(len(cell), dtype=np.int64)
    return Considered(first, cell, gain, nowhere, nowhere, draw.uniform(0.0, 1.0, size=customers), 1.19)


def by_formula(considered, price, moves, add, scale, margin, x):
    """Return units and earnings elsewhere at each price, customer by customer, as McFadden (1974) writes them."""
    units, elsewhere = np.zeros(len(x)), np.zeros(len(x))
    for customer, weight in enumerate(considered.weight):
        mine = slice(considered.first[customer], considered.first[customer + 1])
        cell, gain = considered.cell[mine], considered.gain[mine]
        if moves[cell].any():
            asked = np.where(moves[cell], x[:, None] + add[cell], price[cell])
            value = np.column_stack((gain - considered.burden * asked, np.zeros(len(x)))) / scale
            share = np.exp(value - value.max(axis=1, keepdims=True))
            share /= share.sum(axis=1, keepdims=True)
            units += weight * share[:, :-1][:, moves[cell]].sum(axis=1)
            still = ~moves[cell]
            elsewhere += weight * (share[:, :-1][:, still] * margin[cell[still]]).sum(axis=1)
    return units, elsewhere


@pytest.mark.parametrize("scale", [0.5, 40.0, 900.0])
def test_the_path_of_expected_demand_is_the_logit_at_every_price(scale):
    draw = np.random.default_rng(int(scale))
    considered = surveyed(seed=7)
    price, margin = draw.uniform(2000.0, 7000.0, size=CELLS), draw.uniform(0.0, 900.0, size=CELLS)
    moves, add = np.array([True, False, True, False, False, False]), np.array([0.0, 0.0, 350.0, 0.0, 0.0, 0.0])
    highest = 11_000.0
    x = np.linspace(highest, 0.0, POINTS)
    table = DemandTable(highest, highest / (POINTS - 1), np.zeros(POINTS), np.zeros(POINTS))
    who = np.arange(len(considered.weight))
    expected_path(considered, who, JointPrices(price, moves, add), margin, scale, table)
    theory = by_formula(considered, price, moves, add, scale, margin, x)
    assert table.units == pytest.approx(theory[0], rel=1e-9, abs=1e-12)
    assert table.elsewhere == pytest.approx(theory[1], rel=1e-9, abs=1e-9)


def test_firms_that_know_smooth_demand_divide_by_nothing():
    """Where nearly everybody buys, a step down in price wins less than rounding; no rule may stumble over it."""
    rule = {"rule": "best_response", "review_days": 1}
    tier = {"name": "wholesaler", "location": "centre", "lead_time": 1, "pricing": rule}
    tables = {
        **SMALL,
        "tiers": [tier],
        "suppliers": {**SMALL["suppliers"], "direct_pricing": {"rule": "fixed", "price": 9.0}},
        "retailers": {**SMALL["retailers"], "pricing": rule},
        "customers": {**SMALL["customers"], "scale": 0.1, "need_rate": 0.3},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        market = Market(tables, "traditional", seed=3)
        for _ in range(2):
            market.step()
    asked = market.state.shelves.list_price / 100
    assert ((asked > 1.0) & (asked < 10.0)).all()  # between what a unit costs and what it is worth
