"""``import``: a table as people have it becomes a market; every reinterpretation is shown before anything runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import Page, even_if_unread, print_json, say
from sim.cli.errors import bad_argument
from sim.common.files import write_text
from sim.common.number_format import number_of

if TYPE_CHECKING:
    from sim.tables import ReadTable, TableChoices
    from sim.tables.importing import ImportedMarket

MOST_SHOWN, MOST_NOTES = 12, 40


def import_table(  # noqa: PLR0913 - one argument per option
    tables: Annotated[
        list[Path], typer.Argument(metavar="TABLE...", help="Tables of products, of firms, and of weeks: one of each.")
    ],
    *,
    over: Annotated[
        str, typer.Option("--over", metavar="SCENARIO", help="The scenario that supplies what the tables leave out.")
    ] = "classroom",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE.toml", help="Write the market to this file.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option("--decimal", metavar="SIGN", help="The decimal sign of the numbers: point or comma.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="HEADING=MEANING", help="What a column means; `ignore`: not used. Repeatable."
        ),
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook.")] = "",
    headings: Annotated[
        str | None, typer.Option("--headings", metavar="LINE", help="The line of the column names.")
    ] = None,
    totals: Annotated[
        str | None,
        typer.Option("--totals", metavar="HOW", help="Rows that look like totals: keep (as products) or leave_out."),
    ] = None,
    ignore_others: Annotated[
        bool, typer.Option("--ignore-others", help="Leave out all columns whose meaning is not known.")
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help="Use the choices kept with --save-mapping.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option("--save-mapping", metavar="FILE", help="Keep these choices for the next table.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let -o and --save-mapping replace a file.")] = False,
    json: options.Json = False,
) -> None:
    """Read tables of products, firms or weeks (Excel, CSV), show how they were read, and write a market."""
    from sim.scenario.reading import read_tables
    from sim.tables import read_table
    from sim.tables.importing import import_tables
    from sim.tables.mapping_files import read_mapping, with_choices

    kept = read_mapping(mapping) if mapping is not None else None
    choices = with_choices(
        kept,
        decimal=decimal,
        columns=columns or (),
        sheet=sheet,
        headings=headings,
        totals=totals,
        others=ignore_others,
    )
    _check_files(tables, out, save_mapping, overwrite=overwrite)
    under = read_tables(over)
    read = [read_table(table_content(table), table.name, choices) for table in tables]
    found = import_tables(read, under)
    _refuse(found, read, writes=out is not None)
    with even_if_unread():
        if json:
            print_json({"rows": found.rows, "notes": found.notes})
        else:
            _show(read, found, over)
    if save_mapping is not None:
        _save_mapping(save_mapping, read, choices)
    if out is not None:
        _write(out, found, tables, over)
    elif not json:
        say(f"Nothing is written yet. To write the market: middleman import {' '.join(map(str, tables))} -o mine.toml")


def _check_files(tables: Sequence[Path], out: Path | None, mapping: Path | None, *, overwrite: bool) -> None:
    """Make sure that the tables exist, and that what is written goes to a new file of the right kind."""
    for table in tables:
        if not table.is_file():
            raise bad_argument("TABLE", str(table), "there is no such file", "check the path")
    for option, file in (("-o", out), ("--save-mapping", mapping)):
        if file is None:
            continue
        if file.suffix.lower() != ".toml":
            raise bad_argument(
                option, str(file), "a file name ending in .toml", f"for example {option} {file.stem}.toml"
            )
        if file.exists() and not overwrite:
            raise bad_argument(option, str(file), "it exists already", "choose another name, or use --overwrite")


def table_content(table: Path, option: str = "TABLE") -> bytes:
    """Return the content of a table, a regular file. Raises ScenarioError if it is too large or cannot be read."""
    from sim.common.found_files import read_found
    from sim.tables.uploads import LARGEST_TABLE

    try:
        return read_found(table, LARGEST_TABLE)
    except OSError as error:
        allowed = f"it cannot be read: {(error.strerror or str(error)).lower()}"
        remedy = f"give a table of at most {LARGEST_TABLE // 1_000_000} MB that you may read"
        raise bad_argument(option, str(table), allowed, remedy) from None


def _refuse(found: ImportedMarket, read: Sequence[ReadTable], *, writes: bool) -> None:
    """Raise ScenarioError with all problems; before writing, also for rows that wait for the user's word."""
    from sim.scenario import Problem, ScenarioError

    problems = [each.problem for each in found.problems]
    if writes and not problems:
        for table in read:
            for row in table.totals:
                label = next((text for text in row.texts.values() if text), "")
                allowed = f'line {row.line}, "{label}", looks like a total'
                remedy = "say what it is: --totals leave_out, or --totals keep"
                problems.append(Problem(table.file, "", "", allowed, remedy))
    if problems:
        raise ScenarioError(problems)


def _show(read: Sequence[ReadTable], found: ImportedMarket, over: str) -> None:
    """Print the tables as read, and the notes."""
    page = Page()
    for table in read:
        page.heading(f"{table.file}: {number_of(len(table.rows), 'row')} of {table.kind}, as read")
        for heading in table.headings:
            meaning = heading.meaning if heading.meaning in table.columns else "not used"
            page.line(f"  {heading.text} -> {meaning}{_unit(table, meaning)}")
        page.line()
        for line in _grid(table):
            page.line(f"  {line}")
        if len(table.rows) > MOST_SHOWN:
            page.line(f"  ... and {len(table.rows) - MOST_SHOWN} more rows (all: --json)")
    page.heading(f"What was read otherwise than it stands there, and what comes from {over} or is assumed")
    for note in found.notes[:MOST_NOTES]:
        page.paragraph(f"- {note}", hanging="  ")
    if len(found.notes) > MOST_NOTES:
        page.line(f"... and {len(found.notes) - MOST_NOTES} more (all: --json)")


def _unit(table: ReadTable, meaning: str) -> str:
    from sim.tables.meanings import MEANINGS, unit_said

    if meaning not in MEANINGS[table.kind]:
        return ""
    unit = unit_said(MEANINGS[table.kind][meaning], table.currency or "currency")
    return f" ({unit})" if unit not in ("", "text", "name") else ""


def _grid(table: ReadTable) -> list[str]:
    """Return the first rows of a table in columns of equal width."""
    cells = [["line", *table.columns]]
    for row in table.rows[:MOST_SHOWN]:
        cells.append(
            [str(row.line), *("-" if row.values[key] is None else _said(row.values[key]) for key in table.columns)]
        )
    widths = [min(24, max(len(row[at]) for row in cells)) for at in range(len(cells[0]))]
    return [
        "  ".join(cell[:24].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


def _said(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _save_mapping(file: Path, read: Sequence[ReadTable], choices: TableChoices) -> None:
    from sim.tables.mapping_files import mapping_toml

    with options.writing(file, "--save-mapping"):
        write_text(file, mapping_toml(read, choices))
    say(f"The meaning of the columns is kept in {file}: use it with --mapping {file}.")


def _write(out: Path, found: ImportedMarket, tables: Sequence[Path], over: str) -> None:
    from sim.scenario import scenario_names
    from sim.tables.market_files import market_toml

    extends = over if over in scenario_names() else os.path.relpath(over, out.parent).replace(os.sep, "/")
    with options.writing(out, "-o"):
        write_text(out, market_toml(found, out.name, [table.name for table in tables], over, extends))
    say(f"Wrote {out}. Look at it: middleman check {out}; middleman compare {out}")
