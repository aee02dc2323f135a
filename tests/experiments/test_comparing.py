"""Regimes compared on the same customers, in any number of threads."""

import gc
import json
import threading
import tracemalloc

import pytest

from sim.common.estimates import difference, estimate
from sim.experiments import compare, replication_seeds, run
from sim.results.figures import SAME_NEED, flatten, same_need
from sim.runs.progress import Progress
from sim.scenario import ScenarioError

REGIMES = ["traditional", "direct", "o2o"]


@pytest.fixture(scope="module")
def comparison(small):
    return compare(small, REGIMES, replications=3, seed=5, workers=1)


def test_the_parable_is_met_to_the_cent():
    said = compare("parable", replications=1).to_dict()
    traditional, o2o = (said["regimes"][regime]["figures"] for regime in ("traditional", "o2o"))
    assert traditional["consumer_price"] == {"mean": 20000.00, "low": None, "high": None}
    assert traditional["wholesale_price"]["mean"] == 10000.00
    assert traditional["supplier_price"]["mean"] == 5000.00
    assert o2o["consumer_price"]["mean"] == o2o["supplier_price"]["mean"] == 8000.00
    difference = said["differences"]["o2o"]
    assert difference["consumer_price"] == {"mean": -12000.00, "low": None, "high": None}
    assert difference["supplier_price"]["mean"] == 3000.00
    assert difference["same_need.price"]["mean"] == -12000.00


def test_replications_are_runs_with_hashed_seeds(small, comparison):
    seeds = replication_seeds(5, 3)
    outcomes = {(regime, seed): run(small, regime, seed) for regime in ("traditional", "o2o") for seed in seeds}
    prices = {key: outcome.figures["consumer_price"] for key, outcome in outcomes.items()}
    assert comparison.figures["o2o"]["consumer_price"] == estimate(prices["o2o", seed] for seed in seeds)
    assert comparison.differences["o2o"]["consumer_price"] == estimate(
        difference(prices["o2o", seed], prices["traditional", seed]) for seed in seeds
    )
    pairs = [flatten(same_need(outcomes["traditional", seed], outcomes["o2o", seed])) for seed in seeds]
    assert comparison.differences["o2o"]["same_need.gained"] == estimate(pair["gained"] for pair in pairs)


def test_a_single_run_is_the_first_replication(small):
    alone = run(small, "traditional", seed=8)
    compared = compare(small, ["traditional"], replications=1, seed=8)
    assert {name: found.mean for name, found in compared.figures["traditional"].items()} == flatten(alone.figures)
    assert compared.differences == {}


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_the_number_of_workers_changes_nothing(workers, small, comparison, tmp_path):
    again = compare(small, REGIMES, replications=3, seed=5, workers=workers)
    assert again == comparison
    for name in ("comparison.parquet", "comparison.csv", "comparison.json", "manifest.json"):
        one, other = (
            what.save(tmp_path / str(number), overwrite=True) / name for number, what in enumerate((comparison, again))
        )
        assert one.read_bytes() == other.read_bytes()


def test_the_result_has_all_figures_and_no_nan(comparison):
    said = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert list(said["regimes"]) == REGIMES
    assert list(said["differences"]) == REGIMES[1:]
    assert {f"same_need.{name}" for name in SAME_NEED} <= {
        ".".join(name.split(".")[:2]) for name in said["differences"]["o2o"]
    }
    assert said["replications"] == 3


def test_regimes_are_those_of_the_scenario_unless_said(small):
    assert compare("village", replications=1, days=2).regimes == tuple(small.compare)


def test_a_regime_named_twice_is_run_once():
    assert compare("village", ["o2o", "direct", "o2o"], replications=1).regimes == ("o2o", "direct")


def test_progress_is_told_in_the_callers_thread(small):
    told = []
    compare(small, REGIMES, replications=2, workers=2, progress=lambda now: told.append((now, threading.get_ident())))
    assert told == [(Progress(done, 6), threading.get_ident()) for done in range(1, 7)]


def test_memory_stays_flat_without_waiting_for_the_garbage_collector(small):
    compare(small, REGIMES, replications=1, workers=1)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        sizes = []
        for _ in range(2):
            compare(small, REGIMES, replications=3, workers=1)
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
        gc.enable()
    assert sizes[1] - sizes[0] < 9 * 100_000  # nine runs; a market of this size weighs more than that


def at_work():
    return [thread for thread in threading.enumerate() if thread.name.startswith("replication")]


def test_ctrl_c_stops_all_at_once(small):
    told = []

    def interrupt(now):
        told.append(now.done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(small, REGIMES, replications=1000, workers=2, progress=interrupt)
    assert told == [1]
    assert at_work() == []


def test_what_a_run_raises_is_raised(small, monkeypatch):
    def broken(*arguments):
        raise ArithmeticError("the books do not balance")

    monkeypatch.setattr("sim.runs.replication.same_need", broken)
    with pytest.raises(ArithmeticError, match="do not balance"):
        compare(small, REGIMES, replications=1000, workers=2)
    assert at_work() == []


def test_bad_input_is_answered_before_anything_runs():
    with pytest.raises(ScenarioError, match="did you mean hybrid"):
        compare("village", ["traditional", "hybird"])
    with pytest.raises(ScenarioError, match="name at least one"):
        compare("village", [])
    with pytest.raises(ScenarioError, match="travel_cost"):
        compare("village", **{"customers.travel_cost": float("nan")})
    with pytest.raises(ScenarioError, match="1 to 100,000 replications"):
        compare("village", replications=0)
    with pytest.raises(ValueError, match="0 workers are too few"):
        compare("village", workers=0)
