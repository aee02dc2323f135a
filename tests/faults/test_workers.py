"""Workers that cannot be started, die, or send back what cannot be read: every job ends, right or with a reason."""

from __future__ import annotations

import logging

import pytest

from sim.runs.jobs import Failure
from tests.faults.workers import KINDS, Points, outcome_of, walk_after_a_death, walk_workers


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_a_worker_is_survived(kind):
    points, mishandled = walk_workers(kind)
    assert points > 10
    assert mishandled == []


@pytest.mark.parametrize("kind", KINDS)
def test_another_fault_after_a_death_is_survived(kind):
    points, mishandled = walk_after_a_death(kind)
    assert points > 100
    assert mishandled == []


def test_jobs_of_workers_that_cannot_be_replaced_fail_with_a_reason():
    class NoMore(Points):
        def due(self, what):
            self.done.append(what)
            starts = self.done.count("start")
            return "fail" if what == "start" and starts > 1 else "kill" if len(self.done) == 5 else ""

    found = outcome_of(NoMore())
    assert len(found) == 6
    failures = [result for result in found.values() if isinstance(result, Failure)]
    assert failures
    assert all("no more processes" in failure.reason for failure in failures)
