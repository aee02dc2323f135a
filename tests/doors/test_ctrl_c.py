"""Ctrl-C, sent to all processes as a terminal does: one line, code 130, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import sim

TRAVEL, HASSLE = "customers.travel_cost=0.1..1", "customers.hassle=0.1..1"
COMMANDS = {
    "worth": ("village", "-n", "400"),
    "frontier": ("village", "--along", TRAVEL, "-n", "400"),
    "discover": ("village", "--vary", TRAVEL, "--vary", HASSLE, "--points", "500"),
    "optimise": ("village", "--vary", "platform.commission=0.01..0.5", "--for", "welfare", "-n", "300"),
    "audit": ("classroom",),
    "sensitivity": ("village", "-n", "100", "--vary", TRAVEL, "--vary", HASSLE),
    "sweep": ("village", "--vary", f"{TRAVEL}:500"),
}


def at_work(command: psutil.Process) -> list[psutil.Process]:
    """Return the workers of a command, once each has run for a while."""
    patience = time.monotonic() + 180
    while time.monotonic() < patience and command.is_running():
        workers = [each for each in command.children(recursive=True) if "popen_loky" in " ".join(each.cmdline())]
        if len(workers) == 2 and all(sum(each.cpu_times()[:2]) > 1.5 for each in workers):
            return workers
        time.sleep(0.2)
    raise AssertionError("no workers")


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_ends_a_command_and_its_workers_with_one_line(tmp_path: Path, command: str) -> None:
    place, temporary = tmp_path / "here", tmp_path / "tmp"
    place.mkdir()
    temporary.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), "TMPDIR": str(temporary)}
    asked = [sys.executable, "-m", "sim.cli", command, *COMMANDS[command], "--workers", "2", "--report", "report.html"]
    with subprocess.Popen(
        asked,
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        workers = at_work(psutil.Process(process.pid))
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "Interrupted; no incomplete folder was left behind."
    assert "Traceback" not in err
    gone, left = psutil.wait_procs(workers, timeout=30)
    assert not left
    assert len(gone) == 2
    assert list(place.iterdir()) == []
    assert list(temporary.iterdir()) == []
