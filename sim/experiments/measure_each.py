"""Measures of one's own, taken from the outcomes of paired runs before these are dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias, Unpack

from sim.results.outcome import Outcome
from sim.runs.backends import Threads
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.memory import runs_at_a_time
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.progress import OnProgress, Progress
from sim.runs.replication import Flat
from sim.runs.runner import Runner
from sim.runs.running import Source, known_regimes, paired_runs
from sim.runs.seeds import replication_seeds
from sim.scenario import Scenario

Measure: TypeAlias = Callable[[Mapping[str, Outcome]], Mapping[str, float | None]]


def measure_each(
    scenario: Source,
    regimes: Sequence[str],
    measure: Measure,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> list[Flat]:
    """Run regimes on the same worlds as ``compare`` does, and return what ``measure`` finds in each replication.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regimes: names; all outcomes of a replication are held in memory at once.
        measure: from outcomes by regime to numbers by name; None where a number is undefined.
        options, keywords: see ``RunOptions``; 10 replications unless given. Workers are threads.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the overrides or the regimes.
    """
    chosen = options_of(options, keywords, replications=10)
    market = chosen.applied_to(scenario)
    names = known_regimes(market, regimes)
    seeds = replication_seeds(chosen.seed, chosen.replications or 0)
    threads = runs_at_a_time(market, names, chosen.workers, len(seeds))
    return _in_threads([MeasuredReplication(market, names, each, measure) for each in seeds], threads, chosen.progress)


@dataclass(frozen=True)
class MeasuredReplication:
    """Every regime lived through in one world, and measured, as a job."""

    scenario: Scenario
    regimes: tuple[str, ...]
    seed: int
    measure: Measure

    def do(self, watch: Watch = UNWATCHED) -> Flat:
        """Return what is measured."""
        outcomes = {}
        for regime, outcome in paired_runs(self.scenario, self.regimes, self.seed):
            outcomes[regime] = outcome
            watch.finished_run()
        return dict(self.measure(outcomes))


def _in_threads(jobs: Sequence[MeasuredReplication], workers: int, progress: OnProgress | None) -> list[Flat]:
    """Return what is measured, in the order of jobs. What one raises is raised, and all stop."""
    runner, total, done = Runner(Threads(workers), progress=progress), len(jobs) * len(jobs[0].regimes), 0
    found: dict[int, Flat] = {}

    def finished_run() -> None:
        nonlocal done
        done += 1
        runner.report(Progress(done, total))

    with closing(runner.results(jobs, finished_run)) as coming:
        for finished in coming:
            if isinstance(finished.result, Failure):
                raise finished.result.error or RuntimeError(finished.result.reason)
            found[finished.number] = finished.result
    return [found[number] for number in range(len(jobs))]
