"""Tasks for the tests of executing, in a module of their own so that other processes find them."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def square(number: int) -> int:
    """Return a square; 7 is too hard."""
    if number == 7:
        raise ValueError("seven is too hard")
    return number * number


def square_unless_killed(task: tuple[int, str]) -> int:
    """Return a square; whoever does 3 first is killed at it."""
    number, mark = task
    if number == 3 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def square_or_die(number: int) -> int:
    """Return a square; 2 kills whoever does it."""
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number
