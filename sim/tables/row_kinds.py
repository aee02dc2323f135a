"""Which rows of a table are its content, and which are blank, repeated headings, notes, totals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.tables.cells import Cell, CellRow, Remarks, cell_text, is_empty, listed_lines
from sim.tables.headings import Heading, is_unit
from sim.tables.notation import number_text
from sim.tables.words import NOTE, TOTAL, bare

LONGEST_NAME = 60


class Sorted(NamedTuple):
    """Rows below the headings, sorted.

    Attributes:
        content: rows to be read.
        units: a row of units right below the headings, by position; empty if there is none.
    """

    content: list[CellRow]
    units: Mapping[int, str]


def sort_rows(rows: Sequence[CellRow], headings: Sequence[Heading], naming: Sequence[int], remarks: Remarks) -> Sorted:
    """Return the content of a table; every other row but blank ones at the end is noted.

    Args:
        rows: those below the headings.
        headings: of the columns.
        naming: positions of the columns that name a row.
        remarks: take the notes.
    """
    texts = {each.position: each.text for each in headings}
    last = max((place for place, row in enumerate(rows) if any(not is_empty(cell) for cell in row.cells)), default=-1)
    content: list[CellRow] = []
    units: Mapping[int, str] = {}
    blank: list[int] = []
    repeated: list[int] = []
    after_blank = False
    for row in rows[: last + 1]:
        filled = {at: cell for at, cell in enumerate(row.cells) if not is_empty(cell)}
        if not filled:
            blank.append(row.line)
            after_blank = True
            continue
        if len(filled) > 1 and all(cell_text(cell) == texts.get(at) for at, cell in filled.items()):
            repeated.append(row.line)
        elif not content and not units and _is_unit_row(filled, naming):
            units = {at: cell_text(cell) for at, cell in filled.items()}
            remarks.note(f"a row of units: {', '.join(units.values())}", row.line)
        elif _is_note(filled, headings, naming, after_blank=after_blank):
            said = " ".join(cell_text(cell) for cell in filled.values())
            remarks.note(f'taken for a note, and left out: "{said[:80]}"', row.line)
        else:
            content.append(row)
            after_blank = False
    if blank:
        remarks.note(f"blank rows are skipped: {listed_lines(blank)}")
    if repeated:
        remarks.note(f"headings are repeated and skipped: {listed_lines(repeated)}")
    return Sorted(content, units)


def _is_unit_row(filled: Mapping[int, Cell], naming: Sequence[int]) -> bool:
    cells = [cell_text(cell) for at, cell in filled.items()]
    return bool(cells) and all(is_unit(cell) for cell in cells) and not any(at in filled for at in naming)


def _is_note(
    filled: Mapping[int, Cell], headings: Sequence[Heading], naming: Sequence[int], *, after_blank: bool
) -> bool:
    """Tell whether a row is a remark about the table, such as a source or a date, and none of its rows."""
    if len(headings) < 2 or len(filled) > 2:
        return False
    at, cell = next(iter(filled.items()))
    if not isinstance(cell, str) or number_text(cell) is not None:
        return False
    others = [other for place, other in filled.items() if place != at]
    if any(isinstance(other, (int, float)) for other in others):
        return False
    said = " ".join([cell, *map(cell_text, others)])
    if NOTE.match(cell) and (not others or ":" in cell or len(headings) > 2):
        return True
    alone = not others
    long = len(said) > LONGEST_NAME or (after_blank and len(said.split()) > 4)
    labelled = cell.rstrip().endswith(":") or re.search(r":\s", cell) is not None
    return alone and (long or labelled or at not in naming)


def looks_like_total(label: str) -> tuple[bool, bool]:
    """Tell whether a label may be that of a total, and whether it can hardly be anything else."""
    found = TOTAL.fullmatch(" ".join(label.split()))
    if found is None:
        return False, False
    more = bare(found["more"])
    return bool(re.match(r"(\b|\s|:|$)", found["more"])), not more or more.isdigit()


def sums_up(line: int, values: Mapping[str, Mapping[int, float]], before: Sequence[int]) -> bool:
    """Tell whether a row holds the sum, or the mean, of rows before it in at least one column of several.

    Args:
        line: of the row.
        values: of the columns of numbers, by line.
        before: the lines of the rows before it.
    """
    for column in values.values():
        if line not in column:
            continue
        above = [column[each] for each in before if each in column]
        for start in range(len(above) - 1):
            part = above[start:]
            if len(part) >= 2 and abs(column[line]) > 0 and abs(sum(part) - column[line]) <= 0.005 * abs(column[line]):
                return True
    return False
