"""``tiers``: how one tier of middlemen affects price, quantity and total profit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import Page, announce_compiling, print_json, progress
from sim.cli.errors import bad_argument, end_with, unknown
from sim.common.number_format import CURRENCY, is_clear, number_of
from sim.report.text.grid import Grid

if TYPE_CHECKING:
    from sim.experiments.double_margins import TierAdded

UNITS = {"price": CURRENCY, "quantity": "units", "profit": CURRENCY}
NOTE = (
    "Quantity and profit: mean per day over the days counted; profit is that of all firms in the chain together, "
    "after all costs. Price: mean paid per unit."
)
UNCLEAR = "not clearly different"


def tiers(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a built-in scenario with a tier, or a .toml file.")
    ] = "successive_margins",
    tier: Annotated[
        str | None, typer.Option("--tier", metavar="NAME", help="The tier to leave out (default: the last one).")
    ] = None,
    regime: Annotated[
        str, typer.Option("--regime", "-r", metavar="REGIME", help="A regime with a chain.")
    ] = "traditional",
    seed: options.Seed = "0",
    replications: options.Replications = "1",
    settings: options.Settings = None,
    days: options.Days = None,
    json: options.Json = False,
) -> None:
    """Run a chain with and without one of its tiers: price, quantity, profit of all firms together."""
    market = options.changed_scenario(scenario, settings, days)
    name = options.regime_of(market, regime)
    names = [one.name for one in market.tiers]
    if not names:
        raise bad_argument(
            "SCENARIO", scenario, "a scenario with tiers of intermediaries", "for example successive_margins"
        )
    if tier is not None and tier not in names:
        raise unknown("--tier", tier, "tier", names)
    if not market.regime(name).chain:
        raise bad_argument(
            "--regime", name, "a regime in which goods pass through the tiers", "for example -r traditional"
        )
    first, runs = options.whole_number("--seed", seed, 0), options.whole_number("--replications", replications)
    announce_compiling()
    from sim.experiments.double_margins import tiers as compare_tiers

    with progress(f"{market.name}: runs") as moved:
        found = compare_tiers(market, tier, name, first, runs, progress=moved)
    if json:
        print_json({**found.to_dict(), "seed": first})
    else:
        _print(found, market.money.currency, market.regime_title(found.regime))
    end_with(found.failed)


def _print(found: TierAdded, currency: str, title: str) -> None:
    from sim.report.text.tables import cell

    page = Page()
    page.paragraph(_sentence(found))
    page.heading(f"{found.scenario}, {title}: {number_of(len(found.without), 'pair')} of runs")
    headings = [f"{figure}\n{currency if unit == CURRENCY else unit}" for figure, unit in UNITS.items()]
    grid = Grid(["", *headings])
    for row, name in enumerate((f"without {found.tier}", f"with {found.tier}", "difference")):
        cells = [cell(found.estimates(figure)[row], unit, plus=row == 2) for figure, unit in UNITS.items()]
        grid.add(name, *cells)
    page.lines(grid.lines(page.width))
    page.paragraph(NOTE, indent="  ", hanging="  ")
    for each in found.failed:
        page.paragraph(f"Not run: {each}", hanging="  ")


def _sentence(found: TierAdded) -> str:
    """Say in one sentence how each figure changes, and how certain that is."""
    price, profit = (_way(found, figure, ("higher", "lower", "the same")) for figure in ("price", "profit"))
    sold = _way(found, "quantity", ("sales are higher", "sales are lower", "sales are the same"))
    if sold == UNCLEAR:
        sold = "sales do not clearly change"
    text = (
        f"With the {found.tier} in the chain, the price is {price}, {sold}, and the profit of all firms together is "
        f"{profit}."
    )
    if found.adds_a_margin:
        text += " Each firm adds its own margin and ignores the sales this costs the others (Spengler 1950)."
    if len(found.without) == 1:
        text += " This is one pair of runs, so differences may be due to chance; --replications 10 gives intervals."
    return text


def _way(found: TierAdded, figure: str, words: tuple[str, str, str]) -> str:
    """Return the word for a figure that rises, falls or stays; unclear if chance could explain the change."""
    change = found.estimates(figure)[2]
    if change.mean is None or not is_clear(change):
        return UNCLEAR
    up, down, same = words
    return same if change.mean == 0 else up if change.mean > 0 else down
