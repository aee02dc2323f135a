"""Uploaded scenarios: files are read as data only, and every problem is shown beside its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sim.scenario.files import text_of
from sim.scenario.lines import line_of, toml_lines
from sim.scenario.loading import validated
from sim.scenario.merging import Tables
from sim.scenario.overrides import overridden
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import read_stranger, read_tables, scenario_names
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path
from sim.scenario.sheets import Sheet, read_sheet

LARGEST_UPLOAD = 300_000
MOST_FILES = 3
LONGEST_NAME = 60
MOST_REMARKS = 200
"""Problems shown beside their lines; beyond that, only their number."""


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
    """The result of reading files: a scenario, or remarks."""

    scenario: Scenario | None
    remarks: tuple[Remark, ...] = ()


def read_sent(files: Sequence[Sent], base: str) -> Reading:
    """Read a scenario (TOML), tables (CSV) laid over it, or both. Never raises because of their content.

    At most one file is TOML; without one, tables change the built-in scenario ``base``.
    """
    problems = unfit([(sent.name, len(sent.content)) for sent in files], base)
    if problems:
        return rejection(problems)
    scenarios = [sent for sent in files if sent.label.lower().endswith(".toml")]
    lines: dict[str, Mapping[Path, int]] = {}
    remarks: list[Remark] = []
    noted: list[tuple[str, int, Problem]] = []
    scenario: Scenario | None
    try:
        tables = read_stranger(scenarios[0].content, scenarios[0].label) if scenarios else read_tables(base)
        sheets = _sheets(tables, [sent for sent in files if sent not in scenarios])
        lines = {sheet.file: sheet.lines for sheet in sheets}
        noted = [(sheet.file, line, problem) for sheet in sheets for line, problem in sheet.problems]
        remarks = [Remark(file, line, _line(files, file, line), problem) for file, line, problem in _most(noted)]
        scenario = _laid_over(tables, sheets)
    except ScenarioError as error:
        lines |= {sent.label: _toml_lines(sent) for sent in scenarios}
        remarks += [_beside(problem, lines, files) for problem in _most(error.problems)]
        more = len(error.problems) - MOST_REMARKS
        remarks += _and_more(error.problems[-1].file, more)
        scenario = None  # the remarks say what is wrong
    remarks += _and_more(noted[-1][0], len(noted) - MOST_REMARKS) if noted else []
    return Reading(None if remarks else scenario, tuple(remarks))


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
        if not label.lower().endswith((".toml", ".csv")):
            yield Problem(
                label, "", "", "scenario files end in .toml, tables in .csv", "save it in one of these formats"
            )
        if size > LARGEST_UPLOAD:
            said = f"the file has {size / 1e3:.0f} kB; at most {LARGEST_UPLOAD / 1e3:.0f} kB is allowed here"
            is_table = label.lower().endswith(".csv")
            remedy = "shorten it" if is_table else f"shorten it, or use the command line: middleman compare {label}"
            yield Problem(label, "", "", said, remedy)
    if len({label for label, _ in files}) < len(files):
        yield Problem("", "", "", "two files have the same name", "rename one of them")
    if base not in scenario_names():
        yield Problem("", "base", base[:LONGEST_NAME], f"one of: {', '.join(scenario_names())}", "choose one")


def _sheets(tables: Tables, files: Sequence[Sent]) -> list[Sheet]:
    """Return the uploaded tables, read for the scenario they change. Raises ScenarioError."""
    if not files:
        return []
    scenario = validated(Tables(tables.file, dict(tables.given), dict(tables.origins)))
    return [read_sheet(sent.content, sent.label, scenario) for sent in files]


def _laid_over(tables: Tables, sheets: Sequence[Sheet]) -> Scenario:
    """Return the scenario with the tables' changes. Raises ScenarioError."""
    problems: list[Problem] = []
    for sheet in sheets:
        tables.given, done, found = overridden(tables.given, sheet.changes)
        tables.mark(done, sheet.file)
        problems += found
    return validated(tables, problems)


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
    """Return a line of a file, shortened; empty if it is unknown."""
    content = next((sent.content for sent in files if sent.label == label), b"")
    if line is None:
        return ""
    found = _split(content)[line - 1 : line]
    return "".join(letter if letter.isprintable() else " " for letter in "".join(found))[:200].rstrip()


@lru_cache(maxsize=MOST_FILES)
def _split(content: bytes) -> list[str]:
    """Return the lines of a file, split once for all its problems."""
    return content.decode("utf-8-sig", "replace").split("\n")
