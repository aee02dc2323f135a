"""Arithmetic that keeps to the cent: exact sums by group, quotients that may be undefined, shares of 100."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.ledger import REMEDY, BooksError

Value: TypeAlias = "float | dict[str, Value] | None"
"""A figure: a number, None where it is undefined, or a table of those."""

Number: TypeAlias = "float | np.integer[Any] | np.floating[Any]"
IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

CENTS = 100
EXACT_IN_FLOAT = 2**53
HUNDREDTHS = 10_000
MOST_SUM = 2**62
"""No sum of some of these numbers can wrap round 64 bits while all of them, taken without sign, stay below."""


def ratio(numerator: Number, denominator: Number) -> float | None:
    """Return the quotient, or None where the denominator is 0."""
    if denominator == 0:
        return None
    return float(numerator) / float(denominator)


def currency_each(cents: Number, count: Number) -> float | None:
    """Return cents shared out over ``count``, in units of currency; None for a count of 0."""
    return ratio(cents, CENTS * count)


def countable(amounts: NDArray[Any]) -> None:
    """Make sure that no sum of these whole numbers wraps round 64 bits. Raises BooksError."""
    largest = max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))
    if largest * len(amounts) > MOST_SUM:
        moved = float(np.abs(amounts, dtype=np.float64).sum())
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
    largest = max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))
    if largest * len(amounts) < EXACT_IN_FLOAT:
        # bincount adds in float64, and no partial sum can leave the whole numbers that float64 holds exactly.
        return np.bincount(group, weights=amounts, minlength=groups).astype(np.int64)
    countable(amounts)
    sums = np.zeros(groups, dtype=np.int64)
    np.add.at(sums, group, amounts.astype(np.int64))
    return sums


def counts(group: NDArray[Any], groups: int) -> IntArray:
    """Return how many rows each group has, shape (groups,)."""
    return np.bincount(group, minlength=groups).astype(np.int64)


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
