"""Sensitivity: which parameters decide, by Morris screening or Sobol indices (SALib)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Unpack

import numpy as np

from sim.common.presentation import Presented
from sim.common.types import FloatArray
from sim.experiments.point_figures import PointFigures
from sim.experiments.questions import Question, Setting, Wanted
from sim.experiments.sweep_results import failures_frame
from sim.experiments.sweeping import drain, setting_of
from sim.runs.design import Factor, Point
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import FailedPoint
from sim.runs.running import Source, known_regimes
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

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


@dataclass(frozen=True, repr=False)
class Sensitivity(Presented):
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


def sensitivity(
    scenario: Source,
    factors: Sequence[Factor],
    figure: str = "welfare",
    regimes: Sequence[str] = ("traditional", "direct"),
    method: Method = "morris",
    points: int = 10,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
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
        options, keywords: see ``RunOptions``; 1 replication unless given.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=1)
    market = chosen.applied_to(scenario)
    names = known_regimes(market, regimes)
    _check(factors, method, points, names)
    setting = setting_of(market, names, chosen)
    found = drain(setting, sensitivity_question(setting, factors, figure, method, points), chosen)
    if not found.influences:
        reason = f"; {found.failed[0]}" if found.failed else ""
        tried = found.runs // setting.replications
        said = f"under {' and '.join(names)} it is undefined at {found.undefined} of {tried} points{reason}"
        raise ScenarioError([Problem("", "figure", figure, said, "choose another figure, or narrower ranges")])
    return found


def sensitivity_question(
    setting: Setting, factors: Sequence[Factor], figure: str, method: Method, points: int
) -> Question[Sensitivity]:
    """Ask for the points of a design, and return which parameters decide. Walks that are whole say something before."""
    tried = sampled_points(factors, method, points, setting.seed)
    together = _together(factors, method)

    def on(found: PointFigures, count: int) -> Sensitivity:
        blocks = (range(first, first + together) for first in range(0, count, together))
        values = [value for block in blocks for value in found.on_the_same_worlds(block, figure)]
        decides = influences_of(factors, method, tried[:count], values, setting.seed)
        return Sensitivity(
            setting.scenario.name,
            figure,
            method,
            setting.regimes,
            count * setting.replications,
            decides.influences,
            decides.undefined,
            decides.left_out,
            found.failures,
        )

    def on_whole_ones(found: PointFigures) -> Sensitivity | None:
        whole = found.finished_points() // together
        return on(found, whole * together) if whole >= 2 else None

    found = yield Wanted(tried, setting.seed, on_whole_ones, steps=(0, len(tried), len(tried)))
    return on(found, len(tried))


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


def sampled_points(factors: Sequence[Factor], method: Method, points: int, seed: int) -> tuple[Point, ...]:
    """Return the points of a design: walks (Morris) or base points with their neighbours (Sobol), one after another."""
    sample = _sampled(_problem(factors), method, points, seed).tolist()
    return tuple({each.path: each.at(share) for each, share in zip(factors, row, strict=True)} for row in sample)


def influences_of(
    factors: Sequence[Factor], method: Method, tried: Sequence[Point], values: Sequence[float | None], seed: int
) -> Influences:
    """Return what moves a function of parameters, from its values at the first points of a design.

    Where the function is undefined, the whole walk (Morris) or base point (Sobol) is left out.

    Args:
        factors: the parameters.
        method: of the design.
        tried: points of whole walks or base points, in the order of ``sampled_points``.
        values: of the function there; None where it is undefined.
        seed: of the intervals' bootstrap.
    """
    found = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    blocks = found.reshape(-1, _together(factors, method))
    whole = ~np.isnan(blocks).any(axis=1)
    undefined, left_out = int(np.isnan(found).sum()), int((~whole).sum())
    if whole.sum() < 2:
        return Influences((), undefined, left_out)
    if method == "morris":
        where = np.array([[each.position(point[each.path]) for each in factors] for point in tried])
        decides = _screened(factors, where.reshape(*blocks.shape, len(factors))[whole], blocks[whole], seed)
    else:
        decides = _shared_out(factors, blocks[whole].ravel(), seed)
    return Influences(tuple(sorted(decides, key=lambda each: -each.effect)), undefined, left_out)


def _together(factors: Sequence[Factor], method: Method) -> int:
    """Return how many points a walk has (Morris), or a base point with its neighbours (Sobol)."""
    return len(factors) + (1 if method == "morris" else 2)


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    return {
        "num_vars": len(factors),
        "names": [each.path for each in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }


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
                each.path,
                float(np.abs(effects).mean()),
                float(NORMAL * drawn.std(ddof=1)),
                float(effects.mean()),
                float(effects.std(ddof=1)),
                None,
            )
        )
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
