"""Codes that stand in the tables of a market: what became of a need, and what happened to firms."""

from __future__ import annotations

import numpy as np

from sim.common.table import Columns
from sim.kernels.codes import (
    BOUGHT,
    NO_PRICE,
    NOT_STOCKED,
    NOTHING,
    OUT_OF_STOCK,
    RESULTS,
    TOO_DEAR,
    TOO_FAR,
    TOO_SLOW,
    WAITING,
)

__all__ = [
    "BOUGHT",
    "EVENTS",
    "NOTHING",
    "NOT_STOCKED",
    "NO_PRICE",
    "OUT_OF_STOCK",
    "RESULTS",
    "TOO_DEAR",
    "TOO_FAR",
    "TOO_SLOW",
    "WAITING",
    "no_events",
]


EVENTS = (
    *("store_gives_notice", "store_closed", "retailer_gone", "intermediary_gives_notice", "intermediary_gone"),
    *("platform_gives_notice", "platform_gone", "channel_opened", "channel_closed"),
)
"""What the table ``events`` tells of firms that come and go. Its amounts: of a notice and of a channel that is closed,
the result of the last review; of a store or an intermediary that shuts, the book value written off; of a retailer or
the platform that is gone, all its profit; of a channel that is opened, the gain expected a day."""


def no_events() -> Columns:
    """Return the table ``events`` without a row."""
    types = {
        "day": np.int32,
        "kind": np.int8,
        "firm": np.int32,
        "place": np.int32,
        "cents": np.int64,
        "units": np.int64,
    }
    return {name: np.empty(0, dtype=kind) for name, kind in types.items()}
