"""``compare``: simulate a market under several regimes, or two markets, and print what differs, the answer first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options, two_markets
from sim.cli.answers import PAGES, check_report
from sim.cli.console import announce_compiling, even_if_unread, print_json, progress, say
from sim.cli.errors import bad_argument, end_with
from sim.cli.running import say_where, write_report
from sim.common.number_format import listed

if TYPE_CHECKING:
    from sim.cli.pricing import WhoKeeps
    from sim.experiments import Comparison
    from sim.experiments.stopping import Precision
    from sim.scenario import Scenario

FIND = "find"
"""Value of --warm-up that lets pilot runs find the warm-up."""

Regimes = Annotated[
    str | None,
    typer.Option(
        "--regimes",
        metavar="A,B,...",
        help=f"Compare each with the first: {options.KEYS}, or the scenario's own (default: those it lists).",
    ),
]
Until = Annotated[
    list[str] | None,
    typer.Option("--until", metavar="FIGURE=WIDTH", help="Run until a figure is this precise: consumer_price=0.5%."),
]
WarmUp = Annotated[
    str | None,
    typer.Option("--warm-up", metavar="DAYS", help="Days to leave out at the start; `find`: use pilot runs."),
]
SamePrices = Annotated[
    bool, typer.Option("--same-prices", help="Charge the first regime's prices everywhere, to isolate the route.")
]
Keeps = Annotated[
    bool, typer.Option("--who-keeps", help="Also find the set direct prices at which customers and makers gain.")
]


@dataclass(frozen=True)
class ComparisonRequest:
    """What is to be compared, checked.

    Attributes:
        typed: the name or file of the scenario, as it was typed.
        market: the scenario with all its changes.
        regimes: their keys; the others are compared with the first.
        seed, replications, workers: of the runs; no workers: one per core.
        until: how well figures are to be known.
        same_prices: whether all regimes charge the first one's prices.
        keeps: whether who keeps a set saving is to be found, too.
        members: markets of a fitted ensemble, which replications take in turn; none: all take `market`.
    """

    typed: str
    market: Scenario
    regimes: Sequence[str]
    seed: int
    replications: int
    workers: int | None
    until: Sequence[Precision]
    same_prices: bool
    keeps: bool
    members: Sequence[Scenario]


OF_ONE_MARKET = ("--until", "--warm-up", "--same-prices", "--who-keeps", "--ensemble", "--out")
"""Options that a comparison of two markets does not have."""


def compare(  # noqa: PLR0913 - one argument per option
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a built-in scenario, or a .toml file.")
    ] = "classroom",
    other: two_markets.Other = None,
    *,
    context: typer.Context,
    full: options.Full = False,
    regimes: Regimes = None,
    replications: options.Replications = "10",
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    until: Until = None,
    warm_up: WarmUp = None,
    same_prices: SamePrices = False,
    keeps: Keeps = False,
    ensemble: options.EnsembleOption = None,
    workers: options.Workers = None,
    out: options.Out = None,
    report: options.Report = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Compare regimes with the same customers, needs and random shocks, or two markets: who pays, earns, waits."""
    if other is not None:
        unfit = dict(zip(OF_ONE_MARKET, (until, warm_up, same_prices, keeps, ensemble, out), strict=True))
        both = two_markets.MarketsAsked((scenario, other), regimes, replications, seed, days, settings, workers)
        two_markets.compare_two(both, unfit, report, context, overwrite=overwrite, json=json)
        return
    from sim.cli.pricing import asked_the_same, check_who_keeps

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
    members = options.members_of(scenario, market, ensemble, settings)
    announce_compiling()
    market = _warmed_up(market, names, first_seed) if warm_up == FIND else market
    asked = ComparisonRequest(scenario, market, names, first_seed, runs, threads, wanted, same_prices, keeps, members)
    found, kept = _found(asked)
    if out is not None:
        with options.writing(out):
            found.save(out, overwrite=overwrite)
    with even_if_unread():
        if json:
            print_json(found.to_dict() if kept is None else {**found.to_dict(), "who_keeps": kept.to_dict()})
        else:
            _print(asked, found, kept, full=full)
    _write_report(asked, found, kept, report, context)
    say_where(out)
    end_with(found.failed)


def _found(asked: ComparisonRequest) -> tuple[Comparison, WhoKeeps | None]:
    """Run the comparison, and find who keeps a set saving if that was asked for."""
    from sim import experiments
    from sim.cli.pricing import find_who_keeps
    from sim.runs.options import RunOptions

    market, until = asked.market, asked.until
    with progress(f"{market.name}: runs{', at most' if until else ''}") as moved:
        chosen = RunOptions(asked.replications, asked.seed, workers=asked.workers, progress=moved)
        found = experiments.compare(
            market,
            asked.regimes,
            until=until,
            same_prices=asked.same_prices,
            members=asked.members,
            options=chosen,
        )
    return found, find_who_keeps(market, asked.regimes, chosen) if asked.keeps else None


def _print(asked: ComparisonRequest, found: Comparison, kept: WhoKeeps | None, *, full: bool) -> None:
    """Print the first screen, or everything."""
    from sim.cli.pricing import print_pricing
    from sim.cli.report import (
        print_first_screen,
        print_heading,
        print_left_out,
        print_precision,
        print_report,
        print_unsettled,
    )

    if not full:
        print_first_screen(asked.typed, found, () if kept is None else kept.sentences, asked.until)
        return
    print_heading(asked.market, asked.regimes, asked.seed, found.replications)
    print_pricing(found, kept)
    print_left_out(found)
    print_unsettled(found)
    print_report(asked.market, found)
    print_precision(found, asked.until)


def _write_report(
    asked: ComparisonRequest, found: Comparison, kept: WhoKeeps | None, file: Path | None, context: typer.Context
) -> None:
    """Write the web page, if one was asked for."""
    if file is None:
        return
    from sim.cli.pricing import one_each
    from sim.report.text.reading import failed_replications
    from sim.report.text.settling import warnings_of
    from sim.scenario.pricing_conduct import pricing_lines

    market, names = asked.market, asked.regimes
    told: dict[str, Any] = {
        "failed": len(found.failed),
        "left_out": [*failed_replications(found), *warnings_of(found)],
        "pricing": [*pricing_lines(market, names, found.same_prices), *(kept.sentences if kept else ())],
    }
    runs_of_each = one_each(market, names, found.first_whole, same_prices=asked.same_prices)
    write_report(file, market, found, runs_of_each, asked.seed, context, **told)


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
