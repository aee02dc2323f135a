"""``export``: saved results for spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.errors import bad_argument

FILES = (".csv", ".tsv", ".txt", ".json", ".parquet", ".html", ".ods", ".doc", ".docx", ".pdf")
"""File endings that are not written; a folder with such a name would be mistaken for a file."""


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Results saved with --out.")],
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="An Excel file (.xlsx), or a folder with one CSV file per table.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing tables.")] = False,
) -> None:
    """Write the tables of saved results as one Excel file or a folder of CSV files."""
    from sim.cli import options
    from sim.common.files import check_free
    from sim.results import workbooks

    if target.suffix.lower() in FILES:
        raise bad_argument(
            "TARGET",
            str(target),
            "an Excel file (.xlsx), or a folder with one CSV file per table",
            f"for example {target.with_suffix('.xlsx')} or {target.with_suffix('')}",
        )
    excel = target.suffix.lower() in (".xlsx", ".xls", ".xlsm")
    if excel:
        workbooks.check_excel(target, overwrite=overwrite)
    else:
        check_free(target, workbooks.KIND, overwrite=overwrite)
    tables = workbooks.saved_tables(folder)
    with options.writing(target, "TARGET"):
        if excel:
            workbooks.write_excel(tables, target, overwrite=overwrite)
        else:
            workbooks.write_csv(tables, target, overwrite=overwrite)
    say(f"{len(tables)} tables are in {target}.")
