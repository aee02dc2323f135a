"""Who gains and who pays: a dot and an interval for each party, and for customers by taste and by town."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from sim.common.number_format import (
    CURRENCY,
    Interval,
    aligned,
    half_width,
    is_clear,
    listed,
    rounds_to_zero,
    short,
    with_spread,
)
from sim.common.regime_wording import in_sentence
from sim.report.charts import palette
from sim.report.charts.chart import Chart, error_bars, figure_in, label, means_of, safe, styled_figure, without
from sim.report.comparison_protocol import Compared, Table

ROW = 27
MOST_TOWNS = 12
PARTIES = {
    "consumer_surplus": ("customers", palette.CUSTOMERS),
    "supplier_profit": ("suppliers", palette.SUPPLIER),
    "intermediary_profit": ("intermediaries", palette.INTERMEDIARIES),
    "retailer_profit": ("retailers", palette.RETAILER),
    "platform_profit": ("platform", palette.PLATFORM),
    "carrier_profit": ("carriers", palette.CARRIERS),
}
GROUPS = {"consumer_surplus_by_rarity": "Customers, by taste", "consumer_surplus_by_town": "Customers, by town"}
TASTES = {
    "rarest": "rarest tastes",
    "rare": "rare tastes",
    "middle": "middling tastes",
    "common": "common tastes",
    "commonest": "commonest tastes",
}


class PartyChange(NamedTuple):
    """Who changes, by how much, and in which colour it is drawn."""

    who: str
    change: Interval
    colour: str


def who_gains(comparison: Compared, regime: str, currency: str) -> Chart:
    """Return what changes per need from the first regime to another, party by party, the largest gain on top.

    A hollow dot: the interval includes zero. Parties for whom nothing changes are left out.

    Args:
        comparison: its paired differences are drawn.
        regime: one of those compared with the first.
        currency: its code.
    """
    table = comparison.differences[regime]
    first, second = in_sentence(comparison.regimes[0]), in_sentence(regime)
    parties = [
        PartyChange(who, figure_in(table, figure), colour)
        for figure, (who, colour) in PARTIES.items()
        if figure_in(table, figure).mean is not None and not rounds_to_zero(figure_in(table, figure), CURRENCY)
    ]
    groups = {"Parties": _sorted(parties)} if parties else {}
    groups |= {title: rows for figure, title in GROUPS.items() if len(rows := _customers(table, figure)) > 1}
    if not groups:
        return without(f"Nothing changes for anyone from {first} to {second}")
    figure = dots_and_intervals(groups, f"{safe(currency)} per need, compared with {safe(first)}")
    told = [f"{title}: {listed([_told(row) for row in rows])}." for title, rows in groups.items()]
    start = f"Change in {currency} per need from {first} to {second}."
    return Chart(figure, gains_headline(groups.get("Parties", []), first, second), " ".join([start, *told]))


WHO_CHANGES = {
    "consumer_surplus": ("customers", palette.CUSTOMERS),
    "consumer_surplus_by_rarity.rarest": ("rarest tastes", palette.lighter(palette.CUSTOMERS, 0.3)),
    "consumer_surplus_by_rarity.middle": ("middling tastes", palette.lighter(palette.CUSTOMERS, 0.3)),
    "consumer_surplus_by_rarity.commonest": ("commonest tastes", palette.lighter(palette.CUSTOMERS, 0.3)),
    "supplier_profit": ("makers", palette.SUPPLIER),
    "intermediary_profit": ("wholesalers", palette.INTERMEDIARIES),
    "retailer_profit": ("shops", palette.RETAILER),
    "platform_profit": ("platform", palette.PLATFORM),
    "carrier_profit": ("carriers", palette.CARRIERS),
    "welfare": ("in total", palette.NEUTRAL),
}
"""Rows of the strip, always in this order, so that the eye finds a party where it was."""


def gains_strip(comparison: Compared, regime: str, currency: str, limits: tuple[float, float] | None = None) -> Chart:
    """Return a dot and an interval for each party in a fixed order, on a fixed scale: made to be moved by sliders.

    Args:
        comparison: its paired differences are drawn.
        regime: one of those compared with the first.
        currency: its code.
        limits: ends of the axis; None: as the changes need.
    """
    table = comparison.differences[regime]
    rows = [
        PartyChange(who, figure_in(table, figure), colour)
        for figure, (who, colour) in WHO_CHANGES.items()
        if figure_in(table, figure).mean is not None and (figure != "platform_profit" or figure_in(table, figure).mean)
    ]
    first, second = in_sentence(comparison.regimes[0]), in_sentence(regime)
    if not rows:
        return without(f"Nothing changes for anyone from {first} to {second}")
    figure = dots_and_intervals({" ": rows}, f"{safe(currency)} per need")
    if limits is not None:
        figure.update_xaxes(range=list(limits), autorange=False)
    parties = [row for row in rows if row.who in ("customers", "makers", "wholesalers", "shops", "carriers")]
    told = listed([_told(row) for row in rows])
    start = f"Change in {currency} per need from {first} to {second}"
    return Chart(figure, gains_headline(parties, first, second), f"{start}: {told}.")


def gains_headline(parties: Sequence[PartyChange], first: str, second: str) -> str:
    """Return who gains most and who loses most, as far as that is clear of chance."""
    clear = [(row.change.mean or 0.0, row.who) for row in parties if is_clear(row.change)]
    gain, loss = max(clear, default=(0.0, "")), min(clear, default=(0.0, ""))
    said = [_said(gain[1], "gain", gain[0])] if gain[0] > 0 else []
    said += [_said(loss[1], "lose", -loss[0])] if loss[0] < 0 else []
    if not said:
        return f"From {first} to {second}, no party clearly gains or loses"
    return f"From {first} to {second}, {' and '.join(said)} per need"


def _said(who: str, verb: str, amount: float) -> str:
    return f"the platform {verb}s {short(amount)}" if who == "platform" else f"{who} {verb} {short(amount)}"


def _customers(table: Table, figure: str) -> list[PartyChange]:
    """Return customers by group; of many towns, those who gain most and least."""
    rows = _sorted(
        [
            PartyChange(TASTES.get(name, name), change, palette.lighter(palette.CUSTOMERS, 0.3))
            for name, change in means_of(table, figure).items()
        ]
    )
    half = MOST_TOWNS // 2
    return rows if len(rows) <= MOST_TOWNS else [*rows[:half], *rows[-half:]]


def _told(row: PartyChange) -> str:
    return f"{row.who} {with_spread(row.change, plus=True)}"


def _sorted(rows: Sequence[PartyChange]) -> list[PartyChange]:
    return sorted(rows, key=lambda row: -(row.change.mean or 0.0))


def dots_and_intervals(
    groups: dict[str, list[PartyChange]], axis: str, texts: Sequence[str] = (), room: int = 62
) -> go.Figure:
    """Return the rows of all groups under their titles, numbers in a column on the right.

    Args:
        groups: rows by title.
        axis: what is drawn, with its unit.
        texts: what stands in the column, row by row; changes with their signs where nothing is given.
        room: pixels for it.
    """
    rows: list[tuple[int, PartyChange]] = []
    notes, line = [], 0
    for title, changes in groups.items():
        notes.append(label(f"<b>{safe(title)}</b>", x=0, xref="paper", xanchor="left", y=line, yanchor="middle"))
        rows += [(line + 1 + number, change) for number, change in enumerate(changes)]
        line += len(changes) + 1
    texts = texts or aligned([row.change.mean or 0.0 for _, row in rows])
    for (place, _), text in zip(rows, texts, strict=True):
        notes.append(label(text, x=1, xref="paper", xanchor="right", y=place, yanchor="middle", xshift=room))
    return styled_figure(
        [_dots([each for each in rows if is_clear(each[1].change) is clear], clear) for clear in (True, False)],
        ROW * line + 60,
        annotations=notes,
        xaxis={"title": {"text": axis}, "zeroline": True, "zerolinewidth": 2, "nticks": _ticks(rows)},
        yaxis={
            "range": [line - 0.4, -0.7],
            "showgrid": False,
            "zeroline": False,
            "tickvals": [place for place, _ in rows],
            "ticktext": [safe(row.who) for _, row in rows],
        },
        margin={"l": 8, "r": room + 4, "t": 4, "b": 44},
        showlegend=False,
    )


def _ticks(rows: Sequence[tuple[int, PartyChange]]) -> int:
    """Return how many numbers an axis has room for, level, on a phone."""
    widest = max((len(short(row.change.mean or 0.0)) for _, row in rows), default=0)
    return 6 if widest <= 4 else 4


def _dots(rows: Sequence[tuple[int, PartyChange]], clear: bool) -> go.Scatter:
    changes = [row.change for _, row in rows]
    colours = [row.colour for _, row in rows]
    said = [with_spread(change, plus=True) for change in changes]
    return go.Scatter(
        x=[change.mean for change in changes],
        y=[place for place, _ in rows],
        mode="markers",
        error_x=error_bars(changes) if any(half_width(change) for change in changes) else None,
        marker={
            "size": 11,
            "color": colours,
            "symbol": "circle" if clear else "circle-open",
            "line": {"width": 2, "color": colours},
        },
        text=said,
        hovertemplate="%{text}<extra></extra>",
    )
