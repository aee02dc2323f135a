"""Starting child processes: none runs what lies in the current folder, and none lives longer than its parent.

``python -m`` and ``python -c`` look for modules in the current folder first. A ``numpy.py`` there, which a student
wrote or somebody left, would be run in place of numpy.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SAFE_PATH = "PYTHONSAFEPATH"
"""Environment variable that keeps the current folder off the path of modules, from Python 3.11 on."""
EVERY = 1.0
"""Seconds between looks whether the parent is still there."""


def python(*arguments: str) -> list[str]:
    """Return the command that starts this Python without the current folder on its path."""
    return [sys.executable, "-P", *arguments]


def safe_environment() -> dict[str, str]:
    """Return this process's environment for a child, which hands it on to its own children."""
    return {**os.environ, SAFE_PATH: "1"}


@contextmanager
def safe_path() -> Iterator[None]:
    """Give all children that are started inside a safe path, also those that a library starts."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(SAFE_PATH, None)
        else:
            os.environ[SAFE_PATH] = before


def end_with_parent(parent: int) -> None:
    """End this process soon after its parent has ended, however that came about.

    A parent that is killed can end nobody: its workers would go on for hours, and then wait for ever.

    Args:
        parent: process id of the parent, as the parent knows it.
    """
    if os.name == "posix":
        threading.Thread(target=_follow, args=(parent,), name="end-with-parent", daemon=True).start()


def _follow(parent: int) -> None:
    """Wait until another process has taken the parent's place, then end."""
    while os.getppid() == parent:
        time.sleep(EVERY)
    os._exit(1)
