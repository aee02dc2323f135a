"""How a case is to be run: how often, from which seed, on how many workers. All runs of cases go through here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.cases.runs import PairedRuns

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison
    from sim.experiments.frontier import Frontier
    from sim.experiments.measure_each import Measure
    from sim.runs.design import Point
    from sim.runs.options import RunOptions
    from sim.runs.progress import OnProgress
    from sim.runs.replication import Flat

REPLICATIONS = 20


@dataclass(frozen=True)
class CasePlan:
    """How a case is to be run.

    Attributes:
        replications: how many worlds to draw.
        seed: of the first replication; the others follow from it.
        workers: threads or processes at work; None: as many as there are cores. It changes nothing in the figures.
        overrides: parameters to change by path in all runs, after what the case changes itself: for a quick look.
        progress: called as runs are finished, with how far the part under way has come.
    """

    replications: int = REPLICATIONS
    seed: int = 0
    workers: int | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    progress: OnProgress | None = None

    def options(self, overrides: Mapping[str, Any] | None = None) -> RunOptions:
        """Return how runs with some parameters changed are made."""
        from sim.runs.options import RunOptions

        changed = {**(overrides or {}), **self.overrides}
        return RunOptions(self.replications, self.seed, overrides=changed, workers=self.workers, progress=self.progress)

    def compare(
        self, scenario: str, regimes: Sequence[str] | None = None, overrides: Mapping[str, Any] | None = None
    ) -> Comparison:
        """Compare regimes of a scenario, the others with the first. Raises RuntimeError when a run came to nothing."""
        from sim.experiments import compare

        found = compare(scenario, regimes, options=self.options(overrides))
        if found.failed:
            raise RuntimeError(f"a run of {scenario} came to nothing: {found.failed[0]}")
        return found

    def measure(
        self, scenario: str, regimes: Sequence[str], measure: Measure, overrides: Mapping[str, Any] | None = None
    ) -> list[Flat]:
        """Return what ``measure`` finds in the outcomes of each replication."""
        from sim.experiments.measure_each import measure_each

        return measure_each(scenario, regimes, measure, options=self.options(overrides))

    def figures(self, scenario: str, regimes: Sequence[str], overrides: Mapping[str, Any] | None = None) -> PairedRuns:
        """Return all figures by regime, one flat table for each replication."""
        (only,) = self.sweep(scenario, regimes, [dict(overrides or {})])
        return only

    def sweep(self, scenario: str, regimes: Sequence[str], points: Sequence[Point]) -> list[PairedRuns]:
        """Return, for each point, all figures by regime, one flat table for each replication; seeds are the same.

        Raises RuntimeError when a run came to nothing.
        """
        from sim.experiments.sweeping import sweep

        changed = [{**point, **self.overrides} for point in points]
        done = sweep(scenario, changed, regimes, options=replace(self.options(), overrides=None))
        if done.failures:
            raise RuntimeError(f"a run of {scenario} came to nothing: {done.failures[0].reason}")
        return [
            PairedRuns(
                (regime, [flat for flat in flats if flat is not None]) for regime, flats in done.figures(number).items()
            )
            for number in range(len(done.points))
        ]

    def frontier(
        self,
        scenario: str,
        vary: str,
        regimes: Sequence[str],
        parties: Sequence[str],
        overrides: Mapping[str, Any] | None = None,
        steps: int = 7,
    ) -> Frontier:
        """Find where along one parameter parties change sides; ``vary`` reads ``PATH=LOW..HIGH``."""
        from sim.experiments.frontier import frontier as find_frontier
        from sim.runs.design import parse_factor
        from sim.scenario import load_scenario

        along = parse_factor(vary, load_scenario(scenario))
        return find_frontier(scenario, along, None, regimes, parties, steps=steps, options=self.options(overrides))
