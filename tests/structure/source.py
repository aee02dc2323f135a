"""What the source says about itself, read without importing it: who defines which name, who imports whom."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {"sim": ROOT, "dashboards": ROOT / "dashboards"}
"""Folders of source, each with the folder that its modules are imported from."""


def modules(folder: str, start: Path) -> dict[str, Path]:
    """Return the modules below a folder by the names they are imported by, counted from ``start``."""
    root = start if start.name == folder else start / folder
    found = {}
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(start).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def parsed(file: Path) -> ast.Module:
    """Return a module's syntax tree, read once for all tests."""
    return ast.parse(file.read_text(encoding="utf-8"))


def public_names(tree: ast.Module) -> set[str]:
    """Return the classes and functions a module defines for others: no methods, no leading underscore."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    defined = {node.name for node in _statements(tree.body) if isinstance(node, kinds)}
    return {name for name in defined if not name.startswith("_")}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield a module's statements, also those under ``if`` and ``try``."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def imports(tree: ast.Module, known: Collection[str]) -> set[str]:
    """Return which of the known modules a module imports, inside functions and under ``TYPE_CHECKING`` as well."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else str(node.module))
    return found & set(known)


def import_graph(files: Mapping[str, Path]) -> nx.DiGraph:
    """Return who imports whom among some modules."""
    graph = nx.DiGraph()
    graph.add_nodes_from(files)
    for name, file in files.items():
        graph.add_edges_from((name, other) for other in imports(parsed(file), files))
    return graph


def circles(graph: nx.DiGraph) -> list[list[str]]:
    """Return the largest sets of modules that all reach each other along imports."""
    return sorted(sorted(each) for each in nx.strongly_connected_components(graph) if len(each) > 1)


def settings() -> dict[str, Any]:
    """Return how ``lint-imports`` is set up."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file)["tool"]["importlinter"]
    return found


def contracts() -> list[dict[str, Any]]:
    """Return the contracts that ``lint-imports`` keeps."""
    return list(settings()["contracts"])


def definitions(files: Mapping[str, Path]) -> dict[str, list[str]]:
    """Return the modules that define each public name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module, file in files.items():
        for name in sorted(public_names(parsed(file))):
            found[name].append(module)
    return dict(found)
