"""Sums the journals of money and goods by kind and by the roles of both sides, exactly.

In numpy the same sums take five times as long, because every step would create another column as long as the journal.
"""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel


@kernel
def add_up_money(kind, payer, payee, cents, role, out):
    """Add transfers to ``out`` (kinds, roles of payers, roles of payees); ``role`` is by account."""
    for line in range(len(kind)):
        out[kind[line], role[payer[line]], role[payee[line]]] += cents[line]


@kernel
def add_up_goods(kind, giver, taker, units, value_out, value_in, role, may_stay, moved, given_up, taken_on):
    """Add units to ``moved`` (kinds, roles giving, roles taking), book value to the other two (kinds, roles).

    Moves of kinds in ``may_stay`` (by kind) are skipped if the owner does not change.
    """
    for line in range(len(kind)):
        what, source, destination = kind[line], giver[line], taker[line]
        if source != destination or not may_stay[what]:
            moved[what, role[source], role[destination]] += units[line]
            given_up[what, role[source]] += value_out[line]
            taken_on[what, role[destination]] += value_in[line]
