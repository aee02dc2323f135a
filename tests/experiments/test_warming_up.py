"""The warm-up: found where there is one, none where there is none, and no answer where nobody could know."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import BOUGHT
from sim.runs.warm_up import daily_series, find_warm_up, mean_by_day, mser_5


def noise(days, seed=0):
    return np.random.default_rng(seed).normal(0.0, 1.0, days)


def test_what_is_settled_from_the_start_needs_none():
    found = [mser_5(100.0 + noise(200, seed)) for seed in range(20)]
    assert np.median(found) == 0


def test_the_days_before_settling_are_left_out():
    days = np.arange(200)
    series = 100.0 + 50.0 * (days < 32) + np.where(days % 2, 1.0, -1.0)
    assert mser_5(series) == 35  # the batch in which it settles goes, too
    fading = 100.0 + 40.0 * np.exp(-days / 12.0) + noise(200)
    assert 25 <= mser_5(fading) <= 60


def test_what_never_settles_or_is_too_short_has_no_answer():
    assert mser_5(np.arange(200) + noise(200)) is None
    assert mser_5(noise(19)) is None


def test_the_series_are_those_of_the_needs(small):
    import sim

    outcome = sim.run(small, "o2o", 3)
    needs = outcome.columns["needs"]
    of_day = needs["day"] == 7
    bought = of_day & (needs["result"] == BOUGHT)
    series = daily_series(outcome)
    assert series["share of needs bought"][7] == bought.sum() / of_day.sum()
    assert series["price paid"][7] == np.float64(needs["price"][bought].sum()) / bought.sum()


def test_a_day_without_a_sale_has_no_price():
    """Two of a hundred needs a day arise in a village of two days a week: a price of 0 would never let it settle."""
    import sim

    outcome = sim.run("village", "traditional", 1, days=30, **{"customers.need_rate": 0.1})
    needs = outcome.columns["needs"]
    sold = np.bincount(needs["day"][needs["result"] == BOUGHT], minlength=30)
    arisen = np.bincount(needs["day"], minlength=30)
    assert 0 < (sold == 0).sum() < 30
    series = daily_series(outcome)
    assert (np.isnan(series["price paid"]) == (sold == 0)).all()
    assert (np.isnan(series["share of needs bought"]) == (arisen == 0)).all()
    assert np.nanmin(series["price paid"]) > 0.0


def test_days_without_a_number_take_that_of_the_day_before():
    nothing = np.nan
    first = np.array([nothing, nothing, 3.0, nothing, 5.0, nothing])
    second = np.array([nothing, 1.0, 5.0, nothing, nothing, nothing])
    assert mean_by_day([first, second]).tolist() == [1.0, 1.0, 4.0, 4.0, 5.0, 5.0]
    assert len(mean_by_day([np.full(4, nothing)])) == 0


def test_a_price_that_never_moves_is_settled_however_seldom_anything_is_sold():
    rng = np.random.default_rng(2)
    pilots = [np.where(rng.random(200) < 0.3, 100.0, np.nan) for _ in range(3)]
    assert mser_5(mean_by_day(pilots)) == 0


@pytest.mark.slow
def test_one_warm_up_for_all_regimes_the_longest():
    changed = {"geography.customers": 3000, "geography.town_count": 3}
    each = [find_warm_up("empty_shelf", [regime], overrides=changed) for regime in ("traditional", "o2o")]
    assert find_warm_up("empty_shelf", ["traditional", "o2o"], overrides=changed) == max(each)


def test_where_one_series_never_settles_there_is_no_warm_up(monkeypatch):
    answers = iter([5, None])
    monkeypatch.setattr("sim.runs.warm_up.mser_5", lambda mean: next(answers, 10))
    assert find_warm_up("village", ["traditional"], days=8) is None
    monkeypatch.setattr("sim.runs.warm_up.mser_5", lambda mean: 5)
    assert find_warm_up("village", ["traditional"], days=8) == 5
