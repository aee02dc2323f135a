"""``run`` and ``compare``: the market lives through its days, and the figures are printed."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import announce_compiling, print_json, progress, say
from sim.cli.words import listed


def run(
    scenario: options.ScenarioName,
    regime: options.Regime = None,
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    out: options.Out = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Run a market under one regime and print its figures."""
    from sim.cli.comings import comings
    from sim.cli.compared import OneRun
    from sim.cli.report import print_comings, print_heading, print_report

    market = options.scenario_of(scenario, settings, days)
    name = options.regime_of(market, regime)
    number = options.whole_number("--seed", seed, 0)
    options.checked_folder(out, "middleman outcome", overwrite)
    announce_compiling()
    from sim import experiments
    from sim.figures import flatten

    outcome = experiments.run(market, name, number)
    figures = experiments.run_to_dict(outcome)
    if out is not None:
        with options.writing(out):
            outcome.save(out, overwrite=overwrite)
    if json:
        print_json(figures)
    else:
        print_heading(market, name, number, 1)
        print_comings(comings(outcome))
        print_report(market, OneRun(name, flatten(dict(outcome.figures))))
    _say_where(out)


def compare(  # noqa: PLR0913 - one for each option
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a .toml file.")
    ] = "classroom",
    *,
    regimes: Annotated[
        str | None,
        typer.Option(
            "--regimes",
            metavar="A,B,...",
            help="The others are compared with the first (default: those of the scenario).",
        ),
    ] = None,
    replications: options.Replications = "10",
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    workers: options.Workers = None,
    out: options.Out = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Compare regimes on the same customers, needs and chance: who pays, who earns, who waits."""
    from sim.cli.report import print_heading, print_report

    market = options.scenario_of(scenario, settings, days)
    names = options.regimes_of(market, regimes)
    first_seed, runs = options.whole_number("--seed", seed, 0), options.whole_number("--replications", replications)
    threads = None if workers is None else options.whole_number("--workers", workers)
    options.checked_folder(out, "middleman comparison", overwrite)
    announce_compiling()
    from sim import experiments

    with progress(f"{market.name}: runs") as moved:
        found = experiments.compare(market, names, runs, first_seed, workers=threads, progress=moved)
    if out is not None:
        with options.writing(out):
            found.save(out, overwrite=overwrite)
    if json:
        print_json(found.to_dict())
    else:
        print_heading(market, listed(names), first_seed, runs)
        print_report(market, found)
    _say_where(out)


def _say_where(out: object) -> None:
    if out is not None:
        say(f"Saved to {out}.")
