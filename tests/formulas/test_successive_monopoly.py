"""Chains of firms: worked numbers, and nobody gains by another price when the others answer as the conduct says."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from sim.formulas.successive_monopoly import (
    cost_under_commission,
    elastic_margins,
    elastic_percentages,
    linear_margins,
    linear_percentages,
    linear_stackelberg,
    successive_cournot,
)

LINEAR = (120.0, 1.0, 20.0)


def best(profit, low, high):
    """Return the price between two others at which a profit is highest, found numerically."""
    return minimize_scalar(
        lambda price: -profit(price), bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    ).x


def foreseen_price(demand, wholesale, tiers, highest):
    """Return the consumer price when so many tiers follow each other below a wholesale price, found numerically."""
    if tiers == 0:
        return wholesale

    def profit(price):
        return (price - wholesale) * demand(foreseen_price(demand, price, tiers - 1, highest))

    return foreseen_price(demand, best(profit, wholesale, highest), tiers - 1, highest)


@pytest.mark.parametrize(
    ("tiers", "prices", "quantity", "surplus"),
    [
        (1, (70.0,), 50.0, 1250.0),
        (2, (70.0, 95.0), 25.0, 312.5),
        (3, (70.0, 95.0, 107.5), 12.5, 78.125),
    ],
)
def test_margins_halve_down_a_linear_chain(tiers, prices, quantity, surplus):
    """Spengler 1950, with intercept 120, slope 1, unit cost 20."""
    chain = linear_stackelberg(*LINEAR, tiers)
    assert chain.prices == prices
    assert chain.quantity == quantity
    assert chain.consumer_surplus == surplus


def test_profits_halve_down_a_linear_chain():
    assert linear_stackelberg(*LINEAR, 3).profits == (625.0, 312.5, 156.25)


def test_each_tier_more_costs_everybody():
    chains = [linear_stackelberg(*LINEAR, tiers) for tiers in range(1, 6)]
    assert all(np.diff([chain.consumer_price for chain in chains]) > 0)
    assert all(np.diff([chain.total_profit for chain in chains]) < 0)
    assert all(np.diff([chain.consumer_surplus for chain in chains]) < 0)


def test_commitment_upstream_is_what_a_foreseeing_tier_chooses():
    def demand(price):
        return max(150.0 - 2.5 * price, 0.0)

    found = foreseen_price(demand, 12.0, 2, 60.0)
    assert linear_stackelberg(150.0, 2.5, 12.0, 2).consumer_price == pytest.approx(found, abs=1e-3)


@pytest.mark.parametrize(("tiers", "price"), [(2, 86.67), (3, 95.0), (4, 100.0)])
def test_margins_chosen_at_once(tiers, price):
    """Choi 1991."""
    assert linear_margins(*LINEAR, tiers).consumer_price == pytest.approx(price, abs=0.005)


def test_no_tier_gains_by_another_margin_when_margins_are_given():
    chain = linear_margins(*LINEAR, 3)
    for margin in chain.margins:
        others = chain.consumer_price - margin
        found = best(lambda own, others=others: own * (120.0 - others - own), 0.0, 120.0 - others)
        assert margin == pytest.approx(found, abs=1e-4)


def test_percentages_chosen_at_once():
    """Two tiers settle at twice what they pay: 40 and 80."""
    assert linear_percentages(*LINEAR, 2).prices == pytest.approx((40.0, 80.0), abs=1e-9)


@pytest.mark.parametrize("tiers", [1, 2, 3, 4])
def test_no_tier_gains_by_another_percentage_when_percentages_are_given(tiers):
    chain = linear_percentages(*LINEAR, tiers)
    paid = np.array([20.0, *chain.prices[:-1]])
    factors = np.array(chain.prices) / paid
    for tier in range(tiers):
        below = np.prod(factors[tier + 1 :])
        cost = paid[tier]
        found = best(
            lambda price, cost=cost, below=below: (price - cost) * (120.0 - price * below), cost, 120.0 / below
        )
        assert chain.prices[tier] == pytest.approx(found, rel=1e-6)


def test_one_tier_is_the_same_monopoly_under_every_conduct():
    alone = linear_stackelberg(*LINEAR, 1).prices
    assert linear_margins(*LINEAR, 1).prices == alone
    assert linear_percentages(*LINEAR, 1).prices == pytest.approx(alone)
    assert successive_cournot(*LINEAR, [1]).prices == alone


@pytest.mark.parametrize(
    ("firms", "prices"), [((1, 1), (70.0, 95.0)), ((2, 3), (53.33, 70.0)), ((5, 5, 5), (None, None, 62.13))]
)
def test_several_firms_per_tier(firms, prices):
    """Greenhut & Ohta 1979."""
    found = successive_cournot(*LINEAR, firms).prices
    for price, expected in zip(found, prices, strict=True):
        assert expected is None or price == pytest.approx(expected, abs=0.005)


def cournot_quantity(inverse, cost, firms, most):
    """Return what so many alike firms sell together when each answers best to the others, found numerically."""

    def excess(each):
        return best(lambda own: own * (inverse(own + (firms - 1) * each) - cost), 0.0, most) - each

    return firms * brentq(excess, 0.0, most / firms, xtol=1e-8)


@pytest.mark.parametrize("firms", [1, 2, 3, 7])
def test_no_firm_gains_by_another_quantity(firms):
    found = cournot_quantity(lambda quantity: 120.0 - quantity, 20.0, firms, 100.0)
    assert successive_cournot(*LINEAR, [firms]).quantity == pytest.approx(found, abs=1e-4)


def test_nor_does_a_firm_whose_buyers_compete_as_well():
    def inverse(quantity):
        """Return the price at which three firms below take a quantity: they sell 3/4 of 120 - price."""
        return 120.0 - quantity * 4.0 / 3.0

    assert successive_cournot(120.0, 1.0, inverse(50.0), [3]).quantity == pytest.approx(50.0)
    found = cournot_quantity(inverse, 20.0, 2, 70.0)
    assert successive_cournot(*LINEAR, (2, 3)).quantity == pytest.approx(found, abs=1e-4)


def test_many_firms_everywhere_sell_at_cost():
    many = successive_cournot(*LINEAR, [10**7] * 3)
    assert many.consumer_price == pytest.approx(20.0, abs=1e-4)
    assert many.total_profit == pytest.approx(0.0, abs=1e-2)


@pytest.mark.parametrize(
    ("elasticity", "cost", "tiers", "prices"),
    [(2.0, 2500.0, 3, (5000.0, 10000.0, 20000.0)), (3.0, 10.0, 3, (15.0, 22.5, 33.75))],
)
def test_margins_grow_down_a_chain_of_constant_elasticity(elasticity, cost, tiers, prices):
    chain = elastic_percentages(1.0, elasticity, cost, tiers)
    assert chain.prices == pytest.approx(prices)
    shares = [margin / price for margin, price in zip(chain.margins, chain.prices, strict=True)]
    assert shares == pytest.approx([1 / elasticity] * tiers)


def test_commitment_changes_nothing_under_constant_elasticity():
    def demand(price):
        return price**-3.0

    found = foreseen_price(demand, 10.0, 2, 200.0)
    assert elastic_percentages(1.0, 3.0, 10.0, 2).consumer_price == pytest.approx(found, rel=1e-4)


def test_margins_chosen_at_once_under_constant_elasticity():
    chain = elastic_margins(1.0, 3.0, 10.0, 2)
    assert chain.consumer_price == pytest.approx(30.0)
    for margin in chain.margins:
        others = chain.consumer_price - margin
        found = best(lambda own, others=others: own * (others + own) ** -3.0, 0.0, 200.0)
        assert margin == pytest.approx(found, abs=1e-3)


def test_surplus_is_the_area_under_demand():
    linear, elastic = linear_stackelberg(*LINEAR, 2), elastic_percentages(7.0, 2.5, 3.0, 2)
    prices = np.linspace(linear.consumer_price, 120.0, 100_001)
    assert linear.consumer_surplus == pytest.approx(np.trapezoid(120.0 - prices, prices), rel=1e-9)
    grid = np.geomspace(elastic.consumer_price, 1e9, 200_001)
    assert elastic.consumer_surplus == pytest.approx(np.trapezoid(7.0 * grid**-2.5, grid), rel=1e-6)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (lambda cost: linear_stackelberg(120.0, 1.0, cost, 1), 71.765),
        (lambda cost: elastic_percentages(1.0, 2.0, cost * 125.0, 1), 5882.35),
    ],
)
def test_a_commission_works_like_a_higher_cost(price, expected):
    """A commission of 15 % on the price."""
    assert price(cost_under_commission(20.0, 0.15)).consumer_price == pytest.approx(expected, abs=0.005)


def test_a_commission_on_the_price_is_answered_like_that():
    found = best(lambda price: (0.85 * price - 20.0) * (120.0 - price), 20.0, 120.0)
    assert linear_stackelberg(120.0, 1.0, cost_under_commission(20.0, 0.15), 1).consumer_price == pytest.approx(found)


@pytest.mark.parametrize(
    ("formula", "arguments", "problem"),
    [
        (linear_stackelberg, (120.0, 1.0, 20.0, 0), "0 tiers"),
        (linear_margins, (120.0, 1.0, 130.0, 2), "unit_cost is 130.0; it must be below 120.0"),
        (linear_percentages, (120.0, 1.0, 0.0, 2), "unit_cost is 0.0"),
        (successive_cournot, (120.0, 1.0, 20.0, [2, 0]), "every tier needs one or more"),
        (elastic_percentages, (1.0, 1.0, 10.0, 2), "elasticity is 1.0; it must be above 1"),
        (elastic_margins, (1.0, 2.0, 10.0, 2), "with 2 tiers it must be above 2"),
        (cost_under_commission, (20.0, 1.0), "commission is 1.0"),
    ],
)
def test_what_has_no_answer_is_refused(formula, arguments, problem):
    with pytest.raises(ValueError, match=problem):
        formula(*arguments)
