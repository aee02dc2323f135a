"""Asking for memory ahead of its use: the processor is told, and nothing else happens."""

from __future__ import annotations

import numba
import numpy as np

from sim.kernels.numerics.prefetch import ask_for


def sum_in_order(column, order, ahead):
    total = 0.0
    for place in range(len(order)):
        if place + ahead < len(order):
            ask_for(column, order[place + ahead])
        total += column[order[place]]
    return total


def test_what_is_asked_for_ahead_is_read_as_ever_and_left_as_it_was():
    rows = np.zeros(1000, dtype=[("worth", np.float64), ("town", np.int32)])
    rows["worth"] = np.arange(1000) / 7.0
    before, order = rows.copy(), np.random.default_rng(0).permutation(1000)
    compiled = numba.njit(sum_in_order)
    assert compiled(rows["worth"], order, 8) == sum_in_order(rows["worth"], order, 8)
    assert compiled(rows["town"], order, 8) == 0.0
    assert (rows == before).all()
    [code, *_] = compiled.inspect_llvm().values()
    assert "llvm.prefetch" in code
