"""What of the margins of a window is opening stock: goods that nobody bought, booked at the prices of the opening."""

from __future__ import annotations

import numpy as np

from sim.common.table import chunks
from sim.common.types import FloatArray, IntArray
from sim.engine.figure_sums import Sizes, gain_by_account, no_opening_stock, with_rows
from sim.kernels.goods import StockJournal
from sim.kernels.opening_stock import follow_opening_stock
from sim.results.figures.window import Window


def opening_stock_gain(window: Window) -> IntArray:
    """Return what opening stock sold in the window was worth above its book value, in cents, shape (roles,).

    Opening stock is booked at the prices of the opening. What it is worth is what its owner has last paid for the same
    good (before it bought any: what it first paid). Stocks are mixed, so of every sale the share
    that opening stock has in the stock is taken to be opening stock. Nothing where prices stay as they were, and less
    and less the longer the warm-up.
    """
    gain = followed(window) if window.outcome.sums is None else window.outcome.sums.gain
    roles = np.zeros(window.roles.count)
    np.add.at(roles, window.roles.of_account, gain)
    return np.rint(roles).astype(np.int64)


def followed(window: Window) -> FloatArray:
    """Follow opening stock through the records of a run. Returns the gain in cents, shape (accounts + 1,)."""
    outcome = window.outcome
    nodes = int(outcome.columns["places"]["place"].max(initial=-1)) + 1
    stock = no_opening_stock(Sizes(0, len(outcome.labels["products"]), len(outcome.labels["accounts"]), 2 * nodes))
    columns = outcome.columns["stock"]
    for piece in chunks(len(columns["day"]), *columns.values()):
        stock = with_rows(stock, piece.stop - piece.start)
        journal = StockJournal(*(columns[name][piece] for name in StockJournal._fields))
        follow_opening_stock(journal, (window.first, window.end), stock)
    return gain_by_account(stock)
