"""Boxes in which cases are thick on the ground: the patient rule induction method (Friedman & Fisher 1999).

A box is peeled off the space of parameters, a thin slice at a time, always the one whose loss leaves the highest share
of cases behind; of all boxes on the way the one is taken that best has both many of the cases and few others. Limits
that chance explains as well are dropped (Bryant & Lempert 2010).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from sim.common.types import BoolArray, FloatArray

Side: TypeAlias = Literal["above", "below"]
Limits: TypeAlias = dict[tuple[int, Side], float]
"""What is inside lies above or below these values, by column and side."""

PEELED, PASTED = 0.05, 0.05
"""Share of the points in a box that one slice takes off, or puts on again."""
LEAST = 0.05
"""A box holds at least this share of all points, and two of them."""
CHANCE = 0.05
"""A limit stays if chance would explain it with less than this probability."""


@dataclass(frozen=True)
class Box:
    """A box of parameter values.

    Attributes:
        limits: by column and side; what has none is free.
        inside: which points lie in it, shape (points,).
        density: share of the points inside that are cases.
        coverage: share of all cases that lie inside.
        chances: probability that chance alone explains a limit as well, by column and side: of as many cases or more
            among the points inside, drawn from the box without that limit.
    """

    limits: Limits
    inside: BoolArray = field(repr=False)
    density: float
    coverage: float
    chances: dict[tuple[int, Side], float]


def find_boxes(x: FloatArray, cases: BoolArray, most: int = 3) -> list[Box]:
    """Find boxes that hold the cases, one after another, each among the points that earlier ones have left.

    Args:
        x: values of the parameters, shape (points, parameters).
        cases: which points are of interest, shape (points,).
        most: boxes at most.

    Returns:
        Boxes with at least one limit; none where no limit is better than chance.
    """
    boxes: list[Box] = []
    left = np.ones(len(cases), dtype=np.bool_)
    while len(boxes) < most and cases[left].any() and not cases[left].all():
        limits = _best(x, cases, left)
        if not limits:
            break
        box = _described(x, cases, left, limits)
        boxes.append(box)
        left = left & ~box.inside
    return boxes


def within(x: FloatArray, limits: Limits) -> BoolArray:
    """Return which points lie inside, shape (points,)."""
    inside = np.ones(len(x), dtype=np.bool_)
    for (column, side), limit in limits.items():
        inside &= x[:, column] > limit if side == "above" else x[:, column] < limit
    return inside


def _best(x: FloatArray, cases: BoolArray, left: BoolArray) -> Limits:
    """Peel, and return the box on the way with the highest harmonic mean of coverage and density.

    Each is judged as it is once slices are put on again and limits that chance explains are gone: greed cuts at what
    does not matter as well.
    """
    limits: Limits = {}
    best, best_score = limits, _score(cases, left, left)
    fewest = max(2, int(np.ceil(LEAST * left.sum())))
    while True:
        inside = left & within(x, limits)
        thinner = [each for each in _peels(x, inside, limits) if (left & within(x, each)).sum() >= fewest]
        if not thinner:
            return best
        limits = max(thinner, key=lambda each: float(cases[left & within(x, each)].mean()))
        settled = _without_chance(x, cases, left, _pasted(x, cases, left, limits))
        score = _score(cases, left, left & within(x, settled))
        if score > best_score:
            best, best_score = settled, score


def _score(cases: BoolArray, left: BoolArray, inside: BoolArray) -> float:
    """Return the harmonic mean of the share of cases inside and the share of all cases that is inside."""
    found = int(cases[inside].sum())
    return 2.0 * found / (int(inside.sum()) + int(cases[left].sum()))


def _peels(x: FloatArray, inside: BoolArray, limits: Limits) -> Iterator[Limits]:
    """Yield the box with one more slice off, for each side of each parameter."""
    slice_of = max(1, int(PEELED * inside.sum()))
    for column in range(x.shape[1]):
        values = np.sort(x[inside, column])
        for side, ordered in (("above", values), ("below", values[::-1])):
            kept = ordered[slice_of:]
            further = kept[kept != ordered[slice_of - 1]]  # equal values stay together
            if len(further):
                limit = 0.5 * (float(ordered[slice_of - 1]) + float(further[0]))
                yield {**limits, (column, "above" if side == "above" else "below"): limit}


def _pasted(x: FloatArray, cases: BoolArray, left: BoolArray, limits: Limits) -> Limits:
    """Put slices on again as long as the share of cases does not fall for it."""
    while True:
        inside = left & within(x, limits)
        density = float(cases[inside].mean())
        wider = [each for each in _pastes(x, left, inside, limits) if cases[left & within(x, each)].mean() >= density]
        if not wider:
            return limits
        limits = max(wider, key=lambda each: float(cases[left & within(x, each)].mean()))


def _pastes(x: FloatArray, left: BoolArray, inside: BoolArray, limits: Limits) -> Iterator[Limits]:
    """Yield the box with one slice put on again, for each limit there is."""
    slice_of = max(1, int(PASTED * inside.sum()))
    for column, side in limits:
        others = {key: value for key, value in limits.items() if key != (column, side)}
        outside = left & within(x, others) & ~inside
        nearest = np.sort(x[outside, column])
        nearest = nearest[::-1] if side == "above" else nearest
        if len(nearest) <= slice_of:
            yield others
            continue
        beyond = nearest[slice_of:][nearest[slice_of:] != nearest[slice_of - 1]]
        yield (
            others
            if not len(beyond)
            else {**others, (column, side): 0.5 * (float(nearest[slice_of - 1]) + float(beyond[0]))}
        )


def _without_chance(x: FloatArray, cases: BoolArray, left: BoolArray, limits: Limits) -> Limits:
    """Drop the limits that chance explains as well, the likeliest first."""
    while limits:
        chances = _chances(x, cases, left, limits)
        worst = max(chances, key=lambda key: chances[key])
        if chances[worst] <= CHANCE:
            return limits
        limits = {key: value for key, value in limits.items() if key != worst}
    return limits


def _chances(x: FloatArray, cases: BoolArray, left: BoolArray, limits: Limits) -> dict[tuple[int, Side], float]:
    """Return for each limit the probability of so many cases inside if it did not matter (binomial)."""
    from scipy.special import bdtrc

    inside = left & within(x, limits)
    found, points = int(cases[inside].sum()), int(inside.sum())
    chances = {}
    for key in limits:
        free = left & within(x, {other: value for other, value in limits.items() if other != key})
        chances[key] = float(bdtrc(found - 1, points, float(cases[free].mean()))) if found else 1.0
    return chances


def _described(x: FloatArray, cases: BoolArray, left: BoolArray, limits: Limits) -> Box:
    inside = left & within(x, limits)
    return Box(
        limits=dict(sorted(limits.items())),
        inside=inside,
        density=float(cases[inside].mean()),
        coverage=float(cases[inside].sum() / cases.sum()),
        chances=_chances(x, cases, left, limits),
    )
