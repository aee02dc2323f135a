"""Figures of runs at several points: the estimates and paired differences they give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.common.estimates import Estimate, difference, estimate
from sim.runs.design import Point
from sim.runs.point_runs import FailedPoint
from sim.runs.replication import Flat

Estimates = Mapping[str, Mapping[str, Estimate]]
"""By regime and dotted name of the figure."""


@dataclass(frozen=True)
class AtPoint:
    """A point in the form of a comparison: see ``sim.report.comparison_protocol.Compared``."""

    regimes: Sequence[str]
    replications: int
    figures: Estimates
    differences: Estimates
    variance_ratios: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)


class PointFigures(ABC):
    """Figures at the points of a design, each run under the same regimes.

    Attributes:
        points: values by path of the parameter.
        regimes: names; differences are to the first.
        seeds: of the replications, the same at every point unless each has its own.
        failures: points that could not be run, or not whole.
    """

    points: tuple[Point, ...]
    regimes: tuple[str, ...]
    seeds: tuple[int, ...]
    failures: tuple[FailedPoint, ...]

    @abstractmethod
    def figures(self, number: int) -> dict[str, list[Flat | None]]:
        """Return a point's figures by regime, one entry for each seed; None where the run is missing, or cannot be."""

    def is_sound(self, number: int) -> bool:
        """Tell whether a point is a scenario at all."""
        del number
        return True

    def finished(self, number: int) -> dict[str, int]:
        """Return how many of a point's runs are there, by regime."""
        return {regime: sum(flat is not None for flat in flats) for regime, flats in self.figures(number).items()}

    def finished_points(self) -> int:
        """Return how many points are whole before the first that is not."""
        for number in range(len(self.points)):
            if any(count < len(self.seeds) for count in self.finished(number).values()):
                return number
        return len(self.points)

    def estimates(self, number: int, names: Iterable[str] | None = None) -> dict[str, dict[str, dict[str, Estimate]]]:
        """Return what a point's runs say: "figures" and paired "differences", by regime and name of the figure."""
        runs = self.figures(number)
        wanted = list(names) if names is not None else _all_names(runs)
        first = runs[self.regimes[0]]
        found = {regime: {name: estimate(_values(flats, name)) for name in wanted} for regime, flats in runs.items()}
        apart = {
            regime: {
                name: estimate(
                    difference(one, other)
                    for one, other in zip(_values(flats, name), _values(first, name), strict=True)
                )
                for name in wanted
            }
            for regime, flats in runs.items()
            if regime != self.regimes[0]
        }
        return {"figures": found, "differences": apart}

    def at(self, number: int, names: Iterable[str]) -> AtPoint:
        """Return a point in the form of a comparison of some figures."""
        found = self.estimates(number, names)
        replications = min(self.finished(number).values())
        return AtPoint(self.regimes, replications, found["figures"], found["differences"])

    def change(self, number: int, figure: str) -> Estimate:
        """Return what the second regime changes of a figure at a point, pair by pair."""
        return self.estimates(number, [figure])["differences"][self.regimes[1]][figure]

    def on_the_same_worlds(self, numbers: Sequence[int], figure: str) -> list[float | None]:
        """Return the mean figure at points that are compared: the first regime's, or the second's less the first's.

        The mean goes over the replications that are there at all of these points: else two of them would differ by the
        worlds that were drawn. None where the figure is undefined, or no replication is left.
        """
        runs = [self.figures(number) for number in numbers]
        whole = [
            at
            for at in range(len(self.seeds))
            if all(flats[at] is not None for each in runs for flats in each.values())
        ]

        def at_point(each: Mapping[str, Sequence[Flat | None]], at: int) -> float | None:
            one, *others = [(each[regime][at] or {}).get(figure) for regime in self.regimes]
            return difference(others[0], one) if others else one

        return [estimate(at_point(each, at) for at in whole).mean for each in runs]


def _all_names(runs: Mapping[str, Sequence[Flat | None]]) -> list[str]:
    """Return the names of all figures there are, in the order in which they first come."""
    return list(dict.fromkeys(name for flats in runs.values() for flat in flats if flat for name in flat))


def _values(flats: Sequence[Flat | None], name: str) -> list[float | None]:
    return [None if flat is None else flat.get(name) for flat in flats]
