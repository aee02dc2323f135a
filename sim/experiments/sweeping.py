"""Sweeps: regimes compared at many points of a design, on the same seeds at each, kept in a store run by run."""

from __future__ import annotations

import secrets
import shutil
import weakref
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Unpack

from sim.experiments.point_figures import AtPoint, PointFigures
from sim.experiments.questions import Answer, Question, Setting, Wanted
from sim.experiments.sweep_results import Sweep, planned, write_plan
from sim.runs.backends import Failure, carry_out
from sim.runs.design import Factor, Point
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import TOKEN, FailedPoint, Trial, Tried, program, try_out
from sim.runs.progress import Progress, StagedProgress
from sim.runs.running import Source, compile_once, known_regimes
from sim.runs.seeds import replication_seeds
from sim.runs.store import RunKey, Store, put_whole
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario

NOT_THERE = Failure("its worker says it is done, and the store has nothing")


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
    store = passing_store() if chosen.store is None else Store(chosen.store)
    return _whole(Sweep(market, tuple(dict(point) for point in points), names, seeds, store), chosen)


def setting_of(scenario: Scenario, regimes: tuple[str, ...], options: RunOptions) -> Setting:
    """Return what a question is asked about, as the options of its runs say."""
    return Setting(scenario, regimes, options.replications or 0, options.seed)


def answer(setting: Setting, question: Question[Answer], options: RunOptions) -> Answer:
    """Run all points that a question wants, one sweep after another in one store, and return its answer."""
    store = passing_store() if options.store is None else Store(options.store)
    stages = StagedProgress(options.progress)
    try:
        wanted = next(question)
        while True:
            later = wanted.later * setting.replications * len(setting.regimes)
            seeds = replication_seeds(wanted.seed, setting.replications)
            plan = Sweep(setting.scenario, wanted.points, setting.regimes, seeds, store)
            wanted = question.send(
                _whole(plan, replace(options, progress=stages.followed_by(later, wanted.bound)))
            )  # fmt: skip
    except StopIteration as end:
        found: Answer = end.value
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


def passing_store() -> Store:
    """Return a store whose folder is taken away once nobody holds it any more."""
    store = Store(mkdtemp(prefix="middleman-"))
    weakref.finalize(store, shutil.rmtree, store.folder, ignore_errors=True)
    return store


def _whole(plan: Sweep, options: RunOptions) -> Sweep:
    """Write a sweep down, run what is missing of it, and return it with what failed."""
    write_plan(plan)
    return replace(plan, failures=tuple(_run_what_is_missing(plan, options)))


def _run_what_is_missing(plan: Sweep, options: RunOptions) -> list[FailedPoint]:
    """Run all trials of a sweep whose parts are not in the store, and return what failed."""
    token = _token(plan.store)
    trials, failures, found = _missing(plan, token)
    total = len(plan.points) * len(plan.seeds) * len(plan.regimes)
    unusable = len(failures) * len(plan.seeds) * len(plan.regimes)
    done, failed = found + unusable, unusable

    def report() -> None:
        if options.progress is not None:
            options.progress(Progress(done, total, found, failed))

    report()
    if len(trials) > 1 and (options.workers != 1 or options.scheduler is not None):
        compile_once()
    with closing(carry_out(trials, try_out, workers=options.workers, scheduler=options.scheduler)) as coming:
        for finished in coming:
            trial, result = trials[finished.number], finished.result
            done += len(trial.regimes)
            if isinstance(result, Tried) and result.refused:
                remedy = "start workers anew after an update, and give all of them the same versions"
                raise ScenarioError([Problem("", "workers", "", result.refused, remedy)])
            lost = _taken_in(plan, trial, result)
            failed += len(lost)
            failures += _told(trial, lost)
            report()
    return failures


def _taken_in(plan: Sweep, trial: Trial, result: Tried | Failure) -> dict[str, Failure]:
    """Put into the store what came back of a trial, and return why which regimes are still not there."""
    scenario = trial.market()
    came = Tried() if isinstance(result, Failure) else result
    lost = {}
    for regime in trial.regimes:
        key = RunKey.of(scenario, regime, trial.seed)
        if regime in came.figures:
            plan.store.put(key, came.figures[regime])
        if plan.store.get(key) is None:
            whole = result if isinstance(result, Failure) else NOT_THERE
            lost[regime] = came.failures.get(regime, whole)
    return lost


def _told(trial: Trial, lost: Mapping[str, Failure]) -> list[FailedPoint]:
    """Return what failed, one entry for all regimes with the same reason."""
    reasons = dict.fromkeys(failure.reason for failure in lost.values())
    told = []
    for reason in reasons:
        regimes = tuple(regime for regime, failure in lost.items() if failure.reason == reason)
        told.append(FailedPoint(trial.point, trial.seed, reason, lost[regimes[0]].details, regimes))
    return told


def _missing(plan: Sweep, token: str) -> tuple[list[Trial], list[FailedPoint], int]:
    """Return the trials with something left to run, unusable points, and runs found."""
    trials, failures, found, run_by = [], [], 0, program()
    given: set[str] = set()  # points may coincide; what one of them runs is there for the others
    for point in plan.points:
        try:
            scenario = load_scenario(plan.scenario, point)
        except ScenarioError as error:
            failures.append(FailedPoint(point, None, str(error)))
            continue
        for seed in plan.seeds:
            keys = {regime: RunKey.of(scenario, regime, seed) for regime in plan.regimes}
            missing = {
                name: key for name, key in keys.items() if key.digest not in given and plan.store.get(key) is None
            }
            given.update(key.digest for key in missing.values())
            left = tuple(missing)
            found += len(plan.regimes) - len(left)
            if left:
                trials.append(Trial(plan.scenario, point, left, seed, str(plan.store.folder), token, run_by))
    return trials, failures, found


def _token(store: Store) -> str:
    """Return what lies in the store's folder so that others can tell whether it is theirs, too."""
    path = store.folder / TOKEN
    try:
        if not path.exists():
            put_whole(path, lambda partial: partial.write_text(secrets.token_hex(16), encoding="utf-8"))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise store.unwritable(error) from None


def resume(
    folder: str | Path,
    name: str | None = None,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Sweep:
    """Go on with a sweep of a store where it was left, and return it whole. Raises FolderError."""
    return _whole(planned(folder, name), options_of(options, keywords, replications=0))
