"""One name, one meaning: a public class or function is defined in one module only."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache

from tests.structure.source import SOURCES, definitions, modules, public_names

ROLES = {
    "sim.cases.": {"checks", "measure", "picture"},  # what every case brings along
    "board.": {"page"},  # what every page of the dashboard brings along
    "": {"main"},  # what a program begins with
}
"""Names that modules of a folder all define, as they fill the same role: one meaning."""

COMMANDS = {
    "audit",
    "case",
    "compare",
    "decide",
    "discover",
    "explain",
    "fit",
    "frontier",
    "optimise",
    "run",
    "sensitivity",
    "sweep",
    "theory",
    "tiers",
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


def test_no_name_means_two_things():
    assert {name: sorted(where) for name, where in ambiguous(in_the_source()).items()} == {}


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
