"""Results for spreadsheets: every table as a sheet of one Excel file, or as a CSV file of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.common.files import (
    FORMAT,
    MANIFEST,
    FolderError,
    read_manifest,
    resolved_folder,
    whole_file,
    whole_folder,
    write_json,
)
from sim.common.orphans import remove_orphans, temporary_folder
from sim.common.spreadsheets import csv_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.outcome import Outcome

KIND = "middleman tables"
MOST_ROWS = 1_048_575
"""Rows of an Excel sheet under its heading."""
LONGEST_TEXT = 32_767
"""Characters in a cell of Excel; xlsxwriter leaves a longer text out without a word."""
FROM_OUTCOME, FROM_COMPARISON = "middleman outcome", "middleman comparison"


def tables_of_outcome(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return every table of a run: a summary, one for each question, all figures, then what the run recorded.

    Names stand for codes, money is in units of currency.
    """
    import pandas as pd

    from sim.results.figures import flatten
    from sim.results.question_sheets import figure_unit, question_sheets

    manifest, flat = outcome.manifest, flatten(dict(outcome.figures))
    currency = manifest.scenario.money.currency
    long = pd.DataFrame(
        [("figures", manifest.regime, name, value, None, None) for name, value in flat.items()],
        columns=["table", "regime", "figure", "mean", "low", "high"],
    )
    figures = pd.DataFrame(
        {
            "figure": list(flat),
            "value": [None if value is None else float(value) for value in flat.values()],
            "unit": [figure_unit(name, currency) for name in flat],
        }
    )
    return {
        **question_sheets(long, manifest.scenario),
        "figures": figures,
        **{name: outcome.table(name) for name in outcome.columns},
    }


def saved_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Return every table of a saved outcome or comparison, and ``about``: its manifest.

    Raises:
        FolderError: when it is neither.
    """
    place = resolved_folder(folder)
    try:
        manifest = read_manifest(place, FROM_COMPARISON)
    except FolderError:
        manifest = read_manifest(place, FROM_OUTCOME)
        from sim.results.outcome import Outcome

        tables = tables_of_outcome(Outcome.load(place))
    else:
        return _of_comparison(place, manifest)
    return {**tables, "about": _about(manifest)}


def _of_comparison(folder: Path, manifest: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return the tables of a saved comparison. Raises FolderError where they are damaged."""
    import pyarrow as pa

    from sim.common.parquet import read_parquet

    path = folder / "comparison.parquet"
    try:
        return tables_of_comparison(read_parquet(path).to_pandas(), manifest)
    except (OSError, pa.ArrowException, LookupError, ValueError, TypeError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FolderError(f"{path} cannot be read: {said}; make the comparison again") from None


def _about(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Return a manifest as names and values."""
    import pandas as pd

    def told(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    rows = []
    for name, value in manifest.items():
        parts = in_cells(told(value))
        numbered = [f"{name} ({number} of {len(parts)})" for number in range(1, len(parts) + 1)]
        labels = numbered if len(parts) > 1 else [name]
        rows += [{"name": label, "value": part} for label, part in zip(labels, parts, strict=True) if name != "files"]
    return pd.DataFrame(rows)


def in_cells(text: str) -> list[str]:
    """Return a text in parts, each of which fits into a cell."""
    return [text[start : start + LONGEST_TEXT] for start in range(0, max(len(text), 1), LONGEST_TEXT)]


def _that_fits(text: str) -> str:
    """Return a text as a cell can hold it; one that is too long ends in a note that says so."""
    if len(text) <= LONGEST_TEXT:
        return text
    note = f" ... (cut: {len(text)} characters, of which a cell of Excel holds {LONGEST_TEXT}; export to CSV for all)"
    return f"{text[: LONGEST_TEXT - len(note)]}{note}"


def write_excel(tables: Mapping[str, pd.DataFrame], file: str | Path, *, overwrite: bool = False) -> Path:
    """Write an Excel file with one sheet for each table, whole or not at all, and return its path.

    A table longer than a sheet goes on in ``NAME (2)``. Texts are texts, whatever they begin with; what is undefined
    is an empty cell.

    Raises:
        FolderError: when the name does not end in .xlsx, or the file exists and ``overwrite`` is not given.
    """
    target = resolved_folder(file)
    check_excel(target, overwrite=overwrite)
    remove_orphans(target)
    with whole_file(target) as partial:
        partial.write_bytes(excel_of(tables))  # xlsxwriter itself leaves open what it cannot write
    return Path(file)


def excel_of(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return the Excel file that ``write_excel`` writes."""
    file = io.BytesIO()
    _write(tables, file)
    return file.getvalue()


def _write(tables: Mapping[str, pd.DataFrame], file: io.BytesIO) -> None:
    """Write one sheet for each table; rows wait in temporary files, which go whatever happens.

    Raises OSError where there is no room for these.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    folder, end = temporary_folder()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
        "tmpdir": str(folder),
    }
    try:
        with xlsxwriter.Workbook(file, options) as book:
            _add_sheets(tables, book)
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from None
    finally:
        end()


def _add_sheets(tables: Mapping[str, pd.DataFrame], book: Any) -> None:
    bold = book.add_format({"bold": True})
    for name, frame in tables.items():
        for number, start in enumerate(range(0, max(len(frame), 1), MOST_ROWS)):
            sheet = book.add_worksheet(f"{name[:25]} ({number + 1})" if number else name[:31])
            _fill(sheet, frame.iloc[start : start + MOST_ROWS], bold)


def tables_of_comparison(frame: pd.DataFrame, manifest: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison, given its long frame: a summary, one for each question, all estimates.

    ``about`` is its manifest.
    """
    from sim.results.question_sheets import question_sheets
    from sim.scenario import load_scenario

    sheets = question_sheets(frame, load_scenario(manifest["scenario"]))
    return {**sheets, **_by_table(frame), "about": _about(manifest)}


def _by_table(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(name): rows.drop(columns="table") for name, rows in frame.groupby("table", observed=True, sort=False)}


def check_excel(file: str | Path, *, overwrite: bool) -> None:
    """Make sure that an Excel file may be written. Raises FolderError."""
    target = resolved_folder(file)
    if target.suffix.lower() != ".xlsx":
        raise FolderError(f"{target.name} is no name for an Excel file; let it end in .xlsx")
    if target.exists() and not (overwrite and target.is_file()):
        raise FolderError(f"{target} exists already; give another name, or overwrite=True to replace it")
    if not target.parent.is_dir():
        raise FolderError(f"{target.parent}: there is no such folder to put {target.name} in; make it, or give another")


def _fill(sheet: Any, frame: pd.DataFrame, bold: Any) -> None:
    """Write a heading and rows, from the top down as constant memory wants it."""
    import pandas as pd

    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, list(frame.columns), bold)
    plain = frame.astype(object).where(pd.notna(frame), None)
    for row, values in enumerate(plain.itertuples(index=False, name=None), start=1):
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, column, _that_fits(value))
            elif isinstance(value, list | tuple | dict):
                sheet.write_string(row, column, _that_fits(str(value)))
            elif value is not None:
                sheet.write(row, column, value)


def write_csv(tables: Mapping[str, pd.DataFrame], folder: str | Path, *, overwrite: bool = False) -> Path:
    """Write a folder with one CSV file for each table, whole or not at all, and return it.

    Raises:
        FolderError: when the folder is taken; earlier tables give way to ``overwrite``.
    """
    with whole_folder(folder, KIND, overwrite=overwrite) as place:
        for name, frame in tables.items():
            csv_of(frame, place / f"{name}.csv")
        files = [f"{name}.csv" for name in tables]
        write_json(place / MANIFEST, {"kind": KIND, "format": FORMAT, "files": files})
    return Path(folder)
