"""``optimise``: the price, commission or stock level that is best for one party."""

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
from sim.common.number_format import is_clear, listed, number_of, plus_minus, quantity
from sim.report.text.grid import Grid
from sim.report.text.parameter_names import parameter_unit, value_of
from sim.report.titles import titled

if TYPE_CHECKING:
    from sim.experiments.optimising import Optimum
    from sim.scenario import Scenario


@experiment()
def optimise(
    asked: ExperimentRequest,
    scenario: options.ScenarioName,
    *,
    vary: options.Vary = None,
    for_whom: Annotated[
        str, typer.Option("--for", metavar="FIGURE", help="The figure to maximise or minimise, by dotted name.")
    ] = "supplier_profit",
    regime: options.Regime = None,
) -> None:
    """Find the values of one or two parameters that are best for a party; rivals react by their own rules."""
    market = asked.market(scenario)
    factors = options.factors_of(vary, market)
    name, figures = options.regime_of(market, regime), options.parse_figures("--for", for_whom)
    if len(figures) != 1:
        raise bad_argument("--for", for_whom, "one figure", "name one")
    from sim.experiments.optimising import optimise as find_optimum

    runs = asked.runs()
    with show_progress(market.name) as moved:
        found = find_optimum(market, factors, figures[0], name, options=replace(runs, progress=moved))
    asked.give(_answer(found, market), found.failed)


def _answer(found: Optimum, scenario: Scenario) -> Answer:
    from sim.report import charts

    said = optimum_sentence(found, scenario)
    return Answer(
        scenario,
        f"{found.scenario}: the {found.goal} {found.figure} {scenario.under_regime(found.regime)}",
        _tried(found),
        [("", _table(found, scenario))],
        [said, *failure_lines(found.failed)],
        {**found.to_dict(), "sentence": said},
        found.to_frames,
        lambda: [charts.optimum_chart(titled(found, scenario), _unit(found))],
    )


def _tried(found: Optimum) -> str:
    searched, judged = number_of(found.searched.n, "run"), number_of(found.best.n, "run")
    tried = number_of(found.tried, "point")
    return (
        f"{tried} tried, each on the same {searched}. The best one was tested again in {judged} "
        "with other seeds, because the best of many looks better than it is in the runs used to choose it. The rows "
        'marked "or": change of the figure one step to either side, paired; in [brackets] if the 95 % interval '
        "includes zero."
    )


def _unit(found: Optimum) -> str:
    from sim.results.figures import FIGURES

    return FIGURES[found.figure.split(".", maxsplit=1)[0]].unit


def _table(found: Optimum, scenario: Scenario) -> Grid:
    """Return the best values and the values on either side of them."""
    unit = _unit(found)
    grid = Grid(["parameter", "value", found.figure])
    for path, value in found.values.items():
        best = f"{quantity(found.best.mean, unit)} {plus_minus(found.best, unit)}".rstrip()
        grid.add(path, value_of(value, parameter_unit(path, scenario)), best)
        for each in found.neighbours:
            if each.parameter == path:
                text = f"{quantity(each.change.mean, unit, plus=True)} {plus_minus(each.change, unit)}".rstrip()
                clear = each.change.mean is None or is_clear(each.change)
                grid.add("  or", value_of(each.value, parameter_unit(path, scenario)), text if clear else f"[{text}]")
    return grid


def optimum_sentence(found: Optimum, scenario: Scenario) -> str:
    """Return what is best, how certain it is, and whether it is at an end of the range."""

    def shown(path: str, value: object) -> str:
        return value_of(value, parameter_unit(path, scenario))

    unit = _unit(found)
    if len({one.mean for _, one in found.points}) == 1 < len(found.points):
        paths = listed(list(found.values), "nor")
        same = quantity(found.searched.mean, unit)
        return f"{found.figure} does not depend on {paths}: it is {same} at every point tried."
    values = listed([f"{path} {shown(path, value)}" for path, value in found.values.items()])
    interval = ""
    if found.best.low is not None and found.best.low != found.best.high:
        interval = f" ({quantity(found.best.low, unit)} to {quantity(found.best.high, unit)})"
    said = f"{found.figure} is {found.goal} at {values}: {quantity(found.best.mean, unit)}{interval}."
    if quantity(found.searched.mean, unit) != quantity(found.best.mean, unit):
        said += f" In the runs used to choose it, it was {quantity(found.searched.mean, unit)}."
    for path, (low, high) in (found.alike or {}).items():
        if low != high:
            said += f" Values of {path} from {shown(path, low)} to {shown(path, high)} were not clearly worse."
    for path, end in found.corners.items():
        said += f" {path} is at the {end} end of its range."
    return said
