"""``publish``: a market as a static page with sliders over computed positions, or the argument as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import announce_compiling, say
from sim.cli.errors import bad_argument
from sim.cli.sweeping import show_progress

if TYPE_CHECKING:
    from sim.scenario import Scenario


def publish(  # noqa: PLR0913 - one argument per option
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A built-in scenario, a .toml file, or argument: its nine steps.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of the page: a new or empty one.")],
    vary: options.Vary = None,
    regimes: Annotated[
        str | None, typer.Option("--regimes", metavar="A,B,...", help="Regimes; each is compared with the first.")
    ] = None,
    replications: options.Replications = "5",
    seed: options.Seed = "0",
    settings: options.Settings = None,
    workers: options.Workers = None,
    store: options.StoreFolder = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a page that is there.")] = False,
) -> None:
    """Write a page that needs no server: sliders over computed positions, who gets the money, who gains."""
    from sim.publishing import publish as pages

    options.checked_folder(out, pages.KIND, overwrite)
    if scenario == pages.ARGUMENT:
        if vary or settings or regimes:
            given = next(each for each in (*(vary or ()), *(settings or ()), regimes) if each)
            raise bad_argument("SCENARIO", scenario, "the argument is published as it is", f"remove {given}")
        path = pages.write_page(pages.argument_page(), out, {"page": scenario}, overwrite=overwrite)
        _told(path)
        return
    market = options.changed_scenario(scenario, settings, None)
    names = tuple(options.regimes_of(market, regimes))
    runs = _options(replications, seed, workers, store)
    grid = _grid(market, names, vary)
    with show_progress(market.name) as moved:
        page, published = pages.market_page(grid, replace(runs, progress=moved), scenario, settings or ())
    about: dict[str, Any] = {
        "scenario": market.name,
        "regimes": list(names),
        "seed": runs.seed,
        "replications": runs.replications,
        "vary": {path: list(values) for path, values in grid.axes.items()},
    }
    path = pages.write_page(page, out, about, overwrite=overwrite)
    _told(path)
    say(f"The sliders have {published.result.grid.size} positions.")


def _options(replications: str, seed: str, workers: str | None, store: Path | None) -> Any:
    """Return how runs are made. Raises ScenarioError."""
    count = options.whole_number("--replications", replications)
    first = options.whole_number("--seed", seed, 0)
    threads = None if workers is None else options.whole_number("--workers", workers)
    announce_compiling()
    from sim.runs.options import RunOptions

    return RunOptions(count, first, workers=threads, store=store)


def _grid(market: Scenario, names: tuple[str, ...], vary: list[str] | None) -> Any:
    """Return what is published: ``--vary`` may hold several parameters. Raises ScenarioError."""
    from sim.publishing.grid import ParameterGrid, checked_grid

    factors = options.factors_of(split_vary(vary), market)
    return checked_grid(ParameterGrid(market, names, tuple(factors)))


def split_vary(vary: list[str] | None) -> list[str]:
    """Return one text for each parameter: ``a=1,2,b=3..5`` names two of them."""
    found: list[str] = []
    for text in vary or ():
        for part in text.split(","):
            if "=" in part or not found:
                found.append(part)
            else:
                found[-1] += f",{part}"
    return found


def _told(path: Path) -> None:
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB. Open it in a browser, or put the folder on any web space.")
