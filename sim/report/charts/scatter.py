"""What was found point by point: differences of a sweep, markets in which a regime fails, values tried for the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from sim.common.estimates import Estimate
from sim.common.number_format import Interval, is_clear, listed, number_of, short, with_spread
from sim.common.regime_wording import at_start, in_sentence, under
from sim.experiments.discovering import Discovery
from sim.experiments.optimising import Optimum
from sim.report.charts import palette
from sim.report.charts.chart import Chart, error_bars, safe, styled_figure, without
from sim.report.text.parties import EVERYBODY, for_whom

HEIGHT = 400
MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star")
BOX = "rgba(213, 94, 0, 0.12)"


def differences(
    points: Sequence[Mapping[str, Any]], changes: Mapping[str, Sequence[Interval]], first: str, figure: str, unit: str
) -> Chart:
    """Return the differences of a figure to the first regime, a mark for each point and regime, with 95 % intervals.

    Points lie along the parameter with which the differences go most (rank correlation).

    Args:
        points: values by path of the parameter.
        changes: by regime, the difference at each point.
        first: the regime they are differences to.
        figure: dotted name of the figure.
        unit: its unit.
    """
    known = {
        name: [(place, one) for place, one in enumerate(row) if one.mean is not None] for name, row in changes.items()
    }
    known = {name: row for name, row in known.items() if row}
    if not known:
        return without(f"No difference in {figure} is known")
    path = _most_telling(points, known)
    traces = [
        go.Scatter(
            x=[points[place].get(path) if path else place for place, _ in row],
            y=[one.mean for _, one in row],
            error_y=error_bars([one for _, one in row]),
            mode="markers",
            name=safe(name),
            marker={"symbol": MARKS[number % len(MARKS)], "size": 9, "color": palette.NEUTRAL},
            hovertemplate=f"{safe(name)}: %{{y:.4g}} at %{{x}}<extra></extra>",
        )
        for number, (name, row) in enumerate(known.items())
    ]
    drawn = styled_figure(
        traces,
        HEIGHT,
        xaxis={"title": {"text": safe(path or "point")}, "zeroline": False},
        yaxis={
            "title": {"text": safe(f"{figure}, difference from {in_sentence(first)}, {unit}")},
            "zeroline": True,
            "nticks": 6,
        },
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        showlegend=len(known) > 1,
        margin={"l": 8, "r": 12, "t": 36, "b": 44},
    )
    told = [_counted(name, [one for _, one in row]) for name, row in known.items()]
    found = f"Compared with {in_sentence(first)}, {figure.replace('_', ' ')} is {listed(told)}"
    return Chart(drawn, found, f"{found}. Drawn along {path or 'the points'}.")


def _counted(regime: str, row: Sequence[Interval]) -> str:
    """Return at how many points a difference is surely above zero, or below."""
    above = sum(is_clear(one) and (one.mean or 0.0) > 0 for one in row)
    below = sum(is_clear(one) and (one.mean or 0.0) < 0 for one in row)
    return f"higher at {above} and lower at {below} of {number_of(len(row), 'point')} {under(regime)}"


def _most_telling(points: Sequence[Mapping[str, Any]], known: Mapping[str, Sequence[tuple[int, Interval]]]) -> str:
    """Return the numeric parameter that goes most with the differences; empty where there is none."""
    paths = list(dict.fromkeys(path for point in points for path in point))
    strength = {path: sum(_correlation(path, points, row) for row in known.values()) for path in paths}
    return max(strength, key=lambda path: strength[path]) if strength else ""


def _correlation(path: str, points: Sequence[Mapping[str, Any]], row: Sequence[tuple[int, Interval]]) -> float:
    pairs = [(points[place].get(path), one.mean) for place, one in row]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value, _ in pairs):
        return 0.0
    ranks = [np.unique([pair[side] for pair in pairs], return_inverse=True)[1] for side in (0, 1)]
    if any(each.min() == each.max() for each in ranks):
        return 0.0
    return abs(float(np.corrcoef(ranks[0], ranks[1])[0, 1]))


def markets(found: Discovery) -> Chart:
    """Return the markets tried, those in which the second regime is worse filled, in the two parameters that tell most.

    The first region's limits are drawn as a pale box.

    Args:
        found: what ``sim.experiments.discovering.discover`` gives.
    """
    if not found.points:
        return without("None of the markets could be run")
    first, second = map(in_sentence, found.regimes)
    limits = [(bound.parameter, bound) for bound in found.regions[0].bounds] if found.regions else []
    paths = list(dict.fromkeys([*(path for path, _ in limits), *found.points[0]]))[:2]
    values = list(zip(found.points, found.changes, strict=True))

    def marks(name: str, symbol: str, colour: str, chosen: Sequence[tuple[Mapping[str, Any], float]]) -> go.Scatter:
        return go.Scatter(
            name=name,
            x=[point[paths[0]] for point, _ in chosen],
            y=[point[paths[1]] if len(paths) > 1 else change for point, change in chosen],
            mode="markers",
            marker={"symbol": symbol, "size": 9, "color": colour},
            customdata=[change for _, change in chosen],
            hovertemplate=f"{name}: %{{customdata:.3g}}<extra></extra>",
        )

    drawn = styled_figure(
        [
            marks("worse", "circle", palette.RETAILER, [each for each in values if each[1] < 0]),
            marks("no worse", "circle-open", palette.NEUTRAL, [each for each in values if each[1] >= 0]),
        ],
        HEIGHT,
        shapes=[_box(found, paths)] if limits else [],
        xaxis={"title": {"text": safe(paths[0])}, "zeroline": False},
        yaxis={
            "title": {
                "text": safe(
                    paths[1]
                    if len(paths) > 1
                    else "change in total"
                    if found.party == EVERYBODY
                    else f"change for {found.party}"
                )
            },
            "zeroline": False,
        },
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        showlegend=True,
        margin={"l": 8, "r": 12, "t": 36, "b": 44},
    )
    said = (
        f"{at_start(second)} is worse than {first} {for_whom(found.party)} in {found.failing} of "
        f"{number_of(found.markets, 'market')}"
    )
    if found.regions and (found.regions[0].fresh is None or found.regions[0].fresh.holds):
        where = listed([f"{bound.parameter} is {bound.side} {short(bound.value)}" for _, bound in limits])
        said += f", most of all where {where}"
    return Chart(drawn, said, f"{said}. Each market is a mark, filled where {second} is worse.")


def _box(found: Discovery, paths: Sequence[str]) -> dict[str, Any]:
    """Return the first region as a rectangle; without a limit it goes to the edge."""
    ends: dict[str, Any] = {"x0": 0, "x1": 1, "xref": "paper", "y0": 0, "y1": 1, "yref": "paper"}
    for letter, path in zip("xy", paths, strict=False):
        tried = [point[path] for point in found.points]
        bounds = {bound.side: bound.value for bound in found.regions[0].bounds if bound.parameter == path}
        if bounds:
            ends |= {f"{letter}0": bounds.get("above", min(tried)), f"{letter}1": bounds.get("below", max(tried))}
            ends[f"{letter}ref"] = letter
    return {"type": "rect", "layer": "below", "fillcolor": BOX, "line": {"width": 0}, **ends}


def optimum_chart(found: Optimum, unit: str) -> Chart:
    """Return the figure at all values tried, with 95 % intervals, and a star at the best.

    Two parameters span a plane in which the size of a mark grows with the figure.

    Args:
        found: what ``sim.experiments.optimising.optimise`` gives.
        unit: of the figure.
    """
    known = [(point, one) for point, one in found.points if one.mean is not None]
    if not known:
        return without(f"{found.figure} is undefined everywhere")
    paths = list(found.values)
    one_only = len(paths) == 1
    traces = [_tried(known, paths, found), _star(found, paths)]
    drawn = styled_figure(
        traces,
        HEIGHT,
        xaxis={"title": {"text": safe(paths[0])}, "zeroline": False},
        yaxis={"title": {"text": f"{safe(found.figure)}, {safe(unit)}" if one_only else safe(paths[1])}},
        showlegend=False,
        margin={"l": 8, "r": 12, "t": 8, "b": 44},
    )
    at = listed([f"{path} {value if isinstance(value, int) else short(value)}" for path, value in found.values.items()])
    said = f"{found.figure.replace('_', ' ')} is {found.goal} at {at}: {with_spread(found.best)}"
    return Chart(drawn, said, f"{said}, {under(found.regime)}, of {number_of(found.tried, 'point')} tried.")


def _tried(known: Sequence[tuple[Mapping[str, Any], Estimate]], paths: Sequence[str], found: Optimum) -> go.Scatter:
    means = np.array([one.mean for _, one in known], dtype=np.float64)
    marker: dict[str, Any] = {"size": 8, "color": palette.NEUTRAL}
    if len(paths) == 1:
        up: list[Any] = means.tolist()
    else:
        up = [point[paths[1]] for point, _ in known]
        spread = float(means.max() - means.min())
        marker["size"] = (5 + 15 * (means - means.min()) / (spread or 1.0)).tolist()
    return go.Scatter(
        x=[point[paths[0]] for point, _ in known],
        y=up,
        error_y=error_bars([one for _, one in known]) if len(paths) == 1 else None,
        customdata=means.tolist(),
        mode="markers",
        marker=marker,
        hovertemplate=f"{safe(found.figure)}: %{{customdata:.4g}}<extra></extra>",
    )


def _star(found: Optimum, paths: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=[found.values[paths[0]]],
        y=[found.best.mean if len(paths) == 1 else found.values[paths[1]]],
        mode="markers",
        marker={"symbol": "star", "size": 15, "color": palette.CUSTOMERS},
        hovertemplate="the best, tested on fresh seeds<extra></extra>",
    )
