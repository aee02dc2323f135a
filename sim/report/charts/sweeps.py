"""What one parameter does to a figure, regime by regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from sim.common.number_format import Interval, listed, short
from sim.common.regime_wording import under
from sim.report.charts.axis_labels import Named
from sim.report.charts.chart import Chart, apart, figure_in, label, room_for_line_names, safe, styled_figure, without
from sim.report.charts.palette import FAINT, NEUTRAL
from sim.report.comparison_protocol import Compared

HEIGHT = 400
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star")
BAND = "rgba(128, 128, 128, 0.18)"


def along(
    found: Sequence[tuple[Any, Compared]], parameter: Named, figure: str, shown: Named, present: float | None = None
) -> Chart:
    """Return a figure against a parameter: a line for each regime, told apart by dash and mark, with 95 % bands.

    Args:
        found: values of the parameter, in their order, and the comparison at each.
        parameter: what it is called.
        figure: dotted name of the figure.
        shown: what the figure is called.
        present: the parameter's value in the scenario as it is, marked by a line across.
    """
    if not found:
        return without("Nothing has been run yet")
    regimes = found[0][1].regimes
    values = [value for value, _ in found]
    rows = {regime: [figure_in(each.figures[regime], figure) for _, each in found] for regime in regimes}
    rows = {regime: row for regime, row in rows.items() if any(one.mean is not None for one in row)}
    if not rows:
        return without(f"{shown.name} is undefined everywhere")
    traces: list[Any] = []
    for number, (regime, row) in enumerate(rows.items()):
        traces += [*_band(values, row), _line(values, row, regime, number)]
    ends = {regime: next(one.mean for one in reversed(row) if one.mean is not None) for regime, row in rows.items()}
    highest = max(one.mean for row in rows.values() for one in row if one.mean is not None)
    lowest = min(one.mean for row in rows.values() for one in row if one.mean is not None)
    places = apart(list(ends.values()), 0.07 * ((highest - lowest) or abs(highest) or 1.0))
    notes = [
        label(f"{safe(regime)} <b>{short(end)}</b>", x=1, xref="paper", y=place, xanchor="left", yanchor="middle")
        for (regime, end), place in zip(ends.items(), places, strict=True)
    ]
    lines = [] if present is None else [_across(present)]
    drawn = styled_figure(
        traces,
        HEIGHT,
        annotations=notes,
        shapes=lines,
        showlegend=False,
        xaxis={"title": {"text": parameter.axis}, "zeroline": False},
        yaxis={"title": {"text": shown.axis}, "zeroline": False, "nticks": 6},
        margin={
            "l": 8,
            "r": room_for_line_names(f"{regime} {short(end)}" for regime, end in ends.items()),
            "t": 8,
            "b": 56,
        },
    )
    told = listed([f"{_ends(row)} {under(regime)}" for regime, row in rows.items()])
    return Chart(drawn, _finding(rows, parameter, shown), f"{shown.name} along {parameter.within} goes from {told}.")


def _line(values: Sequence[Any], row: Sequence[Interval], regime: str, number: int) -> go.Scatter:
    return go.Scatter(
        x=values,
        y=[one.mean for one in row],
        mode="lines+markers",
        name=regime,
        line={"color": NEUTRAL, "width": 2, "dash": DASHES[number % len(DASHES)]},
        marker={"symbol": MARKS[number % len(MARKS)], "size": 8, "color": NEUTRAL},
        hovertemplate=f"{safe(regime)}: %{{y:.4g}} at %{{x:.4g}}<extra></extra>",
    )


def _band(values: Sequence[Any], row: Sequence[Interval]) -> list[go.Scatter]:
    known = [(value, one.low, one.high) for value, one in zip(values, row, strict=True) if one.low is not None]
    if len(known) < 2:
        return []
    around = [value for value, _, _ in known]
    return [
        go.Scatter(
            x=[*around, *reversed(around)],
            y=[*(high for _, _, high in known), *(low for _, low, _ in reversed(known))],
            fill="toself",
            fillcolor=BAND,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    ]


def _across(present: float) -> dict[str, Any]:
    place = {"x0": present, "x1": present, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", "layer": "below", "line": {"color": FAINT, "width": 6}, **place}


def _ends(row: Sequence[Interval]) -> str:
    known = [one.mean for one in row if one.mean is not None]
    return f"{short(known[0])} to {short(known[-1])}"


def _finding(rows: Mapping[str, Sequence[Interval]], parameter: Named, shown: Named) -> str:
    """Return under which regime the figure moves most."""

    def moved(row: Sequence[Interval]) -> float:
        known = [one.mean for one in row if one.mean is not None]
        return abs(known[-1] - known[0])

    most = max(rows, key=lambda regime: moved(rows[regime]))
    if moved(rows[most]) == 0:
        return f"{parameter.name} does not change {shown.within}"
    if len(rows) == 1:
        return f"As {parameter.within} rises, {shown.within} goes from {shown.at(_ends(rows[most]))} {under(most)}"
    return f"{parameter.name} changes {shown.within} most {under(most)}: from {shown.at(_ends(rows[most]))}"
