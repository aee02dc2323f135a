"""Jobs for the tests of the runner, in a module of their own so that other processes find them."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Square:
    """A job that returns a square; 7 is too hard."""

    number: int

    def do(self, watch=None) -> int:
        if self.number == 7:
            raise ValueError("seven is too hard")
        return self.number * self.number


@dataclass(frozen=True)
class SquareUnlessKilled:
    """A job that returns a square; the worker that does 3 first is killed at it."""

    number: int
    mark: str

    def do(self, watch=None) -> int:
        if self.number == 3 and not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.number * self.number


@dataclass(frozen=True)
class SquareOrDie:
    """A job that returns a square; 2 kills its worker."""

    number: int

    def do(self, watch=None) -> int:
        if self.number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.number * self.number
