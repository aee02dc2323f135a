"""Work done elsewhere: the same results wherever it is done, and no death takes more than what it has to."""

from __future__ import annotations

import pytest

from sim.runs import backends
from sim.runs.backends import DIED, Failure, carry_out
from sim.scenario import ScenarioError
from tests.experiments.executing_tasks import square, square_or_die, square_unless_killed


def results(arrivals):
    return {done.number: done.result for done in arrivals}


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_whole_and_an_exception_is_one(workers):
    found = results(carry_out(range(10), square, workers=workers))
    failure = found.pop(7)
    assert found == {number: number * number for number in range(10) if number != 7}
    assert isinstance(failure, Failure)
    assert failure.reason == "ValueError: seven is too hard"
    assert "in square" in failure.details


def test_what_a_killed_worker_was_at_is_done_again(tmp_path):
    tasks = [(number, str(tmp_path / "killed")) for number in range(8)]
    assert results(carry_out(tasks, square_unless_killed, workers=2)) == {n: n * n for n in range(8)}
    assert (tmp_path / "killed").exists()


def test_a_task_that_kills_every_worker_is_found_and_the_others_are_done(monkeypatch):
    monkeypatch.setattr(backends, "MOST_DEATHS", 1)
    found = results(carry_out(range(5), square_or_die, workers=2))
    assert found == {0: 0, 1: 1, 2: DIED, 3: 9, 4: 16}


@pytest.mark.parametrize(
    ("tasks", "cores"),
    [([2], 1), pytest.param([2], 2, marks=pytest.mark.slow), pytest.param([1, 2, 3], 1, marks=pytest.mark.slow)],
)
def test_a_killer_kills_a_worker_and_never_who_asks(monkeypatch, tasks, cores):
    """Also where it is the only task, which is what is left of a sweep that it killed, and where there is one core."""
    monkeypatch.setattr(backends, "available_cores", lambda: cores)
    monkeypatch.setattr(backends, "MOST_DEATHS", 0)
    assert results(carry_out(tasks, square_or_die)) == {
        number: DIED if task == 2 else task * task for number, task in enumerate(tasks)
    }


def test_a_scheduler_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setattr(backends, "PATIENCE", "1s")
    with pytest.raises(ScenarioError, match=r"no scheduler answers.*dask scheduler"):
        list(carry_out(range(3), square, scheduler="tcp://127.0.0.1:9"))


def test_nothing_to_do_is_done_at_once():
    assert results(carry_out([], square, workers=2)) == {}


def test_whoever_leaves_early_leaves_quietly(monkeypatch):
    """joblib would warn of the tasks that are given up, and warnings are errors here."""
    arrivals = carry_out(list(range(8, 40)), square, workers=2)
    next(arrivals)
    arrivals.close()
    assert list(arrivals) == []


def test_work_with_one_core_leaves_many_workers_to_those_who_have_them(monkeypatch):
    """Both take their workers from the pool that a process has once."""
    for cores in (1, 2, 1):
        monkeypatch.setattr(backends, "available_cores", lambda cores=cores: cores)
        assert results(carry_out([1, 3], square)) == {0: 1, 1: 9}
