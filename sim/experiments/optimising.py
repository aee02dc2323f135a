"""What is best for one party: a price, a commission, a stocking level, with rivals that answer by their own rules.

Every value is tried on the same seeds (common random numbers), so that the figure moves smoothly with it. A coarse grid
finds the neighbourhood; SciPy then looks closer, by golden section with parabolic steps (Brent 1973) along one
parameter, by simplex in two (Nelder & Mead 1965). Whole numbers are narrowed down by ever finer grids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sim.experiments.design import Factor, Point
from sim.experiments.estimates import Estimate, difference, estimate
from sim.experiments.plans import FailedPoint
from sim.experiments.running import Source, known_regimes, prepared
from sim.experiments.sweeping import Progress, sweep
from sim.figures import FIGURES
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

Goal: TypeAlias = Literal["highest", "lowest"]
Shares: TypeAlias = tuple[float, ...]
"""A point as shares of the ranges, each from 0 to 1."""
ValuesAt: TypeAlias = Callable[[Sequence[Point]], Sequence[Sequence[float | None]]]
"""The figure at each point, replication by replication."""

GRID = {1: 9, 2: 5}
"""Levels of the coarse grid, by number of parameters."""
STEP = 0.05
"""How far to either side the neighbourhood is looked at, as a share of the range."""
PRECISION = 0.002
"""How close to come, as a share of the range."""
AT_END = 0.005
"""Within this share of its range a parameter lies at its end."""


@dataclass(frozen=True)
class Neighbour:
    """What a step away from the best value changes, paired by seed.

    Attributes:
        parameter: which one is moved.
        value: to where.
        change: the figure there less that at the best value.
    """

    parameter: str
    value: Any
    change: Estimate


@dataclass(frozen=True)
class Optimum:
    """The values that are best for one party.

    Attributes:
        scenario, regime, figure, goal: what was asked for.
        values: the best values found, by path.
        best: the figure there.
        corners: parameters that lie at an end of their range, and which: beyond it there may be better.
        alike: for each parameter the lowest and highest value tried whose figure cannot be told from the best; None
            where there is no interval, from one run.
        neighbours: what a step to either side changes.
        tried: how many points were.
        failed: points that could not be run, or not whole.
    """

    scenario: str
    regime: str
    figure: str
    goal: Goal
    values: Point
    best: Estimate
    corners: Mapping[str, Literal["low", "high"]]
    alike: Mapping[str, tuple[Any, Any]] | None
    neighbours: tuple[Neighbour, ...]
    tried: int
    failed: tuple[FailedPoint, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per neighbour: parameter, value, mean, low, high of the change."""
        import pandas as pd

        return pd.DataFrame(
            [{"parameter": each.parameter, "value": each.value, **each.change.to_dict()} for each in self.neighbours]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {**asdict(self), "failed": [each.to_dict() for each in self.failed]}


def optimise(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source,
    factors: Sequence[Factor],
    figure: str,
    regime: str,
    replications: int = 5,
    seed: int = 0,
    *,
    store: str | Path | None = None,
    days: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Optimum:
    """Find the value of one or two parameters that is best for a figure; all other firms go on by their own rules.

    A rival that is to answer needs a rule that does: ``match``, ``best_response``, ``learning``.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        factors: one or two parameters with their ranges.
        figure: dotted name; the lowest is sought of those that are better when lower, else the highest.
        regime: under which.
        replications: runs at each value, the same seeds everywhere.
        seed: of the first replication.
        store, days, workers, scheduler, progress, overrides: as for ``sweep``.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    market = prepared(scenario, days, overrides, {})
    (name,) = known_regimes(market, [regime])
    goal = _check(factors, figure)
    failed: list[FailedPoint] = []

    def values_at(points: Sequence[Point]) -> list[list[float | None]]:
        found = sweep(
            market, points, [name], replications, seed, store=store, workers=workers, scheduler=scheduler,
            progress=progress,
        )  # fmt: skip
        failed.extend(found.failures)
        return [
            [None if flat is None else flat.get(figure) for flat in found.figures(number)[name]]
            if found.is_sound(number)
            else []
            for number in range(len(points))
        ]

    tried = Tried(factors, values_at, goal)
    best = search(tried)
    if tried.score(best) == math.inf:
        said = f"it is undefined under {name}" + (f"; {failed[0].reason}" if failed else "")
        raise ScenarioError([Problem("", "figure", figure, said, "choose another figure")])
    neighbours = _neighbours(tried, best)
    return Optimum(
        market.name, name, figure, goal, tried.point(best), estimate(tried.runs(best)), _corners(tried, best),
        _alike(tried, best), neighbours, len(tried.known), tuple(failed),
    )  # fmt: skip


class Tried:
    """What is known of a figure so far, point by point.

    Attributes:
        factors: the parameters.
        known: the figure by point, replication by replication; a key is the values in the order of the factors.
    """

    def __init__(self, factors: Sequence[Factor], values_at: ValuesAt, goal: Goal):
        self.factors = factors
        self.known: dict[tuple[Any, ...], Sequence[float | None]] = {}
        self._values_at = values_at
        self._sign = -1.0 if goal == "highest" else 1.0

    def key(self, shares: Shares) -> tuple[Any, ...]:
        """Return the values of the parameters at shares of their ranges."""
        inside = (min(max(share, 0.0), 1.0) for share in shares)
        return tuple(each.at(share) for each, share in zip(self.factors, inside, strict=True))

    def point(self, shares: Shares) -> Point:
        """Return the same by path."""
        return dict(zip((each.path for each in self.factors), self.key(shares), strict=True))

    def look(self, several: Sequence[Shares]) -> None:
        """Look at points that are not known yet, all at once."""
        new = {self.key(shares): self.point(shares) for shares in several if self.key(shares) not in self.known}
        if new:
            self.known.update(zip(new, self._values_at(list(new.values())), strict=True))

    def runs(self, shares: Shares) -> Sequence[float | None]:
        """Return the figure at a point, replication by replication."""
        self.look([shares])
        return self.known[self.key(shares)]

    def finite_score(self, shares: Shares) -> float:
        """Return the score, or a little more than the worst so far where the figure is undefined."""
        own = self.score(shares)
        if own < math.inf:
            return own
        others = [self._sign * mean for runs in self.known.values() if (mean := estimate(runs).mean) is not None]
        return max(others, default=0.0) + 1.0

    def score(self, shares: Shares) -> float:
        """Return the mean figure, turned so that less is better; infinite where it is undefined."""
        mean = estimate(self.runs(shares)).mean
        return math.inf if mean is None else self._sign * mean


def search(tried: Tried) -> Shares:
    """Return the best point, as shares of the ranges."""
    count = len(tried.factors)
    levels = [number / (GRID[count] - 1) for number in range(GRID[count])]
    grid: list[Shares] = [(a,) for a in levels] if count == 1 else [(a, b) for a in levels for b in levels]
    tried.look(grid)
    best = min(grid, key=tried.score)
    width = levels[1]
    if any(each.whole for each in tried.factors):
        return _by_finer_grids(tried, best, width)
    closer = _along_one(tried, best[0], width) if count == 1 else _by_simplex(tried, best, width)
    return min([best, *closer], key=tried.score)


def _along_one(tried: Tried, best: float, width: float) -> list[Shares]:
    """Look closer along one parameter."""
    from scipy.optimize import minimize_scalar

    seen: list[Shares] = []

    def score(share: float) -> float:
        seen.append((float(share),))
        return tried.finite_score(seen[-1])

    bounds = (max(0.0, best - width), min(1.0, best + width))
    minimize_scalar(score, bounds=bounds, method="bounded", options={"xatol": PRECISION})
    return seen


def _by_simplex(tried: Tried, best: Shares, width: float) -> list[Shares]:
    """Look closer in two parameters, from a triangle around the best point of the grid."""
    from scipy.optimize import minimize

    def inwards(share: float) -> float:
        return share + 0.5 * width if share <= 0.5 else share - 0.5 * width

    corners = [best, (inwards(best[0]), best[1]), (best[0], inwards(best[1]))]
    tried.look(corners)
    seen: list[Shares] = list(corners)

    def score(shares: Any) -> float:
        seen.append((float(shares[0]), float(shares[1])))
        return tried.finite_score(seen[-1])

    options = {"initial_simplex": corners, "xatol": PRECISION, "fatol": 1e-9, "maxfev": 80}
    minimize(score, best, method="Nelder-Mead", bounds=[(0.0, 1.0)] * 2, options=options)
    return seen


def _by_finer_grids(tried: Tried, best: Shares, width: float) -> Shares:
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


def _neighbours(tried: Tried, best: Shares) -> tuple[Neighbour, ...]:
    """Return what a step to either side of the best point changes, as far as the ranges allow one."""
    steps: list[tuple[int, Shares]] = []
    for number, share in enumerate(best):
        for step in (-STEP, STEP):
            there = min(max(share + step, 0.0), 1.0)
            shares = (*best[:number], there, *best[number + 1 :])
            if tried.key(shares) != tried.key(best):
                steps.append((number, shares))
    tried.look([shares for _, shares in steps])
    return tuple(
        Neighbour(tried.factors[number].path, tried.key(shares)[number], _change(tried, shares, best))
        for number, shares in steps
    )


def _change(tried: Tried, shares: Shares, best: Shares) -> Estimate:
    pairs = zip(tried.runs(shares), tried.runs(best), strict=False)
    return estimate(difference(there, here) for there, here in pairs)


def _corners(tried: Tried, best: Shares) -> dict[str, Literal["low", "high"]]:
    ends: dict[str, Literal["low", "high"]] = {}
    for each, value in zip(tried.factors, tried.key(best), strict=True):
        share = (value - each.low) / (each.high - each.low)
        if share <= AT_END or share >= 1.0 - AT_END:
            ends[each.path] = "low" if share < 0.5 else "high"
    return ends


def _alike(tried: Tried, best: Shares) -> dict[str, tuple[Any, Any]] | None:
    """Return the values tried whose figure cannot be told from the best, lowest and highest of each parameter."""
    here = tried.runs(best)
    if estimate(here).low is None:
        return None
    near = []
    for key, runs in tried.known.items():
        apart = estimate(difference(there, value) for there, value in zip(runs, here, strict=False))
        if apart.mean is not None and apart.low is not None and apart.high is not None and apart.low <= 0 <= apart.high:
            near.append(key)
    return {
        each.path: (min(key[number] for key in near), max(key[number] for key in near))
        for number, each in enumerate(tried.factors)
    }


def _check(factors: Sequence[Factor], figure: str) -> Goal:
    """Return whether the highest or the lowest is sought. Raises ScenarioError with everything that is wrong."""
    problems = [
        Problem("", each.path, str(each.values), "a range to search", f"write, say, {each.path}=0.1..1.0")
        for each in factors
        if not each.is_range
    ]
    if len(factors) not in GRID or len({each.path for each in factors}) < len(factors):
        problems.append(Problem("", "vary", "", "one parameter, or two different ones", "vary one or two"))
    info = FIGURES.get(figure.split(".", maxsplit=1)[0])
    if info is None:
        problems.append(Problem("", "figure", figure, "there is no such figure", "choose one of docs/figures.md"))
    if problems or info is None:
        raise ScenarioError(problems)
    return "lowest" if info.better == "lower" else "highest"
