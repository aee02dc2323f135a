"""Money: accounts, the journal of transfers, and the check that nothing leaks. Whole cents only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.table import empty_table, release_pages, reserve_column
from sim.kernels.books import TRANSFER, Books, books_balance, pay_all
from sim.kernels.numerics.dispatch_cache import Calls

MOST_CENTS = 2**60
"""An account beyond this may have wrapped round 64 bits unseen; eight of them still add up."""
REMEDY = "lower prices, costs or stock levels"


class BooksError(RuntimeError):
    """The books do not balance. Says which account, which day and by how much."""


class Ledger:
    """The accounts of one market and every transfer between them.

    Kernels write through ``books``; here rows are reserved for them and their work is checked.

    Attributes:
        number: the number of each account, by name.
    """

    def __init__(self, accounts: tuple[str, ...], rows: int = 1024, *, on_disk: bool = False):
        self.accounts = accounts
        self.number = {name: number for number, name in enumerate(accounts)}
        self.books = Books(
            balances=np.zeros(len(accounts), dtype=np.int64),
            used=np.zeros(1, dtype=np.int64),
            journal=empty_table(rows, TRANSFER, on_disk=on_disk),
        )
        self._call = Calls()
        self._checked_rows = 0
        self._checked_balances = self.books.balances.copy()
        self._moved = np.zeros_like(self.books.balances)

    @property
    def rows(self) -> int:
        """Lines in the journal."""
        return int(self.books.used[0])

    def reserve(self, rows: int) -> None:
        """Make sure that this many more lines fit."""
        self.books = reserve_column(self.books, "journal", self.rows + rows)

    def forget(self) -> None:
        """Begin the journal again; balances stay. Only after ``verify``."""
        self.books.used[0] = self._checked_rows = 0

    def release(self) -> None:
        """Take a journal that lies on disk out of memory."""
        release_pages(self.books.journal)

    def pay_all(
        self,
        day: int,
        kinds: NDArray[np.int64],
        payers: NDArray[np.int64],
        payees: NDArray[np.int64],
        cents: NDArray[np.int64],
    ) -> None:
        """Make a list of payments, arrays of equal length, amounts in cents."""
        self.reserve(len(cents))
        self._call(pay_all, self.books, day, kinds, payers, payees, cents)

    def balance(self, account: str) -> int:
        """Return the balance of an account in cents. Raises KeyError when there is no such account."""
        return int(self.books.balances[self.number[account]])

    def verify(self, day: int) -> None:
        """Check the books at the end of a day.

        Raises:
            BooksError: when balances do not add up to zero, a transfer is negative or dated otherwise, or an
                account has moved by anything but what the journal says.
        """
        books = self.books
        moved = (self._checked_rows, self._checked_balances, self._moved)
        if self._call(books_balance, books, day, *moved, MOST_CENTS):
            self._checked_rows = self.rows
            self._checked_balances[:] = books.balances
            return
        self._complain(day)

    def _complain(self, day: int) -> None:
        """Find out what is wrong, and say it."""
        books = self.books
        new = books.journal[self._checked_rows : self.rows]
        moved = sums_by(new["payee"], new["cents"], len(self.accounts))
        moved -= sums_by(new["payer"], new["cents"], len(self.accounts))
        leaks = books.balances - self._checked_balances - moved
        if leaks.any():
            worst = int(np.argmax(np.abs(leaks)))
            account, cents = self.accounts[worst], int(leaks[worst])
            raise BooksError(f"day {day}: account {account!r} moved by {cents} cents more than was transferred")
        wrong = (new["cents"] < 0) | (new["day"] != day)
        if wrong.any():
            line = new[int(np.argmax(wrong))]
            payer = self.accounts[line["payer"]]
            dated = f"{line['cents']} cents dated day {line['day']}"
            raise BooksError(f"day {day}: account {payer!r} has a transfer of {dated}")
        largest = int(np.argmax(np.abs(books.balances)))
        if abs(int(books.balances[largest])) > MOST_CENTS:
            account, cents = self.accounts[largest], int(books.balances[largest])
            raise BooksError(f"day {day}: account {account!r} holds {cents} cents, more than can be counted; {REMEDY}")
        total = int(books.balances.sum())
        if total != 0:
            raise BooksError(f"day {day}: all accounts together hold {total} cents instead of 0")
        raise BooksError(f"day {day}: the books do not balance")


def sums_by(where: NDArray[np.int64], amounts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Sum whole amounts by place, exactly, int64[size]. (``bincount`` adds floats: exact only below 2**53.)"""
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, where, amounts)
    return sums
