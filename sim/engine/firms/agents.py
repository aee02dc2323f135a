"""The firms of a market as Mesa agents: views of their rows in the market's arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.market import Market

CENTS = 100.0


class Firm(mesa.Agent):  # type: ignore[misc]
    """A firm with an account. Money in units of currency.

    Attributes:
        name: name of the firm, also of its account.
        tier: 0 for suppliers, then 1 for each tier of intermediaries, then retailers; -1 outside the chain.
    """

    kind = "firm"

    def __init__(self, model: Market, name: str, tier: int = -1, nodes: NDArray[np.int64] | None = None):
        super().__init__(model)
        self.name = name
        self.tier = tier
        self.account = model.ledger.accounts.index(name)
        self.nodes = np.empty(0, dtype=np.int64) if nodes is None else nodes

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def market(self) -> Market:
        """The market the firm is in."""
        market: Any = self.model
        return market  # type: ignore[no-any-return]

    @property
    def balance(self) -> float:
        """Cash, negative while money spent on stock is not back."""
        return float(self.market.ledger.books.balances[self.account]) / CENTS

    @property
    def book_value(self) -> float:
        """Book value of the stock the firm owns, on the way to it included."""
        return float(self.market.stock.book_value(len(self.market.ledger.accounts))[self.account]) / CENTS

    @property
    def profit(self) -> float:
        """Change of cash and of book value since the opening."""
        cash = self.market.ledger.books.balances
        value = self.market.stock.book_value(len(cash)) - self.market.opening_book_value
        return float(cash[self.account] + value[self.account]) / CENTS

    @property
    def units(self) -> dict[str, int]:
        """Units on hand at the firm's places, by product, whoever owns them; products without any are left out."""
        on_hand = self.market.stock.goods.units[self.nodes].sum(axis=0)
        return {name: int(units) for name, units in zip(self.market.stock.products, on_hand, strict=True) if units}


class Supplier(Firm):
    """A maker of products with one depot."""

    kind = "supplier"

    @property
    def products(self) -> tuple[str, ...]:
        """Names of the products it makes."""
        return tuple(self.market.stock.products[product] for product in self._own())

    @property
    def wholesale_prices(self) -> dict[str, float]:
        """What firms downstream pay, by product."""
        return {
            self.market.stock.products[p]: float(self.market.network.price[self.nodes[0], p]) / CENTS
            for p in self._own()
        }

    @property
    def direct_prices(self) -> dict[str, float]:
        """What customers pay who buy from it, by product."""
        return {self.market.stock.products[p]: float(self.market.shelves.direct_price[p]) / CENTS for p in self._own()}

    def _own(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.market.world.catalogue.supplier == self.nodes[0])


class Intermediary(Firm):
    """A firm that buys from the level above and sells to the level below."""

    kind = "intermediary"

    @property
    def prices(self) -> dict[str, float]:
        """What firms downstream pay, by product."""
        row = self.market.network.price[self.nodes[0]]
        return {name: float(price) / CENTS for name, price in zip(self.market.stock.products, row, strict=True)}


@dataclass(frozen=True)
class Store:
    """A read-only view of one store or showroom."""

    name: str
    town: str
    east: float
    north: float
    slots: int
    samples: int
    shelf: dict[str, int]
    prices: dict[str, float]


class Retailer(Firm):
    """A shopkeeper with one or more stores."""

    kind = "retailer"

    @property
    def stores(self) -> tuple[Store, ...]:
        """Its stores, with what stands on their shelves and what it costs."""
        market = self.market
        places, shelves = market.world.places, market.shelves
        views = []
        for node in self.nodes:
            store = int(node) - shelves.first_node
            offered = np.flatnonzero(shelves.offered[store])
            price = np.where(shelves.consigned[store], shelves.direct_price, shelves.list_price[store])
            views.append(
                Store(
                    name=places.names[node],
                    town=market.world.towns.names[places.town[node]],
                    east=float(places.east[node]),
                    north=float(places.north[node]),
                    slots=int(places.slots[node]),
                    samples=int(places.samples[node]),
                    shelf={market.stock.products[p]: int(market.stock.goods.units[node, p]) for p in offered},
                    prices={market.stock.products[p]: float(price[p]) / CENTS for p in offered},
                )
            )
        return tuple(views)


class Platform(Firm):
    """The online marketplace."""

    kind = "platform"


class Carrier(Firm):
    """A firm that moves goods: bulk freight, parcels, or local couriers."""

    kind = "carrier"
