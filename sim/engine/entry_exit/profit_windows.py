"""What stores, firms and direct channels have earned since they last looked, from the journals and what falls due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.construction import cents, rent_of_stores, sellers_advertising_cents
from sim.engine.firms.level import Group
from sim.kernels.books import FREIGHT
from sim.kernels.goods import DISPATCH, RESTOCK, SALE, SPOILAGE
from sim.rules.closing import ClosingView

if TYPE_CHECKING:
    from sim.market import Market

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
DAYS_A_YEAR = 365.0


class Notes:
    """Receipts, outlays and book value of own stock of some units, in cents, shape (units,)."""

    def __init__(self, size: int):
        self.receipts, self.outlays, self.value = (np.zeros(size, dtype=np.int64) for _ in range(3))
        self._then = np.zeros((3, size), dtype=np.int64)
        self._day = np.zeros(size, dtype=np.int64)

    def begin(self, rows: NDArray[np.intp], day: int) -> None:
        """Count from today on."""
        self._then[:, rows] = self.receipts[rows], self.outlays[rows], self.value[rows]
        self._day[rows] = day

    def shown(self, rows: NDArray[np.intp], turn: BoolArray, day: int) -> ClosingView:
        """Return what some units have noted since their last review, and turn the page of those whose ``turn`` it is.

        Of the others nothing is shown; both arrays have shape (rows,).
        """
        receipts, outlays, value = self._then[:, rows]
        view = ClosingView(
            days=np.where(turn, day - self._day[rows], 0),
            receipts=np.where(turn, self.receipts[rows] - receipts, 0),
            outlays=np.where(turn, self.outlays[rows] - outlays, 0),
            stock_change=np.where(turn, self.value[rows] - value, 0),
        )
        self.begin(rows[turn], day)
        return view

    def turn(self, group: Group[Any], rows: NDArray[np.intp], day: int) -> BoolArray:
        """Tell whose turn it is today: places take turns, and nobody decides before a whole term is over.

        ``rows`` says where in the notes the members of the group stand.
        """
        due = np.isin(group.rows, group.due_in_turn(day))
        whole: BoolArray = due & (day - self._day[rows] >= group.rule.review_days)
        return whole


class Results:
    """Who has earned what in one market.

    A store's result is what came in and went out for it: sales and their costs, goods and their freight, rent,
    contacts, interest on its stock, and an equal share of the fixed cost and advertising of its firm. A channel's is
    what was sold direct, less the goods, all that was paid for it, and the cost of keeping it open.

    Attributes:
        stores, firms, channels: notes by store, by account and by supplier. Channels have no stock of their own:
            what they sell counts as an outlay, at book value.
        units_sold: units that suppliers sold to firms since their last review, shape (suppliers, products).
    """

    def __init__(self, market: Market):
        self.market = market
        places, accounts = market.world.places, len(market.ledger.accounts)
        self._nodes = places.stores
        self._account = places.account[places.stores]
        makers = places.suppliers
        self.stores = Notes(places.stores.stop - places.stores.start)
        self.firms = Notes(accounts)
        self.channels = Notes(makers.stop)
        self.units_sold = np.zeros((makers.stop, len(market.stock.products)), dtype=np.int64)
        self._supplier = np.full(accounts, -1, dtype=np.int64)
        self._supplier[places.account[makers]] = np.arange(makers.stop)
        self._rent = rent_of_stores(market.world, market.regime)
        self._advertising = sellers_advertising_cents(market.world, market.regime)
        self._ledger_rows = self._stock_rows = 0

    def begin(self) -> None:
        """Start from the opening stock."""
        self._count_stock()
        for notes in (self.stores, self.firms, self.channels):
            notes.begin(np.arange(len(notes.value)), 0)

    def note_evening(self, shut: BoolArray, channel_cents: IntArray) -> None:
        """Note what fell due last night: of stores that are not ``shut``, (stores,), and of channels, (suppliers,)."""
        market = self.market
        rate = market.parameters.money.interest_rate / DAYS_A_YEAR
        interest = np.rint(self._own_value() * rate).astype(np.int64)
        due = self._rent + market.accounting.contact_cents[self._nodes] + interest + self._overhead(shut)
        self.stores.outlays += np.where(shut, 0, due)
        self.channels.outlays += channel_cents

    def _overhead(self, shut: BoolArray) -> IntArray:
        """Return each store's share of what its firm pays whatever it sells, in cents a day, shape (stores,)."""
        retailers = self.market.parameters.retailers
        advertises = {"pickup", "courier"}.intersection(self.market.regime.own_channels)
        whole = cents(retailers.fixed_cost) + (self._advertising if advertises else 0)
        in_business = np.bincount(self._account[~shut], minlength=len(self.firms.value))[self._account]
        share: IntArray = whole // np.maximum(in_business, 1)
        return share

    def catch_up(self) -> None:
        """Read what has been written into the journals since last time."""
        market = self.market
        ledger = market.ledger.books.journal[self._ledger_rows : market.ledger.rows]
        stock = market.stock.goods.journal[self._stock_rows : market.stock.rows]
        self._ledger_rows, self._stock_rows = market.ledger.rows, market.stock.rows
        np.add.at(self.firms.receipts, ledger["payee"], ledger["cents"])
        np.add.at(self.firms.outlays, ledger["payer"], ledger["cents"])
        self._read_sales(ledger[ledger["need"] >= 0])
        self._read_goods(stock)
        own_freight = ledger[(ledger["kind"] == FREIGHT) & (self._supplier[ledger["payer"]] >= 0)]
        np.add.at(self.channels.outlays, self._supplier[own_freight["payer"]], own_freight["cents"])
        freight = self.market.network.freight_paid
        self.stores.outlays += freight[self._nodes]
        freight[:] = 0
        self._count_stock()

    def _read_sales(self, lines: NDArray[np.void]) -> None:
        """Note payments about needs: of the store a customer went to or was served from, and of suppliers."""
        store = self.market.needs["at_store"][lines["need"]]
        owner = np.where(store >= 0, self._account[store], -1)
        for notes, side in ((("receipts"), "payee"), (("outlays"), "payer")):
            own = owner == lines[side]
            np.add.at(getattr(self.stores, notes), store[own], lines["cents"][own])
            supplier = self._supplier[lines[side]]
            made = supplier >= 0
            np.add.at(getattr(self.channels, notes), supplier[made], lines["cents"][made])

    def _read_goods(self, lines: NDArray[np.void]) -> None:
        """Note goods: what stores bought, what suppliers sold to firms, and what selling direct took from stock."""
        nodes = self.market.stock.nodes
        sent = lines[lines["kind"] == DISPATCH]
        bought = sent[sent["owner_in"] != sent["owner_out"]]
        store = bought["destination"] - nodes - self._nodes.start
        to_store = store >= 0
        np.add.at(self.stores.outlays, store[to_store], bought["value_in"][to_store])
        maker = self._supplier[bought["owner_out"]]
        np.add.at(self.units_sold, (maker[maker >= 0], bought["product"][maker >= 0]), bought["units"][maker >= 0])
        supplier = self._supplier[lines["owner_out"]]
        spoilt_there = (lines["kind"] == SPOILAGE) & (lines["source"] >= self._nodes.start)
        for out, value, sign in (
            ((lines["kind"] == SALE) | spoilt_there, "value_out", 1),
            (lines["kind"] == RESTOCK, "value_in", -1),
        ):
            own = out & (supplier >= 0)
            np.add.at(self.channels.outlays, supplier[own], sign * lines[value][own])

    def _own_value(self) -> IntArray:
        """Return the book value of what each store's owner has there and on the way there, shape (stores,)."""
        goods, nodes = self.market.stock.goods, self.market.stock.nodes
        way = slice(nodes + self._nodes.start, nodes + self._nodes.stop)
        own = goods.owner[self._nodes] == self._account[:, None]
        value: IntArray = np.where(own, goods.value[self._nodes] + goods.value[way], 0).sum(axis=1)
        return value

    def _count_stock(self) -> None:
        """Note today's book values."""
        self.stores.value[:] = self._own_value()
        self.firms.value[:] = self.market.stock.book_value(len(self.firms.value))
