"""The ladder of a chain: what each tier asks, and where the other regimes' prices lie across it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from sim.common.number_format import Interval, half_width, listed, plural, short, with_spread
from sim.common.regime_wording import at_start, under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, apart, error_bars, figure_in, label, safe, styled_figure, without
from sim.report.comparison_protocol import Between, Compared, Table

HEIGHT = 360
LINE_OF_TEXT, ROOM_FOR_LABELS, STAGGER = 0.065, 0.56, 0.09
"""Parts of the height, of the width of all steps, and of a step."""


class PriceStep(NamedTuple):
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
    chains = [regime for regime in comparison.regimes if figure_in(comparison.figures[regime], "wholesale_price").mean]
    if not chains:
        return without("No channel passes goods down a chain, so there are no price steps")
    steps = steps_of(comparison.figures[chains[0]], tiers)
    offers = [
        PriceStep(regime, price, palette.NEUTRAL)
        for regime in comparison.regimes
        if regime != chains[0] and (price := figure_in(comparison.figures[regime], "consumer_price")).mean is not None
    ]
    figure = _drawn(steps, offers, currency)
    climbed = [f"{step.name} {short(step.price.mean or 0.0)}" for step in steps]
    told = f"Prices per unit in {currency} {under(chains[0])}: {listed(climbed)}."
    if offers:
        told += f" Customers' price: {listed([f'{under(o.name)} {with_spread(o.price)}' for o in offers])}."
    return Chart(figure, _finding(chains[0], steps, offers), told)


def steps_of(figures: Table, tiers: Sequence[str]) -> list[PriceStep]:
    """Return the prices asked along a chain, the supplier's first.

    Between what suppliers get and what retailers pay, each tier's step is its part of the tiers' margins.
    """
    low, high = figure_in(figures, "supplier_price"), figure_in(figures, "wholesale_price")
    steps = [PriceStep("suppliers", low, palette.SUPPLIER)] if low.mean is not None else []
    margins = [figure_in(figures, f"intermediary_margin_by_tier.{name}").mean or 0.0 for name in tiers]
    reached = 0.0
    for name, margin, colour in zip(tiers, margins, palette.tier_colours(len(tiers)), strict=True):
        reached += margin
        if name == tiers[-1]:
            steps.append(PriceStep(name, high, colour))
        elif low.mean is not None and high.mean is not None and sum(margins) > 0:
            price = low.mean + (high.mean - low.mean) * reached / sum(margins)
            steps.append(PriceStep(name, Between(price, None, None), colour))
    paid = figure_in(figures, "consumer_price")
    return [*steps, *([PriceStep("retailers", paid, palette.RETAILER)] if paid.mean is not None else [])]


def _drawn(steps: Sequence[PriceStep], offers: Sequence[PriceStep], currency: str) -> go.Figure:
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
    heights = apart([offer.price.mean or 0.0 for offer in offers], LINE_OF_TEXT * top)
    for number, (offer, height) in enumerate(zip(offers, heights, strict=True)):
        lines += _line(offer, len(steps), number)
        name = safe(offer.name).replace(" (", "<br>(")  # on a phone there is no room for a long name in one line
        words = f"{name} <b>{short(offer.price.mean or 0.0)}</b>"
        notes.append(label(words, x=-0.58, y=height, xanchor="right", yanchor="middle"))
    left = -0.5 - (ROOM_FOR_LABELS * len(steps) if offers else 0.0)
    right = len(steps) - 0.5 + STAGGER * (len(offers) + 1)
    return styled_figure(
        [bars, *lines],
        HEIGHT,
        annotations=notes,
        xaxis={"visible": False, "range": [left, right]},
        yaxis={"title": {"text": f"{safe(currency)} per unit"}, "range": [0, 1.08 * top], "nticks": 6},
        margin={"l": 8, "r": 8, "t": 8, "b": 12},
        showlegend=False,
    )


def _line(offer: PriceStep, steps: int, number: int) -> list[go.Scatter]:
    """Return a line across all steps, and at its end, beside those of the others, a dot with its interval."""
    price, end = offer.price.mean or 0.0, steps - 0.5 + STAGGER * (number + 0.8)
    line = {"color": palette.NEUTRAL, "width": 1.5, "dash": "dash"}
    across = go.Scatter(x=[-0.55, end], y=[price, price], mode="lines", line=line, hoverinfo="skip")
    dot = go.Scatter(
        x=[end],
        y=[price],
        mode="markers",
        marker={"size": 7, "color": palette.NEUTRAL},
        error_y=error_bars([offer.price]),
        hovertemplate=f"{safe(offer.name)}: {with_spread(offer.price)}<extra></extra>",
    )
    return [across, dot]


def _overlap(one: Interval, other: Interval) -> bool:
    """Tell whether two prices are too near for their intervals to say which is higher."""
    difference = abs((one.mean or 0.0) - (other.mean or 0.0))
    return 0 < difference < float(np.hypot(half_width(one) or 0.0, half_width(other) or 0.0))


def _finding(chain: str, steps: Sequence[PriceStep], offers: Sequence[PriceStep]) -> str:
    """Return what customers pay under the first of the other regimes, compared with the steps of the chain."""
    paid, first = short(steps[-1].price.mean or 0.0), steps[0]
    if not offers:
        return f"The price rises from {short(first.price.mean or 0.0)} for {plural(first.name)} to {paid} for customers"
    offer = offers[0]
    price = offer.price.mean or 0.0
    said = f"{at_start(under(offer.name))}, customers pay {short(price)}"
    if short(price) == paid:
        return f"{said}, the same as {under(chain)}"
    # What customers pay is compared run by run, which tells more than two intervals do.
    near = [step for step in steps[:-1] if _overlap(offer.price, step.price)]
    if near:
        nearest = min(near, key=lambda step: abs((step.price.mean or 0.0) - price))
        return f"{said}, not clearly different from the {_asked(nearest)} {under(chain)}"
    above = [step for step in steps if (step.price.mean or 0.0) >= price]
    below = [step for step in steps if (step.price.mean or 0.0) < price]
    if not above:
        return f"{said}, more than the {paid} {under(chain)}"
    if not below:
        return f"{said}, less than any price {under(chain)}"
    low, high = (f"the {_asked(step)}" for step in (below[-1], above[0]))
    return f"{said}, between {low} and {high} {under(chain)}"


def _asked(step: PriceStep) -> str:
    price = short(step.price.mean or 0.0)
    return f"{price} that suppliers get" if step.name == "suppliers" else f"{price} charged by {plural(step.name)}"
