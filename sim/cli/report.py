"""The printed report of a comparison or a run: the answer on one screen, or all findings, tables and the waterfall."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sim.cli.console import NO_BREAK_SPACE, Page, wrapped
from sim.common.number_format import compact, listed, number_of
from sim.report.comparison_protocol import Compared
from sim.report.text import first_screen, price_waterfall, tables
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.reading import failed_replications, how_to_read
from sim.report.text.reality import business_line, looks_like_a_business
from sim.report.text.sentences import comparison_sentences
from sim.report.text.settling import prices_not_at_rest, warnings_in_short, warnings_of
from sim.report.text.short_findings import short_findings
from sim.report.text.variance_reduction import TITLE, variance_reduction
from sim.report.titles import titled
from sim.scenario.pricing_conduct import gap_decides, pricing_in_a_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments import Comparison
    from sim.experiments.stopping import Precision
    from sim.report.comparison_protocol import OneRun
    from sim.results.outcome import Outcome
    from sim.scenario import Scenario

WIDTH, MOST_WIDE = 80, 100
"""Characters of a line, and of a command beyond which it is left out."""
WHEN = " Who gains when: --who-keeps"
MORE = "-: does not apply. `middleman explain NAME` says more about the names listed after `explain:`."


def print_first_screen(
    typed: str, comparison: Comparison, kept: Sequence[str] = (), until: Sequence[Precision] = ()
) -> None:
    """Print the answer of a comparison on one screen.

    Args:
        typed: the name or file of the scenario, as it was typed.
        comparison: what was found.
        kept: who keeps a set saving, if that was asked for.
        until: precisions that were asked for.
    """
    scenario, named = comparison.scenario, titled(comparison, comparison.scenario)
    asked = comparison.same_prices
    hint = WHEN if not asked and any(gap_decides(scenario, regime) for regime in comparison.regimes) else ""
    prices = kept[-1:] or [f"{pricing_in_a_line(scenario, comparison.regimes, asked)}{hint}"]
    guard = [] if looks_like_a_business(named) else [business_line(named, scenario)]
    heading = [*prices, *guard, *warnings_in_short(comparison), *precision_lines(comparison, until)]
    _print_screen(scenario, named, heading, _where_to_go_on(typed, comparison))


def print_one_run(typed: str, outcome: Outcome, one: OneRun) -> None:
    """Print what one run says on one screen."""
    from sim.cli.entry_exit_report import entry_exit_sentence

    scenario, named = outcome.manifest.scenario, titled(one, outcome.manifest.scenario)
    prices = pricing_in_a_line(scenario, one.regimes)
    warnings = ["Careful: best prices were not found."] if prices_not_at_rest(named) else []
    heading = [prices, *warnings, *filter(None, [entry_exit_sentence(outcome)])]
    onward = [f"All tables: --full.  Beside other channels, with intervals: {_command('compare', typed)}"]
    _print_screen(scenario, named, heading, onward)


def _print_screen(scenario: Scenario, named: Compared, heading: Sequence[str], onward: Sequence[str]) -> None:
    """Print a screen: what was run and how prices came about, findings, the table, the bars of 100, where to go on."""
    page, currency = Page(), scenario.money.currency
    width = min(page.width, WIDTH)

    def lines(texts: Sequence[str]) -> list[str]:
        return [line for text in texts for line in wrapped(text, width, hanging="  ")]

    run = first_screen.market_line(scenario, named.replications, len(named.regimes))
    table = first_screen.summary_grid(named, width).lines(width)
    bars = lines(first_screen.hundred_lines(named, scenario))
    below = lines([first_screen.notes(named, currency), *onward])
    page.lines(
        first_screen.lines_that_fit(
            lines([run, *heading]),
            [lines([sentence]) for sentence in short_findings(named, currency)],
            [[*table, *bars], below],
        )
    )


def _command(*words: str) -> str:
    """Return a command that is not split at the end of a line."""
    return shlex.join(["middleman", *words]).replace(" ", NO_BREAK_SPACE)


def _where_to_go_on(typed: str, comparison: Comparison) -> list[str]:
    """Return the commands that come next: all tables, one purchase, and where the answer changes."""
    first, *others = comparison.regimes
    shown = "o2o" if "o2o" in others else (*others, first)[0]
    lines = [f"All tables: --full.  One purchase: {_command('trace', typed, '--regime', shown)}"]
    if others:
        pair = [] if (first, others[0]) == ("traditional", "direct") else ["--regimes", f"{first},{others[0]}"]
        most = compact(2 * comparison.scenario.customers.travel_cost or 1.0)
        turns = _command("frontier", typed, "--along", f"customers.travel_cost=0..{most}", *pair)
        lines.append(f"Flips when? {turns}")
    return [line for line in lines if len(line) <= MOST_WIDE]


def print_one_run_in_full(outcome: Outcome, one: OneRun, pricing: Sequence[str]) -> None:
    """Print all that one run says."""
    from sim.cli.entry_exit_report import entry_exit_sentence
    from sim.cli.pricing import print_conduct

    manifest = outcome.manifest
    print_heading(manifest.scenario, [manifest.regime], manifest.seed, 1)
    print_conduct(pricing)
    print_entry_exit(entry_exit_sentence(outcome))
    _print_warning(prices_not_at_rest(titled(one, manifest.scenario)))
    print_report(manifest.scenario, one)


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


def _print_warning(said: str) -> None:
    if said:
        page = Page()
        page.paragraph(said)
        page.line()


def print_precision(comparison: Comparison, until: Sequence[Precision]) -> None:
    """Print how many runs the requested precision took."""
    page = Page()
    for line in precision_lines(comparison, until):
        page.line()
        page.paragraph(line)


def precision_lines(comparison: Comparison, until: Sequence[Precision]) -> list[str]:
    """Return how many runs each requested precision took."""
    first, *others = comparison.regimes
    lines = []
    for wanted in until:
        base = comparison.figures[first][wanted.figure]
        met = wanted.is_met(base, [comparison.differences[other][wanted.figure] for other in others])
        said = "was reached after" if met else "was not reached in"
        lines.append(f"{wanted} {said} {number_of(comparison.replications, 'run')} of each regime.")
    return lines
