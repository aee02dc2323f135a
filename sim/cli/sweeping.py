"""``sweep`` and ``results``: regimes compared at many points, and the results in a store of runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import console, options
from sim.cli.answers import check_report, give
from sim.cli.console import Page, clock, print_json, say
from sim.cli.errors import bad_argument, end_with
from sim.cli.experiment import ExperimentRequest, experiment
from sim.cli.sweep_report import answered
from sim.common.number_format import NO_VALUE, number_of

if TYPE_CHECKING:
    from sim.experiments.sweep_results import Sweep
    from sim.runs.design import Point
    from sim.runs.progress import OnProgress, Progress
    from sim.scenario import Scenario

SHOWN = "consumer_price,consumer_surplus,producer_surplus,welfare"

Figures = Annotated[
    str,
    typer.Option("--figures", metavar="A,B,...", help=("Figures to print, by dotted name; see `middleman explain`.")),
]


@experiment()
def sweep(
    asked: ExperimentRequest,
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="Name of a built-in scenario, or a .toml file.")
    ] = None,
    *,
    vary: options.Vary = None,
    design: Annotated[
        str, typer.Option("--design", metavar="NAME", help="grid, latin (hypercube), sobol, or a CSV file of points.")
    ] = "grid",
    points: Annotated[
        str | None, typer.Option("--points", metavar="N", help="Number of points for latin and sobol.")
    ] = None,
    regimes: Annotated[
        str | None, typer.Option("--regimes", metavar="A,B,...", help="Regimes; each is compared with the first.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the sweep in --store.")] = False,
    figures: Figures = SHOWN,
) -> None:
    """Compare regimes at many points of a design, with the same seeds at each. Stop at any time; --resume continues."""
    if resume:
        found = _resumed(asked, scenario, vary)
    else:
        if scenario is None:
            raise bad_argument(
                "SCENARIO", "", "a scenario is needed", "for example middleman sweep classroom --vary ..."
            )
        market = asked.market(scenario)
        names = options.regimes_of(market, regimes)
        seed = options.whole_number("--seed", asked.seed, 0)
        planned = _points(design, vary, points, seed, market)
        options.parse_figures("--figures", figures)
        runs = asked.runs()
        from sim.experiments import sweeping

        with show_progress(market.name) as moved:
            found = sweeping.sweep(market, planned, names, options=replace(runs, progress=moved))
    give(answered(found, figures), asked.report, asked.context, json=asked.json, full=asked.full)
    if asked.store is not None:
        say(f"The runs are in {asked.store}.")
    end_with(found.failures)


def _resumed(asked: ExperimentRequest, scenario: str | None, vary: Sequence[str] | None) -> Sweep:
    """Continue a sweep. Raises ScenarioError if it is not clear which one."""
    check_report(asked.report, overwrite=asked.overwrite)
    if asked.store is None:
        raise bad_argument("--resume", "", "it continues the sweep in a store", "add --store FOLDER")
    if vary:
        raise bad_argument("--resume", "", "the store already says what is varied", "remove --vary")
    runs = asked.runs()
    from sim.experiments import sweeping

    with show_progress("sweep") as moved:
        return sweeping.resume(asked.store, scenario, options=replace(runs, progress=moved))


def results(  # noqa: PLR0913, PLR0917 - one argument per option
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A store of runs.")],
    name: Annotated[str | None, typer.Argument(metavar="[SWEEP]", help="Which sweep, if there are several.")] = None,
    figures: Figures = SHOWN,
    sql: Annotated[
        str | None,
        typer.Option("--sql", metavar="QUERY", help='Ask DuckDB: select regime, avg("welfare") from runs group by 1'),
    ] = None,
    report: options.AnyReport = None,
    overwrite: options.Overwrite = False,
    full: options.Full = False,
    json: options.Json = False,
) -> None:
    """Print the results of the finished runs of a sweep, complete or not."""
    from sim.experiments.sweep_results import planned_sweep

    check_report(report, overwrite=overwrite)
    if sql is not None and report is not None:
        raise bad_argument(
            "--report", str(report), "a report shows the figures of a sweep, not answers to --sql", "remove one"
        )
    found = planned_sweep(folder, name)
    if sql is None:
        options.parse_figures("--figures", figures)
        give(answered(found, figures), report, context, json=json, full=full)
        return
    from sim.experiments.sql import query_runs

    table = query_runs(found, sql)
    if json:
        print_json([{name: _plain(value) for name, value in row.items()} for row in table.to_dict("records")])
    else:
        Page().lines(["No rows."] if table.empty else table.to_string(index=False, na_rep=NO_VALUE).splitlines())


def _plain(value: Any) -> Any:
    """Return a value of a table as JSON: undefined values as null, other types as text."""
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str | int):
        return value
    return None if value is None or str(value) in ("NaT", "<NA>") else str(value)


def _points(
    design: str, vary: Sequence[str] | None, points: str | None, seed: int, scenario: Scenario
) -> Sequence[Point]:
    """Return the points to run. Raises ScenarioError with everything that is wrong with them."""
    from sim.runs import design as designs

    if design.endswith(".csv"):
        if vary:
            raise bad_argument("--vary", vary[0], "the CSV file says what is varied", "remove --vary or --design")
        return designs.read_points(Path(design), scenario)
    factors = options.factors_of(vary, scenario)
    number = None if points is None else options.whole_number("--points", points)
    try:
        return designs.points_of(design, factors, number, seed)
    except ValueError as error:
        raise bad_argument(
            "--design", design, str(error), "for example --vary customers.travel_cost=0.1..1.0"
        ) from None


def show_progress(doing: str) -> AbstractContextManager[OnProgress]:
    """Show on standard error how far a sweep has come, and that it came to its end."""
    return console.progress(doing, progress_text, always_last=True)


def progress_text(now: Progress, seconds: float) -> str:
    """Return the progress of a sweep in words: runs, rate, time left, failures."""
    bound = f"{now.bound} " if now.bound else ""
    text = f"{now.done} of {bound}{number_of(now.total, 'run')}"
    if now.found:
        text += f", {now.found} of them found in the store"
    fresh = now.done - now.found
    if fresh and seconds > 0:
        rate = fresh / seconds
        text += f", {rate:.3g} a second, {bound}{clock((now.total - now.done) / rate)} left"
    return f"{text}, {now.failed} failed" if now.failed else text
