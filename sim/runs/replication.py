"""One replication: a world drawn once, lived through under every regime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sim.market import Market
from sim.results.figures import flatten, same_need
from sim.results.figures.halves import halves
from sim.results.outcome import Outcome
from sim.runs.equal_prices import at_same_prices
from sim.runs.running import live_through
from sim.scenario import Scenario
from sim.world.world import make_world

Flat: TypeAlias = dict[str, float | None]

SAME_NEED_PREFIX = "same_need."


@dataclass(frozen=True)
class FailedReplication:
    """A replication that came to nothing because one of its runs did.

    Attributes:
        seed: of its world and shocks.
        regime: under which it broke; empty where the world itself could not be made.
        reason: in a line.
        details: where it happened, for whoever has to mend it.
    """

    seed: int
    regime: str
    reason: str
    details: str = field(default="", compare=False)

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
    finished_run: Callable[[], None],
    stopped: Callable[[], bool],
    begun: Callable[[str], object] | None = None,
    *,
    same_prices: bool = False,
) -> Replication:
    """Run every regime on one world, holding no more than two outcomes at a time.

    Args:
        scenario: what to run.
        regimes: names of regimes; the others are compared with the first.
        seed: decides world and shocks.
        finished_run: called after each run.
        stopped: asked before each day; once it says yes, the rest is left.
        begun: called with the regime before each run.
        same_prices: whether all regimes ask customers the prices of the first, see ``equal_prices``.

    Raises:
        StoppedError: when ``stopped`` said yes.
        Exception: what a run raised, with a note that names regime and seed.
    """
    world = make_world(scenario, seed)
    variants = at_same_prices(scenario, regimes, world, stopped) if same_prices else dict.fromkeys(regimes, scenario)
    figures: dict[str, Flat] = {}
    pairs: dict[str, Flat] = {}
    both: dict[str, Flat] = {}
    first: Outcome | None = None
    for regime in regimes:
        if begun is not None:
            begun(regime)
        try:
            own = replace(world, scenario=variants[regime]) if same_prices else world
            outcome = live_through(Market(variants[regime], regime, seed, own), stopped)
        except Exception as error:
            error.add_note(f"under {regime}, seed {seed}")
            raise
        figures[regime] = flatten(dict(outcome.figures))
        both[regime] = halves(outcome)
        if first is None:
            first = outcome
        else:
            compared = flatten(dict(same_need(first, outcome)))
            pairs[regime] = {SAME_NEED_PREFIX + name: value for name, value in compared.items()}
        finished_run()
    return Replication(seed, figures, pairs, both)
