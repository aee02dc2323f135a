"""A market as plain arrays, saved in a file: all that a peer is told. Needs numpy only, whatever the environment."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray, IntArray

PARCEL = -1
"""Where a parcel is bought, in place of a store."""
NOTHING = -1
"""What those buy who buy nothing."""


class Arrays(NamedTuple):
    """A market before its first day; money in cents, customers in rows unless said.

    ``hassle`` is that of buying unseen, at the trust there is. ``considered`` and ``mismatch`` have shape (tastes,
    breadth); ``nearest`` and ``km`` (customers, reach); ``carried``, ``price``, ``units`` (opening stock) and ``level``
    (what stores order up to) (stores, products); ``parcel_price``, ``parcel_fee``, ``wholesale`` (products,);
    ``parcel_days`` (towns,). Stores order on days when day + store is a multiple of ``review_days``; what they order in
    the evening stands there ``lead_days`` later in the morning.
    """

    town: NDArray[np.int32]
    taste: NDArray[np.int32]
    worth: FloatArray
    mismatch_cost: FloatArray
    travel_cost: FloatArray
    waiting_cost: FloatArray
    hassle: FloatArray
    need_rate: FloatArray
    nearest: NDArray[np.int32]
    km: FloatArray
    considered: IntArray
    mismatch: FloatArray
    carried: NDArray[np.bool_]
    price: IntArray
    units: IntArray
    level: IntArray
    parcel_price: IntArray
    parcel_fee: IntArray
    parcel_days: FloatArray
    wholesale: IntArray
    commission: float
    scale: float
    gumbel: FloatArray
    seed: int
    review_days: int
    lead_days: int

    def save(self, file: Path) -> None:
        """Write everything into a file, not compressed."""
        np.savez(file, **{name: np.asarray(value) for name, value in self._asdict().items()})


def load(file: Path) -> Arrays:
    """Read what ``save`` wrote."""
    with np.load(file) as saved:
        values = {name: saved[name] for name in Arrays._fields}
    return Arrays(**{name: value if value.ndim else value.item() for name, value in values.items()})


class Purchases(NamedTuple):
    """What came of the needs, one row a need, any order: when, who, what (-1: nothing), where (-1: by parcel)."""

    day: NDArray[np.int32]
    customer: NDArray[np.int32]
    product: NDArray[np.int32]
    store: NDArray[np.int32]

    def in_order(self) -> Purchases:
        """Return the rows by day and customer."""
        order = np.lexsort((self.customer, self.day))
        return Purchases(*(column[order] for column in self))


class Left(NamedTuple):
    """What a run of a peer leaves: purchases, units on shelves (stores, products), and cents earned with goods.

    ``stores`` (stores,) is what they took less what they paid for goods, ``maker`` what it took less commission.
    """

    purchases: Purchases
    units: IntArray
    stores: IntArray
    maker: int


def purchases_of(noted: list[tuple[int, int, int, int]]) -> Purchases:
    """Return purchases from a list of (day, customer, product, store)."""
    return Purchases(*np.array(noted, dtype=np.int32).reshape(-1, 4).T)


def counts(arrays: Arrays, purchases: Purchases) -> IntArray:
    """Count purchases by rank of the product in the taste and of the store in nearness, parcels last; then none.

    Shape (breadth x (reach + 1) + 1,).
    """
    breadth, reach = arrays.considered.shape[1], arrays.nearest.shape[1]
    bought = purchases.product != NOTHING
    who, product, store = (column[bought] for column in purchases[1:])
    rank = (arrays.considered[arrays.taste[who]] == product[:, None]).argmax(axis=1)
    near = np.where(store == PARCEL, reach, (arrays.nearest[who] == store[:, None]).argmax(axis=1))
    cells = np.bincount(rank * (reach + 1) + near, minlength=breadth * (reach + 1))
    return np.append(cells, np.count_nonzero(~bought))
