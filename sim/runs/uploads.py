"""Scenarios that visitors sent, kept for all who have the link: by what is in them, so many, and for so long."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from sim.scenario import Scenario, scenario_hash, scenario_to_toml

MARK = "upload-"
"""Begins the name by which a view calls a scenario that was sent; its hash follows."""
MOST_SENT, MOST_BYTES, LONGEST = 500, 20_000_000, 12 * 3600.0
"""Scenarios kept, their size written out as TOML in all, and seconds since one was last asked for."""


class Uploads:
    """What was sent, the longest unasked forgotten first.

    Args:
        most: how many scenarios are kept.
        most_bytes: their size in all, written out as TOML.
        longest: seconds after which one that nobody asked for is forgotten.
        clock: seconds.
    """

    def __init__(
        self,
        most: int = MOST_SENT,
        most_bytes: int = MOST_BYTES,
        longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._most, self._most_bytes, self._longest, self._clock = most, most_bytes, longest, clock
        self._kept: dict[str, tuple[Scenario, int, float]] = {}
        self._lock = Lock()

    def keep(self, scenario: Scenario) -> str:
        """Keep a scenario, and return the name by which views call it: the same for the same content."""
        name = f"{MARK}{scenario_hash(scenario)}"
        size = len(scenario_to_toml(scenario).encode())
        with self._lock:
            self._kept.pop(name, None)
            self._kept[name] = (scenario, size, self._clock())
            self._forget()
        return name

    def find(self, name: str) -> Scenario | None:
        """Return a scenario by that name; None where it was never sent, or is forgotten."""
        with self._lock:
            self._forget()
            found = self._kept.pop(name, None)
            if found is None:
                return None
            self._kept[name] = (*found[:2], self._clock())
            return found[0]

    def __len__(self) -> int:
        return len(self._kept)

    def _forget(self) -> None:
        """Forget what is too old or too much, with the lock held; entries lie in the order in which they were asked."""
        old = self._clock() - self._longest
        size = sum(each[1] for each in self._kept.values())
        for name, (_, own, asked) in list(self._kept.items()):
            if asked >= old and len(self._kept) <= self._most and size <= self._most_bytes:
                return
            del self._kept[name]
            size -= own


def is_upload(name: str) -> bool:
    """Tell whether a view calls a scenario that was sent by this name."""
    return name.startswith(MARK)
