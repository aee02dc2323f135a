"""What the middleman did for the money: each service's worth, next to what he keeps."""

from __future__ import annotations

from sim.common.number_format import is_clear, listed, short, with_spread
from sim.experiments.worth import SERVICES, Worth
from sim.report.charts import palette
from sim.report.charts.chart import Chart, safe, without
from sim.report.charts.gains import PartyChange, dots_and_intervals
from sim.report.text.parties import EVERYBODY

COLOURS = {"intermediaries": palette.INTERMEDIARIES, "retailers": palette.RETAILER}


def services(found: Worth, currency: str) -> Chart:
    """Return what each service is worth in total, the largest on top, and under it the margins it is paid from.

    Args:
        found: what ``sim.experiments.worth.worth`` gives.
        currency: its code.
    """
    if not found.services:
        return without("No service was switched off")
    worth = [PartyChange(SERVICES[each.service], each.gains[EVERYBODY], palette.CUSTOMERS) for each in found.services]
    worth.sort(key=lambda row: -(row.change.mean or 0.0))
    total = PartyChange("all together", found.total[EVERYBODY], palette.NEUTRAL)
    kept = [PartyChange(f"margin of {who}", margin, COLOURS[who]) for who, margin in found.margins.items()]
    figure = dots_and_intervals(
        {"Value of the services": [*worth, total], "Margins of the firms": kept},
        f"{safe(currency)} per need",
    )
    told = [f"{row.who} {with_spread(row.change)}" for row in (*worth, total, *kept)]
    return Chart(figure, _finding(worth[0], total, kept), f"In {currency} per need: {listed(told)}.")


def _finding(largest: PartyChange, total: PartyChange, kept: list[PartyChange]) -> str:
    margin = short(sum(row.change.mean or 0.0 for row in kept))
    if total.change.mean is None or not is_clear(total.change):
        return f"What the firms in between do is not clearly worth anything; they take {margin} per need"
    said = f"What the firms in between do is worth {short(total.change.mean)} per need; they take a margin of {margin}"
    counts = is_clear(largest.change) and (largest.change.mean or 0.0) > 0
    return f"{said}. The largest part: {largest.who}" if counts else said
