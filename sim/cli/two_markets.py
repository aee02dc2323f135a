"""``compare A B``: two markets on the same seeds, what differs between them, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.answers import check_report, give
from sim.cli.console import announce_compiling, progress
from sim.cli.errors import bad_argument, combined_error, end_with

Other = Annotated[
    str | None,
    typer.Argument(metavar="[OTHER]", help="A second scenario: compare the two, regime by regime, on the same seeds."),
]


@dataclass(frozen=True)
class MarketsAsked:
    """What two markets are compared on, as typed: names or files, regimes, runs, seed, days, changes, workers."""

    markets: tuple[str, str]
    regimes: str | None
    replications: str
    seed: str
    days: str | None
    settings: Sequence[str] | None
    workers: str | None


def compare_two(
    asked: MarketsAsked,
    unfit: Mapping[str, object],
    report: Path | None,
    context: typer.Context,
    *,
    overwrite: bool,
    json: bool,
) -> None:
    """Compare two markets and print what was found. Raises ScenarioError for options that say nothing about two."""
    wrong = [option for option, value in unfit.items() if value]
    if wrong:
        allowed = "two scenarios are compared on runs of equal number and length, without this option"
        raise combined_error([bad_argument(option, asked.markets[1], allowed, "remove it") for option in wrong])
    first, second = (options.changed_scenario(each, asked.settings, asked.days) for each in asked.markets)
    regimes = None if asked.regimes is None else options.regimes_of(first, asked.regimes)
    seed, runs = (
        options.whole_number("--seed", asked.seed, 0),
        options.whole_number("--replications", asked.replications),
    )
    workers = None if asked.workers is None else options.whole_number("--workers", asked.workers)
    check_report(report, overwrite=overwrite)
    announce_compiling()
    from sim.experiments.two_markets import compare_markets
    from sim.report.text.two_markets import markets_report
    from sim.runs.options import RunOptions

    with progress(f"{first.name} and {second.name}: runs") as moved:
        found = compare_markets(first, second, regimes, RunOptions(runs, seed, workers=workers, progress=moved))
    give(markets_report(found), report, context, json=json)
    end_with(found.failed)
