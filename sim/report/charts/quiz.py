"""Charts that a reader guesses at: single figures side by side, 100 in parts, and where a guess is marked on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import plotly.graph_objects as go

from sim.common.number_format import Interval, listed, rounded_together, short, with_spread
from sim.report.charts import palette
from sim.report.charts.chart import PLAIN, Chart, error_bars, label, safe, styled_figure, without

ROW, ROOM_BELOW, ROOM_ABOVE = 84, 48, 26
"""Pixels: of a bar with its name above and a guess below, of the axis, and above the first name."""
HUNDRED_HEIGHT = 170
DOT_ROW = 46


class GuessMark(NamedTuple):
    """Where a guess is marked on a chart whose horizontal axis it is read on.

    Attributes:
        row: number of the bar that the guess belongs to; None: the line goes through the whole height.
    """

    row: int | None = None

    @property
    def shape(self) -> dict[str, Any]:
        """The line, without its place on the axis."""
        line = {"color": palette.NEUTRAL, "width": 3, "dash": "dot"}
        if self.row is None:
            return {"type": "line", "line": line, "xref": "x", "yref": "paper", "y0": 0, "y1": 1}
        ends = {"y0": self.row - 0.18, "y1": self.row + 0.27}  # the name of the bar stands above it
        return {"type": "line", "line": {**line, "dash": "solid", "width": 4}, "xref": "x", "yref": "y", **ends}

    @property
    def note(self) -> dict[str, Any]:
        """The words beside the line, without their place on the axis: in room that nothing else uses."""
        common: dict[str, Any] = {"showarrow": False, "font": {"size": 12}}
        if self.row is None:
            return {**common, "yref": "paper", "y": 1, "yanchor": "bottom"}
        return {**common, "yref": "y", "y": self.row + 0.27, "yanchor": "top"}

    def to_dict(self) -> dict[str, Any]:
        """Return the mark as a page that draws the guess itself needs it."""
        return {"shape": self.shape, "note": self.note}


def with_guess(chart: Chart, guess: float, mark: GuessMark) -> Chart:
    """Return a chart with a guess on it, exactly where it was made on the chart's scale.

    Args:
        chart: left as it is; an axis whose range does not hold the guess is widened.
        guess: on the scale of the horizontal axis.
        mark: where it is drawn.
    """
    figure = go.Figure(chart.figure)
    axis = figure.layout.xaxis
    low, high = sorted(axis.range or (0.0, 100.0))
    room = 0.06 * (high - low)
    low, high = guess - room if guess < low else low, guess + room if guess > high else high
    axis.range = [low, high]
    figure.add_shape({**mark.shape, "x0": guess, "x1": guess})
    side = "right" if guess > 0.5 * (low + high) else "left"
    figure.add_annotation({**mark.note, "x": guess, "xanchor": side, "text": f"your guess <b>{short(guess)}</b>"})
    return Chart(figure, chart.finding, f"{chart.alternative} Your guess: {short(guess)}.")


def side_by_side(
    values: Mapping[str, Interval], finding: str, axis: str, colours: Mapping[str, str] = MappingProxyType({})
) -> Chart:
    """Return a bar for each value, with its interval, and room under each for a guess.

    Args:
        values: what they are called, and what came out; those that are undefined are left out.
        finding: title of the chart.
        axis: what is shown, with its unit.
        colours: of bars, by name; those of customers where none is given.
    """
    known = {name: value for name, value in values.items() if value.mean is not None}
    if not known:
        return without("Nothing came of it, so there is nothing to show")
    top = max(value.high or value.mean or 0.0 for value in known.values())
    low = min([0.0, *(value.low or value.mean or 0.0 for value in known.values())])
    bars = go.Bar(
        x=[value.mean for value in known.values()],
        y=list(range(len(known))),
        orientation="h",
        width=0.34,
        marker={"color": [colours.get(name, palette.CUSTOMERS) for name in known]},
        error_x=error_bars(list(known.values())),
        hovertemplate="%{x:.3g}<extra></extra>",
    )
    notes = [
        label(f"<b>{safe(name)}</b> {with_spread(value)}", x=0, xref="paper", y=place - 0.19, yanchor="bottom")
        for place, (name, value) in enumerate(known.items())
    ]
    figure = styled_figure(
        [bars],
        ROW * len(known) + ROOM_BELOW,
        annotations=notes,
        xaxis={"title": {"text": safe(axis)}, "range": [1.05 * low, 1.05 * top or 1.0], "nticks": 6},
        yaxis={"range": [len(known) - 0.5, -0.5], "visible": False},
        margin={"l": 8, "r": 12, "t": 4, "b": ROOM_BELOW},
        showlegend=False,
    )
    said = listed([f"{name} {with_spread(value)}" for name, value in known.items()])
    return Chart(figure, finding, f"{axis}: {said}.")


class PartOfHundred(NamedTuple):
    """Who keeps a part of 100, how much of it, and the colour it is drawn in."""

    who: str
    part: float
    colour: str


def parts_of_hundred(parts: Sequence[PartOfHundred], finding: str, axis: str) -> Chart:
    """Return one bar of 100 whose parts say whose they are, from the left, so that a guess lies where it was made.

    Args:
        parts: from the left; they add up to 100.
        finding: title of the chart.
        axis: what 100 is.
    """
    whole = rounded_together([each.part for each in parts])
    bars = [
        go.Bar(
            name=each.who,
            x=[each.part],
            y=[0],
            orientation="h",
            width=0.6,
            marker={"color": each.colour, "line": {"width": 1, "color": "white"}},
            text=[f"{safe(each.who)}<br><b>{short(shown)}</b>"],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": palette.on(each.colour)},
            hovertemplate=f"{safe(each.who)}: %{{x:.3g}} of 100<extra></extra>",
        )
        for each, shown in zip(parts, whole, strict=True)
    ]
    figure = styled_figure(
        bars,
        HUNDRED_HEIGHT,
        barmode="stack",
        xaxis={"title": {"text": safe(axis)}, "range": [0, 100], "tickvals": [0, 25, 50, 75, 100]},
        yaxis={"range": [-0.4, 0.4], "visible": False},
        margin={"l": 14, "r": 18, "t": ROOM_ABOVE, "b": ROOM_BELOW},
        showlegend=False,
    )
    said = listed([f"{each.who} {short(shown)}" for each, shown in zip(parts, whole, strict=True)])
    return Chart(figure, finding, f"{axis}: {said}.")


class GuessedAnswer(NamedTuple):
    """A question that was asked, the guess (None: not guessed), the answer, and the scale of the slider."""

    question: str
    guess: float | None
    answer: float
    low: float
    high: float
    unit: str


def guesses_and_answers(rows: Sequence[GuessedAnswer]) -> Chart:
    """Return a line for each question, from the least to the most that could be guessed: a ring for the guess, a dot
    for the answer.
    """
    notes = []
    for place, row in enumerate(rows):
        guessed = "" if row.guess is None else f"you {short(row.guess)}, "
        words = f"<b>{safe(row.question)}</b>: {guessed}answer {short(row.answer)} {safe(row.unit)}"
        notes.append(label(words, x=0, xref="paper", y=place - 0.2, font={"size": 12}))
    gap: list[float | None] = [None]
    lines = go.Scatter(
        x=[x for _ in rows for x in (0.0, 1.0, *gap)],
        y=[y for place in range(len(rows)) for y in (place, place, *gap)],
        mode="lines",
        line={"color": palette.FAINT, "width": 4},
        hoverinfo="skip",
    )
    asked = [(place, row) for place, row in enumerate(rows) if row.guess is not None]
    guesses = go.Scatter(
        x=[_share(row, row.guess) for _, row in asked],
        y=[place for place, _ in asked],
        mode="markers",
        marker={"size": 14, "symbol": "circle-open", "color": palette.NEUTRAL, "line": {"width": 3}},
        hovertemplate="your guess<extra></extra>",
    )
    answers = go.Scatter(
        x=[_share(row, row.answer) for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={"size": 11, "color": palette.CUSTOMERS},
        hovertemplate="the answer<extra></extra>",
    )
    figure = styled_figure(
        [lines, guesses, answers],
        DOT_ROW * len(rows) + 12,
        annotations=notes,
        xaxis={"range": [-0.03, 1.03], "visible": False},
        yaxis={"range": [len(rows) - 0.6, -0.8], "visible": False},
        margin={"l": 8, "r": 8, "t": 2, "b": 6},
        showlegend=False,
        plot_bgcolor=PLAIN,
    )
    told = [
        f"{row.question} guess {'none' if row.guess is None else short(row.guess)}, answer {short(row.answer)}"
        for row in rows
    ]
    return Chart(figure, "Your guesses (rings) and the answers (dots)", f"{'; '.join(told)}.")


def _share(row: GuessedAnswer, value: float | None) -> float:
    """Return where a value lies on the slider of its question, from 0 to 1."""
    return min(max(((value or 0.0) - row.low) / (row.high - row.low), 0.0), 1.0)
