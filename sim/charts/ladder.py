"""The ladder of a chain: what each tier asks, and where the other regimes' prices lie across it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import plotly.graph_objects as go

from sim.charts import palette
from sim.charts.chart import Chart, error_bars, figure_of, label, of, safe, short, with_spread, without
from sim.compared import Between, Compared, Table
from sim.words import Interval, listed

HEIGHT = 360


class Step(NamedTuple):
    """A price, who asks it, and the colour of that party."""

    name: str
    price: Interval
    colour: str


def ladder(comparison: Compared, tiers: Sequence[str], currency: str) -> Chart:
    """Return the prices of the first regime with a chain as steps, those of the others as lines across.

    Args:
        comparison: needs ``supplier_price``, ``wholesale_price``, ``consumer_price`` and, for several tiers,
            ``intermediary_margin_by_tier.*``.
        tiers: names of the intermediaries' tiers, top first.
        currency: its code.
    """
    chains = [regime for regime in comparison.regimes if of(comparison.figures[regime], "wholesale_price").mean]
    if not chains:
        return without("No regime passes goods down a chain, so there is no ladder of prices")
    steps = steps_of(comparison.figures[chains[0]], tiers)
    offers = [
        Step(regime, price, palette.NEUTRAL)
        for regime in comparison.regimes
        if regime != chains[0] and (price := of(comparison.figures[regime], "consumer_price")).mean is not None
    ]
    figure = _drawn(steps, offers, currency)
    climbed = [f"{step.name} {short(step.price.mean or 0.0)}" for step in steps]
    told = f"Prices per unit in {currency} under {chains[0]}: {listed(climbed)}."
    if offers:
        told += f" Customers' price under {listed([f'{o.name} {with_spread(o.price)}' for o in offers])}."
    return Chart(figure, _finding(chains[0], steps, offers), told)


def steps_of(figures: Table, tiers: Sequence[str]) -> list[Step]:
    """Return the prices asked along a chain, the supplier's first.

    Between what suppliers get and what retailers pay, each tier's step is its part of the tiers' margins.
    """
    low, high = of(figures, "supplier_price"), of(figures, "wholesale_price")
    steps = [Step("suppliers", low, palette.SUPPLIER)] if low.mean is not None else []
    margins = [of(figures, f"intermediary_margin_by_tier.{name}").mean or 0.0 for name in tiers]
    reached = 0.0
    for name, margin, colour in zip(tiers, margins, palette.tiers(len(tiers)), strict=True):
        reached += margin
        if name == tiers[-1]:
            steps.append(Step(name, high, colour))
        elif low.mean is not None and high.mean is not None and sum(margins) > 0:
            price = low.mean + (high.mean - low.mean) * reached / sum(margins)
            steps.append(Step(name, Between(price, None, None), colour))
    paid = of(figures, "consumer_price")
    return [*steps, *([Step("retailers", paid, palette.RETAILER)] if paid.mean is not None else [])]


def _drawn(steps: Sequence[Step], offers: Sequence[Step], currency: str) -> go.Figure:
    top = max((each.price.high or each.price.mean or 0.0) for each in (*steps, *offers))
    bars = go.Bar(
        x=list(range(len(steps))),
        y=[step.price.mean for step in steps],
        width=0.98,
        marker={"color": [step.colour for step in steps]},
        error_y=error_bars([step.price for step in steps]),
        text=[f"{safe(step.name)}<br><b>{short(step.price.mean or 0.0)}</b>" for step in steps],
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        textfont={"color": [palette.on(step.colour) for step in steps]},
        hovertemplate="%{y:.3g} " + safe(currency) + "<extra></extra>",
        showlegend=False,
    )
    lines, notes = [], []
    for offer, height in zip(offers, _apart([offer.price.mean or 0.0 for offer in offers], 0.065 * top), strict=True):
        lines.append(_line(offer, len(steps)))
        words = f"{safe(offer.name)} <b>{with_spread(offer.price)}</b>"
        notes.append(label(words, x=-0.46, y=height, yanchor="bottom"))
    return figure_of(
        [bars, *lines],
        HEIGHT,
        annotations=notes,
        xaxis={"visible": False, "range": [-0.5, len(steps) - 0.5]},
        yaxis={"title": {"text": f"{safe(currency)} per unit"}, "rangemode": "tozero", "range": [0, 1.12 * top]},
        margin={"l": 8, "r": 8, "t": 8, "b": 12},
    )


def _line(offer: Step, steps: int) -> go.Scatter:
    """Return a line across all steps, with the interval of its price as a band."""
    price = offer.price.mean or 0.0
    low, high = offer.price.low, offer.price.high
    ends = [-0.5, steps - 0.5]
    band: dict[str, Any] = {}
    if low is not None and high is not None and high > low:
        band = {"error_y": {**error_bars([offer.price, offer.price])}}
    return go.Scatter(
        x=ends,
        y=[price, price],
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 2, "dash": "dash"},
        hovertemplate=f"{safe(offer.name)}: {with_spread(offer.price)}<extra></extra>",
        showlegend=False,
        **band,
    )


def _apart(heights: Sequence[float], least: float) -> list[float]:
    """Return heights of labels moved up until none is nearer to the next than ``least``."""
    order = sorted(range(len(heights)), key=lambda number: heights[number])
    moved = list(heights)
    for before, number in pairwise(order):
        moved[number] = max(moved[number], moved[before] + least)
    return moved


def _finding(chain: str, steps: Sequence[Step], offers: Sequence[Step]) -> str:
    last = steps[-1].price.mean or 0.0
    first = steps[0].price.mean or 0.0
    if not offers:
        return f"From {short(first)} at the {steps[0].name} to {short(last)} for customers under {chain}"
    below = [offer for offer in offers if (offer.price.mean or 0.0) < last]
    cheapest = min(offers, key=lambda offer: offer.price.mean or 0.0)
    price = cheapest.price.mean or 0.0
    if not below:
        return f"No other way undercuts the {short(last)} that customers pay under {chain}"
    under = next(step.name for step in steps if (step.price.mean or 0.0) >= price)
    said = f"{short(price)} under {cheapest.name} undercuts the {short(last)} of {chain}"
    return f"{said}, and lies below the step of {under}"
