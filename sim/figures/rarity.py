"""Rarity of taste: customers in fifths by how common their style is in their own town."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.figures.arithmetic import FloatArray, Value, ratio, totals
from sim.figures.window import Window

FIFTHS = ("rarest", "rare", "middle", "common", "commonest")


class Rarity:
    """Which fifth of the customers a town's style belongs to.

    The styles of all towns are lined up by their share in their own town, the line of customers is cut
    into fifths. Styles of equal share stand together; where a cut falls among them, each goes to both sides
    in the proportion the cut leaves, as if the customers there had lined up at random.

    Attributes:
        cell: number of each need's (town, taste), shape (needs,).
        parts: how much of each (town, style) is in each fifth, shape (towns x styles, 5).
    """

    def __init__(self, window: Window):
        tastes = window.outcome.columns["tastes"]
        styles = 1 + max(int(tastes["style"].max(initial=0)), int(window.needs["taste"].max(initial=0)))
        towns = len(window.outcome.labels["towns"])
        self.cell = window.needs["town"].astype(np.int64) * styles + window.needs["taste"]
        self.parts: FloatArray = np.zeros((towns * styles, len(FIFTHS)))
        self.parts[tastes["town"].astype(np.int64) * styles + tastes["style"]] = cut_into_fifths(
            tastes["share"], tastes["people"]
        )

    def sums(self, amounts: NDArray[np.integer] | NDArray[np.bool_]) -> FloatArray:
        """Return sums over needs by fifth of the customers who have them, shape (5,).

        Args:
            amounts: a whole number or a truth for each need of the window, shape (needs,).
        """
        by_cell = totals(self.cell, amounts.astype(np.int64), len(self.parts))
        return by_cell.astype(np.float64) @ self.parts

    def means(self, amounts: NDArray[np.integer] | NDArray[np.bool_], scale: float = 1.0) -> dict[str, Value]:
        """Return sums by fifth / (``scale`` x needs of the fifth), by the names of the fifths."""
        needs = self.sums(np.ones(len(amounts), dtype=np.int64)) * scale
        return {
            name: ratio(total, number) for name, total, number in zip(FIFTHS, self.sums(amounts), needs, strict=True)
        }


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
