"""Prices over time: what each party was paid for a unit, week by week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from sim.common.number_format import listed, short
from sim.common.regime_wording import at_start, under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, apart, label, room_for_line_names, safe, styled_figure, without

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = 340
MOST_POINTS = 60
"""Weeks drawn one by one; of more, a line of means over as many weeks as leave about so many."""


def prices_over_time(
    paths: pd.DataFrame,
    regime: str,
    currency: str,
    resting: Mapping[str, float] | None = None,
    run: int | None = None,
) -> Chart:
    """Return the mean price paid for a unit by who was paid, a line for each.

    Args:
        paths: columns ``day``, ``payee`` (kind of firm, or name of a tier), ``price``, as
            ``sim.results.figures.paths.price_paths`` gives them.
        regime: its title.
        currency: its code.
        resting: price that theory predicts for a payee, drawn as a thin line.
        run: how many days the axis has, where the run has more than ``paths`` knows of.
    """
    rows = paths.dropna(subset=["price"])
    payees = list(dict.fromkeys(rows["payee"]))
    if not payees:
        return without(f"Nothing is sold {under(regime)}")
    colours = _colours(payees)
    lines: list[Any] = []
    said: list[tuple[str, float, float]] = []
    window = max(1, -(-rows["day"].nunique() // MOST_POINTS))
    for payee in payees:
        own, colour = rows[rows["payee"] == payee], colours[payee]
        days = own["day"].tolist()
        prices = own["price"].rolling(window, center=True, min_periods=1).mean().tolist()
        if window > 1:  # who tries prices goes up and down all the time: the mean is what there is to see
            lines.append(_each(days, own["price"].tolist(), colour))
        lines.append(_line(payee, days, prices, colour))
        said.append((payee, prices[0], prices[-1]))
        if resting and payee in resting:
            lines.append(_rest([days[0], max(days[-1], run or 0)], resting[payee], colour))
    rests = {payee: resting[payee] for payee in payees if payee in resting} if resting else {}
    top = max(float(rows["price"].max()), *rests.values(), 0.0)
    places = apart([end for _, _, end in said], (0.14 if rests else 0.08) * top)
    notes = [
        label(
            _named(payee, end, rests.get(payee)), x=1, xref="paper", y=place, yanchor="middle", xshift=6, align="left"
        )
        for (payee, _, end), place in zip(said, places, strict=True)
    ]
    names = room_for_line_names(f"{payee} {short(end)}" for payee, _, end in said)
    figure = styled_figure(
        lines,
        HEIGHT,
        annotations=notes,
        showlegend=False,
        xaxis={"title": {"text": "day"}, "zeroline": False, **({} if run is None else {"range": [0, run]})},
        yaxis={"title": {"text": f"{safe(currency)} per unit, paid to"}, "range": [0, 1.15 * top or 1]},
        margin={"l": 8, "r": names, "t": 8, "b": 44},
    )
    told = listed(
        [f"{payee} {short(start)} to {short(end)}{_in_theory(rests.get(payee))}" for payee, start, end in said]
    )
    means = f" Lines are means over {window} weeks." if window > 1 else ""
    text = f"Prices in {currency} per unit {under(regime)}: {told}.{means}"
    return Chart(figure, _finding(said, regime, rests), text)


def _line(payee: str, days: list[int], prices: list[float], colour: str) -> go.Scatter:
    """Return the line of a payee's mean price."""
    return go.Scatter(
        x=days,
        y=prices,
        mode="lines+markers" if len(days) < 3 else "lines",
        line={"color": colour, "width": 2.5},
        name=payee,
        hovertemplate="day %{x}: %{y:.3g}<extra></extra>",
    )


def _named(payee: str, end: float, rest: float | None) -> str:
    theory = "" if rest is None else f"<br><span style='font-size:11px'>theory {short(rest)}</span>"
    return f"{safe(payee)} <b>{short(end)}</b>{theory}"


def _in_theory(rest: float | None) -> str:
    return "" if rest is None else f" (theory {short(rest)})"


def _colours(payees: list[str]) -> dict[str, str]:
    """Return the colour of each payee; names that are no kind of firm are tiers of intermediaries."""
    between = [payee for payee in payees if payee not in palette.PARTIES]
    steps = dict(zip(between, palette.tier_colours(len(between)), strict=True))
    return {payee: palette.PARTIES.get(payee) or steps[payee] for payee in payees}


def _each(days: list[int], prices: list[float], colour: str) -> go.Scatter:
    """Return the weeks themselves, faint, behind the line of their means."""
    line = {"color": colour, "width": 1}
    return go.Scatter(x=days, y=prices, mode="lines", line=line, opacity=0.3, hoverinfo="skip")


def _rest(days: list[int], price: float, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[days[0], days[-1]],
        y=[price, price],
        mode="lines",
        line={"color": colour, "width": 1, "dash": "dot"},
        hovertemplate="theory: %{y:.3g}<extra></extra>",
    )


def _finding(said: list[tuple[str, float, float]], regime: str, rests: Mapping[str, float]) -> str:
    payee, start, end = max(said, key=lambda each: abs(each[2] - each[1]) / max(abs(each[1]), 1e-9))
    if abs(end - start) < 0.01 * max(abs(start), 1e-9):
        return f"{at_start(under(regime))}, prices stay where they are"
    where = f"; theory predicts {short(rests[payee])}" if payee in rests else ""
    who = f"what {payee} are paid" if payee in palette.PARTIES else f"what the {payee} is paid"
    return f"{at_start(under(regime))}, {who} goes from {short(start)} to {short(end)}{where}"
