"""``check --run`` and ``--against``: one look at whether a market behaves like the business it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import Page, announce_compiling

if TYPE_CHECKING:
    from sim.experiments.reality import ObservedProduct, RealityCheck
    from sim.scenario import Scenario

Run = Annotated[
    bool, typer.Option("--run", help="Also run it three times: do firms lose money, do customers go without?")
]
Against = Annotated[
    Path | None,
    typer.Option("--against", metavar="TABLE", help="Also run it, and hold prices and units against this table."),
]


def look(scenario: Scenario, against: Path | None) -> RealityCheck:
    """Run a market, and hold it against a table if there is one. Raises ScenarioError for a table with problems."""
    announce_compiling()
    from sim.experiments.reality import check_reality

    if against is None:
        return check_reality(scenario)
    observed, sample = _observed(scenario, against)
    return check_reality(scenario, observed, sample=sample)


def _observed(scenario: Scenario, against: Path) -> tuple[list[ObservedProduct], float]:
    """Return what a table says of the products of a market, and the share of it that the market simulates."""
    from sim.cli.importing import table_content
    from sim.experiments.reality import ObservedProduct
    from sim.scenario import ScenarioError
    from sim.tables import read_table
    from sim.tables.assumed_demand import sample_of
    from sim.tables.cells import Remarks
    from sim.tables.listed_products import listed_products
    from sim.tables.sold_products import sold_products

    table = read_table(table_content(against, "--against"), against.name)
    remarks = Remarks(table.file, problems=list(table.problems))
    products = listed_products(table, scenario, remarks) if not remarks.problems else []
    sold = sold_products([each for each in products if each.price is not None], scenario, remarks)
    if remarks.problems:
        raise ScenarioError([each.problem for each in remarks.problems])
    known = any(product.units is not None for product in products)
    found = [ObservedProduct(str(each.item["name"]), each.price, each.units if known else None) for each in sold]
    return found, sample_of(sold, scenario)


def print_reality(found: RealityCheck, scenario: Scenario) -> None:
    """Print observed beside simulated, and one line that says yes or no."""
    from sim.report.text.reality import reality_grid, reality_line

    page = Page()
    if found.products:
        page.line()
        page.lines(reality_grid(found).lines(page.width))
        page.line()
    page.paragraph(reality_line(found, scenario), hanging="  ")
