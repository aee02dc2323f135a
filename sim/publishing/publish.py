"""Writes static pages: one file that holds all it shows, plotly once, and asks no server for anything."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.common.files import FORMAT, MANIFEST, whole_folder, write_json
from sim.common.provenance import versions
from sim.publishing.argument_data import argument_data
from sim.publishing.grid import ParameterGrid, checked_grid, run_grid
from sim.publishing.market_data import Published, market_data
from sim.publishing.packing import packed
from sim.runs.options import RunOptions
from sim.scenario import Problem, ScenarioError

KIND, FILE = "middleman page", "index.html"
LARGEST = 6_000_000
"""Bytes of a page: what a course site takes, and a phone loads in a moment."""
ARGUMENT = "argument"
"""What is published under this name is the argument, in place of a scenario."""
PAGES = Path(__file__).parent / "pages"


def argument_page() -> str:
    """Return the argument as one page. Raises ScenarioError where its kept answers are out of date."""
    return _page("argument", "The argument: with and without the middleman", argument_data())


def market_page(
    grid: ParameterGrid, options: RunOptions, name: str, settings: Sequence[str] = ()
) -> tuple[str, Published]:
    """Run a market at every position of its sliders, and return its page and what it rests on.

    Args:
        grid: the market and what varies.
        options: how runs are made.
        name, settings: the scenario and its changes as they were typed, for the command that gives the same figures.

    Raises:
        ScenarioError: where there are too many positions, one cannot be run, or the page would be too large.
    """
    published = Published(run_grid(checked_grid(grid), options), options, name, settings)
    page = _page("market", published.scenario.title or published.scenario.name, market_data(published))
    size = len(page.encode())
    if size > LARGEST:
        allowed = f"a page may have {LARGEST // 1_000_000} MB, and this one would have {size / 1e6:.1f}"
        raise ScenarioError(
            [Problem("--vary", "", str(grid.size), allowed, "vary fewer values or compare fewer regimes")]
        )
    return page, published


def _page(kind: str, title: str, data: dict[str, Any]) -> str:
    from plotly.offline import get_plotlyjs

    scripts = [(PAGES / f"{name}.js").read_text(encoding="utf-8") for name in ("common", "pictures", kind)]
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=title,
            style=Markup((PAGES / "page.css").read_text(encoding="utf-8")),
            plotly=Markup(get_plotlyjs()),
            scripts=[Markup(script) for script in scripts],
            data=Markup(packed(data)),
        )
    )


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(PAGES)
    return Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=StrictUndefined)


def write_page(page: str, folder: str | Path, about: dict[str, Any], *, overwrite: bool = False) -> Path:
    """Write a page and where it came from into a folder, whole or not at all, and return the page's path.

    Raises:
        FolderError: when the folder is taken; an earlier page gives way to ``overwrite``.
    """
    with whole_folder(folder, KIND, overwrite=overwrite) as place:
        (place / FILE).write_text(page, encoding="utf-8")
        write_json(place / MANIFEST, {"kind": KIND, "format": FORMAT, "versions": versions(), **about, "files": [FILE]})
    return Path(folder) / FILE
