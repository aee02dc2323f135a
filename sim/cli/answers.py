"""The answer of an experiment in one form: printed, written as a page or spreadsheet, or given as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.cli import options
from sim.cli.console import Page, even_if_unread, print_json, say
from sim.common.number_format import listed
from sim.report.text.grid import Grid

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.charts import Chart
    from sim.scenario import Scenario

PAGES = (".html", ".htm")
TABLES = (".csv", ".xlsx")
"""File endings of reports."""


@dataclass(frozen=True)
class Answer:
    """The answer of an experiment.

    Attributes:
        scenario: the market before anything was varied.
        heading: what was asked.
        method: how it was found, and how to read the tables.
        tables: each with its heading; "" for no heading.
        sentences: the findings in words.
        data: the answer for JSON.
        frames: the same as tables by name, the main one first.
        charts: returns the charts; called when a page needs them.
        picture: a text chart for the terminal: its heading, a line on how to read it, and a function of the
            available width.
    """

    scenario: Scenario
    heading: str
    method: str
    tables: Sequence[tuple[str, Grid]]
    sentences: Sequence[str]
    data: Mapping[str, Any]
    frames: Callable[[], Mapping[str, pd.DataFrame]]
    charts: Callable[[], Sequence[Chart]] = field(default=tuple)
    picture: tuple[str, str, Callable[[int], list[str]]] | None = None


def check_report(report: Path | None, endings: tuple[str, ...] = (*PAGES, *TABLES), *, overwrite: bool) -> None:
    """Check, before a long run, that its report can be written. Raises ScenarioError."""
    from sim.cli.pages.writing import check_file

    check_file(report, "--report", endings, overwrite=overwrite)
    if report is not None and report.suffix.lower() == ".csv":
        others = report.parent.glob(f"{escape(report.stem)}-*.csv")  # further tables are written beside the first
        for other in sorted(others):
            check_file(other, "--report", endings, overwrite=overwrite)


def give(answer: Answer, report: Path | None, context: typer.Context, *, json: bool) -> None:
    """Print an answer, and write its report if requested."""
    with even_if_unread():
        if json:
            print_json(answer.data)
        else:
            _print(answer)
    if report is not None:
        with options.writing(report, "--report"):
            written = _write(answer, report, context.obj or sys.argv[1:])
        say(f"The report is in {listed([str(file) for file in written])}.")


def _print(answer: Answer) -> None:
    page = Page()
    page.heading(answer.heading)
    page.paragraph(answer.method)
    for number, (heading, grid) in enumerate(answer.tables):
        if heading:
            page.heading(heading)
        elif number == 0:
            page.line()
        page.lines(grid.lines(page.width))
    if answer.picture is not None:
        heading, key, drawn = answer.picture
        page.heading(heading)
        page.paragraph(key)
        page.lines(drawn(page.width))
    if answer.sentences:
        page.line()
    for sentence in answer.sentences:
        page.paragraph(sentence, hanging="  ")


def _write(answer: Answer, file: Path, command: Sequence[str]) -> list[Path]:
    """Write a report in the format of its file ending, each file completely or not at all, and return the files.

    A CSV file holds one table: the main table goes to the given name, the others to NAME-TABLE.csv beside it.
    """
    from sim.cli.pages.writing import write_whole

    ending = file.suffix.lower()
    if ending == ".csv":
        tables = answer.frames()
        files = {
            name: file if number == 0 else file.with_name(f"{file.stem}-{name.replace(' ', '_')}{file.suffix}")
            for number, name in enumerate(tables)
        }
        for name, frame in tables.items():
            write_whole(files[name], frame.to_csv(index=False, lineterminator="\n"))
        return list(files.values())
    if ending == ".xlsx":
        from sim.results.workbooks import write_excel

        write_excel(answer.frames(), file, overwrite=True)  # checked before the run
    else:
        from sim.cli.pages.answered import answered

        write_whole(file, answered(answer, command))
    return [file]
