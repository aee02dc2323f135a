"""Comparing regimes: replications and regimes in threads, one world shared by the regimes of each replication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sim.experiments.comparison import Comparison
from sim.experiments.stopping import FEWEST, MOST, Precision, enough
from sim.runs.backends import Threads
from sim.runs.compiling import compile_first
from sim.runs.equal_prices import known_to_set_prices
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.memory import runs_at_a_time
from sim.runs.options import RunOptions, options_with_dots
from sim.runs.progress import OnProgress, Progress
from sim.runs.replication import FailedReplication, Replication, replicate
from sim.runs.runner import Runner
from sim.runs.running import Source, known_regimes, that_keeps
from sim.runs.seeds import replication_seeds
from sim.scenario import Scenario

OnFailure: TypeAlias = Callable[[FailedReplication], None]
Each: TypeAlias = Replication | FailedReplication


def compare(
    scenario: Source = "classroom",
    regimes: Iterable[str] | None = None,
    *,
    until: Iterable[Precision] = (),
    most: int = MOST,
    reported: OnFailure | None = None,
    same_prices: bool = False,
    options: RunOptions | None = None,
    **keywords: Any,
) -> Comparison:
    """Compare regimes on the same customers with the same needs and shocks, drawn again in every replication.

    The result does not depend on the number of workers. A replication in which a run comes to nothing is left out and
    stands in ``failed``; the others go on, unless the first ``FEWEST`` all fail.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regimes: names of regimes, the others compared with the first; if not given, those of the scenario.
        until: how well figures are to be known; ``replications`` is then ignored, and as many are run as it takes.
        most: replications after which it is given up.
        reported: called with each replication that failed, in the caller's thread.
        same_prices: whether all regimes ask customers what they are asked on average under the first, product by
            product; see ``equal_prices``.
        options, keywords: see ``RunOptions``; 10 replications unless given. With one, there are no intervals. Workers
            are threads of this process, each of which holds the world and up to two outcomes in memory. Keywords with
            dots are parameters to change: ``**{"customers.travel_cost": 0.4}``.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the overrides or the regimes.
        ValueError: when there are to be no replications or no workers, or workers elsewhere, or a store.
        Exception: what the first replication raised, where none comes to its end.
    """
    chosen = options_with_dots(options, keywords, replications=10)
    if chosen.store is not None or chosen.scheduler is not None:
        raise ValueError("compare runs here and keeps its runs nowhere; for a store or a scheduler ask for a sweep")
    market = chosen.applied_to(scenario)
    names = known_regimes(market, market.compare if regimes is None else regimes)
    wanted = list(until)
    if chosen.workers is not None and chosen.workers < 1:
        raise ValueError(f"{chosen.workers} workers are too few; ask for 1 or more")
    replications = most if wanted else chosen.replications or 0
    workers = runs_at_a_time(that_keeps(market, "pairs"), names, chosen.workers, replications * len(names))
    compile_first()  # before anything is asked of a kernel, as seeds are
    seeds = replication_seeds(chosen.seed, replications)
    if same_prices:
        known_to_set_prices(market, names)
    tries = _Tries(market, names, seeds, same_prices, workers, reported, chosen.progress)
    found = _until_enough(tries, wanted) if wanted else tries.made(seeds)
    compared = Comparison.of(market, names, _whole(found), _failed(found), seeds[0])
    return replace(compared, same_prices=names[0]) if same_prices else compared


def _whole(found: Sequence[Each]) -> list[Replication]:
    return [each for each in found if isinstance(each, Replication)]


def _failed(found: Sequence[Each]) -> list[FailedReplication]:
    return [each for each in found if isinstance(each, FailedReplication)]


def _until_enough(tries: _Tries, until: Sequence[Precision]) -> list[Each]:
    """Return replications until they say enough, or there are no more seeds. Not one more than it takes is kept."""
    found: list[Each] = []
    while len(found) < len(tries.seeds):
        ahead = max(tries.workers, FEWEST - len(_whole(found)))
        found += tries.made(tries.seeds[len(found) : len(found) + ahead])
        count = enough(_whole(found), tries.regimes, until)
        if count is not None:
            last = _whole(found)[count - 1]
            return found[: found.index(last) + 1]
    return found


@dataclass(frozen=True)
class ComparedReplication:
    """One replication of a comparison, as a job; ``hands``: how many regimes are lived through at a time."""

    scenario: Scenario
    regimes: tuple[str, ...]
    seed: int
    same_prices: bool
    hands: int

    def do(self, watch: Watch = UNWATCHED) -> Each:
        """Return the replication, or why it came to nothing."""
        asked = (self.scenario, self.regimes, self.seed, watch)
        return replicate(*asked, same_prices=self.same_prices, hands=self.hands)


@dataclass
class _Tries:
    """Replications of a comparison: one that fails is reported and left out, until it is clear that all do.

    Attributes:
        scenario, regimes, same_prices: what to run.
        seeds: of all replications there may be.
        workers: threads: one for each replication, and with fewer of these, several for the regimes of each.
        reported: called with each replication that failed.
        progress: called as runs are finished.
        done: runs that are finished.
    """

    scenario: Scenario
    regimes: tuple[str, ...]
    seeds: tuple[int, ...]
    same_prices: bool
    workers: int
    reported: OnFailure | None
    progress: OnProgress | None
    done: int = 0

    def __post_init__(self) -> None:
        self._errors: dict[int, Exception] = {}

    def made(self, seeds: Sequence[int]) -> list[Each]:
        """Return one replication per seed, in the order of seeds. On Ctrl-C, or when all fail, all stop."""
        threads = max(min(self.workers, len(seeds)), 1)
        shared = (self.same_prices, self.workers // threads)
        jobs = [ComparedReplication(self.scenario, self.regimes, seed, *shared) for seed in seeds]
        runner = Runner(Threads(threads), progress=self.progress)
        found: dict[int, Each] = {}

        def finished_run() -> None:
            self.done += 1
            runner.report(Progress(self.done, len(self.seeds) * len(self.regimes), failed=len(self._errors)))

        with closing(runner.results(jobs, finished_run)) as coming:
            for finished in coming:
                each = finished.result
                if isinstance(each, Failure):
                    each = _no_world(seeds[finished.number], each)
                if isinstance(each, FailedReplication):
                    self._take_down(each)
                    for _ in self.regimes[self.regimes.index(each.regime) if each.regime else 0 :]:
                        finished_run()
                found[finished.number] = each
        return [found[number] for number in range(len(seeds))]

    def _take_down(self, failed: FailedReplication) -> None:
        """Remember that a replication failed. Raises what the first did once none of the first came to its end."""
        if self.reported is not None:
            self.reported(failed)
        assert failed.error is not None
        self._errors[failed.seed] = failed.error
        first = self.seeds[:FEWEST]
        if set(self._errors).issuperset(first):
            raised = self._errors[first[0]]
            if len(first) > 1:
                raised.add_note(f"and all of the first {len(first)} replications failed")
            raise raised


def _no_world(seed: int, failure: Failure) -> FailedReplication:
    """Return what came of a replication whose world could not be made. Raises MemoryError, of which it is no fault."""
    if failure.error is None or isinstance(failure.error, MemoryError):
        raise failure.error or RuntimeError(failure.reason)
    return FailedReplication.of(seed, "", failure.error)
