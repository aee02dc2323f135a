"""The runs of a design's points: what is missing in a store is run, each point with each seed as one job."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from socket import gethostname
from typing import Any

from sim.common.files import FolderError, write_text
from sim.common.found_files import read_found
from sim.common.number_format import listed
from sim.common.provenance import sources_sha256, versions
from sim.results.figures import flatten
from sim.results.outcome import Outcome
from sim.runs.backends import Cluster
from sim.runs.design import Point
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.memory import ensure_memory
from sim.runs.progress import Progress
from sim.runs.replication import Flat
from sim.runs.runner import Runner
from sim.runs.running import attempted_runs, that_keeps
from sim.runs.store import RunKey, RunStore
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario

NOT_THERE = Failure("its worker says it is done, and the store has nothing")
TOKEN, LONGEST_TOKEN = "token", 1000


@dataclass(frozen=True)
class FailedPoint:
    """A point at which runs came to nothing.

    Attributes:
        point: values by path of the parameter.
        seed: of the run; None where no run could be tried.
        reason: in a line.
        details: where it happened, for the person who has to mend it.
        regimes: under which; empty: under all.
    """

    point: Point
    seed: int | None
    reason: str
    details: str = ""
    regimes: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"{path}={value}" for path, value in self.point.items()]
        parts += [f"under {listed(self.regimes)}"] if self.regimes else []
        parts += [] if self.seed is None else [f"seed {self.seed}"]
        return f"{', '.join(parts) or 'the scenario as it is'}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {"values": self.point, "seed": self.seed, "regimes": list(self.regimes), "reason": self.reason}


@dataclass(frozen=True)
class PointRuns:
    """The runs of one point with one seed, as a job.

    It holds what all points share and the point's own values, not the scenario they make: ten thousand jobs that
    wait would be half a gigabyte of scenarios.

    Attributes:
        scenario: what the points change.
        point: values by path of the parameter.
        regimes: those that are missing in the store.
        seed: of world and shocks, the same for all regimes.
        folder: the store's folder, where it is the worker's as well.
        token: what a worker finds in that folder if it is the same one.
        program: what it has to be run by; see ``program``.
    """

    scenario: Scenario
    point: Point
    regimes: tuple[str, ...]
    seed: int
    folder: str
    token: str
    program: Mapping[str, str]

    def market(self) -> Scenario:
        """Return the scenario with the point's values in it."""
        return load_scenario(self.scenario, self.point)

    def do(self, watch: Watch = UNWATCHED) -> PointResult:
        """Run what is missing and put it into the store as it is finished.

        A worker of another program than that of the one who asks refuses: its figures would be others under the same
        name.
        """
        refused = _refused(self)
        if refused:
            return PointResult(refused=refused)
        store, scenario = _reached(self), self.market()
        keys = {regime: RunKey.of(scenario, regime, self.seed) for regime in self.regimes}
        # Looked at before each run: another sweep may have been faster.
        left = (regime for regime, key in keys.items() if store is None or store.get(key) is None)
        kept: dict[str, Flat] = {}
        failures: dict[str, Failure] = {}
        for regime, outcome in attempted_runs(scenario, left, self.seed, kept="figures"):
            watch.finished_run()
            figures = outcome if isinstance(outcome, Exception) else _figures_of(outcome)
            if isinstance(figures, Exception):
                failures[regime] = Failure.of(figures)
            elif store is None:
                kept[regime] = figures
            else:
                try:
                    store.put(keys[regime], figures)
                except FolderError:  # the one who asked tries once more, and says what is wrong with the folder
                    kept[regime] = figures
        return PointResult(kept, failures)


@dataclass(frozen=True)
class PointResult:
    """What came of the runs of a point.

    Attributes:
        figures: by regime, of those that the worker could not put into the store itself.
        failures: by regime, of those that came to nothing; the others are run all the same.
        refused: why the worker would not run it; empty where it did.
    """

    figures: Mapping[str, Flat] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    refused: str = ""


def run_points(
    runner: Runner,
    scenario: Scenario,
    points: Sequence[Point],
    regimes: tuple[str, ...],
    seeds: Sequence[Sequence[int]],
) -> tuple[FailedPoint, ...]:
    """Run all that is missing in the runner's store of some points, and return what failed.

    ``seeds`` are those of each point's replications, as many at each.

    Raises:
        ScenarioError: when a scheduler cannot be reached, or a worker has other sources or versions than this process;
            what was run by then is in the store.
        FolderError: when the store takes nothing in any more.
    """
    store = runner.store
    assert store is not None
    store.remove_orphans()
    here = not isinstance(runner.backend, Cluster)
    jobs, failures = _missing(store, scenario, points, regimes, seeds, here=here)
    runs = len(seeds[0]) * len(regimes) if seeds else 0
    unusable, total = len(failures) * runs, len(points) * runs
    found = total - unusable - sum(len(job.regimes) for job in jobs)
    done, failed = found + unusable, unusable
    runner.report(Progress(done, total, found, failed))
    runner.compile_for(jobs)
    with closing(runner.results(jobs)) as coming:
        for finished in coming:
            job = jobs[finished.number]
            lost = _taken_in(store, job, finished.result)
            done, failed = done + len(job.regimes), failed + len(lost)
            failures += _failed_points(job, lost)
            runner.report(Progress(done, total, found, failed))
    return tuple(failures)


def _missing(
    store: RunStore,
    scenario: Scenario,
    points: Sequence[Point],
    regimes: tuple[str, ...],
    seeds: Sequence[Sequence[int]],
    *,
    here: bool,
) -> tuple[list[PointRuns], list[FailedPoint]]:
    """Return the jobs with something left to run, and unusable points; ``here``: too large for this machine."""
    jobs, failures, token, run_by = [], [], _token(store), program()
    given: set[str] = set()  # points may coincide; what one of them runs is there for the others
    for point, own_seeds in zip(points, seeds, strict=True):
        try:
            market = load_scenario(scenario, point)
            if here:
                ensure_memory(that_keeps(market, "figures"), regimes)
        except ScenarioError as error:
            failures.append(FailedPoint(point, None, str(error)))
            continue
        for seed in own_seeds:
            keys = {regime: RunKey.of(market, regime, seed) for regime in regimes}
            missing = {name: key for name, key in keys.items() if key.digest not in given and store.get(key) is None}
            given.update(key.digest for key in missing.values())
            if missing:
                jobs.append(PointRuns(scenario, point, tuple(missing), seed, str(store.folder), token, run_by))
    return jobs, failures


def _taken_in(store: RunStore, job: PointRuns, result: PointResult | Failure) -> dict[str, Failure]:
    """Put into the store what came back of a job, and return why which regimes are still not there.

    Raises ScenarioError where a worker refused.
    """
    came = PointResult() if isinstance(result, Failure) else result
    if came.refused:
        remedy = "restart workers after an update, and give all of them the same versions"
        raise ScenarioError([Problem("", "workers", "", came.refused, remedy)])
    scenario, lost = job.market(), {}
    for regime in job.regimes:
        key = RunKey.of(scenario, regime, job.seed)
        if regime in came.figures:
            store.put(key, came.figures[regime])
        if store.get(key) is None:
            whole = result if isinstance(result, Failure) else NOT_THERE
            lost[regime] = came.failures.get(regime, whole)
    return lost


def _failed_points(job: PointRuns, lost: Mapping[str, Failure]) -> list[FailedPoint]:
    """Return what failed, one entry for all regimes with the same reason."""
    found = []
    for reason in dict.fromkeys(failure.reason for failure in lost.values()):
        regimes = tuple(regime for regime, failure in lost.items() if failure.reason == reason)
        found.append(FailedPoint(job.point, job.seed, reason, lost[regimes[0]].details, regimes))
    return found


def _token(store: RunStore) -> str:
    """Return what lies in the store's folder so that others can tell whether it is theirs, too."""
    path = store.folder / TOKEN
    try:
        if not path.exists():
            write_text(path, secrets.token_hex(16), follow=False)
        return read_found(path, LONGEST_TOKEN).decode("utf-8", "replace")
    except OSError as error:
        raise store.unwritable(error) from None


def program() -> dict[str, str]:
    """Return what decides results besides the job: a hash of the sources, and versions, by name.

    A process that has run anything keeps the hash of the sources it has loaded, whatever becomes of the files.
    """
    return {"sources of sim": sources_sha256()[:16], **versions()}


def _figures_of(outcome: Outcome) -> Flat | Exception:
    """Return the figures of a run, or what computing them raised."""
    try:
        return flatten(dict(outcome.figures))
    except Exception as error:
        return error


def _refused(job: PointRuns) -> str:
    """Return how this process differs from the one that gave out a job; empty where it does not."""
    own = program()
    apart = [
        f"{name} {own.get(name, 'unknown')} instead of {wanted}"
        for name, wanted in job.program.items()
        if own.get(name) != wanted
    ]
    return f"the worker {gethostname()}, process {os.getpid()}, has {', '.join(apart)}" if apart else ""


def _reached(job: PointRuns) -> RunStore | None:
    """Return the store, if this process sees the same folder as the one that gave out the job."""
    try:
        seen = read_found(Path(job.folder) / TOKEN, LONGEST_TOKEN).decode("utf-8", "replace")
    except OSError:
        return None
    return RunStore(job.folder) if seen == job.token else None
