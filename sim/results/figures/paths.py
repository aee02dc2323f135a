"""Prices over time: mean price per unit by who was paid, period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS
from sim.results.outcome_data import OutcomeData

if TYPE_CHECKING:
    import pandas as pd

WEEK = 7


def price_paths(outcome: OutcomeData, days: int = WEEK) -> pd.DataFrame:
    """Return the mean price per unit sold by each kind of firm, tier by tier, to firms and to customers.

    Args:
        outcome: a finished run; all its days count, the warm-up too.
        days: length of a period; the last may be shorter.

    Returns:
        Columns ``day`` (the first of the period), ``payee`` (``suppliers``, the names of tiers, ``retailers``),
        ``price`` in units of currency. A period in which a payee sold nothing has no row.
    """
    import pandas as pd

    scenario = outcome.manifest.scenario
    payees = ["suppliers", *(tier.name for tier in scenario.tiers), "retailers"]
    of_account = _payee_of_account(outcome, payees)
    needs, ledger, stock = outcome.columns["needs"], outcome.columns["ledger"], outcome.columns["stock"]
    periods = -(-scenario.time.days // days)
    cents, units = np.zeros((2, len(payees) + 1, periods), dtype=np.int64)

    sold = np.flatnonzero(needs["seller"] >= 0)
    _add(cents, of_account[needs["seller"][sold]], needs["day"][sold] // days, needs["price"][sold])
    _add(units, of_account[needs["seller"][sold]], needs["day"][sold] // days, np.ones(len(sold), dtype=np.int64))
    paid = np.flatnonzero(ledger["kind"] == outcome.labels["ledger_kinds"].index("wholesale"))
    _add(cents, of_account[ledger["payee"][paid]], ledger["day"][paid] // days, ledger["cents"][paid])
    moved = (stock["kind"] == outcome.labels["stock_kinds"].index("dispatch")) & (
        stock["owner_out"] != stock["owner_in"]
    )
    rows = np.flatnonzero(moved)
    _add(units, of_account[stock["owner_out"][rows]], stock["day"][rows] // days, stock["units"][rows])

    number, period = np.nonzero(units[:-1] > 0)
    return pd.DataFrame(
        {
            "day": period * days,
            "payee": np.array(payees, dtype=object)[number],
            "price": cents[number, period] / units[number, period] / CENTS,
        }
    )


def _payee_of_account(outcome: OutcomeData, payees: list[str]) -> NDArray[np.int64]:
    """Return the number of each account's payee; one more than there are for those that sell nothing."""
    firms, kinds = outcome.columns["firms"], outcome.labels["firm_kinds"]
    of_account = np.full(len(outcome.labels["accounts"]), len(payees), dtype=np.int64)
    for firm, kind, tier in zip(firms["firm"], firms["kind"], firms["tier"], strict=True):
        name = kinds[kind]
        if name == "supplier":
            of_account[firm] = 0
        elif name == "intermediary":
            of_account[firm] = tier
        elif name == "retailer":
            of_account[firm] = len(payees) - 1
    return of_account


def _add(
    sums: NDArray[np.int64], row: NDArray[np.int64], column: NDArray[np.int64], amounts: NDArray[np.int64]
) -> None:
    np.add.at(sums, (row, column), amounts)
