"""``sweep`` and ``results``: regimes compared at many points, and the results in a store of runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import console, options
from sim.cli.answers import check_report, give
from sim.cli.console import Page, announce_compiling, clock, print_json, say
from sim.cli.errors import end_with, refused
from sim.cli.sweep_report import answered
from sim.common.number_format import NOTHING, number_of

if TYPE_CHECKING:
    from sim.experiments.sweep_results import Sweep
    from sim.experiments.sweeping import Progress, Standing
    from sim.runs.design import Point
    from sim.scenario import Scenario

SHOWN = "consumer_price,consumer_surplus,producer_surplus,welfare"

Figures = Annotated[
    str,
    typer.Option("--figures", metavar="A,B,...", help=("Figures to print, by dotted name; see `middleman explain`.")),
]


def sweep(  # noqa: PLR0913 - one argument per option
    context: typer.Context,
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
    replications: options.Replications = "5",
    seed: options.Seed = "0",
    days: options.Days = None,
    settings: options.Settings = None,
    workers: options.Workers = None,
    scheduler: options.Scheduler = None,
    store: options.StoreFolder = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the sweep in --store.")] = False,
    figures: Figures = SHOWN,
    report: options.AnyReport = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Compare regimes at many points of a design, with the same seeds at each. Stop at any time; --resume continues."""
    jobs = None if workers is None else options.whole_number("--workers", workers)
    check_report(report, overwrite=overwrite)
    if resume:
        found = _resumed(scenario, vary, store, jobs, scheduler)
    else:
        if scenario is None:
            raise refused("SCENARIO", "", "a scenario is needed", "for example middleman sweep classroom --vary ...")
        market = options.scenario_of(scenario, settings, days)
        names = options.regimes_of(market, regimes)
        first, runs = options.whole_number("--seed", seed, 0), options.whole_number("--replications", replications)
        planned = _points(design, vary, points, first, market)
        options.figures_of("--figures", figures)
        announce_compiling()
        from sim.experiments import sweeping

        with standing(market.name) as moved:
            found = sweeping.sweep(
                market, planned, names, runs, first, store=store, workers=jobs, scheduler=scheduler, progress=moved
            )
    give(answered(found, figures), report, context, json=json)
    if store is not None:
        say(f"The runs are in {store}.")
    end_with(found.failures)


def _resumed(
    scenario: str | None, vary: Sequence[str] | None, store: Path | None, jobs: int | None, scheduler: str | None
) -> Sweep:
    """Continue a sweep. Raises ScenarioError if it is not clear which one."""
    if store is None:
        raise refused("--resume", "", "it continues the sweep in a store", "add --store FOLDER")
    if vary:
        raise refused("--resume", "", "the store already says what is varied", "remove --vary")
    announce_compiling()
    from sim.experiments import sweeping

    with standing("sweep") as moved:
        return sweeping.resume(store, scenario, workers=jobs, scheduler=scheduler, progress=moved)


def results(
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
    json: options.Json = False,
) -> None:
    """Print the results of the finished runs of a sweep, complete or not."""
    from sim.experiments.sweep_results import planned

    check_report(report, overwrite=overwrite)
    if sql is not None and report is not None:
        raise refused(
            "--report", str(report), "a report shows the figures of a sweep, not answers to --sql", "remove one"
        )
    found = planned(folder, name)
    if sql is None:
        options.figures_of("--figures", figures)
        give(answered(found, figures), report, context, json=json)
        return
    from sim.experiments.sql import ask

    table = ask(found, sql)
    if json:
        print_json([{name: _plain(value) for name, value in row.items()} for row in table.to_dict("records")])
    else:
        Page().lines(["No rows."] if table.empty else table.to_string(index=False, na_rep=NOTHING).splitlines())


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
            raise refused("--vary", vary[0], "the CSV file says what is varied", "remove --vary or --design")
        return designs.read_points(Path(design), scenario)
    factors = options.factors_of(vary, scenario)
    number = None if points is None else options.whole_number("--points", points)
    try:
        return designs.points_of(design, factors, number, seed)
    except ValueError as error:
        raise refused("--design", design, str(error), "for example --vary customers.travel_cost=0.1..1.0") from None


@contextmanager
def standing(doing: str) -> Iterator[Progress | None]:
    """Show the progress of a sweep on standard error: a bar on a terminal, else lines."""
    import sys
    import time

    begun, said = time.monotonic(), time.monotonic()

    def words(now: Standing) -> str:
        return f"{doing}: {progress_text(now, time.monotonic() - begun)}"

    def line(now: Standing) -> None:
        nonlocal said
        text = words(now)
        if time.monotonic() - said > console.EVERY or (now.done == now.total and not now.bound):
            said = time.monotonic()
            say(text)

    if not sys.stderr.isatty():
        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        BarColumn(), TextColumn("{task.description}"), console=Console(file=sys.stderr), transient=True
    ) as bar:
        task = bar.add_task(doing, total=None)

        def move(now: Standing) -> None:
            bar.update(task, completed=now.done, total=now.total, description=words(now))

        yield move


def progress_text(now: Standing, seconds: float) -> str:
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
