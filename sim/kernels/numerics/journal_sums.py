"""Sums the journals of money and goods by kind and by the roles of both sides, exactly.

In numpy the same sums take five times as long, because every step would create another column as long as the journal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel


class GoodsSums(NamedTuple):
    """Units moved, shape (kinds, roles giving, roles taking), book value given up and taken on, (kinds, roles)."""

    units: NDArray[np.int64]
    value_out: NDArray[np.int64]
    value_in: NDArray[np.int64]


@kernel
def add_up_money(kind, payer, payee, cents, role, out):
    """Add transfers to ``out`` (kinds, roles of payers, roles of payees); ``role`` is by account."""
    for line in range(len(kind)):
        out[kind[line], role[payer[line]], role[payee[line]]] += cents[line]


@kernel
def add_up_goods(journal, role, may_stay, sums):
    """Add the movements of a ``StockJournal`` to ``sums``; ``role`` is by account.

    Moves of kinds in ``may_stay`` (by kind) are skipped if the owner does not change.
    """
    for line in range(len(journal.kind)):
        kind, giver, taker = journal.kind[line], journal.owner_out[line], journal.owner_in[line]
        if giver != taker or not may_stay[kind]:
            sums.units[kind, role[giver], role[taker]] += journal.units[line]
            sums.value_out[kind, role[giver]] += journal.value_out[line]
            sums.value_in[kind, role[taker]] += journal.value_in[line]
