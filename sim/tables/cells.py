"""What a table is made of before anything is understood: cells in rows, each with the line it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from sim.scenario.problems import Problem, shown


class FormattedPercent(float):
    """A number that its spreadsheet shows with a percent sign: 0.3 for 30 %."""


Cell: TypeAlias = str | int | float | bool | date | None
"""What stands in a cell; None and "" are empty. Numbers and dates come from spreadsheets, text from everywhere."""


class CellRow(NamedTuple):
    """A row of a table: the number of its line or row in the file, counted from 1, and its cells."""

    line: int
    cells: tuple[Cell, ...]


class TableNote(NamedTuple):
    """Something that was read otherwise than it stands in the file, or left out.

    Attributes:
        line: where, counted from 1; None if it concerns the whole table.
        column: the heading it concerns; empty if it concerns the whole row or table.
        said: what was done, in words.
    """

    line: int | None
    column: str
    said: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.column) if part)
        return f"{where}: {self.said}" if where else self.said


class TableProblem(NamedTuple):
    """Something that cannot be used: the line, counted from 1, or None for the whole table, and what is wrong."""

    line: int | None
    problem: Problem


@dataclass
class Remarks:
    """What is found while a table is read: what was reinterpreted, what is to be decided, and what is wrong.

    Attributes:
        file: the name of the file in reports.
        notes: every reinterpretation, in the order in which it was made.
        problems: everything that cannot be used.
    """

    file: str
    notes: list[TableNote] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)

    def note(self, said: str, line: int | None = None, column: str = "") -> None:
        """Record a reinterpretation, once."""
        note = TableNote(line, column, said)
        if note not in self.notes[-50:]:
            self.notes.append(note)

    def refuse(self, line: int | None, column: str, value: object, allowed: str, remedy: str) -> None:
        """Record that something cannot be used. An empty value stands for none."""
        where = self.file if line is None else f"{self.file}, line {line}"
        given = "" if value is None or value == "" else shown(value)
        self.problems.append(TableProblem(line, Problem(where, column, given, allowed, remedy)))


def is_empty(cell: Cell) -> bool:
    """Tell whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Cell) -> str:
    """Return a cell as a person would read it in the file: ``4711`` for the number 4711.0 of a spreadsheet."""
    if is_empty(cell):
        return ""
    if isinstance(cell, FormattedPercent):
        return f"{cell * 100.0:.12g}%"
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()


def listed_lines(lines: Sequence[int], most: int = 8) -> str:
    """Return line numbers for a sentence: ``line 4`` or ``lines 4, 5, 9``."""
    said = ", ".join(str(line) for line in lines[:most])
    more = f" and {len(lines) - most} more" if len(lines) > most else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {said}{more}"
