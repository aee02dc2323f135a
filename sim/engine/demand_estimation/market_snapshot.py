"""What firms that know their demand may survey: customers, market rules and shelves on the evening before."""

from __future__ import annotations

from dataclasses import dataclass

from sim.kernels.fulfilment import FeeSchedule
from sim.kernels.goods import Goods
from sim.kernels.offers import LastMile, MarketRules
from sim.world.population import Population


@dataclass(frozen=True)
class MarketSnapshot:
    """What there is to be known of customers and shelves on the evening before prices are set."""

    people: Population
    rules: MarketRules
    last_mile: LastMile
    goods: Goods
    fees: FeeSchedule
