"""Keeping stock: worked numbers, sums over the distribution written out, and stationary states of small stocks."""

import math

import numpy as np
import pytest

from sim.formulas.inventory import (
    base_stock,
    base_stock_lost_sales,
    erlang_loss,
    in_system,
    morning_stock_lost_sales,
    newsvendor_poisson,
    periodic_review,
    poisson_at_most,
    poisson_quantile,
    poisson_shortfall,
    reorder_point,
)

MANY = np.arange(400)


def poisson(mean):
    """Return the probabilities of 0, 1, 2, ... units, one multiplied from the one before."""
    probabilities = [math.exp(-mean)]
    for units in MANY[1:]:
        probabilities.append(probabilities[-1] * mean / units)
    return np.array(probabilities)


def over(units, mean):
    return float((poisson(mean) * np.maximum(MANY - units, 0)).sum())


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0])
@pytest.mark.parametrize("units", [0, 1, 5, 80])
def test_the_poisson_distribution_is_summed_right(units, mean):
    assert poisson_at_most(units, mean) == pytest.approx(poisson(mean)[: units + 1].sum())
    assert poisson_shortfall(units, mean) == pytest.approx(over(units, mean), abs=1e-12)
    assert poisson_at_most(-1, mean) == 0.0


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0, 5000.0])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.95, 0.9999])
def test_a_quantile_is_the_fewest_units_that_suffice(share, mean):
    units = poisson_quantile(share, mean)
    assert poisson_at_most(units, mean) >= share
    assert units == 0 or poisson_at_most(units - 1, mean) < share


def test_one_season_of_poisson_demand():
    """Mean 20, underage 6, overage 4."""
    purchase = newsvendor_poisson(20.0, 6.0, 4.0)
    assert purchase.units == 21
    assert purchase.cost == pytest.approx(17.358, abs=5e-4)
    costs = [(poisson(20.0) * np.where(units < MANY, 6.0, -4.0) * (MANY - units)).sum() for units in range(60)]
    assert purchase.units == np.argmin(costs)
    assert purchase.cost == pytest.approx(min(costs))


def test_a_base_stock_whose_customers_wait():
    """Two a day, three days to refill, nine kept."""
    service = base_stock(2.0, 3.0, 9)
    assert service.fill_rate == pytest.approx(0.847237, abs=5e-7)
    assert service.backorders == pytest.approx(0.161259, abs=5e-7)
    assert service.waiting == pytest.approx(0.080629, abs=5e-7)
    assert service.on_hand == pytest.approx(3.1613, abs=5e-5)
    assert service.on_hand == pytest.approx((poisson(6.0) * np.maximum(9 - MANY, 0)).sum())


def test_only_the_product_of_rate_and_lead_time_matters():
    quick, slow = base_stock(6.0, 1.0, 9), base_stock(0.06, 100.0, 9)
    assert quick.fill_rate == pytest.approx(slow.fill_rate)
    assert quick.backorders == pytest.approx(slow.backorders)


def test_a_base_stock_whose_customers_leave():
    """Two a day, three days to refill, nine kept."""
    assert base_stock_lost_sales(2.0, 3.0, 9) == pytest.approx(0.924855, abs=5e-7)


def test_erlangs_loss_is_the_share_of_time_all_units_are_on_their_way():
    weights = poisson(6.0)[:10]
    assert erlang_loss(9, 6.0) == pytest.approx(weights[9] / weights.sum())
    assert erlang_loss(0, 6.0) == 1.0
    assert erlang_loss(5, 0.0) == 0.0


def test_a_reorder_point_and_a_lot():
    """Two a day, three days to refill, reorder at 5, lots of 8; costs 20 an order, 1 a unit held, 10 waited for."""
    assert reorder_point(2.0, 3.0, 5, 8).fill_rate == pytest.approx(0.810967, abs=5e-7)
    served = {(point, lot): reorder_point(2.0, 3.0, point, lot) for point in range(15) for lot in range(1, 25)}
    costs = {(at, lot): 20.0 * 2.0 / lot + each.on_hand + 10.0 * each.backorders for (at, lot), each in served.items()}
    assert costs[5, 8] == pytest.approx(11.4446, abs=5e-5)
    assert min(costs, key=costs.get) == (5, 11)


def test_lots_of_one_are_a_base_stock():
    assert reorder_point(2.0, 3.0, 8, 1) == base_stock(2.0, 3.0, 9)


def test_the_order_of_events_in_a_day_decides_the_fill_rate():
    """Four a day, fifteen kept: .9032 when three days are to be covered, .9964 when two are."""
    three, two = periodic_review(4.0, 3, 15), periodic_review(4.0, 2, 15)
    assert three.fill_rate == pytest.approx(0.90316, abs=5e-6)
    assert three.ready_rate == pytest.approx(0.84442, abs=5e-6)
    assert two.fill_rate == pytest.approx(0.9964, abs=5e-5)


def test_what_a_day_leaves_unmet_is_what_is_short_after_it_but_not_before():
    before, today = poisson(8.0)[:80], poisson(4.0)[:60]
    short_before = np.maximum(np.arange(80) - 15, 0)
    short_after = np.maximum(np.arange(80)[:, None] + np.arange(60)[None, :] - 15, 0)
    new = (before[:, None] * today[None, :] * (short_after - short_before[:, None])).sum()
    assert periodic_review(4.0, 3, 15).fill_rate == pytest.approx(1.0 - new / 4.0)


def test_waiting_is_units_waited_for_by_littles_law():
    for service, rate in ((base_stock(2.0, 3.0, 9), 2.0), (reorder_point(2.0, 3.0, 5, 8), 2.0)):
        assert in_system(rate, service.waiting) == pytest.approx(service.backorders)
    periodic = periodic_review(4.0, 3, 15)
    assert in_system(4.0, periodic.waiting) == pytest.approx(periodic.backorders)


def test_a_shelf_filled_every_morning_is_a_newsvendors():
    sold = (poisson(4.0) * np.minimum(MANY, 5)).sum() / 4.0
    assert morning_stock_lost_sales(4.0, 5) == pytest.approx(sold)


def test_more_stock_serves_better_and_enough_serves_all():
    for fill in (
        [base_stock(2.0, 3.0, level).fill_rate for level in range(40)],
        [base_stock_lost_sales(2.0, 3.0, level) for level in range(40)],
        [periodic_review(2.0, 3, level).fill_rate for level in range(40)],
    ):
        assert (np.diff(fill) > -1e-12).all()
        assert fill[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("formula", "arguments", "problem"),
    [
        (base_stock, (0.0, 3.0, 9), "rate is 0"),
        (base_stock_lost_sales, (2.0, 0.0, 9), "lead_time is 0"),
        (reorder_point, (2.0, 3.0, 5, 0), "lot is 0"),
        (periodic_review, (4.0, 0, 15), "protected_periods is 0"),
        (poisson_quantile, (1.0, 4.0), "share is 1.0; it must be at least 0 and below 1"),
        (newsvendor_poisson, (100.0, 0.0, 4.0), "underage is 0"),
    ],
)
def test_what_has_no_answer_is_refused(formula, arguments, problem):
    with pytest.raises(ValueError, match=problem):
        formula(*arguments)
