"""What a notebook shows of a result: a headline, a small table, a bar of 100; a few thousand characters at most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from sim.common.number_format import NO_VALUE, grouped, number_of
from sim.common.presentation import in_short
from sim.experiments.comparison import Comparison
from sim.experiments.sweep_results import Sweep
from sim.market import Market
from sim.report.comparison_protocol import Compared, OneRun
from sim.report.html.templates import render_part
from sim.report.text import first_screen
from sim.report.text.grid import Grid
from sim.report.text.parties import party_title
from sim.report.text.price_waterfall import has_waterfall, hundred_in_short
from sim.report.text.settling import prices_not_at_rest, warnings_in_short
from sim.report.text.short_findings import short_findings
from sim.report.titles import titled
from sim.results.figures import flatten
from sim.results.outcome import Outcome
from sim.scenario import Scenario
from sim.scenario.names import product_names, retailer_names, stores_per_town, supplier_names
from sim.scenario.pricing_conduct import pricing_in_a_line

MOST_ROWS, MOST_COLUMNS = 10, 10
WIDE = 200
"""Characters of a table in a notebook, which scrolls."""
SWEPT = ("consumer_price", "consumer_surplus", "welfare")
"""Figures of a sweep that are shown."""
COLOURS = ("#6b7580", "#87919b", "#2f5d8a", "#7a4fa3", "#c7762b", "#3d8b6e", "#8a8a3a", "#b04a5a", "#555555")
"""Of the parts of a bar, costs in grey, one after another."""


@singledispatch
def html_of(result: Any) -> str:
    """Return the page of a result: what it is, and the first rows of its main table."""
    return render_part("notebook.html", title=f"{type(result).__name__} of {in_short(result)}", table=_rows_of(result))


@html_of.register
def _(found: Comparison) -> str:
    prices = pricing_in_a_line(found.scenario, found.regimes, found.same_prices)
    return _page(found.scenario, titled(found, found.scenario), [prices, *warnings_in_short(found)])


@html_of.register
def _(outcome: Outcome) -> str:
    scenario, regime = outcome.manifest.scenario, outcome.manifest.regime
    one = titled(OneRun(regime, flatten(dict(outcome.figures))), scenario)
    warnings = ["Careful: best prices were not found."] if prices_not_at_rest(one) else []
    return _page(scenario, one, [pricing_in_a_line(scenario, [regime]), *warnings])


@html_of.register
def _(market: Market) -> str:
    scenario = market.parameters
    table = Grid(["", ""])
    for name, value in (
        ("channel", scenario.regime_title(market.regime_name)),
        ("next day", f"{market.day} of {scenario.time.days}"),
        ("seed", str(market.seed_number)),
        ("customers", grouped(len(market.customers))),
        ("firms", grouped(len(market.agents))),
    ):
        table.add(name, value)
    return render_part("notebook.html", title=f"Market: {scenario.name}", table=table)


@html_of.register
def _(scenario: Scenario) -> str:
    table = Grid(["", ""])
    for name, value in (
        ("question", scenario.question),
        ("compares", ", ".join(map(scenario.regime_title, scenario.compare))),
        ("prices", pricing_in_a_line(scenario, scenario.compare)),
        ("makers", ", ".join(_few(supplier_names(scenario)))),
        ("wholesalers", ", ".join(tier.name for tier in scenario.tiers) or "none"),
        (
            "shops",
            f"{number_of(sum(stores_per_town(scenario)), 'shop')} of {', '.join(_few(retailer_names(scenario)))}",
        ),
        ("products", ", ".join(_few(product_names(scenario)))),
    ):
        table.add(name, value)
    return render_part("notebook.html", title=first_screen.size_line(scenario), notes=[scenario.title], table=table)


@html_of.register
def _(found: Sweep) -> str:
    paths = list(dict.fromkeys(path for point in found.points for path in point))
    table = Grid([*paths, *(f"{found.scenario.regime_title(name)}\nwelfare" for name in found.regimes)])
    for number in range(min(len(found.points), MOST_ROWS)):
        if found.is_sound(number):
            here = found.at(number, ["welfare"]).figures
            values = [str(found.points[number].get(path, "")) for path in paths]
            table.add(*values, *(first_screen.money_cell(here[name]["welfare"], 2) for name in found.regimes))
    said = f"{number_of(len(found.points), 'point')}, {number_of(len(found.seeds), 'run')} of each channel at each."
    more = ["The first points:"] if len(found.points) > MOST_ROWS else []
    failed = [f"{number_of(len(found.failures), 'failure')}; see failures."] if found.failures else []
    return render_part(
        "notebook.html", title=f"Sweep of {found.scenario.name}", notes=[said, *failed, *more], table=table
    )


def _page(scenario: Scenario, named: Compared, notes: Sequence[str]) -> str:
    """Return the page of what has the form of a comparison, its regimes under their titles."""
    currency = scenario.money.currency
    return render_part(
        "notebook.html",
        title=first_screen.market_line(scenario, named.replications, len(named.regimes)),
        notes=notes,
        sentences=short_findings(named, currency),
        table=first_screen.summary_grid(named, WIDE),
        bars=_bars(named, scenario) if has_waterfall(named) else [],
        foot=first_screen.notes(named, currency),
    )


def _bars(named: Compared, scenario: Scenario) -> list[tuple[str, list[tuple[str, str, float]]]]:
    """Return for each regime the parts of 100 with a colour and a width; losses have none."""
    tier = scenario.tiers[0].name if len(scenario.tiers) == 1 else "middlemen"
    rows = {regime: hundred_in_short(named, regime, tier) for regime in named.regimes}
    names = list(dict.fromkeys(part for parts in rows.values() for part in parts))
    colour = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}
    bars = []
    for regime, parts in rows.items():
        whole = max(sum(share for share in parts.values() if share > 0), 100.0)
        drawn = [
            (f"{name} {share:.0f}", colour[name], 100 * share / whole) for name, share in parts.items() if share > 0
        ]
        bars.append((regime, drawn))
    return bars


def _rows_of(result: Any) -> Grid:
    """Return the first rows of a result's main table, or what it says of itself as JSON."""
    frames = result.to_frames() if hasattr(result, "to_frames") else {}
    if frames:
        frame = next(iter(frames.values())).iloc[:MOST_ROWS, :MOST_COLUMNS]
        rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
        return _grid([str(name) for name in frame.columns], rows)
    plain = result.to_dict() if hasattr(result, "to_dict") else {}
    return _grid(["", ""], [[name, _cell(value)] for name, value in list(plain.items())[:MOST_ROWS]])


def _grid(headings: list[str], rows: list[list[str]]) -> Grid:
    return Grid(headings or [""], rows=list(rows))


def _cell(value: Any) -> str:
    """Return a value of a table in a few characters."""
    if value is None:
        return NO_VALUE
    text = f"{value:.4g}" if isinstance(value, float) else party_title(str(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def _few(names: Sequence[str]) -> list[str]:
    """Return the first names of many."""
    return [*names[:4], *([f"{len(names) - 4} more"] if len(names) > 4 else [])]
