"""What the user has said about tables, kept in a file for the next table of the same kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from sim.scenario.files import read_toml, tables_in
from sim.scenario.numbers import as_whole_number
from sim.scenario.problems import Problem, ScenarioError, shown
from sim.tables.notation import Decimal
from sim.tables.reading import ReadTable, TableChoices, Totals

KEYS = ("decimal", "sheet", "headings", "totals", "others", "columns")


def read_mapping(file: Path) -> TableChoices:
    """Return the choices kept in a file. Raises ScenarioError if they cannot be used."""
    return _choices_in(read_toml(file, str(file)), str(file))


def _choices_in(given: dict[str, Any], file: str) -> TableChoices:
    problems = [
        Problem(file, key, shown(given[key]), f"keys: {', '.join(KEYS)}", "remove it")
        for key in given
        if key not in KEYS
    ]
    columns = given.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        problems.append(Problem(file, "columns", shown(columns), "a table of HEADING = MEANING", "correct it"))
    if problems:
        raise ScenarioError(problems)
    return with_choices(
        None,
        decimal=given.get("decimal"),
        columns=[f"{text}={meaning}" for text, meaning in columns.items()],
        sheet=str(given.get("sheet", "")),
        headings=None if given.get("headings") is None else str(given["headings"]),
        totals=given.get("totals"),
        others=given.get("others") is True,
    )


def mapping_in(content: bytes, file: str) -> TableChoices | None:
    """Return the choices that an uploaded TOML file keeps; None if it is something else."""
    try:
        given = tables_in(content, file)
        return _choices_in(given, file) if "columns" in given and set(given) <= set(KEYS) else None
    except ScenarioError:
        return None


def with_choices(kept: TableChoices | None, *, columns: Sequence[str], **said: Any) -> TableChoices:
    """Return what the user has said, over what is kept. Raises ScenarioError with everything that is wrong.

    Args:
        kept: choices from a file.
        columns: ``HEADING=MEANING`` each.
        said: decimal, sheet, headings, totals and others, as text.
    """
    problems: list[Problem] = []
    kept = kept or TableChoices()
    meanings = dict(kept.columns)
    for text in columns:
        heading, equals, meaning = text.rpartition("=")
        if not equals or not heading.strip() or not meaning.strip():
            allowed = "what a column means reads HEADING=MEANING"
            problems.append(Problem("--column", "", shown(text), allowed, 'for example --column "EK netto=unit_cost"'))
        meanings[heading.strip()] = meaning.strip()
    for option, kind in (("decimal", Decimal), ("totals", Totals)):
        if said[option] is not None and said[option] not in get_args(kind):
            allowed = f"one of: {', '.join(get_args(kind))}"
            problems.append(Problem(f"--{option}", "", shown(said[option]), allowed, "choose one"))
    line = None if said["headings"] is None else as_whole_number(said["headings"])
    if said["headings"] is not None and (line is None or line < 1):
        allowed = "the number of a line, counted from 1"
        problems.append(Problem("--headings", "", shown(said["headings"]), allowed, "for example --headings 3"))
    if problems:
        raise ScenarioError(problems)
    own = TableChoices(said["decimal"], meanings, said["sheet"], line, said["totals"], bool(said["others"]))
    return own.over(kept)


def mapping_toml(read: Sequence[ReadTable], choices: TableChoices) -> str:
    """Return the choices and the meaning of every column as TOML, for ``--mapping``."""
    lines = [f"# What the columns of {', '.join(json.dumps(table.file, ensure_ascii=False) for table in read)} mean."]
    for key in ("decimal", "sheet", "headings", "totals"):
        value = getattr(choices, key)
        if value:
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    lines += ["others = true"] if choices.others else []
    lines.append("\n[columns]")
    meanings = dict(choices.columns)
    for table in read:
        for heading in table.headings:
            meanings.setdefault(heading.text, heading.meaning or "ignore")
    lines += [f"{json.dumps(text, ensure_ascii=False)} = {json.dumps(said)}" for text, said in meanings.items()]
    return "\n".join(lines).replace("\x7f", "\\u007f") + "\n"
