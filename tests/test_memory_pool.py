"""Memory of tables that are gone goes to the next ones."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from sim.common import memory_pool
from sim.common.memory_pool import LEAST, MemoryPool
from sim.common.table import empty_table
from sim.market import Market


def address(memory):
    """Where memory lies."""
    return memory.__array_interface__["data"][0]


def test_a_piece_comes_back_when_all_tables_in_it_are_gone_and_goes_to_the_next_that_fits():
    pool = MemoryPool()
    raw = pool.memory(3 * LEAST)
    where, view = address(raw), raw[5:].view()
    del raw
    assert pool.kept() == 0, "somebody looks into it"
    other = pool.memory(3 * LEAST)
    assert address(other) != where
    del view
    gc.collect()
    small = pool.memory(LEAST)
    assert address(small) != where, "much too large for that"
    assert address(pool.memory(2 * LEAST)) == where


def test_two_tables_never_share_memory():
    pool = MemoryPool()
    pieces = [pool.memory(LEAST + step) for step in range(8)]
    del pieces[::2]
    pieces += [pool.memory(LEAST) for _ in range(8)]
    assert len({address(piece) for piece in pieces}) == len(pieces)
    for number, piece in enumerate(pieces):
        piece[:] = number
    assert [set(np.unique(piece)) for piece in pieces] == [{number} for number in range(len(pieces))]


def test_no_more_is_kept_than_may_be(monkeypatch):
    monkeypatch.setattr(memory_pool, "MOST_KEPT", 3 * LEAST)
    pool = MemoryPool()
    pieces = [pool.memory(LEAST) for _ in range(5)]
    del pieces
    gc.collect()
    assert pool.kept() == 3 * LEAST


@pytest.mark.parametrize("rows", [0, 1, 10, LEAST])
def test_tables_have_the_rows_they_are_asked_for(rows):
    table = empty_table(rows, [("cents", np.int64), ("kind", np.int8)], on_disk=False)
    table["cents"] = 7
    assert len(table) == rows


def test_what_is_left_in_memory_does_not_reach_the_next_market():
    """The same run twice, in memory full of other numbers the second time."""
    first = Market("village", "hybrid", 3).run()
    held = [empty_table(2 * LEAST, np.int64, on_disk=False) for _ in range(3)]
    for table in held:
        table[:] = -77
    del held, table
    second = Market("village", "hybrid", 3).run()
    for name, columns in first.columns.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(second.columns[name][column], values, f"{name}.{column}")


def test_what_waits_can_be_given_back_while_tables_in_use_stay():
    pool = MemoryPool()
    held, gone = pool.memory(LEAST), pool.memory(LEAST)
    held[:] = 7
    del gone
    gc.collect()
    assert pool.kept() == LEAST
    pool.give_back()
    assert pool.kept() == 0
    assert (held == 7).all()
    del held
    gc.collect()
    assert pool.kept() == LEAST, "what was in use comes back as ever"
