"""A cluster of two workers, started by hand: the same bytes as one process leaves, and a death that costs nothing."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from sim.experiments.sweeping import sweep
from sim.runs.store import RunStore
from tests.experiments import clusters

pytestmark = pytest.mark.slow

POINTS = [{"customers.travel_cost": 0.1 * number} for number in range(1, 7)]
REGIMES = ["traditional", "o2o"]


@pytest.fixture
def cluster():
    """Start a scheduler and two workers; return the address and the workers."""
    address, processes = clusters.cluster()
    yield address, processes[:2]
    clusters.gone(processes)


def content(store):
    return {path.name: path.read_bytes() for path in store.parts()}


def test_a_cluster_leaves_the_same_bytes_also_when_a_worker_is_killed(tmp_path, cluster):
    address, workers = cluster
    serial = sweep("village", POINTS, REGIMES, replications=2, store=tmp_path / "serial", workers=1)
    place = tmp_path / "cluster"

    def kill_one():
        while len(list(RunStore(place).parts())) < 4:
            time.sleep(0.02)
        os.killpg(workers[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    steps = []
    found = sweep("village", POINTS, REGIMES, replications=2, store=place, scheduler=address, progress=steps.append)
    killer.join()
    assert found.failures == ()
    assert steps[-1].done == steps[-1].total == 24
    assert content(found.store) == content(serial.store)
    assert found.store.set_aside() == []
