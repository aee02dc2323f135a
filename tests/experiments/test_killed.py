"""Kill a worker, or the sweep itself, on this machine and on a cluster: nothing is lost and nothing is done twice.

Every process of the sweep leaves a mark when it begins a run and one when it has kept it, so that a run done twice
shows even where the store holds the same bytes in the end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import sim
from sim.experiments.sweeping import sweep
from sim.runs import running
from sim.runs.point_runs import PointRuns, program
from sim.runs.store import RunKey, RunStore
from sim.scenario import load_scenario
from tests.experiments.clusters import cluster, gone

MARKING = """
import json, os, time, uuid
folder = os.environ.get("MARKS")
if folder:
    from sim.runs import running
    from sim.runs.store import RunKey, RunStore
    lived, put = running._attempted, RunStore.put

    def mark(what, digest):
        name = os.path.join(folder, uuid.uuid4().hex)
        with open(name + ".partial", "w") as file:
            json.dump([time.time_ns(), what, digest, os.getpid()], file)
        os.replace(name + ".partial", name + ".json")

    def marked(scenario, regime, seed, *rest):
        mark("begun", RunKey.of(scenario, regime, seed).digest)
        time.sleep(0.3)
        return lived(scenario, regime, seed, *rest)

    def kept(self, key, figures):
        put(self, key, figures)
        mark("kept", key.digest)

    running._attempted, RunStore.put = marked, kept
"""
SWEEP = """
import sys
from sim.experiments.sweeping import resume, sweep
if __name__ == "__main__":
    place, scheduler = sys.argv[1], sys.argv[2] or None
    points = [{"customers.travel_cost": 0.1 * n} for n in range(1, 7)]
    asked = dict(store=place, scheduler=scheduler, workers=None if scheduler else 2)
    found = sweep("village", points, ["traditional", "o2o"], replications=2, **asked)
    assert not found.failures, found.failures
"""
POINTS = [{"customers.travel_cost": 0.1 * number} for number in range(1, 7)]
RUNS = 24


def environment(folder):
    """Return an environment in which every Python process leaves marks."""
    (folder / "first").mkdir()
    (folder / "first" / "sitecustomize.py").write_text(MARKING, encoding="utf-8")
    (folder / "marks").mkdir()
    root = Path(sim.__file__).resolve().parents[1]
    path = os.pathsep.join([str(folder / "first"), str(root)])
    return {**os.environ, "MARKS": str(folder / "marks"), "PYTHONPATH": path}


def marks(folder):
    """Return the marks in order: time, what, which run, which process."""
    return sorted(json.loads(path.read_text(encoding="utf-8")) for path in (folder / "marks").glob("*.json"))


def under_way(folder, running):
    """Return a process in the middle of a run, once some runs are kept."""
    while running.poll() is None:
        seen = marks(folder)
        kept = {digest for _, what, digest, _ in seen if what == "kept"}
        busy = [process for _, what, digest, process in seen if what == "begun" and digest not in kept]
        if len(kept) >= 5 and busy:
            return busy[-1]
        time.sleep(0.02)
    raise AssertionError("the sweep was over before anything could be killed")


def begun(folder, place, scheduler, inside):
    """Begin the sweep, or go on with it, in a process of its own."""
    script = folder / "script.py"
    script.write_text(SWEEP, encoding="utf-8")
    command = [sys.executable, str(script), str(place), scheduler]
    return subprocess.Popen(command, env=inside, start_new_session=True)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["worker", "sweep"])
@pytest.mark.parametrize("where", ["loky", "dask"])
def test_a_kill_loses_nothing_and_repeats_nothing(tmp_path, where, victim):
    inside, place = environment(tmp_path), tmp_path / "store"
    scheduler, processes = cluster(inside) if where == "dask" else ("", [])
    running = begun(tmp_path, place, scheduler, inside)
    try:
        process = under_way(tmp_path, running)
        if victim == "worker":
            os.kill(process, signal.SIGKILL)
            assert running.wait() == 0
        else:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            assert len(list(RunStore(place).parts())) < RUNS
            assert begun(tmp_path, place, scheduler, inside).wait() == 0
    finally:
        gone([running, *processes])
    seen = marks(tmp_path)
    kept = {digest: at for at, what, digest, _ in seen if what == "kept"}
    starts = Counter(digest for _, what, digest, _ in seen if what == "begun")
    assert len(kept) == len(list(RunStore(place).parts())) == RUNS
    assert all(at < kept[digest] for at, what, digest, _ in seen if what == "begun")  # none after it was kept
    assert sum(starts.values()) - RUNS <= 2  # what was under way, on two workers at most
    assert RunStore(place).set_aside() == []
    serial = sweep("village", POINTS, ["traditional", "o2o"], replications=2, store=tmp_path / "serial", workers=1)
    assert content(place) == content(serial.store.folder)


def content(place):
    return {path.name: path.read_bytes() for path in RunStore(place).parts()}


@pytest.mark.slow
def test_a_worker_with_other_sources_refuses_on_a_cluster(tmp_path):
    """Its sources are a copy with one line more; who asks gets a line that names it, and no figures of its making."""
    root = Path(sim.__file__).resolve().parents[1]
    (tmp_path / "older").mkdir()
    subprocess.run(["cp", "-r", str(root / "sim"), str(tmp_path / "older" / "sim")], check=True)
    with (tmp_path / "older" / "sim" / "market.py").open("a", encoding="utf-8") as file:
        file.write("# an older line\n")
    scheduler, processes = cluster({**os.environ, "PYTHONPATH": str(tmp_path / "older")}, tmp_path / "older")
    try:
        with pytest.raises(sim.ScenarioError, match=r"has sources of sim .* instead of .*restart workers"):
            sweep("village", POINTS[:2], ["o2o"], replications=1, store=tmp_path / "store", scheduler=scheduler)
    finally:
        gone(processes)
    assert list(RunStore(tmp_path / "store").parts()) == []


def test_a_job_taken_up_again_does_what_is_missing_and_nothing_else(tmp_path, monkeypatch):
    """Its worker was killed between two regimes: the first is in the store, and only the others are run."""
    scenario, store = load_scenario("village"), RunStore(tmp_path)
    (tmp_path / "token").write_text("same", encoding="utf-8")
    job = PointRuns(scenario, {}, ("traditional", "o2o", "direct"), 3, str(tmp_path), "same", program())
    lived, made = running.live_through, []

    def killed_at_the_second(market, *rest):
        made.append(market.regime_name)
        if made == ["traditional", "o2o"]:
            raise SystemExit
        return lived(market, *rest)

    monkeypatch.setattr(running, "live_through", killed_at_the_second)
    with pytest.raises(SystemExit):
        job.do()
    (first,) = content(tmp_path).items()
    assert not job.do().failures
    assert made == ["traditional", "o2o", "o2o", "direct"]
    assert first in content(tmp_path).items()
    assert all(store.get(RunKey.of(scenario, regime, 3)) for regime in job.regimes)
