"""A guess drawn beside what came out, and single figures side by side to guess at."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from sim.common.number_format import Interval, listed, short, with_spread
from sim.report.charts import palette
from sim.report.charts.chart import Chart, error_bars, label, safe, styled_figure, without

ROW, ROOM_BELOW, ROOM_ABOVE = 58, 48, 26
READABLE = {"bgcolor": "rgba(255, 255, 255, 0.9)", "font": {"color": palette.BLACK, "size": 12}, "borderpad": 2}
"""Of a label that may come to lie on a bar of any colour."""


def side_by_side(
    values: Mapping[str, Interval], finding: str, axis: str, guess: float | None = None, guessed: str = ""
) -> Chart:
    """Return a bar for each value, with its interval, and a guess as a line across.

    Args:
        values: what they are called, and what came out; those that are undefined are left out.
        finding: title of the chart.
        axis: what is shown, with its unit.
        guess: what the reader thought it would be, on the same scale; None: nothing was guessed.
        guessed: name of the value that was guessed at; the line crosses this bar only.
    """
    known = {name: value for name, value in values.items() if value.mean is not None}
    if not known:
        return without("Nothing came of it, so there is nothing to show")
    top = max([guess or 0.0, *((value.high or value.mean or 0.0) for value in known.values())])
    low = min([guess or 0.0, 0.0, *((value.low or value.mean or 0.0) for value in known.values())])
    places = list(range(len(known)))
    bars = go.Bar(
        x=[value.mean for value in known.values()],
        y=places,
        orientation="h",
        width=0.42,
        marker={"color": palette.CUSTOMERS},
        error_x=error_bars(list(known.values())),
        hovertemplate="%{x:.3g}<extra></extra>",
    )
    notes = [
        label(f"<b>{safe(name)}</b> {with_spread(value)}", x=0, xref="paper", y=place - 0.24, yanchor="bottom")
        for place, (name, value) in enumerate(known.items())
    ]
    traces = [bars]
    told = listed([f"{name} {with_spread(value)}" for name, value in known.items()])
    if guess is not None:
        at = list(known).index(guessed) if guessed in known else 0
        traces.append(_line(guess, at))
        notes.append(_named(guess, at + 0.33, top, low))
        told += f". Your guess: {short(guess)}"
    figure = styled_figure(
        traces,
        ROW * len(known) + ROOM_BELOW + ROOM_ABOVE,
        annotations=notes,
        xaxis={"title": {"text": safe(axis)}, "range": [1.05 * low, 1.05 * top or 1.0], "nticks": 6},
        yaxis={"range": [len(known) - 0.42, -0.72], "visible": False},
        margin={"l": 8, "r": 12, "t": 4, "b": ROOM_BELOW},
        showlegend=False,
    )
    return Chart(figure, finding, f"{axis}: {told}.")


def with_guess(chart: Chart, guess: float, *, across: bool = True, at: float | None = None) -> Chart:
    """Return a chart with a guess as a line through all of it, at a height or, not ``across``, at a place on its width.

    Args:
        chart: left as it is.
        guess: on the scale of the first axis.
        across: whether the value is read on the vertical axis.
        at: where the line is drawn, where that is not at the guess itself.
    """
    figure = go.Figure(chart.figure)
    words = f"your guess <b>{short(guess)}</b>"
    line = {"color": palette.NEUTRAL, "width": 3, "dash": "dot"}
    place = guess if at is None else at
    if across:
        figure.add_hline(y=place, line=line)
        note = label(words, x=1, xref="paper", xanchor="right", y=place, yshift=3, **READABLE)
        _widen(figure.layout.yaxis, place)
    else:
        figure.add_vline(x=place, line=line)
        side = "right" if place > 50 else "left"
        note = label(words, x=place, y=0, yref="paper", xanchor=side, yanchor="bottom", **READABLE)
        _widen(figure.layout.xaxis, place)
    figure.add_annotation(note)
    return Chart(figure, chart.finding, f"{chart.alternative} Your guess: {short(guess)}.")


def _widen(axis: go.layout.XAxis, guess: float) -> None:
    """Have an axis with a fixed range hold the guess."""
    if axis.range is not None:
        low, high = sorted(axis.range)
        room = 0.06 * (high - low)
        axis.range = [min(low, guess - room) if guess < low else low, max(high, guess + room) if guess > high else high]


def _line(guess: float, at: int) -> go.Scatter:
    return go.Scatter(
        x=[guess, guess],
        y=[at - 0.3, at + 0.3],
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 4},
        hovertemplate="your guess: %{x:.3g}<extra></extra>",
    )


def _named(guess: float, height: float, top: float, low: float) -> dict[str, object]:
    right = guess > 0.5 * (top + low)
    return label(
        f"your guess {short(guess)}",
        x=guess,
        y=height,
        yanchor="top",
        xanchor="right" if right else "left",
        font={"size": 12},
    )
