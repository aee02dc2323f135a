"""Suppliers that open a channel of their own to customers, beside the chain, and close it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.construction import channel_cents, sellers_advertising_cents
from sim.engine.entry_exit.events import Events
from sim.engine.entry_exit.profit_windows import Results
from sim.engine.entry_exit.store_exit import send_home, strike_out
from sim.rules.entry import EntryView

if TYPE_CHECKING:
    from sim.market import Market

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


class Channels:
    """The direct channels of one market.

    Who sells direct decides by its rule where there is a chain, too. Without one there is no other way to sell, and
    all do.

    Attributes:
        selling: whether each supplier sells to customers itself, shape (suppliers,).
        chosen: whether suppliers have a choice at all.
    """

    def __init__(self, market: Market, results: Results, events: Events):
        self.market = market
        self.results = results
        self.events = events
        regime, makers = market.regime, market.world.catalogue.supplier
        self.groups = market.levels[0].direct_entry
        self.selling = np.full(market.levels[0].size, bool(regime.supplier_channels))
        self.chosen = (
            regime.chain
            and bool(regime.supplier_channels)
            and not regime.at_cost
            and any(group.rule.acts for group in self.groups)
        )
        self._own = makers[None, :] == np.arange(len(self.selling))[:, None]
        self._daily = channel_cents(market.world, regime) + sellers_advertising_cents(market.world, regime)
        if self.chosen:
            self._open_the_market()

    @property
    def silent(self) -> frozenset[str]:
        """Names of the suppliers that do not sell to customers."""
        accounts = self.market.network.account[: len(self.selling)]
        return frozenset(self.market.ledger.accounts[account] for account in accounts[~self.selling])

    @property
    def due(self) -> IntArray:
        """What keeping the channels open cost last night, in cents, shape (suppliers,)."""
        return np.where(self.selling, self._daily, 0)

    def decide(self, day: int) -> bool:
        """Let suppliers whose review day it is open or close their channels. Tells whether any did."""
        before = self.selling.copy()
        for group in self.groups if self.chosen else ():
            rows = group.rows
            turn = self.results.channels.turn(group, rows, day)
            if group.rule.acts and turn.any():
                decision = group.decide(self._view(rows, turn, day))
                for row, sells, amount in zip(rows, decision.sells, decision.amount, strict=True):
                    if sells != self.selling[row]:
                        kind = "channel_opened" if sells else "channel_closed"
                        self.events.note(day, kind, self.market.network.account[row], row, cents=amount)
                self.selling[rows] = decision.sells
        return self._tell(before)

    def end_all(self) -> None:
        """Close all channels for good: what they went through is gone."""
        before = self.selling.copy()
        self.selling[:] = False
        self.chosen = False
        self._tell(before)

    def bring_home(self, day: int) -> None:
        """Send back what stands in stores and belongs to suppliers that do not sell to customers any more."""
        market = self.market
        stores = market.world.places.stores
        units = market.stock.goods.units[stores]
        stranded = (units > 0) & market.shelves.consigned & ~market.shelves.direct
        makers = market.world.catalogue.supplier
        for store in np.flatnonzero(stranded.any(axis=1)):
            for depot in np.unique(makers[stranded[store]]):
                send_home(market, day, stores.start + int(store), int(depot))

    def _open_the_market(self) -> None:
        """Let suppliers decide once before the first day, when nothing has been sold yet."""
        before = self.selling.copy()
        self.selling[:] = False
        for group in self.groups:
            nobody = np.zeros(len(group.rows), dtype=np.bool_)
            decision = group.decide(self._view(group.rows, nobody, 0), learns=False)
            self.selling[group.rows] = decision.sells
        self._tell(before)

    def _tell(self, before: BoolArray) -> bool:
        """Let customers and stores know who sells direct, and stop what is ordered for shelves that lose it."""
        if (self.selling == before).all():
            return False
        market = self.market
        makers = market.world.catalogue.supplier
        market.shelves.direct[:] = self.selling[makers]
        lost = np.zeros(market.stock.goods.owner.shape, dtype=np.bool_)
        lost[market.world.places.stores] = market.shelves.consigned & ~market.shelves.direct
        strike_out(market, cells=lost)
        return True

    def _view(self, rows: NDArray[np.intp], turn: BoolArray, day: int) -> EntryView:
        """Return what some suppliers know, and turn the page of the notes of those whose turn it is, (rows,)."""
        market, own = self.market, self._own[rows]
        notes = self.results.channels.shown(rows, turn, day)
        view = EntryView(
            selling=self.selling[rows],
            days=notes.days,
            units_sold=np.where(turn[:, None], self.results.units_sold[rows], 0),
            wholesale_price=np.where(own, market.network.price[rows], 0),
            unit_cost=np.where(own, market.world.unit_cost, 0),
            direct_price=np.where(own, market.shelves.direct_price, 0),
            direct_cost=np.where(own, market.prices.direct_cost(), 0.0),
            online_share=self._online_share(),
            channel_result=np.where(self.selling[rows], notes.result, 0),
        )
        self.results.units_sold[rows[turn]] = 0
        return view

    def _online_share(self) -> float:
        """Return the share of all people who have ever bought online, as of yesterday."""
        adopters = self.market.records.adopters
        return adopters[-1] / len(self.market.population.town) if adopters else 0.0
