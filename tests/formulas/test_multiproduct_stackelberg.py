"""A maker who leads a shop with several products: worked numbers, and a search without derivatives."""

from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.formulas.logit_chain import logit_stackelberg
from sim.formulas.multiproduct import inclusive_worth, logit_demand
from sim.formulas.multiproduct_stackelberg import (
    passed_on,
    shop_prices,
    stackelberg,
    stackelberg_by_search,
)
from sim.formulas.ownership import tier_of, vertical_nash

B = (logit_demand([[37.0, 23.0], [26.0, 31.0]], 4.0, [3, 7]), np.array([11.0, 7.0]), 1.5)
C = (
    logit_demand([(61, 52), (63, 72), (78, 73), (82, 87), (102, 103)], 3.0, [0.1, 0.25, 0.3, 0.25, 0.1]),
    np.array([20.0, 17.0]),
    3.0,
)
ODD = {
    "three kinds": (logit_demand([[58.0, 41.0], [47.0, 49.5], [33.0, 62.0]], 5.5, [5, 8, 7]), [14.0, 19.0], 2.0),
    "three goods": (logit_demand([[40.0, 31.0, 36.0], [27.0, 45.0, 30.5]], 7.1, [3, 4]), [9.0, 16.0, 12.5], 0.0),
    "one good": (logit_demand([[30.0], [43.0]], 6.0, [0.6, 0.4]), [11.0], 4.0),
}


@cache
def leading(name):
    """Return where a maker comes to that leads in one of the odd markets: a search of a second or two, made once."""
    return stackelberg(*ODD[name])


def test_two_kinds_of_customers():
    lead = stackelberg(*B)
    assert lead.wholesale_price == pytest.approx([27.432, 22.281], abs=5e-4)
    assert lead.price == pytest.approx([37.109, 31.570], abs=5e-4)
    assert (lead.maker_profit, lead.shop_profit) == pytest.approx((7.7308, 3.9083), abs=5e-5)


def test_five_kinds_whose_conditions_hold_at_several_places():
    """Also at 123.09 / 54.42, and where nobody buys."""
    lead = stackelberg(*C)
    assert lead.wholesale_price == pytest.approx([62.637, 54.237], abs=5e-4)
    assert lead.price == pytest.approx([78.935, 72.576], abs=5e-4)
    assert (lead.maker_profit, lead.shop_profit) == pytest.approx((24.981, 9.905), abs=5e-4)


@pytest.mark.parametrize("goods", [1, 2, 8])
def test_alike_customers(goods):
    """Maker s (1 + x)^2 above a shop of s (1 + x)."""
    demand, cost = logit_demand([30.0] * goods, 10.0), [10.0] * goods
    maker, shop = logit_stackelberg(inclusive_worth([30.0] * goods, cost, 10.0), 1.0, 0.0, 2).margins
    odds = shop - 1.0
    assert maker == pytest.approx((1.0 + odds) ** 2)
    assert np.log(odds) + (1 + odds) + (1 + odds) ** 2 == pytest.approx(2.0 + np.log(goods))
    lead = stackelberg(demand, cost)
    assert lead.wholesale_price - cost == pytest.approx([10.0 * maker] * goods)
    assert lead.price - lead.wholesale_price == pytest.approx([10.0 * shop] * goods)


@pytest.mark.parametrize("name", ODD)
def test_a_search_without_derivatives_finds_the_same(name):
    demand, cost, handling = ODD[name]
    goods = len(cost)
    both = tier_of(range(goods), (0,) * goods)
    margins = stackelberg_by_search(demand, np.array(cost) + handling, both, both)
    lead = leading(name)
    assert lead.wholesale_price - cost == pytest.approx(margins, abs=1e-4)


@pytest.mark.parametrize("name", ODD)
def test_the_shop_gains_by_no_other_price(name):
    demand, _, handling = ODD[name]
    lead = leading(name)
    landed = lead.wholesale_price + handling

    def loss(price):
        return -float((price - landed) @ demand.quantity(price))

    for by in (0.8, 1.0, 1.3):
        found = minimize(loss, lead.price * by, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
        assert -found.fun <= lead.shop_profit * (1 + 1e-9)


@pytest.mark.parametrize("name", ODD)
def test_prices_are_passed_on_as_implicit_differentiation_says(name):
    demand, cost, _ = ODD[name]
    landed, step = np.array(cost) + 6.0, 1e-4
    price = shop_prices(demand, landed)
    moved = passed_on(demand, price, price - landed)
    for good, move in enumerate(step * np.eye(len(cost))):
        change = (shop_prices(demand, landed + move) - shop_prices(demand, landed - move)) / (2.0 * step)
        assert moved[:, good] == pytest.approx(change, abs=1e-5)


@pytest.mark.parametrize("name", ODD)
def test_to_lead_earns_the_maker_more_than_to_choose_at_once(name):
    demand, cost, handling = ODD[name]
    both = tier_of(range(len(cost)), (0,) * len(cost))
    rest = vertical_nash(demand, np.array(cost) + handling, [both, both])
    assert leading(name).maker_profit > float(rest.profits[0].sum())


def test_rival_shops_keep_less():
    demand = logit_demand(np.tile([[58.0, 41.0], [47.0, 49.5]], 2), 5.5)
    maker, cost = tier_of((0, 1, 0, 1), (0, 0)), np.array([14.0, 19.0] * 2)
    kept = []
    for owners in ((0, 0, 0, 0), (0, 0, 1, 1)):
        shops = tier_of(range(4), owners)
        margin = stackelberg_by_search(demand, cost, maker, shops)
        kept.append(vertical_nash(demand, cost + maker.cells.T @ margin, [shops]).margins[0].mean())
    assert kept[1] < kept[0]
