"""``run``: simulate the market under one regime and print its figures."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.cli import options
from sim.cli.answers import PAGES, check_report
from sim.cli.console import announce_compiling, even_if_unread, print_json, say
from sim.common.files import write_text

if TYPE_CHECKING:
    from sim.report.comparison_protocol import Compared
    from sim.results.outcome import Outcome
    from sim.scenario import Scenario


def run(  # noqa: PLR0913 - one argument per option
    scenario: options.ScenarioName,
    *,
    context: typer.Context,
    full: options.Full = False,
    regime: options.Regime = None,
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    out: options.Out = None,
    report: options.Report = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Run a market under one regime and print its figures."""
    from sim.cli.report import print_one_run, print_one_run_in_full
    from sim.report.comparison_protocol import OneRun
    from sim.report.text.settling import prices_not_at_rest
    from sim.report.titles import titled
    from sim.scenario.pricing_conduct import pricing_lines

    market = options.changed_scenario(scenario, settings, days)
    name = options.regime_of(market, regime)
    pricing = pricing_lines(market, [name])
    number = options.whole_number("--seed", seed, 0)
    options.checked_folder(out, "middleman outcome", overwrite)
    check_report(report, PAGES, overwrite=overwrite)
    announce_compiling()
    from sim import experiments
    from sim.results.figures import flatten

    outcome = experiments.run(market, name, number)
    figures, one = experiments.run_to_dict(outcome), OneRun(name, flatten(dict(outcome.figures)))
    if out is not None:
        with options.writing(out):
            outcome.save(out, overwrite=overwrite)
    with even_if_unread():
        if json:
            print_json(figures)
        elif full:
            print_one_run_in_full(outcome, one, pricing)
        else:
            print_one_run(scenario, outcome, one)
    left_out = [*filter(None, [prices_not_at_rest(titled(one, market))])]
    write_report(report, market, one, [(name, outcome)], number, context, pricing=pricing, left_out=left_out)
    say_where(out)


def write_report(
    file: Path | None,
    market: Scenario,
    found: Compared,
    runs: Iterable[tuple[str, Outcome]],
    seed: int,
    context: typer.Context,
    **told: Any,
) -> None:
    """Write the page of a comparison or run, if one was asked for; ``told`` is what else ``ComparisonReport`` takes."""
    if file is None:
        return
    from sim.experiments.jobs import look_through
    from sim.report.html.comparison import ComparisonReport, comparison_page

    about = ComparisonReport(market, found, look_through(runs), seed, context.obj or sys.argv[1:], **told)
    with options.writing(file, "--report"):
        write_text(file, comparison_page(about))
    say(f"The report is in {file}.")


def say_where(out: object) -> None:
    """Say where results were saved, if they were."""
    if out is not None:
        say(f"Saved to {out}.")
