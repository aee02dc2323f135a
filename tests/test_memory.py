"""Memory is estimated before any of it is used: what is too large is refused, with the estimate and what to lower."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from benchmarks.memory_estimate import FACTOR, JUDGED, ratio
from sim.cli import main
from sim.experiments import compare
from sim.experiments.auditing import audit
from sim.experiments.double_margins import tiers
from sim.experiments.measure_each import measure_each
from sim.experiments.sweeping import sweep
from sim.runs import backends, machine, memory
from sim.runs.backends import InLine, Processes, backend_for
from sim.runs.machine import MEMORY, available_memory, limit_memory
from sim.runs.memory import (
    BYTES,
    LOWER,
    bytes_at_a_time,
    bytes_of_run,
    ensure_memory,
    memory_text,
    runs_at_a_time,
    sizes,
)
from sim.runs.running import run
from sim.runs.warm_up import find_warm_up
from sim.scenario import ScenarioError, load_scenario

ROOT = Path(sim.__file__).resolve().parents[1]
VILLAGE = load_scenario("village")


def estimate(regime: str = "traditional", scenario: str = "classroom_set_margins", **changes: Any) -> float:
    market = load_scenario(scenario, {name.replace("__", "."): value for name, value in changes.items()})
    return bytes_of_run(market, market.regime(regime))


@pytest.mark.slow
@pytest.mark.parametrize("asked", JUDGED, ids=lambda asked: f"{asked.scenario} {asked.regime} {len(asked.changes)}")
def test_an_estimate_is_within_a_factor_of_two_of_what_a_run_takes(asked: Any) -> None:
    estimated, found, times = ratio(asked)
    print(f"{asked.scenario}: {estimated:,.0f} MB for {found:,.0f}")
    assert 1 / FACTOR < times < FACTOR


def test_every_cost_is_counted_and_can_be_lowered() -> None:
    assert list(sizes(VILLAGE, VILLAGE.regime("o2o"))) == list(BYTES)
    assert {"process", *LOWER} == set(BYTES)


MORE: dict[str, dict[str, Any]] = {
    "customers": {"geography__customers": 40_000},
    "days": {"time__days": 300},
    "rate": {"customers__need_rate": 0.2},
    "reach": {"customers__reach": 20},
    "products": {"products__count": 600},
    "styles": {"styles__count": 600},
    "towns": {"geography__town_count": 100},
    "stores": {"retailers__people_per_store": 50.0},
    "suppliers": {"suppliers__count": 100},
    "choices": {"records__choices": True},
    "lead": {"retailers__lead_time": 20},
}


@pytest.mark.parametrize("changes", MORE.values(), ids=MORE)
def test_more_of_anything_takes_more(changes: dict[str, Any]) -> None:
    assert estimate(**changes) > estimate()


def test_what_lies_on_disk_takes_no_memory_and_a_survey_does() -> None:
    assert estimate(records__keep="disk") < estimate()
    assert estimate(scenario="classroom") != estimate()
    found = load_scenario("classroom")
    assert sizes(found, found.regime("traditional"))["offers surveyed"] > 0


TOO_LARGE = {
    "customers": ({"geography.customers": 100_000_000}, "geography.customers"),
    "cells": ({"products.count": 30_000, "geography.town_count": 2000}, "products.count"),
    "suppliers": ({"suppliers.count": 10_000, "products.count": 10_000}, "suppliers.count"),
    "days": ({"geography.customers": 10_000_000, "time.days": 3000}, "time.days"),
    "choices": ({"geography.customers": 3_000_000, "records.choices": True}, "records.choices = false"),
}


KEEP_NO_CHOICES = ("compare",)
"""Commands that read no choices, and so keep none."""


@pytest.mark.parametrize(
    ("command", "changes", "lower"),
    [
        pytest.param(command, *case, id=f"{command}-{name}")
        for command in ("check", "run", "compare")
        for name, case in TOO_LARGE.items()
        if name != "choices" or command not in KEEP_NO_CHOICES
    ],
)
def test_what_is_too_large_is_refused_at_once_by_check_and_run_alike(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    changes: dict[str, Any],
    lower: str,
) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 16e9)
    settings = [word for path, value in changes.items() for word in ("--set", f"{path}={json.dumps(value)}")]
    assert main([command, "classroom_set_margins", *settings]) == 2
    said = capsys.readouterr().err
    assert re.search(r"take?s? about [\d,.]+ GB of memory, and 16 GB can be had here", said)
    assert lower in said
    assert f"{MEMORY}=" in said


LITTLE: dict[str, Callable[[], Any]] = {
    "run": lambda: run("village"),
    "compare": lambda: compare("village", replications=1),
    "measure_each": lambda: measure_each("village", ["direct"], lambda found: {}, replications=1),
    "sweep": lambda: sweep("village", [{}], ["direct"], replications=1),
    "audit": lambda: audit("classroom"),
    "warm-up": lambda: find_warm_up("village"),
    "tiers": tiers,
}


@pytest.mark.parametrize("ask", LITTLE.values(), ids=LITTLE)
def test_every_experiment_asks_first(monkeypatch: pytest.MonkeyPatch, ask: Callable[[], Any]) -> None:
    monkeypatch.setenv(MEMORY, "1MB")
    monkeypatch.setattr("sim.market.Market.__init__", lambda *_: pytest.fail("a market was made"))
    with pytest.raises(ScenarioError, match=r"about .* of memory, and 1 MB can be had here"):
        ask()


def test_a_point_that_is_too_large_fails_and_the_others_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 8e9)
    large = [{"geography.customers": 1000}, {"geography.customers": 90_000_000}]
    short = {"time.warm_up": 0, "time.cool_down": 0}
    asked = {"replications": 1, "workers": 1, "days": 5, "overrides": short}
    found = sweep("classroom_set_margins", large, ["direct"], **asked)
    [failed] = found.failures
    assert failed.point == large[1]
    assert "of memory, and 8.0 GB can be had here" in failed.reason


def test_runs_at_a_time_are_fewer_where_memory_is_short_unless_they_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, four = (bytes_at_a_time(VILLAGE, ["direct"], runs, apart=True) for runs in (1, 4))
    monkeypatch.setattr(memory, "available_cores", lambda: 4)
    monkeypatch.setattr(backends, "available_cores", lambda: 4)
    monkeypatch.setattr(memory, "available_memory", lambda: four)
    assert runs_at_a_time(VILLAGE, ["direct"], None, 9, apart=True) == 4
    assert runs_at_a_time(VILLAGE, ["direct"], None, 3, apart=True) == 3
    monkeypatch.setattr(memory, "available_memory", lambda: four - 1)
    assert runs_at_a_time(VILLAGE, ["direct"], None, 9, apart=True) == 3
    fewer = backend_for(VILLAGE, ["direct"], 9, None, None)
    assert isinstance(fewer, Processes)
    assert fewer.capacity == 3
    with pytest.raises(ScenarioError, match=r"4 runs at a time take about .* lower workers"):
        runs_at_a_time(VILLAGE, ["direct"], 4, 9, apart=True)
    monkeypatch.setattr(memory, "available_memory", lambda: one - 1)
    with pytest.raises(ScenarioError, match="a run of this market takes"):
        runs_at_a_time(VILLAGE, ["direct"], None, 9, apart=True)
    monkeypatch.setattr(memory, "available_memory", lambda: one)
    only = backend_for(VILLAGE, ["direct"], 9, None, None)
    assert isinstance(only, Processes)  # a run that kills its worker does not kill the command
    assert only.capacity == 1
    assert isinstance(backend_for(VILLAGE, ["direct"], 9, 1, None), InLine)


# -- how much there is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "found"), [("32GB", 32e9), ("500 MB", 5e8), ("1.5gb", 1.5e9), ("1000", 1000), ("2TB", 2e12)]
)
def test_the_user_says_how_much_may_be_used(monkeypatch: pytest.MonkeyPatch, said: str, found: float) -> None:
    monkeypatch.setenv(MEMORY, said)
    assert available_memory() == found


@pytest.mark.parametrize("said", ["much", "-1GB", "1_0GB", "\u0661GB", "1e9", "GB", "inf", "1GB2"])
def test_what_is_no_number_of_bytes_is_bad_input(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(MEMORY, said)
    with pytest.raises(ScenarioError, match="a number of bytes"):
        ensure_memory(VILLAGE, ["direct"])


def group(folder: Path, limit: str, used: int, files: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(limit, encoding="ascii")
    (folder / "memory.current").write_text(str(used), encoding="ascii")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {files}\nactive_file 3\n", encoding="ascii")


def test_the_limits_of_a_container_and_of_all_groups_around_it_hold(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("0::/outer/inner\n", encoding="ascii")
    root = tmp_path / "cgroup"
    assert machine._free_in_group(root, own) == float("inf")
    group(root / "outer" / "inner", "max", 100, 0)
    assert machine._free_in_group(root, own) == float("inf")
    group(root / "outer", "1000", 700, 50)
    assert machine._free_in_group(root, own) == 350
    group(root / "outer" / "inner", "200", 100, 20)
    assert machine._free_in_group(root, own) == 120
    group(root / "outer" / "inner", "garbage", 100, 20)
    assert machine._free_in_group(root, own) == 350
    older = root / "memory" / "docker"
    older.mkdir(parents=True)
    (older / "memory.limit_in_bytes").write_text("500", encoding="ascii")
    (older / "memory.usage_in_bytes").write_text("300", encoding="ascii")
    (older / "memory.stat").write_text("total_inactive_file 7\n", encoding="ascii")
    own.write_text("9:cpu,memory:/docker\n3:pids:/docker\n", encoding="ascii")
    assert machine._free_in_group(root, own) == 207


def test_where_nobody_says_there_is_no_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert machine._status("VmRSS", str(tmp_path / "none")) == 0.0
    assert machine._free_in_group(tmp_path, tmp_path / "none") == float("inf")
    assert 0 < available_memory() < 1e15
    monkeypatch.setattr(machine, "_status", lambda *_: 0.0)
    assert machine._free_on_machine() > 1e8
    assert memory_text(8.4e9) == "8.4 GB"


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
from sim.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("megabytes", [200, 500, 1190])
def test_little_address_space_gives_a_clear_message(tmp_path: Path, megabytes: int) -> None:
    """As `ulimit -v 500000` leaves it: libraries alone need more."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LIMITED, str(megabytes * 2**20), "run", "village"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "memory" in done.stderr.lower()
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_worker_with_a_part_of_the_memory_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from sim.runs.machine import *; limit_memory(1000); print(available_memory())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert float(done.stdout) < os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 10
    assert limit_memory is machine.limit_memory


def test_what_only_holds_itself_is_dropped_and_what_is_held_stays() -> None:
    class Held:
        itself: Held | None = None

    kept, lost = Held(), Held()
    for each in (kept, lost):
        each.itself = each
    gone = weakref.ref(lost)
    del each, lost
    machine.collect_garbage()
    assert gone() is None
    assert kept.itself is kept
