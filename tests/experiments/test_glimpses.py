"""In which order the runs of a comparison are made, and that it changes no figure."""

from __future__ import annotations

import pytest

from sim.experiments.comparing import compare
from sim.experiments.jobs import replications_of
from sim.experiments.preview import GLIMPSE, ROUGH_PRICES, glimpse_of, joined, plan_of, split
from sim.scenario import load_scenario

REGIMES = ("traditional", "direct", "o2o")
SHORT = {"time.days": 6, "time.warm_up": 1, "time.cool_down": 1}


@pytest.fixture(scope="module")
def village():
    return load_scenario("village", SHORT)


def done(tasks):
    return [task.do() for task in tasks]


def test_a_run_in_parts_is_the_run_in_one(village):
    (whole,) = replications_of(village, REGIMES, 1, 3)
    parts = split(whole)
    assert [part.regimes for part in parts] == [("traditional", "direct"), ("traditional", "o2o")]
    assert joined(done(parts)) == whole.do()


def test_what_is_shown_in_the_end_is_what_compare_gives(village):
    plan = plan_of(village, REGIMES, 2, 3)
    tasks = plan.wanted(lambda task: False)
    shown = plan.shown(tasks, done(tasks))
    assert shown.days == 0
    assert shown.comparison.to_dict() == compare(village, REGIMES, replications=2, seed=3, workers=1).to_dict()


def test_a_long_market_is_glimpsed_at_first_and_no_more_once_its_first_run_is_known():
    plan = plan_of(load_scenario("classroom"), REGIMES, 3, 0)
    tasks = plan.wanted(lambda task: False)
    assert [task.scenario.time.days for task in tasks] == [GLIMPSE["time.days"]] * 2 + [180] * 4
    assert plan.wanted(lambda task: True) == tasks[2:]
    assert plan.shown(tasks, ()) is None


def test_a_glimpse_says_how_many_days_it_has_seen(village):
    long = load_scenario(village, {"time.days": 60})
    plan = plan_of(long, REGIMES, 1, 0)
    tasks = plan.wanted(lambda task: False)
    shown = plan.shown(tasks, done(plan.glimpse))
    assert (shown.days, shown.of_days, shown.comparison.replications) == (24, 60, 1)
    assert set(shown.comparison.figures) == set(REGIMES)


def test_a_short_market_needs_no_glimpse(village):
    plan = plan_of(village, REGIMES, 2, 0)
    assert not plan.glimpse
    assert plan.first == (plan.whole,)


def test_a_glimpse_finds_prices_roughly_and_never_more_finely_than_the_market():
    rules = glimpse_of(load_scenario("classroom"))
    assert {rules.suppliers.pricing.tolerance, rules.suppliers.direct_pricing.tolerance} == {ROUGH_PRICES}
    assert {rules.tiers[0].pricing.tolerance, rules.retailers.pricing.tolerance} == {ROUGH_PRICES}
    coarse = glimpse_of(load_scenario("classroom", {"retailers.pricing.tolerance": 0.5}))
    assert coarse.retailers.pricing.tolerance == 0.5
    assert glimpse_of(load_scenario("classroom_set_margins")).retailers.pricing.rule == "margin"  # nothing to find
