"""``run`` and ``compare``: simulate the market and print its figures."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options, two_markets
from sim.cli.answers import PAGES, check_report
from sim.cli.console import announce_compiling, even_if_unread, print_json, progress, say
from sim.cli.errors import bad_argument, end_with
from sim.common.files import write_text
from sim.common.number_format import listed

if TYPE_CHECKING:
    from sim.report.comparison_protocol import Compared
    from sim.results.outcome import Outcome
    from sim.scenario import Scenario


FIND = "find"
"""Value of --warm-up that lets pilot runs find the warm-up."""


def run(  # noqa: PLR0913 - one argument per option
    scenario: options.ScenarioName,
    *,
    context: typer.Context,
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
    from sim.cli.entry_exit_report import entry_exit_sentence
    from sim.cli.pricing import print_conduct
    from sim.cli.report import print_entry_exit, print_heading, print_prices_not_at_rest, print_report
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
        else:
            print_heading(market, [name], number, 1)
            print_conduct(pricing)
            print_entry_exit(entry_exit_sentence(outcome))
            print_prices_not_at_rest(titled(one, market))
            print_report(market, one)
    left_out = [*filter(None, [prices_not_at_rest(titled(one, market))])]
    _write_report(report, market, one, [(name, outcome)], number, context, pricing=pricing, left_out=left_out)
    _say_where(out)


def compare(  # noqa: PLR0913 - one argument per option
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a built-in scenario, or a .toml file.")
    ] = "classroom",
    other: two_markets.Other = None,
    *,
    context: typer.Context,
    regimes: Annotated[
        str | None,
        typer.Option(
            "--regimes",
            metavar="A,B,...",
            help=f"Compare each with the first: {options.KEYS}, or the scenario's own (default: those it lists).",
        ),
    ] = None,
    replications: options.Replications = "10",
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    until: Annotated[
        list[str] | None,
        typer.Option(
            "--until", metavar="FIGURE=WIDTH", help=("Run until a figure is this precise: consumer_price=0.5%.")
        ),
    ] = None,
    warm_up: Annotated[
        str | None,
        typer.Option("--warm-up", metavar="DAYS", help="Days to leave out at the start; `find`: use pilot runs."),
    ] = None,
    same_prices: Annotated[
        bool, typer.Option("--same-prices", help="Charge the first regime's prices everywhere, to isolate the route.")
    ] = False,
    keeps: Annotated[
        bool, typer.Option("--who-keeps", help="Also find the set direct prices at which customers and makers gain.")
    ] = False,
    workers: options.Workers = None,
    out: options.Out = None,
    report: options.Report = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Compare regimes with the same customers, needs and random shocks, or two markets: who pays, earns, waits."""
    if other is not None:
        unfit = {
            "--until": until,
            "--warm-up": warm_up,
            "--same-prices": same_prices,
            "--who-keeps": keeps,
            "--out": out,
        }
        asked = two_markets.MarketsAsked((scenario, other), regimes, replications, seed, days, settings, workers)
        two_markets.compare_two(asked, unfit, report, context, overwrite=overwrite, json=json)
        return
    from sim.cli.pricing import asked_the_same, check_who_keeps, find_who_keeps, one_each, print_pricing
    from sim.cli.report import print_heading, print_left_out, print_precision, print_report, print_unsettled
    from sim.report.text.reading import failed_replications
    from sim.report.text.settling import warnings_of
    from sim.scenario.pricing_conduct import pricing_lines

    # If the warm-up is to be found, the scenario's own warm-up must not be the reason to reject a shorter run.
    market = options.changed_scenario(scenario, settings, days, "0" if warm_up == FIND else warm_up)
    names = options.regimes_of(market, regimes)
    names = asked_the_same(market, names, chosen=regimes is not None) if same_prices else names
    first_seed, runs = options.whole_number("--seed", seed, 0), options.whole_number("--replications", replications)
    threads = None if workers is None else options.whole_number("--workers", workers)
    options.checked_folder(out, "middleman comparison", overwrite)
    check_report(report, PAGES, overwrite=overwrite)
    wanted = options.precisions_of(until)
    check_who_keeps(market, names, asked=keeps, same_prices=same_prices)
    announce_compiling()
    from sim import experiments
    from sim.runs.options import RunOptions

    if warm_up == FIND:
        market = _warmed_up(market, names, first_seed)
    with progress(f"{market.name}: runs{', at most' if wanted else ''}") as moved:
        chosen = RunOptions(runs, first_seed, workers=threads, progress=moved)
        found = experiments.compare(market, names, until=wanted, same_prices=same_prices, options=chosen)
    kept = find_who_keeps(market, names, chosen) if keeps else None
    if out is not None:
        with options.writing(out):
            found.save(out, overwrite=overwrite)
    with even_if_unread():
        if json:
            print_json(found.to_dict() if kept is None else {**found.to_dict(), "who_keeps": kept.to_dict()})
        else:
            print_heading(market, names, first_seed, found.replications)
            print_pricing(found, kept)
            print_left_out(found)
            print_unsettled(found)
            print_report(market, found)
            print_precision(found, wanted)
    if report is not None:
        runs_of_each = one_each(market, names, found.first_whole, same_prices=same_prices)
        pricing = [*pricing_lines(market, names, found.same_prices), *(kept.sentences if kept else ())]
        told = {
            "failed": len(found.failed),
            "left_out": [*failed_replications(found), *warnings_of(found)],
            "pricing": pricing,
        }
        _write_report(report, market, found, runs_of_each, first_seed, context, **told)
    _say_where(out)
    end_with(found.failed)


def _write_report(
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


def _warmed_up(market: Scenario, regimes: Sequence[str], seed: int) -> Scenario:
    """Return the scenario with the warm-up that pilot runs find. Raises ScenarioError if there is none."""
    from sim.runs.warm_up import find_warm_up
    from sim.scenario import load_scenario

    with progress(f"{market.name}: pilot runs") as moved:
        found = find_warm_up(market, regimes, seed, progress=moved)
    if found is None:
        where = listed([market.under_regime(name) for name in regimes], "or")
        allowed = f"it does not settle within {market.time.days} days {where}"
        raise bad_argument("--warm-up", FIND, allowed, "raise --days, or give a number of days")
    say(f"Warm-up found: {found} days.")
    return load_scenario(market, {"time.warm_up": found})


def _say_where(out: object) -> None:
    if out is not None:
        say(f"Saved to {out}.")
