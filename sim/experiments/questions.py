"""Questions to many runs, as generators: each yields the points it wants and receives their figures.

The command line drains a question (``sim.experiments.sweeping.drain``); a page of the dashboard steps it, as far as
the runs that are there allow (``sim.experiments.stepping``). Both give the same answer for the same design and seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sim.experiments.point_figures import PointFigures
from sim.runs.design import Point
from sim.runs.progress import Bound
from sim.runs.seeds import point_seed
from sim.scenario import Problem, Scenario, ScenarioError

AnswerT = TypeVar("AnswerT")

PARTIES: Mapping[str, str] = {
    "customers": "consumer_surplus",
    "suppliers": "supplier_profit",
    "intermediaries": "intermediary_profit",
    "retailers": "retailer_profit",
    "everybody": "welfare",
}
"""Who may be better off, and by which figure."""


@dataclass(frozen=True)
class Setting:
    """What a question is asked about.

    Attributes:
        scenario: what the points change.
        regimes: those compared; differences are to the first.
        replications: runs at each point, the same seeds at all of them.
        seed: of the first of them, and of designs.
    """

    scenario: Scenario
    regimes: tuple[str, ...]
    replications: int
    seed: int = 0


@dataclass(frozen=True)
class Wanted:
    """Points that a question wants run next, and what it can say before all of them are there.

    Attributes:
        points: to run, under all regimes.
        seed: of the first replication.
        so_far: the answer as far as some of these points go; None where there is none yet.
        later: points that may follow.
        bound: how well that is known; empty: exactly.
        steps: steps of the question that are done before these points, and after them, out of how many.
        by_replication: whether the first replication of all points comes before the second of any.
        own_seeds: whether each point has seeds of its own, from ``seed`` and its values: points are then independent.
    """

    points: tuple[Point, ...]
    seed: int
    so_far: Callable[[PointFigures], Any]
    later: int = 0
    bound: Bound = ""
    steps: tuple[int, int, int] = (0, 1, 1)
    by_replication: bool = False
    own_seeds: bool = False

    def seed_at(self, point: Point) -> int:
        """Return the seed of the first replication at a point."""
        return point_seed(self.seed, point) if self.own_seeds else self.seed


Question: TypeAlias = Generator[Wanted, PointFigures, AnswerT]


def two_regimes(names: Sequence[str]) -> tuple[str, str]:
    """Return the two regimes to compare. Raises ScenarioError where there are not two."""
    if len(names) != 2:
        said = "what is looked for lies between two regimes"
        raise ScenarioError([Problem("", "regimes", ", ".join(names), said, "name two, the one to compare with first")])
    return names[0], names[1]


def known_parties(parties: Sequence[str]) -> None:
    """Make sure that parties are known. Raises ScenarioError with all that are not."""
    problems = [
        Problem("", "party", party, f"the parties are: {', '.join(PARTIES)}", "choose some of these")
        for party in parties
        if party not in PARTIES
    ]
    if problems:
        raise ScenarioError(problems)
