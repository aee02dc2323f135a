"""A market at all combinations of some values of some parameters: what a page with sliders shows without a run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.common.number_format import grouped
from sim.experiments.point_figures import AtPoint
from sim.experiments.sweep_results import Sweep
from sim.experiments.sweeping import sweep
from sim.runs.design import Factor, Point
from sim.runs.options import RunOptions
from sim.scenario import Problem, Scenario, ScenarioError

MOST_POINTS = 200
"""Points of a page: each is run, and each has its charts."""


@dataclass(frozen=True)
class ParameterGrid:
    """All combinations of some values.

    Attributes:
        scenario: what the values change.
        regimes: those compared, the others with the first.
        factors: the parameters that vary, with their values.
    """

    scenario: Scenario
    regimes: tuple[str, ...]
    factors: tuple[Factor, ...]

    @property
    def axes(self) -> dict[str, tuple[Any, ...]]:
        """The values of each parameter, by path."""
        return {factor.path: factor.grid() for factor in self.factors}

    @property
    def points(self) -> tuple[Point, ...]:
        """Every combination, the last parameter changing fastest."""
        return tuple(dict(zip(self.axes, values, strict=True)) for values in itertools.product(*self.axes.values()))

    @property
    def size(self) -> int:
        """How many points there are."""
        return math.prod(len(values) for values in self.axes.values())

    def nearest(self, wanted: Sequence[float]) -> int:
        """Return the number of the point that is nearest to some values, one for each parameter."""
        number = 0
        for values, value in zip(self.axes.values(), wanted, strict=True):
            own = min(range(len(values)), key=lambda place, v=values, w=value: abs(float(v[place]) - w))  # type: ignore[misc]
            number = number * len(values) + own
        return number


def checked_grid(grid: ParameterGrid) -> ParameterGrid:
    """Return a grid that is not too large. Raises ScenarioError."""
    if grid.size > MOST_POINTS:
        allowed = f"at most {MOST_POINTS} points can be published, and these are {grouped(grid.size)}"
        raise ScenarioError([Problem("--vary", "", str(grid.size), allowed, "give fewer values, as in a=1,2,3")])
    return grid


@dataclass(frozen=True)
class GridResult:
    """What the runs of a grid say, point by point, in the order of ``ParameterGrid.points``."""

    grid: ParameterGrid
    found: Sweep

    def at(self, number: int) -> AtPoint:
        """Return all figures at a point, in the form of a comparison."""
        estimates = self.found.estimates(number)
        replications = min(self.found.finished(number).values())
        return AtPoint(self.grid.regimes, replications, estimates["figures"], estimates["differences"])


def run_grid(grid: ParameterGrid, options: RunOptions) -> GridResult:
    """Run every point of a grid. Raises what ``sweep`` raises, and ScenarioError where points cannot be run."""
    found = sweep(grid.scenario, grid.points, grid.regimes, options=replace(options, days=None, overrides=None))
    if found.failures:
        failed = found.failures[0]
        said = ", ".join(f"{path}={value}" for path, value in failed.point.items())
        allowed = f"every point must be a market that can be run; {len(found.failures)} cannot"
        raise ScenarioError([Problem("--vary", "", said, allowed, f"leave it out: {failed.reason}")])
    return GridResult(grid, found)
