"""What everybody in a market for play asks at a moment, and what goods cost them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.common.types import CENTS, FloatArray
from sim.engine.firms.level import Level
from sim.engine.purchasing import purchase_costs
from sim.engine.state import State
from sim.teaching.play.firms import MAKER, PLATFORM_ROLE, SeatedFirm


@dataclass(frozen=True)
class Posted:
    """What everybody asks and pays, by seat; money in cents, as means over a seat's products.

    Attributes:
        price: what a seat asks for a unit. cost: what one costs it at its door. asks: its controls, in their units.
        direct: what each maker asks of customers, where it sells to them.
    """

    price: Mapping[str, int]
    cost: Mapping[str, int]
    asks: Mapping[str, Mapping[str, float]]
    direct: Mapping[str, int]


def posted_prices(state: State, firms: Iterable[SeatedFirm]) -> Posted:
    """Return what everybody asks now, and what goods cost them at these prices."""
    price: dict[str, int] = {}
    cost: dict[str, int] = {}
    asks: dict[str, dict[str, float]] = {}
    direct: dict[str, int] = {}
    for firm in firms:
        if firm.role == PLATFORM_ROLE:
            price[firm.seat], cost[firm.seat] = 0, 0
            asks[firm.seat] = {"commission": round(state.fees.commission * CENTS, 6)}
            continue
        products = list(firm.products)
        level, row = place_of(state, firm)
        asked = state.network.price[level.nodes][row][products].astype(np.float64)
        paid = landed_cost(state, level)[row][products]
        price[firm.seat], cost[firm.seat] = int(np.rint(asked.mean())), int(np.rint(paid.mean()))
        if firm.role != MAKER:
            asks[firm.seat] = {"margin": round(float((asked - paid).mean()) / CENTS, 2)}
            continue
        asks[firm.seat] = {"price": round(float(asked.mean()) / CENTS, 2)}
        if state.shelves.direct[products].any():
            direct[firm.seat] = int(np.rint(state.shelves.direct_price[products].mean()))
            asks[firm.seat]["direct_price"] = round(direct[firm.seat] / CENTS, 2)
    return Posted(price, cost, asks, direct)


def place_of(state: State, firm: SeatedFirm) -> tuple[Level, int]:
    """Return the level of a firm, and its place on it."""
    account = state.ledger.number[firm.account]
    for level in state.levels:
        rows = np.flatnonzero(state.network.account[level.nodes] == account)
        if len(rows):
            return level, int(rows[0])
    raise KeyError(firm.account)


def landed_cost(state: State, level: Level) -> FloatArray:
    """Return what a unit costs the places of a level at their doors, at prices as they stand, (places, products)."""
    goods, freight = purchase_costs(level, state.network, state.world)
    return np.asarray(goods + freight, dtype=np.float64)
