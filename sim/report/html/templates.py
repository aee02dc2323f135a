"""Web pages from templates, with all they need inside. Jinja2 escapes every text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.report.charts import Chart


def render(template: str, **values: Any) -> str:
    """Return a whole page."""
    from plotly.offline import get_plotlyjs

    return _environment().get_template(template).render(plotly=Markup(get_plotlyjs()), **values)


def render_part(template: str, **values: Any) -> str:
    """Return a part of a page, without a chart library; what is not given is empty."""
    given = {"notes": (), "sentences": (), "bars": (), "foot": "", **values}
    return _environment().get_template(template).render(**given)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"unbroken": nonbreaking, "data": data_of}
    return environment


def nonbreaking(content: str) -> Markup:
    """Return a text so that numbers with spaces in them stay on one line."""
    return Markup(re.sub(r"(?<=\d) (?=\d{3}\b)|(?<=\d) (?=%)", "&nbsp;", str(escape(content))))


def data_of(chart: Chart) -> Markup:
    """Return a chart as JSON that no browser takes for the end of a script."""
    return Markup(chart.figure.to_json().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
