"""What the server owns: in one place, made once, ended with it, and out of reach of visitors.

Streamlit's caches are no such place: a visitor may have them emptied.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from sim.runs.job_service import JobService
from sim.runs.running import compile_once
from sim.runs.uploads import Uploads
from sim.teaching.rooms.hosting import Rooms
from sim.teaching.rooms.store import EventStore

Thing = TypeVar("Thing")


class Owned(Generic[Thing]):
    """Something that is made when it is first asked for, by whichever thread, and only once.

    Args:
        make: makes it.
        end: ends it.
    """

    def __init__(self, make: Callable[[], Thing], end: Callable[[Thing], object] | None = None):
        self._make, self._end = make, end
        self._thing: Thing | None = None
        self._lock = Lock()

    def __call__(self) -> Thing:
        with self._lock:
            if self._thing is None:
                self._thing = self._make()
            return self._thing

    def end(self) -> None:
        """End it; who asks again gets a new one."""
        with self._lock:
            thing, self._thing = self._thing, None
        if thing is not None and self._end is not None:
            self._end(thing)


uploads = Owned(Uploads)
"""The uploads on this server."""
service: Owned[JobService] = Owned(lambda: JobService(first=compile_once), JobService.close)
"""The jobs of all sessions."""
ROOMS, KEEP_NAMES = "MIDDLEMAN_ROOMS", "MIDDLEMAN_KEEP_NAMES"
"""Environment variables: the folder or the database of the rooms, without which the server has none; and after how many
days names in them are deleted."""
rooms: Owned[Rooms | None] = Owned(
    lambda: Rooms(EventStore(os.environ[ROOMS])) if os.environ.get(ROOMS) else None,
    lambda found: found.close() if found else None,
)
"""The rooms of classes."""


def forget_names() -> int:
    """Delete the names in rooms that have been open for long enough; return in how many."""
    found = rooms()
    return found.forget_names(86400 * days_of_names()) if found else 0


def days_of_names() -> float:
    """Return after how many days names are deleted."""
    return float(os.environ.get(KEEP_NAMES, "14"))


def end_all() -> None:
    """End all that the server owns."""
    for each in (service, uploads, rooms):
        each.end()
