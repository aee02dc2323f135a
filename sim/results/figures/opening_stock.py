"""What of the margins of a window is opening stock: goods that nobody bought, booked at the prices of the opening."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.common.table import chunks
from sim.common.types import IntArray
from sim.kernels.opening_stock import follow_opening_stock, note_prices
from sim.results.figures.window import Window


def opening_stock_gain(window: Window) -> IntArray:
    """Return what opening stock sold in the window was worth above its book value, in cents, shape (roles,).

    Opening stock is booked at the prices of the opening. What it is worth is what its owner has last paid for the same
    good (before it bought any: what it first paid). Stocks are mixed, so of every sale the share
    that opening stock has in the stock is taken to be opening stock. Nothing where prices stay as they were, and less
    and less the longer the warm-up.
    """
    outcome = window.outcome
    kinds, accounts = outcome.labels["stock_kinds"], len(outcome.labels["accounts"])
    stock, places = outcome.columns["stock"], outcome.columns["places"]
    nodes = int(places["place"].max(initial=-1)) + 1
    shape = (2 * nodes, len(outcome.labels["products"]))
    price = np.full(shape, np.nan)
    held, part, worth = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    gain = np.zeros(accounts + 1)
    prices_noted: Any = note_prices  # columns are handed over in the order of their names
    followed: Any = follow_opening_stock
    sold = np.array([name in ("sale", "dispatch") for name in kinds])

    def rows(*names: str) -> Iterator[list[Any]]:
        for piece in chunks(len(stock["day"]), *stock.values()):
            yield [stock[name][piece] for name in names]

    owners = ("owner_out", "owner_in")
    for columns in rows("kind", "destination", "product", "units", "value_in", *owners):
        prices_noted(*columns, kinds.index("dispatch"), kinds.index("production"), price)
    for columns in rows("day", "kind", "source", "destination", "product", "units", "value_in", *owners):
        state = (kinds.index("opening"), sold, nodes, price, held, part, worth, gain)
        followed(window.first, window.end, *columns, *state)
    roles = np.zeros(window.roles.count)
    np.add.at(roles, window.roles.of_account, gain)
    return np.rint(roles).astype(np.int64)
