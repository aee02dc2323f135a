"""Markets small enough to be worked by hand, read by names instead of codes.

One customer lives at the well of Brook. Ann's shop lies 1 km to the east, Bob's 2 km to the west; the maker's depot is
at the well. Apples are what the customer likes, pears lie a quarter of the ring away. Everything costs 6.00, and
whatever is not mentioned is free: each story adds what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from sim.kernels.goods import FACTORY, OPENING, WRITE_OFF, WRITTEN_OFF, StockMovement, move
from sim.market import Market
from sim.scenario import load_scenario

Changes: TypeAlias = Mapping[str, Any]
Payment: TypeAlias = tuple[str, str, str, int]
Move: TypeAlias = tuple[str, str, str, str, int, int, int]

SMALL: dict[str, Any] = {
    "name": "small",
    "time": {"days": 20, "warm_up": 0, "cool_down": 0, "opening": "as_given", "steady": False},
    "geography": {"towns": [{"name": "Brook", "customers": 1, "shape": "point"}]},
    "styles": {"count": 4, "shares": [1, 0, 0, 0]},
    "customers": {
        "need_rate": 1.0,  # one need each day
        "worth": {"distribution": "constant", "mean": 10.0},
        "mismatch_cost": 8.0,  # 2.00 for a pear
        "travel_cost": 0.5,  # 1.00 to Ann's and back, 2.00 to Bob's
        "waiting_cost": 0.0,
        "hassle": 0.0,
        "trust": 0.5,
        "breadth": 2,
        "reach": 2,
    },
    "products": {
        "items": [
            {"name": "apple", "style": 0, "supplier": "maker", "unit_cost": 1.0},
            {"name": "pear", "style": 1, "supplier": "maker", "unit_cost": 1.0},
        ]
    },
    "suppliers": {
        "names": ["maker"],
        "location": "centre",
        "lead_time": 1,
        "pricing": {"rule": "fixed", "price": 4.0},
        "direct_pricing": {"rule": "fixed", "price": 6.0},
        "replenishment": {"rule": "base_stock", "level": 50},
    },
    "retailers": {
        "names": ["Ann", "Bob"],
        "lead_time": 1,
        "stock_per_slot": 50,
        "pricing": {"rule": "fixed", "price": 6.0},
        "replenishment": {"rule": "base_stock", "level": 5},
        "stores": [
            {"name": "near", "town": "Brook", "retailer": "Ann", "east": 1.0, "slots": 2},
            {"name": "far", "town": "Brook", "retailer": "Bob", "east": -2.0, "slots": 2},
        ],
    },
    "delivery": {"pickup_hours": 0.0, "parcel": {"handling_days": 1.0}, "courier": {"handling_hours": 0.0}},
}

OWN = {"shelves": "own", "own_channels": ["store"]}
"""Shops that own what they sell and buy it from the maker."""

PARCELS = {"supplier_channels": ["parcel"]}
"""The maker sends parcels; there are no shops."""

CONSIGNED = {"shelves": "consigned", "supplier_channels": ["store", "pickup", "courier"]}
"""The maker's goods stand in the shops."""


def with_parcels(regime: Mapping[str, Any], *channels: str) -> dict[str, Any]:
    """Return a regime with more channels of the maker's: parcels unless said."""
    more = list(channels or ("parcel",))
    return {**regime, "supplier_channels": [*regime.get("supplier_channels", []), *more]}


@dataclass(frozen=True)
class Need:
    """A need as its record tells it, with names for codes; money in cents."""

    day: int
    customer: int
    first_choice: str | None
    first_place: str | None
    first_channel: str | None
    first_empty: bool
    result: str
    product: str | None
    place: str | None
    seller: str | None
    channel: str | None
    price: int
    fee: int
    tax: int
    full_price: int
    cost_of_goods: int
    km: float
    quoted_days: float
    days: float
    returned: bool
    refund: int
    surplus: int
    attempt: int


NAMED = {
    "first_choice": "products",
    "product": "products",
    "first_place": "places",
    "place": "places",
    "seller": "accounts",
    "first_channel": "channels",
    "channel": "channels",
    "result": "results",
}


class SmallMarket:
    """A small market to be lived through day by day."""

    def __init__(self, regime: str | Mapping[str, Any], changes: Changes | None = None, seed: int = 0, **sections: Any):
        """Set up the small market.

        Args:
            regime: a regime by its data, or the name of a shipped one.
            changes: parameters to change, by path.
            seed: decides the dice, where there are any.
            sections: whole sections to put in the place of those of ``SMALL``.
        """
        given = {**SMALL, **sections}
        name = regime if isinstance(regime, str) else "story"
        if not isinstance(regime, str):
            given["regimes"] = {"story": dict(regime)}
        self.market = Market(load_scenario(given, changes), name, seed)

    def place(self, name: str) -> int:
        """Return the number of a place."""
        return self.market.stock.places.index(name)

    def product(self, name: str) -> int:
        """Return the number of a product."""
        return self.market.stock.products.index(name)

    def units(self, place: str, product: str = "apple") -> int:
        """Return how many units of a product are at a place, which may be the way to one: "to near"."""
        return int(self.market.stock.goods.units[self.place(place), self.product(product)])

    def empty(self, place: str, *products: str, leaving: int = 0) -> None:
        """Write stock off so that this many units are left, of every product unless some are named."""
        market = self.market
        for product in products or market.stock.products:
            units = self.units(place, product) - leaving
            assert units >= 0, f"{place} holds fewer than {leaving} of {product}"
            goods = market.stock.goods
            node, number = self.place(place), self.product(product)
            owner = int(goods.owner[node, number])
            market.stock.reserve(1)
            off = 2 * market.stock.nodes + WRITTEN_OFF
            movement = StockMovement(WRITE_OFF, number, node, off, units, 0, owner, owner, -1)
            move(market.stock.goods, market.day, movement)

    def give(self, place: str, units: int, product: str = "apple", value: int = 0) -> None:
        """Put units in stock as if from nowhere, at a book value for all of them."""
        market = self.market
        node, number = self.place(place), self.product(product)
        owner = int(market.stock.goods.owner[node, number])
        market.stock.reserve(1)
        nowhere = 2 * market.stock.nodes + FACTORY
        movement = StockMovement(OPENING, number, nowhere, node, units, value, owner, owner, -1)
        move(market.stock.goods, market.day, movement)

    def live(self, days: int = 1) -> SmallMarket:
        """Live through some days."""
        for _ in range(days):
            self.market.step()
        return self

    def needs(self, day: int | None = None) -> list[Need]:
        """Return the needs of a day, or all, in the order in which customers came."""
        outcome = self.market.outcome()
        columns = outcome.columns["needs"]
        rows = range(len(columns["need"])) if day is None else np.flatnonzero(columns["day"] == day)

        def shown(name: str, row: int) -> Any:
            value = columns[name][row].item()
            if name in NAMED:
                return None if value < 0 else outcome.labels[NAMED[name]][value]
            return value

        return [Need(**{name: shown(name, row) for name in Need.__annotations__}) for row in rows]

    def first_need(self) -> Need:
        """Live through a day and return its first need."""
        day = self.market.day
        self.live()
        return self.needs(day)[0]

    def payments(self, day: int, *kinds: str) -> list[Payment]:
        """Return a day's payments (kind, payer, payee, cents) in the order in which they were made."""
        outcome = self.market.outcome()
        lines, labels = outcome.columns["ledger"], outcome.labels
        told = [
            (
                labels["ledger_kinds"][lines["kind"][row]],
                labels["accounts"][lines["payer"][row]],
                labels["accounts"][lines["payee"][row]],
                int(lines["cents"][row]),
            )
            for row in np.flatnonzero(lines["day"] == day)
        ]
        return [payment for payment in told if not kinds or payment[0] in kinds]

    def moves(self, day: int, *kinds: str) -> list[Move]:
        """Return a day's moves of goods (kind, product, from, to, units, value given up, value taken on)."""
        outcome = self.market.outcome()
        lines, labels = outcome.columns["stock"], outcome.labels
        told = [
            (
                labels["stock_kinds"][lines["kind"][row]],
                labels["products"][lines["product"][row]],
                labels["places"][lines["source"][row]],
                labels["places"][lines["destination"][row]],
                *(int(lines[name][row]) for name in ("units", "value_out", "value_in")),
            )
            for row in np.flatnonzero(lines["day"] == day)
        ]
        return [line for line in told if not kinds or line[0] in kinds]

    def balances(self) -> dict[str, int]:
        """Return the accounts that hold or owe anything, in cents."""
        ledger = self.market.ledger
        return {name: cents for name in ledger.accounts if (cents := ledger.balance(name)) != 0}
