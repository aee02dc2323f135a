"""Orders that vary more than demand: worked numbers, and the weights of past demands squared and summed."""

import numpy as np
import pytest

from sim.formulas.bullwhip import (
    moving_average_ratio,
    shared_demand_ratios,
    smoothing_ratio,
    unshared_demand_bounds,
    unshared_demand_ratios,
)


@pytest.mark.parametrize(
    ("periods", "lead_time", "correlation", "ratio"),
    [(5, 2, 0.0, 2.12), (5, 1, 0.0, 1.48), (10, 3, 0.0, 1.78), (5, 2, 0.5, 2.085)],
)
def test_forecasts_from_a_moving_average(periods, lead_time, correlation, ratio):
    """Chen, Drezner, Ryan & Simchi-Levi 2000."""
    assert moving_average_ratio(lead_time, periods, correlation) == pytest.approx(ratio, abs=1e-9)


@pytest.mark.parametrize("correlation", [-0.4, 0.0, 0.5, 0.9])
def test_the_variance_of_a_moving_averages_orders(correlation):
    """An order is D_t + L (D_t - D_(t-p)) / p; demands so far apart are correlated rho^apart."""
    weights = np.zeros(6)
    weights[0], weights[5] = 1 + 2 / 5, -2 / 5
    apart = np.abs(np.arange(6)[:, None] - np.arange(6)[None, :])
    assert moving_average_ratio(2, 5, correlation) == pytest.approx(weights @ correlation**apart @ weights)


def test_forecasts_by_smoothing():
    """Gain .3, lead time 2."""
    assert smoothing_ratio(2, 0.3) == pytest.approx(2.6235, abs=5e-5)


@pytest.mark.parametrize(("lead_time", "gain"), [(1, 0.1), (2, 0.3), (5, 0.5), (3, 1.0)])
def test_the_variance_of_smoothed_orders(lead_time, gain):
    """An order is D_t + L (F_t - F_(t-1)), and F_t the sum of gain (1 - gain)^k D_(t-k)."""
    forecast = gain * (1 - gain) ** np.arange(2000)
    weights = lead_time * np.diff(forecast, prepend=0.0)
    weights[0] += 1.0
    assert smoothing_ratio(lead_time, gain) == pytest.approx((weights**2).sum())


def test_demand_known_to_all_tiers():
    """Three tiers with lead time 2 and 5 periods."""
    assert shared_demand_ratios([2, 2, 2], 5) == pytest.approx((2.12, 3.88, 6.28))


def test_orders_of_orders():
    assert unshared_demand_bounds([2, 2, 2], 5) == pytest.approx((2.12, 4.49, 9.53), abs=0.005)


def test_what_orders_of_orders_come_to():
    """Weights 1.4, -.4; then 1.96, -1.12, .16; then 2.744, -2.352, .672, -.064: squared and summed."""
    assert unshared_demand_ratios([2, 2, 2], 5) == pytest.approx((2.12, 5.1216, 13.51712))


@pytest.mark.parametrize("leads", [(2, 2, 2), (1, 4), (3, 1, 7, 2)])
@pytest.mark.parametrize("periods", [2, 5, 30])
def test_orders_of_orders_vary_no_less_than_the_bound_and_more_than_with_demand_known_to_all(leads, periods):
    unshared = np.array(unshared_demand_ratios(leads, periods))
    bounds = np.array(unshared_demand_bounds(leads, periods))
    assert unshared[0] == pytest.approx(bounds[0])
    assert (unshared[1:] > bounds[1:]).all()
    assert (unshared[1:] > np.array(shared_demand_ratios(leads, periods))[1:]).all()


def test_orders_of_orders_of_orders_as_they_come():
    """Three firms that average the last five periods' orders, simulated."""
    dice = np.random.default_rng(1)
    orders = demand = dice.poisson(1000.0, 200_000).astype(float)
    for ratio in unshared_demand_ratios([2, 3, 1], 5):
        lead = {0: 2, 1: 3, 2: 1}[(len(demand) - len(orders)) // 5]
        forecast = np.convolve(orders, np.ones(5) / 5, mode="valid")
        orders = orders[5:] + lead * np.diff(forecast)
        assert orders.var() / demand.var() == pytest.approx(ratio, rel=0.02)


def test_who_does_not_revise_the_forecast_orders_what_was_sold():
    assert smoothing_ratio(4, 0.0) == 1.0
    assert moving_average_ratio(4, 10**9) == pytest.approx(1.0)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="periods is 0"):
        moving_average_ratio(2, 0)
    with pytest.raises(ValueError, match="correlation is 1"):
        moving_average_ratio(2, 5, 1.0)
    with pytest.raises(ValueError, match=r"gain is 1\.5"):
        smoothing_ratio(2, 1.5)
