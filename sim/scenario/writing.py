"""Writes a scenario as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sim.scenario.schema import Scenario
from sim.scenario.shape import RULE_KEY

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def scenario_to_toml(scenario: Scenario, *, defaults: bool = False) -> str:
    """Write a scenario as TOML that loads as the same scenario.

    Only what differs from the defaults is written, unless ``defaults`` asks for everything. Optional parameters have no
    default throughout the schema, because TOML can only express absence by leaving a key out.
    """
    given = scenario.model_dump()
    tables = given if defaults else _different(given, Scenario().model_dump())
    return tables_to_toml({"name": scenario.name, **tables})


def tables_to_toml(tables: dict[str, Any]) -> str:
    """Write plain tables as TOML, as a scenario file has them."""
    return "\n".join(_table(tables, ())).strip() + "\n"


def _different(given: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that differ from the defaults; a rule is written in full with its name."""
    kept = {}
    for key, value in given.items():
        if key in usual and value == usual[key]:
            continue
        is_section = isinstance(value, dict) and isinstance(usual.get(key), dict) and RULE_KEY not in value
        kept[key] = _different(value, usual[key]) if is_section else value
    return kept


def _table(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: values first, because what follows a heading belongs to that heading."""
    inner = {key: value for key, value in table.items() if isinstance(value, dict) or _is_list_of_tables(value)}
    for key, value in table.items():
        if key not in inner and value is not None:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        below = (*path, key)
        heading = ".".join(_key(step) for step in below)
        for one in value if isinstance(value, list) else [value]:
            yield from ("", f"[[{heading}]]" if isinstance(value, list) else f"[{heading}]")
            yield from _table(one, below)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    """Write a scalar or a list of scalars. JSON text is valid TOML except for one control character."""
    if isinstance(value, list):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value) if isinstance(value, bool) else repr(value)
