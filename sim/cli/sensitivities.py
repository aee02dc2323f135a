"""``sensitivity``: which parameters drive a figure, or the difference between two regimes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.errors import bad_argument
from sim.cli.experiment import ExperimentRequest, experiment
from sim.cli.sweep_report import failure_lines
from sim.cli.sweeping import show_progress
from sim.common.number_format import NO_VALUE, listed, number_of, quantity
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several_effects
from sim.report.titles import titled

if TYPE_CHECKING:
    from sim.experiments.sensitivity import Influence, Sensitivity
    from sim.scenario import Scenario

HEADINGS = {
    "morris": ("effect of\nthe range", "±", "with\nits sign", "spread of\neffects"),
    "sobol": ("by itself", "±", "with the\nothers", "±"),
}
EXPLAINED = {
    "morris": (
        "Effect of moving a parameter through its whole range, with the others anywhere in theirs: mean size, "
        "half of its 95 % interval, mean, and how much it varies from place to place (Morris 1991)."
    ),
    "sobol": (
        "Share of the figure's variance that a parameter explains on its own, and share it is involved in, in per"
        " cent with half of the 95 % interval (Sobol' 1993, Homma & Saltelli 1996)."
    ),
}


@experiment(replications="1")
def sensitivity(
    asked: ExperimentRequest,
    scenario: options.ScenarioName,
    *,
    vary: options.Vary = None,
    figure: Annotated[str, typer.Option("--figure", metavar="NAME", help="The figure, by dotted name.")] = "welfare",
    regimes: Annotated[
        str, typer.Option("--regimes", metavar="A[,B]", help="One regime, or two: the second minus the first.")
    ] = "traditional,direct",
    method: Annotated[
        str, typer.Option("--method", metavar="NAME", help="morris (screening) or sobol (shares of variance).")
    ] = "morris",
    points: Annotated[
        str, typer.Option("--points", metavar="N", help="Morris: paths through the ranges; Sobol: a power of 2.")
    ] = "8",
) -> None:
    """Find which parameters drive a figure, or its difference between two regimes: Morris or Sobol."""
    market = asked.market(scenario)
    factors = options.factors_of(vary, market)
    names = options.regimes_of(market, regimes)
    wanted = options.parse_figures("--figure", figure)
    number = options.whole_number("--points", points)
    if len(wanted) != 1:
        raise bad_argument("--figure", figure, "one figure", "name one")
    from sim.experiments.sensitivity import METHODS, Method
    from sim.experiments.sensitivity import sensitivity as find_sensitivity

    chosen = options.chosen_of("--method", method, "method", METHODS)[0]
    way: Method = "sobol" if chosen == "sobol" else "morris"
    runs = asked.runs()
    with show_progress(market.name) as moved:
        found = find_sensitivity(market, factors, wanted[0], names, way, number, options=replace(runs, progress=moved))
    asked.give(_answer(found, market), found.failed)


def _answer(found: Sensitivity, scenario: Scenario) -> Answer:
    from sim.report import charts

    return Answer(
        scenario,
        f"{found.scenario}: which parameters drive {_what(found, scenario)}",
        f"{EXPLAINED[found.method]} {number_of(found.runs, 'value')} computed.",
        [("", _table(found))],
        [*filter(None, [influence_sentence(found, scenario), several_effects(found)]), *failure_lines(found.failed)],
        {**found.to_dict(), "sentence": influence_sentence(found, scenario), "several": several_effects(found)},
        found.to_frames,
        lambda: [charts.tornado(titled(found, scenario))],
    )


def _what(found: Sensitivity, scenario: Scenario) -> str:
    """Return the figure in words."""
    first, *others = map(scenario.under_regime, found.regimes)
    return f"{found.figure} {others[0]} minus {found.figure} {first}" if others else f"{found.figure} {first}"


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
            quantity(last[1], unit) if last[1] is not None else NO_VALUE,
        )
    return grid


def _way(influence: Influence) -> str:
    """Return in which direction a parameter moves a figure, if at least three quarters of its effect go one way."""
    direction = influence.direction or 0.0
    if abs(direction) < 0.5 * influence.effect:
        return "up in some places and down in others"
    return "mostly up" if direction > 0 else "mostly down"


def influence_sentence(found: Sensitivity, scenario: Scenario) -> str:
    """Return in words which parameters matter most, and which show no effect."""
    felt = [each for each in found.influences if each.is_felt]
    silent = [each.parameter for each in found.influences if not each.is_felt]
    unit, what = _unit(found), _what(found, scenario)
    if not felt:
        return f"None of these parameters clearly moves {what}; try more points or wider ranges."
    strongest = felt[0]
    rivals = [each.parameter for each in felt[1:] if each.may_exceed(strongest)]
    suffix = " %" if found.method == "sobol" else ""
    much = f"{quantity(strongest.effect, unit)}{suffix} (±{quantity(strongest.effect_interval, unit)})"
    if found.method == "sobol":
        said = f"{strongest.parameter} matters most: alone it explains {much} of the variance of {what}."
    else:
        said = f"{strongest.parameter} matters most: over its range it moves {what} by {much}, {_way(strongest)}."
    if rivals:
        said += f" {listed(rivals, 'or')} may matter as much."
    if silent:
        said += f" No clear effect of {listed(silent, 'or')}."
    if found.undefined:
        left_out = number_of(found.left_out, "walk" if found.method == "morris" else "base point")
        said += (
            f" The figure was undefined at {number_of(found.undefined, 'point')}; {left_out} left out for that reason."
        )
    return said
