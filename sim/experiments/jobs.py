"""What is asked of the service: a replication of a comparison, and a look at one run in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from sim.common.files import FolderError
from sim.common.hashing import sha256_of
from sim.common.provenance import sources_sha256
from sim.experiments.comparison import Comparison
from sim.market import Market
from sim.results.figures.endings import empty_share, endings
from sim.results.figures.paths import price_paths
from sim.results.figures.story import first_purchase, trace_need
from sim.results.outcome import Outcome
from sim.runs.cost import seconds_of
from sim.runs.jobs import UNWATCHED, Watch
from sim.runs.replication import FailedReplication, Replication, replicate
from sim.runs.running import Kept, live_through, paired_runs, that_keeps
from sim.runs.seeds import replication_seeds
from sim.runs.store import RunKey, RunStore
from sim.scenario import Scenario, scenario_hash

MOST_COMPARISONS = 48
"""Comparisons kept in memory, about half a megabyte each."""
MOST_RUNS = 51_200
"""Parts of the store of results kept for visitors, some 20 kB each: the oldest go first."""


@dataclass(frozen=True)
class RegimeJob:
    """One run under one regime, as a job.

    Attributes:
        scenario, regime, seed: what to run.
        sha256: hash of the scenario.
    """

    scenario: Scenario
    regime: str
    seed: int
    sha256: str

    @property
    def cost(self) -> float:
        """About how many seconds of a core its run takes."""
        return seconds_of(self.scenario, (self.regime,))

    @property
    def turn(self) -> str:
        """Scenario and seed: the regimes of one market are run one right after the other."""
        return f"{self.sha256} {self.seed}"

    def run(self, watch: Watch, kept: Kept = "records") -> Outcome:
        """Return what the run leaves; ``kept``: what it keeps of needs, payments and movements."""
        outcome = live_through(Market(that_keeps(self.scenario, kept), self.regime, self.seed))
        watch.finished_run()
        return outcome


@dataclass(frozen=True)
class Replicate:
    """Every regime lived through under one seed, the figures kept in a store.

    Attributes:
        scenario, regimes, seed: what to run; the other regimes are compared with the first.
        sha256: hash of the scenario.
        folder: that of the store; empty: nothing is kept.
    """

    scenario: Scenario
    regimes: tuple[str, ...]
    seed: int
    sha256: str
    folder: str = ""

    @cached_property
    def key(self) -> str:
        """Hash of scenario, regimes, seed and program."""
        return hashed("replicate", self.sha256, *self.regimes, str(self.seed))

    def do(self, watch: Watch = UNWATCHED) -> Replication:
        """Return the replication, from the store where it is there. Raises what one of its runs raised."""
        kept = self.kept()
        if kept is not None:
            return kept
        found = replicate(self.scenario, self.regimes, self.seed, watch)
        if isinstance(found, FailedReplication):
            raise found.error or RuntimeError(found.reason)
        if self.folder:
            with suppress(FolderError):  # a full disk takes nothing in, and the answer is there all the same
                store = self._store()
                for regime in self.regimes:
                    store.put(self._of_run(regime), found.figures[regime])
                    store.put(self._of_halves(regime), found.halves[regime])
                for regime in self.regimes[1:]:
                    store.put(self._of_pair(regime), found.pairs[regime])
        return found

    @property
    def cost(self) -> float:
        """About how many seconds of a core its runs take."""
        return seconds_of(self.scenario, self.regimes)

    @property
    def turn(self) -> str:
        """Scenario and seed: parts of a replication hold some of its regimes each."""
        return f"{self.sha256} {self.seed}"

    def kept(self) -> Replication | None:
        """Return the replication from the store, None where it is not there, or cannot be read."""
        if not self.folder:
            return None
        try:
            return self._found_in(self._store())
        except FolderError:
            return None

    def _store(self) -> RunStore:
        """Return the store of results kept for all visitors. Raises FolderError."""
        return RunStore(self.folder, most=MOST_RUNS, private=True)

    def _found_in(self, store: RunStore) -> Replication | None:
        figures = {regime: store.get(self._of_run(regime)) for regime in self.regimes}
        if None in figures.values():
            return None
        pairs = {regime: store.get(self._of_pair(regime)) for regime in self.regimes[1:]}
        halves = {regime: store.get(self._of_halves(regime)) for regime in self.regimes}
        complete = [
            {regime: flat for regime, flat in table.items() if flat is not None} for table in (figures, pairs, halves)
        ]
        if any(len(there) < len(asked) for there, asked in zip(complete, (figures, pairs, halves), strict=True)):
            return None
        return Replication(self.seed, *complete)

    def _of_run(self, regime: str) -> RunKey:
        return RunKey(self.sha256, regime, self.seed)

    def _of_halves(self, regime: str) -> RunKey:
        """Return the key of both halves of a run's window; no regime has a line break in its name."""
        return RunKey(self.sha256, f"\n{regime}", self.seed)

    def _of_pair(self, regime: str) -> RunKey:
        """Return the key of the same needs under two regimes; no regime has a line break in its name."""
        return RunKey(self.sha256, f"{self.regimes[0]}\n{regime}", self.seed)


@dataclass(frozen=True)
class Look:
    """What a single run shows that its figures do not hold.

    Attributes:
        stories: the need asked for, or the first purchase, as ``sim.results.figures.story`` tells it, by regime;
            None where there is no such need.
        needs: how many needs there were, by regime.
        endings, met: what followed empty shelves, and how many first choices met one, by regime.
        prices: prices over time by regime, as ``sim.results.figures.paths`` gives them.
    """

    stories: Mapping[str, Any]
    needs: Mapping[str, int]
    endings: Mapping[str, Mapping[str, float | None]]
    met: Mapping[str, float | None]
    prices: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class LookAt:
    """One run of each regime, looked at in full.

    Attributes:
        scenario, regimes, seed: what to run.
        sha256: hash of the scenario.
        need: number of the need whose story is wanted; None: the first purchase under the first regime.
        day: from which on that first purchase is looked for.
    """

    scenario: Scenario
    regimes: tuple[str, ...]
    seed: int
    sha256: str
    need: int | None = None
    day: int = 0

    @cached_property
    def key(self) -> str:
        """Hash of scenario, regimes, seed, need and program."""
        return hashed("look", self.sha256, *self.regimes, str(self.seed), str(self.need), str(self.day))

    @property
    def cost(self) -> float:
        """About how many seconds of a core its runs take."""
        return seconds_of(self.scenario, self.regimes)

    @property
    def turn(self) -> str:
        """Its key: a look has no parts."""
        return self.key

    def kept(self) -> None:
        """Return nothing: looks are not kept."""

    def do(self, watch: Watch = UNWATCHED) -> Look:
        """Return what there is to see."""
        del watch  # nobody counts its runs
        return look_through(paired_runs(self.scenario, self.regimes, self.seed), self.need, self.day)


def look_through(runs: Iterable[tuple[str, Outcome]], need: int | None = None, day: int = 0) -> Look:
    """Return what there is to see in one run of each regime, one after another; ``need``, ``day`` as in ``LookAt``."""
    found: dict[str, dict[str, Any]] = {name: {} for name in ("stories", "needs", "endings", "met", "prices")}
    for regime, outcome in runs:
        count = len(outcome.columns["needs"]["need"])
        need = first_purchase(outcome, day) if need is None else need
        found["stories"][regime] = trace_need(outcome, need) if need is not None and need < count else None
        found["needs"][regime] = count
        found["endings"][regime] = endings(outcome)
        found["met"][regime] = empty_share(outcome)
        found["prices"][regime] = price_paths(outcome)
    return Look(**found)


def replications_of(
    scenario: Scenario, regimes: Sequence[str], replications: int, seed: int, folder: str = ""
) -> list[Replicate]:
    """Return the tasks of a comparison, the same runs as ``sim.compare`` makes."""
    sha256 = scenario_hash(scenario)
    return [Replicate(scenario, tuple(regimes), each, sha256, folder) for each in replication_seeds(seed, replications)]


def look_at(scenario: Scenario, regimes: Sequence[str], seed: int, need: int | None = None, day: int = 0) -> LookAt:
    """Return the task of looking at one run of each regime."""
    return LookAt(scenario, tuple(regimes), seed, scenario_hash(scenario), need, day)


def comparison_of(tasks: Sequence[Replicate], ready: Sequence[Replication]) -> Comparison:
    """Return the comparison of the replications that are there, 1 or more: the same as ``sim.compare`` of so many."""
    return _comparison(ComparisonKey(tasks[0], tuple(ready)))


class ComparisonKey:
    """Replications of a task's scenario and regimes; equal to others of as many with the same first key."""

    def __init__(self, first: Replicate, ready: tuple[Replication, ...]):
        self.first, self.ready = first, ready
        self.name = (first.key, len(ready))

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ComparisonKey) and other.name == self.name


@lru_cache(maxsize=MOST_COMPARISONS)
def _comparison(kept: ComparisonKey) -> Comparison:
    return Comparison.of(kept.first.scenario, kept.first.regimes, kept.ready)


def hashed(*parts: str) -> str:
    """Return a hash of what decides a result, the program included."""
    return sha256_of(*parts, sources_sha256())
