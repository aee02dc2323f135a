"""Sensitivity: which parameters decide, by Morris screening or Sobol indices (SALib)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.experiments.design import Factor, Point
from sim.experiments.running import Source, known_regimes, prepared
from sim.experiments.sweeping import Progress, sweep
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

FloatArray: TypeAlias = NDArray[np.float64]
Method: TypeAlias = Literal["morris", "sobol"]
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


@dataclass(frozen=True)
class Sensitivity:
    """What decides a figure, or its difference between two regimes.

    Attributes:
        scenario, figure, method: what was asked for.
        regimes: one: the figure under it; two: the second's less the first's.
        runs: values of the figure that were computed.
        influences: the strongest first.
        failures: how many points came to nothing and stand in with the mean of the others.
    """

    scenario: str
    figure: str
    method: Method
    regimes: tuple[str, ...]
    runs: int
    influences: tuple[Influence, ...]
    failures: int = 0

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parameter, the strongest first."""
        import pandas as pd

        return pd.DataFrame([asdict(influence) for influence in self.influences])

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return asdict(self)


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

    def values_at(tried: Sequence[Point]) -> list[float | None]:
        found = sweep(
            market, tried, names, replications, seed, store=store, workers=workers, scheduler=scheduler,
            progress=progress,
        )  # fmt: skip
        return [_value(found.estimates(number, [figure]), figure, names) for number in range(len(tried))]

    influences, tried, failures = influences_on(values_at, factors, method, points, seed)
    if not influences:
        said = f"it is undefined under {' and '.join(names)} at every point"
        raise ScenarioError([Problem("", "figure", figure, said, "choose another figure")])
    return Sensitivity(market.name, figure, method, names, tried * replications, influences, failures)


def influences_on(
    values_at: Callable[[Sequence[Point]], Sequence[float | None]],
    factors: Sequence[Factor],
    method: Method,
    points: int,
    seed: int,
) -> tuple[tuple[Influence, ...], int, int]:
    """Find what moves any function of parameters: influences, the strongest first; points tried; points undefined.

    Where the function is undefined, the mean of all others stands in. No influences where it is so everywhere.
    """
    sample = _sampled(_problem(factors), method, points, seed)
    tried = _points(factors, sample)
    values = np.array([np.nan if value is None else value for value in values_at(tried)], dtype=np.float64)
    found, failures = _influences(factors, sample, values, method, seed)
    return found, len(tried), failures


@dataclass(frozen=True)
class Walks:
    """Morris' walks, one after the other: ``factors + 1`` points each, one parameter changed at every step.

    Attributes:
        factors: what is varied.
        sample: shares of the ranges, shape (points, factors).
        points: the same as values.
    """

    factors: tuple[Factor, ...]
    sample: FloatArray
    points: tuple[Point, ...]


def walks(factors: Sequence[Factor], points: int, seed: int) -> Walks:
    """Return the walks that ``find_sensitivity`` takes by Morris' method with as many ``points``."""
    sample = _sampled(_problem(factors), "morris", points, seed)
    return Walks(tuple(factors), sample, tuple(_points(factors, sample)))


def influences_of(plan: Walks, values: Sequence[float | None], seed: int) -> tuple[tuple[Influence, ...], int]:
    """Return influences, the strongest first, and how many values were undefined, from whole walks: the first ones.

    Args:
        plan: the walks.
        values: at the first points of it, a multiple of ``factors + 1``.
        seed: of the intervals' bootstrap.
    """
    known = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return _influences(plan.factors, plan.sample[: len(values)], known, "morris", seed)


def _influences(
    factors: Sequence[Factor], sample: FloatArray, values: FloatArray, method: Method, seed: int
) -> tuple[tuple[Influence, ...], int]:
    missing = np.isnan(values)
    if missing.all():
        return (), len(values)
    whole = np.where(missing, np.nanmean(values), values)
    found = _analysed(_problem(factors), sample, whole, method, seed)
    return tuple(sorted(found, key=lambda each: -each.effect)), int(missing.sum())


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


def _value(estimates: Mapping[str, Any], figure: str, names: Sequence[str]) -> float | None:
    """Return the figure at a point: under the one regime, or the difference; None where it is undefined."""
    table = estimates["figures"][names[0]] if len(names) == 1 else estimates["differences"][names[1]]
    mean: float | None = table[figure].mean
    return mean


def _sampled(problem: Mapping[str, Any], method: Method, points: int, seed: int) -> FloatArray:
    """Return shares of the ranges to try, shape (points, factors)."""
    if method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, points, num_levels=4, seed=seed), dtype=np.float64)
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, points, calc_second_order=False, seed=seed), dtype=np.float64)


def _analysed(
    problem: Mapping[str, Any], sample: FloatArray, values: FloatArray, method: Method, seed: int
) -> list[Influence]:
    names: list[str] = problem["names"]
    if method == "morris":
        from SALib.analyze import morris

        found = morris.analyze(problem, sample, values, num_levels=4, seed=seed)
        columns = [found[part] for part in ("mu_star", "mu_star_conf", "mu", "sigma")]
        return [
            Influence(name, float(effect), float(interval), float(direction), float(sigma), None)
            for name, effect, interval, direction, sigma in zip(names, *columns, strict=True)
        ]
    from SALib.analyze import sobol

    found = sobol.analyze(problem, values, calc_second_order=False, seed=seed)
    columns = [found[part] for part in ("S1", "S1_conf", "ST", "ST_conf")]
    return [
        Influence(name, float(first), float(first_interval), None, float(total), float(total_interval))
        for name, first, first_interval, total, total_interval in zip(names, *columns, strict=True)
    ]
