"""The sums behind first-order conditions, against profits written out customer by customer and a step to each side."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernels.competition import (
    LogitMarket,
    PassThrough,
    SaleTerms,
    Trials,
    first_order_sums,
    fit_errors,
    follower_slopes,
    price_gradient,
    try_prices,
)
from sim.kernels.demand import Considered

within = pytest.approx
MAKER, OTHER_MAKER, ANN, BOB = range(4)
GOODS, SHOPS, SCALE, STEP = 2, 2, 4.0, 1e-5
OWNER = np.array([MAKER, OTHER_MAKER, ANN, ANN, BOB, BOB, MAKER, OTHER_MAKER])
"""Of the makers' prices to shops, Ann's two prices, Bob's two, and the makers' prices to customers."""
SETTER = np.array([1, 1, 1, 1, 0, 0])
DECISION = np.array([[0, 2], [1, 3], [0, 4], [1, 5], [6, -1], [7, -1]])
SHARE = np.empty(6)


def market(seed: int = 3) -> tuple[Considered, SaleTerms, PassThrough, np.ndarray, np.ndarray]:
    """Return customers, terms, chain, prices and costs: two makers, two shops, and parcels that Ann hands over."""
    draw, offers, customers = np.random.default_rng(seed), 6, 3
    cell = np.concatenate([draw.permutation(offers) for _ in range(customers)]).astype(np.int64)
    size = customers * offers
    considered = Considered(
        np.arange(customers + 1) * offers, cell, draw.normal(40.0, 3.0, size), np.zeros(size, dtype=np.int64),
        np.zeros(size, dtype=np.int64), np.array([0.2, 0.5, 1.3]), 1.2,
    )  # fmt: skip
    handed = (cell == 4) & (draw.uniform(size=size) < 0.7)
    sales = SaleTerms(
        draw.uniform(0.7, 0.95, size), draw.uniform(0.0, 2.0, size), draw.uniform(0.8, 1.0, size),
        np.where(handed, ANN, -1), np.where(handed, 1.5, 0.0),
    )  # fmt: skip
    assert handed.any()
    chain = PassThrough(DECISION, SETTER, np.array([[0.6, 1.0]] * 4 + [[1.0, 1.0]] * 2), OWNER)
    price = np.array([15.0, 17.0, 27.0, 29.0, 28.0, 26.0, 24.0, 27.5])
    return considered, sales, chain, price, np.array([8.0, 9.0, 16.0, 18.5, 15.5, 17.5, 9.0, 10.0])


def paid(price):
    """Return what customers pay in each cell."""
    return price[DECISION[np.arange(6), SETTER]]


def shares(considered, customer, asked):
    """Return the logit shares of a customer's offers, and which cells they are."""
    mine = slice(considered.first[customer], considered.first[customer + 1])
    cell = considered.cell[mine]
    pull = np.exp((considered.gain[mine] - considered.burden * asked[cell]) / SCALE)
    return pull / (1.0 + pull.sum()), cell, np.arange(mine.start, mine.stop)


def margins(sales, offers, cells, layer, price, asked, landed):
    """Return what the layer's firm earns on each offer; prices to customers are ``asked`` (cells,)."""
    earned = np.zeros(len(offers))
    for place, (offer, cell) in enumerate(zip(offers, cells, strict=True)):
        decision = DECISION[cell, layer]
        if decision >= 0 and SETTER[cell] == layer:
            goods = sales.units[offer] * landed[decision]
            earned[place] = sales.kept[offer] * asked[cell] - sales.cost[offer] - goods
        elif decision >= 0:
            earned[place] = sales.units[offer] * (price[decision] - landed[decision])
    return earned


def profit(firm, layer, price, landed, asked=None):
    """Return what a firm earns a day at its layer, handed-over parcels included."""
    considered, sales = market()[:2]
    asked, whole = paid(price) if asked is None else asked, 0.0
    for customer, weight in enumerate(considered.weight):
        share, cells, offers = shares(considered, customer, asked)
        passed = DECISION[cells, layer]
        own = (passed >= 0) & (OWNER[passed] == firm)
        earned = np.where(own, margins(sales, offers, cells, layer, price, asked, landed), 0.0)
        if layer == 1:
            earned = earned + np.where(sales.partner[offers] == firm, sales.partner_margin[offers], 0.0)
        whole += weight * float(share @ earned)
    return whole


def layer_of(decision):
    return 1 if 2 <= decision < 6 else 0


def logit_market():
    """Return the same as kernels are given it."""
    return LogitMarket(*market(), SCALE, SHARE)


def moved(price, decision, by, through):
    """Return prices and what customers pay once a decision has moved, and what customers pay rises with it."""
    price = price.copy()
    asked = paid(price) + np.where((decision == DECISION).any(axis=1), through[:, layer_of(decision)] * by, 0.0)
    price[decision] += by
    return price, asked


def change(decision, price, landed, through, by=STEP):
    """Return how a decision's firm's profit changes for a cent on it, by a step to each side."""
    firm, layer, ends = OWNER[decision], layer_of(decision), []
    for sign in (1.0, -1.0):
        there, asked = moved(price, decision, sign * by, through)
        ends.append(profit(firm, layer, there, landed, asked))
    return (ends[0] - ends[1]) / (2.0 * by)


@pytest.mark.parametrize("decision", range(8))
def test_first_order_sums_are_how_the_firm_s_whole_profit_changes(decision):
    """A cent more brings what is kept on all that is sold, and loses price less cost and less what is earned anyway."""
    considered, _, chain, price, landed = market()
    sums, value = np.zeros((8, 3)), np.zeros(4)
    first_order_sums(logit_market(), value, sums)
    assert (value == 0.0).all()
    steep = considered.burden / SCALE
    slope = sums[decision, 0] - steep * (sums[decision, 1] * price[decision] - sums[decision, 2])
    assert slope == within(change(decision, price, landed, chain.through), rel=1e-6)


@pytest.mark.parametrize("decision", range(8))
def test_prices_tried_earn_as_much_more_as_the_whole_profit_says(decision):
    _, _, chain, price, landed = market()
    steps = np.array([-9.0, -2.0, 0.0, 3.0, 40.0])
    trials = Trials(price[:, None] + steps, np.empty((8, len(steps))), np.zeros((8, len(steps))))
    try_prices(logit_market(), trials)
    expected = []
    for step in steps:
        there, asked = moved(price, decision, step, chain.through)
        expected.append(profit(OWNER[decision], layer_of(decision), there, landed, asked))
    assert trials.earned[decision] == within(expected, rel=1e-9)


@pytest.mark.parametrize("firm", [MAKER, OTHER_MAKER])
def test_a_maker_s_profit_changes_with_every_price_to_customers_as_foreseen(firm):
    _, _, _, price, landed = market()
    by_price, by_decision = np.zeros(6), np.zeros(8)
    whole = price_gradient(logit_market(), 0, firm, by_price, by_decision)
    assert whole == within(profit(firm, 0, price, landed))
    for cell in range(6):
        step = np.where(np.arange(6) == cell, STEP, 0.0)
        ends = [profit(firm, 0, price, landed, paid(price) + sign * step) for sign in (1.0, -1.0)]
        assert by_price[cell] == within((ends[0] - ends[1]) / (2.0 * STEP), rel=1e-6)
    for decision in (0, 1):  # prices to shops, while those to customers stay
        step = np.where(np.arange(8) == decision, STEP, 0.0)
        ends = [profit(firm, 0, price + sign * step, landed, paid(price)) for sign in (1.0, -1.0)]
        assert by_decision[decision] == within((ends[0] - ends[1]) / (2.0 * STEP), rel=1e-6, abs=1e-9)
    assert by_decision[2:].tolist() == [0.0] * 6


RIVALS = np.array([1.0, 1.0, 2.0, 3.0])


def conditions(price, landed, asked):
    """Return the first-order condition of each of the shops' four prices."""
    considered, sales = market()[:2]
    found = np.zeros(4)
    for customer, weight in enumerate(considered.weight):
        share, cells, offers = shares(considered, customer, asked)
        earned = margins(sales, offers, cells, 1, price, asked, landed)
        for place, cell in enumerate(cells):
            if cell >= 4:
                continue
            firm = OWNER[DECISION[cell, 1]]
            own = (cells < 4) & (OWNER[DECISION[cells, 1]] == firm)
            handed = np.where(sales.partner[offers] == firm, sales.partner_margin[offers], 0.0)
            value = float(share @ (np.where(own, earned, 0.0) + handed))
            kept = SCALE / considered.burden / RIVALS[cell] * sales.kept[offers[place]]
            found[cell] += weight * share[place] * (kept - (earned[place] - value))
    return found


def test_how_shops_conditions_change_with_prices_and_with_what_goods_cost_them():
    """Ann's V holds what she is paid for handing parcels over, which changes with the makers' prices, too."""
    _, _, _, price, landed = market()
    by_price, by_cost = np.zeros((4, 6)), np.zeros((4, 4))
    follower_slopes(logit_market(), RIVALS, np.arange(6), by_price, by_cost)
    for cell in range(6):
        step = np.where(np.arange(6) == cell, STEP, 0.0)
        ends = [conditions(price, landed, paid(price) + sign * step) for sign in (1.0, -1.0)]
        assert by_price[:, cell] == within((ends[0] - ends[1]) / (2.0 * STEP), rel=1e-5, abs=1e-8)
    for cell in range(4):
        step = np.where(np.arange(8) == DECISION[cell, 1], STEP, 0.0)
        ends = [conditions(price, landed + sign * step, paid(price)) for sign in (1.0, -1.0)]
        assert by_cost[:, cell] == within((ends[0] - ends[1]) / (2.0 * STEP), rel=1e-5, abs=1e-8)


def test_errors_are_fitted_as_least_squares_say_and_a_column_that_adds_nothing_gets_nothing():
    draw = np.random.default_rng(3)
    past, error, weight = draw.normal(size=(4, 30)), draw.normal(size=30), draw.uniform(0.1, 2.0, size=30)
    mixed, basis = np.empty(4), np.empty((5, 30))
    fit_errors(past, error, weight, basis, mixed)
    expected = np.linalg.lstsq((past * weight).T, error * weight, rcond=None)[0]
    assert mixed == within(expected, rel=1e-9)
    past[3] = 2.0 * past[1]
    fit_errors(past, error, weight, basis, mixed)
    assert mixed[3] == 0.0
    assert mixed[:3] == within(np.linalg.lstsq((past[:3] * weight).T, error * weight, rcond=None)[0], rel=1e-9)
