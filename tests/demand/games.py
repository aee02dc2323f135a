"""Pricing games written by hand: one chain of a maker and a shop before a few segments of customers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.engine.demand_estimation.decisions import Decisions, Supply
from sim.engine.demand_estimation.equilibrium import MARGIN, PricingGame
from sim.kernels.competition import PassThrough, SaleTerms
from sim.kernels.demand import Considered

MAKER, SHOP = 0, 1


def segments(weights: Sequence[float], qualities: Sequence[Sequence[float]]) -> Considered:
    """Return customers of whom each considers all goods of one shop, worth ``qualities`` (segments, goods) to it."""
    count, goods = len(weights), len(qualities[0])
    return Considered(
        first=np.arange(count + 1) * goods,
        cell=np.tile(np.arange(goods), count),
        gain=np.asarray(qualities, dtype=np.float64).ravel(),
        channel=np.zeros(count * goods, dtype=np.int64),
        store=np.zeros(count * goods, dtype=np.int64),
        weight=np.asarray(weights, dtype=np.float64),
        burden=1.0,
    )


def plain_terms(offers: int) -> SaleTerms:
    """Return the terms of sales that cost nothing and come back never."""
    return SaleTerms(np.ones(offers), np.zeros(offers), np.ones(offers), np.full(offers, -1), np.zeros(offers))


def two_levels(
    weights: Sequence[float], qualities: Sequence[Sequence[float]], costs: Sequence[float], handling: float,
    scale: float,
) -> PricingGame:  # fmt: skip
    """Return the game of a maker of all goods and the one shop that sells them; both find their prices."""
    goods = len(costs)
    considered = segments(weights, qualities)
    size = 3 * goods  # the maker's prices, the shop's, and the maker's to customers, whom it does not sell to
    decision = np.full((2 * goods, 2), -1)
    decision[:goods, 0], decision[:goods, 1] = np.arange(goods), goods + np.arange(goods)
    owner = np.repeat([MAKER, SHOP, MAKER], goods)
    decided = np.repeat([True, True, False], goods)
    source = np.concatenate((np.full(goods, -1), np.arange(goods), np.full(goods, -1)))
    beyond = np.concatenate((costs, np.full(goods, handling), costs)).astype(np.float64)
    return PricingGame(
        considered=considered,
        sales=plain_terms(len(considered.cell)),
        chain=PassThrough(decision, np.repeat([1, 0], goods), np.ones((2 * goods, 2)), owner),
        decisions=Decisions((0, goods, 2 * goods), goods, (), owner, np.arange(size), decided, np.ones(size)),
        supply=Supply(source, beyond, np.zeros(size)),
        scale=scale,
        posted=np.zeros(size),
        factor=np.ones(size),
        decided=decided,
        answering=np.zeros(size, dtype=np.bool_),
        conduct=np.full(size, MARGIN),
    )
