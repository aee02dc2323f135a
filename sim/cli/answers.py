"""What an experiment found is printed, put on a web page, written for a spreadsheet, or given as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from glob import escape
from pathlib import Path

import typer

from sim.cli import options
from sim.cli.console import Page, even_if_unread, print_json, say, wrapped
from sim.cli.errors import bad_argument
from sim.cli.screen import MORE, first_screen, leading
from sim.common.files import resolved_folder, write_text
from sim.common.number_format import listed
from sim.common.spreadsheets import csv_of
from sim.report.experiment_report import ExperimentReport
from sim.report.text.multiple_comparisons import without_names

Answer = ExperimentReport
PAGES = (".html", ".htm")
TABLES = (".csv", ".xlsx")
"""File endings of reports."""
MOST_SENTENCES = 8
"""Lines of the findings on the first screen."""
UNCLEAR = "[ ]: the 95 % interval includes zero. "


def check_report(file: Path | None, endings: tuple[str, ...] = (*PAGES, *TABLES), *, overwrite: bool) -> None:
    """Make sure, before a long run, that its report can be written. Raises ScenarioError or FolderError."""
    if file is None:
        return
    _check_file(file, endings, overwrite=overwrite)
    if file.suffix.lower() == ".csv":  # further tables stand beside the first
        for other in sorted(file.parent.glob(f"{escape(file.stem)}-*.csv")):
            _check_file(other, endings, overwrite=overwrite)


def _check_file(file: Path, endings: tuple[str, ...], *, overwrite: bool) -> None:
    if file.suffix.lower() not in endings:
        allowed = f"a file name ending in {' or '.join(endings)}"
        raise bad_argument("--report", str(file), allowed, f"for example --report {file.stem or 'out'}{endings[0]}")
    place = resolved_folder(file)
    if place.is_dir():
        raise bad_argument("--report", str(file), "it is a folder", "give a file name")
    if place.exists() and not place.is_file():
        raise bad_argument("--report", str(file), "it is not a regular file", "give the name of a file")
    if place.exists() and not overwrite:
        raise bad_argument("--report", str(file), "it exists already", "choose another name, or use --overwrite")
    if not place.parent.is_dir():
        raise bad_argument("--report", str(file), "its folder does not exist", "create it, or choose another")


def give(found: ExperimentReport, file: Path | None, context: typer.Context, *, json: bool, full: bool = False) -> None:
    """Print what was found, its first screen or in ``full``, and write its report if one is asked for."""
    with even_if_unread():
        if json:
            print_json(found.data)
        elif full:
            _print(found)
        else:
            _print_first_screen(found)
    if file is not None:
        with options.writing(file, "--report"):
            written = _write(found, file, context.obj or sys.argv[1:])
        say(f"The report is in {listed([str(each) for each in written])}.")


def _print_first_screen(found: ExperimentReport) -> None:
    """Print what was found on one screen: in words, the main table, the picture, then the rest as far as it goes."""
    page = Page()

    def lines(text: str) -> list[str]:
        return wrapped(text, page.width, hanging="  ")

    said = [lines(without_names(sentence)) for sentence in found.sentences]
    tables = [[*filter(None, [heading]), *grid.lines(page.width)] for heading, grid in found.tables]
    picture: list[str] = []
    if found.picture is not None:
        heading, key, drawn = found.picture
        picture = [heading, *wrapped(key, page.width), *drawn(page.width)]
    shown = leading(said, MOST_SENTENCES)
    left = [line for sentence in said for line in sentence][len(shown) :]
    how = wrapped(found.how_to_read, page.width)
    blocks = [wrapped(found.heading, page.width), shown, *tables[:1], picture, how, *tables[1:], left]
    unclear = any("[" in line for table in tables[:1] for line in table)
    page.lines(first_screen(blocks, f"{UNCLEAR}{MORE}" if unclear else MORE))


def _print(found: ExperimentReport) -> None:
    page = Page()
    page.heading(found.heading)
    page.paragraph(found.how_to_read)
    for number, (heading, grid) in enumerate(found.tables):
        if heading:
            page.heading(heading)
        elif number == 0:
            page.line()
        page.lines(grid.lines(page.width))
    if found.picture is not None:
        heading, key, drawn = found.picture
        page.heading(heading)
        page.paragraph(key)
        page.lines(drawn(page.width))
    if found.sentences:
        page.line()
    for sentence in found.sentences:
        page.paragraph(sentence, hanging="  ")


def _write(found: ExperimentReport, file: Path, command: Sequence[str]) -> list[Path]:
    """Write a report in the form its name asks for, each file whole or not at all, and return the files.

    A CSV file holds one table: the main table goes to the given name, the others to NAME-TABLE.csv beside it.
    """
    ending = file.suffix.lower()
    if ending == ".csv":
        tables = found.frames()
        files = {
            name: file if number == 0 else file.with_name(f"{file.stem}-{name.replace(' ', '_')}{file.suffix}")
            for number, name in enumerate(tables)
        }
        for name, frame in tables.items():
            write_text(files[name], csv_of(frame))
        return list(files.values())
    if ending == ".xlsx":
        from sim.results.workbooks import write_excel

        write_excel(found.frames(), file, overwrite=True)  # checked before the run
    else:
        from sim.report.html.experiment import experiment_page

        write_text(file, experiment_page(found, command))
    return [file]
