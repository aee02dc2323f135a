"""Rows about the same product or firm, and names that a reader cannot tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from sim.scenario.checks.texts import looks
from sim.tables.cells import Remarks
from sim.tables.column_values import Value
from sim.tables.meanings import FIRMS, HISTORY, NAMING, TableKind

REMEDY = "if they are one, keep one row; if not, give them different names"


class NamedRow(Protocol):
    """A row with a line and values."""

    @property
    def line(self) -> int: ...

    @property
    def values(self) -> Mapping[str, Value]: ...


class _Key(NamedTuple):
    name: str
    within: tuple[str, ...]


def check_names(kind: TableKind, rows: Sequence[NamedRow], remarks: Remarks) -> None:
    """Refuse rows about the same thing and names that look the same; note names that differ by case alone.

    A product may have a row for each channel, a product of a history one for each week and channel.
    """
    first: dict[_Key, int] = {}
    spellings: dict[str, tuple[str, int]] = {}
    small: dict[str, tuple[str, int]] = {}
    for row in rows:
        name = row_name(kind, row)
        if not name:
            continue
        within = [row.values.get("channel")] + ([row.values.get("week")] if kind == HISTORY else [])
        line = first.setdefault(_Key(name, tuple(str(each) for each in within)), row.line)
        if line != row.line:
            what = {FIRMS: "this firm", HISTORY: "this product and week"}.get(kind, "this product")
            remarks.refuse(row.line, NAMING[kind][0], name, f"{what} is on line {line} already", REMEDY)
        other, line = spellings.setdefault(looks(name), (name, row.line))
        if other != name:
            allowed = f"it looks like {other!r} of line {line}, and is spelt with other characters"
            remarks.refuse(row.line, NAMING[kind][0], name, allowed, REMEDY)
            continue
        other, line = small.setdefault(looks(name).casefold(), (name, row.line))
        if other != name and kind != HISTORY:
            remarks.note(f'"{name}" and "{other}" of line {line} differ by small and capital letters alone', row.line)


def row_name(kind: TableKind, row: NamedRow) -> str:
    """Return what names a row: its name, else the number of the article."""
    return next((str(row.values[key]) for key in NAMING[kind] if row.values.get(key)), "")
