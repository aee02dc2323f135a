"""Sums over parts of a window: the whole of it, or one of its halves."""

from __future__ import annotations

import numpy as np

from sim.engine.codes import NOTHING
from sim.engine.figure_sums import empty_times
from sim.kernels.need_sums import NeedSums, copy_times
from sim.results.kept import RecordsError


def sums_between(sums: NeedSums, first: int, end: int) -> NeedSums:
    """Return sums over the needs of some days as of one part. What is not divided into parts is that of all of them.

    Raises RecordsError where the days are not parts of the window.
    """
    parts = parts_between(sums.edges, first, end)
    chosen = slice(parts.start, parts.stop)
    times, channels = sums.times, 2 * len(sums.channels)
    part = np.where(times.group == NOTHING, NOTHING, times.group // channels)
    here = (part >= parts.start) & (part < parts.stop)
    merged = empty_times(len(times.group))
    copy_times(times._replace(group=np.where(here, times.group % channels, NOTHING)), merged)
    return sums._replace(
        edges=np.array([first, end]),
        results=sums.results[chosen].sum(axis=0, keepdims=True),
        first=sums.first[chosen].sum(axis=0, keepdims=True),
        money=sums.money[chosen].sum(axis=0, keepdims=True),
        times=merged,
    )


def parts_between(edges: np.ndarray, first: int, end: int) -> range:
    """Return the parts that days ``first`` to ``end`` - 1 consist of. Raises RecordsError where they do not.

    A window that is not over yet ends somewhere within a part.
    """
    starts = np.flatnonzero(edges[:-1] == first)
    if len(starts) == 0 or not (end in edges or end < edges[-1]):
        raise RecordsError(f"sums over days {first} to {end - 1}")
    start = int(starts[0])
    stop = int(np.searchsorted(edges, end, side="left"))
    return range(start, max(start, stop))
