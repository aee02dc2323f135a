"""In which order the runs of a comparison are made for somebody who waits: a preview, the first run, all others.

The preview is the market's first days, with prices found roughly. Each of its regimes is a job of its own, so that
none is run twice and workers share them evenly; regimes are paired need by need where all of them have arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from sim.experiments.comparison import Comparison
from sim.experiments.jobs import RegimeJob, Replicate, comparison_of, hashed, replications_of
from sim.results.figures import flatten
from sim.results.figures.halves import halves
from sim.results.figures.pairs import read_by_pairs
from sim.results.outcome_data import OutcomeData
from sim.runs.jobs import UNWATCHED, Watch
from sim.runs.replication import Flat, Replication, pair_figures
from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_hash
from sim.scenario.names import town_sizes

PREVIEW = {"time.days": 24, "time.warm_up": 10, "time.cool_down": 4}
"""The first days of a market, its opening left out: about a tenth of the work, all regimes within half a second."""
PREVIEW_TOLERANCE = 0.1
"""How exactly firms find their prices in a preview, in units of currency."""
LONG = 60
"""Days from which on a run takes long enough for a preview to be worth while."""
PARTS = 2
"""Jobs into which the first run is split, so that two processes share it."""
MOST_PREVIEWS = 48
"""Comparisons of previews kept in memory."""
NEEDS_OF_A_REPLICATION = 2_000
"""Needs that take about as much memory as a replication's figures."""


@dataclass(frozen=True)
class PreviewResult:
    """What is kept of one regime of a preview.

    Attributes:
        figures: every figure by dotted name.
        halves: headline figures of both halves of the window.
        needs: what is compared with another regime, need by need.
    """

    figures: Flat
    halves: Flat
    needs: OutcomeData


@dataclass(frozen=True)
class PreviewRun(RegimeJob):
    """One regime of a preview, of the scenario that ``preview_of`` gives. Nothing of it is kept on disk."""

    @cached_property
    def key(self) -> str:
        """Hash of scenario, regime, seed and program."""
        return hashed("preview", self.sha256, self.regime, str(self.seed))

    @property
    def weight(self) -> int:
        """Replications that take as much memory as its result."""
        customers, wants = sum(town_sizes(self.scenario)), self.scenario.customers.need_rate
        return 1 + int(customers * wants * self.scenario.time.days) // NEEDS_OF_A_REPLICATION

    def kept(self) -> None:
        """Return nothing: it is made again as fast as it would be read."""

    def do(self, watch: Watch = UNWATCHED) -> PreviewResult:
        """Return what is kept of the run."""
        outcome = self.run(watch, kept="pairs")
        return PreviewResult(flatten(dict(outcome.figures)), halves(outcome), read_by_pairs(outcome))


Job: TypeAlias = Replicate | PreviewRun


@dataclass(frozen=True)
class Shown:
    """What can be shown so far.

    Attributes:
        comparison: of the runs that are there.
        days: how many days of the market a preview has seen; 0: these are whole runs.
        of_days: how many days a whole run has.
    """

    comparison: Comparison
    days: int
    of_days: int


@dataclass(frozen=True)
class StagedComparison:
    """The jobs of a comparison, in the order in which they are wanted.

    Attributes:
        whole: every regime under the first seed, as one job; never given out where it is split into ``first``.
        preview: every regime for a few days; empty where a whole run is as quick.
        first: the first run, split so that several can work on it.
        others: the other runs.
    """

    whole: Replicate
    preview: tuple[PreviewRun, ...]
    first: tuple[Replicate, ...]
    others: tuple[Replicate, ...]

    def wanted(self, known: Callable[[Replicate], bool]) -> tuple[Job, ...]:
        """Return the jobs to ask for, in order; no preview once the first run is known."""
        preview = () if all(known(job) for job in self.first) else self.preview
        return (*preview, *self.first, *self.others)

    def shown(self, jobs: Sequence[Job], ready: Sequence[Any]) -> Shown | None:
        """Return what the results of the first jobs show; None where they show nothing yet.

        Args:
            jobs: what ``wanted`` gave.
            ready: the results before the first that is missing.
        """
        previewed = len(jobs) - len(self.first) - len(self.others)
        days = self.whole.scenario.time.days
        found = self.replications(jobs, ready)
        if found:
            return Shown(comparison_of([self.whole], found), 0, days)
        if previewed and len(ready) >= previewed:
            return Shown(compared_preview(self.preview, ready[:previewed]), self.preview[0].scenario.time.days, days)
        return None

    def replications(self, jobs: Sequence[Job], ready: Sequence[Any]) -> list[Replication]:
        """Return the whole runs among the results of the first jobs, those of a preview left out."""
        runs: Sequence[Replication] = ready[len(jobs) - len(self.first) - len(self.others) :]
        if len(runs) < len(self.first):
            return []
        return [joined(runs[: len(self.first)]), *runs[len(self.first) :]]


def staged_comparison(
    scenario: Scenario, regimes: Sequence[str], replications: int, seed: int, folder: str = ""
) -> StagedComparison:
    """Return the jobs of a comparison, whose whole runs are those of ``sim.compare``."""
    whole, *others = replications_of(scenario, regimes, replications, seed, folder)
    short = preview_of(scenario)
    if short is None:
        return StagedComparison(whole, (), (whole,), tuple(others))
    sha256 = scenario_hash(short)
    preview = tuple(PreviewRun(short, regime, whole.seed, sha256) for regime in whole.regimes)
    return StagedComparison(whole, preview, split(whole), tuple(others))


def preview_of(scenario: Scenario) -> Scenario | None:
    """Return the same market for its first days; None where it is short, or cannot be that short."""
    if scenario.time.days < LONG:
        return None
    try:
        return load_scenario(scenario, {**PREVIEW, **dict.fromkeys(_tolerances(scenario), PREVIEW_TOLERANCE)})
    except ScenarioError:  # something is bound to happen on a later day
        return None


def _tolerances(scenario: Scenario) -> list[str]:
    """Return the parameters that say how exactly firms find their prices, where that is finer than for a preview."""
    rules = {
        "suppliers.pricing": scenario.suppliers.pricing,
        "suppliers.direct_pricing": scenario.suppliers.direct_pricing,
        **{f"tiers.{number}.pricing": tier.pricing for number, tier in enumerate(scenario.tiers)},
        "retailers.pricing": scenario.retailers.pricing,
    }
    finer = [path for path, rule in rules.items() if 0.0 < getattr(rule, "tolerance", 0.0) < PREVIEW_TOLERANCE]
    return [f"{path}.tolerance" for path in finer]


def compared_preview(jobs: Sequence[PreviewRun], results: Sequence[PreviewResult]) -> Comparison:
    """Return the comparison of a preview's regimes, each compared with the first; kept for the next who asks."""
    return _compared(_Previewed(tuple(jobs), tuple(results)))


class _Previewed:
    """A preview with its results; equal to another one of the same jobs, which have the same results."""

    def __init__(self, jobs: tuple[PreviewRun, ...], results: tuple[PreviewResult, ...]):
        self.jobs, self.results = jobs, results
        self.name = tuple(job.key for job in jobs)

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Previewed) and other.name == self.name


@lru_cache(maxsize=MOST_PREVIEWS)
def _compared(previewed: _Previewed) -> Comparison:
    first, regimes = previewed.jobs[0], tuple(job.regime for job in previewed.jobs)
    found = paired(first.seed, dict(zip(regimes, previewed.results, strict=True)))
    return Comparison.of(first.scenario, regimes, [found])


def paired(seed: int, results: dict[str, PreviewResult]) -> Replication:
    """Return the replication that regimes run one by one make together, to the bit what ``replicate`` returns."""
    first, *others = results
    figures = {regime: each.figures for regime, each in results.items()}
    pairs = {regime: pair_figures(results[first].needs, results[regime].needs) for regime in others}
    return Replication(seed, figures, pairs, {regime: each.halves for regime, each in results.items()})


def split(job: Replicate) -> tuple[Replicate, ...]:
    """Return a job as several with some of its regimes each, all compared with the first."""
    first, *others = job.regimes
    parts = [tuple(others[number::PARTS]) for number in range(PARTS)]
    return tuple(replace(job, regimes=(first, *part)) for part in parts if part) or (job,)


def joined(parts: Sequence[Replication]) -> Replication:
    """Return a replication of which each part holds some regimes."""
    figures = {regime: flat for part in parts for regime, flat in part.figures.items()}
    pairs = {regime: flat for part in parts for regime, flat in part.pairs.items()}
    halves_of = {regime: flat for part in parts for regime, flat in part.halves.items()}
    return Replication(parts[0].seed, figures, pairs, halves_of)
