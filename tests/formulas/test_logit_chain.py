"""Chains of firms facing logit demand: worked numbers, and prices found by search instead of by formula."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import lambertw

from sim.formulas.logit_chain import logit_margins, logit_stackelberg
from sim.formulas.successive_monopoly import cost_under_commission

EXAMPLE = (3.0, 1.0, 1.0)


def share(price):
    return 1.0 / (1.0 + np.exp(price - 3.0))


def best(profit, low, high=20.0):
    return minimize_scalar(
        lambda price: -profit(price), bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    ).x


def retail_price(wholesale):
    return best(lambda price: (price - wholesale) * share(price), wholesale)


def wholesale_price(cost):
    return best(lambda price: (price - cost) * share(retail_price(price)), cost)


def test_one_firm_asks_three_and_sells_to_half():
    """With worth 3, sensitivity 1 and cost 1; odds are Lambert's W of exp(worth - cost - 1)."""
    alone = logit_stackelberg(*EXAMPLE, 1)
    assert alone.prices == pytest.approx((3.0,))
    assert alone.quantity == pytest.approx(0.5)
    assert alone.quantity / (1 - alone.quantity) == pytest.approx(lambertw(np.exp(3.0 - 1.0 - 1.0)).real)
    assert logit_margins(*EXAMPLE, 1).prices == pytest.approx(alone.prices)


def test_half_of_a_higher_cost_is_passed_on():
    """Pass-through of a monopolist is 1 - share, .5 here."""
    dearer = logit_stackelberg(3.0, 1.0, 1.0 + 1e-6, 1).consumer_price
    assert (dearer - 3.0) / 1e-6 == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize(
    ("tiers", "prices", "quantity"),
    [(2, (2.77279, 4.10425), 0.24894), (3, (2.61699, 3.89728, 5.02877), 0.11621)],
)
def test_commitment_upstream(tiers, prices, quantity):
    chain = logit_stackelberg(*EXAMPLE, tiers)
    assert chain.prices == pytest.approx(prices, abs=5e-6)
    assert chain.quantity == pytest.approx(quantity, abs=1e-5)


def test_commitment_upstream_is_what_a_foreseeing_tier_chooses():
    assert logit_stackelberg(*EXAMPLE, 2).prices[0] == pytest.approx(wholesale_price(1.0), abs=1e-4)


def test_so_it_is_with_three_tiers():
    two_below = {}

    def sold(price):
        if price not in two_below:
            two_below[price] = logit_stackelberg(3.0, 1.0, price, 2).quantity
        return two_below[price]

    top = best(lambda price: (price - 1.0) * sold(price), 1.0)
    assert logit_stackelberg(*EXAMPLE, 3).prices[0] == pytest.approx(top, abs=1e-4)


def test_margins_chosen_at_once():
    """Choi 1991 with logit demand."""
    chain = logit_margins(*EXAMPLE, 2)
    assert chain.consumer_price == pytest.approx(3.85261, abs=5e-6)
    assert chain.quantity == pytest.approx(0.29889, abs=5e-6)


@pytest.mark.parametrize("tiers", [2, 3, 4])
def test_no_tier_gains_by_another_margin(tiers):
    chain = logit_margins(*EXAMPLE, tiers)
    others = chain.consumer_price - chain.margins[0]
    found = best(lambda own: own * share(others + own), 0.0)
    assert chain.margins == pytest.approx([found] * tiers, abs=1e-4)


def test_a_commission_of_fifteen_percent():
    found = logit_stackelberg(3.0, 1.0, cost_under_commission(1.0, 0.15), 1).consumer_price
    assert found == pytest.approx(3.09021, abs=5e-6)


def test_money_in_other_units_changes_nothing():
    plain, scaled = logit_stackelberg(3.0, 1.0, 1.0, 3), logit_stackelberg(3.0, 0.01, 100.0, 3)
    assert scaled.prices == pytest.approx([100.0 * price for price in plain.prices])
    assert scaled.consumer_surplus == pytest.approx(100.0 * plain.consumer_surplus)


@pytest.mark.parametrize("worth", [-60.0, 0.0, 60.0, 5000.0])
@pytest.mark.parametrize("tiers", [1, 2, 4])
def test_prices_are_found_for_goods_nearly_worthless_and_priceless(worth, tiers):
    for conduct in (logit_margins, logit_stackelberg):
        chain = conduct(worth, 1.0, 1.0, tiers)
        assert np.isfinite(chain.prices).all()
        odds = worth - chain.consumer_price
        assert chain.quantity == pytest.approx(1.0 / (1.0 + np.exp(-odds)), rel=1e-6)


def test_what_has_no_answer_is_refused():
    for conduct in (logit_margins, logit_stackelberg):
        with pytest.raises(ValueError, match="0 tiers"):
            conduct(3.0, 1.0, 1.0, 0)
        with pytest.raises(ValueError, match="sensitivity is 0"):
            conduct(3.0, 0.0, 1.0, 1)
