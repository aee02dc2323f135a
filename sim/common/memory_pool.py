"""Memory of tables that are gone, handed to the next tables of the process.

The system clears every page when it is first written to: up to half of a day's processor time, and most of its noise.
The tables of the next market of a process, as in a comparison, get pages that are there already. What is in them means
nothing, as in any new table.
"""

from __future__ import annotations

import mmap
import weakref
from collections import deque
from contextlib import suppress
from threading import Lock

import numpy as np
from numpy.typing import NDArray

LEAST = 1 << 20
"""Bytes of a piece worth keeping; smaller ones come from Python's own memory."""
MOST_KEPT = 256 << 20
"""Bytes that wait for the next tables at most; what goes beyond is given back to the system."""
MOST_TIMES = 2
"""A piece goes to a table of no less than this part of it."""


class MemoryPool:
    """Pieces of memory that nobody uses."""

    def __init__(self) -> None:
        self._free: list[mmap.mmap] = []
        self._back: deque[mmap.mmap] = deque()  # appended to by whatever thread drops a table, at any moment
        self._lock = Lock()

    def memory(self, size: int) -> NDArray[np.uint8]:
        """Return memory for a table of ``size`` bytes, with anything in it; it comes back when the table is gone."""
        if size < LEAST:
            return np.empty(size, dtype=np.uint8)
        with self._lock:
            piece = self._fitting(size)
        raw: NDArray[np.uint8] = np.frombuffer(new_piece(size) if piece is None else piece, dtype=np.uint8)
        weakref.finalize(raw, self._keep, raw.base.obj).atexit = False  # type: ignore[union-attr]
        return raw

    def kept(self) -> int:
        """Return how many bytes wait for the next tables."""
        return sum(map(len, self._free)) + sum(map(len, self._back))

    def give_back(self) -> None:
        """Give what waits back to the system: the next tables get new memory."""
        with self._lock:
            self._free.clear()
            self._back.clear()

    def _fitting(self, size: int) -> mmap.mmap | None:
        """Take out the smallest piece that is large enough, and not much too large."""
        while self._back:
            self._free.append(self._back.popleft())
        fitting = [piece for piece in self._free if size <= len(piece) <= MOST_TIMES * size]
        if not fitting:
            return None
        chosen = min(fitting, key=len)
        self._free.remove(chosen)
        return chosen

    def _keep(self, piece: mmap.mmap) -> None:
        if self.kept() + len(piece) <= MOST_KEPT:
            self._back.append(piece)


def new_piece(size: int) -> mmap.mmap:
    """Return new memory, in huge pages where the system gives them: fewer of them have to be cleared one by one."""
    piece = mmap.mmap(-1, size)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):  # a kernel without them
            piece.madvise(mmap.MADV_HUGEPAGE)
    return piece


POOL = MemoryPool()
"""The pool of this process."""
