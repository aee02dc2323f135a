"""Comparing regimes: replications in threads, one world shared by the regimes of each."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any, TypeAlias, TypeVar

from sim.experiments.comparison import Comparison
from sim.experiments.stopping import FEWEST, MOST, Precision, enough
from sim.runs.compiling import compile_first
from sim.runs.equal_prices import known_to_set_prices
from sim.runs.machine import available_cores
from sim.runs.replication import FailedReplication, Replication, replicate
from sim.runs.running import Source, StoppedError, known_regimes, prepared
from sim.runs.seeds import replication_seeds
from sim.scenario import Scenario

Progress: TypeAlias = Callable[[int, int], None]
Told: TypeAlias = Callable[[FailedReplication], None]
News: TypeAlias = "SimpleQueue[BaseException | None]"
Found = TypeVar("Found")
Each: TypeAlias = Replication | FailedReplication

PATIENCE = 0.2
"""Seconds between looks for a Ctrl-C, where waiting for a thread cannot be interrupted."""


def compare(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source = "classroom",
    regimes: Iterable[str] | None = None,
    replications: int = 10,
    seed: int = 0,
    *,
    days: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    until: Iterable[Precision] = (),
    most: int = MOST,
    told: Told | None = None,
    same_prices: bool = False,
    overrides: Mapping[str, Any] | None = None,
    **dotted: Any,
) -> Comparison:
    """Compare regimes on the same customers with the same needs and shocks, drawn anew in every replication.

    The result does not depend on the number of workers. A replication in which a run comes to nothing is left out and
    stands in ``failed``; the others go on, unless the first ``FEWEST`` all fail.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regimes: names of regimes, the others compared with the first; if not given, those of the scenario.
        replications: how many worlds to draw. With one, there are no intervals.
        seed: seed of the first replication; the others are hashed from it.
        days: length of the runs, in place of the scenario's ``time.days``.
        workers: threads at work; without a number, as many as there are cores, but no more than replications.
            Each holds the world and up to two outcomes in memory.
        progress: called with (runs done, runs in all, or at most) in the caller's thread.
        until: how well figures are to be known; ``replications`` is then ignored, and as many are run as it takes.
        most: replications after which it is given up.
        told: called with each replication that failed, as it does, in the caller's thread or another.
        same_prices: whether all regimes ask customers what they are asked on average under the first, product by
            product; see ``equal_prices``.
        overrides: parameters to change by path: ``{"customers.travel_cost": 0.4}``.
        dotted: the same as keywords: ``**{"customers.travel_cost": 0.4}``.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the overrides or the regimes.
        ValueError: when there are to be no replications or no workers.
        Exception: what the first replication raised, where none comes to its end.
    """
    market = prepared(scenario, days, overrides, dotted)
    names = known_regimes(market, market.compare if regimes is None else regimes)
    wanted = list(until)
    compile_first()  # before anything is asked of a kernel, as seeds are
    seeds = replication_seeds(seed, most if wanted else replications)
    threads = min(len(seeds), available_cores() if workers is None else workers)
    if threads < 1:
        raise ValueError(f"{workers} workers are too few; ask for 1 or more")
    if same_prices:
        known_to_set_prices(market, names)
    tries = _Tries(market, names, seeds, told, same_prices=same_prices)
    found = _until_enough(tries, threads, progress, wanted) if wanted else tries.made(seeds, threads, progress)
    compared = Comparison.of(market, names, _whole(found), _failed(found), seeds[0])
    return replace(compared, same_prices=names[0]) if same_prices else compared


def _whole(found: Sequence[Each]) -> list[Replication]:
    return [each for each in found if isinstance(each, Replication)]


def _failed(found: Sequence[Each]) -> list[FailedReplication]:
    return [each for each in found if isinstance(each, FailedReplication)]


def _until_enough(tries: _Tries, threads: int, progress: Progress | None, until: Sequence[Precision]) -> list[Each]:
    """Return replications until they say enough, or there are no more seeds. Not one more than it takes is kept."""
    found: list[Each] = []
    regimes, seeds = tries.regimes, tries.seeds
    while len(found) < len(seeds):
        whole = len(_whole(found))
        ahead = seeds[len(found) : len(found) + max(threads, FEWEST - whole)]
        before, most = len(found) * len(regimes), len(seeds) * len(regimes)

        def moved(done: int, total: int, before: int = before, most: int = most) -> None:
            del total
            if progress is not None:
                progress(before + done, most)

        found += tries.made(ahead, threads, moved)
        count = enough(_whole(found), regimes, until)
        if count is not None:
            last = _whole(found)[count - 1]
            return found[: found.index(last) + 1]
    return found


class _Tries:
    """Replications of a comparison: one that fails is told and left out, until it is clear that all do.

    Attributes:
        scenario, regimes: what to run.
        seeds: of all replications there may be.
    """

    def __init__(
        self, scenario: Scenario, regimes: Sequence[str], seeds: Sequence[int], told: Told | None, *, same_prices: bool
    ):  # fmt: skip
        self.scenario, self.regimes, self.seeds = scenario, regimes, seeds
        self._same_prices = same_prices
        self._told = told
        self._broken: set[int] = set()
        self._raised: Exception | None = None

    def made(self, seeds: Sequence[int], workers: int, progress: Progress | None) -> list[Each]:
        """Return one replication per seed, in the order of seeds. On Ctrl-C, or when all fail, all stop."""
        return in_threads(self._one, seeds, len(self.regimes), workers, progress)

    def _one(self, seed: int, finished_run: Callable[[], None], stopped: Callable[[], bool]) -> Each:
        runs: list[str] = []
        ended: list[None] = []

        def ends() -> None:
            ended.append(None)
            finished_run()

        try:
            return replicate(
                self.scenario, self.regimes, seed, ends, stopped, runs.append, same_prices=self._same_prices
            )
        except (StoppedError, MemoryError):  # not the fault of this world
            raise
        except Exception as error:  # whatever it is, it must not stop the others
            self._take_down(seed, error)
            failed = FailedReplication(seed, runs[-1] if runs else "", *_said(error))
        if self._told is not None:
            self._told(failed)
        for _ in self.regimes[len(ended) :]:
            finished_run()
        return failed

    def _take_down(self, seed: int, error: Exception) -> None:
        """Remember that a replication failed. Raises what the first did once none of the first came to its end."""
        traceback.clear_frames(error.__traceback__)  # they hold the world and an outcome
        first = self.seeds[:FEWEST]
        if seed == first[0]:
            self._raised = error
        self._broken.add(seed)
        if self._raised is not None and self._broken.issuperset(first):
            if len(first) > 1:
                self._raised.add_note(f"and all of the first {len(first)} replications failed")
            raise self._raised


def _said(error: Exception) -> tuple[str, str]:
    """Return the reason in a line, and where it happened."""
    return f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))


def in_threads(
    work: Callable[[int, Callable[[], None], Callable[[], bool]], Found],
    seeds: Sequence[int],
    runs_each: int,
    workers: int,
    progress: Progress | None,
) -> list[Found]:
    """Return what ``work`` finds for each seed, in the order of seeds. On any exception, Ctrl-C included, all stop.

    Args:
        work: given a seed, what to call after each run, and what to ask before each day whether to leave the rest.
        seeds: of the replications.
        runs_each: how often ``work`` says that a run has finished.
        workers: threads.
        progress: called with (runs done, runs in all) in the caller's thread.
    """
    news: News = SimpleQueue()
    stop = Event()
    total = len(seeds) * runs_each

    def carried_out(seed: int) -> Found:
        try:
            return work(seed, lambda: news.put(None), stop.is_set)
        except BaseException as error:
            news.put(error)
            raise

    with ThreadPoolExecutor(workers, thread_name_prefix="replication") as pool:
        try:
            futures = [pool.submit(carried_out, seed) for seed in seeds]
            for done in range(1, total + 1):
                _next(news)
                if progress is not None:
                    progress(done, total)
            return [future.result() for future in futures]
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _next(news: News) -> None:
    """Wait until a run has finished. Raises what a run raised."""
    while True:
        try:
            error = news.get(timeout=PATIENCE)
        except Empty:
            continue
        if error is not None:
            raise error
        return
