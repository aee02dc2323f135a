"""Room for tables that grow while kernels write them."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item", bound=np.generic)
Tables = TypeVar("Tables", bound=Any)


def with_room(table: NDArray[Item], rows: int) -> NDArray[Item]:
    """Return a table with room for ``rows`` rows: itself if there is, else a copy of at least double the length."""
    if len(table) >= rows:
        return table
    larger = np.empty(max(rows, 2 * len(table)), dtype=table.dtype)
    larger[: len(table)] = table
    return larger


def grown(tables: Tables, name: str, rows: int) -> Tables:
    """Return a named tuple of tables, of which one has room for ``rows`` rows: itself if there is.

    A day asks some thirty times, and nearly always there is room; no new tuple is made then.
    """
    table = getattr(tables, name)
    return tables if len(table) >= rows else tables._replace(**{name: with_room(table, rows)})
