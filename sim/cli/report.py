"""The printed report of a comparison or a run: findings in words, then the tables, then the price waterfall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.console import Page
from sim.common.number_format import listed, number_of
from sim.report.comparison_protocol import Compared
from sim.report.text import price_waterfall, tables
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.reading import failed_replications, how_to_read
from sim.report.text.sentences import comparison_sentences
from sim.report.text.settling import prices_not_at_rest, warnings_of
from sim.report.text.variance_reduction import TITLE, variance_reduction
from sim.report.titles import titled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments import Comparison
    from sim.experiments.stopping import Precision
    from sim.scenario import Scenario

MORE = "-: does not apply. `middleman explain NAME` says more about the names listed after `explain:`."


def print_report(scenario: Scenario, comparison: Compared) -> None:
    """Print sentences, tables and waterfall."""
    page = Page()
    comparison, currency = titled(comparison, scenario), scenario.money.currency
    for paragraph in comparison_sentences(comparison, currency):
        page.paragraph(paragraph)
        page.line()
    _print_reading(page, comparison, several_differences(comparison, [tier.name for tier in scenario.tiers]))
    for table in tables.comparison_tables([tier.name for tier in scenario.tiers]):
        if not table.compared or len(comparison.regimes) > 1:
            page.heading(table.title)
            page.lines(tables.grid_of(table, comparison, currency).lines(page.width))
            page.paragraph(table.note, indent="  ", hanging="  ")
            page.paragraph(f"explain: {', '.join(tables.names_of(table))}", indent="  ", hanging="  ")
    helped = variance_reduction(comparison)
    if helped is not None:
        grid, note = helped
        page.heading(TITLE)
        page.lines(grid.lines(page.width))
        page.paragraph(note, indent="  ", hanging="  ")
    _print_waterfall(page, comparison)


def print_entry_exit(summary: str) -> None:
    """Print which firms entered and left, if any did."""
    if summary:
        page = Page()
        page.paragraph(summary)
        page.line()


def _print_reading(page: Page, comparison: Compared, several: str) -> None:
    page.paragraph(how_to_read(comparison))
    if several:
        page.paragraph(several)
    page.paragraph(MORE)


def _print_waterfall(page: Page, comparison: Compared) -> None:
    """Print how each 100 that customers paid is divided."""
    if not price_waterfall.has_waterfall(comparison):
        return
    page.heading("Where each 100 that customers paid goes (price_waterfall)")
    page.lines(price_waterfall.waterfall_grid(comparison).lines(page.width))
    page.line()
    page.lines(price_waterfall.letter_bars(comparison, page.width))
    page.paragraph("Lower case: costs; capitals: profits; in the order of the table. | marks 100.", indent="  ")
    for line in price_waterfall.beyond(comparison):
        page.paragraph(line, indent="  ", hanging="    ")


def print_heading(scenario: Scenario, regimes: Sequence[str], seed: int, runs: int) -> None:
    """Print what was run."""
    page = Page()
    page.heading(f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name)
    time, titles = scenario.time, listed([scenario.regime_title(name) for name in regimes])
    page.paragraph(
        f"{titles}; {number_of(runs, 'run')} of {number_of(time.days, 'day')} each, counting days {time.warm_up} "
        f"to {time.days - time.cool_down - 1}; seed {seed}; money in {scenario.money.currency}."
    )
    page.line()


def print_left_out(comparison: Comparison) -> None:
    """Print which replications failed, if any did."""
    page = Page()
    for line in failed_replications(comparison):
        page.paragraph(line, hanging="  ")
    if comparison.failed:
        page.line()


def print_unsettled(comparison: Comparison) -> None:
    """Print which figures were still changing in the days averaged, and which prices were not found, if any."""
    for said in warnings_of(comparison):
        _print_warning(said)


def print_prices_not_at_rest(comparison: Compared) -> None:
    """Print where firms looked for their best prices and did not find them, if there was such a case."""
    _print_warning(prices_not_at_rest(comparison))


def _print_warning(said: str) -> None:
    if said:
        page = Page()
        page.paragraph(said)
        page.line()


def print_precision(comparison: Comparison, until: Sequence[Precision]) -> None:
    """Print how many runs the requested precision took."""
    page = Page()
    first, *others = comparison.regimes
    for wanted in until:
        base = comparison.figures[first][wanted.figure]
        met = wanted.is_met(base, [comparison.differences[other][wanted.figure] for other in others])
        said = "was reached after" if met else "was not reached in"
        page.line()
        page.paragraph(f"{wanted} {said} {number_of(comparison.replications, 'run')} of each regime.")
