"""One purchase under several regimes on one map, played day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.common.number_format import listed, short
from sim.common.regime_wording import at_start, under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, safe, styled_figure, without
from sim.report.charts.maps import Played

if TYPE_CHECKING:
    from sim.results.figures.route import MapTown, Route, RouteStop

HEIGHT, FRAMES = 430, 48
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
COLOURS = (palette.RETAILER, palette.SUPPLIER, palette.PLATFORM, palette.INTERMEDIARIES, palette.CARRIERS)
"""Of the lines: by who sells to the customer where that is one party; told apart by dash and symbol as well."""
DOT, LEAST_RADIUS = 15, 0.012
APART = 0.008
"""Sideways distance of the routes of two regimes, as part of the map's width, so that equal ways do not hide."""


def purchase_routes(routes: Mapping[str, Route], towns: Sequence[MapTown]) -> Chart:
    """Return the way of the goods of the same need under several regimes, with a button that plays the days.

    Args:
        routes: by regime; those that have no stops were no purchase and are left out.
        towns: of the world.
    """
    bought = {regime: route for regime, route in routes.items() if len(route.stops) > 1}
    if not bought:
        return without("Nobody buys anything for this need")
    points = np.array([(s.east, s.north) for route in bought.values() for s in route.stops])
    low, high = _frame(points)
    width = float((high - low).max())
    moved = {
        regime: _shifted(route.stops, (number - (len(bought) - 1) / 2) * APART * width)
        for number, (regime, route) in enumerate(bought.items())
    }
    first = min(stop.day for stops in moved.values() for stop in stops)
    last = max(stop.day for stops in moved.values() for stop in stops)
    days = np.linspace(first, max(last, first + 0.01), FRAMES)
    lines = [_line(regime, stops, number) for number, (regime, stops) in enumerate(moved.items())]
    dots = [_dot(regime, stops, number, last) for number, (regime, stops) in enumerate(moved.items())]
    traces = [_town_discs(towns, width), *lines, *dots, _home(next(iter(bought.values())))]
    figure = Played(styled_figure(traces, HEIGHT, **_layout(low, high, days), showlegend=True))
    figure._played = _frames(moved, days, 1 + len(lines))
    told = [
        f"{at_start(under(regime))}: {' → '.join(safe(s.name) for s in route.stops)}, {_took(route)}."
        for regime, route in bought.items()
    ]
    return Chart(figure, _finding(bought), " ".join(told))


def _finding(bought: Mapping[str, Route]) -> str:
    passed = [f"{len(_places(route)) - 1} {under(regime)}" for regime, route in bought.items()]
    return f"Places the goods pass before they reach the same customer: {listed(passed)}"


def _places(route: Route) -> list[str]:
    return list(dict.fromkeys(stop.name for stop in route.stops))


def _took(route: Route) -> str:
    days = route.stops[-1].day - route.day
    return "in hand at once" if days == 0 else f"in hand after {short(days)} days"


def _frame(points: Any) -> tuple[Any, Any]:
    """Return the corners of a map that holds some points, with room around: the way of one purchase, not all towns."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.15 * max(float((high - low).max()), 4.0)
    return low - room, high + room


def _shifted(stops: Sequence[RouteStop], by: float) -> list[RouteStop]:
    return [stop._replace(east=stop.east + by, north=stop.north + by) for stop in stops[:-1]] + [stops[-1]]


def _town_discs(towns: Sequence[MapTown], width: float) -> dict[str, Any]:
    turn = np.linspace(0.0, 2 * np.pi, 33)
    x: list[float | None] = []
    y: list[float | None] = []
    for town in towns:
        radius = max(town.radius, LEAST_RADIUS * width)
        x += [*np.round(town.east + radius * np.cos(turn), 2).tolist(), None]
        y += [*np.round(town.north + radius * np.sin(turn), 2).tolist(), None]
    line = {"width": 1, "color": "rgba(0, 114, 178, 0.5)"}
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "fill": "toself",
        "line": line,
        "fillcolor": "rgba(0, 114, 178, 0.16)",
        "hoverinfo": "skip",
        "name": "towns",
        "showlegend": False,
    }


def _line(regime: str, stops: Sequence[RouteStop], number: int) -> dict[str, Any]:
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    return {
        "type": "scatter",
        "x": [round(stop.east, 2) for stop in stops],
        "y": [round(stop.north, 2) for stop in stops],
        "mode": "lines+markers",
        "line": {"width": 2, "color": colour, "dash": dash},
        "marker": {"size": 7, "color": colour, "symbol": f"{SYMBOLS[number % len(SYMBOLS)]}-open"},
        "text": [f"{safe(stop.name)}, day {stop.day:.3g}" for stop in stops],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
        "name": safe(regime),
    }


def _dot(regime: str, stops: Sequence[RouteStop], number: int, day: float) -> dict[str, Any]:
    east, north = _at(stops, day)
    marker = {
        "size": DOT,
        "color": COLOURS[number % len(COLOURS)],
        "symbol": SYMBOLS[number % len(SYMBOLS)],
        "line": {"width": 1.5, "color": "white"},
    }
    return {
        "type": "scatter",
        "x": [east],
        "y": [north],
        "mode": "markers",
        "marker": marker,
        "name": safe(regime),
        "hovertemplate": f"{safe(regime)}<extra></extra>",
    }


def _home(route: Route) -> dict[str, Any]:
    marker = {"size": 13, "symbol": "x", "color": palette.CUSTOMERS, "line": {"width": 1, "color": "white"}}
    return {
        "type": "scatter",
        "x": [route.home[0]],
        "y": [route.home[1]],
        "mode": "markers",
        "marker": marker,
        "name": "the customer",
        "hovertemplate": "the customer's home<extra></extra>",
    }


def _at(stops: Sequence[RouteStop], day: float) -> tuple[float, float]:
    """Return where goods are at a time: on the straight way from one stop to the next."""
    if day <= stops[0].day:
        return round(stops[0].east, 2), round(stops[0].north, 2)
    for one, other in pairwise(stops):
        if one.day <= day <= other.day and other.day > one.day:
            share = (day - one.day) / (other.day - one.day)
            return (
                round(one.east + share * (other.east - one.east), 2),
                round(one.north + share * (other.north - one.north), 2),
            )
    return round(stops[-1].east, 2), round(stops[-1].north, 2)


def _frames(moved: Mapping[str, Sequence[RouteStop]], days: Any, first: int) -> list[dict[str, Any]]:
    numbers = list(range(first, first + len(moved)))
    frames = []
    for number, day in enumerate(days.tolist()):
        spots = [_at(stops, day) for stops in moved.values()]
        data = [{"type": "scatter", "x": [east], "y": [north]} for east, north in spots]
        frames.append({"name": str(number), "data": data, "traces": numbers})
    return frames


def _layout(low: Any, high: Any, days: Any) -> dict[str, Any]:
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    play = {"mode": "immediate", "transition": {"duration": 0}, "frame": {"duration": 120, "redraw": True}}
    steps = [
        {"label": f"day {day:.0f}", "method": "animate", "args": [[str(number)], at_once]}
        for number, day in enumerate(days.tolist())
    ]
    return {
        "xaxis": {
            "range": [float(low[0]), float(high[0])],
            "zeroline": False,
            "nticks": 5,
            "title": {"text": "km east"},
        },
        "yaxis": {
            "range": [float(low[1]), float(high[1])],
            "zeroline": False,
            "nticks": 5,
            "scaleanchor": "x",
            "constrain": "domain",
            "title": {"text": "km north"},
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.2, "yanchor": "bottom", "itemclick": False, "font": {"size": 12}},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 44},
        "sliders": [
            {
                "active": len(steps) - 1,
                "x": 0.0,
                "len": 1.0,
                "y": 1.0,
                "yanchor": "bottom",
                "pad": {"t": 0, "b": 10, "l": 76},
                "ticklen": 0,
                "minorticklen": 0,
                "currentvalue": {"prefix": "", "xanchor": "left", "font": {"size": 13, "color": palette.TEXT}},
                "font": {"size": 1, "color": "rgba(0, 0, 0, 0)"},
                "steps": steps,
            }
        ],
        "updatemenus": [
            {
                "type": "buttons",
                "direction": "right",
                "showactive": False,
                "x": 0.0,
                "xanchor": "left",
                "y": 1.0,
                "yanchor": "bottom",
                "pad": {"b": 16},
                "bgcolor": "rgba(128, 128, 128, 0.15)",
                "buttons": [{"label": "Play", "method": "animate", "args": [None, play]}],
            }
        ],
    }
