"""HTML from plain text: everything is escaped here, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.report.charts import Chart
    from sim.report.text.grid import Grid


def text(content: str) -> str:
    """Return a text so that a page shows it as it is."""
    return escape(str(content), quote=True)


def element(name: str, content: str, **attributes: str) -> str:
    """Return an element around markup; ``class_`` is written ``class``."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{content}</{name}>"


def paragraph(content: str, **attributes: str) -> str:
    """Return a paragraph of plain text."""
    return element("p", unbroken(content), **attributes)


def unbroken(content: str) -> str:
    """Return a text so that numbers with spaces in them stay on one line."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)|(?<=\d) (?=%)", "&nbsp;", text(content))


def heading(level: int, content: str, **attributes: str) -> str:
    """Return a heading of plain text."""
    return element(f"h{level}", text(content), **attributes)


def preformatted(content: str) -> str:
    """Return lines as they are."""
    return element("pre", text(content))


def definitions(entries: Mapping[str, str]) -> str:
    """Return a list of names and what they are."""
    return element("dl", "".join(element("dt", text(k)) + element("dd", text(v)) for k, v in entries.items()))


def table(grid: Grid) -> str:
    """Return a table that scrolls sideways where it is too wide."""
    heads = "".join(
        element("th", "<br>".join(text(t) for t in head.split("\n")), scope="col") for head in grid.headings
    )
    rows = "".join(element("tr", _row(row, len(grid.headings))) for row in grid.rows)
    whole = element("table", element("thead", element("tr", heads)) + element("tbody", rows))
    return element("div", whole, class_="wide", tabindex="0")


def _row(row: Sequence[str] | str, columns: int) -> str:
    if isinstance(row, str):
        return element("td", text(row), class_="across", colspan=str(columns))
    return element("th", text(row[0].strip()), scope="row") + "".join(element("td", text(cell)) for cell in row[1:])


def figure(chart: Chart, number: int) -> str:
    """Return a chart under its finding, with its text alternative for everybody."""
    name = f"chart-{number}"
    data = chart.figure.to_json().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return element(
        "figure",
        element("h3", unbroken(chart.finding[:1].upper() + chart.finding[1:]))
        + element("div", "", class_="plot", id=name, role="img", aria_label=chart.alternative)
        + f'<script type="application/json" id="{name}-data">{data}</script>'
        + element("details", element("summary", "In words") + paragraph(chart.alternative)),
    )


def page(title: str, content: str) -> str:
    """Return a whole page around markup, with all it needs inside."""
    from plotly.offline import get_plotlyjs

    template = Template(files("sim.report.html").joinpath("page.html").read_text("utf-8"))
    return template.substitute(title=text(title), content=content, plotly=get_plotlyjs())
