"""How a figure is described: once, beside the function that computes it.

``middleman explain``, the documents and the tables read these descriptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class FigureInfo:
    """What a figure is.

    Attributes:
        name: its name in every table, chart and JSON.
        unit: what it is counted in; "share" is a fraction of 1.
        meaning: its definition, without a full stop.
        better: the direction that customers, or all together, would like; None where it depends on whom.
        by: what the keys of its table are; empty for a figure that is one number.
    """

    name: str
    unit: str
    meaning: str
    better: Literal["higher", "lower"] | None = None
    by: str = ""


def described(*infos: FigureInfo) -> dict[str, FigureInfo]:
    """Return descriptions by name, in the order given."""
    return {info.name: info for info in infos}
