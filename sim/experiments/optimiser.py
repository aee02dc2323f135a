"""Search for the best value of one or two parameters, on a coarse grid first, then closer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from sim.common.estimates import Estimate, estimate
from sim.runs.design import Factor, Point

Goal: TypeAlias = Literal["highest", "lowest"]
Shares: TypeAlias = tuple[float, ...]
"""A point as shares of the ranges, each from 0 to 1."""

GRID = {1: 9, 2: 5}
"""Levels of the coarse grid, by number of parameters."""
PRECISION = 0.002
"""How close to come, as a share of the range."""
MOST_OF_SIMPLEX = 80
"""Points at which a simplex is given up."""
GOLDEN = (1.0 + math.sqrt(5.0)) / 2.0


class UnknownPointsError(LookupError):
    """A search looks at points whose figure is not known yet."""

    def __init__(self, points: Sequence[Point]):
        super().__init__()
        self.points = tuple(points)


class EvaluatedPoints:
    """What is known of a figure so far, point by point.

    Attributes:
        factors: the parameters.
        known: the figure by point, replication by replication; a key is the values in the order of the factors.
    """

    def __init__(self, factors: Sequence[Factor], goal: Goal):
        self.factors = factors
        self.known: dict[tuple[Any, ...], Sequence[float | None]] = {}
        self._sign = -1.0 if goal == "highest" else 1.0

    def learn(self, points: Sequence[Point], runs: Sequence[Sequence[float | None]]) -> None:
        """Take in the figure at some points, replication by replication."""
        keys = [tuple(point[each.path] for each in self.factors) for point in points]
        self.known.update(zip(keys, runs, strict=True))

    def key(self, shares: Shares) -> tuple[Any, ...]:
        """Return the values of the parameters at shares of their ranges."""
        inside = (min(max(share, 0.0), 1.0) for share in shares)
        return tuple(each.at(share) for each, share in zip(self.factors, inside, strict=True))

    def point(self, shares: Shares) -> Point:
        """Return the same by path."""
        return dict(zip((each.path for each in self.factors), self.key(shares), strict=True))

    def look(self, several: Sequence[Shares]) -> None:
        """Look at points. Raises UnknownPointsError with those that are not known yet, all at once."""
        new = {self.key(shares): self.point(shares) for shares in several if self.key(shares) not in self.known}
        if new:
            raise UnknownPointsError(list(new.values()))

    def points(self) -> tuple[tuple[Point, Estimate], ...]:
        """Return all points looked at, in the order of their values, with the figure there."""
        paths = [each.path for each in self.factors]
        return tuple((dict(zip(paths, key, strict=True)), estimate(self.known[key])) for key in sorted(self.known))

    def runs(self, shares: Shares) -> Sequence[float | None]:
        """Return the figure at a point, replication by replication."""
        self.look([shares])
        return self.known[self.key(shares)]

    def worst(self) -> float:
        """Return the highest score so far, 0 where there is none."""
        means = (estimate(runs).mean for runs in self.known.values())
        return max((self._sign * mean for mean in means if mean is not None), default=0.0)

    def score(self, shares: Shares) -> float:
        """Return the mean figure, turned so that less is better; infinite where it is undefined."""
        mean = estimate(self.runs(shares)).mean
        return math.inf if mean is None else self._sign * mean


class Search:
    """A search for the best point, step by step: what it looks at next depends on what it has learnt.

    SciPy asks for one value after another and cannot be left in between. So each step starts again and leaves SciPy at
    the first point that is not known yet; up to there it is told what it was told before.
    """

    def __init__(self, factors: Sequence[Factor], goal: Goal):
        self.tried = EvaluatedPoints(factors, goal)
        self.best: Shares = ()
        """The best point, as shares of the ranges, once there are no more points to look at."""
        self._scores: list[float] = []
        self._calls = iter(self._scores)

    def next_points(self) -> tuple[Point, ...]:
        """Return the points to look at next, empty when the best one is found."""
        self._calls = iter(list(self._scores))
        try:
            self.best = _best(self)
        except UnknownPointsError as unknown:
            return unknown.points
        return ()

    def finite_score(self, shares: Shares) -> float:
        """Return the score, or a little more than the worst so far where the figure is undefined."""
        before = next(self._calls, None)
        if before is not None:
            return before
        own = self.tried.score(shares)
        self._scores.append(own if own < math.inf else self.tried.worst() + 1.0)
        return self._scores[-1]


def points_of_search(factors: Sequence[Factor]) -> tuple[int, Literal["at most", "about"]]:
    """Return how many points a search looks at, and whether that is the most, or about right.

    One parameter is searched until 4/3 of the precision are left. A step leaves a golden section where no parabola
    helps (Brent 1973), and it is seldom more than that.
    """
    count = len(factors)
    grid: int = GRID[count] ** count
    width = 1.0 / (GRID[count] - 1)
    if any(each.whole for each in factors):
        most = grid + math.ceil(math.log2(width / PRECISION)) * (3**count - 1)
        there_are = math.prod(each.high - each.low + 1 if each.whole else math.inf for each in factors)
        return int(min(most, there_are)), "at most"
    if count == 2:
        return grid + MOST_OF_SIMPLEX, "at most"
    return grid + 1 + math.ceil(math.log(1.5 * width / PRECISION, GOLDEN)), "about"


def _best(search: Search) -> Shares:
    """Return the best point, as shares of the ranges. Raises UnknownPointsError."""
    tried = search.tried
    count = len(tried.factors)
    levels = [number / (GRID[count] - 1) for number in range(GRID[count])]
    grid: list[Shares] = [(a,) for a in levels] if count == 1 else [(a, b) for a in levels for b in levels]
    tried.look(grid)
    best = min(grid, key=tried.score)
    width = levels[1]
    if any(each.whole for each in tried.factors):
        return _by_finer_grids(tried, best, width)
    closer = _along_one(search, best[0], width) if count == 1 else _by_simplex(search, best, width)
    return min([best, *closer], key=tried.score)


def _along_one(search: Search, best: float, width: float) -> list[Shares]:
    """Look closer along one parameter."""
    from scipy.optimize import minimize_scalar

    seen: list[Shares] = []

    def score(share: float) -> float:
        seen.append((float(share),))
        return search.finite_score(seen[-1])

    bounds = (max(0.0, best - width), min(1.0, best + width))
    minimize_scalar(score, bounds=bounds, method="bounded", options={"xatol": PRECISION})
    return seen


def _by_simplex(search: Search, best: Shares, width: float) -> list[Shares]:
    """Look closer in two parameters, from a triangle around the best point of the grid."""
    from scipy.optimize import minimize

    def inwards(share: float) -> float:
        return share + 0.5 * width if share <= 0.5 else share - 0.5 * width

    corners = [best, (inwards(best[0]), best[1]), (best[0], inwards(best[1]))]
    search.tried.look(corners)
    seen: list[Shares] = list(corners)

    def score(shares: Any) -> float:
        seen.append((float(shares[0]), float(shares[1])))
        return search.finite_score(seen[-1])

    options = {"initial_simplex": corners, "xatol": PRECISION, "fatol": 1e-9, "maxfev": MOST_OF_SIMPLEX}
    minimize(score, best, method="Nelder-Mead", bounds=[(0.0, 1.0)] * 2, options=options)
    return seen


def _by_finer_grids(tried: EvaluatedPoints, best: Shares, width: float) -> Shares:
    """Narrow down to whole numbers: a grid around the best point, half as wide each time."""
    while width > PRECISION:
        width *= 0.5
        steps = (-width, 0.0, width)
        around: list[Shares] = [(best[0] + a,) for a in steps]
        if len(best) == 2:
            around = [(best[0] + a, best[1] + b) for a in steps for b in steps]
        inside = [shares for shares in around if all(0.0 <= share <= 1.0 for share in shares)]
        tried.look(inside)
        best = min([best, *inside], key=tried.score)
    return best
