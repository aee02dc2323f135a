"""Prices that are written down in one run and said beforehand in another, so that one firm can be changed alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.common.types import IntArray
from sim.engine.firms.level import Level
from sim.kernels.offers import Shelves
from sim.kernels.supply import Network
from sim.world.world import World


class PostedPrices(NamedTuple):
    """All prices of a market as they stand: of firms and on shelves in ``network.price``, to customers in ``shelves``.

    Attributes:
        world: where sellers are and what they make.
        levels: the levels of the chain, top first.
    """

    world: World
    levels: list[Level]
    network: Network
    shelves: Shelves

    def in_order(self) -> IntArray:
        """Return all prices in cents in the order of price decisions: by level, place and product, then direct ones."""
        asked = [self.network.price[level.nodes].ravel() for level in self.levels]
        return np.concatenate([*asked, self.shelves.direct_price]).astype(np.int64)


class PriceScript:
    """Prices that are given from outside; here none: every firm decides by its own rule.

    Attributes:
        live_from: position of the first level of the chain whose firms decide by their rules; prices above are given.
        says_direct: whether the makers' prices to customers are given, too.
    """

    live_from: int = 0
    says_direct: bool = False

    def post(self, prices: PostedPrices) -> None:
        """Post what is given, before anybody decides. Called once for each time that prices are set."""

    def observe(self, prices: PostedPrices) -> None:
        """Look at all prices once all have been set."""


@dataclass
class PriceRecord:
    """The prices of a whole run, written down only where they change.

    Attributes:
        prices: those that differ from the ones before, each (decisions,), cents.
        entry: for each time that prices were set, which of ``prices`` held afterwards.
    """

    prices: list[IntArray] = field(default_factory=list)
    entry: list[int] = field(default_factory=list)

    def add(self, posted: IntArray) -> None:
        """Write down prices as they were set."""
        if not self.prices or not np.array_equal(self.prices[-1], posted):
            self.prices.append(posted)
        self.entry.append(len(self.prices) - 1)


class PriceRecorder(PriceScript):
    """Writes down all prices of a run, and changes nothing."""

    def __init__(self) -> None:
        self.record = PriceRecord()

    def observe(self, prices: PostedPrices) -> None:
        self.record.add(prices.in_order())


NO_SCRIPT = PriceScript()
"""The script of a market as it is."""
