"""``sensitivity``: which parameters decide a figure, or what a regime makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.errors import refused
from sim.cli.experiment import Asked, experiment
from sim.cli.sweep_report import failures_told
from sim.cli.sweeping import standing
from sim.common.number_format import NOTHING, listed, number_of, quantity
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several_effects

if TYPE_CHECKING:
    from sim.experiments.sensitivity import Influence, Sensitivity
    from sim.scenario import Scenario

HEADINGS = {
    "morris": ("effect of\nthe range", "±", "with\nits sign", "spread of\neffects"),
    "sobol": ("by itself", "±", "with the\nothers", "±"),
}
EXPLAINED = {
    "morris": "Effect of going through the whole range of a parameter, the others anywhere in theirs: its mean size, "
    "half its 95 % interval, its mean, and how much it differs from place to place (Morris 1991).",
    "sobol": "Share of the figure's variance that a parameter explains by itself, and that it takes part in, in per "
    "cent with half of the 95 % interval (Sobol' 1993, Homma & Saltelli 1996).",
}


@experiment(replications="1")
def sensitivity(
    asked: Asked,
    scenario: options.ScenarioName,
    *,
    vary: options.Vary = None,
    figure: Annotated[
        str, typer.Option("--figure", metavar="NAME", help="What they decide, by dotted name.")
    ] = "welfare",
    regimes: Annotated[
        str, typer.Option("--regimes", metavar="A[,B]", help="Under one regime, or the second less the first.")
    ] = "traditional,direct",
    method: Annotated[
        str, typer.Option("--method", metavar="NAME", help="morris (what matters at all) or sobol (shares).")
    ] = "morris",
    points: Annotated[
        str, typer.Option("--points", metavar="N", help="Walks through the ranges, or a power of 2 of base points.")
    ] = "8",
) -> None:
    """Find which parameters decide a figure, or its difference between two regimes: Morris or Sobol."""
    market = asked.market(scenario)
    factors = options.factors_of(vary, market)
    names = options.regimes_of(market, regimes)
    wanted = options.figures_of("--figure", figure)
    number = options.whole_number("--points", points)
    if len(wanted) != 1:
        raise refused("--figure", figure, "one figure", "name one")
    from sim.experiments.sensitivity import METHODS, Method, find_sensitivity

    chosen = options.chosen_of("--method", method, "method", METHODS)[0]
    way: Method = "sobol" if chosen == "sobol" else "morris"
    runs = asked.runs()
    with standing(market.name) as moved:
        found = find_sensitivity(
            market, factors, wanted[0], names, way, number, options=replace(runs, progress=moved)
        )  # fmt: skip
    asked.give(_answer(found, market), found.failed)


def _answer(found: Sensitivity, scenario: Scenario) -> Answer:
    from sim.report import charts

    return Answer(
        scenario,
        f"{found.scenario}: what decides {_what(found)}",
        f"{EXPLAINED[found.method]} {number_of(found.runs, 'value')} computed.",
        [("", _table(found))],
        [*filter(None, [sentence(found), several_effects(found)]), *failures_told(found.failed)],
        {**found.to_dict(), "sentence": sentence(found), "several": several_effects(found)},
        found.to_frames,
        lambda: [charts.tornado(found)],
    )


def _what(found: Sensitivity) -> str:
    """Return what was looked at, in words."""
    if len(found.regimes) == 1:
        return f"{found.figure} under {found.regimes[0]}"
    return f"{found.figure} under {found.regimes[1]} less {found.regimes[0]}"


def _unit(found: Sensitivity) -> str:
    from sim.results.figures import FIGURES

    return "share" if found.method == "sobol" else FIGURES[found.figure.split(".", maxsplit=1)[0]].unit


def _table(found: Sensitivity) -> Grid:
    """Return a row for each parameter, the strongest first."""
    unit = _unit(found)
    grid = Grid(["parameter", *HEADINGS[found.method]])
    for each in found.influences:
        last = (each.together, each.together_interval) if each.direction is None else (each.direction, each.together)
        plus = each.direction is not None
        grid.add(
            each.parameter,
            quantity(each.effect, unit),
            quantity(each.effect_interval, unit),
            quantity(last[0], unit, plus=plus),
            quantity(last[1], unit) if last[1] is not None else NOTHING,
        )
    return grid


def _way(influence: Influence) -> str:
    """Return which way a parameter moves a figure, where at least three quarters of what it does go that way."""
    direction = influence.direction or 0.0
    if abs(direction) < 0.5 * influence.effect:
        return "up here and down there"
    return "mostly up" if direction > 0 else "mostly down"


def sentence(found: Sensitivity) -> str:
    """Return in words what decides most, and what does not show."""
    felt = [each for each in found.influences if each.is_felt]
    silent = [each.parameter for each in found.influences if not each.is_felt]
    unit = _unit(found)
    if not felt:
        return f"Nothing that was varied can be told to move {_what(found)}; try more points or wider ranges."
    strongest = felt[0]
    rivals = [each.parameter for each in felt[1:] if each.may_exceed(strongest)]
    suffix = " %" if found.method == "sobol" else ""
    much = f"{quantity(strongest.effect, unit)}{suffix} (±{quantity(strongest.effect_interval, unit)})"
    if found.method == "sobol":
        said = f"{strongest.parameter} decides most: by itself it explains {much} of the variance of {_what(found)}."
    else:
        said = f"{strongest.parameter} decides most: through its range it moves {_what(found)} by {much}, "
        said += f"{_way(strongest)}."
    if rivals:
        said += f" {listed(rivals, 'or')} may decide as much."
    if silent:
        said += f" No effect can be told of {listed(silent, 'or')}."
    if found.undefined:
        left_out = number_of(found.left_out, "walk" if found.method == "morris" else "base point")
        said += f" At {number_of(found.undefined, 'point')} it was undefined; {left_out} left out because of that."
    return said
