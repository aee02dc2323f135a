"""The last step of the argument: who gains from selling direct, at every combination of three sliders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.common.number_format import is_clear, listed, short
from sim.experiments.views import View
from sim.publishing.grid import ParameterGrid
from sim.report import charts
from sim.report.charts import Chart
from sim.report.comparison_protocol import UNKNOWN, Compared
from sim.report.titles import titled
from sim.runs.design import Factor
from sim.scenario import Scenario

NAME, TITLE = "verdict", "Your verdict"
MARKET = View("classroom_set_margins", ("traditional", "direct"), runs=3)
FIGURES = (*charts.WHO_CHANGES, "consumer_price", "no_purchase_share")
"""What is kept of every point."""
BLANKS = {
    "helped": "Cutting out the middleman helped customers when",
    "hurt": "and hurt them when",
    "makers": "; it helped makers when",
}
"""The sentence to complete: what stands before each blank."""
LONGEST_BLANK = 60


class VerdictSlider(NamedTuple):
    """A slider: its name in links, the parameter, its values, and what it says."""

    name: str
    path: str
    values: tuple[float, ...]
    label: str
    start: float


SLIDERS = (
    VerdictSlider("parcel", "delivery.parcel.cost_per_parcel", (1.0, 3.5, 7.0, 12.0), "What a parcel costs, EUR", 3.5),
    VerdictSlider(
        "share",
        "suppliers.direct_pricing.gap_share",
        (0.0, 0.25, 0.5, 0.75, 1.0),
        "Share of the saving that the maker keeps",
        0.75,
    ),
    VerdictSlider("shelf", "retailers.slots", (5, 20, 60), "Products a shop has room for", 20),
)


def verdict_grid() -> ParameterGrid:
    """Return the market of the last step at all positions of its sliders."""
    scenario = MARKET.market()
    return ParameterGrid(scenario, MARKET.regimes, tuple(Factor(slider.path, slider.values) for slider in SLIDERS))


def verdict_strip(comparison: Compared, scenario: Scenario, limits: tuple[float, float]) -> Chart:
    """Return who gains at one position of the sliders."""
    named = titled(comparison, scenario)
    chart = charts.gains_strip(named, named.regimes[1], scenario.money.currency, limits)
    return Chart(chart.figure, gains_in_words(comparison), chart.alternative)


def gains_in_words(comparison: Compared) -> str:
    """Return who is better off when goods are sold direct and who is worse off, as far as that is clear."""
    table = comparison.differences[comparison.regimes[1]]
    parties = {name: charts.WHO_CHANGES[name][0] for name in charts.WHO_CHANGES if "_by_" not in name}
    better: list[str] = []
    worse: list[str] = []
    for figure, who in parties.items():
        change = table.get(figure, UNKNOWN)
        if figure != "welfare" and is_clear(change) and change.mean:
            (better if change.mean > 0 else worse).append(who)
    total = table.get("welfare", UNKNOWN)
    amount = short(abs(total.mean or 0.0))
    summed = f"in total {amount} per need {'gained' if (total.mean or 0.0) > 0 else 'lost'}"
    said = [f"{listed(better)} gain" if better else "nobody clearly gains"]
    said += [f"{listed(worse)} lose"] if worse else []
    said += [summed if is_clear(total) else "in total no clear difference"]
    words = "; ".join(said)
    return f"Sold direct: {words}"


def limits_of(points: Sequence[Compared]) -> tuple[float, float]:
    """Return the ends of an axis that holds every change at every point, so that the strip does not jump."""
    ends = [
        end
        for point in points
        for name in charts.WHO_CHANGES
        for change in [point.differences[point.regimes[1]].get(name, UNKNOWN)]
        for end in (change.mean, change.low, change.high)
        if end is not None
    ]
    room = 0.04 * (max(ends) - min(ends))
    return min(ends) - room, max(ends) + room


def sentence(blanks: Mapping[str, str]) -> str:
    """Return the completed sentence; a gap where nothing was written."""
    words = [f"{before} {blanks.get(name, '').strip() or '___'}" for name, before in BLANKS.items()]
    return f"{' '.join(words).replace(' ;', ';')}."
