"""Groups of customers: towns, and fifths by how common a customer's style is in the own town."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.common.types import FloatArray, IntArray
from sim.kernels.need_sums import NEEDS
from sim.results.figures.arithmetic import Value, counts, quotient, totals
from sim.results.figures.window import Window

FIFTHS = ("rarest", "rare", "middle", "common", "commonest")


class Groups:
    """Sums over needs by town and taste, from which both groupings follow.

    For the fifths, the styles of all towns are lined up by their share in their own town, and the line of customers
    is cut. Styles of equal share stand together; where a cut falls among them, each goes to both sides in the
    proportion the cut leaves, as if the customers there had lined up at random.

    Attributes:
        towns: names of the towns.
        needs: number of needs of each (town, style), shape (towns x styles,).
        parts: how much of each (town, style) is in each fifth, shape (towns x styles, 5).
    """

    def __init__(self, window: Window):
        tastes = window.outcome.columns["tastes"]
        styles = 1 + int(tastes["style"].max(initial=0))
        self.towns = window.outcome.labels["towns"]
        self._window, self._styles = window, styles
        self.needs: IntArray = np.zeros(len(self.towns) * styles, dtype=np.int64)
        if window.outcome.sums is not None:
            self.needs += window.sums.cells[NEEDS]
        else:
            for needs in window.chunks("needs"):
                self.needs += counts(self._cells(needs), len(self.needs))
        self.parts: FloatArray = np.zeros((len(self.towns) * styles, len(FIFTHS)))
        rows = tastes["town"].astype(np.int64) * styles + tastes["style"]
        self.parts[rows] = cut_into_fifths(tastes["share"], tastes["people"])

    def _cells(self, needs: Columns) -> IntArray:
        """Return the number of each need's (town, taste), shape (needs,)."""
        cells: IntArray = needs["town"].astype(np.int64) * self._styles + needs["taste"]
        return cells

    def sums(self, amounts: NDArray[Any] | Callable[[Columns], NDArray[Any]]) -> FloatArray:
        """Return sums of whole numbers or truths, one for each need, by town and style, shape (towns x styles,).

        ``amounts`` may be what tells them of some of the needs, given as columns; memory then holds no more.
        """
        sums: IntArray = np.zeros(len(self.needs), dtype=np.int64)
        done = 0
        for needs in self._window.chunks("needs"):
            cells = self._cells(needs)
            own = amounts(needs) if callable(amounts) else amounts[done : done + len(cells)]
            sums += totals(cells, own.astype(np.int64), len(sums))
            done += len(cells)
        return sums.astype(np.float64)

    def by_town(self, sums: FloatArray, scale: float = 1.0) -> dict[str, Value]:
        """Return sums by town and style as means, sum / (``scale`` x needs), by town."""
        shape = (len(self.towns), -1)
        needs = np.multiply(scale, self.needs.reshape(shape).sum(axis=1))
        return means(self.towns, sums.reshape(shape).sum(axis=1), needs)

    def by_rarity(self, sums: FloatArray, scale: float = 1.0) -> dict[str, Value]:
        """Return sums by town and style as means, sum / (``scale`` x needs), by fifth of the customers."""
        return means(FIFTHS, self._in_fifths(sums), scale * self._in_fifths(self.needs))

    def _in_fifths(self, sums: NDArray[np.floating] | IntArray) -> FloatArray:
        in_fifths: FloatArray = (sums[:, None] * self.parts).sum(axis=0)
        return in_fifths


def means(names: tuple[str, ...], sums: FloatArray, numbers: FloatArray) -> dict[str, Value]:
    """Return sum / number of each group by name; None for a group without needs."""
    return {name: quotient(total, number) for name, total, number in zip(names, sums, numbers, strict=True)}


def cut_into_fifths(share: FloatArray, people: NDArray[np.integer]) -> FloatArray:
    """Return which part of each group of people belongs to each fifth, the smallest share first.

    Args:
        share: what the groups are lined up by, shape (n,).
        people: size of each group, shape (n,).

    Returns:
        Parts of each group, shape (n, 5); rows add up to 1, but mean nothing for a group of nobody.
    """
    _, step = np.unique(share, return_inverse=True)
    size = np.bincount(step, weights=people)
    end = np.cumsum(size)
    start = end - size
    cuts = np.linspace(0.0, float(size.sum()), len(FIFTHS) + 1)
    inside = np.minimum(end[:, None], cuts[None, 1:]) - np.maximum(start[:, None], cuts[None, :-1])
    parts: FloatArray = np.maximum(inside, 0.0) / np.where(size > 0, size, 1.0)[:, None]
    return parts[step]
