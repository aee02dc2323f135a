"""Sweeps: regimes compared at many points of a design, on the same seeds at each, kept in a store run by run."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from sim.common.orphans import temporary_folder
from sim.experiments.point_figures import AtPoint, PointFigures
from sim.experiments.questions import AnswerT, Question, Setting, Wanted
from sim.experiments.sweep_results import Sweep, planned_sweep, write_plan
from sim.runs.backends import backend_for
from sim.runs.design import Factor, Point
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import run_points
from sim.runs.progress import StagedProgress
from sim.runs.runner import Runner
from sim.runs.running import Source, known_regimes, that_keeps
from sim.runs.seeds import replication_seeds
from sim.runs.store import RunStore
from sim.scenario import Scenario


def sweep(
    scenario: Source,
    points: Sequence[Point],
    regimes: Iterable[str] | None = None,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Sweep:
    """Compare regimes at every point of a design. What is in the store is not run again.

    May be stopped or killed at any time: asked for once more, it goes on where it was.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        points: values by path of the parameter; see ``sim.runs.design``.
        regimes: names of regimes; if not given, those of the scenario.
        options, keywords: see ``RunOptions``; 5 replications unless given.

    Raises:
        ScenarioError: with everything that is wrong with the scenario or the regimes. What is wrong with a
            point is a failure of that point. Also when the scheduler cannot be reached, or a worker has other
            sources or versions than this process; what was run by then is in the store.
        FolderError: when the store cannot be used, or takes nothing in any more.
    """
    chosen = options_of(options, keywords, replications=5)
    market = chosen.applied_to(scenario)
    names = known_regimes(market, market.compare if regimes is None else regimes)
    seeds = replication_seeds(chosen.seed, chosen.replications or 0)
    store = passing_store() if chosen.store is None else RunStore(chosen.store)
    return _whole(Sweep(market, tuple(dict(point) for point in points), names, seeds, store), chosen)


def setting_of(scenario: Scenario, regimes: tuple[str, ...], options: RunOptions) -> Setting:
    """Return what a question is asked about, as the options of its runs say."""
    return Setting(scenario, regimes, options.replications or 0, options.seed)


def drain(setting: Setting, question: Question[AnswerT], options: RunOptions) -> AnswerT:
    """Run all points that a question wants, one sweep after another in one store, and return its answer."""
    store = passing_store() if options.store is None else RunStore(options.store)
    stages = StagedProgress(options.progress)
    try:
        wanted = next(question)
        while True:
            later = wanted.later * setting.replications * len(setting.regimes)
            seeds = replication_seeds(wanted.seed, setting.replications)
            plan = Sweep(setting.scenario, wanted.points, setting.regimes, seeds, store, own_seeds=wanted.own_seeds)
            wanted = question.send(_whole(plan, replace(options, progress=stages.followed_by(later, wanted.bound))))
    except StopIteration as end:
        found: AnswerT = end.value
        return found


def along_question(setting: Setting, factor: Factor, figures: Sequence[str]) -> Question[list[tuple[Any, AtPoint]]]:
    """Ask for the values of one parameter, and return some figures at each: a sweep along it.

    The first replication is there at all values before the second is begun.
    """
    values = factor.grid()
    points: tuple[Point, ...] = tuple({factor.path: value} for value in values)

    def so_far(found: PointFigures) -> list[tuple[Any, AtPoint]]:
        each = [(value, found.at(number, figures)) for number, value in enumerate(values)]
        return [(value, here) for value, here in each if here.replications]

    runs = len(points) * setting.replications
    found = yield Wanted(points, setting.seed, so_far, steps=(0, runs, runs), by_replication=True)
    return so_far(found)


def passing_store() -> RunStore:
    """Return a store whose folder is taken away once nobody holds it any more."""
    folder, end = temporary_folder()
    try:
        store = RunStore(folder)
    except BaseException:
        end()
        raise
    weakref.finalize(store, end)
    return store


def _whole(plan: Sweep, options: RunOptions) -> Sweep:
    """Write a sweep down, run what is missing of it, and return it with what failed."""
    jobs = len(plan.points) * len(plan.seeds)
    backend = backend_for(that_keeps(plan.scenario, "figures"), plan.regimes, jobs, options.workers, options.scheduler)
    write_plan(plan)
    runner = Runner(backend, plan.store, options.progress)
    seeds = [plan.seeds_at(number) for number in range(len(plan.points))]
    return replace(plan, failures=run_points(runner, plan.scenario, plan.points, plan.regimes, seeds))


def resume(
    folder: str | Path,
    name: str | None = None,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Sweep:
    """Go on with a sweep of a store where it was left, and return it whole. Raises FolderError."""
    return _whole(planned_sweep(folder, name), options_of(options, keywords, replications=0))
