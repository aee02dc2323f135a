"""No economics in the dashboard: it draws and asks, and imports nothing that computes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"
PUBLIC = (
    "sim.common.hashing", "sim.common.identity", "sim.common.number_format", "sim.common.translation",
    "sim.decisions", "sim.experiments", "sim.publishing", "sim.report", "sim.results", "sim.runs", "sim.scenario",
    "sim.tables", "sim.formulas", "sim.teaching", "sim.validation",
)  # fmt: skip
OTHERS = (
    "__future__", "board", "classroom", "google.protobuf", "guard", "pandas", "segno", "starlette", "streamlit",
    "uvicorn",
)  # fmt: skip
"""Of these, the pages' own folders and the libraries of the server."""
PLAIN = (
    "asyncio", "collections", "contextlib", "dataclasses", "difflib", "functools", "gc", "html", "ipaddress",
    "itertools", "json", "logging", "os", "pathlib", "re", "resource", "shlex", "socket", "threading", "time",
    "typing", "urllib",
)  # fmt: skip


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("file", sorted(DASHBOARDS.rglob("*.py")), ids=lambda file: file.stem)
def test_pages_read_public_names_only(file):
    for name in imported(file):
        known = name.startswith(tuple(f"{each}." for each in (*PUBLIC, *OTHERS, *PLAIN))) or name in (*OTHERS, *PLAIN)
        package = name in PUBLIC
        assert known or package, f"{file.name} imports {name}"


def test_a_planted_import_is_found(tmp_path):
    (tmp_path / "page.py").write_text("from sim.kernels import shopping\nimport numpy as np\n")
    assert imported(tmp_path / "page.py") == {"sim.kernels.shopping", "numpy"}
