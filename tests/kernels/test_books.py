"""The check that closes every day's books, on accounts of a few lines, and the value of units that are issued."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernels.books import TRANSFER, Books, books_balance, pay
from sim.kernels.goods import CARRIED_OVER, MOVEMENT, SALE, Goods, StockMovement, move

DAY, KIND, NO_NEED, MOST = 3, 0, -1, 10**6


def books_of(*balances):
    """Return books of some accounts with room for a few lines, and what is needed to check them."""
    held = np.array(balances, dtype=np.int64)
    return Books(held, np.zeros(1, dtype=np.int64), np.zeros(9, dtype=TRANSFER)), held.copy(), np.zeros_like(held)


def test_payments_that_are_written_down_balance():
    books, before, moved = books_of(500, -500, 0)
    pay(books, DAY, KIND, 0, 2, 120, NO_NEED)
    assert books.balances.tolist() == [380, -500, 120]
    assert books_balance(books, DAY, 0, before, moved, MOST)


@pytest.mark.parametrize(
    ("balances", "cents", "day", "most"),
    [
        ((500, -500), -120, DAY, MOST),  # a payment of less than nothing, though both legs are there
        ((500, -500), 120, DAY - 1, MOST),  # of yesterday
        ((500, -400), 120, DAY, MOST),  # all together hold more than nothing
        ((500, -500), 120, DAY, 600),  # the payee owes too much
    ],
)
def test_what_is_wrong_does_not_balance(balances, cents, day, most):
    books, before, moved = books_of(*balances)
    pay(books, day, KIND, 1, 0, cents, NO_NEED)
    assert not books_balance(books, DAY, 0, before, moved, most)


def test_a_balance_without_a_line_does_not_balance():
    books, before, moved = books_of(500, -500)
    books.balances[0] += 1
    books.balances[1] -= 1
    assert not books_balance(books, DAY, 0, before, moved, MOST)


@pytest.mark.parametrize(
    ("value", "units", "given_up"), [(100, 1, 33), (100, 2, 66), (101, 2, 67), (101, 1, 33), (101, 3, 101)]
)
def test_units_are_issued_at_their_share_of_the_value_rounded_down_once(value, units, given_up):
    """Of three units worth 101 cents together two are worth 67: 202 // 3, and not twice 33."""
    goods = Goods(
        units=np.array([[3]] + [[0]] * 6, dtype=np.int64), value=np.array([[value]] + [[0]] * 6, dtype=np.int64),
        owner=np.zeros((1, 1), dtype=np.int64), reserved=np.zeros((1, 1), dtype=np.int64),
        due=np.zeros((2, 1, 1), dtype=np.int64), used=np.zeros(1, dtype=np.int64),
        journal=np.zeros(4, dtype=MOVEMENT),
    )  # fmt: skip
    assert move(goods, DAY, StockMovement(SALE, 0, 0, 3, units, CARRIED_OVER, 0, 0, NO_NEED)) == given_up
    assert goods.value[0, 0] == value - given_up
