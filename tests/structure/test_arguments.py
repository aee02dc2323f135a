"""Few arguments: what travels together is a named table. No layout by hand for long lists of arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.structure.source import ROOT, SOURCES, modules, parsed

MOST, USUAL, USUAL_SHARE = 8, 5, 0.9
"""Arguments of a kernel or of a function of the engine: at most, and of nine in ten at most."""
COMPUTING = ("sim.kernels.", "sim.engine.")
BY_HAND = "fmt" + ": skip"


def arguments(trees: Iterable[tuple[str, ast.Module]]) -> dict[str, int]:
    """Return the number of arguments of every function, ``self`` included."""
    found = {}
    for module, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                given = node.args
                found[f"{module}:{node.lineno} {node.name}"] = len(given.posonlyargs + given.args + given.kwonlyargs)
    return found


def too_many(counts: dict[str, int]) -> list[str]:
    """Return the functions with more arguments than any may have."""
    return sorted(name for name, count in counts.items() if count > MOST)


def share_of_usual(counts: dict[str, int]) -> float:
    """Return the share of functions that have no more arguments than is usual."""
    return sum(count <= USUAL for count in counts.values()) / len(counts)


@pytest.fixture(scope="module")
def counts():
    files = modules("sim", ROOT)
    return arguments((name, parsed(file)) for name, file in files.items() if name.startswith(COMPUTING))


def test_no_kernel_or_phase_has_many_arguments(counts):
    assert too_many(counts) == []


def test_nine_in_ten_have_few(counts):
    assert share_of_usual(counts) >= USUAL_SHARE, sorted(name for name, count in counts.items() if count > USUAL)


def test_planted_functions_are_counted():
    source = "class Box:\n    def fill(self, a, /, b=1, *, c): ...\ndef pour(a, b, c, d, e, f, g, h, i): ...\n"
    found = arguments([("planted", ast.parse(source))])
    assert found == {"planted:2 fill": 4, "planted:3 pour": 9}
    assert too_many(found) == ["planted:3 pour"]
    assert share_of_usual(found) == 0.5


def laid_out_by_hand(files: Iterable[Path]) -> list[str]:
    """Return the lines that tell the formatter to keep away."""
    return [
        f"{file.name}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if BY_HAND in line
    ]


@pytest.mark.parametrize("folder", SOURCES)
def test_nothing_is_laid_out_by_hand(folder):
    assert laid_out_by_hand(modules(folder, SOURCES[folder]).values()) == []


def test_a_planted_layout_is_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(f"one = 1\ntwo = (1,\n       2)  # {BY_HAND}\n")
    assert laid_out_by_hand([planted]) == ["planted.py:3"]
