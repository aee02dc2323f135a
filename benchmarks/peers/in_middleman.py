"""The market itself, stepped as its peers are: the ordinary engine, with all it writes down."""

from __future__ import annotations

from functools import cache

from benchmarks.markets import left_by, market_in, world_for
from benchmarks.peers.arrays import Arrays, Left
from sim.world.world import World


@cache
def world_of(customers: int, seed: int) -> World:
    """Return the world, drawn once."""
    return world_for(customers, seed=seed)


class Market:
    """A market in the world that the arrays were taken from."""

    def __init__(self, arrays: Arrays, seed: int = 0):  # noqa: ARG002 - the arrays' own seed decides
        self.market = market_in(world_of(len(arrays.town), arrays.seed))

    def run(self, days: int) -> None:
        """Live through some days."""
        for _ in range(days):
            self.market.step()

    def left(self) -> Left:
        """Return what the days so far have left."""
        return left_by(self.market)
