"""The guides run: every command and every line of Python in them, as they stand."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from mesa import batch_run

from sim.cli.app import app
from sim.runs.store import RunStore
from tests.doors.conftest import Answer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CHECKED = re.compile(r"<!-- checked: \w+ -->\n```toml\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"<!-- executed: (?P<how>\w+) -->\n```(?P<language>\w+)\n(?P<code>.*?)```", re.DOTALL)
INSTALLATION = re.compile(r"(\./run python -m )?pip install|\./run middleman dashboard")
ANY = re.compile(r"^```(sh|python)\n(.*?)```", re.DOTALL | re.MULTILINE)
FOLDER = ROOT / "docs" / "guides"
GUIDES = sorted(path.name for path in FOLDER.glob("*.md"))
COMMANDS = [
    name for name in GUIDES if name != "cluster.md" and "executed: foreground" in (FOLDER / name).read_text("utf-8")
]
PYTHON = [name for name in GUIDES if re.search("executed: (python|newer_mesa)", (FOLDER / name).read_text("utf-8"))]


def text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def lines(name: str, how: str) -> list[str]:
    """The lines of all blocks of a kind."""
    blocks = [found["code"] for found in BLOCK.finditer(text(name)) if found["how"] == how]
    return [line for block in blocks for line in block.splitlines()]


def obey(middleman, line: str) -> Answer:
    program, *arguments = shlex.split(line)
    assert program == "middleman"
    answer: Answer = middleman(*arguments)
    assert answer.code == 0, f"{line}: {answer.err}"
    return answer


@pytest.mark.parametrize("name", GUIDES)
def test_every_block_is_executed_but_the_installation(name):
    executed = {found["code"] for found in BLOCK.finditer(text(name))}
    rest = [code for _, code in ANY.findall(text(name)) if code not in executed]
    assert all(INSTALLATION.match(code) for code in rest)
    used = set(re.findall(r"^middleman (\w+)", text(name), re.MULTILINE))
    assert used <= {command.name for command in app.registered_commands}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_commands_of_a_guide_run(middleman, tmp_path, name):
    told = [obey(middleman, line) for line in lines(name, "foreground")]
    if name == "certainty.md":
        assert "was reached after" in told[1].out
        assert "Warm-up found" in told[2].err
    if name == "reports.md":
        assert (tmp_path / "village.html").is_file()
        assert (tmp_path / "village_compared.xlsx").is_file()
        assert (tmp_path / "village_run_csv" / "needs.csv").is_file()


@pytest.mark.parametrize("text", CHECKED.findall(text("own_scenario.md")))
def test_a_scenario_shown_is_one_that_can_be_run(middleman, text):
    Path("shown.toml").write_text(text, "utf-8")
    obey(middleman, "middleman check shown.toml")
    obey(middleman, "middleman compare shown.toml --replications 1")


@pytest.mark.parametrize("name", PYTHON)
def test_the_python_of_a_guide_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mesa = "newer_mesa" if "rng" in inspect.signature(batch_run).parameters else "older_mesa"
    left: dict[str, Any] = {}
    for found in BLOCK.finditer(text(name)):
        if found["how"] in ("python", mesa):
            names: dict[str, Any] = {"__name__": "guide"}
            exec(compile(found["code"], name, "exec", dont_inherit=True), names)
            left |= names
    checks = {
        "mesa.md": lambda: (
            len(left["firms"]) > 12 and [(row["regime"], row["seed"]) for row in left["rows"]].count(("direct", 1)) == 1
        ),
        "reports.md": lambda: left["finding"],
        "notebooks.md": lambda: left["finding"] and left["same"].figures == left["outcome"].figures,
        "own_figure.md": lambda: left["found"].shape == (5, 2) and left["summary"]["standard error"] > 0,
        "own_rule.md": lambda: (
            left["market"].player_prices["Near & Sons"]["white bread"] != 9.0
            and left["Charm"](factor=1.5).target(SimpleNamespace(landed_cost=np.array([[1010.0, 70.0]]))).tolist()
            == [[1499.0, 99.0]]
        ),
        "own_scenario.md": lambda: left["comparison"].replications == 2,
    }
    assert checks[name]()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def started(line: str, port: int) -> subprocess.Popen[bytes]:
    """Start a command of the guide, on a port that is free."""
    program, kind, *arguments = shlex.split(line.replace("8786", str(port)))
    assert program == "dask"
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in RunStore(folder).parts()}


def test_the_guide_to_the_cluster_runs(middleman, tmp_path, free_port):
    processes = [started(line, free_port) for line in lines("cluster.md", "background")]
    assert len(processes) == 3
    try:
        from distributed import Client

        time.sleep(1)
        with Client(f"tcp://127.0.0.1:{free_port}", timeout="60s") as client:
            client.wait_for_workers(2, timeout=60)
        shown = [obey(middleman, line.replace("8786", str(free_port))) for line in lines("cluster.md", "foreground")]
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    with_cluster, without, resumed = shown
    assert with_cluster.out == without.out == resumed.out
    assert content(tmp_path / "with_cluster") == content(tmp_path / "without_cluster")
    assert len(content(tmp_path / "with_cluster")) > 0


def test_the_commands_of_the_guide_are_those_of_dask():
    assert (Path(sys.executable).parent / "dask").is_file()
    from distributed.cli import dask_scheduler, dask_worker

    for line in lines("cluster.md", "background"):
        command = dask_scheduler.main if " scheduler " in line else dask_worker.main
        known = {name for option in command.params for name in option.opts}
        assert {word for word in line.split() if word.startswith("--")} <= known
