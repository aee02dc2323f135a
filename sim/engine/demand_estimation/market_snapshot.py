"""What firms that know their demand may survey: customers, terms of trade and shelves on the evening before."""

from __future__ import annotations

from dataclasses import dataclass

from sim.kernels.fulfilment import Tariff
from sim.kernels.goods import Goods
from sim.kernels.offers import LastMile, Terms
from sim.world.population import Population


@dataclass(frozen=True)
class MarketSnapshot:
    """What there is to be known of customers and shelves on the evening before prices are set."""

    people: Population
    terms: Terms
    last_mile: LastMile
    goods: Goods
    tariff: Tariff
