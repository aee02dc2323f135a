"""``fit``: a market fitted to a firm's own weekly figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import check_report, give
from sim.cli.console import announce_compiling, say
from sim.cli.errors import bad_argument, combined_error

if TYPE_CHECKING:
    from sim.fitting import FittedMarket, WeeklyHistory
    from sim.scenario import Scenario


def fit(  # noqa: PLR0913 - one argument per option
    scenario: options.ScenarioName,
    *,
    context: typer.Context,
    to: Annotated[
        list[Path], typer.Option("--to", metavar="TABLE", help="Weekly history: week, SKU, price, units. Repeatable.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Fitted market (default: SCENARIO.fitted.toml)."),
    ] = None,
    regime: options.Regime = None,
    prior: Annotated[
        list[str] | None,
        typer.Option("--prior", metavar="PATH=SD", help="How far an assumption may be off, in logs. Repeatable."),
    ] = None,
    members: Annotated[
        str, typer.Option("--members", metavar="N", help="Sets of parameters that fit about as well, kept beside it.")
    ] = "200",
    seed: options.Seed = "0",
    settings: options.Settings = None,
    report: options.AnyReport = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Fit a market to weekly prices and units: what the data decide, what stays an assumption, and how sure it is.

    Writes the fitted market and, beside it, its ensemble: other commands run over it with --ensemble.
    """
    market = options.changed_scenario(scenario, settings, None)
    name = options.regime_of(market, regime)
    target = Path(f"{Path(scenario).stem}.fitted.toml") if out is None else out
    _check_target(target, overwrite=overwrite)
    check_report(report, overwrite=overwrite)
    number = options.whole_number("--seed", seed, 0)
    count = options.whole_number("--members", members, 2, 10_000)
    sd = priors_of(prior)
    told = read_histories(to, market)
    announce_compiling()
    from sim.fitting import fit_market
    from sim.report.fit_report import fit_report

    found = fit_market(market, told, name, seed=number, members=count, prior_sd=sd)
    with options.writing(target, "--output"):
        write_fitted(found, target)
    give(fit_report(found), report, context, json=json)
    say(f"The fitted market is in {target}, its {count} sets of parameters beside it.")
    say(f"Next: middleman decide {target}")


def write_fitted(found: FittedMarket, target: Path) -> None:
    """Write a fitted market and its ensemble."""
    from sim.common.files import write_text
    from sim.fitting import ensemble_path
    from sim.scenario.writing import scenario_to_toml

    found.ensemble.write(ensemble_path(target), found.scenario)
    write_text(target, scenario_to_toml(found.scenario))


def _check_target(target: Path, *, overwrite: bool) -> None:
    if target.suffix.lower() != ".toml":
        raise bad_argument("--output", str(target), "a file name ending in .toml", f"{target.stem}.toml")
    if target.is_dir() or not target.resolve().parent.is_dir():
        raise bad_argument("--output", str(target), "its folder does not exist, or it is a folder", "choose another")
    if target.exists() and not overwrite:
        raise bad_argument("--output", str(target), "it exists already", "choose another name, or use --overwrite")


def priors_of(given: list[str] | None) -> dict[str, float]:
    """Return standard deviations of priors by path. Raises ScenarioError with everything that is wrong."""
    from sim.scenario.numbers import as_number

    found, errors = {}, []
    for text in given or ():
        path, _, value = text.partition("=")
        number = as_number(value.strip())
        if number is None:
            errors.append(bad_argument("--prior", text, "PATH=SD", "for example --prior customers.hassle=0.3"))
        else:
            found[path.strip()] = float(number)
    if errors:
        raise combined_error(errors)
    return found


def read_histories(files: list[Path], market: Scenario) -> WeeklyHistory:
    """Read weekly histories as one. Raises ScenarioError with everything that is wrong."""
    from sim.cli.importing import table_content
    from sim.fitting.history import history_of_tables
    from sim.scenario import ScenarioError
    from sim.scenario.names import product_names
    from sim.tables import read_history

    tables, errors = [], []
    for file in files:
        try:
            tables.append(read_history(table_content(file, "--to"), file.name))
        except ScenarioError as error:
            errors.append(error)
    if errors:
        raise combined_error(errors)
    return history_of_tables(tables, product_names(market))
