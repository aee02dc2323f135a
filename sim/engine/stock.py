"""Goods: where every unit is, the journal of movements, and the check that none appears or vanishes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.table import empty_table, release_pages, reserve_column
from sim.engine.codes import NOTHING
from sim.engine.ledger import BooksError
from sim.kernels.goods import (
    FACTORY,
    MOVEMENT,
    OPENING,
    OUTSIDE,
    Goods,
    StockMovement,
    add_book_value,
    goods_agree,
    move,
)
from sim.kernels.numerics.dispatch_cache import Calls


class Stock:
    """All units of one market, at nodes, on the way, and outside; with their book value in whole cents."""

    def __init__(
        self,
        nodes: tuple[str, ...],
        products: tuple[str, ...],
        owner: NDArray[np.int64],
        horizon: int,
        rows: int = 1024,
        *,
        on_disk: bool = False,
    ):
        self.products = products
        self.places = (*nodes, *(f"to {name}" for name in nodes), *OUTSIDE)
        self.nodes = len(nodes)
        shape = (len(nodes), len(products))
        self.goods = Goods(
            units=np.zeros((len(self.places), len(products)), dtype=np.int64),
            value=np.zeros((len(self.places), len(products)), dtype=np.int64),
            owner=np.ascontiguousarray(owner, dtype=np.int64),
            reserved=np.zeros(shape, dtype=np.int64),
            due=np.zeros((horizon, *shape), dtype=np.int64),
            used=np.zeros(1, dtype=np.int64),
            journal=empty_table(rows, MOVEMENT, on_disk=on_disk),
        )
        self._call = Calls()
        self._checked_rows = 0
        self._explained_units = self.goods.units.copy()
        self._explained_value = self.goods.value.copy()
        self._scratch = np.empty((2, len(products)), dtype=np.int64)

    @property
    def rows(self) -> int:
        """Lines in the journal."""
        return int(self.goods.used[0])

    def reserve(self, rows: int) -> None:
        """Make sure that this many more lines fit."""
        self.goods = reserve_column(self.goods, "journal", self.rows + rows)

    def forget(self) -> None:
        """Begin the journal again; goods stay where they are. Only after ``verify``."""
        self.goods.used[0] = self._checked_rows = 0

    def release(self) -> None:
        """Take a journal that lies on disk out of memory."""
        release_pages(self.goods.journal)

    def open_with(self, units: NDArray[np.int64], unit_value: NDArray[np.int64], day: int = -1) -> None:
        """Put the opening stock, int64[nodes, products], on hand at a book value per unit in cents."""
        factory = 2 * self.nodes + FACTORY
        self.reserve(int((units > 0).sum()))
        for node, product in np.argwhere(units > 0):
            amount = int(units[node, product])
            owner = self.goods.owner[node, product]
            value = amount * int(unit_value[node, product])
            movement = StockMovement(OPENING, product, factory, node, amount, value, owner, owner, NOTHING)
            move(self.goods, day, movement)

    def book_value(self, accounts: int) -> NDArray[np.int64]:
        """Return the book value of stock by owner, goods on their way to it included, in cents, int64[accounts]."""
        held = np.zeros(accounts, dtype=np.int64)
        self._call(add_book_value, self.goods, held)
        return held

    def verify(self, day: int) -> None:
        """Check the units at the end of a day.

        Raises:
            BooksError: when a product's units over all places do not add up to zero (the factory counts what it made
                as negative), a place holds less than nothing, something is under way and due on no day, or units or
                values have moved by anything but what the journal says.
        """
        explained = (self._explained_units, self._explained_value)
        if not self._call(goods_agree, self.goods, self._checked_rows, *explained, self._scratch):
            self._find_fault(day)
        self._checked_rows = self.rows

    def _find_fault(self, day: int) -> None:
        """Find out what is wrong, and say it."""
        goods = self.goods
        inside = 2 * self.nodes
        self._complain(goods.units - self._explained_units, day, "units moved without a line in the journal")
        self._complain(
            (goods.value - self._explained_value)[:inside],
            day,
            "cents of book value moved without a line in the journal",
        )
        self._complain(np.minimum(goods.units[:inside], 0), day, "units held")
        self._complain(np.minimum(goods.value[:inside], 0), day, "cents of book value")
        self._complain(
            np.where(goods.units[:inside] == 0, goods.value[:inside], 0), day, "cents of book value on no units"
        )
        astray = goods.units[self.nodes : inside] - goods.due.sum(axis=0)
        self._complain(astray, day, "units under way that are due on no day", first=self.nodes)
        self._complain(np.minimum(goods.units[-len(OUTSIDE) + 1 :], 0), day, "units held", first=inside + 1)
        total = goods.units.sum(axis=0)
        if total.any():
            product = int(np.argmax(np.abs(total)))
            raise BooksError(
                f"day {day}: {self.products[product]!r} has {int(total[product])} units too many over all places"
            )
        raise BooksError(f"day {day}: goods do not add up")

    def _complain(self, wrong: NDArray[np.int64], day: int, what: str, first: int = 0) -> None:
        """Raise for the worst entry of a table (places, products) that should be all zero."""
        if wrong.any():
            place, product = np.unravel_index(int(np.argmax(np.abs(wrong))), wrong.shape)
            raise BooksError(
                f"day {day}: {self.products[product]!r} at {self.places[first + place]!r}: "
                f"{int(wrong[place, product])} {what}"
            )
