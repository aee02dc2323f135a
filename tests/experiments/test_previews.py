"""In which order the runs of a comparison are made, and that it changes no figure."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest

from sim.experiments.comparing import compare
from sim.experiments.comparison import Comparison
from sim.experiments.jobs import replications_of
from sim.experiments.preview import (
    PREVIEW,
    PREVIEW_TOLERANCE,
    compared_preview,
    joined,
    paired,
    preview_of,
    split,
    staged_comparison,
)
from sim.results.figures import same_need
from sim.results.figures.pairs import read_by_pairs
from sim.runs.replication import replicate
from sim.runs.running import run
from sim.scenario import load_scenario

REGIMES = ("traditional", "direct", "o2o")
SHORT = {"time.days": 6, "time.warm_up": 1, "time.cool_down": 1}


@pytest.fixture(scope="module")
def village():
    return load_scenario("village", SHORT)


@pytest.fixture(scope="module")
def long_village():
    return load_scenario("village", {"time.days": 60})


def done(jobs):
    return [job.do() for job in jobs]


def test_a_run_in_parts_is_the_run_in_one(village):
    (whole,) = replications_of(village, REGIMES, 1, 3)
    parts = split(whole)
    assert [part.regimes for part in parts] == [("traditional", "direct"), ("traditional", "o2o")]
    assert joined(done(parts)) == whole.do()


def test_what_is_shown_in_the_end_is_what_compare_gives(village):
    staged = staged_comparison(village, REGIMES, 2, 3)
    jobs = staged.wanted(lambda job: False)
    shown = staged.shown(jobs, done(jobs))
    assert shown.days == 0
    assert shown.comparison.to_dict() == compare(village, REGIMES, replications=2, seed=3, workers=1).to_dict()


def test_a_long_market_is_previewed_at_first_and_no_more_once_its_first_run_is_known():
    staged = staged_comparison(load_scenario("classroom"), REGIMES, 3, 0)
    jobs = staged.wanted(lambda job: False)
    assert [job.scenario.time.days for job in jobs] == [PREVIEW["time.days"]] * 3 + [180] * 4
    assert staged.wanted(lambda job: True) == jobs[3:]
    assert staged.shown(jobs, ()) is None


def test_a_preview_says_how_many_days_it_has_seen_and_waits_for_all_its_regimes(long_village):
    staged = staged_comparison(long_village, REGIMES, 1, 0)
    jobs = staged.wanted(lambda job: False)
    results = done(staged.preview)
    assert staged.shown(jobs, results[:2]) is None
    shown = staged.shown(jobs, results)
    assert (shown.days, shown.of_days, shown.comparison.replications) == (24, 60, 1)
    assert set(shown.comparison.figures) == set(REGIMES)


@pytest.mark.parametrize("seed", [0, 5])
def test_a_preview_runs_each_regime_once_and_shows_to_the_bit_what_its_market_gives_alone(long_village, seed):
    """Regimes that are run one by one, in worlds of their own and in any order, make the replication of all together.

    They travel to another process and back, as from a worker.
    """
    preview = staged_comparison(long_village, REGIMES, 1, seed).preview
    assert [job.regime for job in preview] == list(REGIMES)
    results = {job.regime: pickle.loads(pickle.dumps(job.do())) for job in reversed(preview)}
    alone = replicate(preview_of(long_village), REGIMES, seed)
    assert paired(seed, {regime: results[regime] for regime in REGIMES}) == alone
    assert all(alone.pairs[regime]["same_need.surplus"] for regime in REGIMES[1:])
    shown = compared_preview(preview, [results[regime] for regime in REGIMES])
    assert shown.to_dict() == Comparison.of(preview_of(long_village), REGIMES, [alone]).to_dict()


def test_all_that_pairs_of_needs_are_compared_by_travels():
    outcomes = [run("village", regime, 2) for regime in REGIMES]
    for first, second in pairwise(outcomes):
        assert same_need(read_by_pairs(first), read_by_pairs(second)) == same_need(first, second)
    columns = read_by_pairs(outcomes[0]).columns
    assert set(columns) == {"needs", "daily", "tastes"}
    assert all(column.base is None for column in columns["needs"].values())  # the run's own tables are let go of


def test_previews_of_other_regimes_seeds_and_markets_have_names_of_their_own(long_village):
    other = load_scenario(long_village, {"customers.travel_cost": 0.37})
    asked = [(long_village, 0), (long_village, 1), (other, 0)]
    keys = [job.key for market, seed in asked for job in staged_comparison(market, REGIMES, 1, seed).preview]
    assert len(set(keys)) == len(keys) == 9


def test_a_preview_of_a_large_market_counts_for_more_memory(long_village):
    [job] = staged_comparison(long_village, ["direct"], 1, 0).preview
    large = {"time.days": 60, "geography.customers": 100_000}
    [larger] = staged_comparison(load_scenario("classroom", large), ["direct"], 1, 0).preview
    assert (job.weight, larger.weight) == (1, 5)  # 100 000 customers x 0.004 needs a day x 24 days = 9 600 needs


def test_a_short_market_needs_no_preview(village):
    staged = staged_comparison(village, REGIMES, 2, 0)
    assert not staged.preview
    assert staged.first == (staged.whole,)


def test_a_preview_finds_prices_roughly_and_never_more_finely_than_the_market():
    rules = preview_of(load_scenario("classroom"))
    assert {rules.suppliers.pricing.tolerance, rules.suppliers.direct_pricing.tolerance} == {PREVIEW_TOLERANCE}
    assert {rules.tiers[0].pricing.tolerance, rules.retailers.pricing.tolerance} == {PREVIEW_TOLERANCE}
    coarse = preview_of(load_scenario("classroom", {"retailers.pricing.tolerance": 0.5}))
    assert coarse.retailers.pricing.tolerance == 0.5
    assert preview_of(load_scenario("classroom_set_margins")).retailers.pricing.rule == "margin"  # nothing to find
