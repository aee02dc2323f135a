"""How a case is to be run: how often, from which seed, on how many workers. All runs of cases go through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.cases.runs import PairedRuns

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison
    from sim.experiments.frontier import Frontier
    from sim.experiments.measure_each import Measure
    from sim.runs.design import Point
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
        progress: called with the number of runs done so far and to be done in the part under way.
    """

    replications: int = REPLICATIONS
    seed: int = 0
    workers: int | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    progress: Callable[[int, int], None] | None = None

    def compare(
        self, scenario: str, regimes: Sequence[str] | None = None, overrides: Mapping[str, Any] | None = None
    ) -> Comparison:
        """Compare regimes of a scenario, the others with the first. Raises RuntimeError when a run came to nothing."""
        from sim.experiments import compare

        found = compare(
            scenario,
            regimes,
            self.replications,
            self.seed,
            workers=self.workers,
            progress=self.progress,
            overrides={**(overrides or {}), **self.overrides},
        )
        if found.failed:
            raise RuntimeError(f"a run of {scenario} came to nothing: {found.failed[0]}")
        return found

    def measure(
        self,
        scenario: str,
        regimes: Sequence[str],
        measure: Measure,
        overrides: Mapping[str, Any] | None = None,
    ) -> list[Flat]:
        """Return what ``measure`` finds in the outcomes of each replication."""
        from sim.experiments.measure_each import measure_each

        return measure_each(
            scenario,
            regimes,
            measure,
            self.replications,
            self.seed,
            workers=self.workers,
            progress=self.progress,
            overrides={**(overrides or {}), **self.overrides},
        )

    def figures(self, scenario: str, regimes: Sequence[str], overrides: Mapping[str, Any] | None = None) -> PairedRuns:
        """Return all figures by regime, one flat table for each replication."""
        (only,) = self.sweep(scenario, regimes, [dict(overrides or {})])
        return only

    def sweep(self, scenario: str, regimes: Sequence[str], points: Sequence[Point]) -> list[PairedRuns]:
        """Return, for each point, all figures by regime, one flat table for each replication; seeds are the same.

        Raises RuntimeError when a run came to nothing.
        """
        from sim.experiments.sweeping import sweep

        shown = self.progress
        done = sweep(
            scenario,
            [{**point, **self.overrides} for point in points],
            regimes,
            self.replications,
            self.seed,
            workers=self.workers,
            progress=None if shown is None else lambda standing: shown(standing.done, standing.total),
        )
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
        from sim.experiments.frontier import find_frontier
        from sim.runs.design import parse_factor
        from sim.scenario import load_scenario

        shown = self.progress
        return find_frontier(
            scenario,
            parse_factor(vary, load_scenario(scenario)),
            None,
            regimes,
            parties,
            self.replications,
            self.seed,
            steps=steps,
            workers=self.workers,
            progress=None if shown is None else lambda standing: shown(standing.done, standing.total),
            overrides={**(overrides or {}), **self.overrides},
        )
