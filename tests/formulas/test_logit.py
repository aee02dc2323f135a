"""Competition under logit demand: worked numbers, and nobody gains by another price."""

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.formulas.logit import bertrand_nash, choice_shares, consumer_surplus, diversion

WORTH = np.array([2.0, 2.5, 3.0])
COST = np.array([1.0, 1.2, 1.5])


def greatest_gain(prices, firm, profit):
    """Return the most that any firm could gain by other prices for its goods, found by search."""
    gains = []
    for name in np.unique(firm):
        mine = firm == name

        def loss(own, mine=mine):
            asked = prices.copy()
            asked[mine] = own
            return -profit(asked, mine)

        found = minimize(loss, prices[mine] + 0.2, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12})
        gains.append(-found.fun + loss(prices[mine]))
    return max(gains)


@pytest.mark.parametrize(
    ("firm", "prices"),
    [
        ([0, 1, 2], [2.25306, 2.53528, 2.90220]),
        ([0, 0, 1], [2.61958, 2.81958, 2.95972]),
        ([0, 0, 0], [3.20197, 3.40197, 3.70197]),
    ],
)
def test_three_goods_of_three_two_and_one_firm(firm, prices):
    """Worths 2, 2.5, 3, sensitivity 1, costs 1, 1.2, 1.5."""
    found = bertrand_nash(WORTH, 1.0, COST, firm)
    assert found == pytest.approx(prices, abs=5e-6)
    assert (
        greatest_gain(found, np.array(firm), lambda p, mine: choice_shares(WORTH - p)[mine] @ (p - COST)[mine]) < 1e-9
    )


def test_a_firm_asks_the_same_margin_on_all_its_goods():
    margins = bertrand_nash(WORTH, 1.0, COST, [0, 0, 1]) - COST
    assert margins == pytest.approx([1.61958, 1.61958, 1.45972], abs=5e-6)
    sold = choice_shares(WORTH - COST - margins)
    assert margins == pytest.approx(1.0 / (1.0 - np.array([sold[0] + sold[1]] * 2 + [sold[2]])))


def test_five_firms_alike():
    found = bertrand_nash([3.0] * 5, 1.0, [1.0] * 5, range(5))
    assert found == pytest.approx([2.22420] * 5, abs=5e-6)
    assert choice_shares(3.0 - found)[0] == pytest.approx(0.18314, abs=5e-6)


def test_prices_are_found_where_markup_after_markup_would_cycle():
    """Worth 6, cost 1: p <- c + 1 / (1 - s) goes from 2.0 to 56.598 and back."""
    found = bertrand_nash([6.0], 1.0, [1.0], [0])
    assert found[0] == pytest.approx(4.92627, abs=5e-6)
    assert choice_shares(6.0 - found)[0] == pytest.approx(0.7453, abs=5e-5)
    price = 2.0
    for _ in range(51):
        price = 1.0 + 1.0 / (1.0 - choice_shares([6.0 - price])[0])
    assert price == pytest.approx(56.598, abs=5e-4)


def test_many_firms_keep_the_margin_of_taste():
    """However many there are, each is some people's favourite: the margin falls to 1 / sensitivity, not to 0."""
    found = bertrand_nash(np.full(5000, 3.0), 2.0, np.full(5000, 1.0), np.arange(5000))
    assert found[0] == pytest.approx(1.5, abs=1e-4)


def test_sharp_customers_bring_prices_down_to_cost():
    worth, cost = np.full(2, 3.0), np.full(2, 1.0)
    margins = [bertrand_nash(a * worth, a, cost, [0, 1])[0] - 1.0 for a in (1.0, 10.0, 100.0)]
    assert margins[0] > margins[1] > margins[2]
    assert margins[2] == pytest.approx(2.0 / 100.0, abs=1e-3)


@pytest.fixture
def located():
    """Customers on a line, four goods sold at four places by three firms; a fifth of what is asked for is missing."""
    home = (np.arange(500) + 0.5) / 500
    away = np.abs(home[:, None] - np.array([0.1, 0.4, 0.7, 0.95])[None, :])
    missing = (np.arange(500)[:, None] + 2 * np.arange(4)[None, :]) % 5 == 0
    return 3.0 - 2.0 * away, ~missing, np.array([0, 1, 2, 2])


@pytest.mark.parametrize("empty_shelves", [False, True])
def test_customers_with_homes_and_empty_shelves(located, empty_shelves):
    worth, stocked, firm = located
    available = stocked if empty_shelves else np.ones_like(stocked)
    cost = np.array([1.0, 1.1, 1.2, 0.9])
    found = bertrand_nash(worth, 1.0, cost, firm, available=available)

    def profit(prices, mine):
        return choice_shares(worth - prices, available).mean(axis=0)[mine] @ (prices - cost)[mine]

    assert greatest_gain(found, firm, profit) < 1e-8


def test_kinds_of_customers_count_by_their_number(located):
    worth, _, firm = located
    cost = np.full(4, 1.0)
    twice = bertrand_nash(np.concatenate([worth, worth[:100]]), 1.0, cost, firm)
    weights = np.where(np.arange(500) < 100, 2.0, 1.0)
    assert bertrand_nash(worth, 1.0, cost, firm, weights=weights) == pytest.approx(twice)


def test_where_customers_go_when_their_good_is_missing():
    """With one firm selling goods 0 and 1, another good 2: of those who want good 0, .26249 take 1, .36133 nothing."""
    utility = WORTH - bertrand_nash(WORTH, 1.0, COST, [0, 0, 1])
    to_goods, to_nothing = diversion(choice_shares(utility), 0)
    assert to_goods[1] == pytest.approx(0.26249, abs=5e-6)
    assert to_nothing == pytest.approx(0.36133, abs=5e-6)
    assert to_goods.sum() + to_nothing == pytest.approx(1.0)
    without = choice_shares(utility, [False, True, True])
    before = choice_shares(utility)
    assert without == pytest.approx(before * [0, 1, 1] + before[0] * to_goods)


def test_surplus_is_the_area_under_demand():
    prices = np.linspace(2.0, 60.0, 200_001)
    sold = choice_shares((3.0 - 0.5 * prices)[:, None])[:, 0]
    assert consumer_surplus([3.0 - 0.5 * 2.0], 0.5) == pytest.approx(np.trapezoid(sold, prices), rel=1e-6)


def test_great_worths_do_not_overflow():
    assert choice_shares([1000.0, 999.0]) == pytest.approx([1 / (1 + np.exp(-1)), 1 / (1 + np.e)])
    assert consumer_surplus([1000.0], 2.0) == pytest.approx(500.0)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="sensitivity is 0"):
        bertrand_nash(WORTH, 0.0, COST, [0, 1, 2])
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        bertrand_nash(WORTH, 1.0, COST[:2], [0, 1, 2])
    with pytest.raises(ValueError, match="more than 1"):
        diversion([0.8, 0.7], 0)
