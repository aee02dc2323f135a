"""Children: none runs what lies in the current folder, and none lives longer than its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim.common.children import SAFE_PATH, python, safe_environment, safe_path

ROOT = Path(sim.__file__).resolve().parents[1]
TRAPS = ("numpy", "streamlit", "joblib", "sim", "multiprocessing", "pickle", "json", "numba", "pandas")
"""Modules that children import. A student may call a file beside the scenario like one of them."""

COMMAND = "import sys; from sim.cli import main; sys.exit(main())"
"""What the script `middleman` of an installed package does."""

WORKING = """
import sys, time
from sim.runs.backends import Processes
workers = Processes(2, apart=sys.argv[1] == "apart").start()
from os import getpid
print(*{job.result() for job in [workers.submit(getpid) for _ in range(8)]}, flush=True)
workers.submit(time.sleep, 600)
time.sleep(600)
"""


@pytest.fixture
def trapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder whose modules leave a mark when they are run, and return the mark."""
    mark = tmp_path / "was run"
    (tmp_path / "here").mkdir()
    for name in TRAPS:
        text = f"open({str(mark)!r}, 'a').write({name!r})\nraise ImportError('from the current folder')\n"
        (tmp_path / "here" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return mark


def test_no_module_of_the_current_folder_is_run_by_a_command_or_its_workers(trapped: Path) -> None:
    script = trapped.with_name("middleman")
    script.write_text(COMMAND, encoding="utf-8")
    vary = ["--vary", "customers.travel_cost=0.1,0.2", "-n", "1", "--workers", "2"]
    done = subprocess.run(
        [sys.executable, str(script), "sweep", "village", *vary], capture_output=True, text=True, check=False
    )
    assert not trapped.exists(), trapped.read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_a_child_of_ours_and_its_children_run_no_module_of_the_current_folder(trapped: Path) -> None:
    its_child = "import sys, subprocess; subprocess.run([sys.executable, '-c', 'import json'], check=True)"
    for command in (python("-c", its_child), python("-m", "json.tool", "--help")):
        subprocess.run(command, env=safe_environment(), stdout=subprocess.DEVNULL, check=True)
    assert not trapped.exists()


def test_the_dashboard_runs_no_module_of_the_current_folder(trapped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.cli import main

    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda file, command, environment: started.append((command, environment)))
    monkeypatch.setattr(subprocess, "call", lambda command, env: 0)
    main(["dashboard"])
    [(command, environment)] = started
    assert command[:4] == [sys.executable, "-P", "-m", "streamlit"]
    version = [*command[:4], "version"]
    done = subprocess.run(version, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = subprocess.run(python("-c", "import sim"), env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert not trapped.exists()


def test_the_safe_path_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SAFE_PATH, raising=False)
    with safe_path():
        assert os.environ[SAFE_PATH] == "1"
    assert SAFE_PATH not in os.environ
    monkeypatch.setenv(SAFE_PATH, "2")
    with safe_path():
        pass
    assert os.environ[SAFE_PATH] == "2"


def lives(process: int) -> bool:
    """Tell whether a process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("kind", ["apart", "shared"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_workers_end_soon_after_a_command_that_was_killed(tmp_path: Path, kind: str, how: signal.Signals) -> None:
    """Also workers in the middle of a job, which would take ten minutes more."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WORKING, kind]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(each) for each in parent.stdout.readline().split()]
        assert workers
        assert all(map(lives, workers))
        parent.send_signal(how)
        parent.wait(timeout=30)
        patience = time.monotonic() + 60
        while any(map(lives, workers)) and time.monotonic() < patience:
            time.sleep(0.2)
        assert not any(map(lives, workers))
