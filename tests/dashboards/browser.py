"""A browser, and a dashboard started as a teacher starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STARTING = 120.0
"""Seconds within which a server has to answer."""


def browser() -> str:
    """Return the path of a browser. Without one a test is left out, and fails where CI=true asks for the whole."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        said = f"no browser: install one of {', '.join(BROWSERS)}"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    return found


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def dashboard(results: Path, port: int = 0, options: Sequence[str] = (), **more: str) -> Iterator[str]:
    """Start a dashboard, on a port of its own unless one is given, yield its address, and end it."""
    port = port or free_port()
    environment: Mapping[str, str] = {
        **os.environ, "PYTHONPATH": str(CHECKOUT), "MIDDLEMAN_RESULTS": str(results), **more,
    }  # fmt: skip
    command = [sys.executable, "-m", "sim.cli", "dashboard", "--port", str(port), *options]
    server = subprocess.Popen(
        command, env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:  # it waits for a run that nobody wants any more
            server.kill()
            server.wait(15)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            assert server.poll() is None, "the dashboard has ended"
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
