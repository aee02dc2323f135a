"""Strips, one under another for each regime: when goods are in customers' hands, and whose taste goes unserved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from sim.common.number_format import Interval, duration, half_width, percent
from sim.common.regime_wording import at_start, under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, axis_name, error_bars, figure_in, label, safe, strips, styled_figure, without
from sim.report.comparison_protocol import Between, Compared, Table
from sim.results.figures.groups import FIFTHS
from sim.results.figures.times import BINS, UPPER_ENDS

STRIP = 104
TIMES = ("0 h", "6 h", "12 h", "1 d", "2 d", "3 d", "5 d", "7 d", "14 d", "later")
ENDS = (0.0, *UPPER_ENDS)
"""Days at which the cumulative shares are known, in the order of ``TIMES`` without the last."""


def in_your_hands(comparison: Compared) -> Chart:
    """Return the share of purchases in customers' hands within a time, a strip for each regime.

    The scale of time is that of the histogram's bins: hours are drawn wider than days. The band holds the 95 %
    interval of each share. The dot is the median, the diamond what 19 of 20 do not exceed.

    Args:
        comparison: needs ``delivery_days.histogram.*``, ``delivery_days.p50`` and ``delivery_days.p95``.
    """
    known = [r for r in comparison.regimes if figure_in(comparison.figures[r], "delivery_days.p50").mean is not None]
    if not known:
        return without("Nothing is delivered, so nobody waits")
    traces: list[Any] = []
    labels: dict[str, str] = {}
    for number, regime in enumerate(known):
        table = comparison.figures[regime]
        traces += _waits(table, number)
        labels[regime] = f"half {_wait(table, 'p50')}, 19 of 20 {_wait(table, 'p95')}"
    figure = _stripped(
        traces,
        labels,
        {"range": [0, 104], "tickvals": [0, 50, 100], "ticktext": ["0 %", "50 %", "100 %"]},
        {"tickvals": list(range(len(TIMES))), "ticktext": TIMES, "range": [-0.25, len(TIMES) - 0.75]},
        "hours and days since the need",
    )
    slow = sorted(known, key=lambda regime: figure_in(comparison.figures[regime], "delivery_days.p95").mean or 0.0)
    finding = _slowest(comparison, slow)
    return Chart(figure, finding, " ".join(f"{at_start(regime)}: {said}." for regime, said in labels.items()))


def cumulative(table: Table) -> list[Interval]:
    """Return the shares of purchases in hand by the ends of the bins, with intervals no narrower than theirs.

    The interval of a sum of bins is at most as wide as the sum of those below, and of those above.
    """
    bins = [figure_in(table, f"delivery_days.histogram.{name}") for name in BINS]
    halves = [half_width(each) for each in bins]
    total, found = 0.0, []
    for number, each in enumerate(bins):
        total = min(total + (each.mean or 0.0), 1.0)
        below, above = halves[: number + 1], halves[number + 1 :]
        if any(half is None for half in halves):
            found.append(Between(total, None, None))
            continue
        half = min(sum(half or 0.0 for half in below), sum(half or 0.0 for half in above))
        found.append(Between(total, max(total - half, 0.0), min(total + half, 1.0)))
    return list(found)


def _waits(table: Table, number: int) -> list[go.Scatter]:
    shares = cumulative(table)
    places = list(range(len(shares)))
    axes = _axes(number)
    traces = []
    if shares[0].low is not None:
        edge = [100 * (s.high or 0.0) for s in shares] + [100 * (s.low or 0.0) for s in reversed(shares)]
        traces.append(
            go.Scatter(
                x=places + places[::-1],
                y=edge,
                fill="toself",
                mode="none",
                fillcolor=palette.FAINT,
                hoverinfo="skip",
                showlegend=False,
                **axes,
            )
        )
    traces.append(
        go.Scatter(
            x=[0, *places],
            y=[0.0, *(100 * (s.mean or 0.0) for s in shares)],
            mode="lines",
            line={"color": palette.CUSTOMERS, "width": 2},
            customdata=TIMES[:1] + TIMES,
            hovertemplate="%{customdata}: %{y:.3g} %<extra></extra>",
            showlegend=False,
            **axes,
        )
    )
    for part, height, symbol in (("p50", 50, "circle"), ("p95", 95, "diamond")):
        days = figure_in(table, f"delivery_days.{part}")
        if days.mean is None:
            continue
        ends = [Between(_place(days.mean), *(None if end is None else _place(end) for end in (days.low, days.high)))]
        traces.append(
            go.Scatter(
                x=[ends[0].mean],
                y=[height],
                mode="markers",
                error_x=error_bars(ends),
                marker={
                    "symbol": symbol,
                    "size": 9,
                    "color": palette.CUSTOMERS,
                    "line": {"width": 1, "color": "white"},
                },
                hovertemplate=f"{duration(days.mean)}<extra></extra>",
                showlegend=False,
                **axes,
            )
        )
    return traces


def _place(days: float) -> float:
    """Return where a time lies on the scale of the bins."""
    return float(np.interp(max(days, 0.0), ENDS, np.arange(len(ENDS))))


def _wait(table: Table, part: str) -> str:
    days = figure_in(table, f"delivery_days.{part}").mean
    return "-" if days is None else f"within {duration(days)}" if days > 0 else "at once"


def _slowest(comparison: Compared, slow: Sequence[str]) -> str:
    fastest, slowest = (comparison.figures[regime] for regime in (slow[0], slow[-1]))
    if len(slow) == 1:
        return f"Half of the goods are in hand {_wait(fastest, 'p50')}, 19 of 20 {_wait(fastest, 'p95')}"
    return (
        f"{at_start(under(slow[0]))}, 19 of 20 purchases are in hand {_wait(fastest, 'p95')}; {under(slow[-1])}, "
        f"{_wait(slowest, 'p95')}"
    )


def rare_tastes(comparison: Compared) -> Chart:
    """Return the share of needs that go unserved by how rare the taste is in its town, a strip for each regime.

    Args:
        comparison: needs ``unserved_share_by_rarity.*``.
    """
    found = {
        regime: [figure_in(comparison.figures[regime], f"unserved_share_by_rarity.{fifth}") for fifth in FIFTHS]
        for regime in comparison.regimes
    }
    found = {regime: each for regime, each in found.items() if any(one.mean is not None for one in each)}
    if not found:
        return without("Nobody has a need in the days that count")
    top = max((one.high or one.mean or 0.0) for each in found.values() for one in each)
    if not top:
        return without(_widest(found))
    traces = [_bars(each, number) for number, each in enumerate(found.values())]
    labels = {regime: _rarest_and_commonest(each) for regime, each in found.items()}
    figure = _stripped(
        traces,
        labels,
        {"range": [0, min(115 * top, 104.0) or 1.0], "nticks": 3, "ticksuffix": " %"},
        {
            "tickvals": list(range(len(FIFTHS))),
            "ticktext": [*FIFTHS[:-1], "most<br>common"],
            "range": [-0.6, len(FIFTHS) - 0.4],
        },
    )
    finding = _widest(found)
    return Chart(figure, finding, " ".join(f"{at_start(regime)}: {said}." for regime, said in labels.items()))


def _bars(shares: Sequence[Interval], number: int) -> go.Bar:
    known = [(place, one) for place, one in enumerate(shares) if one.mean is not None]
    return go.Bar(
        x=[place for place, _ in known],
        y=[100 * (one.mean or 0.0) for _, one in known],
        width=0.6,
        marker={"color": palette.CUSTOMERS},
        error_y=error_bars([one for _, one in known], 100.0),
        hovertemplate="%{y:.3g} %<extra></extra>",
        showlegend=False,
        **_axes(number),
    )


def _rarest_and_commonest(shares: Sequence[Interval]) -> str:
    rarest, commonest = (("-" if one.mean is None else percent(one.mean)) for one in (shares[0], shares[-1]))
    return f"rarest {rarest}, commonest {commonest}"


def _widest(found: Mapping[str, Sequence[Interval]]) -> str:
    """Return the finding: under which regime the rarest tastes fare worst, and under which best."""
    rarest = {regime: each[0].mean for regime, each in found.items() if each[0].mean is not None}
    if not rarest or max(rarest.values()) == 0:
        return "Every taste is served, the rarest too"
    order = sorted(rarest, key=lambda regime: rarest[regime])
    worst, best = order[-1], order[0]
    said = f"Of the rarest fifth of tastes, {percent(rarest[worst])} go unserved {under(worst)}"
    return said if worst == best else f"{said}, {percent(rarest[best])} {under(best)}"


def _stripped(
    traces: Sequence[Any],
    labels: Mapping[str, str],
    yaxis: Mapping[str, Any],
    xaxis: Mapping[str, Any],
    title: str = "",
) -> go.Figure:
    """Return strips one under another with the same scales, each under its label; the last has the title."""
    rooms = strips(len(labels))
    height = STRIP * len(labels) + 50
    layout: dict[str, Any] = {}
    notes = []
    for number, ((regime, said), room) in enumerate(zip(labels.items(), rooms, strict=True)):
        last = number == len(labels) - 1
        layout[axis_name("y", number)] = {**yaxis, "domain": room, "zeroline": False}
        layout[axis_name("x", number)] = {
            **xaxis,
            "anchor": f"y{number + 1 if number else ''}",
            "tickangle": 0,
            **({"title": {"text": title}} if last and title else {}),
            "showticklabels": last,
            "tickfont": {"size": 11},
            "zeroline": False,
        }
        notes.append(label(f"<b>{safe(regime)}</b>", x=0, y=room[1], xref="paper", yref="paper", yshift=16))
        notes.append(label(safe(said), x=0, y=room[1], xref="paper", yref="paper", yshift=1, font={"size": 12}))
    return styled_figure(traces, height, annotations=notes, margin={"l": 8, "r": 10, "t": 4, "b": 46}, **layout)


def _axes(number: int) -> dict[str, str]:
    end = str(number + 1) if number else ""
    return {"xaxis": f"x{end}", "yaxis": f"y{end}"}
