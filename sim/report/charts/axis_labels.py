"""What is varied or measured along an axis: its name in words, its unit, and what it means."""

from __future__ import annotations

from textwrap import wrap
from typing import NamedTuple

from sim.common.number_format import short
from sim.report.charts.chart import safe

LINE = 34
"""Letters of an axis title that fit beneath a plot on a phone."""
BARE = ("", "share", "exponent", "factor", "constant", "scale")
"""Units that say nothing behind a number."""


class Named(NamedTuple):
    """A parameter or a figure as people read it.

    Attributes:
        name: in words: ``Customers' travel cost``.
        unit: ``EUR per km``; empty where it has none.
        meaning: a few words on what it is; may be empty.
    """

    name: str
    unit: str = ""
    meaning: str = ""

    @property
    def axis(self) -> str:
        """The title of an axis: name and unit, the meaning below, no line wider than a phone. Safe for plotly."""
        whole = self.name if self.unit in ("", self.name) else f"{self.name}, {self.unit}"
        first = "<br>".join(safe(line) for line in wrap(whole, LINE))
        return f"{first}<br><span style='font-size:11px'>{safe(self.meaning)}</span>" if self.meaning else first

    @property
    def within(self) -> str:
        """The name within a sentence."""
        return self.name if self.name[1:2].isupper() else f"{self.name[:1].lower()}{self.name[1:]}"

    def at(self, value: str) -> str:
        """Return a written value with its unit."""
        return value if self.unit in BARE else f"{value} {self.unit}"


def named(path: str, known: dict[str, Named] | None) -> Named:
    """Return what a path is called; itself where nothing is known of it."""
    return (known or {}).get(path, Named(path))


def at(value: float, of: Named) -> str:
    """Return a number with its unit."""
    return of.at(short(value))
