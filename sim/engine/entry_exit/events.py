"""The record of firms and stores that come and go."""

from __future__ import annotations

import numpy as np

from sim.common.table import Columns
from sim.engine.codes import EVENTS, NOTHING, no_events


class Events:
    """Entries and exits of one market, one after another. Amounts are in cents."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, ...]] = []

    def record(self, day: int, kind: str, firm: int, place: int = NOTHING, *, cents: int = 0, units: int = 0) -> None:
        """Write down that a firm (its account) or one of its places (its node) has come or gone, and the amounts."""
        self._rows.append((day, EVENTS.index(kind), int(firm), int(place), int(cents), int(units)))

    def columns(self) -> Columns:
        """Return one row per event."""
        empty = no_events()
        return {
            name: np.array([row[position] for row in self._rows], dtype=empty[name].dtype)
            for position, name in enumerate(empty)
        }
