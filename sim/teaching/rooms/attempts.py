"""How often one network may try something, so that nobody finds a room by guessing codes."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

MOST_REMEMBERED = 1000
"""Networks remembered before those at rest are forgotten."""


class Attempts:
    """Counts attempts by network address (a token bucket). Safe in threads.

    Args:
        at_once: allowed after a rest.
        every: seconds until one more is allowed.
        clock: seconds.
    """

    def __init__(self, at_once: int, every: float, clock: Callable[[], float] = time.monotonic):
        self._at_once, self._every, self._clock = at_once, every, clock
        self._used: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def left(self, address: str) -> bool:
        """Tell whether one more attempt is allowed, without making it."""
        with self._lock:
            return self._used_now(address) + 1 <= self._at_once

    def take(self, address: str) -> bool:
        """Make an attempt; tell whether it was allowed."""
        with self._lock:
            used = self._used_now(address)
            if used + 1 > self._at_once:
                return False
            if len(self._used) >= MOST_REMEMBERED:
                self._used = {each: kept for each, kept in self._used.items() if self._used_now(each) > 0}
            self._used[address] = (used + 1, self._clock())
            return True

    def _used_now(self, address: str) -> float:
        used, at = self._used.get(address, (0.0, 0.0))
        return max(0.0, used - (self._clock() - at) / self._every)
