"""``turn``: the value of a parameter at which the answer turns into its opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import Page, announce_compiling, print_json, progress
from sim.cli.failures import refused, unknown
from sim.cli.words import grouped, number_of, significant_decimals

if TYPE_CHECKING:
    from sim.experiments.turning import Turn


def turn(  # noqa: PLR0913 - one for each option
    scenario: options.ScenarioName,
    parameter: Annotated[str, typer.Argument(metavar="PARAMETER", help="Path of a number: customers.travel_cost.")],
    low: Annotated[str, typer.Argument(metavar="LOW", help="Where to begin to look.")],
    high: Annotated[str, typer.Argument(metavar="HIGH", help="Where to end.")],
    *,
    figure: Annotated[str, typer.Option("--figure", metavar="NAME", help="The figure.")] = "consumer_surplus",
    regimes: Annotated[
        str | None, typer.Option("--regimes", metavar="A,B", help="B less A (default: the scenario's first two).")
    ] = None,
    replications: options.Replications = "5",
    seed: options.Seed = "0",
    settings: options.Settings = None,
    json: options.Json = False,
) -> None:
    """Find where one regime stops being better than another: the value at which a difference changes its sign."""
    market = options.scenario_of(scenario, settings, None)
    names = options.regimes_of(market, regimes)[:2]
    if len(names) < 2:
        raise refused("--regimes", regimes or names[0], "two different regimes", "write, say, traditional,direct")
    ends = _number("LOW", low), _number("HIGH", high)
    if ends[0] >= ends[1]:
        raise refused("HIGH", high, f"a number above LOW, {low}", "change places")
    _refuse_unknown(figure)
    first, runs = options.whole_number("--seed", seed, 0), options.whole_number("--replications", replications)
    from sim.experiments.turning import NoTurnError, turning_point

    announce_compiling()
    try:
        with progress(f"{market.name}: values") as moved:
            found = turning_point(
                market, parameter, ends, figure=figure, regimes=(names[0], names[1]), replications=runs, seed=first,
                progress=moved,
            )  # fmt: skip
    except NoTurnError as error:
        raise refused("LOW HIGH", f"{low} {high}", str(error), "look elsewhere, or at another --figure") from None
    if json:
        print_json({**found.to_dict(), "seed": first})
    else:
        _print(found)


def _number(argument: str, given: str) -> float:
    try:
        return float(given)
    except ValueError:
        raise refused(argument, given, "a number", "write, say, 2.5") from None


def _refuse_unknown(figure: str) -> None:
    from sim.figures import FIGURES

    if figure.split(".", maxsplit=1)[0] not in FIGURES:
        raise unknown("--figure", figure, "figure", list(FIGURES))


def _print(found: Turn) -> None:
    from sim.cli.tables import cell
    from sim.figures import FIGURES

    page = Page()
    unit = FIGURES[found.figure.split(".")[0]].unit
    first, second = found.regimes
    value = grouped(found.value, significant_decimals(found.value))
    page.paragraph(
        f"{found.figure} of {second} less {first} changes its sign at {found.parameter} = {value} "
        f"(mean of {number_of(found.replications, 'world')})."
    )
    for end, difference in ((found.low, found.at_low), (found.high, found.at_high)):
        page.paragraph(
            f"at {grouped(end, significant_decimals(end))}: {cell(difference, unit, plus=True)}", indent="  "
        )
