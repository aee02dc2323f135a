"""``run`` and ``compare``: the market lives through its days, and the figures are printed."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import announce_compiling, print_json, progress, say
from sim.cli.words import listed


def run(  # noqa: PLR0913 - one argument per option
    scenario: options.ScenarioName,
    regime: options.Regime = None,
    seed: options.Seed = 0,
    days: options.Days = None,
    settings: options.Settings = None,
    out: options.Out = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Run a market under one regime and print its figures."""
    from sim.cli.report import print_heading, print_report
    from sim.cli.tables import OneRun

    market = options.scenario_of(scenario, settings, days)
    name = options.regime_of(market, regime)
    options.checked_folder(out, "middleman outcome", overwrite)
    announce_compiling()
    from sim import experiments
    from sim.figures import flatten

    outcome = experiments.run(market, name, seed)
    figures = experiments.run_to_dict(outcome)
    if out is not None:
        with options.writing(out):
            outcome.save(out, overwrite=overwrite)
    if json:
        print_json(figures)
    else:
        print_heading(market, name, seed, 1)
        print_report(market, OneRun(name, flatten(dict(outcome.figures))))
    _say_where(out)


def compare(  # noqa: PLR0913 - one argument per option
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml file.")
    ] = "classroom",
    regimes: Annotated[
        str | None,
        typer.Option(
            "--regimes", metavar="A,B,...", help="The others compared with the first [default: the scenario's]."
        ),
    ] = None,
    replications: options.Replications = 10,
    seed: options.Seed = 0,
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
    options.checked_folder(out, "middleman comparison", overwrite)
    announce_compiling()
    from sim import experiments

    with progress(f"{market.name}: runs") as moved:
        found = experiments.compare(market, names, replications, seed, workers, moved)
    if out is not None:
        with options.writing(out):
            found.save(out, overwrite=overwrite)
    if json:
        print_json(found.to_dict())
    else:
        print_heading(market, listed(names), seed, replications)
        print_report(market, found)
    _say_where(out)


def _say_where(out: object) -> None:
    if out is not None:
        say(f"Saved to {out}.")
