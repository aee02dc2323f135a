"""Tables for people: an outcome's columns as data frames, with names for codes and currency for cents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.common.table import Columns

CODED: dict[str, str] = {
    "town": "towns",
    "first_choice": "products",
    "product": "products",
    "first_place": "places",
    "place": "places",
    "store": "places",
    "source": "places",
    "destination": "places",
    "seller": "accounts",
    "firm": "accounts",
    "owner": "accounts",
    "owner_out": "accounts",
    "owner_in": "accounts",
    "payer": "accounts",
    "payee": "accounts",
    "carrier": "accounts",
    "first_channel": "channels",
    "channel": "channels",
    "result": "results",
}
"""Columns that hold codes, and the labels behind them; ``kind`` depends on its table, -1 means nothing."""

KINDS = {
    "ledger": "ledger_kinds",
    "stock": "stock_kinds",
    "firms": "firm_kinds",
    "places": "place_kinds",
    "events": "event_kinds",
}
"""Labels behind the column ``kind``, by table."""

MONEY = frozenset(
    {
        "price",
        "fee",
        "tax",
        "full_price",
        "cost_of_goods",
        "refund",
        "surplus",
        "value_out",
        "value_in",
        "balance",
        "book_value",
        "unit_cost",
        "cents",
        "hassle",
    }
)
"""Columns in cents, shown in units of currency."""

RENAMED = {"cents": "amount"}

FIRST_COLUMNS: dict[str, tuple[str, ...]] = {
    "needs": (
        "need",
        "day",
        "customer",
        "town",
        "taste",
        "first_choice",
        "result",
        "product",
        "seller",
        "channel",
        "price",
        "fee",
        "km",
        "days",
        "returned",
        "surplus",
    )
}
"""Columns shown first, by table; the others follow in the order in which they were recorded."""


def to_frame(name: str, columns: Columns, labels: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return a table as a data frame of its own, one row per row.

    Columns of codes become categoricals (towns, products, places, firms, channels, results, kinds by name; -1
    becomes missing). Columns of money are in units of currency; the ledger's ``cents`` are called ``amount``.
    Whole cents and codes stay in ``Outcome.columns``. A line of ledger or stock about no need keeps need -1.

    Args:
        name: name of the table.
        columns: its columns, of equal length.
        labels: names behind codes, by kind of code.

    Raises:
        KeyError: when the labels of a coded column are missing.
    """
    first = FIRST_COLUMNS.get(name, ())
    order = [*first, *(column for column in columns if column not in first)]
    shown = {RENAMED.get(column, column): _show(name, column, columns[column], labels) for column in order}
    return pd.DataFrame(shown)


def _show(table: str, column: str, values: NDArray[Any], labels: Mapping[str, tuple[str, ...]]) -> Any:
    """Return a column as people read it."""
    names = KINDS.get(table) if column == "kind" else CODED.get(column)
    if names is not None:
        return pd.Categorical.from_codes(values.astype(np.int32), pd.Index(labels[names]))
    if column in MONEY:
        return values / 100.0
    return np.array(values)
