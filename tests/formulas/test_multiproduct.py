"""Firms with several products: worked numbers, two methods that agree, and nobody who gains by leaving."""

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.formulas.logit import bertrand_nash
from sim.formulas.logit_chain import logit_margins
from sim.formulas.multiproduct import cournot_margin, cournot_prices, inclusive_worth, logit_demand

ODD = {
    "two kinds": (logit_demand([[37.0, 23.0], [26.0, 31.0]], 4.0, [3, 7]), np.array([11.0, 7.0])),
    "three kinds, four goods": (
        logit_demand(
            [[41.0, 29.0, 35.5, 12.0], [22.0, 44.0, 31.0, 27.5], [30.0, 18.0, 52.0, 40.0]], 6.3, [0.2, 0.5, 0.3]
        ),
        np.array([9.0, 14.5, 21.0, 6.0]),
    ),
    "goods out of reach": (
        logit_demand([[30.0, -np.inf, 26.0], [-np.inf, 45.0, 33.0]], 5.5, [0.45, 0.55]),
        np.array([8.0, 12.0, 3.0]),
    ),
}


def profit(demand, cost, price):
    return float((price - cost) @ demand.quantity(price))


@pytest.mark.parametrize(("goods", "price"), [(1, 30.00), (2, 33.75), (8, 42.63)])
def test_a_firm_with_n_alike_goods(goods, price):
    """Worth 30, scale 10, cost 10: x = n exp(2 - (1 + x)), p = 10 (2 + x)."""
    margin = cournot_margin([30.0] * goods, [10.0] * goods, 10.0)
    odds = margin / 10.0 - 1.0
    assert odds == pytest.approx(goods * np.exp(2.0 - (1.0 + odds)))
    assert 10.0 + margin == pytest.approx(price, abs=0.005)


def test_eight_goods_earn_more_than_twice_what_rivals_would():
    """22.63 a need, where a firm that competes with itself ends at 21.35 and earns 10.79."""
    demand, cost = logit_demand([30.0] * 8, 10.0), np.full(8, 10.0)
    assert profit(demand, cost, np.full(8, 42.6283)) == pytest.approx(22.628, abs=5e-4)
    assert profit(demand, cost, np.full(8, 21.35)) == pytest.approx(10.79, abs=0.1)


@pytest.mark.parametrize("firms", [1, 2, 5])
def test_cournot_in_closed_form_and_by_its_conditions(firms):
    worth, cost = np.array([44.0, 52.5, 31.0]), np.array([12.0, 23.0, 4.5])
    margin = cournot_margin(worth, cost, 7.5, firms)
    assert cournot_prices(logit_demand(worth, 7.5), cost, firms) == pytest.approx(cost + margin)


def test_many_firms_leave_the_least_margin():
    """Each brings so little that it moves no price, but by its own units: s / n."""
    assert cournot_margin([30.0, 30.0], [10.0, 10.0], 10.0, 10_000) == pytest.approx(0.001 + 0.001 * 2 * np.e**2, 0.01)


@pytest.mark.parametrize("name", ODD)
def test_the_monopolist_is_where_a_search_finds_it(name):
    demand, cost = ODD[name]
    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 20_000, "maxfev": 20_000}
    found = minimize(
        lambda price: -profit(demand, cost, price), cost + 2.0 * demand.scale, method="Nelder-Mead", options=options
    )
    assert cournot_prices(demand, cost) == pytest.approx(found.x, abs=1e-4)


@pytest.mark.parametrize("name", ODD)
def test_the_monopolist_is_where_the_zeta_iteration_ends(name):
    demand, cost = ODD[name]
    alone = bertrand_nash(
        demand.worth / demand.scale, 1.0 / demand.scale, cost, np.zeros(len(cost)), weights=demand.weights,
        available=np.isfinite(demand.worth),
    )  # fmt: skip
    assert cournot_prices(demand, cost) == pytest.approx(alone)


def test_no_cournot_firm_gains_by_bringing_something_else():
    """It brings other units of each good; prices are those that clear all of it (inverse demand of a logit)."""
    worth, cost, scale, firms = np.array([41.0, 33.0]), np.array([14.0, 8.0]), 6.0, 3
    price = cournot_prices(logit_demand(worth, scale), cost, firms)
    each = logit_demand(worth, scale).quantity(price) / firms

    def loss(own):
        sold = (firms - 1) * each + own
        if (own < 0).any() or sold.sum() >= 1:
            return 0.0
        asked = worth - scale * np.log(sold / (1.0 - sold.sum()))
        return -float((asked - cost) @ own)

    found = [minimize(loss, each * by, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14}) for by in (1, 2)]
    assert min(each.fun for each in found) >= loss(each) * (1 + 1e-9)


def test_slopes_are_what_demand_changes_by():
    demand, cost = ODD["three kinds, four goods"]
    price, step = cost + 11.0, 1e-5
    for good, slope in enumerate(demand.slopes(price).T):
        move = step * np.eye(len(cost))[good]
        change = (demand.quantity(price + move) - demand.quantity(price - move)) / (2.0 * step)
        assert slope == pytest.approx(change, abs=1e-8)


def test_surplus_falls_by_what_is_bought():
    """Roy: a unit of money more on a good costs customers what they buy of it."""
    demand, cost = ODD["two kinds"]
    price, step = cost + 9.0, 1e-5
    fall = [(demand.surplus(price - move) - demand.surplus(price + move)) / (2 * step) for move in step * np.eye(2)]
    assert fall == pytest.approx(demand.quantity(price))


def test_all_goods_in_one_hand_act_like_one():
    worth, cost = [30.0, 44.0, 21.0], [10.0, 21.0, 5.0]
    together = logit_margins(inclusive_worth(worth, cost, 8.0), 1.0, 0.0, 1)
    assert cournot_margin(worth, cost, 8.0) == pytest.approx(8.0 * together.margins[0])


@pytest.mark.parametrize("worth", [-4000.0, 4000.0])
def test_margins_are_found_for_goods_nearly_worthless_and_priceless(worth):
    margin = cournot_margin([worth] * 3, [1.0] * 3, 1.0)
    assert np.isfinite(margin)
    assert margin >= 1.0


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="0 firms"):
        cournot_margin([3.0], [1.0], 1.0, 0)
    with pytest.raises(ValueError, match="scale is 0"):
        logit_demand([3.0], 0.0)
    with pytest.raises(ValueError, match=r"weights must have shape \(2,\)"):
        logit_demand([[3.0], [4.0]], 1.0, [1.0])
