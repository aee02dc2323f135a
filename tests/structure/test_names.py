"""One name, one meaning: a public class or function is defined in one module only.

``two_meanings.txt`` lists the names that still stand for two things. It may only shrink:
no new name goes in, and a name that means one thing at last goes out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tests.structure.source import SOURCES, definitions, modules, public_names

LISTED = Path(__file__).with_name("two_meanings.txt")
ROLES = {
    "sim.cases.": {"checks", "measure", "picture"},  # what every case brings along
    "board.": {"page"},  # what every page of the dashboard brings along
}
"""Names that modules of a folder all define, as they fill the same role: one meaning."""

COMMANDS = {
    "audit",
    "case",
    "compare",
    "discover",
    "explain",
    "frontier",
    "optimise",
    "run",
    "sensitivity",
    "sweep",
    "worth",
}
"""Commands named after the function that answers them: in ``sim.cli`` and where the function is, one meaning."""


def meanings(name: str, defined_in: Iterable[str]) -> set[str]:
    """Return the modules that define a name, those that fill one role as one, without commands."""
    found = set()
    for module in defined_in:
        role = next((folder for folder, names in ROLES.items() if module.startswith(folder) and name in names), module)
        if not (name in COMMANDS and module.startswith("sim.cli.")):
            found.add(role)
    return found


def ambiguous(defined: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Return the names that mean more than one thing, with where they are defined."""
    return {name: found for name, where in sorted(defined.items()) if len(found := meanings(name, where)) > 1}


@cache
def in_the_source() -> dict[str, list[str]]:
    """Return where each public name of the project is defined."""
    files = {name: file for folder, start in SOURCES.items() for name, file in modules(folder, start).items()}
    return definitions(files)


def listed() -> list[str]:
    """Return the names that may still mean two things."""
    return LISTED.read_text(encoding="utf-8").split()


def test_no_further_name_means_two_things():
    found = ambiguous(in_the_source())
    assert {name: sorted(where) for name, where in found.items() if name not in listed()} == {}


def test_the_list_of_names_that_mean_two_things_only_shrinks():
    """Where this fails a name means one thing now: take its line out of two_meanings.txt."""
    assert sorted(set(listed()) - set(ambiguous(in_the_source()))) == []


def test_roles_and_commands_are_names_in_use():
    defined = in_the_source()
    for folder, names in ROLES.items():
        for name in names:
            assert sum(module.startswith(folder) for module in defined[name]) > 1, name
    for name in COMMANDS:
        assert any(module.startswith("sim.cli.") for module in defined[name]), name


def test_public_names_are_classes_and_functions_of_the_module_itself():
    source = """
import os
LIMIT = 3
def _hidden(): pass
def shown():
    def inside(): pass
async def awaited(): pass
class Thing:
    def method(self): pass
try:
    from fast import other
except ImportError:
    def other(): pass
if LIMIT:
    class Rare: pass
"""
    assert public_names(ast.parse(source)) == {"shown", "awaited", "Thing", "other", "Rare"}


def test_a_planted_second_meaning_is_found(tmp_path):
    for name, text in {
        "sim/engine/ledger.py": "def post(): pass\ndef page(): pass",
        "sim/cli/mail.py": "def post(): pass\ndef sweep(): pass",
        "sim/experiments/sweep.py": "def sweep(): pass",
        "sim/cases/one.py": "def checks(): pass",
        "sim/cases/two.py": "def checks(): pass",
        "dashboards/board/prices.py": "def page(): pass",
        "dashboards/board/compare.py": "def page(): pass",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    files = modules("sim", tmp_path) | modules("dashboards", tmp_path / "dashboards")
    assert ambiguous(definitions(files)) == {
        "page": {"sim.engine.ledger", "board."},
        "post": {"sim.engine.ledger", "sim.cli.mail"},
    }
