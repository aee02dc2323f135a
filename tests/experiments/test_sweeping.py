"""Sweeps: what is there is not run again, what is missing is, and nobody notices where it was run."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim.common.files import FolderError
from sim.experiments.sweep_results import planned_sweep, plans
from sim.experiments.sweeping import resume, sweep
from sim.runs import point_runs, running
from sim.runs import store as store_module
from sim.runs.store import RunKey, RunStore
from sim.scenario import ScenarioError, load_scenario

POINTS = [{"customers.travel_cost": 0.2}, {"customers.travel_cost": 1.0}]
REGIMES = ["traditional", "o2o"]


def counted(monkeypatch):
    """Count the runs that are made in this process."""
    made = []
    live = running.live_through

    def counting(market, *rest):
        made.append((market.regime_name, market.seed_number))
        return live(market, *rest)

    monkeypatch.setattr(running, "live_through", counting)
    return made


def content(store):
    return {path.name: path.read_bytes() for path in store.parts()}


def test_a_point_has_the_figures_of_the_runs_it_is_made_of(tmp_path):
    found = sweep("village", POINTS, REGIMES, replications=2, seed=5, store=tmp_path, workers=1)
    outcome = sim.run("village", "o2o", 5, overrides=POINTS[1])
    assert found.figures(1)["o2o"][0]["consumer_surplus"] == outcome.figures["consumer_surplus"]
    compared = sim.compare("village", REGIMES, replications=2, seed=5, overrides=POINTS[0])
    estimates = found.estimates(0, ["consumer_price", "welfare"])
    for name in ("consumer_price", "welfare"):
        assert estimates["figures"]["o2o"][name] == compared.figures["o2o"][name]
        assert estimates["differences"]["o2o"][name] == compared.differences["o2o"][name]


def test_points_that_coincide_are_run_once(tmp_path, monkeypatch):
    made = counted(monkeypatch)
    found = sweep(
        "village", [POINTS[0], POINTS[1], dict(POINTS[0])], ["o2o"], replications=2, store=tmp_path, workers=1
    )
    assert len(made) == 4
    assert found.figures(2) == found.figures(0)
    assert not found.failures


def test_a_point_that_cannot_be_says_nothing_and_leaves_the_others_alone(tmp_path):
    found = sweep("village", [{"customers.scale": -1.0}, POINTS[0]], REGIMES, replications=1, store=tmp_path, workers=1)
    nothing, something = (found.estimates(number, ["welfare"]) for number in (0, 1))
    assert nothing["figures"]["o2o"]["welfare"].mean is None
    assert nothing["differences"]["o2o"]["welfare"].mean is None
    assert something["figures"]["o2o"]["welfare"].mean is not None
    assert [failed.point for failed in found.failures] == [{"customers.scale": -1.0}]


def test_what_a_worker_says_it_has_stored_is_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(point_runs.PointRuns, "do", lambda job, watch: point_runs.PointResult())
    found = sweep("village", POINTS, REGIMES, replications=1, store=tmp_path, workers=1)
    assert [failed.point for failed in found.failures] == POINTS
    assert all(failed.reason.endswith("the store has nothing") for failed in found.failures)
    assert all(failed.regimes == ("traditional", "o2o") for failed in found.failures)


def test_what_is_there_is_not_run_again(tmp_path, monkeypatch):
    made = counted(monkeypatch)
    first = sweep("village", POINTS, REGIMES, replications=2, store=tmp_path, workers=1)
    assert len(made) == 8
    again = sweep("village", POINTS, REGIMES, replications=2, store=tmp_path, workers=1)
    assert len(made) == 8
    assert again.to_dict() == first.to_dict()
    sweep(
        "village",
        [*POINTS, {"customers.travel_cost": 0.5}],
        [*REGIMES, "direct"],
        replications=3,
        store=tmp_path,
        workers=1,
    )
    assert len(made) == 27  # 3 points x 3 regimes x 3 seeds, 8 of which were there


def test_a_damaged_part_is_run_again_and_nothing_else_is(tmp_path, monkeypatch):
    first = sweep("village", POINTS, REGIMES, replications=2, store=tmp_path, workers=1)
    before = content(first.store)
    scenario = load_scenario("village", POINTS[0])
    key = RunKey.of(scenario, "o2o", first.seeds[1])
    first.store.path_of(key).write_bytes(b"PAR1")
    made = counted(monkeypatch)
    resume(tmp_path, workers=1)
    assert made == [("o2o", first.seeds[1])]
    assert content(first.store) == before
    assert len(first.store.set_aside()) == 1


@pytest.mark.parametrize(("number", "said"), [(errno.ENOSPC, "No space left"), (errno.EROFS, "Read-only")])
def test_a_store_that_takes_nothing_in_any_more_stops_the_sweep_at_once(tmp_path, monkeypatch, number, said):
    """It is no fault of a point, and what would be run from then on would be lost."""
    made = counted(monkeypatch)
    written, write = [], store_module.write_parquet

    def full(table, path):
        if len(written) == 3:
            path.touch()
            raise OSError(number, "Error writing bytes to file")
        written.append(path)
        write(table, path)

    with monkeypatch.context() as broken:
        broken.setattr(store_module, "write_parquet", full)
        with pytest.raises(FolderError, match=rf"cannot be written \({said}.*same command goes on"):
            sweep("village", POINTS, REGIMES, replications=2, seed=5, store=tmp_path, workers=1)
    assert len(made) == 4
    assert len(content(RunStore(tmp_path))) == 3
    assert not list(tmp_path.rglob("*.partial"))
    assert not sweep("village", POINTS, REGIMES, replications=2, seed=5, store=tmp_path, workers=1).failures
    assert len(made) == 4 + 5


@pytest.mark.parametrize("what", ["sweeps", "token"])
def test_a_store_that_takes_no_plan_says_so(tmp_path, monkeypatch, what):
    def full(path):
        if what in str(path):
            raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("sim.common.files._flush", full)
    with pytest.raises(FolderError, match="cannot be written"):
        sweep("village", POINTS, REGIMES, replications=1, seed=5, store=tmp_path, workers=1)


def test_any_number_of_workers_leaves_the_same_bytes(tmp_path):
    serial = sweep("village", POINTS, REGIMES, replications=2, store=tmp_path / "one", workers=1)
    parallel = sweep("village", POINTS, REGIMES, replications=2, store=tmp_path / "two", workers=2)
    assert content(serial.store) == content(parallel.store)
    assert serial.to_dict() == parallel.to_dict()


def test_a_worker_that_does_not_see_the_store_sends_its_figures(tmp_path, monkeypatch):
    near = sweep("village", POINTS, REGIMES, replications=1, store=tmp_path / "near", workers=1)
    monkeypatch.setattr(point_runs, "_reached", lambda job: None)
    far = sweep("village", POINTS, REGIMES, replications=1, store=tmp_path / "far", workers=1)
    assert content(near.store) == content(far.store)


@pytest.mark.parametrize("differs", ["sources of sim", "numba"])
def test_a_worker_of_another_program_refuses(tmp_path, monkeypatch, differs):
    """Given out by a newer program, a job is run by nobody who would find other figures and file them as these."""
    own = point_runs.program()
    answers = iter([{**own, differs: "newer"}])  # of the process that gives out jobs, which asks first
    monkeypatch.setattr(point_runs, "program", lambda: next(answers, own))
    with pytest.raises(ScenarioError, match=rf"has {differs} .* instead of newer.*restart workers"):
        sweep("village", POINTS, REGIMES, replications=1, store=tmp_path, workers=1)
    assert list(RunStore(tmp_path).parts()) == []
    monkeypatch.undo()
    assert not resume(tmp_path, workers=1).failures


def test_a_point_that_cannot_be_run_is_told_and_the_others_are_run(tmp_path):
    points = [POINTS[0], {"customers.travel_cost": -1.0}, {"customers.nonsense": 1}]
    steps = []
    found = sweep("village", points, REGIMES, replications=1, store=tmp_path, workers=1, progress=steps.append)
    assert [(failed.point, failed.seed) for failed in found.failures] == [(points[1], None), (points[2], None)]
    assert "customers.travel_cost" in found.failures[0].reason
    assert set(found.to_frame(["welfare"])["point"]) == {0}
    assert (steps[-1].done, steps[-1].total, steps[-1].failed) == (6, 6, 4)


def test_a_run_that_breaks_is_told_with_its_point(tmp_path, monkeypatch):
    live = running.live_through

    def breaking(market, *rest):
        if market.parameters.customers.travel_cost == 1.0:
            raise ArithmeticError("the books do not balance")
        return live(market, *rest)

    monkeypatch.setattr(running, "live_through", breaking)
    found = sweep("village", POINTS, REGIMES, replications=1, store=tmp_path, workers=1)
    (failed,) = found.failures
    assert failed.point == POINTS[1]
    assert failed.reason == "ArithmeticError: the books do not balance"
    assert found.estimates(0, ["welfare"])["figures"]["o2o"]["welfare"].n == 1
    assert found.estimates(1, ["welfare"])["figures"]["o2o"]["welfare"].n == 0


def test_a_regime_that_breaks_takes_no_other_with_it(tmp_path, monkeypatch):
    live = running.live_through

    def breaking(market, *rest):
        if market.regime_name != "o2o":
            raise ArithmeticError(f"{market.regime_name} does not balance")
        return live(market, *rest)

    monkeypatch.setattr(running, "live_through", breaking)
    steps = []
    regimes = ["traditional", "o2o", "direct"]
    found = sweep("village", POINTS[:1], regimes, replications=1, store=tmp_path, workers=1, progress=steps.append)
    assert [(each.regimes, each.reason) for each in found.failures] == [
        (("traditional",), "ArithmeticError: traditional does not balance"),
        (("direct",), "ArithmeticError: direct does not balance"),
    ]
    assert (steps[-1].done, steps[-1].failed) == (3, 2)
    assert found.estimates(0, ["welfare"])["figures"]["o2o"]["welfare"].n == 1


def test_without_a_store_nothing_is_left_behind():
    found = sweep("village", POINTS[:1], REGIMES, replications=1, workers=1)
    folder = found.store.folder
    assert found.estimates(0, ["welfare"])["figures"]["o2o"]["welfare"].n == 1
    del found
    assert not folder.exists()


SWEEP = """
import sys
from sim.experiments.sweeping import sweep
points = [{"customers.travel_cost": 0.1 * n} for n in range(1, 13)]
if __name__ == "__main__":
    print("begun", flush=True)
    sweep("village", points, ["traditional", "o2o"], replications=2, store=sys.argv[1], workers=int(sys.argv[2]))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path, monkeypatch, workers):
    script, place = tmp_path / "script.py", tmp_path / "store"
    script.write_text(SWEEP, encoding="utf-8")
    command = [sys.executable, str(script), str(place), str(workers)]
    with subprocess.Popen(command, start_new_session=True) as running:
        while len(list(RunStore(place).parts())) < 8 and running.poll() is None:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGKILL)
    before = content(RunStore(place))
    assert 8 <= len(before) < 48
    made = counted(monkeypatch)
    whole = resume(place, workers=1)
    assert len(made) == 48 - len(before)
    after = content(whole.store)
    assert len(after) == 48
    assert {name: after[name] for name in before} == before
    assert whole.store.set_aside() == []


def test_two_sweeps_at_once_share_a_store(tmp_path):
    script, place = tmp_path / "script.py", tmp_path / "store"
    script.write_text(SWEEP, encoding="utf-8")
    both = [subprocess.Popen([sys.executable, str(script), str(place), "1"]) for _ in range(2)]
    assert [running.wait() for running in both] == [0, 0]
    assert len(list(RunStore(place).parts())) == 48
    assert RunStore(place).set_aside() == []


def test_a_plan_is_found_by_its_store_alone(tmp_path):
    with pytest.raises(FolderError, match="holds no sweep"):
        planned_sweep(tmp_path)
    first = sweep("village", POINTS, REGIMES, replications=1, store=tmp_path, workers=1)
    assert planned_sweep(tmp_path).to_dict() == first.to_dict()
    sweep("village", POINTS[:1], REGIMES, replications=1, store=tmp_path, workers=1)
    with pytest.raises(FolderError, match=r"several sweeps.*village-"):
        planned_sweep(tmp_path)
    for name in plans(tmp_path):
        assert len(planned_sweep(tmp_path, name).points) in (1, 2)
    with pytest.raises(FolderError, match="no sweep called"):
        planned_sweep(tmp_path, "other")
    (tmp_path / "sweeps" / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(FolderError, match="cannot be used"):
        planned_sweep(tmp_path, "broken")


def test_json_holds_everything(tmp_path):
    found = sweep("village", [*POINTS, {"customers.hassle": -1}], REGIMES, replications=2, store=tmp_path, workers=1)
    told = json.loads(json.dumps(found.to_dict(["welfare"]), allow_nan=False))
    assert [point["values"] for point in told["points"]] == [*POINTS, {"customers.hassle": -1}]
    assert set(told["points"][0]["differences"]["o2o"]["welfare"]) == {"mean", "low", "high"}
    assert told["failures"][0]["seed"] is None


def test_unknown_regimes_are_refused_before_anything_is_run(tmp_path):
    with pytest.raises(ScenarioError, match="tradtional"):
        sweep("village", POINTS, ["tradtional"], replications=1, store=tmp_path, workers=1)


BRIEF = {"time.days": 1, "time.warm_up": 0, "time.cool_down": 0}


def resident_megabytes():
    """Return the memory that this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6


@pytest.mark.slow
def test_memory_of_the_parent_is_flat_over_ten_thousand_runs(tmp_path):
    """Each run is a point of its own; after the first thousand nothing more is held than what is noted of a part."""
    points, held = [{"customers.hassle": number / 1000} for number in range(10_000)], []

    def note(now):
        if now.done % 1000 == 0:
            held.append(resident_megabytes())

    found = sweep(
        "village", points, ["direct"], replications=1, store=tmp_path, workers=2, progress=note, overrides=BRIEF
    )
    assert not found.failures
    assert len(held) == 11
    assert max(held[2:]) - held[1] < 10.0, held
    assert len(list(found.store.parts())) == 10_000
