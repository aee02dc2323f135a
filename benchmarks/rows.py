"""What was measured, against what it must be: rows, their verdicts, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import comb
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

SURE = 0.95


@dataclass(frozen=True)
class Row:
    """One thing measured: its median and an interval for it over the rounds of this run.

    ``at_least`` tells on which side of ``must`` and ``aim`` it has to lie; without ``must`` it is told, not judged.
    ``wrong`` says what makes the comparison worth nothing, if anything does; ``measured`` is None where there is none.
    """

    part: str
    name: str
    unit: str
    measured: float | None
    low: float | None = None
    high: float | None = None
    must: float | None = None
    aim: float | None = None
    at_least: bool = True
    note: str = ""
    wrong: str = ""

    def reaches(self, target: float, value: float) -> bool:
        """Tell whether a value is on the right side of a target."""
        return value >= target if self.at_least else value <= target

    @property
    def best_case(self) -> float:
        """The end of the interval that is kinder."""
        found = self.high if self.at_least else self.low
        return found if found is not None else self.measured or 0.0

    @property
    def failed(self) -> bool:
        """Whether the comparison is worth nothing, or `must` is missed by more than the run's own spread."""
        if self.wrong:
            return True
        return self.measured is not None and self.must is not None and not self.reaches(self.must, self.best_case)

    @property
    def verdict(self) -> str:
        """What to think of it, in a word or two."""
        if self.wrong:
            return "WRONG"
        if self.measured is None:
            return "not measured"
        if self.must is None:
            return ""
        if self.failed:
            return "FAILS"
        if not self.reaches(self.must, self.measured):
            return "within the spread"
        return "aim reached" if self.aim is not None and self.reaches(self.aim, self.measured) else "holds"


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return an interval for the median: the order statistics between which it lies with 95 %, or all of a few values.

    Distribution-free: the number of values below the median is binomial.
    """
    ordered = sorted(values)
    n = len(ordered)
    below, left_out = 0.0, 0
    while left_out < (n - 1) // 2:
        below += comb(n, left_out) / 2**n
        if 2 * below > 1 - SURE:
            break
        left_out += 1
    first = max(0, left_out - 1)
    return ordered[first], ordered[n - 1 - first]


def row(part: str, name: str, unit: str, values: Sequence[float], **rest: Any) -> Row:
    """Return the row of some rounds."""
    low, high = interval(values)
    return Row(part, name, unit, median(values), low, high, **rest)


def number(value: float | None, unit: str = "") -> str:
    """Return a number with three digits that count."""
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return f"{value:,.{digits}f}{'' if unit == 'x' else ' '}{unit}".rstrip()


def shown(rows: Sequence[Row], title: str) -> Table:
    """Return rows as a table."""
    table = Table(title=title, title_justify="left")
    for name in ("", "measured", "interval", "must", "aim", "verdict", "how"):
        table.add_column(name, justify="right" if name in ("measured", "interval", "must", "aim") else "left")
    for each in rows:
        spread = "" if each.low is None else f"{number(each.low)} to {number(each.high)}"
        sign = "" if each.must is None else "≥ " if each.at_least else "≤ "
        style = "red" if each.failed else "dim" if each.measured is None else None
        table.add_row(
            each.name, number(each.measured, each.unit), spread,
            "" if each.must is None else sign + number(each.must, each.unit),
            "" if each.aim is None else sign + number(each.aim, each.unit),
            each.verdict, each.wrong or each.note, style=style,
        )  # fmt: skip
    return table


def print_rows(rows: Sequence[Row]) -> None:
    """Print the rows, part by part."""
    console = Console(width=None if Console().is_terminal else 180)
    for part in dict.fromkeys(each.part for each in rows):
        console.print(shown([each for each in rows if each.part == part], part))


def as_data(each: Row) -> dict[str, Any]:
    """Return a row for programs."""
    return {**asdict(each), "verdict": each.verdict, "failed": each.failed}
