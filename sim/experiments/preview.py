"""In which order the runs of a comparison are made for somebody who looks on: a glimpse, the first run, all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sim.experiments.comparison import Comparison
from sim.experiments.jobs import Replicate, comparison_of, replications_of
from sim.runs.replication import Replication
from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_hash

GLIMPSE = {"time.days": 24, "time.warm_up": 10, "time.cool_down": 4}
"""The first days of a market, its opening left out: about a tenth of the work, all regimes within half a second."""
ROUGH_PRICES = 0.1
"""How exactly firms find their prices in a glimpse, in units of currency."""
LONG = 60
"""Days from which on a run takes long enough for a glimpse to be worth while."""
PARTS = 2
"""Tasks into which the first run is split, so that two processes share it."""


@dataclass(frozen=True)
class Shown:
    """What can be shown so far.

    Attributes:
        comparison: of the runs that are there.
        days: how many days of the market a glimpse has seen; 0: these are whole runs.
        of_days: how many days a whole run has.
    """

    comparison: Comparison
    days: int
    of_days: int


@dataclass(frozen=True)
class Plan:
    """The tasks of a comparison.

    Attributes:
        whole: every regime under the first seed, as one task; never given out where it is split into ``first``.
        glimpse: every regime for a few days; empty where a whole run is as quick.
        first: the first run, split so that several can work on it.
        others: the other runs.
    """

    whole: Replicate
    glimpse: tuple[Replicate, ...]
    first: tuple[Replicate, ...]
    others: tuple[Replicate, ...]

    def wanted(self, known: Callable[[Replicate], bool]) -> tuple[Replicate, ...]:
        """Return the tasks to ask for, in order; no glimpse once the first run is known."""
        begun = self.glimpse and not all(known(task) for task in self.first)
        return (*(self.glimpse if begun else ()), *self.first, *self.others)

    def shown(self, tasks: Sequence[Replicate], ready: Sequence[Replication]) -> Shown | None:
        """Return what the results of the first tasks show; None where they show nothing yet.

        Args:
            tasks: what ``wanted`` gave.
            ready: the results before the first that is missing.
        """
        seen = len(tasks) - len(self.first) - len(self.others)
        runs = ready[seen:]
        days = self.whole.scenario.time.days
        if len(runs) >= len(self.first):
            found = [joined(runs[: len(self.first)]), *runs[len(self.first) :]]
            return Shown(comparison_of([self.whole], found), 0, days)
        if seen and len(ready) >= seen:
            glimpse = comparison_of([self._glimpsed], [joined(ready[:seen])])
            return Shown(glimpse, glimpse.scenario.time.days, days)
        return None

    @cached_property
    def _glimpsed(self) -> Replicate:
        return replace(self.glimpse[0], regimes=self.whole.regimes)


def plan_of(scenario: Scenario, regimes: Sequence[str], replications: int, seed: int, folder: str = "") -> Plan:
    """Return the plan of a comparison, whose runs are those of ``sim.compare``."""
    whole, *others = replications_of(scenario, regimes, replications, seed, folder)
    brief = glimpse_of(scenario)
    glimpse: tuple[Replicate, ...] = ()
    if brief is not None:
        glimpse = split(Replicate(brief, whole.regimes, whole.seed, scenario_hash(brief)))
        return Plan(whole, glimpse, split(whole), tuple(others))
    return Plan(whole, (), (whole,), tuple(others))


def glimpse_of(scenario: Scenario) -> Scenario | None:
    """Return the same market for its first days; None where it is short, or cannot be that short."""
    if scenario.time.days < LONG:
        return None
    try:
        return load_scenario(scenario, {**GLIMPSE, **dict.fromkeys(_tolerances(scenario), ROUGH_PRICES)})
    except ScenarioError:  # something is bound to happen on a later day
        return None


def _tolerances(scenario: Scenario) -> list[str]:
    """Return the parameters that say how exactly firms find their prices, where that is finer than for a glimpse."""
    rules = {
        "suppliers.pricing": scenario.suppliers.pricing,
        "suppliers.direct_pricing": scenario.suppliers.direct_pricing,
        **{f"tiers.{number}.pricing": tier.pricing for number, tier in enumerate(scenario.tiers)},
        "retailers.pricing": scenario.retailers.pricing,
    }
    finer = [path for path, rule in rules.items() if 0.0 < getattr(rule, "tolerance", 0.0) < ROUGH_PRICES]
    return [f"{path}.tolerance" for path in finer]


def split(task: Replicate) -> tuple[Replicate, ...]:
    """Return a task as several with some of its regimes each, all compared with the first."""
    first, *others = task.regimes
    parts = [tuple(others[number::PARTS]) for number in range(PARTS)]
    return tuple(replace(task, regimes=(first, *part)) for part in parts if part) or (task,)


def joined(parts: Sequence[Replication]) -> Replication:
    """Return a replication of which each part holds some regimes."""
    figures = {regime: flat for part in parts for regime, flat in part.figures.items()}
    pairs = {regime: flat for part in parts for regime, flat in part.pairs.items()}
    halves = {regime: flat for part in parts for regime, flat in part.halves.items()}
    return Replication(parts[0].seed, figures, pairs, halves)
