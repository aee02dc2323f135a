"""Sensitivity: which parameters decide, by Morris screening or Sobol indices (SALib)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sweep_results import FailedPoint, failures_frame
from sim.experiments.sweeping import Progress, sweep
from sim.runs.design import Factor, Point
from sim.runs.running import Source, known_regimes, prepared
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

FloatArray: TypeAlias = NDArray[np.float64]
Method: TypeAlias = Literal["morris", "sobol"]
RESAMPLES, NORMAL = 1000, 1.959964
"""Bootstrap samples, and standard deviations to either side that hold 95 % of a normal distribution."""
METHODS: tuple[Method, ...] = ("morris", "sobol")


@dataclass(frozen=True)
class Influence:
    """How much a parameter moves a figure over the ranges given. Intervals are half-widths at 95 %, by bootstrap.

    Attributes:
        parameter: its path.
        effect: Morris: mean absolute effect of going through the whole range, in the figure's unit (mu*, Campolongo et
            al. 2007). Sobol: share of the variance it explains by itself (first order, Sobol' 1993).
        effect_interval: half-width of the interval of ``effect``.
        direction: Morris: mean effect with its sign; None for Sobol.
        together: Morris: standard deviation of effects, large where the parameter works with others or not in a line.
            Sobol: share of the variance it takes part in (total order, Homma & Saltelli 1996).
        together_interval: half-width of the interval of ``together``; None for Morris.
    """

    parameter: str
    effect: float
    effect_interval: float
    direction: float | None
    together: float
    together_interval: float | None

    @property
    def is_felt(self) -> bool:
        """Tell whether this is more than chance: its interval leaves zero out."""
        return self.effect > self.effect_interval and self.effect > 0

    def may_exceed(self, other: Influence) -> bool:
        """Tell whether chance alone may have put this one behind ``other``: their intervals meet."""
        return self.effect + self.effect_interval >= other.effect - other.effect_interval


@dataclass(frozen=True)
class Sensitivity:
    """What decides a figure, or its difference between two regimes.

    Attributes:
        scenario, figure, method: what was asked for.
        regimes: one: the figure under it; two: the second's less the first's.
        runs: values of the figure that were computed.
        influences: the strongest first.
        undefined: at how many points there is no such figure.
        left_out: how many of the walks (Morris) or base points (Sobol) these points belong to; they say nothing.
        failed: points that could not be run, or not whole.
    """

    scenario: str
    figure: str
    method: Method
    regimes: tuple[str, ...]
    runs: int
    influences: tuple[Influence, ...]
    undefined: int = 0
    left_out: int = 0
    failed: tuple[FailedPoint, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parameter, the strongest first."""
        import pandas as pd

        return pd.DataFrame([asdict(influence) for influence in self.influences])

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by name: influences, and failures where there are any."""
        return {"influences": self.to_frame(), **failures_frame(self.failed)}

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {**asdict(self), "failed": [each.to_dict() for each in self.failed]}


def find_sensitivity(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source,
    factors: Sequence[Factor],
    figure: str = "welfare",
    regimes: Sequence[str] = ("traditional", "direct"),
    method: Method = "morris",
    points: int = 10,
    replications: int = 1,
    seed: int = 0,
    *,
    store: str | Path | None = None,
    days: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Sensitivity:
    """Find which parameters decide a figure, or the difference of one between two regimes.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        factors: parameters with their ranges, two or more.
        figure: dotted name.
        regimes: one, or two to look at their difference.
        method: "morris": ``points`` walks through the ranges, factors + 1 points each, to tell what matters at all;
            "sobol": ``points`` (a power of 2) times factors + 2, to share out the variance.
        points: see ``method``.
        replications: runs at each point, the same seeds everywhere.
        seed: of the first replication, and of the design.
        store, days, workers, scheduler, progress, overrides: as for ``sweep``.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    market = prepared(scenario, days, overrides, {})
    names = known_regimes(market, regimes)
    _check(factors, method, points, names)

    failed: list[FailedPoint] = []

    def values_at(tried: Sequence[Point]) -> list[float | None]:
        found = sweep(
            market, tried, names, replications, seed, store=store, workers=workers, scheduler=scheduler,
            progress=progress,
        )  # fmt: skip
        failed.extend(found.failures)
        together = len(factors) + (1 if method == "morris" else 2)
        blocks = (range(first, first + together) for first in range(0, len(tried), together))
        return [value for block in blocks for value in found.on_the_same_worlds(block, figure)]

    found, tried = influences_on(values_at, factors, method, points, seed)
    if not found.influences:
        told = f"; {failed[0]}" if failed else ""
        said = f"under {' and '.join(names)} it is undefined at {found.undefined} of {tried} points{told}"
        raise ScenarioError([Problem("", "figure", figure, said, "choose another figure, or narrower ranges")])
    return Sensitivity(
        market.name, figure, method, names, tried * replications, found.influences, found.undefined, found.left_out,
        tuple(failed),
    )  # fmt: skip


@dataclass(frozen=True)
class Influences:
    """What moves a function of parameters.

    Attributes:
        influences: the strongest first; empty where fewer than two walks or base points are whole.
        undefined: at how many points the function is undefined.
        left_out: how many walks or base points these belong to.
    """

    influences: tuple[Influence, ...]
    undefined: int
    left_out: int


def influences_on(
    values_at: Callable[[Sequence[Point]], Sequence[float | None]],
    factors: Sequence[Factor],
    method: Method,
    points: int,
    seed: int,
) -> tuple[Influences, int]:
    """Find what moves any function of parameters. Returns that, and how many points were tried.

    Where the function is undefined, the whole walk (Morris) or base point (Sobol) is left out.
    """
    sample = _sampled(_problem(factors), method, points, seed)
    tried = _points(factors, sample)
    return _influences(factors, tried, _numbers(values_at(tried)), method, seed), len(tried)


@dataclass(frozen=True)
class Walks:
    """Morris' walks, one after the other: ``factors + 1`` points each, one parameter changed at every step.

    Attributes:
        factors: what is varied.
        points: values by path, in the order of the walks.
    """

    factors: tuple[Factor, ...]
    points: tuple[Point, ...]


def walks(factors: Sequence[Factor], points: int, seed: int) -> Walks:
    """Return the walks that ``find_sensitivity`` takes by Morris' method with as many ``points``."""
    sample = _sampled(_problem(factors), "morris", points, seed)
    return Walks(tuple(factors), tuple(_points(factors, sample)))


def influences_of(plan: Walks, values: Sequence[float | None], seed: int) -> Influences:
    """Return influences from whole walks, the first ones.

    Args:
        plan: the walks.
        values: at the first points of it, a multiple of ``factors + 1``.
        seed: of the intervals' bootstrap.
    """
    return _influences(plan.factors, plan.points[: len(values)], _numbers(values), "morris", seed)


def _numbers(values: Sequence[float | None]) -> FloatArray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _influences(
    factors: Sequence[Factor], points: Sequence[Point], values: FloatArray, method: Method, seed: int
) -> Influences:
    """Return what values at the points of a design say. Points that belong together follow one another."""
    together = len(factors) + (1 if method == "morris" else 2)
    blocks = values.reshape(-1, together)
    whole = ~np.isnan(blocks).any(axis=1)
    undefined, left_out = int(np.isnan(values).sum()), int((~whole).sum())
    if whole.sum() < 2:
        return Influences((), undefined, left_out)
    if method == "morris":
        where = np.array([[each.position(point[each.path]) for each in factors] for point in points])
        found = _screened(factors, where.reshape(-1, together, len(factors))[whole], blocks[whole], seed)
    else:
        found = _shared_out(factors, blocks[whole].ravel(), seed)
    return Influences(tuple(sorted(found, key=lambda each: -each.effect)), undefined, left_out)


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    return {
        "num_vars": len(factors),
        "names": [each.path for each in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }


def _points(factors: Sequence[Factor], sample: FloatArray) -> list[Point]:
    return [{each.path: each.at(share) for each, share in zip(factors, row, strict=True)} for row in sample.tolist()]


def _check(factors: Sequence[Factor], method: str, points: int, names: Sequence[str]) -> None:
    problems = []
    if len(factors) < 2:
        problems.append(Problem("", "vary", "", "two parameters or more", "vary another one"))
    if method not in METHODS:
        problems.append(Problem("", "method", method, f"the methods are: {', '.join(METHODS)}", "choose one of these"))
    if points < 2 or (method == "sobol" and points & (points - 1)):
        allowed = "a power of 2" if method == "sobol" else "2 or more"
        problems.append(Problem("", "points", str(points), allowed, "write, say, 16"))
    if len(names) > 2:
        problems.append(Problem("", "regimes", ", ".join(names), "one or two", "name one, or two to compare"))
    if problems:
        raise ScenarioError(problems)


def _sampled(problem: Mapping[str, Any], method: Method, points: int, seed: int) -> FloatArray:
    """Return shares of the ranges to try, shape (points, factors)."""
    if method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, points, num_levels=4, seed=seed), dtype=np.float64)
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, points, calc_second_order=False, seed=seed), dtype=np.float64)


def elementary_effects(where: FloatArray, values: FloatArray) -> FloatArray:
    """Return the effect of each step of Morris' walks, as if it had gone through the whole range of its parameter.

    A step is divided by how far it really went: a parameter with two values goes all the way, where the design says
    two thirds.

    Args:
        where: positions along the ranges, shape (walks, factors + 1, factors).
        values: of the function there, shape (walks, factors + 1).

    Returns:
        Shape (walks, factors). NaN where a step changed nothing.
    """
    steps, changes = np.diff(where, axis=1), np.diff(values, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    effects = np.full((where.shape[0], where.shape[2]), np.nan)
    for walk, columns in enumerate(moved):
        for step, column in enumerate(columns):
            if steps[walk, step, column] != 0.0:
                effects[walk, column] = changes[walk, step] / steps[walk, step, column]
    return effects


def _screened(factors: Sequence[Factor], where: FloatArray, values: FloatArray, seed: int) -> list[Influence]:
    """Return what Morris' walks say; intervals by bootstrap over walks."""
    rng = np.random.default_rng(seed)
    influences = []
    for each, column in zip(factors, elementary_effects(where, values).T, strict=True):
        effects = column[~np.isnan(column)]
        if len(effects) < 2:  # one value only: there is nothing to go through
            influences.append(Influence(each.path, 0.0, 0.0, 0.0, 0.0, None))
            continue
        drawn = np.abs(rng.choice(effects, (RESAMPLES, len(effects)))).mean(axis=1)
        influences.append(
            Influence(
                each.path, float(np.abs(effects).mean()), float(NORMAL * drawn.std(ddof=1)), float(effects.mean()),
                float(effects.std(ddof=1)), None,
            )
        )  # fmt: skip
    return influences


def _shared_out(factors: Sequence[Factor], values: FloatArray, seed: int) -> list[Influence]:
    """Return Sobol indices."""
    from SALib.analyze import sobol

    found = sobol.analyze(_problem(factors), values, calc_second_order=False, seed=seed)
    columns = [found[part] for part in ("S1", "S1_conf", "ST", "ST_conf")]
    return [
        Influence(each.path, float(first), float(first_interval), None, float(total), float(total_interval))
        for each, first, first_interval, total, total_interval in zip(factors, *columns, strict=True)
    ]
