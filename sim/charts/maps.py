"""The map: towns by people, shops by slots, what flowed between them day by day, and shelves found empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from sim.charts import palette
from sim.charts.chart import Chart, figure_of, label, safe, short
from sim.charts.flowing import bands, shelf_marks
from sim.charts.layout import Layout, layout
from sim.words import listed, number_of

if TYPE_CHECKING:
    from sim.figures.maps import MarketMap

HEIGHT = 620
MOST_NAMED = 15
"""Towns that are named on the map; with more, names are shown when pointed at."""
WAYS = {
    "freight": ("freight between firms", "rgba(119, 119, 119, 0.5)"),
    "parcels": ("parcels", "rgba(86, 180, 233, 0.6)"),
    "couriers": ("couriers", "rgba(86, 180, 233, 0.9)"),
    "carried": ("carried home", "rgba(0, 114, 178, 0.55)"),
}
DEPOTS = {
    "supplier_depot": ("suppliers' depots", palette.SUPPLIER, "triangle-up"),
    "intermediary_depot": ("intermediaries' depots", palette.INTERMEDIARIES, "diamond"),
}
MEAN = "mean"
"""Name of the frame that shows a mean day."""


@dataclass(frozen=True)
class Followed:
    """A purchase on the map: the names of the places its goods passed, and the number of the customer."""

    places: tuple[str, ...]
    customer: int


def market_map(tables: MarketMap, followed: Followed | None = None) -> Chart:
    """Return the map of a run: a mean day first, then a frame for every period, to be played.

    Points carry ``customdata``: ``["customer", number]``, ``["place", number]`` or ``["town", number]``.

    Args:
        tables: as ``sim.figures.maps.market_map`` gives them.
        followed: a purchase to be drawn over it, where one was chosen.
    """
    at = layout(tables)
    moving = [_moving(tables, at, period) for period in (None, *range(tables.periods))]
    still = [_towns(tables, at), _people(tables, at), *_depots(tables, at)]
    over = _followed(tables, at, followed) if followed else []
    traces = [still[0], *moving[0], *still[1:], *over]
    numbers = list(range(1, 1 + len(moving[0])))
    names = [MEAN, *(str(period) for period in range(tables.periods))]
    figure = figure_of(traces, HEIGHT, **_frame(tables, at), annotations=_names(tables, at))
    figure.frames = [
        {"name": name, "data": [_changing(trace) for trace in shown], "traces": numbers}
        for name, shown in zip(names, moving, strict=True)
    ]
    finding, more = _finding(tables)
    return Chart(figure, finding, f"{more} {_alternative(tables)}")


def _moving(tables: MarketMap, at: Layout, period: int | None) -> list[dict[str, Any]]:
    """Return what changes from day to day: flows by their way, glow and shops."""
    flows = bands(tables, at, period)
    lines = [
        {
            "type": "scatter",
            "x": flows[way][0],
            "y": flows[way][1],
            "mode": "lines",
            "fill": "toself",
            "fillcolor": colour,
            "line": {"width": 0.5, "color": colour},
            "hoverinfo": "skip",
            "name": words,
            "showlegend": bool((tables.flows["way"] == way).any()),
        }
        for way, (words, colour) in WAYS.items()
    ]
    return [*lines, *shelf_marks(tables, at, period)]


def _changing(trace: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a trace that a frame changes."""
    return {key: trace[key] for key in ("type", "x", "y", "marker", "text") if key in trace}


def _towns(tables: MarketMap, at: Layout) -> dict[str, Any]:
    """Return the towns as discs, their outlines as one line each."""
    turn = np.linspace(0.0, 2 * np.pi, 49)
    x = at.towns[:, :1] + at.radius[:, None] * np.cos(turn)
    y = at.towns[:, 1:] + at.radius[:, None] * np.sin(turn)
    gap = np.full((len(x), 1), np.nan)
    return {
        "type": "scatter",
        "x": _numbers(np.hstack([x, gap])),
        "y": _numbers(np.hstack([y, gap])),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": "rgba(0, 114, 178, 0.10)",
        "line": {"width": 1, "color": "rgba(0, 114, 178, 0.35)"},
        "hoverinfo": "skip",
        "name": "towns",
        "showlegend": False,
    }


def _people(tables: MarketMap, at: Layout) -> dict[str, Any]:
    """Return some customers of each town, to be pointed at."""
    return {
        "type": "scatter",
        "x": _numbers(at.customers[:, 0]),
        "y": _numbers(at.customers[:, 1]),
        "mode": "markers",
        "marker": {"size": 9 if len(at.customers) < 20 else 5, "color": palette.CUSTOMERS, "opacity": 0.75},
        "customdata": [["customer", int(number)] for number in tables.customers["customer"]],
        "text": [f"customer {number}" for number in tables.customers["customer"]],
        "hovertemplate": "%{text}<extra></extra>",
        "name": "some customers",
    }


def _depots(tables: MarketMap, at: Layout) -> list[dict[str, Any]]:
    """Return the depots that are used, a trace for each kind of firm."""
    traces = []
    for kind, (words, colour, symbol) in DEPOTS.items():
        rows = np.flatnonzero((tables.places["kind"] == kind) & tables.places["open"])
        if len(rows):
            names = tables.places["name"].to_numpy()[rows]
            traces.append(
                {
                    "type": "scatter",
                    "x": _numbers(at.places[rows, 0]),
                    "y": _numbers(at.places[rows, 1]),
                    "mode": "markers",
                    "marker": {"size": 15, "color": colour, "symbol": symbol, "line": {"width": 1, "color": "white"}},
                    "customdata": [["place", int(row)] for row in rows],
                    "text": [safe(name) for name in names],
                    "hovertemplate": "%{text}<extra></extra>",
                    "name": words,
                }
            )
    return traces


def _followed(tables: MarketMap, at: Layout, followed: Followed) -> list[dict[str, Any]]:
    """Return the way of one purchase from the first place to the customer, over everything else."""
    number = {name: row for row, name in enumerate(tables.places["name"])}
    points = [at.places[number[name]] for name in followed.places if name in number]
    homes = np.flatnonzero(tables.customers["customer"] == followed.customer)
    points += [at.customers[row] for row in homes]
    if not points:
        return []
    line = np.array(points)
    return [
        {
            "type": "scatter",
            "x": _numbers(line[:, 0]),
            "y": _numbers(line[:, 1]),
            "mode": "lines+markers",
            "line": {"width": 3, "color": palette.NEUTRAL},
            "marker": {"size": 16, "symbol": "circle-open", "color": palette.NEUTRAL, "line": {"width": 3}},
            "hoverinfo": "skip",
            "name": "the purchase followed",
        }
    ]


def _names(tables: MarketMap, at: Layout) -> list[dict[str, Any]]:
    if len(at.towns) > MOST_NAMED:
        return []
    tops = at.towns[:, 1] + at.radius
    return [
        label(safe(name[:24]), x=x, y=top, xanchor="center", font={"size": 11})
        for name, x, top in zip(tables.towns["name"], at.towns[:, 0], tops, strict=True)
    ]


def _frame(tables: MarketMap, at: Layout) -> dict[str, Any]:
    """Return axes in km with the same scale, a slider of days, and a button to play them."""
    reach = np.concatenate([at.towns - at.radius[:, None], at.towns + at.radius[:, None], at.places])
    low, high = reach.min(axis=0), reach.max(axis=0)
    room = 0.06 * at.width
    axis = {"zeroline": False, "ticksuffix": "", "nticks": 6}
    return {
        "xaxis": {**axis, "range": [low[0] - room, high[0] + room], "title": {"text": "km east"}},
        "yaxis": {
            **axis,
            "range": [low[1] - room, high[1] + 1.3 * room],
            "scaleanchor": "x",
            "constrain": "domain",
            "title": {"text": "km north"},
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "itemclick": False, "font": {"size": 12}},
        "hoverlabel": {"align": "left"},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 120},
        "sliders": [_slider(tables)],
        "updatemenus": [_buttons()],
    }


def _slider(tables: MarketMap) -> dict[str, Any]:
    steps = [(MEAN, "a mean day"), *((str(period), _days(tables, period)) for period in range(tables.periods))]
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    return {
        "active": 0,
        "x": 0.0,
        "len": 1.0,
        "y": 0.0,
        "yanchor": "top",
        "pad": {"t": 88, "b": 0, "l": 130},
        "currentvalue": {"visible": True, "prefix": "", "xanchor": "left", "font": {"size": 14}},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"size": 1, "color": "rgba(0, 0, 0, 0)"},
        "steps": [{"label": said, "method": "animate", "args": [[name], at_once]} for name, said in steps],
    }


def _days(tables: MarketMap, period: int) -> str:
    first = period * tables.period
    last = min(first + tables.period, tables.days) - 1
    return f"day {first}" if first == last else f"days {first} to {last}"


def _buttons() -> dict[str, Any]:
    play = {"mode": "immediate", "fromcurrent": True, "transition": {"duration": 0}}
    play["frame"] = {"duration": 250, "redraw": False}
    stop = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    return {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "x": 0.0,
        "xanchor": "left",
        "y": 0.0,
        "yanchor": "top",
        "pad": {"t": 62, "l": 0},
        "bgcolor": "rgba(128, 128, 128, 0.15)",
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [None, play]},
            {"label": "❚❚", "method": "animate", "args": [[None], stop]},
        ],
    }


def _finding(tables: MarketMap) -> tuple[str, str]:
    """Return the finding, and the same with the day on which it was worst."""
    shelves = tables.shelves
    stores = int(((tables.places["slots"] > 0) & tables.places["open"]).sum())
    if not stores:
        return _without_shelves(tables)
    if not shelves["empty"].sum():
        told = f"Under {tables.regime}, nobody meets an empty shelf"
        return told, f"{told}."
    share = shelves["empty"].sum() / shelves["wanted"].sum()
    by_period = shelves.groupby("period")["empty"].sum()
    worst = int(by_period.idxmax())
    told = f"Under {tables.regime}, {short(100 * share)} of 100 who wanted something from a shelf first found it empty"
    day = f"The worst: {_days(tables, worst)}, with {number_of(int(by_period.max()), 'customer')} before an empty shelf."
    return told, f"{told}. {day}"


def _without_shelves(tables: MarketMap) -> tuple[str, str]:
    depots = tables.places[tables.places["open"]]
    told = f"Under {tables.regime}, everything comes from {number_of(len(depots), 'depot')}; there are no shelves"
    return told, f"{told}."


def _alternative(tables: MarketMap) -> str:
    """Return the rest of the map in words."""
    places = tables.places[tables.places["open"]]
    kinds = {"supplier_depot": "suppliers' depot", "intermediary_depot": "intermediaries' depot", "store": "store"}
    counts = [number_of(int((places["kind"] == kind).sum()), word) for kind, word in kinds.items()]
    units = tables.flows.groupby("way", observed=False)["units"].sum()
    moved = [f"{WAYS[way][0]} {short(float(count))}" for way, count in units.items() if count]
    largest: Sequence[str] = tables.towns.nlargest(3, "customers")["name"].tolist()
    return (
        f"A map of {number_of(len(tables.towns), 'town')}, the largest {listed(list(largest))}, with {listed(counts)}. "
        f"Units in {number_of(tables.days, 'day')}: {listed(moved) if moved else 'none'}."
    )


def _numbers(values: Any) -> list[float | None]:
    """Return coordinates for the browser, rounded to 10 metres, gaps as None."""
    return [None if value != value else round(value, 2) for value in np.asarray(values, dtype=float).ravel().tolist()]
