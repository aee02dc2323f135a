"""Finds the line of a parameter in a file, so that problems can be shown beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.overrides import split_path
from sim.scenario.shape import Path

LONGEST_KEY = 300
"""Longest key that is parsed; parsing time grows with the square of the number of its dots."""
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
QUOTES = ('"""', "'''", '"', "'")


class Statement(NamedTuple):
    """A heading, or a key and its value: the number of its first line, counted from 1, and its text."""

    line: int
    text: str


def toml_lines(text: str) -> dict[Path, int]:
    """Return the line on which each table and each key of a TOML file begins.

    Entries inside a value (an inline table, a list over several lines) have no line of their own. If the file is not
    valid TOML, the readable part is returned.
    """
    found: dict[Path, int] = {}
    heading: Path = ()
    counts: dict[Path, int] = {}
    for line, statement in statements(text):
        if statement.startswith("["):
            is_list = statement.startswith("[[")
            path = _key_path(statement.strip("[]"))
            heading = _placed(path, counts)
            if is_list:
                counts[heading] = counts.get(heading, -1) + 1
                heading = (*heading, counts[heading])
            found.setdefault(heading, line)
        else:
            key, equals, _ = _split(statement)
            path = _key_path(key) if equals else ()
            for length in range(1, len(path) + 1):
                found.setdefault((*heading, *path[:length]), line)
    return found


def _placed(path: Path, counts: Mapping[Path, int]) -> Path:
    """Return the path of a heading, with the position of the latest entry after each list of tables."""
    placed: Path = ()
    for number, step in enumerate(path):
        placed = (*placed, step)
        if placed in counts and number + 1 < len(path):
            placed = (*placed, counts[placed])
    return placed


def _key_path(key: str) -> Path:
    """Return a dotted key as TOML reads it; () if it is not a key."""
    if BARE_KEY.fullmatch(key.strip()):
        return (key.strip(),)
    if len(key) > LONGEST_KEY or "\n" in key:
        return ()
    try:
        given: Any = tomllib.loads(f"{key.strip()} = 0")
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    path: Path = ()
    while isinstance(given, dict):
        ((step, given),) = given.items()
        path = (*path, step)
    return path


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a TOML file in one pass, without comments and blank lines."""
    line, start, depth, quote = 1, 1, 0, ""
    collected: list[str] = []
    position = 0
    while position < len(text):
        letter = text[position]
        taken = letter
        if quote:
            if letter == "\\" and quote[0] == '"':
                taken = text[position : position + 2]
            elif text.startswith(quote, position):
                taken, quote = quote, ""
        elif letter == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
            continue
        elif letter in "\"'":
            quote = taken = next(mark for mark in QUOTES if text.startswith(mark, position))
        else:
            depth = max(0, depth + (letter in "[{") - (letter in "]}"))
        if letter == "\n" and not depth and len(quote) < 3:
            quote = ""  # an unclosed string ends with its line
            yield from _statement(start, collected)
            collected = []
        else:
            if not collected and not letter.isspace():
                start = line
            if collected or not letter.isspace():
                collected.append(taken)
        line += taken.count("\n")
        position += len(taken)
    yield from _statement(start, collected)


def _statement(line: int, collected: list[str]) -> Iterator[Statement]:
    text = "".join(collected).strip()
    if text:
        yield Statement(line, text)


def _split(statement: str) -> tuple[str, str, str]:
    """Split a statement at its first equals sign outside quotes."""
    quote = ""
    for position, letter in enumerate(statement):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "=":
            return statement[:position], "=", statement[position + 1 :]
    return statement, "", ""


def line_of(key: str, lines: Mapping[Path, int]) -> int | None:
    """Return the line of a parameter, or of the closest enclosing entry; None if there is none."""
    try:
        path = split_path(key)
    except ValueError:
        return None
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), None)
