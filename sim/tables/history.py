"""The second table: what was sold of each product, week by week, at which price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sim.scenario.checks.texts import looks
from sim.tables.cells import Remarks, TableNote, TableProblem, listed_lines
from sim.tables.lookalikes import row_name
from sim.tables.meanings import HISTORY
from sim.tables.reading import ReadRow, ReadTable, TableChoices, read_table
from sim.tables.week_dates import week_numbers


class HistoryRow(NamedTuple):
    """A product in a week.

    Attributes:
        line: of the file, counted from 1.
        week: its number, counted from 0 at the first week of the table; weeks without rows are counted.
        label: the week as read: its Monday as ``2024-01-29``, or its number.
        product: the product, as it stands in the table.
        price: what customers paid for one unit; None if it is not given.
        units: what was sold; None if it is not given.
        channel: where it was sold; empty if the table does not say.
        competitor_price: what the competitor asked; None if it is not given.
        competitor_units: what the competitor sold; None if it is not given.
        stock_outs: how much of the week the shelf was empty, from 0 to 1; None if it is not given.
    """

    line: int
    week: int
    label: str
    product: str
    price: float | None
    units: float | None
    channel: str = ""
    competitor_price: float | None = None
    competitor_units: float | None = None
    stock_outs: float | None = None


@dataclass(frozen=True)
class History:
    """A weekly history as read.

    Attributes:
        file: its name in reports.
        rows: by line.
        notes: everything that was read otherwise than it stands there, or left out.
        problems: everything that cannot be used; a history with problems must not be used.
        has_dates: whether weeks are dates; if not, they are numbers.
    """

    file: str
    rows: tuple[HistoryRow, ...] = ()
    notes: tuple[TableNote, ...] = ()
    problems: tuple[TableProblem, ...] = ()
    has_dates: bool = False

    @property
    def weeks(self) -> int:
        """Weeks from the first to the last."""
        return max((row.week for row in self.rows), default=-1) + 1

    @property
    def products(self) -> tuple[str, ...]:
        """The products, in the order in which they first appear."""
        return tuple(dict.fromkeys(row.product for row in self.rows))


def read_history(content: bytes, file: str, choices: TableChoices | None = None) -> History:
    """Read a weekly history from a workbook or from text. Never raises for its content.

    Args:
        content: of the file.
        file: its name, for reports.
        choices: what the user has said about it.
    """
    return history_of(read_table(content, file, choices))


def history_of(table: ReadTable) -> History:
    """Return a table of weeks as a history; a table of something else has a problem that says so."""
    remarks = Remarks(table.file, list(table.notes), list(table.problems))
    if table.kind != HISTORY and not table.problems:
        allowed = "a history has a column of weeks and one of products"
        remarks.refuse(None, "", "", allowed, 'say which column holds the weeks: --column "HEADING=week"')
    if remarks.problems:
        return History(table.file, (), tuple(remarks.notes), tuple(remarks.problems))
    for key in ("price", "units"):
        if key not in table.columns:
            remarks.refuse(
                None, key, "", f"a history needs a column of {key}", f'say which it is: --column "HEADING={key}"'
            )
    weeks = [row.values["week"] for row in table.rows]
    missing = [row.line for row, week in zip(table.rows, weeks, strict=True) if week is None]
    if missing:
        remarks.refuse(missing[0], "week", "", f"no week is given in {listed_lines(missing)}", "fill it in")
    given = [week for week in weeks if isinstance(week, (date, int))]
    has_dates = any(isinstance(week, date) for week in given)
    if has_dates and not all(isinstance(week, date) for week in given):
        remarks.refuse(None, "week", "", "some weeks have a year and some have not", "write all weeks alike")
    if remarks.problems:
        return History(table.file, (), tuple(remarks.notes), tuple(remarks.problems))
    numbers = week_numbers(given)
    _note_gaps(list(numbers.values()), remarks)
    rows = tuple(_row(row, numbers[week]) for row, week in zip(table.rows, given, strict=True))
    return History(table.file, rows, tuple(remarks.notes), (), has_dates)


def _note_gaps(numbers: Sequence[int], remarks: Remarks) -> None:
    missing = max(numbers, default=-1) + 1 - len(set(numbers))
    if missing > 0:
        remarks.note(f"{missing} weeks between the first and the last have no row")


def _row(row: ReadRow, number: int) -> HistoryRow:
    numbers = {key: value for key, value in row.values.items() if isinstance(value, (int, float))}
    return HistoryRow(
        row.line,
        number,
        str(row.values["week"]),
        row_name(HISTORY, row),
        numbers.get("price"),
        numbers.get("units"),
        str(row.values.get("channel") or ""),
        numbers.get("competitor_price"),
        numbers.get("competitor_units"),
        numbers.get("stock_outs"),
    )


def unmatched(history: History, names: Sequence[str]) -> list[TableProblem]:
    """Return a problem for each product of a history that no product of the market is called by.

    Args:
        history: the weeks.
        names: what the products of the market are called, and the numbers of their articles.
    """
    remarks = Remarks(history.file)
    known = {looks(name).casefold(): name for name in names}
    first = {row.product: row.line for row in reversed(history.rows)}
    for product in history.products:
        if product not in names:
            like = known.get(looks(product).casefold())
            remedy = f'spell it like "{like}"' if like else "add the product, or remove its weeks"
            remarks.refuse(first[product], "sku", product, "the market has no such product", remedy)
    return remarks.problems
