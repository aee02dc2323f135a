"""Seeds of replications."""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import index
from typing import Any

from sim.common.hashing import sha256_of
from sim.kernels.numerics.randomness import WORLD_DAY, as_int64, draw, stream
from sim.scenario.problems import Problem, ScenarioError, shown

PURPOSE_REPLICATION = 1000
"""Far from the market's own purposes in ``sim.kernels.numerics.randomness``, which are numbered from 1."""

MOST_REPLICATIONS = 100_000
SHORTENED_BY = 16
"""Leaves 48 bits, up to 15 digits, which JSON and spreadsheets keep whole."""


def replication_seeds(seed: int, replications: int) -> tuple[int, ...]:
    """Return the seeds of an experiment's replications: the seed itself, then others hashed from it.

    So a single run with a seed is the first replication of a comparison with it, and more replications never
    change the earlier ones.

    Args:
        seed: any whole number.
        replications: how many, 1 or more.

    Raises:
        ScenarioError: when there is to be no replication, or more than anybody would wait for.
    """
    if not 1 <= replications <= MOST_REPLICATIONS:
        allowed = f"an experiment has 1 to {MOST_REPLICATIONS:,} replications"
        raise ScenarioError([Problem("", "replications", shown(replications), allowed, "ask for another number")])
    key = as_int64(stream(as_int64(index(seed)), PURPOSE_REPLICATION, WORLD_DAY))
    hashed = (int(draw(key, number)) >> SHORTENED_BY for number in range(1, replications))
    return (index(seed), *hashed)


def point_seed(seed: int, point: Mapping[str, Any]) -> int:
    """Return the first seed of a point that shares no chance with other points, from an experiment's seed.

    Shares of points have the intervals of independent draws only where each point has a world and shocks of its own.

    Args:
        seed: any whole number.
        point: values by path of the parameter, in any order.
    """
    digest = sha256_of("point", str(index(seed)), json.dumps(dict(point), sort_keys=True))
    return int(digest[:16], 16) >> SHORTENED_BY
