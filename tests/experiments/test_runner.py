"""Jobs done elsewhere: the same results wherever they are done, and no death takes more than what it has to."""

from __future__ import annotations

import pytest

from sim.runs import backends
from sim.runs.backends import Cluster, InLine, Processes, Threads
from sim.runs.jobs import DIED, Failure
from sim.runs.runner import Runner
from sim.scenario import ScenarioError
from tests.experiments.squares import Square, SquareOrDie, SquareUnlessKilled


def results(backend, jobs):
    return {done.number: done.result for done in Runner(backend).results(jobs)}


def squares(numbers):
    return [Square(number) for number in numbers]


@pytest.mark.parametrize(
    "backend", [InLine(), Threads(1), Threads(3), Processes(2)], ids=lambda each: type(each).__name__
)
def test_results_come_whole_and_an_exception_is_one(backend):
    found = results(backend, squares(range(10)))
    failure = found.pop(7)
    assert found == {number: number * number for number in range(10) if number != 7}
    assert isinstance(failure, Failure)
    assert failure.reason == "ValueError: seven is too hard"
    assert "in do" in failure.details
    assert isinstance(failure.error, ValueError) is backend.in_this_process


def test_jobs_that_are_over_at_once_are_many():
    assert len(results(Threads(2), squares([3] * 5000))) == 5000


def test_what_a_killed_worker_was_at_is_done_again(tmp_path):
    jobs = [SquareUnlessKilled(number, str(tmp_path / "killed")) for number in range(8)]
    assert results(Processes(2), jobs) == {n: n * n for n in range(8)}
    assert (tmp_path / "killed").exists()


def test_a_job_that_kills_every_worker_is_found_and_the_others_are_done():
    found = results(Processes(2), [SquareOrDie(number) for number in range(5)])
    assert found == {0: 0, 1: 1, 2: DIED, 3: 9, 4: 16}


@pytest.mark.parametrize(
    ("numbers", "cores"),
    [([2], 1), pytest.param([2], 2, marks=pytest.mark.slow), pytest.param([1, 2, 3], 1, marks=pytest.mark.slow)],
)
def test_a_killer_kills_a_worker_and_never_the_caller(monkeypatch, numbers, cores):
    """Also where it is the only job, which is what is left of a sweep that it killed, and where there is one core."""
    monkeypatch.setattr(backends, "available_cores", lambda: cores)
    assert results(Processes(), [SquareOrDie(number) for number in numbers]) == {
        place: DIED if number == 2 else number * number for place, number in enumerate(numbers)
    }


def test_a_scheduler_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setattr(backends, "PATIENCE", "1s")
    with pytest.raises(ScenarioError, match=r"no scheduler answers.*dask scheduler"):
        results(Cluster("tcp://127.0.0.1:9"), squares(range(3)))


def test_nothing_to_do_is_done_at_once():
    assert results(Processes(2), []) == {}


def test_one_who_leaves_early_leaves_quietly():
    """Warnings are errors here."""
    coming = Runner(Processes(2)).results(squares(range(8, 40)))
    next(coming)
    coming.close()
    assert list(coming) == []
    assert results(Processes(2), squares([3])) == {0: 9}


def test_work_with_one_core_leaves_many_workers_to_those_who_have_them(monkeypatch):
    """Both take their workers from the pool that a process has once."""
    for cores in (1, 2, 1):
        monkeypatch.setattr(backends, "available_cores", lambda cores=cores: cores)
        assert results(Processes(), squares([1, 3])) == {0: 1, 1: 9}
