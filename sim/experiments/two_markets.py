"""Mine against mine: two markets on the same seeds, what differs between them, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.common.estimates import Estimate, difference, estimate
from sim.runs.backends import Threads
from sim.runs.compiling import compile_first
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.memory import runs_at_a_time
from sim.runs.options import RunOptions
from sim.runs.progress import Progress
from sim.runs.replication import FailedReplication, Flat, replicate
from sim.runs.runner import Runner
from sim.runs.running import Source, known_regimes
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.shape import Path, dotted
from sim.world.world import make_world

if TYPE_CHECKING:
    import pandas as pd

TEXTS = ("name", "title", "question", "sources", "compare")
"""Parts of a scenario that change no run."""
DRAWN = {
    "town": "towns",
    "nearest": "nearest shops",
    "taste": "tastes",
    "worth": "willingness to pay",
    "need_rate": "needs",
    "travel_cost": "travel costs",
    "waiting_cost": "costs of waiting",
    "hassle": "hassle",
}
"""What is drawn for each customer, in words."""

FiguresOfBoth = tuple[Mapping[str, Flat], Mapping[str, Flat]]
"""The figures of the first and of the second market in a replication, by regime and dotted name."""


class Changed(NamedTuple):
    """A parameter that differs: its path, and its value in the first and the second market; None if it has none."""

    path: str
    first: Any
    second: Any


@dataclass(frozen=True)
class MarketComparison:
    """Two markets compared, second less first, over replications with the same seeds.

    Attributes:
        scenarios: the two markets, each under a name of its own.
        regimes: run in both.
        seed: of the first replication.
        replications: how many are whole.
        changed: all parameters that differ.
        same: what is drawn alike for every customer in both markets; empty if they have other numbers of customers.
        different: what is drawn otherwise.
        figures: by regime, market (0 or 1) and dotted name.
        differences: by regime and dotted name, paired by seed.
        failed: replications in which a run came to nothing, left out of everything above.
    """

    scenarios: tuple[Scenario, Scenario]
    regimes: tuple[str, ...]
    seed: int
    replications: int
    changed: tuple[Changed, ...]
    same: tuple[str, ...]
    different: tuple[str, ...]
    figures: Mapping[str, tuple[Mapping[str, Estimate], Mapping[str, Estimate]]]
    differences: Mapping[str, Mapping[str, Estimate]]
    failed: tuple[FailedReplication, ...] = ()

    @property
    def names(self) -> tuple[str, str]:
        """What the two markets are called."""
        return self.scenarios[0].name, self.scenarios[1].name

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "markets": list(self.names),
            "regimes": list(self.regimes),
            "seed": self.seed,
            "replications": self.replications,
            "changed": [each._asdict() for each in self.changed],
            "same": list(self.same),
            "different": list(self.different),
            "figures": {
                regime: {
                    name: {key: each.to_dict() for key, each in table.items()}
                    for name, table in zip(("first", "second"), pair, strict=True)
                }
                for regime, pair in self.figures.items()
            },
            "differences": {
                regime: {name: each.to_dict() for name, each in table.items()}
                for regime, table in self.differences.items()
            },
            "failed": [each.to_dict() for each in self.failed],
        }

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return the figures and what differs as tables."""
        import pandas as pd

        rows = [
            (regime, name, first.mean, second.mean, change.mean, change.low, change.high, change.n)
            for regime, table in self.differences.items()
            for name, change in table.items()
            for first, second in [(self.figures[regime][0][name], self.figures[regime][1][name])]
        ]
        columns = ["regime", "figure", *self.names, "difference", "low", "high", "n"]
        changed = [(each.path, str(each.first), str(each.second)) for each in self.changed]
        return {
            "figures": pd.DataFrame(rows, columns=columns),
            "changed": pd.DataFrame(changed, columns=["parameter", *self.names]),
        }


def compare_markets(
    first: Source, second: Source, regimes: Sequence[str] | None = None, options: RunOptions | None = None
) -> MarketComparison:
    """Run two markets on the same seeds, and compare them regime by regime, second less first.

    What a random number decides depends on seed, customer, day and purpose alone. So customers of both markets have the
    same homes, tastes and needs as far as the parameters that draw them agree, and differences are paired.

    Args:
        first, second: scenarios, names, files or dicts.
        regimes: to run in both; if not given, those that both compare by default.
        options: see ``RunOptions``; 10 replications unless given.

    Raises:
        ScenarioError: with everything that is wrong with the scenarios or the regimes.
    """
    chosen = options or RunOptions(10)
    markets = _told_apart(chosen.applied_to(first), chosen.applied_to(second))
    names = _regimes(markets, regimes)
    seeds = replication_seeds(chosen.seed, chosen.replications or 10)
    compile_first()
    workers = min(runs_at_a_time(each, names, chosen.workers, len(seeds)) for each in markets)
    done = _runs([PairOfMarkets(markets, names, seed) for seed in seeds], workers, chosen)
    failed = tuple(each for each in done if isinstance(each, FailedReplication))
    whole = [each for each in done if not isinstance(each, FailedReplication)]
    if not whole:
        assert failed[0].error is not None
        raise failed[0].error
    return paired_by_seed(markets, names, seeds[0], whole, failed)


def paired_by_seed(
    markets: tuple[Scenario, Scenario],
    regimes: Sequence[str],
    seed: int,
    whole: Sequence[FiguresOfBoth],
    failed: Sequence[FailedReplication] = (),
) -> MarketComparison:
    """Return two markets compared, from the figures of replications with the same seeds.

    Args:
        markets: the two.
        regimes: that were run in both.
        seed: of the first replication.
        whole: of each replication the figures of both by regime and dotted name; one or more.
        failed: those that came to nothing.
    """
    markets = _told_apart(*markets)
    same, different = drawn_alike(markets, seed)
    figures = {regime: _estimates(whole, regime) for regime in regimes}
    differences = {regime: _differences(whole, regime) for regime in regimes}
    changed = tuple(changes_between(*markets))
    return MarketComparison(
        markets, tuple(regimes), seed, len(whole), changed, same, different, figures, differences, tuple(failed)
    )


def _told_apart(first: Scenario, second: Scenario) -> tuple[Scenario, Scenario]:
    """Return both markets under different names."""
    if first.name != second.name:
        return first, second
    one, other = (each.model_copy(update={"name": f"{each.name[:56]}-{n}"}) for n, each in ((1, first), (2, second)))
    return one, other


def _regimes(markets: tuple[Scenario, Scenario], asked: Sequence[str] | None) -> tuple[str, ...]:
    """Return the regimes to run. Raises ScenarioError for those that one of the markets does not have."""
    first, second = markets
    if asked is not None:
        known_regimes(second, asked)
        return known_regimes(first, asked)
    common = [name for name in first.compare if name in second.compare]
    if not common:
        allowed = f"{first.name} compares {', '.join(first.compare)}; {second.name} {', '.join(second.compare)}"
        raise ScenarioError([Problem("--regimes", "", "", allowed, "name those to run in both: --regimes traditional")])
    return known_regimes(first, common)


@dataclass(frozen=True)
class PairOfMarkets:
    """One replication of both markets, as a job."""

    markets: tuple[Scenario, Scenario]
    regimes: tuple[str, ...]
    seed: int

    def do(self, watch: Watch = UNWATCHED) -> FiguresOfBoth | FailedReplication:
        """Return the figures of both by regime, or why one came to nothing."""
        found = []
        for market in self.markets:
            each = replicate(market, self.regimes, self.seed, watch)
            if isinstance(each, FailedReplication):
                return each
            found.append(each.figures)
        return found[0], found[1]


def _runs(jobs: Sequence[PairOfMarkets], workers: int, chosen: RunOptions) -> list[Any]:
    """Return what came of each job, in their order."""
    runner, done = Runner(Threads(workers), progress=chosen.progress), 0
    total = len(jobs) * 2 * len(jobs[0].regimes)
    found: dict[int, Any] = {}

    def finished_run() -> None:
        nonlocal done
        done += 1
        runner.report(Progress(done, total))

    with closing(runner.results(jobs, finished_run)) as coming:
        for finished in coming:
            each = finished.result
            if isinstance(each, Failure):
                if each.error is None or isinstance(each.error, MemoryError):
                    raise each.error or RuntimeError(each.reason)
                each = FailedReplication.of(jobs[finished.number].seed, "", each.error)
            found[finished.number] = each
    return [found[number] for number in range(len(jobs))]


def _estimates(whole: Sequence[FiguresOfBoth], regime: str) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    names = _names(whole, regime)
    first, second = (
        {name: estimate(pair[side][regime].get(name) for pair in whole) for name in names} for side in (0, 1)
    )
    return first, second


def _differences(whole: Sequence[FiguresOfBoth], regime: str) -> dict[str, Estimate]:
    return {
        name: estimate(difference(pair[1][regime].get(name), pair[0][regime].get(name)) for pair in whole)
        for name in _names(whole, regime)
    }


def _names(whole: Sequence[FiguresOfBoth], regime: str) -> list[str]:
    return [*dict.fromkeys(name for pair in whole for side in (0, 1) for name in pair[side][regime])]


def drawn_alike(markets: tuple[Scenario, Scenario], seed: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is drawn alike for every customer of both markets in a replication, and what is not, in words."""
    one, other = (make_world(market, seed) for market in markets)
    if len(one.population.town) != len(other.population.town):
        return (), ("the number of customers",)
    same = {
        said: np.array_equal(getattr(one.population, name), getattr(other.population, name))
        for name, said in DRAWN.items()
    }
    alike, unlike = ([said for said, equal in same.items() if equal is wanted] for wanted in (True, False))
    return tuple(alike), tuple(unlike)


def changes_between(first: Scenario, second: Scenario) -> list[Changed]:
    """Return the parameters that differ, in the order of the first market; texts and sources are left out."""
    one, other = (each.model_dump(exclude=set(TEXTS)) for each in (first, second))
    return _changes(one, other, ())


def _changes(one: Any, other: Any, path: Path) -> list[Changed]:
    if one == other:
        return []
    if isinstance(one, dict) and isinstance(other, dict) and one.get("rule") == other.get("rule"):
        keys = [*dict.fromkeys([*one, *other])]
        return [each for key in keys for each in _changes(one.get(key), other.get(key), (*path, key))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [each for place, (a, b) in pairs for each in _changes(a, b, (*path, place))]
    return [Changed(dotted(path), one, other)]
