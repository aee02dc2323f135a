"""Exploring while somebody looks on: sweeps, frontiers, sensitivity and failures, as far as their runs are there.

Each question is asked again and again with the runs that are there by then. It answers as well as these allow, and
names the tasks it needs next; the answer with all runs is that of ``sim.experiments`` for the same design and seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from sim.common.estimates import Estimate, difference, estimate
from sim.experiments.comparison import Comparison
from sim.experiments.discovering import discovered, fresh_seed, judged
from sim.experiments.frontier import PARTIES, Frontier
from sim.experiments.jobs import Replicate, comparison_of, replications_of
from sim.experiments.root_bracketing import bisect
from sim.experiments.sensitivity import Sensitivity, influences_of, walks
from sim.runs.design import Factor, Point, points_of
from sim.runs.replication import Replication
from sim.scenario import Scenario, load_scenario

Results: TypeAlias = Callable[[Sequence[Replicate]], Sequence[Replication | None]]
"""Gives the results of tasks that are there, None for the others."""
Answer: TypeAlias = Any
"""Of ``along``: pairs of value and comparison; of the others a Frontier, a Sensitivity, a Discovery."""


@dataclass(frozen=True)
class Ground:
    """What is explored: a scenario, two or more regimes, and how often each point is run.

    Attributes:
        scenario: what the points change.
        regimes: those compared; differences are to the first.
        replications: runs at each point, the same seeds at all of them.
        seed: of the first of them, and of designs.
        folder: where results are kept; empty: nowhere.
    """

    scenario: Scenario
    regimes: tuple[str, ...]
    replications: int
    seed: int = 0
    folder: str = ""

    @cached_property
    def _made(self) -> dict[tuple[tuple[str, Any], ...], list[Replicate]]:
        return {}

    @cached_property
    def afresh(self) -> Ground:
        """The same ground with the seeds on which what was found here is judged."""
        return replace(self, seed=fresh_seed(self.seed, self.replications))

    def tasks(self, point: Point) -> list[Replicate]:
        """Return the tasks of a point, made once."""
        name = tuple(sorted(point.items()))
        if name not in self._made:
            changed = load_scenario(self.scenario, point)
            self._made[name] = replications_of(changed, self.regimes, self.replications, self.seed, self.folder)
        return self._made[name]


@dataclass(frozen=True)
class SoFar:
    """An answer as far as it goes.

    Attributes:
        answer: what can be said by now; None: nothing yet.
        needed: tasks to do next, in order; empty: the answer is whole.
        done, total: runs, points or steps.
        batch: how many of these what is needed next will add; 0: all that are left.
    """

    answer: Answer
    needed: tuple[Replicate, ...]
    done: int
    total: int
    batch: int = 0

    def share(self, finished: float) -> float:
        """Return which share of all is done once a share of what is needed next is finished."""
        return (self.done + finished * (self.batch or self.total - self.done)) / self.total


class Ahead(Exception):  # noqa: N818 - no error: the runs are to come
    """Runs that are not there yet."""

    def __init__(self, tasks: Sequence[Replicate]):
        super().__init__()
        self.tasks = tuple(tasks)


def along(ground: Ground, factor: Factor, results: Results) -> SoFar:
    """Return the comparison at each value of a parameter: pairs of value and comparison, those that are there."""
    values = list(factor.grid())
    lists = [ground.tasks({factor.path: value}) for value in values]
    found = [results(tasks) for tasks in lists]
    answer: list[tuple[Any, Comparison]] = []
    for value, tasks, each in zip(values, lists, found, strict=True):
        there = [one for one in each if one is not None]
        if there and each[0] is not None:
            answer.append((value, comparison_of(tasks, _before_gap(each))))
    missing = [
        tasks[number]
        for number in range(ground.replications)
        for tasks, each in zip(lists, found, strict=True)
        if each[number] is None
    ]
    total = len(values) * ground.replications
    return SoFar(answer or None, tuple(missing), total - len(missing), total)


def frontier(
    ground: Ground, x: Factor, y: Factor | None, parties: Sequence[str], steps: int, results: Results
) -> SoFar:
    """Return the frontier after as many halvings as the runs allow; see ``sim.experiments.frontier``."""
    values: list[Any] = [None] if y is None else list(y.grid())
    pair = (ground.regimes[0], ground.regimes[1])

    def differences(points: Sequence[Point], later: int) -> list[dict[str, Estimate]]:
        del later
        found = _at(ground, points, results)
        return [{party: _change(each, pair, PARTIES[party]) for party in parties} for each in found]

    answer = None
    for done in range(steps + 1):
        try:
            crossings = bisect(x, y, values, parties, differences, done, ground.replications)
        except Ahead as ahead:
            return SoFar(answer, ahead.tasks, done, steps + 1, 1)
        path = None if y is None else y.path
        answer = Frontier(ground.scenario.name, pair, x.path, path, (x.low, x.high), tuple(crossings))
    return SoFar(answer, (), steps + 1, steps + 1)


def sensitivity(ground: Ground, factors: Sequence[Factor], figure: str, points: int, results: Results) -> SoFar:
    """Return what decides the difference of a figure, by those of Morris' walks that are there, two or more."""
    plan = walks(factors, points, ground.seed)
    lists = [ground.tasks(point) for point in plan.points]
    values: list[float | None] = []
    for tasks in lists:
        there = results(tasks)
        if any(each is None for each in there):
            break
        values.append(_change(_before_gap(there), ground.regimes, figure).mean)
    whole = len(values) // (len(factors) + 1)
    answer = None
    if whole >= 2:
        found = influences_of(plan, values[: whole * (len(factors) + 1)], ground.seed)
        runs = whole * (len(factors) + 1) * ground.replications
        answer = Sensitivity(
            ground.scenario.name, figure, "morris", ground.regimes[:2], runs, found.influences, found.undefined,
            found.left_out,
        )  # fmt: skip
    left = [task for tasks in lists[len(values) :] for task in tasks]
    return SoFar(answer, tuple(left), len(values), len(lists))


def failures(ground: Ground, factors: Sequence[Factor], party: str, points: int, results: Results) -> SoFar:
    """Return in which markets the second regime is worse for somebody, once half of those to be tried are there.

    Where regions are found, as many fresh markets follow, on which they are judged.
    """
    kept, done, left = _failing(ground, factors, party, points, results)
    if 2 * done < points or not kept:
        return SoFar(None, left, done, 2 * points)
    pair = (ground.regimes[0], ground.regimes[1])
    found = discovered(ground.scenario.name, pair, party, factors, kept, done, 3)
    if left:
        return SoFar(found, left, done, 2 * points, points - done)
    if not found.regions:
        return SoFar(found, (), points, points)
    fresh, judging, left = _failing(ground.afresh, factors, party, points, results)
    return SoFar(found if left else judged(found, fresh), left, points + judging, 2 * points)


def _failing(
    ground: Ground, factors: Sequence[Factor], party: str, points: int, results: Results
) -> tuple[list[tuple[Point, float]], int, tuple[Replicate, ...]]:
    """Return the markets of a design with what changes there, how many are done, and the tasks of the others."""
    tried = points_of("latin", factors, points, ground.seed)
    lists = [ground.tasks(point) for point in tried]
    kept: list[tuple[Point, float]] = []
    done = 0
    for point, tasks in zip(tried, lists, strict=True):
        found = results(tasks)
        if any(each is None for each in found):
            break
        done += 1
        mean = _change(_before_gap(found), ground.regimes, PARTIES[party]).mean
        if mean is not None:
            kept.append((point, mean))
    return kept, done, tuple(task for tasks in lists[done:] for task in tasks)


def _at(ground: Ground, points: Sequence[Point], results: Results) -> list[list[Replication]]:
    """Return the replications at each point. Raises Ahead with what is missing of them."""
    lists = [ground.tasks(point) for point in points]
    found = [results(tasks) for tasks in lists]
    missing = [
        task
        for tasks, each in zip(lists, found, strict=True)
        for task, one in zip(tasks, each, strict=True)
        if one is None
    ]
    if missing:
        raise Ahead(missing)
    return [_before_gap(each) for each in found]


def _change(found: Sequence[Replication], regimes: Sequence[str], figure: str) -> Estimate:
    """Return what the second regime changes of a figure, pair by pair; a figure may be undefined."""
    first, second = regimes[0], regimes[1]
    return estimate(difference(each.figures[second].get(figure), each.figures[first].get(figure)) for each in found)


def _before_gap(found: Sequence[Replication | None]) -> list[Replication]:
    """Return the results before the first that is missing, so that what is shown depends on nobody's speed."""
    there: list[Replication] = []
    for each in found:
        if each is None:
            break
        there.append(each)
    return there


def value_at(scenario: Scenario, path: str) -> Any:
    """Return the value a parameter has in a scenario."""
    from sim.scenario.overrides import split_path

    found: Any = scenario.model_dump()
    for step in split_path(path):
        found = found[int(step)] if isinstance(found, (list, tuple)) else found[step]
    return found
