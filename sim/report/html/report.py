"""What the page of a comparison or a run says: the finding, charts, tables, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.common.number_format import listed, number_of
from sim.report.comparison_protocol import Between, Compared
from sim.report.html import markup
from sim.report.text import price_waterfall, tables
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.reading import how_to_read
from sim.report.text.sentences import sentences
from sim.report.text.variance_reduction import TITLE, pairing

if TYPE_CHECKING:
    from sim.experiments.jobs import Look
    from sim.report.charts import Chart
    from sim.scenario import Scenario

STILL = 0.05
"""Prices that never leave their first value by more than this part of it are not drawn over time."""


@dataclass(frozen=True)
class Reported:
    """What a page is about.

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


def report(about: Reported) -> str:
    """Return the page. No text of the scenario reaches it as markup."""
    scenario = about.scenario
    name = f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name
    links = {"charts": "Charts", "tables": "Tables", "again": "Make it again", "scenario": "The scenario in full"}
    parts = [
        markup.heading(1, name),
        markup.paragraph(_what_was_run(about), class_="soft"),
        *(markup.paragraph(each, class_="left-out") for each in about.left_out),
        *(markup.paragraph(each, class_="soft pricing") for each in about.pricing),
        markup.element("nav", " ".join(markup.element("a", t, href=f"#{i}") for i, t in links.items())),
        markup.element("div", _findings(about), class_="finding"),
        markup.heading(2, links["charts"], id="charts"),
        *(markup.figure(chart, number) for number, chart in enumerate(charts_of(about))),
        markup.heading(2, links["tables"], id="tables"),
        markup.paragraph(how_to_read(about.comparison), class_="note"),
        *_several(about),
        *_tables(about),
        markup.heading(2, links["again"], id="again"),
        _again(about),
        markup.heading(2, links["scenario"], id="scenario"),
        scenario_in_full(scenario),
    ]
    return markup.page(name, "\n".join(parts))


def _several(about: Reported) -> list[str]:
    """Return how many differences the tables compare, and which are clear after Holm's correction."""
    said = several_differences(about.comparison, [tier.name for tier in about.scenario.tiers])
    return [markup.paragraph(said, class_="note")] if said else []


def _what_was_run(about: Reported) -> str:
    time, comparison = about.scenario.time, about.comparison
    runs = number_of(comparison.replications, "run")
    return (
        f"{listed(comparison.regimes).capitalize()}; {runs} of {number_of(time.days, 'day')} each, of which days "
        f"{time.warm_up} to {time.days - time.cool_down - 1} count; money in {about.scenario.money.currency}."
    )


def _findings(about: Reported) -> str:
    return "".join(markup.paragraph(each) for each in sentences(about.comparison, about.scenario.money.currency))


def charts_of(about: Reported) -> Iterator[Chart]:
    """Yield the charts that have something to show, the one with the argument first."""
    from sim.report import charts

    comparison, currency = about.comparison, about.scenario.money.currency
    yield charts.where_your_100_go(comparison, currency)
    if any(_has(comparison, regime, "wholesale_price") for regime in comparison.regimes):
        yield charts.ladder(comparison, [tier.name for tier in about.scenario.tiers], currency)
    for regime in comparison.regimes[1:]:
        yield charts.who_gains(comparison, regime, currency)
    yield charts.in_your_hands(comparison)
    yield charts.rare_tastes(comparison)
    yield from _from_runs(about)


def _from_runs(about: Reported) -> Iterator[Chart]:
    """Yield the charts of single runs: what followed empty shelves, and prices that moved."""
    from sim.report import charts

    look = about.look
    met = {regime: Between(share, None, None) for regime, share in look.met.items()}
    if any(share.mean for share in met.values()):
        yield charts.empty_shelves(look.endings, met)
    for regime, paths in look.prices.items():
        prices = paths.groupby("payee")["price"]
        if len(paths) and (prices.max() - prices.min() > STILL * prices.max()).any():
            yield charts.prices_over_time(paths, regime, about.scenario.money.currency)


def _has(comparison: Compared, regime: str, figure: str) -> bool:
    found = comparison.figures[regime].get(figure)
    return found is not None and found.mean is not None


def _tables(about: Reported) -> Iterator[str]:
    comparison, currency = about.comparison, about.scenario.money.currency
    for table in tables.tables_of([tier.name for tier in about.scenario.tiers]):
        if not table.compared or len(comparison.regimes) > 1:
            yield _table(table.title, markup.table(tables.grid_of(table, comparison, currency)), table.note)
    helped = pairing(comparison)
    if helped is not None:
        yield _table(TITLE, markup.table(helped[0]), helped[1])
    if price_waterfall.has_waterfall(comparison):
        note = " ".join(price_waterfall.beyond(comparison))
        yield _table("Where 100 that customers paid go", markup.table(_without_letters(comparison)), note)


def _without_letters(comparison: Compared) -> Grid:
    """Return the waterfall without the letters of the printed bar."""
    grid = price_waterfall.grid_of(comparison)
    return Grid(grid.headings, rows=[(row[0][2:], *row[1:]) for row in grid.rows])


def _table(title: str, table: str, note: str) -> str:
    said = markup.paragraph(note, class_="note") if note else ""
    return markup.element("section", markup.heading(3, title) + table + said, class_="table")


def _again(about: Reported) -> str:
    """Return the command, the lines of Python, and the versions it was made with."""
    runs = {"first seed": str(about.seed), "runs of each regime": str(about.comparison.replications)}
    if about.failed:
        runs["replications that failed"] = str(about.failed)
    return (
        markup.paragraph("The command:")
        + markup.preformatted(shlex.join(["middleman", *about.command]))
        + markup.paragraph(f"In Python, with the scenario below saved as {about.scenario.name}.toml:")
        + markup.preformatted(python_of(about))
        + markup.definitions(manifest_of(about.scenario, **runs))
        + markup.paragraph(
            "The same versions, scenario and seed give the same figures to the last digit. Charts of empty shelves and "
            "of prices over time are those of the first run that came to its end.",
            class_="note",
        )
    )


def python_of(about: Reported) -> str:
    """Return the lines of Python that give the same figures."""
    file, regimes = f"{about.scenario.name}.toml", list(about.comparison.regimes)
    if len(regimes) == 1 and about.comparison.replications == 1:
        return f"import sim\n\noutcome = sim.run({file!r}, regime={regimes[0]!r}, seed={about.seed})\noutcome.figures"
    call = f"{file!r}, {regimes!r}, replications={about.comparison.replications + about.failed}, seed={about.seed}"
    return f"import sim\n\ncomparison = sim.compare({call})\ncomparison.to_frame()"


def manifest_of(scenario: Scenario, **more: str) -> dict[str, str]:
    """Return what decided the figures of a page, by name."""
    from sim.common.provenance import sources_sha256, versions
    from sim.scenario import scenario_hash

    return {
        "scenario": scenario.name,
        "sha256 of the scenario": scenario_hash(scenario),
        **more,
        **versions(),
        "sha256 of the sources": sources_sha256(),
    }


def scenario_in_full(scenario: Scenario) -> str:
    """Return every parameter of a scenario as a part of a page."""
    from sim.scenario import scenario_to_toml

    said = "Every parameter, those left at their defaults included; `middleman explain NAME` tells what one means."
    return markup.paragraph(said, class_="note") + markup.preformatted(scenario_to_toml(scenario, defaults=True))
