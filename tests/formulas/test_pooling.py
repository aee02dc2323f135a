"""One stock instead of several."""

import numpy as np
import pytest

from sim.formulas.inventory import base_stock
from sim.formulas.pooling import base_stock_level, pooled_poisson, safety_stock_ratio


def test_nine_stocks_in_one_keep_a_third_of_the_safety():
    """Eppen 1979; with a correlation of .25 it is .5774."""
    assert safety_stock_ratio(9) == pytest.approx(1 / 3)
    assert safety_stock_ratio(9, 0.25) == pytest.approx(0.5774, abs=5e-5)
    assert safety_stock_ratio(9, 1.0) == 1.0


def test_it_is_the_deviation_of_a_sum():
    for correlation in (-0.2, 0.0, 0.4):
        variances = np.full((5, 5), correlation) + (1 - correlation) * np.eye(5)
        assert safety_stock_ratio(5, correlation) == pytest.approx(np.sqrt(variances.sum()) / 5)


def test_whole_units_stray_from_it():
    """Nine stocks with a lead-time demand of 20 and a fill rate of 95 %: 81 units of safety apart, 23 pooled, .284."""
    pooled = pooled_poisson(9, 20.0, 0.95)
    assert (pooled.safety_apart, pooled.safety_pooled) == (81.0, 23.0)
    assert pooled.ratio == pytest.approx(0.284, abs=5e-4)


def test_a_level_is_the_lowest_that_fills_enough():
    for demand in (0.5, 6.0, 20.0, 180.0):
        level = base_stock_level(demand, 0.95)
        assert base_stock(1.0, demand, level).fill_rate >= 0.95
        assert base_stock(1.0, demand, level - 1).fill_rate < 0.95


@pytest.mark.parametrize("demand", [400.0, 2500.0, 1e6])
@pytest.mark.parametrize("stocks", [4, 9, 25])
def test_at_large_demands_it_is_one_over_the_square_root(stocks, demand):
    assert pooled_poisson(stocks, demand, 0.98).ratio == pytest.approx(1 / np.sqrt(stocks), rel=0.05)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="0 stocks"):
        safety_stock_ratio(0)
    with pytest.raises(ValueError, match=r"correlation is -0\.5; it must lie from -0\.25"):
        safety_stock_ratio(5, -0.5)
    with pytest.raises(ValueError, match="0 stocks"):
        pooled_poisson(0, 20.0, 0.95)
