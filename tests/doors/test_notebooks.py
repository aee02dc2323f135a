"""The notebooks of the documentation run, and what they show is small; the site's build runs them as they are."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from plotly import io

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "notebooks").glob("*.ipynb"))
INSTALL = "# %pip install middleman"
MOST_CHARACTERS = 15_000


def cells(file: Path) -> list[str]:
    """Return the code of a notebook, cell by cell."""
    content = json.loads(file.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code"]


def quicker(code: str) -> str:
    """Return code on a market that takes a blink."""
    code = code.replace('"classroom"', '"village"').replace('middleman.case("empty_shelf"', 'middleman.case("parable"')
    return code.replace('"empty_shelf"', '"village"').replace("replications=3", "replications=2")


def shown(code: str, names: dict[str, Any]) -> Any:
    """Run a cell and return its last expression, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def test_there_is_a_notebook_for_each_door() -> None:
    assert [file.stem for file in NOTEBOOKS] == ["experiments", "first_steps", "mesa_tools", "one_case", "own_scenario"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_begins_with_its_installation_and_holds_no_results(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    first, *_ = cells(file)
    assert first.startswith(INSTALL)
    assert len(first.splitlines()) == 1
    assert all(not cell.get("outputs") for cell in content["cells"])
    assert content["cells"][0]["source"][0].startswith("# ")


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_from_top_to_bottom(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in cells(file):
        value = shown(quicker(code), names)
        page = getattr(value, "_repr_html_", None)
        if page is not None and not hasattr(value, "to_plotly_json"):
            assert len(page()) < MOST_CHARACTERS, code


def test_charts_of_the_site_load_their_library_from_it_once() -> None:
    before, names = io.renderers.default, dict[str, Any]()
    startup = NOTEBOOKS[0].parents[1] / "notebook_startup.py"
    try:
        exec(compile(startup.read_text(encoding="utf-8"), startup.name, "exec"), names)
        assert io.renderers.default == "site"
        pages = [io.renderers["site"].to_mimebundle(go.Figure())["text/html"] for _ in range(2)]
        assert [page.count("../_static/plotly.min.js") for page in pages] == [1, 0]
        assert max(map(len, pages)) < 10_000
    finally:
        io.renderers.default = before
