"""Journals added up in one pass: the same as numpy's slow way, compiled or not."""

import numpy as np
import pytest

from sim.kernels.goods import StockJournal
from sim.kernels.numerics.journal_sums import GoodsSums, add_up_goods, add_up_money

LINES, KINDS, ACCOUNTS, ROLES = 500, 3, 6, 4
PLAIN = [False, True]


def plain(function, uncompiled):
    return getattr(function, "py_func", function) if uncompiled else function


@pytest.fixture
def journal():
    random = np.random.default_rng(1)
    return {
        "kind": random.integers(0, KINDS, LINES).astype(np.int8),
        "giver": random.integers(0, ACCOUNTS, LINES).astype(np.int32),
        "taker": random.integers(0, ACCOUNTS, LINES).astype(np.int32),
        "units": random.integers(1, 9, LINES),
        "out": random.integers(0, 2**58, LINES),  # beyond what floats hold exactly
        "into": random.integers(0, 2**58, LINES) // LINES,
        "role": random.integers(0, ROLES, ACCOUNTS),
    }


@pytest.mark.parametrize("uncompiled", PLAIN)
def test_money_is_added_up_exactly(journal, uncompiled):
    cents = journal["out"] // LINES
    found = np.zeros((KINDS, ROLES, ROLES), dtype=np.int64)
    add = plain(add_up_money, uncompiled)
    add(journal["kind"], journal["giver"], journal["taker"], cents, journal["role"], found)
    expected = np.zeros_like(found)
    role = journal["role"]
    np.add.at(expected, (journal["kind"], role[journal["giver"]], role[journal["taker"]]), cents)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("uncompiled", PLAIN)
def test_goods_that_stay_with_their_owner_are_left_out_of_some_kinds(journal, uncompiled):
    role, kind, units = journal["role"], journal["kind"], journal["units"]
    out, into = journal["out"] // LINES, journal["into"]
    may_stay = np.array([True, False, False])
    moved = np.zeros((KINDS, ROLES, ROLES), dtype=np.int64)
    given_up, taken_on = np.zeros((2, KINDS, ROLES), dtype=np.int64)
    nothing = np.zeros(LINES, dtype=np.int32)
    lines = StockJournal(nothing, kind, *[nothing] * 3, units, out, into, journal["giver"], journal["taker"])
    plain(add_up_goods, uncompiled)(lines, role, may_stay, GoodsSums(moved, given_up, taken_on))
    rows = ~(may_stay[kind] & (journal["giver"] == journal["taker"]))
    assert 0 < (~rows).sum() < LINES  # by account, not by role: two firms of one role do trade
    expected = np.zeros_like(moved), np.zeros_like(given_up), np.zeros_like(taken_on)
    giver, taker = role[journal["giver"]], role[journal["taker"]]
    np.add.at(expected[0], (kind[rows], giver[rows], taker[rows]), units[rows])
    np.add.at(expected[1], (kind[rows], giver[rows]), out[rows])
    np.add.at(expected[2], (kind[rows], taker[rows]), into[rows])
    for found, wanted in zip((moved, given_up, taken_on), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
