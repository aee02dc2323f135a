"""Reports a sweep: tables, charts, and the points that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.cli import options
from sim.cli.answers import Answer
from sim.common.number_format import is_clear, listed, number_of, plus_minus, quantity
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several
from sim.report.titles import titled

if TYPE_CHECKING:
    from sim.experiments.sweep_results import Sweep
    from sim.report.charts import Chart
    from sim.runs.design import Point
    from sim.runs.point_runs import FailedPoint
    from sim.scenario import Scenario

MOST_LISTED = 20
"""Failures listed one by one."""


def answered(found: Sweep, figures: str) -> Answer:
    """Return a sweep as far as it has been run. Raises ScenarioError for unknown figures."""
    names = options.parse_figures("--figures", figures)
    sound = [number for number in range(len(found.points)) if found.is_sound(number)]
    points, estimates = [found.points[n] for n in sound], [found.estimates(n, names) for n in sound]
    corrected = several_at_points(points, estimates, found.scenario)
    titles = [found.scenario.regime_title(name) for name in found.regimes]
    return Answer(
        found.scenario,
        f"{found.scenario.name}: {number_of(len(found.points), 'point')}, {listed(titles)}",
        f"Each number is the mean of {_runs(found, sound)} ± half of its 95 % interval; differences to "
        f"{found.scenario.regime_phrase(found.regimes[0])} are computed run by run; [brackets]: the interval includes "
        "zero.",
        [(name, _grid(found, name, points, estimates)) for name in names],
        [*filter(None, [corrected]), *failure_lines(found.failures)],
        {**found.to_dict(names), "several": corrected},
        lambda: found.to_frames(names),
        lambda: _charts(found, names, points, estimates),
    )


def _charts(
    found: Sweep, names: Sequence[str], points: Sequence[Point], estimates: Sequence[dict[str, Any]]
) -> list[Chart]:
    """Return a chart for each figure: along the parameter if one was varied, else the differences at each point."""
    from sim.experiments.point_figures import AtPoint
    from sim.report import charts
    from sim.results.figures import FIGURES

    paths = list(dict.fromkeys(path for point in points for path in point))
    values = [point[paths[0]] for point in points] if len(paths) == 1 else []
    in_line = bool(values) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    first, *others = found.regimes
    drawn = []
    for name in names:
        unit = FIGURES[name.split(".", maxsplit=1)[0]].unit
        if in_line or not others:
            each = [titled(AtPoint(found.regimes, len(found.seeds), **here), found.scenario) for here in estimates]
            order = sorted(range(len(points)), key=lambda at: values[at]) if in_line else range(len(points))
            path = paths[0] if in_line else "point"
            shown = charts.Named(name, unit.replace("currency", found.scenario.money.currency))
            along = [(values[at] if in_line else at, each[at]) for at in order]
            drawn.append(charts.along(along, charts.Named(path), name, shown))
        else:
            title = found.scenario.regime_title
            changes = {title(other): [here["differences"][other][name] for here in estimates] for other in others}
            drawn.append(charts.differences(points, changes, title(first), name, unit))
    return drawn


def several_at_points(points: Sequence[Point], estimates: Sequence[Mapping[str, Any]], scenario: Scenario) -> str:
    """Return how many differences a sweep compares, and which stay clear after Holm's correction."""
    changes = {
        f"{name} {scenario.under_regime(regime)} at {_at(point)}": change
        for point, here in zip(points, estimates, strict=True)
        for regime, by_name in here["differences"].items()
        for name, change in by_name.items()
    }
    return several(changes)


def _at(point: Point) -> str:
    return ", ".join(f"{path}={_value(value)}" for path, value in point.items()) or "the unchanged scenario"


def _runs(found: Sweep, sound: Sequence[int]) -> str:
    """Return how many runs a number is based on; fewer than planned if some are pending or failed."""
    counts = [count for number in sound for count in found.finished(number).values()]
    planned, fewest = len(found.seeds), min(counts, default=0)
    if fewest == planned:
        return number_of(planned, "run")
    most = max(counts, default=0)
    runs = number_of(most, "run") if fewest == most else f"{fewest} to {number_of(most, 'run')}"
    return f"{runs} ({sum(counts)} of {number_of(planned * len(counts), 'run')} are done)"


def _grid(found: Sweep, name: str, points: Sequence[Point], estimates: Sequence[dict[str, Any]]) -> Grid:
    """Return a table of one figure: a row for each point, with each regime, then each difference."""
    from sim.results.figures import FIGURES

    first, *others = found.regimes
    title = found.scenario.regime_title
    unit = FIGURES[name.split(".", maxsplit=1)[0]].unit
    paths = list(dict.fromkeys(path for point in points for path in point))
    headings = [
        *(path.replace(".", ".\n") for path in paths),
        *map(title, found.regimes),
        *(f"{title(other)}\nminus {title(first)}" for other in others),
    ]
    grid = Grid(headings, names=max(1, len(paths)))
    for point, found_here in zip(points, estimates, strict=True):
        cells = [_value(point.get(path)) for path in paths]
        cells += [
            f"{quantity(each.mean, unit)} {plus_minus(each, unit)}".rstrip()
            for each in (found_here["figures"][r][name] for r in found.regimes)
        ]
        for other in others:
            change = found_here["differences"][other][name]
            text = f"{quantity(change.mean, unit, plus=True)} {plus_minus(change, unit)}".rstrip()
            cells.append(text if change.mean is None or is_clear(change) else f"[{text}]")
        grid.add(*cells)
    return grid


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else "" if value is None else str(value)


def failure_lines(failures: Sequence[FailedPoint]) -> list[str]:
    """Return a line for each point that could not be run."""
    lines = [f"Not run: {failed}" for failed in failures[:MOST_LISTED]]
    left = len(failures) - len(lines)
    return [*lines, f"Not run: {left} more; --json lists all."] if left else lines
