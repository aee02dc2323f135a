"""The only code that writes cash: two-legged transfers of whole cents, each recorded in the journal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.codes import NOTHING
from sim.kernels.numerics.compiler import kernel

KINDS = (
    *("sale", "delivery_fee", "tax", "refund", "wholesale", "production", "freight", "last_mile", "commission"),
    *("handling_fee", "handling", "rent", "interest", "contact", "advertising", "fixed_cost", "fuel", "wages"),
    *("return_freight", "subsidy", "payment", "service"),
)
SALE, DELIVERY_FEE, TAX, REFUND, WHOLESALE, PRODUCTION, FREIGHT, LAST_MILE, COMMISSION = range(9)
HANDLING_FEE, HANDLING, RENT, INTEREST, CONTACT, ADVERTISING, FIXED_COST, FUEL, WAGES = range(9, 18)
RETURN_FREIGHT, SUBSIDY, PAYMENT, SERVICE = range(18, len(KINDS))

OUTSIDE = ("households", "inputs", "labour", "landlords", "fuel", "lenders", "media", "state")
HOUSEHOLDS, INPUTS, LABOUR, LANDLORDS, FUEL_SELLERS, LENDERS, MEDIA, STATE = range(len(OUTSIDE))


TRANSFER = np.dtype(
    [
        ("cents", np.int64),
        ("need", np.int32),
        ("day", np.int32),
        ("payer", np.int32),
        ("payee", np.int32),
        ("kind", np.int8),
    ],
    align=True,
)


class Books(NamedTuple):
    """Balances, int64[accounts], and the journal: one line per transfer, ``used[0]`` of them used."""

    balances: NDArray[np.int64]
    used: NDArray[np.int64]
    journal: NDArray[np.void]


@kernel
def pay(books, day, kind, payer, payee, cents, need):
    """Move whole cents from one account to another and record it. Payments of zero are not recorded."""
    if cents == 0:
        return
    line = books.journal[books.used[0]]
    line["day"] = day
    line["kind"] = kind
    line["payer"] = payer
    line["payee"] = payee
    line["cents"] = cents
    line["need"] = need
    books.used[0] += 1
    books.balances[payer] -= cents
    books.balances[payee] += cents


@kernel
def pay_all(books, day, kinds, payers, payees, cents):
    """Make a list of payments not tied to a need; all arrays have equal length."""
    for line in range(len(cents)):
        pay(books, day, kinds[line], payers[line], payees[line], cents[line], NOTHING)


@kernel
def books_balance(books, day, first, before, moved, most):
    """Tell whether the journal from line ``first`` explains the change of accounts since ``before``.

    Also checked: all accounts sum to zero, none holds more than ``most``; every line is of today and of 0 cents or
    more. ``moved`` (accounts,) is scratch space. One pass over the day's lines; the caller says what is wrong.
    """
    moved[:] = 0
    for line in range(first, books.used[0]):
        cents = books.journal[line]["cents"]
        if cents < 0 or books.journal[line]["day"] != day:
            return False
        moved[books.journal[line]["payee"]] += cents
        moved[books.journal[line]["payer"]] -= cents
    total = 0
    for account in range(len(moved)):
        balance = books.balances[account]
        if balance - before[account] != moved[account] or balance > most or balance < -most:
            return False
        total += balance
    return total == 0


@kernel
def cents_of(amount):
    """Round money to whole cents, half to even."""
    return np.int64(np.rint(amount))
