"""Measures of one's own, taken from the outcomes of paired runs before these are dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sim.experiments.comparing import Progress, in_threads
from sim.market import Market
from sim.results.outcome import Outcome
from sim.runs.machine import available_cores
from sim.runs.replication import Flat
from sim.runs.running import Source, known_regimes, live_through, prepared
from sim.runs.seeds import replication_seeds
from sim.world.world import make_world

Measure: TypeAlias = Callable[[Mapping[str, Outcome]], Mapping[str, float | None]]


def measure_each(
    scenario: Source,
    regimes: Sequence[str],
    measure: Measure,
    replications: int = 10,
    seed: int = 0,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> list[Flat]:
    """Run regimes on the same worlds as ``compare`` does, and return what ``measure`` finds in each replication.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regimes: names; all outcomes of a replication are held in memory at once.
        measure: from outcomes by regime to numbers by name; None where a number is undefined.
        replications: how many worlds to draw.
        seed: seed of the first replication; the others are hashed from it.
        workers: threads at work; without a number, as many as there are cores.
        progress: called with (runs done, runs in all) in the caller's thread.
        overrides: parameters to change by path.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the overrides or the regimes.
    """
    market = prepared(scenario, None, overrides, {})
    names = known_regimes(market, regimes)

    def work(each: int, finished_run: Callable[[], None], stopped: Callable[[], bool]) -> Flat:
        world = make_world(market, each)
        outcomes = {}
        for name in names:
            outcomes[name] = live_through(Market(market, name, each, world), stopped)
            finished_run()
        return dict(measure(outcomes))

    seeds = replication_seeds(seed, replications)
    threads = min(len(seeds), available_cores() if workers is None else workers)
    return in_threads(work, seeds, len(names), threads, progress)
