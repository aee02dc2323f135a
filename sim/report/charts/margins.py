"""What each firm between maker and customer keeps before its own costs, tier by tier, regime by regime."""

from __future__ import annotations

from collections.abc import Sequence

from sim.common.number_format import Interval, listed, short, with_spread
from sim.common.regime_wording import under
from sim.report.charts import palette
from sim.report.charts.chart import Chart, figure_in, without
from sim.report.charts.gains import PartyChange, dots_and_intervals
from sim.report.comparison_protocol import Between, Compared, Table, sum_of


def margin_chart(comparison: Compared, tiers: Sequence[str]) -> Chart:
    """Return the margin of each kind of firm, tier by tier, of 100 that customers pay, a dot and an interval a regime.

    A margin is what a firm takes for goods less what it paid for them; rent, wages and the like are still to be paid.

    Args:
        comparison: needs ``supplier_margin``, ``intermediary_margin_by_tier.*``, ``retailer_margin`` and
            ``platform_margin``.
        tiers: names of the intermediaries' tiers, top first.
    """
    parties = [
        ("suppliers", "supplier_margin", palette.SUPPLIER),
        *(
            (name, f"intermediary_margin_by_tier.{name}", colour)
            for name, colour in zip(tiers, palette.tier_colours(len(tiers)), strict=True)
        ),
        ("retailers", "retailer_margin", palette.RETAILER),
        ("platform", "platform_margin", palette.PLATFORM),
    ]
    groups = {}
    for who, figure, colour in parties:
        rows = [
            PartyChange(regime, _of_100(comparison.figures[regime], figure), colour) for regime in comparison.regimes
        ]
        rows = [row for row in rows if round(row.change.mean or 0.0, 2)]  # who is not there keeps nothing
        if rows:
            groups[who[:1].upper() + who[1:]] = rows
    if not groups:
        return without("Nobody buys, so there are no margins")
    texts = [with_spread(row.change) for rows in groups.values() for row in rows]
    figure = dots_and_intervals(groups, "of 100 that customers pay", texts, 88)
    told = [
        f"{who}: {listed([f'{row.who} {with_spread(row.change)}' for row in rows])}." for who, rows in groups.items()
    ]
    return Chart(figure, _finding(comparison, tiers), " ".join(["Margins of 100 that customers pay.", *told]))


def _of_100(table: Table, figure: str) -> Interval:
    found = figure_in(table, figure)
    return Between(*(None if end is None else 100.0 * end for end in (found.mean, found.low, found.high)))


def _finding(comparison: Compared, tiers: Sequence[str]) -> str:
    """Return what all firms between maker and customer keep together."""
    names = [*(f"intermediary_margin_by_tier.{name}" for name in tiers), "retailer_margin", "platform_margin"]
    kept = {}
    for regime in comparison.regimes:
        parts = [part for name in names if (part := _of_100(comparison.figures[regime], name)).mean is not None]
        if parts:
            kept[regime] = sum_of(parts).mean or 0.0
    if not kept:
        return "No firm stands between maker and customer"
    said = listed([f"{short(part)} {under(regime)}" for regime, part in kept.items()])
    return f"Of every 100 that customers pay, the firms in between take {said}, before their own costs"
