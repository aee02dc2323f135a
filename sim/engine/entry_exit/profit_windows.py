"""What stores, firms and direct channels have earned since they last looked, from the journals and what falls due."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.types import BoolArray, IntArray
from sim.engine.construction import cents
from sim.engine.state import State
from sim.kernels.books import FREIGHT
from sim.kernels.goods import DISPATCH, RESTOCK, SALE, SPOILAGE

DAYS_A_YEAR = 365.0


def begin_windows(state: State) -> None:
    """Start from the opening stock."""
    windows = state.entry.windows
    count_stock(state)
    for window in (windows.stores, windows.firms, windows.channels):
        window.begin(np.arange(len(window.value)), 0)


def record_night(state: State) -> None:
    """Count what fell due last night of stores that are not shut, and of channels."""
    windows, stores = state.entry.windows, state.world.places.stores
    shut = state.entry.gone[stores]
    rate = state.scenario.money.interest_rate / DAYS_A_YEAR
    interest = np.rint(own_value(state) * rate).astype(np.int64)
    due = windows.rent + state.charges.contact_cents[stores] + interest + overhead(state, shut)
    windows.stores.outlays += np.where(shut, 0, due)
    windows.channels.outlays += state.entry.due


def overhead(state: State, shut: BoolArray) -> IntArray:
    """Return each store's share of what its firm pays whatever it sells, in cents a day, shape (stores,)."""
    account = state.world.places.account[state.world.places.stores]
    advertises = {"pickup", "courier"}.intersection(state.regime.own_channels)
    whole = cents(state.scenario.retailers.fixed_cost) + (state.entry.windows.advertising if advertises else 0)
    in_business = np.bincount(account[~shut], minlength=len(state.ledger.accounts))[account]
    share: IntArray = whole // np.maximum(in_business, 1)
    return share


def read_journals(state: State) -> None:
    """Read what has been written into the journals since last time."""
    windows = state.entry.windows
    ledger = state.ledger.books.journal[windows.ledger_rows : state.ledger.rows]
    stock = state.stock.goods.journal[windows.stock_rows : state.stock.rows]
    windows.ledger_rows, windows.stock_rows = state.ledger.rows, state.stock.rows
    np.add.at(windows.firms.receipts, ledger["payee"], ledger["cents"])
    np.add.at(windows.firms.outlays, ledger["payer"], ledger["cents"])
    read_sales(state, ledger[ledger["need"] >= 0])
    read_goods(state, stock)
    own_freight = ledger[(ledger["kind"] == FREIGHT) & (windows.supplier[ledger["payer"]] >= 0)]
    np.add.at(windows.channels.outlays, windows.supplier[own_freight["payer"]], own_freight["cents"])
    freight = state.network.freight_paid
    windows.stores.outlays += freight[state.world.places.stores]
    freight[:] = 0
    count_stock(state)


def read_sales(state: State, lines: NDArray[np.void]) -> None:
    """Count payments about needs: of the store a customer went to or was served from, and of suppliers."""
    windows, account = state.entry.windows, state.world.places.account[state.world.places.stores]
    store = state.needs["at_store"][lines["need"]]
    owner = np.where(store >= 0, account[store], -1)
    for amounts, side in (("receipts", "payee"), ("outlays", "payer")):
        own = owner == lines[side]
        np.add.at(getattr(windows.stores, amounts), store[own], lines["cents"][own])
        supplier = windows.supplier[lines[side]]
        made = supplier >= 0
        np.add.at(getattr(windows.channels, amounts), supplier[made], lines["cents"][made])


def read_goods(state: State, lines: NDArray[np.void]) -> None:
    """Count goods: what stores bought, what suppliers sold to firms, and what selling direct took from stock."""
    windows, first = state.entry.windows, state.world.places.stores.start
    sent = lines[lines["kind"] == DISPATCH]
    bought = sent[sent["owner_in"] != sent["owner_out"]]
    store = bought["destination"] - state.stock.nodes - first
    to_store = store >= 0
    np.add.at(windows.stores.outlays, store[to_store], bought["value_in"][to_store])
    maker = windows.supplier[bought["owner_out"]]
    np.add.at(windows.units_sold, (maker[maker >= 0], bought["product"][maker >= 0]), bought["units"][maker >= 0])
    supplier = windows.supplier[lines["owner_out"]]
    spoilt_there = (lines["kind"] == SPOILAGE) & (lines["source"] >= first)
    for out, value, sign in (
        ((lines["kind"] == SALE) | spoilt_there, "value_out", 1),
        (lines["kind"] == RESTOCK, "value_in", -1),
    ):
        own = out & (supplier >= 0)
        np.add.at(windows.channels.outlays, supplier[own], sign * lines[value][own])


def own_value(state: State) -> IntArray:
    """Return the book value of what each store's owner has there and on the way there, shape (stores,)."""
    goods, nodes, stores = state.stock.goods, state.stock.nodes, state.world.places.stores
    way = slice(nodes + stores.start, nodes + stores.stop)
    own = goods.owner[stores] == state.world.places.account[stores][:, None]
    value: IntArray = np.where(own, goods.value[stores] + goods.value[way], 0).sum(axis=1)
    return value


def count_stock(state: State) -> None:
    """Take over today's book values."""
    windows = state.entry.windows
    windows.stores.value[:] = own_value(state)
    windows.firms.value[:] = state.stock.book_value(len(windows.firms.value))
