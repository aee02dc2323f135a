"""Runs that add up their records every night: the same figures to the last bit, in memory that does not grow."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.market import Market
from sim.results.figures import flatten, same_need
from sim.results.figures.halves import halves
from sim.results.figures.story import trace_need
from sim.results.figures.times import DayCounts, exact_sum, percentile
from sim.results.kept import RecordsError
from sim.results.outcome import Outcome
from sim.runs.replication import pair_figures
from sim.runs.running import that_keeps
from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_names
from tests.small_markets import SMALL
from tests.test_records import SCARCE

REGIMES = ("traditional", "direct", "o2o", "hybrid", "planner")


def lived(scenario: Scenario, regime: str, kept: Any, seed: int = 1) -> Outcome:
    """Run a scenario that keeps records, pairs or figures."""
    return Market(that_keeps(scenario, kept), regime, seed).run()


def said(outcome: Outcome) -> str:
    """Return all figures of a run and of the halves of its window, to the last bit."""
    return repr((flatten(dict(outcome.figures)), halves(outcome)))


def scarce_market(**changes: Any) -> Scenario:
    """Return a market in which goods are late and sent back, and shops give up."""
    return load_scenario({**SMALL, **SCARCE, "records": {}}, changes)


@pytest.mark.parametrize("regime", REGIMES)
def test_the_village_has_the_same_figures(regime):
    village = load_scenario("village")
    assert said(lived(village, regime, "figures")) == said(lived(village, regime, "records"))


@pytest.mark.slow
@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_has_the_same_figures_under_all_its_regimes(name):
    scenario = load_scenario(name)
    for regime in scenario.compare:
        assert said(lived(scenario, regime, "figures")) == said(lived(scenario, regime, "records")), regime


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"time.warm_up": 5, "time.cool_down": 4}, id="a window inside"),
        pytest.param({"returns.resaleable": 0.5}, id="half of the returns are thrown away"),
        pytest.param({"regimes.story.shares_stock": True}, id="stock is seen from home"),
    ],
)
def test_waiting_returns_and_closures_come_out_alike(changes):
    scenario = scarce_market(**changes)
    full = lived(scenario, "story", "records", 3)
    assert np.count_nonzero(full.columns["needs"]["returned"]) > 5, "what this is about"
    assert said(lived(scenario, "story", "figures", 3)) == said(full)


def test_a_run_that_is_not_over_has_figures_and_goes_on():
    scenario = scarce_market()
    full, light = (Market(that_keeps(scenario, kept), "story", 3) for kept in ("records", "figures"))
    for day in range(scenario.time.days):
        full.step()
        light.step()
        if day in (0, 7, 8):
            assert repr(light.outcome().figures) == repr(full.outcome().figures), day
    assert said(light.outcome()) == said(full.outcome())


def test_daily_tables_are_the_same_and_so_is_what_mesa_collects():
    scenario = scarce_market()
    full, light = (Market(that_keeps(scenario, kept), "story", 3) for kept in ("records", "figures"))
    one, other = full.run(), light.run()
    for table in set(one.columns) - {"needs", "ledger", "stock"}:
        for column, values in one.columns[table].items():
            np.testing.assert_array_equal(other.columns[table][column], values, f"{table}.{column}")
    assert light.datacollector.model_vars == full.datacollector.model_vars
    assert repr(one) == repr(other)


@pytest.mark.parametrize("regimes", [("traditional", "hybrid"), ("direct", "o2o")])
def test_pairs_are_compared_without_records(regimes):
    village = load_scenario("village")
    full = [lived(village, regime, "records") for regime in regimes]
    light = [lived(village, regime, "pairs") for regime in regimes]
    assert repr(pair_figures(*light)) == repr(pair_figures(*full))
    assert [said(one) for one in light] == [said(one) for one in full]


def test_rows_are_used_again_so_that_memory_does_not_grow():
    """Of 200 days one holds no more rows than of 20, and journals no more lines."""
    sizes = []
    for days in (20, 200):
        market = Market(load_scenario("village", {"time.days": days, "records.needs": "figures"}), "hybrid", 1)
        market.run()
        state = market.state
        tables = (state.needs, state.ledger.books.journal, state.stock.goods.journal, state.deliveries.next)
        sizes.append([len(table) for table in tables])
        assert int(state.visits.reuse.rows[0]) < int(state.visits.used[0]) / 4
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(
    "asked",
    [
        lambda outcome, _: outcome.needs,
        lambda outcome, _: outcome.columns["ledger"],
        lambda outcome, _: trace_need(outcome, 0),
        lambda outcome, _: same_need(outcome, outcome),
        lambda outcome, folder: outcome.save(folder / "kept"),
    ],
    ids=["needs", "ledger", "trace", "pairs", "save"],
)
def test_what_needs_records_says_what_to_set(asked, tmp_path):
    outcome = lived(load_scenario("village"), "hybrid", "figures")
    with pytest.raises(RecordsError, match=r'set records.needs = "records"'):
        asked(outcome, Path(tmp_path))


def test_choices_are_not_recorded_without_needs():
    with pytest.raises(ScenarioError, match=r"records.choices"):
        sim.run("village", **{"overrides": {"records.choices": True, "records.needs": "figures"}})


def test_percentiles_and_sums_are_those_of_all_deliveries_one_by_one():
    random = np.random.default_rng(5)
    for number in (1, 2, 3, 10, 999):
        days = np.round(random.exponential(2.0, number), int(random.integers(0, 9)))
        values, each = np.unique(days, return_counts=True)
        found = DayCounts(values, each)
        assert [percentile(found, percent) for percent in (50, 95)] == np.percentile(days, (50, 95)).tolist()
        assert float(exact_sum(values, each)) == pytest.approx(math.fsum(days), rel=1e-15)
