"""Uploaded scenarios and tables: files are read as data only, and every problem is shown beside its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sim.scenario.files import text_of
from sim.scenario.lines import line_of, toml_lines
from sim.scenario.loading import validated
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import read_stranger, read_tables, scenario_names
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path
from sim.tables.importing import ImportedMarket, import_tables
from sim.tables.mapping_files import mapping_in
from sim.tables.reading import ReadTable, TableChoices, read_table
from sim.tables.workbook_cells import is_workbook

LARGEST_UPLOAD = 1_000_000
LARGEST_TABLE = 50_000_000
"""Bytes of a table on the user's own machine."""
MOST_FILES = 3
LONGEST_NAME = 60
MOST_REMARKS = 200
"""Problems shown beside their lines; beyond that, only their number."""
MOST_CELLS_SENT = 300_000
"""Cells of the largest sheet that is read for a visitor."""
TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".ods")
"""File endings of tables; .xls is read on the command line only, since its size in memory cannot be foreseen."""
PASTED = "pasted.csv"
"""What text pasted into a page is called."""


class Sent(NamedTuple):
    """An uploaded file: its name, for reports only, and its content."""

    name: str
    content: bytes

    @property
    def label(self) -> str:
        """The name on one line, shortened, without a folder."""
        name = self.name.replace("\\", "/").rsplit("/", 1)[-1]
        printable = "".join(letter if letter.isprintable() else "?" for letter in name)
        return printable[:LONGEST_NAME] or "file"


class Remark(NamedTuple):
    """A problem: the file, its line counted from 1, the text there, and what is wrong."""

    file: str
    line: int | None
    text: str
    problem: Problem


@dataclass(frozen=True)
class Reading:
    """The result of reading files: a scenario, or remarks.

    Attributes:
        scenario: the market; None if there are remarks.
        remarks: problems.
        tables: the tables among the files, as read.
        market: what they make of the scenario; None without tables.
    """

    scenario: Scenario | None
    remarks: tuple[Remark, ...] = ()
    tables: tuple[ReadTable, ...] = ()
    market: ImportedMarket | None = None


def read_sent(files: Sequence[Sent], base: str, choices: Mapping[str, TableChoices] = MappingProxyType({})) -> Reading:
    """Read a scenario (TOML), tables laid over it, or both. Never raises because of their content.

    At most one file is TOML: a scenario, or what columns mean (``mapping_toml``). Without a scenario, tables change
    the built-in scenario ``base``.

    Args:
        files: what was sent.
        base: the scenario under tables, if no scenario was sent.
        choices: what the user has said about tables, by the label of the file.
    """
    problems = unfit([(sent.name, len(sent.content)) for sent in files], base)
    if problems:
        return rejection(problems)
    settings = [sent for sent in files if sent.label.lower().endswith(".toml")]
    mappings = {sent.label: mapping_in(sent.content, sent.label) for sent in settings}
    kept = next((found for found in mappings.values() if found is not None), TableChoices())
    scenarios = [sent for sent in settings if mappings[sent.label] is None]
    tables = [
        read_table(sent.content, sent.label, choices.get(sent.label, TableChoices()).over(kept), MOST_CELLS_SENT)
        for sent in files
        if sent not in settings
    ]
    market: ImportedMarket | None = None
    try:
        under = read_stranger(scenarios[0].content, scenarios[0].label) if scenarios else read_tables(base)
        market = import_tables(tables, under) if tables else None
        scenario = validated(under) if market is None else market.scenario
    except ScenarioError as error:
        lines = {sent.label: _toml_lines(sent) for sent in scenarios}
        remarks = [_beside(problem, lines, files) for problem in _most(error.problems)]
        remarks += _and_more(error.problems[-1].file, len(error.problems) - MOST_REMARKS)
        return Reading(None, tuple(remarks), tuple(tables))
    remarks = _of_tables(market, files) if market is not None else []
    return Reading(None if remarks else scenario, tuple(remarks), tuple(tables), market)


def _of_tables(market: ImportedMarket, files: Sequence[Sent]) -> list[Remark]:
    """Return the problems of tables, each with its line as far as it has one."""
    remarks = []
    for line, problem in _most(market.problems):
        file = problem.file.partition(", line ")[0]
        remarks.append(Remark(file, line, _line(files, file, line), replace(problem, file=file)))
    last = remarks[-1].file if remarks else ""
    return remarks + _and_more(last, len(market.problems) - MOST_REMARKS)


def rejection(problems: Sequence[Problem]) -> Reading:
    """Return the result for files that cannot be used for reasons not tied to a line."""
    return Reading(None, tuple(Remark(problem.file, None, "", problem) for problem in problems))


def _most(found: Sequence[Any]) -> Sequence[Any]:
    return found[:MOST_REMARKS]


def _and_more(file: str, more: int) -> list[Remark]:
    """Return a remark on the problems beyond those shown beside their lines."""
    if more <= 0:
        return []
    said = f"{more} more problems; correct those above first"
    return [Remark(file, None, "", Problem(file, "", "", said, "then send it again"))]


def unfit(names_and_sizes: Sequence[tuple[str, int]], base: str) -> list[Problem]:
    """Return what is wrong with files, judging only by names and sizes in bytes, before reading any."""
    return list(_unfit([(Sent(name, b"").label, size) for name, size in names_and_sizes], base))


def _unfit(files: Sequence[tuple[str, int]], base: str) -> Iterator[Problem]:
    if not 1 <= len(files) <= MOST_FILES:
        yield Problem("", "", str(len(files)), f"send 1 to {MOST_FILES} files at a time", "choose the ones you need")
    if sum(label.lower().endswith(".toml") for label, _ in files) > 1:
        yield Problem("", "", "", "send only one scenario at a time", "send one .toml file; tables may go with it")
    for label, size in files[: MOST_FILES + 1]:
        if not label.lower().endswith((".toml", *TABLE_ENDINGS)):
            allowed = f"scenario files end in .toml, tables in {', '.join(TABLE_ENDINGS)}"
            yield Problem(label, "", "", allowed, "save it in one of these formats")
        if size > LARGEST_UPLOAD:
            said = f"the file has {size / 1e3:.0f} kB; at most {LARGEST_UPLOAD / 1e3:.0f} kB is allowed here"
            command = "compare" if label.lower().endswith(".toml") else "import"
            yield Problem(label, "", "", said, f"shorten it, or use the command line: middleman {command} {label}")
    if len({label for label, _ in files}) < len(files):
        yield Problem("", "", "", "two files have the same name", "rename one of them")
    if base not in scenario_names():
        yield Problem("", "base", base[:LONGEST_NAME], f"one of: {', '.join(scenario_names())}", "choose one")


def _toml_lines(sent: Sent) -> Mapping[Path, int]:
    try:
        return toml_lines(text_of(sent.content, sent.label))
    except ScenarioError:
        return {}


def _beside(problem: Problem, lines: Mapping[str, Mapping[Path, int]], files: Sequence[Sent]) -> Remark:
    """Return a problem with the line it concerns, as far as it can be found."""
    line = line_of(problem.key, lines.get(problem.file, {}))
    if line is None:
        line = _said_line(problem)
    return Remark(problem.file, line, _line(files, problem.file, line), problem)


def _said_line(problem: Problem) -> int | None:
    """Return the line number that a problem's text names: ``(at line 3, column 5)``."""
    said = re.search(r"line ([0-9]*)", f"{problem.key} {problem.allowed}")
    return int(said[1]) if said and said[1] else None


def _line(files: Sequence[Sent], label: str, line: int | None) -> str:
    """Return a line of a file, shortened; empty if it is unknown, or the file is a workbook."""
    content = next((sent.content for sent in files if sent.label == label), b"")
    if line is None or is_workbook(content):
        return ""
    found = _split(content)[line - 1 : line]
    return "".join(letter if letter.isprintable() else " " for letter in "".join(found))[:200].rstrip()


@lru_cache(maxsize=MOST_FILES)
def _split(content: bytes) -> list[str]:
    """Return the lines of a file, split once for all its problems."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return content.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
