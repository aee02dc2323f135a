"""However the server is ended, nothing of it is left: no process, no temporary file."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile

import psutil
import pytest

from benchmarks.student import Student
from sim.common.orphans import remove_abandoned_folders
from tests.dashboards import browser

LONG = "scenario=classroom&runs=50&set=geography.customers=100000&set=customers.breadth=32&set=customers.reach=8"


async def _asked(address):
    """Have somebody ask for work that takes minutes, and wait until it is being done."""
    student = Student(address)
    await student.open("compare", LONG)
    await student.until(lambda seen: seen.says("runs done") or seen.says("before yours"), 240)
    await student.close()


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_server(tmp_path, monkeypatch, ending):
    port, own = browser.free_port(), tmp_path / "temporary"
    own.mkdir()
    environment = {
        **os.environ, "PYTHONPATH": str(browser.CHECKOUT), "MIDDLEMAN_RESULTS": str(tmp_path / "results"),
        "TMPDIR": str(own),
    }  # fmt: skip
    command = [sys.executable, "-m", "sim.cli", "dashboard", "--port", str(port)]
    with (tmp_path / "said").open("wb") as said:
        server = subprocess.Popen(command, env=environment, cwd=browser.CHECKOUT, stderr=said)
    try:
        browser.wait_for(f"http://localhost:{port}/_stcore/health", server)
        asyncio.run(_asked(f"http://localhost:{port}"))
        everybody = psutil.Process(server.pid).children(recursive=True)
        assert len(everybody) >= 2
        server.send_signal(ending)
        server.wait(30)
    finally:
        server.kill()
        server.wait()
    _, alive = psutil.wait_procs(everybody, 30)
    assert not alive
    if ending == signal.SIGKILL:  # the next one tidies up
        monkeypatch.setattr(tempfile, "tempdir", str(own))
        remove_abandoned_folders()
    else:
        assert server.returncode == 0
        assert "Traceback" not in (tmp_path / "said").read_text()
    assert list(own.iterdir()) == []
