"""Where one regime stops being better than another, and which parameters decide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from sim.common.number_format import listed, short
from sim.common.regime_wording import at_start, in_sentence
from sim.experiments.frontier import Frontier
from sim.experiments.root_bracketing import Crossing
from sim.experiments.sensitivity import Influence, Sensitivity
from sim.report.charts import palette
from sim.report.charts.axis_labels import Named, at, named
from sim.report.charts.chart import Chart, label, safe, styled_figure, without
from sim.report.text.parties import EVERYBODY, for_whom, party_title

COLOURS: Mapping[str, str] = {**palette.PARTIES, EVERYBODY: palette.NEUTRAL}
MARKS = ("circle", "square", "diamond", "triangle-up", "x")
HEIGHT, ROW = 380, 34


def frontier_chart(
    found: Frontier, present: tuple[float, Any] | None = None, known: dict[str, Named] | None = None
) -> Chart:
    """Return the curve at which each party changes sides, with its interval, and the present position as a dot.

    Args:
        found: what ``sim.experiments.frontier.frontier`` gives.
        present: values of ``x`` and ``y`` of the scenario as it is; ``y`` is ignored where only one is varied.
        known: what parameters are called, by path.
    """
    x, y = named(found.x, known), named(found.y or "", known)
    parties = list(dict.fromkeys(crossing.party for crossing in found.crossings))
    if not parties:
        return without("No party was asked for")
    first, second = map(in_sentence, found.regimes)
    rows = {party: [each for each in found.crossings if each.party == party] for party in parties}
    lines = [_line(each, number, found) for number, each in enumerate(rows.values())]
    told = [_told(party, each, x, y if found.y else None) for party, each in rows.items()]
    if present is not None:
        lines.append(_dot(present, found, len(parties)))
    figure = styled_figure(
        lines,
        HEIGHT if found.y else ROW * len(parties) + 110,
        xaxis={"title": {"text": x.axis}, "range": _widened(found.span), "zeroline": False},
        yaxis=_other_axis(y if found.y else None, parties if present is None else [*parties, "as it is"]),
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"l": 8, "r": 12, "t": 56, "b": 56},
        showlegend=found.y is not None,
    )
    text = f"Where {second} starts or stops being better than {first}, along {x.within}. {' '.join(told)}"
    return Chart(figure, _title(rows, found, x), text)


def _line(crossings: Sequence[Crossing], number: int, found: Frontier) -> go.Scatter:
    known = [each for each in crossings if each.side == "crossing" and each.x is not None]
    party = crossings[0].party
    colour = COLOURS.get(party, palette.NEUTRAL)
    ends = [(each.x or 0.0, each.low, each.high) for each in known]
    bars = {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": 1.5,
        "width": 4,
        "array": [0.0 if high is None else high - at for at, _, high in ends],
        "arrayminus": [0.0 if low is None else at - low for at, low, _ in ends],
    }
    return go.Scatter(
        name=party_title(party),
        x=[each.x for each in known],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        y=[each.y if found.y else number for each in known],
        error_x=bars if any(low is not None for _, low, _ in ends) else None,
        marker={"symbol": MARKS[number % len(MARKS)], "size": 9, "color": colour},
        hovertemplate=f"{party_title(party)}: %{{x:.3g}}<extra></extra>",
    )


def _dot(present: tuple[float, Any], found: Frontier, parties: int) -> go.Scatter:
    return go.Scatter(
        name="as it is",
        x=[present[0]],
        y=[present[1] if found.y else parties],
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": palette.NEUTRAL},
        hovertemplate="as it is: %{x:.3g}<extra></extra>",
    )


def _other_axis(y: Named | None, parties: Sequence[str]) -> dict[str, Any]:
    if y is not None:
        return {"title": {"text": y.axis}, "zeroline": False}
    return {
        "tickvals": list(range(len(parties))),
        "ticktext": [party_title(party) for party in parties],
        "range": [len(parties) - 0.5, -0.6],
        "showgrid": False,
        "zeroline": False,
    }


def _widened(span: tuple[float, float]) -> list[float]:
    room = 0.03 * (span[1] - span[0])
    return [span[0] - room, span[1] + room]


def _title(rows: Mapping[str, Sequence[Crossing]], found: Frontier, x: Named) -> str:
    """Return for whom the second regime is better, and where."""
    said = [f"{for_whom(party)} {_where(each, x)}" for party, each in rows.items()]
    first, second = map(in_sentence, found.regimes)
    return f"{at_start(second)} is better than {first} {listed(said)}"


def _where(crossings: Sequence[Crossing], x: Named) -> str:
    sides = {each.side for each in crossings}
    unsure = any(each.unsure for each in crossings)
    if sides == {"always"} and not all(len(each.unsure) == each.tried > 0 for each in crossings):
        return "everywhere, if not everywhere clearly" if unsure else "everywhere"
    if len(sides) == 1 and sides <= {"always", "never"}:
        return "nowhere clearly" if unsure else "nowhere"
    known = [each for each in crossings if each.x is not None]
    if not known or any(each.again for each in known):
        return "in parts, or not clearly"
    places = sorted(each.x for each in known if each.x is not None)
    ways = {each.better for each in known}
    way = known[0].better if len(ways) == 1 else "on one side of"
    first, last = short(places[0]), short(places[-1])
    return f"{way} {x.at(first if first == last else f'{first} to {last}')} of {x.within}"


def _told(party: str, crossings: Sequence[Crossing], x: Named, y: Named | None) -> str:
    parts = []
    for each in crossings:
        place = f"at {at(each.x, x)}" if each.side == "crossing" and each.x is not None else each.side
        parts.append(f"{place} where {y.within} is {at(each.y, y)}" if y is not None else place)
    return f"{at_start(for_whom(party))}: {listed(parts)}."


def tornado(found: Sensitivity, known: dict[str, Named] | None = None, shown: Named | None = None) -> Chart:
    """Return how far each parameter moves a figure, the strongest on top, with intervals.

    Morris: the mean effect of going through a parameter's whole range, to the side to which it moves the figure.
    Sobol: the share of variance a parameter explains by itself, and a mark at what it takes part in.

    Args:
        found: what ``sim.experiments.sensitivity.sensitivity`` gives.
        known: what parameters are called, by path.
        shown: what the figure is called.
    """
    shown = shown or Named(found.figure)
    rows = [each for each in found.influences if math.isfinite(each.effect)]  # a figure that never moves has no shares
    if not rows:
        return without(f"Nothing changes {shown.within}")
    what = shown.within
    if len(found.regimes) > 1:
        first, second = map(in_sentence, found.regimes)
        what = f"{shown.within}, {second} compared with {first}"
    signed = [_signed(each) for each in rows]
    unit = "effect of the whole range" if found.method == "morris" else "share of the variance"
    in_unit = f", {shown.unit}" if found.method == "morris" and shown.unit else ""
    names = [named(each.parameter, known) for each in rows]
    notes = [
        label(safe(names[place].name), x=0, xref="paper", y=place - 0.3, yanchor="bottom")
        for place, each in enumerate(rows)
    ]
    bars = go.Bar(
        x=signed,
        y=list(range(len(rows))),
        orientation="h",
        width=0.5,
        marker={"color": palette.COSTS},
        error_x={
            "type": "data",
            "array": [_finite(each.effect_interval) for each in rows],
            "color": palette.NEUTRAL,
            "thickness": 1.5,
            "width": 3,
        },
        hovertemplate="%{x:.3g}<extra></extra>",
    )
    traces: list[Any] = [bars]
    if found.method == "sobol":
        traces.append(_together(rows))
    figure = styled_figure(
        traces,
        46 * len(rows) + 76,
        annotations=notes,
        margin={"l": 8, "r": 12, "t": 8, "b": 56},
        showlegend=False,
        xaxis={"title": {"text": f"{unit} on<br>{safe(what)}{safe(in_unit)}"}, "zeroline": True, "nticks": 6},
        yaxis={"range": [len(rows) - 0.5, -0.8], "visible": False},
    )
    plus = found.method == "morris"
    told = [f"{each.within} {short(value, plus=plus)}" for each, value in zip(names, signed, strict=True)]
    return Chart(figure, _strongest(rows, names, what), f"{unit} on {what}{in_unit}: {listed(told)}.")


def _strongest(rows: Sequence[Influence], names: Sequence[Named], what: str) -> str:
    """Return what decides most, and what may decide as much, as far as any of it is more than chance."""
    if not any(each.effect for each in rows):
        return f"None of these parameters changes {what}"
    if not rows[0].is_felt:
        return f"None of these parameters clearly changes {what}"
    rivals = [name.within for each, name in zip(rows[1:], names[1:], strict=True) if each.may_exceed(rows[0])]
    said = f"{names[0].name} matters most for {what}"
    return f"{said}; {listed(rivals, 'or')} may matter as much" if rivals else said


def _signed(each: Influence) -> float:
    return -each.effect if each.direction is not None and each.direction < 0 else each.effect


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _together(rows: Sequence[Influence]) -> go.Scatter:
    return go.Scatter(
        x=[each.together for each in rows],
        y=list(range(len(rows))),
        mode="markers",
        error_x={
            "type": "data",
            "array": [_finite(each.together_interval or 0.0) for each in rows],
            "color": palette.NEUTRAL,
            "thickness": 1,
        },
        marker={"symbol": "line-ns-open", "size": 14, "color": palette.NEUTRAL},
        hovertemplate="with others: %{x:.3g}<extra></extra>",
    )
