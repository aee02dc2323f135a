"""Failures: one point that breaks is told with its parameters, and every experiment goes on with the others."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import sim
from sim.cli.sweep_report import failure_lines
from sim.common.estimates import estimate
from sim.experiments.discovering import discover
from sim.experiments.frontier import frontier
from sim.experiments.optimising import optimise
from sim.experiments.sensitivity import sensitivity
from sim.experiments.stopping import FEWEST, parse_precision
from sim.experiments.worth import worth
from sim.runs import running
from sim.runs.design import Factor
from sim.runs.options import RunOptions
from sim.runs.point_runs import FailedPoint
from sim.runs.seeds import replication_seeds
from sim.scenario import ScenarioError

TRAVEL = Factor("customers.travel_cost", low=0.0, high=1.0)
HASSLE = Factor("customers.hassle", low=0.0, high=1.0)
REASON = "ArithmeticError: the books do not balance"
REGIMES = ["traditional", "o2o"]
BRIEF = {"days": 6, "workers": 1}


@pytest.fixture
def breaking(monkeypatch):
    """Return a function that makes runs break where a condition on their parameters holds."""
    live = running.live_through

    def where(condition):
        def lived(market, *rest):
            if condition(market.parameters):
                raise ArithmeticError("the books do not balance")
            return live(market, *rest)

        monkeypatch.setattr(running, "live_through", lived)

    return where


def in_the_middle(parameters):
    return 0.4 < parameters.customers.travel_cost < 0.6


def told(failed):
    """Make sure that something failed, and all of it where it had to; return the points."""
    assert failed
    assert {each.reason for each in failed} == {REASON}
    assert all(0.4 < each.point["customers.travel_cost"] < 0.6 for each in failed)
    return [each.point for each in failed]


def test_a_frontier_goes_on_without_the_middle(breaking):
    breaking(in_the_middle)
    found = frontier("village", TRAVEL, parties=["customers"], replications=1, steps=3, **BRIEF)
    assert told(found.failed) == [{"customers.travel_cost": 0.5}]
    assert found.crossings[0].undefined == (0.5,)
    assert found.crossings[0].tried >= 5
    assert found.to_dict()["failed"][0]["values"] == {"customers.travel_cost": 0.5}


def test_sensitivity_leaves_out_the_walks_that_break(breaking):
    breaking(in_the_middle)
    levels = Factor("customers.travel_cost", (0.0, 0.25, 0.5, 0.75))
    found = sensitivity("village", [levels, HASSLE], points=8, **BRIEF)
    points = told(found.failed)
    assert found.undefined >= len(points)
    assert 0 < found.left_out < 8
    assert len(found.influences) == 2


def test_discovery_goes_on_with_the_other_markets(breaking):
    breaking(in_the_middle)
    found = discover("village", [TRAVEL, HASSLE], points=10, **BRIEF)
    assert len(told(found.failed)) == found.undefined == 2
    assert found.markets == 8


def test_the_best_is_looked_for_where_it_can_be(breaking):
    breaking(in_the_middle)
    found = optimise("village", [TRAVEL], "consumer_surplus", "traditional", replications=1, **BRIEF)
    told(found.failed)
    assert found.best.mean is not None
    assert not 0.4 < found.values["customers.travel_cost"] < 0.6


@pytest.fixture
def worlds_apart(monkeypatch):
    """Put a plain function in the place of runs: worlds differ by 1000, the poorer one breaks in the middle."""

    def lived(market, *rest):
        poor, people = market.seed_number == 7, market.parameters.customers
        if poor and in_the_middle(market.parameters):
            raise ArithmeticError("the books do not balance")
        welfare = (0.0 if poor else 1000.0) + 10.0 * people.travel_cost + 2.0 * people.hassle
        return SimpleNamespace(figures={"welfare": welfare})

    monkeypatch.setattr(running, "live_through", lived)


def test_a_point_is_not_best_because_the_poorer_world_broke_there(worlds_apart):
    found = optimise("village", [TRAVEL], "welfare", "traditional", replications=2, seed=7, **BRIEF)
    told(found.failed)
    assert found.values["customers.travel_cost"] == pytest.approx(1.0, abs=0.01)
    assert found.searched.n == 2


def test_where_no_point_is_whole_the_error_names_one_with_its_parameters_and_seed(breaking):
    breaking(lambda parameters: True)
    at = r"customers.travel_cost=0.0, under traditional, seed 7: ArithmeticError: the books do not balance"
    with pytest.raises(ScenarioError, match=at):
        optimise("village", [TRAVEL], "welfare", "traditional", replications=1, seed=7, **BRIEF)
    with pytest.raises(ScenarioError, match=r"6 of 6 points; customers.travel_cost=.*seed 7: ArithmeticError"):
        sensitivity("village", [TRAVEL, HASSLE], "welfare", ["traditional"], points=2, seed=7, **BRIEF)


def test_a_world_that_broke_at_one_point_does_not_pass_for_an_effect(worlds_apart):
    """Walks through the middle are judged by the other world alone, and no effect is 500 too large."""
    levels = Factor("customers.travel_cost", (0.0, 0.25, 0.5, 1.0))
    found = sensitivity(
        "village", [levels, HASSLE], "welfare", ["traditional"], points=8, replications=2, seed=7, **BRIEF
    )
    told(found.failed)
    assert found.left_out == 0
    assert {each.parameter: each.effect for each in found.influences} == {
        "customers.travel_cost": pytest.approx(10.0), "customers.hassle": pytest.approx(2.0)
    }  # fmt: skip


def test_worth_needs_every_set_of_services_and_says_which_broke(breaking):
    broken = []

    def once(parameters):
        """Break the first run without stock next door, and none after it."""
        if not parameters.services.stock and not broken:
            broken.append(parameters)
            return True
        return False

    breaking(once)
    found = worth("village", services=["stock", "inspection"], replications=2, **BRIEF)
    assert found.runs == 1
    (failed,) = found.failed
    assert failed.point["services.stock"] is False
    assert found.total["everybody"].n == 1
    breaking(lambda parameters: not parameters.services.stock)
    with pytest.raises(ScenarioError, match=r"no replication .* do not balance"):
        worth("village", services=["stock"], replications=2, **BRIEF)


def test_a_comparison_in_which_nothing_works_says_which_run_broke(breaking):
    breaking(lambda parameters: True)
    with pytest.raises(ArithmeticError) as raised:
        sim.compare("village", REGIMES, replications=2, seed=7, workers=1)
    assert raised.value.__notes__ == ["under traditional, seed 7", "and all of the first 2 replications failed"]


@pytest.fixture
def breaking_under(monkeypatch):
    """Return a function that makes the runs with some seeds break under a regime."""
    live = running.live_through

    def under(regime, seeds):
        def lived(market, *rest):
            if market.regime_name == regime and market.seed_number in seeds:
                raise ArithmeticError("the books do not balance")
            return live(market, *rest)

        monkeypatch.setattr(running, "live_through", lived)

    return under


@pytest.mark.parametrize("workers", [1, 3])
def test_a_comparison_leaves_out_the_replications_that_break_under_every_regime(breaking_under, workers):
    """The first one and the third break: means and pairs are those of the second and the fourth, worked out alone."""
    seeds = replication_seeds(7, 4)
    breaking_under("o2o", {seeds[0], seeds[2]})
    steps, told = [], []
    options = RunOptions(4, 7, workers=workers, progress=steps.append)
    found = sim.compare("village", REGIMES, reported=told.append, options=options)
    assert (found.seed, found.replications, found.tried, found.first_whole) == (7, 2, 4, seeds[1])
    assert [(each.seed, each.regime, each.reason) for each in found.failed] == [
        (seeds[0], "o2o", REASON), (seeds[2], "o2o", REASON)
    ]  # fmt: skip
    assert "live" in found.failed[0].details
    assert {each.seed for each in told} == {seeds[0], seeds[2]}
    assert [(step.done, step.total) for step in steps] == [(done, 8) for done in range(1, 9)]
    whole = {name: [sim.run("village", name, seed).figures["welfare"] for seed in seeds[1::2]] for name in REGIMES}
    assert found.figures["traditional"]["welfare"] == estimate(whole["traditional"])
    pairs = [there - here for there, here in zip(whole["o2o"], whole["traditional"], strict=True)]
    assert found.differences["o2o"]["welfare"] == estimate(pairs)
    assert found.to_dict()["failed"][0] == {"seed": 7, "regime": "o2o", "reason": REASON}
    assert found.manifest()["failed"] == found.to_dict()["failed"]


def test_a_precision_is_reached_on_whole_replications_whatever_the_number_of_workers(breaking_under):
    seeds = replication_seeds(0, 40)
    breaking_under("traditional", {seeds[1], seeds[4], seeds[30]})
    until = [parse_precision("consumer_price=1000%")]
    one, two = (sim.compare("village", REGIMES, until=until, workers=workers, days=6) for workers in (1, 3))
    assert one == two
    assert (one.replications, one.tried) == (FEWEST, FEWEST + 2)


@pytest.mark.parametrize(("workers", "at_most"), [(1, FEWEST), (2, 500)])  # one of two threads may be held up for long
def test_a_comparison_gives_up_once_the_first_replications_all_failed(breaking_under, workers, at_most):
    seeds = replication_seeds(0, 1000)
    breaking_under("direct", set(seeds))
    told = []
    with pytest.raises(ArithmeticError, match="do not balance") as raised:
        sim.compare("village", ["direct"], replications=1000, workers=workers, reported=told.append)
    assert raised.value.__notes__[0] == "under direct, seed 0"
    assert len(told) <= at_most


def test_want_of_memory_is_not_the_fault_of_a_world(monkeypatch):
    def broken(*arguments):
        raise MemoryError

    monkeypatch.setattr(running, "live_through", broken)
    with pytest.raises(MemoryError):
        sim.compare("village", REGIMES, replications=4, workers=1)


def test_failures_are_told_with_point_regime_and_seed():
    failed = FailedPoint({"customers.hassle": 0.5, "time.days": 3}, 7, "ValueError: no", regimes=("o2o", "direct"))
    assert failure_lines([failed]) == [
        "Not run: customers.hassle=0.5, time.days=3, under o2o and direct, seed 7: ValueError: no"
    ]
    many = failure_lines([failed] * 50)
    assert len(many) == 21
    assert many[-1] == "Not run: 30 more; --json lists all."
