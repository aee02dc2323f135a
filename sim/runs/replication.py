"""One replication: a world drawn once, lived through under every regime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from sim.results.figures import flatten, same_need
from sim.results.figures.halves import halves
from sim.results.outcome import Outcome
from sim.results.outcome_data import OutcomeData
from sim.runs.equal_prices import at_same_prices
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.running import Kept, attempted_runs
from sim.scenario import Scenario

Flat: TypeAlias = dict[str, float | None]

SAME_NEED_PREFIX = "same_need."


@dataclass(frozen=True)
class FailedReplication:
    """A replication that came to nothing because one of its runs did.

    Attributes:
        seed: of its world and shocks.
        regime: under which it broke; empty where the world itself could not be made.
        reason: in a line.
        details: where it happened, for the person who has to mend it.
        error: what was raised.
    """

    seed: int
    regime: str
    reason: str
    details: str = field(default="", compare=False)
    error: Exception | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, seed: int, regime: str, error: Exception) -> FailedReplication:
        """Return what an exception says."""
        failure = Failure.of(error)
        return cls(seed, regime, failure.reason, failure.details, error)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {"seed": self.seed, "regime": self.regime or None, "reason": self.reason}

    def __str__(self) -> str:
        where = [f"seed {self.seed}", *([f"under {self.regime}"] if self.regime else [])]
        return f"{', '.join(where)}: {self.reason}"


@dataclass(frozen=True)
class Replication:
    """What is kept of a replication; the outcomes themselves are gone.

    Attributes:
        seed: the seed of its world and shocks.
        figures: by regime, every figure by dotted name.
        pairs: by regime but the first, ``same_need.*``: the same needs under it and under the first.
        halves: by regime, headline figures of both halves of the window; see ``sim.results.figures.halves``.
    """

    seed: int
    figures: dict[str, Flat]
    pairs: dict[str, Flat]
    halves: dict[str, Flat] = field(default_factory=dict)


def replicate(
    scenario: Scenario,
    regimes: Sequence[str],
    seed: int,
    watch: Watch = UNWATCHED,
    *,
    same_prices: bool = False,
    hands: int = 1,
) -> Replication | FailedReplication:
    """Run every regime on one world, holding no more outcomes at a time than are made, and the first.

    Args:
        scenario: what to run.
        regimes: names of regimes; the others are compared with the first.
        seed: decides world and shocks.
        watch: told after each run.
        same_prices: whether all regimes ask customers the prices of the first, see ``equal_prices``.
        hands: how many regimes are lived through at a time.

    Raises:
        StoppedError: where it shall stop.
        MemoryError: for want of memory, which is not the fault of this world.
    """
    variants = partial(at_same_prices, scenario, regimes) if same_prices else None
    figures: dict[str, Flat] = {}
    pairs: dict[str, Flat] = {}
    both: dict[str, Flat] = {}
    first: Outcome | None = None
    kept: Kept = "pairs" if len(regimes) > 1 else "figures"
    for regime, outcome in attempted_runs(scenario, regimes, seed, variants, kept=kept, hands=hands):
        if isinstance(outcome, MemoryError):
            raise outcome
        if isinstance(outcome, Exception):
            return FailedReplication.of(seed, regime, outcome)
        figures[regime] = flatten(dict(outcome.figures))
        both[regime] = halves(outcome)
        if first is None:
            first = outcome
        else:
            pairs[regime] = pair_figures(first, outcome)
        watch.finished_run()
    return Replication(seed, figures, pairs, both)


def pair_figures(first: OutcomeData, second: OutcomeData) -> Flat:
    """Return ``same_need.*``: the same needs under two regimes, second less first."""
    return {SAME_NEED_PREFIX + name: value for name, value in flatten(dict(same_need(first, second))).items()}
