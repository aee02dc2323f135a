"""Questions asked while somebody looks on: answered as far as the runs go that are there.

A page asks its question again and again, each time from the start. What it still needs are jobs of the service, which
many share; the answer with all of them is that of the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, TypeAlias

from sim.experiments.jobs import Replicate, replications_of
from sim.experiments.point_figures import PointFigures
from sim.experiments.questions import Question, Setting, Wanted
from sim.runs.design import Point
from sim.runs.point_runs import FailedPoint
from sim.runs.replication import Flat, Replication
from sim.scenario import load_scenario

Results: TypeAlias = Callable[[Sequence[Replicate]], Sequence[Replication | None]]
"""Gives the results of jobs that are there, None for the others."""


@dataclass(frozen=True)
class SoFar:
    """An answer as far as it goes.

    Attributes:
        answer: what can be said by now; None: nothing yet.
        needed: jobs to do next, in order; empty: the answer is whole.
        done, total: steps of the question.
        batch: how many of these what is needed next will add.
    """

    answer: Any
    needed: tuple[Replicate, ...]
    done: int
    total: int
    batch: int = 0

    def share(self, finished: float) -> float:
        """Return which share of all is done once a share of what is needed next is finished."""
        return (self.done + finished * self.batch) / self.total


class PointJobs:
    """The jobs of points in a setting, each made once.

    Args:
        setting: what is asked about.
        folder: where results are kept; empty: nowhere.
    """

    def __init__(self, setting: Setting, folder: str = ""):
        self.setting, self.folder = setting, folder
        self._made: dict[tuple[int, tuple[tuple[str, Any], ...]], list[Replicate]] = {}

    def of(self, point: Point, seed: int) -> list[Replicate]:
        """Return the jobs of a point, one for each replication from a seed on."""
        name = (seed, tuple(sorted(point.items())))
        if name not in self._made:
            setting, changed = self.setting, load_scenario(self.setting.scenario, point)
            self._made[name] = replications_of(changed, setting.regimes, setting.replications, seed, self.folder)
        return self._made[name]


class ReadyFigures(PointFigures):
    """Figures of the replications that are there at points; of each point those before the first that is missing.

    So what is shown depends on nobody's speed.
    """

    failures: tuple[FailedPoint, ...] = ()

    def __init__(self, wanted: Wanted, jobs: Sequence[Sequence[Replicate]], found: Mapping[str, Replication]):
        self.points, self.regimes = wanted.points, jobs[0][0].regimes
        self.seeds = tuple(job.seed for job in jobs[0])
        self._ready = [[found[job.key] for job in takewhile(lambda job: job.key in found, each)] for each in jobs]

    def figures(self, number: int) -> dict[str, list[Flat | None]]:
        ready = self._ready[number]
        missing = [None] * (len(self.seeds) - len(ready))
        return {regime: [*(each.figures[regime] for each in ready), *missing] for regime in self.regimes}


def step(jobs: PointJobs, question: Question[Any], results: Results) -> SoFar:
    """Return the answer to a question as far as the results of its jobs allow, and the jobs that it needs next."""
    before = 0
    try:
        wanted = next(question)
        while True:
            lists = [jobs.of(point, wanted.seed_at(point)) for point in wanted.points]
            needed = [job for each in (zip(*lists, strict=True) if wanted.by_replication else lists) for job in each]
            found = {job.key: one for job, one in zip(needed, results(needed), strict=True) if one is not None}
            ready = ReadyFigures(wanted, lists, found)
            missing = tuple(job for job in needed if job.key not in found)
            first, last, total = wanted.steps
            if missing:
                done = first + (last - first) * (len(needed) - len(missing)) // len(needed)
                return SoFar(wanted.so_far(ready), missing, done, total, last - done)
            before = total
            wanted = question.send(ready)
    except StopIteration as end:
        return SoFar(end.value, (), before, before)
