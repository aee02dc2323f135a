"""Sweeps: regimes compared at many points of a design, on the same seeds at each, kept in a store run by run."""

from __future__ import annotations

import secrets
import shutil
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeAlias

from sim.common.files import write_text
from sim.experiments.sweep_results import FailedPoint, Sweep, planned, write_plan
from sim.runs.backends import Failure, carry_out
from sim.runs.design import Point
from sim.runs.point_runs import TOKEN, Trial, Tried, program, try_out
from sim.runs.running import Source, compile_once, known_regimes, prepared
from sim.runs.seeds import replication_seeds
from sim.runs.store import RunKey, Store
from sim.scenario import Problem, ScenarioError, load_scenario

NOT_THERE = Failure("its worker says it is done, and the store has nothing")


@dataclass(frozen=True)
class Standing:
    """How far a sweep has come.

    Attributes:
        done, total: runs, those that were in the store before included.
        found: runs that were in the store before.
        failed: runs that came to nothing.
        bound: how ``total`` is known where what is run next depends on what is found: "at most", or "about" so many;
            empty where it is exact.
    """

    done: int
    total: int
    found: int
    failed: int
    bound: str = ""


Progress: TypeAlias = Callable[[Standing], None]


def sweep(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source,
    points: Sequence[Point],
    regimes: Iterable[str] | None = None,
    replications: int = 5,
    seed: int = 0,
    *,
    store: str | Path | None = None,
    days: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Sweep:
    """Compare regimes at every point of a design. What is in the store is not run again.

    May be stopped or killed at any time: asked for once more, it goes on where it was.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        points: values by path of the parameter; see ``sim.runs.design``.
        regimes: names of regimes; if not given, those of the scenario.
        replications: worlds at each point, the same seeds at all of them.
        seed: seed of the first replication.
        store: folder of finished runs; if not given, one that is gone with the result.
        days: length of the runs, in place of the scenario's ``time.days``.
        workers: processes at work; without a number, one for each core. 1: this process does the work itself.
        scheduler: address of a Dask scheduler whose workers are to do the work instead.
        progress: called in the caller's process after each trial.
        overrides: parameters to change by path, at all points.

    Raises:
        ScenarioError: with everything that is wrong with the scenario or the regimes. What is wrong with a
            point is a failure of that point. Also when the scheduler cannot be reached, or a worker has other
            sources or versions than this process; what was run by then is in the store.
        FolderError: when the store cannot be used, or takes nothing in any more.
    """
    market = prepared(scenario, days, overrides, {})
    names = known_regimes(market, market.compare if regimes is None else regimes)
    seeds = replication_seeds(seed, replications)
    kept = passing_store() if store is None else Store(store)
    plan = Sweep(market, tuple(dict(point) for point in points), names, seeds, kept)
    write_plan(plan)
    failures = _run_what_is_missing(plan, workers, scheduler, progress)
    return replace(plan, failures=tuple(failures))


def passing_store() -> Store:
    """Return a store whose folder is taken away once nobody holds it any more."""
    store = Store(mkdtemp(prefix="middleman-"))
    weakref.finalize(store, shutil.rmtree, store.folder, ignore_errors=True)
    return store


def _run_what_is_missing(
    plan: Sweep, workers: int | None, scheduler: str | None, progress: Progress | None
) -> list[FailedPoint]:
    """Run all trials of a sweep whose parts are not in the store, and return what failed."""
    token = _token(plan.store)
    trials, failures, found = _missing(plan, token)
    total = len(plan.points) * len(plan.seeds) * len(plan.regimes)
    unusable = len(failures) * len(plan.seeds) * len(plan.regimes)
    done, failed = found + unusable, unusable

    def report() -> None:
        if progress is not None:
            progress(Standing(done, total, found, failed))

    report()
    if len(trials) > 1 and (workers != 1 or scheduler is not None):
        compile_once()
    with closing(carry_out(trials, try_out, workers=workers, scheduler=scheduler)) as coming:
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
            write_text(path, secrets.token_hex(16))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise store.unwritable(error) from None


def resume(
    folder: str | Path,
    name: str | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Go on with a sweep of a store where it was left, and return it whole. Raises FolderError."""
    plan = planned(folder, name)
    failures = _run_what_is_missing(plan, workers, scheduler, progress)
    return replace(plan, failures=tuple(failures))
