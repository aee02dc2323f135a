"""Chiang, Chhajed & Hess 2003: their numbers, and that neither side gains by other prices."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from sim.formulas.channels import WITHOUT_DIRECT, direct_as_a_threat, direct_beside_the_store


def sales(store_price, direct_price, acceptance):
    """Return store and direct sales; worth v is even from 0 to 1, direct goods are worth acceptance x v."""
    direct_from = direct_price / acceptance
    if store_price <= direct_from:
        return max(1.0 - store_price, 0.0), 0.0
    store_from = min((store_price - direct_price) / (1.0 - acceptance), 1.0)
    return 1.0 - max(store_from, direct_from), max(store_from - direct_from, 0.0)


def answer(wholesale, direct_price, acceptance):
    """Return the retailer's best price: what it can sell at or below the direct offer, or above it."""

    def loss(price):
        return -(price - wholesale) * sales(price, direct_price, acceptance)[0]

    kink = direct_price / acceptance
    tries = [max(wholesale, kink)]
    for low, high in ((wholesale, kink), (max(wholesale, kink), direct_price + 1.0 - acceptance)):
        if low < high:
            tries.append(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-7}).x)
    return min(tries, key=loss)


def maker_profit(wholesale, direct_price, acceptance):
    store, direct = sales(answer(wholesale, direct_price, acceptance), direct_price, acceptance)
    return wholesale * store + direct_price * direct


def test_without_a_direct_channel():
    """Wholesale 1/2, store price 3/4, profits 1/8 and 1/16."""
    assert (WITHOUT_DIRECT.wholesale_price, WITHOUT_DIRECT.store_price) == (0.5, 0.75)
    assert (WITHOUT_DIRECT.maker_profit, WITHOUT_DIRECT.retailer_profit) == (0.125, 0.0625)


@pytest.mark.parametrize(("acceptance", "maker", "retailer"), [(0.6, 0.15, 0.10), (0.8, 0.20, 0.05)])
def test_a_channel_that_sells_nothing_still_pays(acceptance, maker, retailer):
    market = direct_as_a_threat(acceptance)
    assert market.maker_profit == pytest.approx(maker)
    assert market.retailer_profit == pytest.approx(retailer)
    assert market.direct_sales == 0.0
    assert (market.store_price, market.store_sales) == (0.5, 0.5)


def test_it_is_opened_above_one_half_and_the_retailer_gains_below_three_quarters():
    assert direct_as_a_threat(0.5) == WITHOUT_DIRECT
    assert direct_as_a_threat(0.51).maker_profit > WITHOUT_DIRECT.maker_profit
    assert direct_as_a_threat(0.74).retailer_profit > WITHOUT_DIRECT.retailer_profit
    assert direct_as_a_threat(0.76).retailer_profit < WITHOUT_DIRECT.retailer_profit


def test_a_channel_beside_the_store():
    """At acceptance .8: store price .55, a quarter of customers in each, profits .225 and .0125."""
    market = direct_beside_the_store(0.8)
    assert (market.wholesale_price, market.direct_price) == (0.5, 0.4)
    assert market.store_price == pytest.approx(0.55)
    assert market.maker_profit == pytest.approx(0.225)
    assert market.retailer_profit == pytest.approx(0.0125)
    assert sales(market.store_price, market.direct_price, 0.8) == pytest.approx((0.25, 0.25))


@pytest.mark.parametrize("acceptance", [0.6, 0.8])
@pytest.mark.parametrize(("theory", "may_undercut"), [(direct_as_a_threat, False), (direct_beside_the_store, True)])
def test_the_maker_gains_by_no_other_pair_of_prices(acceptance, theory, may_undercut):
    market = theory(acceptance)
    grid = np.linspace(0.02, 0.98, 49)
    best = max(
        maker_profit(wholesale, direct_price, acceptance)
        for wholesale in grid
        for direct_price in grid
        if may_undercut or wholesale <= direct_price
    )
    # On the border between two regimes of the retailer's answer the grid itself may fall a little short.
    assert best <= market.maker_profit + 1e-6
    assert best == pytest.approx(market.maker_profit, abs=2e-3)


def test_the_retailer_gains_by_no_other_price():
    for theory in (direct_as_a_threat, direct_beside_the_store):
        market = theory(0.7)
        assert answer(market.wholesale_price, market.direct_price, 0.7) == pytest.approx(market.store_price, abs=1e-4)


def test_acceptance_is_a_share():
    with pytest.raises(ValueError, match=r"acceptance is 1\.2"):
        direct_as_a_threat(1.2)
