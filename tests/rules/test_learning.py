"""Firms that learn their demand: the fit on exact data, the step by hand, and where whole chains come to rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.kernels.numerics.demand_regression import forget
from sim.rules.demand_fit import EXPONENTIAL, LINEAR, POWER, Curves, fitted, nothing_learnt
from sim.rules.learning import Learning
from sim.validation.themes.learning import final_prices, learning, learning_chain, weekly_prices
from tests.rules.learning_chains import base_prices, duopoly_bases, elastic, linear, view_of

FRESH = range(1000, 1020)
"""Seeds that no parameter of the rule was chosen on."""


def records(prices, sales):
    """Return what sellers know who have seen these sales at these prices, (records,), for seven days each."""
    column = np.array(prices, dtype=np.float64)[:, None, None]
    learnt = nothing_learnt(np.full((1, 1), 2000.0), np.full((1, 1), 1.3), np.ones((1, 1)))
    rate = np.array(sales, dtype=np.float64)[:, None, None]
    return replace(learnt, price=column, rate=rate, days=np.full_like(rate, 7.0), reviews=len(prices))


# -- the fit --

PRICES = np.linspace(2_500.0, 9_500.0, 12)
EXACT = [
    (LINEAR, 12_000.0, 240.0 - PRICES / 50.0),  # ends at 120.00
    (POWER, 2.0, (40_000.0 / PRICES) ** 2),
    (EXPONENTIAL, 2_500.0, 300.0 * np.exp(-PRICES / 2_500.0)),
]


@pytest.mark.parametrize(("form", "figure", "sales"), EXACT, ids=["linear", "power", "exponential"])
def test_the_fit_finds_the_form_that_the_sales_have(form, figure, sales):
    curves = fitted(records(PRICES, sales), 1e9, (True, True, True))
    assert curves.form[0, 0] == form
    assert curves.figure[0, 0] == pytest.approx(figure, rel=1e-6)


def test_nothing_is_fitted_to_one_price_or_to_no_sales():
    for prices, sales in (([5_000.0] * 4, [10.0, 12.0, 9.0, 11.0]), ([4_000.0, 5_000.0], [0.0, 0.0])):
        curves = fitted(records(prices, sales), 10.0, (True, True, True))
        assert curves.form[0, 0] == -1
        assert curves.best_price(np.array([[2_000.0]]))[0, 0] == np.inf


def test_old_records_fade_by_half_lives():
    """Half of the days at 40.00, then half at 60.00, thrice: the demand moved, and the last records say where to."""
    prices = [4_000.0, 6_000.0] * 40
    sales = [80.0, 60.0] * 20 + [60.0, 20.0] * 20  # choke price 140.00 at first, then 70.00
    remembers, forgets = (fitted(records(prices, sales), life, (True, False, False)) for life in (1e9, 2.0))
    assert forgets.figure[0, 0] == pytest.approx(7_000.0, rel=1e-3)
    assert remembers.figure[0, 0] > 8_000.0


def test_a_record_counts_half_as_much_after_a_half_life_and_a_quarter_after_two():
    days = np.array([[2.0], [2.0], [2.0], [3.0], [4.0]])
    weight = np.empty_like(days)
    forget(days, 2.0, weight)
    assert weight[:, 0] == pytest.approx([2.0 / 4, 2.0 / 2**1.5, 2.0 / 2, 3.0 / 2**0.5, 4.0])


def test_the_best_price_of_each_form():
    def best(form, figure, cost=2_000.0):
        return float(Curves(np.array([[form]]), np.array([[figure]])).best_price(np.array([[cost]]))[0, 0])

    assert best(LINEAR, 12_000.0) == 7_000.0  # half-way between cost and choke price
    assert best(POWER, 2.0) == 4_000.0  # e / (e - 1) is 2
    assert best(EXPONENTIAL, 2_500.0) == 4_500.0  # cost and a margin
    assert best(POWER, 1.1) == best(POWER, 0.5) == best(POWER, -1.0) == best(LINEAR, np.inf) == np.inf


# -- the step --


def known(base=5_000.0, cost=2_000.0, sold=70.0):
    """Return what a seller knows whose sales fall by one a day for every 1.00, to nothing at 120.00."""
    prices = np.array([4_500.0, 5_500.0, 4_600.0, 5_400.0, base])
    learnt = records(prices, [*(120.0 - prices[:-1] / 100.0), sold])
    return replace(learnt, base=np.array([[base]]), cost=np.array([[cost]]))


def decided(rule, state, cost=2_000.0, units=490, price=5_000, days=7.0):
    """Return the base price after a week with these sales."""
    return float(rule.decide(view_of(price, cost, units, days), state)[1].base[0, 0])


def test_the_price_moves_towards_the_best_one_by_a_tenth_at_most():
    assert decided(Learning(), known()) == pytest.approx(5_500.0)  # the best one is 70.00
    assert decided(Learning(step=0.5), known()) == pytest.approx(7_000.0, rel=1e-4)


def test_a_change_of_cost_is_passed_on_through_the_curve_and_no_cap_holds_it_back():
    """With linear demand half of the 30.00 go on top, three tenths of the price; then the capped step."""
    assert decided(Learning(step=1e-9), known(), cost=5_000.0) == pytest.approx(6_500.0, rel=1e-4)
    assert decided(Learning(), known(), cost=5_000.0) == pytest.approx(6_500.0 * 1.1, rel=1e-4)


def test_without_a_curve_the_markup_is_kept():
    state = replace(known(), price=np.zeros((0, 1, 1)), rate=np.zeros((0, 1, 1)), days=np.zeros((0, 1, 1)))
    assert decided(Learning(), state, cost=2_200.0) == pytest.approx(5_500.0)


def test_who_sold_nothing_comes_down_by_the_cap_at_most():
    assert decided(Learning(), known(), units=0) == pytest.approx(5_000.0 / 1.1)
    assert decided(Learning(step=1.0), known(), units=0) == pytest.approx(2_000.0 + 0.7 * 3_000.0)


def test_who_had_nothing_to_sell_learns_nothing_and_tries_the_same_again():
    rule = Learning()
    price, state = rule.decide(view_of(5_000, 2_000.0, 490, 7.0), known())
    again, after = rule.decide(view_of(price, 2_000.0, 0, 0.0), state)
    assert again == price
    assert after.reviews == state.reviews


def test_sales_that_rise_with_the_price_lead_up_step_by_step():
    rising = replace(known(), rate=known().price / 100.0)
    assert decided(Learning(), rising, units=7 * 50) == pytest.approx(5_500.0)


def test_experiments_come_in_pairs_around_the_base_that_cancel_out():
    """Above twice a cost of 20.00, 30 % of the margin is more than 15 % of the base, which is the most it may be."""
    rule, state, price, offsets = Learning(), None, 0, []
    for week in range(40):
        keys = np.array([[7_919 * week + 12_345]], dtype=np.uint64)
        sold = max(0, round(7 * (1_200 - price / 10.0)))
        prices, state = rule.decide(view_of(price, 2_000.0, sold, 7.0 * (week > 0), chance=keys), state)
        price = int(prices[0, 0])
        if week >= 8:
            assert state.base[0, 0] > 4_000.0
            offsets.append(price / float(state.base[0, 0]) - 1.0)
    signs = np.sign(offsets)
    assert np.abs(offsets) == pytest.approx(0.15, abs=1e-3)
    assert not (signs[0::2] + signs[1::2]).any()
    assert set(signs[0::2]) == {-1.0, 1.0}  # the coin falls on both sides


def test_it_opens_at_a_markup_by_chance_and_always_above_cost():
    keys = np.arange(1, 401, dtype=np.uint64).reshape(400, 1) << np.uint64(32)
    _, state = Learning().decide(view_of(np.zeros((400, 1)), 2_000.0, chance=keys), None)
    assert state.base.min() >= 1.15 * 2_000.0
    assert state.base.max() <= 1.5 * 2_000.0
    assert state.base.std() == pytest.approx(0.35 * 2_000.0 / np.sqrt(12.0), rel=0.1)


@pytest.mark.parametrize("cost", [0.0, 0.4, 1.0, 1e11])
def test_prices_stay_countable_at_any_cost_and_sales(cost):
    rule, state, price = Learning(), None, np.zeros((1, 1), dtype=np.int64)
    for week in range(300):
        price, state = rule.decide(view_of(price, cost, week % 7, 7.0, chance=None), state)
        assert 0 <= price[0, 0] <= 1e12


# -- where chains come to rest, at given curves --

THEORY = {linear: [70.0, 95.0, 107.5], elastic: [5_000.0, 10_000.0, 20_000.0]}
COST = {linear: 20.0, elastic: 2_500.0}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("demand", "firms", "years", "mean_within", "each_within"),
    [
        (linear, 1, 15, 0.01, 0.03),
        (linear, 2, 15, 0.01, 0.03),
        (elastic, 1, 15, 0.015, 0.04),
        (elastic, 2, 15, 0.015, 0.04),
        (linear, 3, 25, 0.02, 0.05),
        (elastic, 3, 30, 0.03, 0.06),
    ],
    ids=["linear 1", "linear 2", "elastic 1", "elastic 2", "linear 3", "elastic 3"],
)
def test_a_chain_that_learns_rests_at_successive_monopoly(demand, firms, years, mean_within, each_within):
    """Mean base prices of the last five years; what a firm of the chain should ask does not depend on those below."""
    rules = [Learning(**learning(level, firms)) for level in range(firms)]
    rest = base_prices(rules, demand, COST[demand], years, FRESH)[-260:].mean(axis=0)
    off = rest / np.array(THEORY[demand][:firms])[:, None] - 1.0
    assert np.abs(off.mean(axis=1)).max() < mean_within
    assert np.abs(off).max() < each_within


@pytest.mark.slow
def test_a_power_curve_alone_at_linear_demand_is_percentage_conduct():
    """What one must believe decides where one rests: 40 and 80, as of firms that keep their margins in percent."""
    rules = [Learning(**learning(level, 2, forms=["power"])) for level in range(2)]
    rest = base_prices(rules, linear, 20.0, 15, FRESH)[-260:].mean(axis=(0, 2))
    assert rest == pytest.approx([40.0, 80.0], rel=0.03)


@pytest.mark.slow
def test_rivals_whose_experiments_follow_orthogonal_patterns_rest_near_nash():
    """Two logit rivals, Nash 147.29. Experiments of a coin each fall into step now and then, and end up dearer."""
    coins, patterns = (
        duopoly_bases(Learning(experiments=kind), 15, 20)[-260:].mean(axis=0) for kind in ("pairs", "orthogonal")
    )
    assert patterns == pytest.approx(np.full((2, 20), 147.29), rel=0.03)
    assert 147.29 < patterns.mean() < coins.mean() < 1.1 * 147.29


# -- in the market --


def test_a_shop_that_learns_finds_the_monopoly_price():
    rest = final_prices(weekly_prices(learning_chain(1, 6, customers=300), seed=1), years=3)
    assert rest[-1] == pytest.approx(70.0, rel=0.03)


def test_prices_of_the_same_seed_are_the_same_and_of_another_one_not():
    paths = [weekly_prices(learning_chain(2, 1, customers=50), seed) for seed in (3, 3, 4)]
    assert np.array_equal(paths[0], paths[1])
    assert not np.array_equal(paths[0], paths[2])


def test_settling_down_must_leave_days_that_count():
    with pytest.raises(ValueError, match=r"settling_days 7 leaves none of the 7 days .* at most 6"):
        Learning(settling_days=7)
    assert Learning(review_days=56, settling_days=14).settling_days == 14
