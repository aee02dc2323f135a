"""What the page of a comparison or a run says: the finding, charts, tables, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.common.number_format import listed, number_of
from sim.common.regime_wording import at_start
from sim.report import charts
from sim.report.comparison_protocol import Between, Compared
from sim.report.html.provenance import provenance_of
from sim.report.html.templates import render
from sim.report.text import price_waterfall, tables
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.reading import how_to_read
from sim.report.text.sentences import comparison_sentences
from sim.report.text.variance_reduction import TITLE, variance_reduction
from sim.report.titles import titled
from sim.scenario import Scenario, scenario_to_toml

if TYPE_CHECKING:
    from sim.experiments.jobs import Look
    from sim.report.charts import Chart

STILL = 0.05
"""Prices that never leave their first value by more than this part of it are not drawn over time."""


@dataclass(frozen=True)
class ComparisonReport:
    """What the page of a comparison or a run is about.

    Attributes:
        scenario: what was run, every change included.
        comparison: its figures; of a single run, too.
        look: one run of each regime, looked at for what figures do not hold.
        seed: of the first replication.
        command: what was typed, word by word.
        failed: how many replications failed.
        left_out: which those are, in words.
        pricing: how prices come about under each regime, in words.
    """

    scenario: Scenario
    comparison: Compared
    look: Look
    seed: int
    command: Sequence[str]
    failed: int = 0
    left_out: Sequence[str] = ()
    pricing: Sequence[str] = ()


def comparison_page(report: ComparisonReport) -> str:
    """Return the page. No text of the scenario reaches it as markup."""
    scenario = report.scenario
    comparison = titled(report.comparison, scenario)
    named = replace(report, comparison=comparison, look=titled(report.look, scenario))
    runs = {"first seed": str(report.seed), "runs of each regime": str(comparison.replications)}
    if report.failed:
        runs["replications that failed"] = str(report.failed)
    several = several_differences(comparison, [tier.name for tier in scenario.tiers])
    return render(
        "comparison.html",
        title=f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name,
        report=report,
        what_was_run=_what_was_run(named),
        sentences=comparison_sentences(comparison, scenario.money.currency),
        charts=charts_of(named),
        notes=[how_to_read(comparison), *filter(None, [several])],
        tables=_tables(named),
        command=shlex.join(["middleman", *report.command]),
        python=python_of(report),
        origin=provenance_of(scenario, **runs),
        toml=scenario_to_toml(scenario, defaults=True),
    )


def _what_was_run(report: ComparisonReport) -> str:
    time, comparison = report.scenario.time, report.comparison
    runs = number_of(comparison.replications, "run")
    return (
        f"{at_start(listed(comparison.regimes))}; {runs} of {number_of(time.days, 'day')} each, of which days "
        f"{time.warm_up} to {time.days - time.cool_down - 1} count; money in {report.scenario.money.currency}."
    )


def charts_of(report: ComparisonReport) -> Iterator[Chart]:
    """Yield the charts that have something to show, the one with the argument first."""
    comparison, currency = report.comparison, report.scenario.money.currency
    yield charts.where_your_100_go(comparison, currency)
    if any(_has(comparison, regime, "wholesale_price") for regime in comparison.regimes):
        yield charts.ladder(comparison, [tier.name for tier in report.scenario.tiers], currency)
    for regime in comparison.regimes[1:]:
        yield charts.who_gains(comparison, regime, currency)
    yield charts.in_your_hands(comparison)
    yield charts.rare_tastes(comparison)
    yield from _from_runs(report)


def _from_runs(report: ComparisonReport) -> Iterator[Chart]:
    """Yield the charts of single runs: what followed empty shelves, and prices that moved."""
    look = report.look
    met = {regime: Between(share, None, None) for regime, share in look.met.items()}
    if any(share.mean for share in met.values()):
        yield charts.empty_shelves(look.endings, met)
    for regime, paths in look.prices.items():
        prices = paths.groupby("payee")["price"]
        if len(paths) and (prices.max() - prices.min() > STILL * prices.max()).any():
            yield charts.prices_over_time(paths, regime, report.scenario.money.currency)


def _has(comparison: Compared, regime: str, figure: str) -> bool:
    found = comparison.figures[regime].get(figure)
    return found is not None and found.mean is not None


def _tables(report: ComparisonReport) -> Iterator[tuple[str, Grid, str]]:
    """Yield title, table and note of each table."""
    comparison, currency = report.comparison, report.scenario.money.currency
    for table in tables.comparison_tables([tier.name for tier in report.scenario.tiers]):
        if not table.compared or len(comparison.regimes) > 1:
            yield table.title, tables.grid_of(table, comparison, currency), table.note
    helped = variance_reduction(comparison)
    if helped is not None:
        yield TITLE, *helped
    if price_waterfall.has_waterfall(comparison):
        note = " ".join(price_waterfall.beyond(comparison))
        yield "Where 100 that customers paid go", _without_letters(comparison), note


def _without_letters(comparison: Compared) -> Grid:
    """Return the waterfall without the letters of the printed bar."""
    grid = price_waterfall.waterfall_grid(comparison)
    return Grid(grid.headings, rows=[(row[0][2:], *row[1:]) for row in grid.rows])


def python_of(report: ComparisonReport) -> str:
    """Return the lines of Python that give the same figures."""
    file, regimes = f"{report.scenario.name}.toml", list(report.comparison.regimes)
    if len(regimes) == 1 and report.comparison.replications == 1:
        return f"import sim\n\noutcome = sim.run({file!r}, regime={regimes[0]!r}, seed={report.seed})\noutcome.figures"
    call = f"{file!r}, {regimes!r}, replications={report.comparison.replications + report.failed}, seed={report.seed}"
    return f"import sim\n\ncomparison = sim.compare({call})\ncomparison.to_frame()"
