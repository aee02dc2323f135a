"""CSV for people: a text is a text in every spreadsheet, whatever it begins with.

A cell that begins with ``=`` is a formula to Excel and its like, in a CSV file, too. A formula can start programs, or
send data away. Names are chosen by the author of a scenario, so texts that would be read as formulas get an apostrophe
in front, which spreadsheets know as the mark of text (OWASP, "CSV injection").
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a text begins that is a formula, with apostrophes that were in front before; full width, too."""
NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?")
"""A number, or a sign alone, which is none of a formula's."""


def defused(text: str) -> str:
    """Return a text as no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def as_written(cell: str) -> str:
    """Return the text that a cell stood for before ``defused``."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def csv_of(frame: pd.DataFrame, file: Path | None = None) -> str:
    """Return a table as CSV for people, or write it to a file."""
    safe = frame.rename(columns=_safe)
    for place in range(safe.shape[1]):
        column = safe.iloc[:, place]
        if column.dtype == "category":
            if any(_safe(each) != each for each in column.cat.categories):
                safe = _with(safe, place, column.astype(object).map(_safe, na_action="ignore"))
        elif column.dtype.kind == "O" or str(column.dtype).startswith("str"):
            safe = _with(safe, place, column.map(_safe, na_action="ignore"))
    written = safe.to_csv(file, index=False, lineterminator="\n")
    return written or ""


def _safe(value: Any) -> Any:
    return defused(value) if isinstance(value, str) else value


def _with(frame: pd.DataFrame, place: int, column: pd.Series) -> pd.DataFrame:
    """Return a table with another column in one place; names may stand there twice."""
    columns = [frame.iloc[:, each] for each in range(frame.shape[1])]
    columns[place] = column
    import pandas as pd

    found = pd.concat(columns, axis=1)
    found.columns = frame.columns
    return found
