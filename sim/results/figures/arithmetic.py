"""Arithmetic that keeps to the cent: exact sums by group, quotients that may be undefined, shares of 100."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.table import CHUNK, chunks
from sim.common.types import CENTS, IntArray
from sim.engine.ledger import REMEDY, BooksError

Value: TypeAlias = "float | dict[str, Value] | None"
"""A figure: a number, None where it is undefined, or a table of those."""

Number: TypeAlias = "float | np.integer[Any] | np.floating[Any]"

EXACT_IN_FLOAT = 2**53
HUNDREDTHS = 10_000
MOST_SUM = 2**62
"""No sum of some of these numbers can wrap round 64 bits while all of them, taken without sign, stay below."""


def quotient(numerator: Number | None, denominator: Number | None) -> float | None:
    """Return the quotient, or None where a part of it is undefined or the denominator is 0."""
    if numerator is None or not denominator:
        return None
    return float(numerator) / float(denominator)


def currency_each(cents: Number, count: Number) -> float | None:
    """Return cents shared out over ``count``, in units of currency; None for a count of 0."""
    return quotient(cents, CENTS * count)


def largest_of(amounts: NDArray[Any]) -> int:
    """Return the largest of whole numbers, their signs left aside; 0 of none."""
    parts = (amounts[part] for part in chunks(len(amounts), amounts))
    return max((max(int(part.max()), -int(part.min())) for part in parts), default=0)


def countable(amounts: NDArray[Any]) -> None:
    """Make sure that no sum of these whole numbers wraps round 64 bits. Raises BooksError."""
    if largest_of(amounts) * len(amounts) > MOST_SUM:
        moved = sum(float(np.abs(amounts[part], dtype=np.float64).sum()) for part in chunks(len(amounts), amounts))
        countable_sum(moved)


def countable_sum(moved: float) -> None:
    """Make sure that sums of whole numbers, signs left aside, have not wrapped round 64 bits. Raises BooksError."""
    if moved > MOST_SUM:
        said = f"{moved:.3g} cents or units change hands in the days that count, more than can be added up"
        raise BooksError(f"{said}; {REMEDY}")


def totals(group: NDArray[Any], amounts: NDArray[Any], groups: int) -> IntArray:
    """Return exact sums of whole numbers by group, shape (groups,).

    Args:
        group: the group of each amount, 0 to ``groups`` - 1, shape (n,).
        amounts: whole numbers (cents, units), shape (n,).
        groups: how many groups there are.

    Raises:
        BooksError: when they may add up to more than 64 bits hold.
    """
    countable(amounts)
    largest = largest_of(amounts)
    sums = np.zeros(groups, dtype=np.int64)
    for part in chunks(len(amounts)):
        if largest * CHUNK < EXACT_IN_FLOAT:
            # bincount adds in float64, and no partial sum can leave the whole numbers that float64 holds exactly.
            sums += np.bincount(group[part], weights=amounts[part], minlength=groups).astype(np.int64)
        else:
            np.add.at(sums, group[part], amounts[part].astype(np.int64))
    return sums


def counts(group: NDArray[Any], groups: int) -> IntArray:
    """Return how many rows each group has, shape (groups,)."""
    numbers = np.zeros(groups, dtype=np.int64)
    for part in chunks(len(group)):
        numbers += np.bincount(group[part], minlength=groups)
    return numbers


def shares_of_hundred(parts: Sequence[int], whole: int) -> list[float]:
    """Return each part as a share of 100, in hundredths that add up to 100.00 exactly (largest remainder).

    Every share is rounded down first; the hundredths still missing go one each to the largest remainders, the
    first of equals first. Parts may be negative.

    Raises:
        ValueError: when the parts do not add up to the whole, or the whole is not positive.
    """
    if whole <= 0 or sum(parts) != whole:
        raise ValueError(f"parts that add up to {sum(parts)} are no shares of a whole of {whole}")
    down = [HUNDREDTHS * part // whole for part in parts]
    remainder = [HUNDREDTHS * part % whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -remainder[place])
    for place in by_remainder[: HUNDREDTHS - sum(down)]:
        down[place] += 1
    return [hundredths / 100 for hundredths in down]
