"""The firms of a market as Mesa agents: views of their rows in the market's state."""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS
from sim.engine.agent_counters import let_models_go
from sim.engine.firms.roster import FIRM_KINDS, FirmRecord
from sim.engine.state import State

let_models_go()


class Firm(mesa.Agent):  # type: ignore[misc]
    """A firm with an account. Money in units of currency.

    Attributes:
        state: the state of the market the firm is in.
        name: name of the firm, also of its account.
        kind: what it is, such as ``"retailer"``.
        tier: 0 for suppliers, then 1 for each tier of intermediaries, then retailers; -1 outside the chain.
        account: number of its account.
        nodes: numbers of its depots and stores.
    """

    def __init__(self, model: mesa.Model, state: State, firm: FirmRecord):
        super().__init__(model)
        self.state = state
        self.name, self.kind, self.tier, self.account = firm
        self.nodes = np.flatnonzero(state.world.places.account == firm.account)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def balance(self) -> float:
        """Cash, negative while money spent on stock is not back."""
        return float(self.state.ledger.books.balances[self.account]) / CENTS

    @property
    def book_value(self) -> float:
        """Book value of the stock the firm owns, on the way to it included."""
        return float(self.state.stock.book_value(len(self.state.ledger.accounts))[self.account]) / CENTS

    @property
    def profit(self) -> float:
        """Change of cash and of book value since the opening."""
        return float(self.state.profits()[self.account]) / CENTS

    @property
    def units(self) -> dict[str, int]:
        """Units on hand at the firm's places, by product, anyone's goods; products without any are left out."""
        on_hand = self.state.stock.goods.units[self.nodes].sum(axis=0)
        return {name: int(units) for name, units in zip(self.state.stock.products, on_hand, strict=True) if units}


class Supplier(Firm):
    """A maker of products with one depot."""

    @property
    def products(self) -> tuple[str, ...]:
        """Names of the products it makes."""
        return tuple(self.state.stock.products[product] for product in self._own())

    @property
    def wholesale_prices(self) -> dict[str, float]:
        """What firms downstream pay, by product."""
        return {
            self.state.stock.products[p]: float(self.state.network.price[self.nodes[0], p]) / CENTS for p in self._own()
        }

    @property
    def direct_prices(self) -> dict[str, float]:
        """What customers pay who buy from it, by product."""
        return {self.state.stock.products[p]: float(self.state.shelves.direct_price[p]) / CENTS for p in self._own()}

    def _own(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.state.world.catalogue.supplier == self.nodes[0])


class Intermediary(Firm):
    """A firm that buys from the level above and sells to the level below."""

    @property
    def prices(self) -> dict[str, float]:
        """What firms downstream pay, by product."""
        row = self.state.network.price[self.nodes[0]]
        return {name: float(price) / CENTS for name, price in zip(self.state.stock.products, row, strict=True)}


@dataclass(frozen=True)
class StoreView:
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

    @property
    def stores(self) -> tuple[StoreView, ...]:
        """Its stores, with what stands on their shelves and what it costs."""
        state = self.state
        places, shelves = state.world.places, state.shelves
        views = []
        for node in self.nodes:
            store = int(node) - shelves.first_node
            offered = np.flatnonzero(shelves.offered[store])
            price = np.where(shelves.consigned[store], shelves.direct_price, shelves.list_price[store])
            views.append(
                StoreView(
                    name=places.names[node],
                    town=state.world.towns.names[places.town[node]],
                    east=float(places.east[node]),
                    north=float(places.north[node]),
                    slots=int(places.slots[node]),
                    samples=int(places.samples[node]),
                    shelf={state.stock.products[p]: int(state.stock.goods.units[node, p]) for p in offered},
                    prices={state.stock.products[p]: float(price[p]) / CENTS for p in offered},
                )
            )
        return tuple(views)


class PlatformFirm(Firm):
    """The online marketplace."""


class Carrier(Firm):
    """A firm that moves goods: bulk freight, parcels, or local couriers."""


AGENT_OF_KIND: dict[str, type[Firm]] = dict(
    zip(FIRM_KINDS, (Supplier, Intermediary, Retailer, PlatformFirm, Carrier), strict=True)
)
"""How a firm of each kind is shown as an agent."""
