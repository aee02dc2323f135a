"""A class opened as a teacher opens one: the command, its server, and what it prints."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.dashboards.browser import CHECKOUT, free_port, wait_for

SHORT = Path(__file__).with_name("short.toml")


class ClassServer:
    """``middleman class`` in a process of its own.

    Args:
        folder: for rooms and results.
        lesson: name or file.

    Attributes:
        address: of the server. code: of the room. link: the teacher's secret link, the last one printed.
    """

    def __init__(self, folder: Path, lesson: str | Path = SHORT):
        self.folder, self.port = folder, free_port()
        self.address = f"http://localhost:{self.port}"
        self.code = ""
        self.start(str(lesson))

    def start(self, *arguments: str) -> None:
        """Start the command, and read what it prints."""
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "MIDDLEMAN_RESULTS": str(self.folder / "results")}
        command = [sys.executable, "-m", "sim.cli", "class", *arguments, "--rooms", str(self.folder / "rooms")]
        command += ["--port", str(self.port), "--address", "localhost"]
        printed = self.folder / "printed.txt"
        with printed.open("w") as file:
            self.process = subprocess.Popen(
                command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=file
            )
        for _ in range(3):  # on a machine with other things to do
            with suppress(AssertionError):
                wait_for(f"{self.address}/_stcore/health", self.process)
                break
        assert self.process.poll() is None, printed.read_text()
        words = printed.read_text()
        self.link = re.findall(r"http://\S+/teacher/\S+", words)[0]
        self.code = re.findall(r"/teacher/(\w+)/", self.link)[0]
        self.words = words

    def kill(self) -> None:
        """End the server as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resume(self) -> None:
        """Start again with the same room."""
        self.start("--resume", self.code)

    def end(self) -> None:
        """End the server."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
