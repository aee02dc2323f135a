"""What every chart is made of: a figure, its finding in words, and its text alternative."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

import orjson
import plotly.graph_objects as go
import plotly.io

from sim.common.number_format import Interval, half_width
from sim.report.charts.palette import FAINT, NEUTRAL, TEXT
from sim.report.comparison_protocol import UNKNOWN, Table

PLAIN = "rgba(0, 0, 0, 0)"
FONT_SIZE = 13
LEFT, RIGHT, TOP, BOTTOM = 8, 12, 8, 40
"""Margins in pixels; labels at the axes make room for themselves."""
ROOM_FOR_NAMES, LETTER = 118, 8
"""Pixels at the right for the names of lines, at least; and for each letter of the longest."""
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
AXIS = re.compile(r"[xy]axis\d*")
AXES: Mapping[str, Any] = {
    "gridcolor": FAINT,
    "linecolor": FAINT,
    "zerolinecolor": NEUTRAL,
    "fixedrange": True,
    "automargin": True,
    "exponentformat": "none",
    "separatethousands": True,
}


class Chart(NamedTuple):
    """A chart.

    Attributes:
        figure: without a title, on a transparent ground, as wide as where it is put; readable from 390 px.
        finding: its title: what it shows, in words made from its numbers. No full stop, no markup.
        alternative: what it shows, for who cannot see it. No markup.
    """

    figure: go.Figure
    finding: str
    alternative: str


class Drawn(go.Figure):  # type: ignore[misc]
    """A figure that is made plain once: a chart is not changed any more once it is shown, and a class looks at it.

    plotly copies all of a figure, deeply, whenever it is shown: of a hundred students' clicks most of the time.
    """

    _plain: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as it was when this was first asked."""
        if self._plain is None:
            self._plain = super().to_dict()
        return dict(self._plain)


class Written(dict[str, Any]):
    """A figure made plain, and as browsers read it: writing it again gives the same text."""

    text = b""

    def to_plotly_json(self) -> Any:
        """Return the text: what plotly asks an object for that knows how it is written."""
        return orjson.Fragment(self.text)


def prerendered(chart: Chart) -> Chart:
    """Return a chart whose figure is written as JSON once, and not changed any more.

    A map with a picture of every day takes 30 ms to write, and each look at it would write it again.
    """
    plain = Written(chart.figure.to_dict())
    text = plotly.io.to_json(dict(plain), validate=False, engine="orjson")
    # In ASCII: a single wider letter has the whole of it recoded each time it is handed on.
    plain.text = BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text).encode("ascii")
    chart.figure.to_dict = lambda: plain
    return chart


def styled_figure(traces: Sequence[Any], height: int, **layout: Any) -> go.Figure:
    """Return a figure in the style of all charts, ``height`` pixels high."""
    axes = {name: styled(layout.get(name, {})) for name in {"xaxis", "yaxis", *filter(AXIS.fullmatch, layout)}}
    style = {
        "template": "none",
        "height": height,
        "autosize": True,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        "paper_bgcolor": PLAIN,
        "plot_bgcolor": PLAIN,
        "font": {"size": FONT_SIZE, "color": TEXT, "family": "system-ui, sans-serif"},
        "separators": ".\u202f",
        "dragmode": False,
        "hovermode": "closest",
    }
    # At once: each update of a figure that exists walks through all of it, a tenth of a second for many axes.
    return Drawn(list(traces), {**style, **layout, **axes})


def styled(axis: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the layout says of an axis, in the style of all charts."""
    title = axis.get("title", {})
    title = {**title, "standoff": 8, "font": {**title.get("font", {}), "size": FONT_SIZE}}
    return {**axis, **AXES, "title": title}


def enlarged(chart: Chart, factor: float) -> Chart:
    """Return a chart with larger words, lines, marks and height, for a wall that is read from the back of a room."""
    figure = Drawn(chart.figure)
    layout, size = figure.layout, factor * FONT_SIZE
    figure.update_layout(
        font={"size": size},
        height=factor * layout.height,
        margin={side: factor * getattr(layout.margin, side) for side in "lrtb"},
    )
    figure.for_each_xaxis(lambda axis: axis.update(title_font_size=size))
    figure.for_each_yaxis(lambda axis: axis.update(title_font_size=size))
    for trace in figure.data:
        trace.update(line={"width": factor * (trace.line.width or 2)}, marker={"size": factor * 6})
    return chart._replace(figure=figure)


def without(finding: str) -> Chart:
    """Return the chart of nothing: an empty ground that says why."""
    note = label(finding, x=0.5, y=0.5, xref="paper", yref="paper", xanchor="center", yanchor="middle")
    hidden = {"visible": False}
    return Chart(styled_figure([], 80, annotations=[note], xaxis=hidden, yaxis=hidden), finding, f"{finding}.")


def room_for_line_names(names: Iterable[str]) -> int:
    """Return how many pixels the names of lines need at the right."""
    return max(ROOM_FOR_NAMES, 14 + LETTER * max(map(len, names)))


def label(text: str, **place: Any) -> dict[str, Any]:
    """Return an annotation: plain text at a place, without an arrow."""
    return {"text": text, "showarrow": False, "xanchor": "left", "yanchor": "bottom", **place}


def safe(text: str) -> str:
    """Return a text of a scenario so that plotly shows it as it is; it would read ``<b>`` and the like as markup."""
    return escape(str(text), quote=False)


def figure_in(table: Table, figure: str) -> Interval:
    """Return a figure, unknown where there is no such one."""
    return table.get(figure, UNKNOWN)


def error_bars(values: Sequence[Interval], scale: float = 1.0, colour: str = NEUTRAL) -> dict[str, Any]:
    """Return what draws the intervals of a trace; values without one get none."""
    known = [value for value in values if value.mean is not None]
    if not any(half_width(value) for value in known):
        return {"visible": False}
    up = [0.0 if value.high is None else scale * (value.high - (value.mean or 0.0)) for value in known]
    down = [0.0 if value.low is None else scale * ((value.mean or 0.0) - value.low) for value in known]
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "color": colour,
        "thickness": 1.5,
        "width": 3,
    }


def strips(count: int, gap: float = 0.36) -> list[tuple[float, float]]:
    """Return the room of strips one under another, as parts of the height; ``gap`` of each is left for its label."""
    one = 1.0 / max(count, 1)
    return [(1.0 - one * (number + 1), 1.0 - one * (number + gap)) for number in range(count)]


def apart(heights: Sequence[float], least: float) -> list[float]:
    """Return heights of labels moved up until none is nearer to the next than ``least``."""
    order = sorted(range(len(heights)), key=lambda number: heights[number])
    moved = list(heights)
    for before, number in pairwise(order):
        moved[number] = max(moved[number], moved[before] + least)
    return moved


def axis_name(letter: str, number: int) -> str:
    """Return the name of an axis in the layout: ``yaxis``, ``yaxis2``, ..."""
    return f"{letter}axis{number + 1 if number else ''}"


def means_of(table: Table, prefix: str) -> Mapping[str, Interval]:
    """Return the defined figures of a table within ``prefix.``, by the rest of their names."""
    start = f"{prefix}."
    return {
        name.removeprefix(start): value
        for name, value in table.items()
        if name.startswith(start) and value.mean is not None
    }
