"""Who gains along the share of the saving that makers keep, and the band in which customers and makers both do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from sim.common.number_format import Interval, listed, short
from sim.report.charts import palette
from sim.report.charts.chart import Chart, apart, figure_in, label, safe, styled_figure, without
from sim.report.comparison_protocol import Compared

HEIGHT = 420
PARTIES = {
    "consumer_surplus": ("customers", palette.CUSTOMERS, "solid"),
    "supplier_profit": ("makers", palette.SUPPLIER, "dash"),
    "welfare": ("in total", palette.NEUTRAL, "dot"),
}
Band = tuple[float, float]


def saving_band(
    points: Sequence[tuple[float, Compared]], currency: str, bands: Sequence[Band] | None = None, set_at: float = -1.0
) -> Chart:
    """Return what customers, makers and all together gain by the second regime, share by share.

    Args:
        points: shares that makers keep, from 0 to 1, in their order, and the comparison at each.
        currency: its code.
        bands: where customers and makers both gain; None: read off the lines between the points.
        set_at: the share that the scenario sets, marked by a line; below 0: none.
    """
    if len(points) < 2:
        return without("Nothing has been run yet")
    second = points[0][1].regimes[1]
    rows = {name: [figure_in(each.differences[second], name) for _, each in points] for name in PARTIES}
    shares = [100 * share for share, _ in points]
    known = bands_between(points, second) if bands is None else bands
    traces: list[Any] = []
    for name, (who, colour, dash) in PARTIES.items():
        traces += [*_interval(shares, rows[name], colour), _line(shares, rows[name], who, colour, dash)]
    ends = [rows[name][-1].mean or 0.0 for name in PARTIES]
    values = [each.mean or 0.0 for row in rows.values() for each in row]
    places = apart(ends, 0.08 * (max(values) - min(values) or 1.0))
    notes = [
        label(who, x=1, xref="paper", xshift=4, y=place, yanchor="middle", font={"color": colour, "size": 14})
        for (who, colour, _), place in zip(PARTIES.values(), places, strict=True)
    ]
    figure = styled_figure(
        traces,
        HEIGHT,
        annotations=[*notes, *(_named(band) for band in known)],
        shapes=[*(_shaded(band) for band in known), *([_set(set_at)] if set_at >= 0 else [])],
        showlegend=False,
        xaxis={"title": {"text": "of 100 saved, the maker keeps"}, "range": [0, 100], "zeroline": False},
        yaxis={
            "title": {"text": f"change, {safe(currency)} per need"},
            "zeroline": True,
            "zerolinewidth": 2,
            "nticks": 6,
        },
        margin={"l": 8, "r": 84, "t": 28, "b": 48},
    )
    return Chart(figure, _finding(known), _told(shares, rows, currency))


def bands_between(points: Sequence[tuple[float, Compared]], regime: str) -> list[Band]:
    """Return where customers and makers both gain, on straight lines between the points."""
    found: list[list[float]] = []
    for (low, one), (high, other) in pairwise(points):
        inside = [low, high]
        for name in ("consumer_surplus", "supplier_profit"):
            before = figure_in(one.differences[regime], name).mean
            after = figure_in(other.differences[regime], name).mean
            if before is None or after is None or (before <= 0 and after <= 0):
                inside = []
                break
            if before > 0 and after > 0:
                continue
            crossing = low + (high - low) * before / (before - after)
            inside = [inside[0], min(inside[1], crossing)] if before > 0 else [max(inside[0], crossing), inside[1]]
        if len(inside) == 2 and inside[0] < inside[1]:
            if found and abs(found[-1][1] - inside[0]) < 1e-12:
                found[-1][1] = inside[1]
            else:
                found.append(inside)
    return [(low, high) for low, high in found]


def _line(shares: Sequence[float], row: Sequence[Interval], who: str, colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=shares,
        y=[each.mean for each in row],
        mode="lines+markers",
        name=who,
        line={"color": colour, "width": 3, "dash": dash},
        marker={"size": 8, "color": colour},
        hovertemplate=f"{who} %{{y:.3g}} at %{{x:.0f}} of 100<extra></extra>",
    )


def _interval(shares: Sequence[float], row: Sequence[Interval], colour: str) -> list[go.Scatter]:
    known = [(share, each.low, each.high) for share, each in zip(shares, row, strict=True) if each.low is not None]
    if len(known) < 2:
        return []
    around = [share for share, _, _ in known]
    fill = ", ".join(str(part) for part in palette.rgb(colour))
    return [
        go.Scatter(
            x=[*around, *reversed(around)],
            y=[*(high for _, _, high in known), *(low for _, low, _ in reversed(known))],
            fill="toself",
            fillcolor=f"rgba({fill}, 0.15)",
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    ]


def _shaded(band: Band) -> dict[str, Any]:
    place = {"x0": 100 * band[0], "x1": 100 * band[1], "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": "rgba(240, 228, 66, 0.3)", **place}


def _named(band: Band) -> dict[str, Any]:
    middle = 50 * (band[0] + band[1])
    return label("<b>both gain</b>", x=middle, y=1, yref="paper", xanchor="center", yanchor="bottom")


def _set(share: float) -> dict[str, Any]:
    place = {"x0": 100 * share, "x1": 100 * share, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", "layer": "below", "line": {"color": palette.FAINT, "width": 6}, **place}


def _finding(bands: Sequence[Band]) -> str:
    if not bands:
        return "At no share do customers and makers both gain from selling direct"
    said = [f"{short(round(100 * low))} and {short(round(100 * high))}" for low, high in bands]
    return (
        f"Customers and makers both gain from selling direct while makers keep between {listed(said)} % of the saving"
    )


def _told(shares: Sequence[float], rows: dict[str, list[Interval]], currency: str) -> str:
    said = [
        f"{PARTIES[name][0]} from {short(row[0].mean or 0.0, plus=True)} to {short(row[-1].mean or 0.0, plus=True)}"
        for name, row in rows.items()
    ]
    return (
        f"As makers keep {short(shares[0])} to {short(shares[-1])} of 100 saved, the change in {currency} per need "
        f"goes: {listed(said)}."
    )
