"""What falls due at the end of a day: rents, fixed costs, contacts, interest, carriers' costs, subsidies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.construction import cents, standing_charges
from sim.engine.replenishment import keeps_in_stock
from sim.kernels.books import KINDS
from sim.scenario.names import COURIERS

if TYPE_CHECKING:
    from sim.market import Market

DAYS_A_YEAR = 365.0
Charge = tuple[str, str, str, int]
IntArray = NDArray[np.int64]
Payments = tuple[IntArray, IntArray, IntArray, IntArray]


class Accounting:
    """Closes the books of a market day by day.

    Attributes:
        standing, contacts: what falls due every evening.
        contact_cents: of the contacts, what the owner of each place pays for that place, in cents, shape (nodes,).
    """

    def __init__(self, market: Market):
        self.market = market
        self.standing: list[Charge] = standing_charges(market.world, market.regime, market.ledger, market.active)
        self.contacts: list[Charge] = []
        self.contact_cents = np.zeros(len(market.world.places), dtype=np.int64)
        self._subsidised = np.zeros(len(market.ledger.accounts), dtype=np.int64)
        self._kept: tuple[list[Charge], list[Charge], Payments] | None = None
        self._number = {name: number for number, name in enumerate(market.ledger.accounts)}

    def renew_standing(self, firms: frozenset[str], shut: NDArray[np.bool_], silent: frozenset[str]) -> None:
        """Reckon anew what falls due every day: see ``standing_charges``."""
        market = self.market
        self.standing = standing_charges(market.world, market.regime, market.ledger, firms, shut, silent)

    def renew_contacts(self) -> None:
        """Count trading relations anew: one for each place and depot its goods come from, paid by the goods' owner.

        Of the depots that serve a place, those count that deal in anything it carries.

        Without the tiers' service of keeping contacts, stores keep one with every maker, and tiers none.
        """
        market = self.market
        cost = cents(market.parameters.contacts.cost)
        relations: dict[int, int] = {}
        self.contact_cents[:] = 0
        if cost:
            makers, bundled = market.world.catalogue.supplier, market.parameters.services.contacts
            buyers = market.levels[1:]
            for level in buyers if bundled else buyers[-1:]:
                carried = keeps_in_stock(level, market.world, market.shelves)
                for node in range(level.nodes.start, level.nodes.stop):
                    own = market.stock.goods.owner[node]
                    kept = carried[node - level.nodes.start]
                    bought = kept & (own == market.network.account[node])
                    sources = market.network.sources[node] if bundled else market.network.sources[node][:0]
                    sources = sources[sources >= 0]
                    listed = int(market.network.lines[sources][:, bought].any(axis=1).sum())
                    if listed:
                        owner = int(market.network.account[node])
                        relations[owner] = relations.get(owner, 0) + listed
                        self.contact_cents[node] += listed * cost
                    from_makers = kept & ~bought if len(sources) else kept
                    for maker in np.unique(makers[from_makers]):
                        owner = int(own[from_makers & (makers == maker)][0])
                        relations[owner] = relations.get(owner, 0) + 1
                        self.contact_cents[node] += cost if owner == market.network.account[node] else 0
        accounts = market.ledger.accounts
        self.contacts = [("contact", accounts[owner], "labour", count * cost) for owner, count in relations.items()]

    def close(self, day: int) -> IntArray:
        """Make all payments that are due. Return the book value of stock by owner, in cents, shape (accounts,)."""
        value = self.market.stock.book_value(len(self._number))
        self.market.ledger.pay_all(day, *self._every_day())
        self.market.ledger.pay_all(day, *self._interest(value))
        self._pay(day, self._couriers(day))
        if self.market.regime.at_cost:
            self._pay(day, self._subsidies(value))
        return value

    def _every_day(self) -> Payments:
        """Return standing charges and contacts, listed anew only when either has been renewed."""
        if self._kept is None or self._kept[0] is not self.standing or self._kept[1] is not self.contacts:
            self._kept = (self.standing, self.contacts, self._listed([*self.standing, *self.contacts]))
        return self._kept[2]

    def _pay(self, day: int, charges: list[Charge]) -> None:
        self.market.ledger.pay_all(day, *self._listed(charges))

    def _listed(self, charges: list[Charge]) -> Payments:
        """Return kinds, payers, payees and cents of charges, arrays of equal length."""
        number = self._number
        rows = [(KINDS.index(kind), number[payer], number[payee], cents) for kind, payer, payee, cents in charges]
        table = np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy()
        return table[0], table[1], table[2], table[3]

    def _interest(self, value: IntArray) -> Payments:
        """Return a day's interest on every firm's book value of stock."""
        rate = self.market.parameters.money.interest_rate / DAYS_A_YEAR
        owing = np.flatnonzero(value) if rate else np.empty(0, dtype=np.intp)
        kinds, lenders = np.full_like(owing, KINDS.index("interest")), np.full_like(owing, self._number["lenders"])
        return kinds, owing, lenders, np.rint(value[owing] * rate).astype(np.int64)

    def _couriers(self, day: int) -> list[Charge]:
        """Return couriers' costs of the day and note what all carriers drove."""
        market = self.market
        km, wages, fuel = market.courier_tariff.close(day, market.stops)
        market.records.note_transport(day, km)
        return [("wages", COURIERS, "labour", wages), ("fuel", COURIERS, "fuel", fuel)]

    def _subsidies(self, value: IntArray) -> list[Charge]:
        """Return what the state pays so that no firm ends below its opening, and takes back when it recovers."""
        market = self.market
        accounts = market.ledger.accounts
        profit = market.ledger.books.balances + value - market.opening_book_value
        charges: list[Charge] = []
        for account in sorted(self._number[agent.name] for agent in market.agents):
            due = int(max(-profit[account], -self._subsidised[account]))
            self._subsidised[account] += due
            if due > 0:
                charges.append(("subsidy", "state", accounts[account], due))
            elif due < 0:
                charges.append(("subsidy", accounts[account], "state", -due))
        return charges
