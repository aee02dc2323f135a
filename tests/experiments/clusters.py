"""A Dask cluster of two workers, started by hand."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress


def started(environment, folder, *arguments):
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, start_new_session=True, env=environment, cwd=folder, **quiet)


def cluster(environment=None, folder=None):
    """Start a scheduler and two workers in a folder; return the address, and the processes: workers first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = started(
        environment, folder, "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
    )
    workers = [
        started(environment, folder, "dask_worker", address, "--nthreads", "1", "--no-dashboard") for _ in range(2)
    ]
    from distributed import Client

    try:
        with Client(address, timeout="60s") as client:
            client.wait_for_workers(2, timeout=60)
    except BaseException:
        gone([*workers, scheduler])
        raise
    return address, [*workers, scheduler]


def gone(processes):
    """End processes that were started here, with what they have started."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
