"""Room for tables that grow while kernels write them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item", bound=np.generic)


def with_room(table: NDArray[Item], rows: int) -> NDArray[Item]:
    """Return a table with room for ``rows`` rows: itself if there is, else a copy of at least double the length."""
    if len(table) >= rows:
        return table
    larger = np.empty(max(rows, 2 * len(table)), dtype=table.dtype)
    larger[: len(table)] = table
    return larger
