"""What of the margins of a window is opening stock: goods that nobody bought, booked at the prices of the opening."""

from __future__ import annotations

import numpy as np

from sim.common.table import chunks
from sim.common.types import IntArray
from sim.kernels.goods import StockJournal
from sim.kernels.opening_stock import MixedStock, MovementKinds, follow_opening_stock, note_prices
from sim.results.figures.window import Window


def opening_stock_gain(window: Window) -> IntArray:
    """Return what opening stock sold in the window was worth above its book value, in cents, shape (roles,).

    Opening stock is booked at the prices of the opening. What it is worth is what its owner has last paid for the same
    good (before it bought any: what it first paid). Stocks are mixed, so of every sale the share
    that opening stock has in the stock is taken to be opening stock. Nothing where prices stay as they were, and less
    and less the longer the warm-up.
    """
    outcome = window.outcome
    labels = outcome.labels["stock_kinds"]
    kinds = MovementKinds(
        labels.index("opening"),
        labels.index("production"),
        labels.index("dispatch"),
        np.array([name in ("sale", "dispatch") for name in labels]),
    )
    nodes = int(outcome.columns["places"]["place"].max(initial=-1)) + 1
    shape = (2 * nodes, len(outcome.labels["products"]))
    stock = MixedStock(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.full(shape, np.nan))
    gain = np.zeros(len(outcome.labels["accounts"]) + 1)
    columns = [outcome.columns["stock"][name] for name in StockJournal._fields]
    for piece in chunks(len(columns[0]), *columns):
        note_prices(StockJournal(*(column[piece] for column in columns)), kinds, stock.price)
    for piece in chunks(len(columns[0]), *columns):
        journal = StockJournal(*(column[piece] for column in columns))
        follow_opening_stock(journal, kinds, (window.first, window.end), stock, gain)
    roles = np.zeros(window.roles.count)
    np.add.at(roles, window.roles.of_account, gain)
    return np.rint(roles).astype(np.int64)
