"""One replication: a world drawn once, lived through under every regime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sim.experiments.running import live_through
from sim.figures import flatten, same_need
from sim.market import Market
from sim.outcome import Outcome
from sim.scenario import Scenario
from sim.world import make_world

Flat: TypeAlias = dict[str, float | None]

SAME_NEED_PREFIX = "same_need."


@dataclass(frozen=True)
class Replication:
    """What is kept of a replication; the outcomes themselves are gone.

    Attributes:
        seed: the seed of its world and shocks.
        figures: by regime, every figure by dotted name.
        pairs: by regime but the first, ``same_need.*``: the same needs under it and under the first.
    """

    seed: int
    figures: dict[str, Flat]
    pairs: dict[str, Flat]


def replicate(
    scenario: Scenario,
    regimes: Sequence[str],
    seed: int,
    finished_run: Callable[[], None],
    stopped: Callable[[], bool],
) -> Replication:
    """Run every regime on one world, holding no more than two outcomes at a time.

    Args:
        scenario: what to run.
        regimes: names of regimes; the others are compared with the first.
        seed: decides world and shocks.
        finished_run: called after each run.
        stopped: asked before each day; once it says yes, the rest is left.

    Raises:
        StoppedError: when ``stopped`` said yes.
        Exception: what a run raised, with a note that names regime and seed. A comparison has one point only, and
            without the worlds in which something breaks its means would be those of the worlds that are easy.
    """
    world = make_world(scenario, seed)
    figures: dict[str, Flat] = {}
    pairs: dict[str, Flat] = {}
    first: Outcome | None = None
    for regime in regimes:
        try:
            outcome = live_through(Market(scenario, regime, seed, world), stopped)
        except Exception as error:
            error.add_note(f"under {regime}, seed {seed}")
            raise
        figures[regime] = flatten(dict(outcome.figures))
        if first is None:
            first = outcome
        else:
            compared = flatten(dict(same_need(first, outcome)))
            pairs[regime] = {SAME_NEED_PREFIX + name: value for name, value in compared.items()}
        finished_run()
    return Replication(seed, figures, pairs)
