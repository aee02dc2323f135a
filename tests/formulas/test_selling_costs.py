"""Costs of a sale besides the goods: worked numbers, and prices found by search instead of by formula."""

import pytest
from scipy.optimize import minimize_scalar

from sim.formulas.selling_costs import SellingCosts, uniform_price, uniform_profit, uniform_wholesale_price

RETURNED = SellingCosts(
    30.0, parcel=8.0, fee=8.0, returned=0.4, resaleable=0.5, return_handling=10.0, return_parcel=8.0
)
ODD = {
    "returns": RETURNED,
    "fee refunded": SellingCosts(30.0, parcel=8.0, fee=8.0, returned=0.4, resaleable=0.5, fee_refunded=True),
    "all": SellingCosts(22.0, 2.3, 6.5, 0.0, 0.19, 0.12, 0.27, 0.64, 3.9, 6.5),
    "shop": SellingCosts(18.0, handling=4.0, tax=0.08, returned=0.2, resaleable=0.7, return_handling=5.0),
}


def test_a_parcel_that_the_seller_pays():
    """Worth U[0, 150], cost 30 and parcel 25: half of 150 + 55."""
    costs = SellingCosts(30.0, parcel=25.0)
    assert uniform_price(costs, 150.0) == pytest.approx(102.5)
    assert uniform_profit(costs, 150.0, 102.5) == pytest.approx(47.5**2 / 150.0)
    assert uniform_profit(costs, 150.0, 90.0) == pytest.approx(14.0)


def test_a_parcel_that_customers_pay():
    costs = SellingCosts(30.0, parcel=25.0, fee=25.0)
    assert uniform_price(costs, 150.0) == pytest.approx(0.5 * (150.0 - 25.0 + 30.0))


def test_four_of_ten_come_back():
    """k = .6; of the goods .8 are used up, and .4 (10 + 8) is for taking back: 31.20 / .6 = 52, half of 142 + 52."""
    assert RETURNED.kept == pytest.approx(0.6)
    assert RETURNED.cost == pytest.approx(31.2)
    assert uniform_price(RETURNED, 150.0) == pytest.approx(97.0)


def test_a_commission_is_a_higher_cost():
    assert uniform_price(SellingCosts(20.0, commission=0.2), 120.0) == pytest.approx(0.5 * (120.0 + 20.0 / 0.8))


def test_a_tax_is_paid_on_top():
    """At 25 % worth 150 is a price of 120."""
    assert uniform_price(SellingCosts(30.0, tax=0.25), 150.0) == pytest.approx(0.5 * (120.0 + 30.0))


@pytest.mark.parametrize("name", ODD)
def test_the_price_is_where_a_search_finds_it(name):
    costs = ODD[name]

    def loss(price):
        """What one sale leads to, event by event, instead of by shares."""
        paid = price * (1.0 + costs.tax) + costs.fee
        kept = price * (1.0 - costs.commission) + costs.fee - costs.parcel - costs.handling - costs.unit_cost
        back = -price * (1.0 - costs.commission) - (costs.fee if costs.fee_refunded else 0.0)
        back += costs.resaleable * costs.unit_cost - costs.return_handling - costs.return_parcel
        return -(kept + costs.returned * back) * max(0.0, 1.0 - paid / 140.0)

    found = minimize_scalar(loss, bounds=(1.0, 140.0), method="bounded", options={"xatol": 1e-9})
    assert uniform_price(costs, 140.0) == pytest.approx(found.x, abs=1e-5)
    assert uniform_profit(costs, 140.0, found.x) == pytest.approx(-found.fun)


@pytest.mark.parametrize("name", ODD)
def test_a_maker_who_leads_is_where_a_search_finds_it(name):
    from dataclasses import replace

    costs, made = ODD[name], 7.0

    def loss(wholesale):
        shop = replace(costs, unit_cost=wholesale)
        paid = uniform_price(shop, 140.0) * (1.0 + costs.tax) + costs.fee
        return -(wholesale - made) * costs.goods_lost * max(0.0, 1.0 - paid / 140.0)

    found = minimize_scalar(loss, bounds=(made, 140.0), method="bounded", options={"xatol": 1e-9})
    assert uniform_wholesale_price(costs, 140.0, made) == pytest.approx(found.x, abs=1e-5)


def test_nobody_sells_for_nothing():
    with pytest.raises(ValueError, match="must keep part"):
        SellingCosts(10.0, returned=1.0)
    with pytest.raises(ValueError, match=r"commission is 1\.2"):
        SellingCosts(10.0, commission=1.2)
