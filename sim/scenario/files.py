"""Reads a TOML file into plain tables. Anything wrong with the file becomes a reported problem, never a traceback."""

from __future__ import annotations

import errno
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.common.found_files import UnfitFileError, read_found
from sim.common.parameters import Section
from sim.scenario.problems import Problem, ScenarioError, shown

LARGEST_FILE = 10_000_000
DEEPEST = 12
MOST_DOTS = 60
"""Dots between two commas. Parsing time grows with their square, and no scenario is nested that deeply."""


def file_error(file: str, reason: str, remedy: str) -> ScenarioError:
    """Return the error that rejects a whole file."""
    return ScenarioError([Problem(file, "", "", reason, remedy)])


def read_toml(path: Path, file: str) -> dict[str, Any]:
    """Read one file, called ``file`` in reports. Raises ScenarioError if it cannot be used."""
    return tables_in(_content(path, file), file)


def tables_in(content: bytes, file: str) -> dict[str, Any]:
    """Return the tables of a file already read. Raises ScenarioError if they cannot be used."""
    given = _parsed(text_of(content, file), file)
    if not given:
        raise file_error(file, "the file sets no parameters", "add at least `name`, or choose another file")
    return plain_tables(given, file)


def _content(path: Path, file: str) -> bytes:
    """Read a file after checking its size."""
    try:
        size = path.stat().st_size
        return read_found(path, LARGEST_FILE)
    except UnfitFileError as reason:
        if reason.errno == errno.EISDIR:
            raise file_error(file, "this is a folder", "give the path of a .toml file inside it") from None
        if reason.errno == errno.EFBIG:
            said = f"the file has {size / 1e6:.1f} MB; at most {LARGEST_FILE / 1e6:.0f} MB is allowed"
            raise file_error(file, said, "is this a scenario? if so, shorten its lists") from None
        raise file_error(file, "this is not a regular file", "give the path of a .toml file") from None
    except OSError as reason:
        why = (reason.strerror or "unknown reason").lower()
        raise file_error(file, f"cannot be read: {why}", "check the path and its permissions") from None


def text_of(content: bytes, file: str) -> str:
    """Return the text of a file. Raises ScenarioError if it is empty or not text."""
    if not content.strip():
        raise file_error(file, "the file is empty", "write a scenario into it, or choose another file")
    if b"\0" in content:
        raise file_error(file, "this is a binary file, not text", "choose a TOML file, or a table in CSV")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        raise file_error(file, f"line {line} is not UTF-8 text", "save the file as UTF-8") from None


def _parsed(text: str, file: str) -> dict[str, Any]:
    for number, line in enumerate(text.split("\n"), start=1):
        if any(part.count(".") > MOST_DOTS for part in re.sub(r"\.{2,}", "", line).split(",")):
            raise _too_deep(file, f"line {number}")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        remedy = "correct the TOML there (text needs quotes, each key appears once, tables are [like.this])"
        raise file_error(file, f"not valid TOML: {reason}", remedy) from None
    except RecursionError:
        raise _too_deep(file, "") from None
    except ValueError as reason:
        raise file_error(file, f"not valid TOML: {reason}", "correct the value") from None


def _too_deep(file: str, key: str) -> ScenarioError:
    allowed = f"tables or lists are nested deeper than {DEEPEST} levels"
    return ScenarioError([Problem(file, key, "", allowed, "no parameter is nested that deeply; flatten it")])


def plain_tables(given: Mapping[Any, Any], file: str = "") -> dict[str, Any]:
    """Copy tables into plain dicts, lists and scalars.

    Raises ScenarioError for keys that are not text, and for nesting without end.
    """
    return {key: plain_values(value, file, key, 1) for key, value in _text_keys(given, file, "")}


def plain_values(given: Any, file: str = "", key: str = "", depth: int = 0) -> Any:
    """Copy a value into plain dicts, lists and scalars; numpy numbers become Python numbers."""
    if isinstance(given, Section):
        given = given.model_dump()
    if depth > DEEPEST:
        raise _too_deep(file, key)
    if isinstance(given, Mapping):
        return {
            name: plain_values(value, file, f"{key}.{name}", depth + 1) for name, value in _text_keys(given, file, key)
        }
    if isinstance(given, (list, tuple)):
        return [plain_values(value, file, f"{key}[{place}]", depth + 1) for place, value in enumerate(given)]
    is_numpy_scalar = type(given).__module__ == "numpy" and getattr(given, "ndim", None) == 0
    return given.item() if is_numpy_scalar else given


def _text_keys(given: Mapping[Any, Any], file: str, key: str) -> list[tuple[str, Any]]:
    for name in given:
        if not isinstance(name, str):
            raise ScenarioError([Problem(file, key, shown(name), "keys must be text", "put the key in quotes")])
    return list(given.items())
