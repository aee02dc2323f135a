"""Bars of 100, one for each regime: where customers' money goes, and what follows an empty shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from sim.common.number_format import Interval, grouped, listed, percent, rounded_together, signed, with_spread
from sim.common.regime_wording import at_start, under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, figure_in, label, safe, styled_figure, without
from sim.report.comparison_protocol import Compared, Table
from sim.results.figures.arithmetic import shares_of_hundred

ROW, UNDER_BARS, KEY, BAR = 66, 48, 19, 0.46
"""Pixels of a regime, of the axis under all, of a line of the legend; its bar's part of a regime's room."""
ROOM_FOR_A_NUMBER = 7.0


class BarPart(NamedTuple):
    """A part of a bar: what it is called, its colour, the names it is made of, and its pattern, if any."""

    words: str
    colour: str
    names: tuple[str, ...]
    pattern: str = ""


STATE = "tax less subsidy"
RUNNING = (
    "handling",
    "rent",
    "interest",
    "contact",
    "advertising",
    "payment",
    "service",
    "fixed_cost",
    "fuel",
    "wages",
)
PAID = (
    BarPart("making the goods", palette.COSTS, ("production",)),
    BarPart("moving, selling", palette.lighter(palette.COSTS, 0.45), RUNNING),
    BarPart(STATE, palette.COSTS, ("tax", "subsidy"), "/"),
    BarPart("suppliers", palette.SUPPLIER, ("supplier_profit",)),
    BarPart("intermediaries", palette.INTERMEDIARIES, ("intermediary_profit",)),
    BarPart("retailers", palette.RETAILER, ("retailer_profit",)),
    BarPart("platform", palette.PLATFORM, ("platform_profit",)),
    BarPart("carriers", palette.CARRIERS, ("carrier_profit",)),
    BarPart("into or out of stock", palette.COSTS, ("stock_change",), "."),
)
"""Where 100 go: costs by what they are for, profits by who has them."""
BETWEEN = ("intermediaries", "retailers", "platform")

ENDINGS = (
    BarPart("from another store", palette.CUSTOMERS, ("elsewhere",)),
    BarPart("brought home", palette.lighter(palette.CUSTOMERS, 0.25), ("delivered",)),
    BarPart("ordered there", palette.lighter(palette.CUSTOMERS, 0.45), ("ordered_there",)),
    BarPart("something similar", palette.lighter(palette.CUSTOMERS, 0.62), ("substituted",)),
    BarPart("the day after", palette.lighter(palette.CUSTOMERS, 0.8), ("tomorrow",)),
    BarPart("nothing", "#4d4d4d", ("lost",), "/"),
)
"""What may follow an empty shelf."""


def where_your_100_go(comparison: Compared, currency: str) -> Chart:
    """Return one bar of 100 for each regime: what becomes of what customers paid, with the price at its end.

    Losses and subsidies lie left of zero, so that a bar's parts always add up to 100.

    Args:
        comparison: needs ``price_waterfall.*`` and ``consumer_price``.
        currency: its code.
    """
    bars = {regime: hundred(comparison.figures[regime], PAID) for regime in comparison.regimes}
    if not any(bars.values()):
        return without("Nobody buys, so there is nothing to share out")
    ends = {regime: _price(comparison.figures[regime], bars[regime], currency) for regime in comparison.regimes}
    figure = stacked(bars, PAID, ends, "of 100 that customers pay")
    between = {regime: sum(bar[name] for name in BETWEEN) for regime, bar in bars.items() if bar}
    kept = listed([f"{_number(part)} {under(regime)}" for regime, part in between.items()])
    told = " ".join(_told(regime, bar, ends[regime]) for regime, bar in bars.items())
    return Chart(figure, f"Of every 100 that customers pay, the firms in between keep {kept} as profit", told)


def empty_shelves(endings: Mapping[str, Mapping[str, float | None]], met: Mapping[str, Interval]) -> Chart:
    """Return one bar of 100 for each regime: what customers did whose first choice was an empty shelf.

    Args:
        endings: by regime, shares by ending (``figures.endings``); None or nothing where no shelf was empty.
        met: by regime, the share of first choices that met an empty shelf.
    """
    bars = {regime: _parts(ENDINGS, found) for regime, found in endings.items()}
    if not any(bars.values()):
        return without("Nobody finds an empty shelf")
    ends = {
        regime: "no shelf was empty" if not bars[regime] else f"of {percent(met[regime].mean or 0.0)} of first choices"
        for regime in bars
    }
    figure = stacked(bars, ENDINGS, ends, "of 100 first choices that were an empty shelf")
    lost = listed([f"{_number(bar['nothing'])} {under(regime)}" for regime, bar in bars.items() if bar])
    told = " ".join(_told(regime, bar, ends[regime]) for regime, bar in bars.items())
    return Chart(
        figure, f"Of 100 customers at an empty shelf or depot, the number who leave with nothing is {lost}", told
    )


def hundred(figures: Table, parts: Sequence[BarPart]) -> dict[str, float]:
    """Return the parts of what customers paid by their words, in hundredths that add up to 100 exactly.

    Empty where customers paid nothing.
    """
    start = "price_waterfall."
    found = {name.removeprefix(start): each.mean for name, each in figures.items() if name.startswith(start)}
    return _parts(parts, found)


def _parts(parts: Sequence[BarPart], found: Mapping[str, float | None]) -> dict[str, float]:
    known = {name: value for name, value in found.items() if value is not None}
    sums = [round(1e6 * sum(known.get(name, 0.0) for name in part.names)) for part in parts]
    if sum(sums) <= 0:
        return {}
    return dict(zip((part.words for part in parts), shares_of_hundred(sums, sum(sums)), strict=True))


def stacked(
    bars: Mapping[str, Mapping[str, float]], parts: Sequence[BarPart], ends: Mapping[str, str], axis: str
) -> go.Figure:
    """Return stacked bars, each under the name of its regime, with what stands at its end on the right."""
    regimes = list(bars)
    places = list(range(len(regimes)))
    shown = [part for part in parts if any(abs(bar.get(part.words, 0.0)) >= 0.005 for bar in bars.values())]
    lowest = min(-sum(part for part in bar.values() if part < 0) * -1 for bar in bars.values())
    highest = max([100.0, *(sum(part for part in bar.values() if part > 0) for bar in bars.values())])
    legend = KEY * -(-len(shown) // 2) + 8
    notes = []
    for place, regime in enumerate(regimes):
        notes.append(label(f"<b>{safe(regime)}</b>", x=0, xref="paper", y=place - BAR / 2, yshift=1))
        notes.append(label(safe(ends[regime]), x=1, xref="paper", y=place - BAR / 2, xanchor="right", yshift=1))
    written = {regime: dict(zip(bar, rounded_together([*bar.values()]), strict=True)) for regime, bar in bars.items()}

    def trace(part: BarPart) -> go.Bar:
        found = [(bars[regime].get(part.words), written[regime].get(part.words, 0.0)) for regime in regimes]
        return _trace(part, found, places)

    return styled_figure(
        [trace(part) for part in shown],
        ROW * len(regimes) + UNDER_BARS + legend + 4,
        barmode="relative",
        uniformtext={"mode": "hide", "minsize": 11},
        annotations=notes,
        xaxis={
            "range": [lowest - 0.5, highest + 0.5],
            "title": {"text": axis},
            "showgrid": False,
            "tickvals": [0, 50, 100],
        },
        yaxis={"range": [len(regimes) - 0.6, -0.72], "visible": False},
        legend={
            "orientation": "h",
            "x": 0,
            "y": -UNDER_BARS / (ROW * len(regimes)),
            "yanchor": "top",
            "entrywidthmode": "fraction",
            "entrywidth": 0.49,  # two in a row, so that the room they take is known, on a phone too
            "traceorder": "normal",
            "font": {"size": 12},
        },
        margin={"l": 8, "r": 8, "t": 4, "b": UNDER_BARS + legend},
        showlegend=True,
    )


def _trace(part: BarPart, values: Sequence[tuple[float | None, float]], places: Sequence[int]) -> go.Bar:
    """Return one part of all bars, given its size and the whole number written on it, bar by bar."""
    return go.Bar(
        name=part.words,
        x=[value for value, _ in values],
        y=places,
        orientation="h",
        width=BAR,
        marker={
            "color": part.colour,
            "line": {"width": 0.5, "color": "white"},
            "pattern": {"shape": part.pattern, "solidity": 0.3, "size": 6},
        },
        text=["" if value is None or abs(value) < ROOM_FOR_A_NUMBER else _number(shown) for value, shown in values],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": palette.on(part.colour)},
        hovertemplate=f"{part.words}: %{{x:.3g}} of 100<extra></extra>",
    )


def _price(figures: Table, bar: Mapping[str, float], currency: str) -> str:
    """Return what stands at the end of a bar: the price, and what the state adds, where it pays more than it takes."""
    price = figure_in(figures, "consumer_price")
    if price.mean is None:
        return "nobody buys"
    state = bar.get(STATE, 0.0)
    paid = with_spread(price)
    # Beside the name of a benchmark there is less room on a phone; the currency stands at the other bars.
    return f"{paid}, state adds {_number(-state)}" if state <= -0.5 else f"price {paid} {currency}"


def _number(part: float) -> str:
    return signed(grouped(part, 0 if abs(part) >= 9.5 or part == 0 else 1), plus=False)


def _told(regime: str, bar: Mapping[str, float], end: str) -> str:
    """Return what a bar shows, in a sentence."""
    if not bar:
        return f"{at_start(regime)}: {end}."
    shown = zip(bar, rounded_together([*bar.values()], 1), strict=True)
    parts = [f"{words} {signed(grouped(part, 1), plus=False)}" for words, part in shown if part]
    return f"{at_start(regime)}: {listed(parts)} of 100, {end}."
