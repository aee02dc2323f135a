"""Charts of a debrief: the class's path beside theory, bots and the planner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from sim.common.number_format import short
from sim.report.charts import palette
from sim.report.charts.chart import Chart, apart, label, room_for_line_names, safe, styled_figure
from sim.teaching.play.debrief import Debrief

HEIGHT = 380
CLASS, BOTS, THEORY, PLANNER = "class", "bots", "theory", "planner"
DASHES = {CLASS: "solid", BOTS: "solid", THEORY: "dot", PLANNER: "dash"}
EVENTS = {"direct": "direct opens", "o2o": "shops go online", "parcels": "parcels cost twice"}


def price_path(found: Debrief, currency: str) -> Chart:
    """Return the mean price in shops by round: of every island, of bots alone, and where theory has it rest."""
    islands = [[each.posted["shop"] / 100.0 for each in rounds] for rounds in found.islands.values()]
    lines = {
        CLASS: _means(islands),
        BOTS: [each.posted["shop"] / 100.0 for each in found.bots],
        THEORY: [each["shop"] / 100.0 for each in found.theory],
    }
    last, rest = lines[CLASS][-1], lines[THEORY][-1]
    gap = last - rest
    where = "at" if abs(gap) < 0.005 * rest else f"{short(abs(gap))} {'above' if gap > 0 else 'below'}"
    finding = f"In the last round shops of the class ask {short(last)}, {where} theory's resting point"
    return _paths(found, lines, islands, palette.RETAILER, (f"{safe(currency)}, price in shops", finding))


def surplus_path(found: Debrief, currency: str) -> Chart:
    """Return customers' surplus a need by round: of every island, of bots alone, and of the planner."""
    islands = [[each.surplus / each.needs / 100.0 for each in rounds] for rounds in found.islands.values()]
    needs = [each.needs for each in found.bots]
    lines = {
        CLASS: _means(islands),
        BOTS: [each.surplus / each.needs / 100.0 for each in found.bots],
        PLANNER: [each.surplus / count / 100.0 for each, count in zip(found.planner, needs, strict=True)],
    }
    first, last = lines[CLASS][0], lines[CLASS][-1]
    finding = f"Customers of the class gain {short(first)} per need in the first round and {short(last)} in the last"
    title = f"{safe(currency)} per need, customers' surplus"
    return _paths(found, lines, islands, palette.CUSTOMERS, (title, finding))


def _means(islands: Sequence[Sequence[float]]) -> list[float]:
    return [sum(each) / len(each) for each in zip(*islands, strict=True)]


def _paths(
    found: Debrief, lines: dict[str, list[float]], islands: list[list[float]], colour: str, words: tuple[str, str]
) -> Chart:
    """Return lines by round, the class in ``colour``, its islands faint; ``words``: title of the axis, and finding."""
    title, finding = words
    rounds = list(range(1, len(found.open) + 1))
    drawn: list[Any] = [
        go.Scatter(x=rounds, y=island, mode="lines", opacity=0.35, hoverinfo="skip", line={"color": colour, "width": 1})
        for island in (islands if len(islands) > 1 else [])
    ]
    drawn += [
        go.Scatter(
            x=rounds,
            y=values,
            name=name,
            mode="lines+markers",
            line={
                "color": colour if name == CLASS else palette.NEUTRAL,
                "width": 3 if name == CLASS else 2,
                "dash": DASHES[name],
            },
            hovertemplate="round %{x}: %{y:.2f}<extra></extra>",
        )
        for name, values in lines.items()
    ]
    everything = [value for values in (*lines.values(), *islands) for value in values]
    top, bottom = max(everything), min(0.0, *everything)
    places = apart([values[-1] for values in lines.values()], 0.07 * (top - bottom or 1.0))
    notes = [
        label(
            f"{name} <b>{short(values[-1])}</b>", x=1, xref="paper", y=place, yanchor="middle", xshift=8, align="left"
        )
        for (name, values), place in zip(lines.items(), places, strict=True)
    ]
    notes += [
        label(words, x=number, y=1, yref="paper", yanchor="bottom", xanchor="left")
        for number, words in _events(found).items()
    ]
    figure = styled_figure(
        drawn,
        HEIGHT,
        annotations=notes,
        showlegend=False,
        shapes=[_line(number - 0.5) for number in _events(found)],
        xaxis={"title": {"text": "round"}, "dtick": 1, "range": [0.5, len(rounds) + 0.5]},
        yaxis={"title": {"text": title}, "range": [1.15 * bottom, 1.15 * top or 1.0]},
        margin={
            "l": 8,
            "r": room_for_line_names(f"{name} {short(v[-1])}" for name, v in lines.items()),
            "t": 28,
            "b": 44,
        },
    )
    told = "; ".join(f"{name}: {', '.join(short(value) for value in values)}" for name, values in lines.items())
    return Chart(figure, finding, f"By round, {title}. {told}.")


def _events(found: Debrief) -> dict[int, str]:
    """Return what became possible, by the round in which it first held."""
    events: dict[int, str] = {}
    before: tuple[str, ...] = ()
    for number, now in enumerate(found.open, 1):
        new = [EVENTS.get(each, each) for each in now if each not in before]
        if new and number > 1:
            events[number] = ", ".join(new)
        before = now
    return events


def _line(at: float) -> dict[str, Any]:
    line = {"color": palette.FAINT, "width": 2}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}
