"""The map: towns by people, shops by slots, what flowed between them day by day, and shelves found empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.common.number_format import listed, number_of, percent, short
from sim.common.regime_wording import at_start, under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, Drawn, label, safe, styled_figure
from sim.report.charts.layout import Layout, layout
from sim.report.charts.map_flows import Bands, ShelfSeries

if TYPE_CHECKING:
    from sim.results.figures.maps import MarketMap

HEIGHT, HEIGHT_OF_ONE = 540, 400
MOST_NAMED = 15
"""Towns that are named on the map; with more, names are shown when pointed at."""
WAYS = {
    "freight": ("freight", "rgba(140, 140, 140, 0.6)"),
    "parcels": ("parcels", "rgba(86, 180, 233, 0.6)"),
    "couriers": ("couriers", "rgba(86, 180, 233, 0.9)"),
    "carried": ("carried home", "rgba(0, 114, 178, 0.55)"),
}
DEPOTS = {
    "supplier_depot": ("suppliers", palette.SUPPLIER, "triangle-up"),
    "intermediary_depot": ("intermediaries", palette.INTERMEDIARIES, "diamond"),
}
NARROW, LETTER, LINE, MARK = 290.0, 6.2, 15.0, 14.0
"""Pixels: width of the map on a phone, of a letter, of a line of text, and of a mark."""
MEAN = "mean"
"""Name of the frame that shows a mean day."""


@dataclass(frozen=True)
class FollowedPurchase:
    """A purchase on the map: the names of the places its goods passed, and the number of the customer."""

    places: tuple[str, ...]
    customer: int


class Played(Drawn):
    """A figure whose frames are as they are: there are hundreds, and checking each would take seconds."""

    _played: Sequence[dict[str, Any]] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the figure with its frames."""
        return {**super().to_dict(), "frames": list(self._played)}


def map_chart(tables: MarketMap, period: int | None = None, town: int | None = None) -> Chart:
    """Return the map of a run: a mean day or a chosen period first, and a frame for every period, to be played.

    Points carry ``customdata``: ``["customer", number]`` or ``["place", number]``.

    Args:
        tables: as ``sim.results.figures.maps.market_map`` gives them.
        period: what is shown before anybody plays it; a mean day where there is no such period.
        town: the town that fills the map; None: all of it is shown.
    """
    period = period if period is not None and 0 <= period < tables.periods else None
    at = layout(tables)
    flows, shelves = Bands(tables, at), ShelfSeries(tables, at)
    moving = [*_lines(flows), *shelves.traces()]
    frames = _frames(tables, flows, shelves)
    for trace, part in zip(moving, frames[0 if period is None else 1 + period]["data"], strict=True):
        trace.update(
            {name: {**trace["marker"], **value} if name == "marker" else value for name, value in part.items()}
        )
    traces = [_towns(at), _people(tables, at), *moving, *_depots(tables, at)]
    frame = _frame(tables, at, period)
    names = _names(tables, at)
    if town is not None and 0 <= town < len(at.towns):
        frame = _zoomed(frame, at, town)
        names = [each for each in names if each["text"] == safe(str(tables.towns["name"].iloc[town])[:24])]
    figure = Played(styled_figure(traces, HEIGHT, **frame, annotations=names))
    figure._played = frames
    finding, more = _finding(tables)
    return Chart(figure, finding, f"{more} {_alternative(tables)}")


def _lines(flows: Bands) -> list[dict[str, Any]]:
    """Return the flows of a mean period by their way."""
    return [
        {
            "type": "scatter",
            "x": flows.mean[way][0],
            "y": flows.mean[way][1],
            "mode": "lines",
            "fill": "toself",
            "fillcolor": WAYS[way][1],
            "line": {"width": 0.5, "color": WAYS[way][1]},
            "hoverinfo": "skip",
            "name": WAYS[way][0],
        }
        for way in flows.ways
    ]


def _frames(tables: MarketMap, flows: Bands, shelves: ShelfSeries) -> list[dict[str, Any]]:
    """Return what changes in a mean period and in each: where flows run, and what shops look like."""
    traces = list(range(2, 2 + len(flows.ways) + 2))  # towns and people lie below what moves
    frames = []
    for period in (None, *range(tables.periods)):
        now = flows.mean if period is None else flows.of_period[period]
        glow, fill = shelves.marks(period)
        said = shelves.said(period, mean_period(tables) if period is None else _days(tables, period))
        data: list[dict[str, Any]] = [{"type": "scatter", "x": now[way][0], "y": now[way][1]} for way in flows.ways]
        data += [{"type": "scatter", "marker": glow}, {"type": "scatter", "marker": fill, "text": said}]
        frames.append({"name": MEAN if period is None else str(period), "data": data, "traces": traces})
    return frames


def _towns(at: Layout) -> dict[str, Any]:
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
        "fillcolor": "rgba(60, 150, 210, 0.18)",
        "line": {"width": 1.5, "color": "rgba(60, 150, 210, 0.7)"},
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
        "marker": {
            "size": 9 if len(at.customers) < 20 else 5,
            "color": palette.CUSTOMERS,
            "line": {"width": 0.5, "color": "rgba(255, 255, 255, 0.7)"},
        },
        "customdata": [["customer", int(number)] for number in tables.customers["customer"]],
        "text": [
            f"customer {number}, {safe(tables.towns['name'].iloc[town])}"
            for number, town in zip(tables.customers["customer"], tables.customers["town"], strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "name": "customers",
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


def purchase_map(tables: MarketMap, followed: FollowedPurchase, words: str) -> Chart:
    """Return the map with the way of one purchase on it, from the first place its goods passed to the customer.

    Args:
        tables: as ``sim.results.figures.maps.market_map`` gives them.
        followed: the purchase.
        words: what was bought by whom, for the title.
    """
    at = layout(tables)
    number = {name: row for row, name in enumerate(tables.places["name"])}
    known = [name for name in followed.places if name in number]
    homes = np.flatnonzero(tables.customers["customer"] == followed.customer)
    points = np.concatenate([at.places[[number[name] for name in known]].reshape(-1, 2), at.customers[homes]])
    stops = [*known, *(f"customer {followed.customer}" for _ in homes)]
    way = {
        "type": "scatter",
        "x": _numbers(points[:, 0]),
        "y": _numbers(points[:, 1]),
        "mode": "lines+markers+text",
        "line": {"width": 3, "color": palette.NEUTRAL},
        "marker": {"size": 18, "symbol": "circle-open", "color": palette.NEUTRAL, "line": {"width": 2.5}},
        "text": [str(place) for place in range(1, len(stops) + 1)],
        "textposition": "top center",
        "customdata": [safe(stop) for stop in stops],
        "hovertemplate": "%{text}. %{customdata}<extra></extra>",
    }
    shops = ShelfSeries(tables, at).traces()[1]
    plain = {**shops, "marker": {**shops["marker"], "color": palette.RETAILER}, "hoverinfo": "skip"}
    still = [_towns(at), *_depots(tables, at), {**plain, "hovertemplate": None}]
    frame = {name: part for name, part in _frame(tables, at).items() if name in ("xaxis", "yaxis")}
    figure = styled_figure([*still, way], HEIGHT_OF_ONE, **frame, showlegend=False)
    told = " → ".join(stops) if stops else "nothing moved"
    return Chart(figure, words, f"{words}. The way of the goods: {told}.")


def _names(tables: MarketMap, at: Layout) -> list[dict[str, Any]]:
    """Return the names of towns, the largest first, where they cover no shop, depot or other name, on a phone too."""
    if len(at.towns) > MOST_NAMED:
        return []
    per_pixel = 1.12 * at.width / NARROW
    marks = [_box(x, y, MARK * per_pixel, MARK * per_pixel) for x, y in at.places[_open(tables)]]
    placed: list[Box] = []
    found = []
    for town in np.argsort(-tables.towns["customers"].to_numpy()):
        name = str(tables.towns["name"].iloc[town])[:24]
        wide, high = LETTER * len(name) * per_pixel, LINE * per_pixel
        spots = _around(at.towns[town], float(at.radius[town]), wide, high)
        clear = [spot for spot in spots if not any(_meet(spot[0], other) for other in (*placed, *marks))]
        if not clear:
            continue  # the town is named where a customer is pointed at
        box, place = clear[0]
        placed.append(box)
        found.append(label(safe(name), **place, font={"size": 11}))
    return found


Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in km."""


def _box(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(centre: Any, radius: float, wide: float, high: float) -> list[tuple[Box, dict[str, Any]]]:
    """Return where a name may stand around a town, and how plotly is told."""
    x, y = float(centre[0]), float(centre[1])
    return [
        (_box(x, y + radius + high / 2, wide, high), {"x": x, "y": y + radius, "xanchor": "center"}),
        (_box(x, y - radius - high / 2, wide, high), {"x": x, "y": y - radius, "xanchor": "center", "yanchor": "top"}),
        (_box(x + radius + wide / 2, y, wide, high), {"x": x + radius, "y": y, "yanchor": "middle"}),
        (
            _box(x - radius - wide / 2, y, wide, high),
            {"x": x - radius, "y": y, "xanchor": "right", "yanchor": "middle"},
        ),
    ]


def _open(tables: MarketMap) -> Any:
    return np.flatnonzero(tables.places["open"].to_numpy(bool))


def _frame(tables: MarketMap, at: Layout, period: int | None = None) -> dict[str, Any]:
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
            "constraintoward": "top",
            "title": {"text": "km north"},
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.16,
            "yanchor": "bottom",
            "itemclick": False,
            "font": {"size": 12},
        },
        "hoverlabel": {"align": "left"},
        "margin": {"l": 8, "r": 16, "t": 8, "b": 44},
        "sliders": [_slider(tables, period)],
        "updatemenus": [_buttons()],
    }


def _zoomed(frame: dict[str, Any], at: Layout, town: int) -> dict[str, Any]:
    """Return the frame with axes that hold one town and what lies at its edge."""
    east, north = (float(part) for part in at.towns[town])
    reach = 1.35 * float(at.radius[town])
    axes = {"xaxis": [east - reach, east + reach], "yaxis": [north - reach, north + reach]}
    return {**frame, **{name: {**frame[name], "range": ends} for name, ends in axes.items()}}


def _slider(tables: MarketMap, period: int | None) -> dict[str, Any]:
    steps = [(MEAN, mean_period(tables)), *((str(period), _days(tables, period)) for period in range(tables.periods))]
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    return {
        "active": 0 if period is None else 1 + period,
        "x": 0.0,
        "len": 1.0,
        "y": 1.0,
        "yanchor": "bottom",
        "pad": {"t": 0, "b": 10, "l": 126},
        "currentvalue": {"prefix": "", "xanchor": "left", "font": {"size": 14, "color": palette.TEXT}, "offset": 4},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"size": 1, "color": "rgba(0, 0, 0, 0)"},
        "steps": [{"label": said, "method": "animate", "args": [[name], at_once]} for name, said in steps],
    }


def mean_period(tables: MarketMap) -> str:
    """Return what the picture of no single period is called."""
    return "a mean day" if tables.period == 1 else f"a mean period of {tables.period} days"


def _days(tables: MarketMap, period: int) -> str:
    first = period * tables.period
    last = min(first + tables.period, tables.days) - 1
    return f"day {first}" if first == last else f"days {first} to {last}"


def _buttons() -> dict[str, Any]:
    play = {"mode": "immediate", "fromcurrent": True, "transition": {"duration": 0}}
    play["frame"] = {"duration": 250, "redraw": True}
    stop = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    return {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "x": 0.0,
        "xanchor": "left",
        "y": 1.0,
        "yanchor": "bottom",
        "pad": {"b": 16},
        "bgcolor": "rgba(128, 128, 128, 0.15)",
        "buttons": [
            {"label": "Play", "method": "animate", "args": [None, play]},
            {"label": "Stop", "method": "animate", "args": [[None], stop]},
        ],
    }


def _finding(tables: MarketMap) -> tuple[str, str]:
    """Return the finding, and the same with the day on which it was worst."""
    shelves = tables.shelves
    stores = int(((tables.places["slots"] > 0) & tables.places["open"]).sum())
    if not stores:
        return _without_shelves(tables)
    if not shelves["empty"].sum():
        told = f"{at_start(under(tables.regime))}, nobody finds an empty shelf"
        return told, f"{told}."
    by_period = shelves.groupby("period")["empty"].sum()
    worst = int(by_period.index[int(by_period.argmax())])
    told = f"{at_start(under(tables.regime))}, {percent(tables.found_empty or 0.0)} of first choices are sold out"
    day = f"The worst: {_days(tables, worst)}, with {number_of(int(by_period.max()), 'customer')} at an empty shelf."
    return told, f"{told}. {day}"


def _without_shelves(tables: MarketMap) -> tuple[str, str]:
    depots = tables.places[tables.places["open"]]
    from_where = number_of(len(depots), "depot")
    told = f"{at_start(under(tables.regime))}, everything comes from {from_where}; there are no shelves"
    return told, f"{told}."


def _alternative(tables: MarketMap) -> str:
    """Return the rest of the map in words."""
    places = tables.places[tables.places["open"]]
    kinds = {"supplier_depot": "suppliers' depot", "intermediary_depot": "intermediaries' depot", "store": "store"}
    counts = [number_of(int((places["kind"] == kind).sum()), word) for kind, word in kinds.items()]
    units = tables.flows.groupby("way", observed=False)["units"].sum()
    moved = [f"{WAYS[str(way)][0]} {short(float(count))}" for way, count in units.items() if count]
    largest: Sequence[str] = tables.towns.nlargest(3, "customers")["name"].tolist()
    return (
        f"A map of {number_of(len(tables.towns), 'town')}, the largest {listed(list(largest))}, with {listed(counts)}. "
        f"Units in {number_of(tables.days, 'day')}: {listed(moved) if moved else 'none'}."
    )


def _numbers(values: Any) -> Any:
    """Return coordinates as the browser takes them fastest, gaps as not a number."""
    return np.ascontiguousarray(np.asarray(values, dtype=np.float32).ravel())
