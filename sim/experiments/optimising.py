"""What is best for one party: a price, a commission, a stocking level, with rivals that answer by their own rules.

Every value is tried on the same seeds (common random numbers), so that the figure moves smoothly with it. A coarse grid
finds the neighbourhood; SciPy then looks closer, by golden section with parabolic steps (Brent 1973) along one
parameter, by simplex in two (Nelder & Mead 1965). Whole numbers are narrowed down by ever finer grids.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Unpack

from sim.common.estimates import Estimate, difference, estimate
from sim.common.presentation import Presented
from sim.experiments.optimiser import GRID, EvaluatedPoints, Goal, Search, Shares, points_of_search
from sim.experiments.point_figures import PointFigures
from sim.experiments.questions import Question, Setting, Wanted
from sim.experiments.sweep_results import failures_frame
from sim.experiments.sweeping import drain, setting_of
from sim.results.figures import FIGURES
from sim.runs.design import Factor, Point
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import FailedPoint
from sim.runs.running import Source, known_regimes
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

STEP = 0.05
"""How far to either side the neighbourhood is looked at, as a share of the range."""
AT_END = 0.005
"""Within this share of its range a parameter lies at its end."""


@dataclass(frozen=True)
class Neighbour:
    """What a step away from the best value changes, paired by seed.

    Attributes:
        parameter: which one is moved.
        value: to where.
        change: the figure there less that at the best value, on the seeds of ``Optimum.best``.
    """

    parameter: str
    value: Any
    change: Estimate


@dataclass(frozen=True, repr=False)
class Optimum(Presented):
    """The values that are best for one party.

    Attributes:
        scenario, regime, figure, goal: what was asked for.
        values: the best values found, by path.
        best: the figure there, under seeds that had no part in choosing: on those it was chosen by, the best of many
            is flattered by chance.
        searched: the same on the seeds of the search.
        corners: parameters that lie at an end of their range, and which: beyond it there may be better.
        alike: for each parameter the lowest and highest value tried whose figure cannot be told from the best; None
            where there is no interval, from one run.
        neighbours: what a step to either side changes.
        tried: how many points were.
        points: all of them with the figure there, on the seeds of the search.
        failed: points that could not be run, or not whole.
    """

    scenario: str
    regime: str
    figure: str
    goal: Goal
    values: Point
    best: Estimate
    searched: Estimate
    corners: Mapping[str, Literal["low", "high"]]
    alike: Mapping[str, tuple[Any, Any]] | None
    neighbours: tuple[Neighbour, ...]
    tried: int
    points: tuple[tuple[Point, Estimate], ...] = ()
    failed: tuple[FailedPoint, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per neighbour: parameter, value, mean, low, high of the change."""
        import pandas as pd

        return pd.DataFrame(
            [{"parameter": each.parameter, "value": each.value, **each.change.to_dict()} for each in self.neighbours]
        )

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by name: the best values, neighbours, points tried, failures if there are any."""
        import pandas as pd

        best = [
            {"parameter": path, "value": value, "end": self.corners.get(path), **self._like(path)}
            for path, value in self.values.items()
        ]
        judged = {"afresh": self.best, "on the seeds of the search": self.searched}
        points = [{**point, **found.to_dict(), "n": found.n} for point, found in self.points]
        tables = {
            "best": best,
            "figure": [{"judged": name, **found.to_dict(), "n": found.n} for name, found in judged.items()],
            "tried": points,
        }
        frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
        return {"neighbours": self.to_frame(), **frames, **failures_frame(self.failed)}

    def _like(self, path: str) -> dict[str, Any]:
        """Return between which values there was none worse for certain."""
        low, high = (self.alike or {}).get(path, (None, None))
        return {"alike from": low, "alike to": high}

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {**asdict(self), "failed": [each.to_dict() for each in self.failed]}


def optimise(
    scenario: Source,
    factors: Sequence[Factor],
    figure: str,
    regime: str,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Optimum:
    """Find the value of one or two parameters that is best for a figure; all other firms go on by their own rules.

    A rival that is to answer needs a rule that does: ``match``, ``best_response``, ``learning``.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        factors: one or two parameters with their ranges.
        figure: dotted name; the lowest is sought of those that are better when lower, else the highest.
        regime: under which.
        options, keywords: see ``RunOptions``; 5 replications unless given at each value, and as many again, with other
            seeds, at the best one and beside it.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=5)
    market = chosen.applied_to(scenario)
    names = known_regimes(market, [regime])
    goal = _check(factors, figure)
    setting = setting_of(market, names, chosen)
    return drain(setting, optimum_question(setting, factors, figure, goal), chosen)


def optimum_question(setting: Setting, factors: Sequence[Factor], figure: str, goal: Goal) -> Question[Optimum]:
    """Ask for the points of a search, then for the best one and what lies beside it on fresh seeds."""
    search = Search(factors, goal)
    tried, (expected, bound) = search.tried, points_of_search(factors)
    beside, failed = 1 + 2 * len(factors), list[FailedPoint]()
    while points := search.next_points():
        left = max(expected - len(tried.known) - len(points), 0)
        found = yield Wanted(points, setting.seed, _nothing, later=left + beside, bound=bound)
        failed.extend(found.failures)
        # Without a world in which something breaks a point may look better than the others: it does not compete.
        broken = [each.point for each in failed if each.seed is not None]
        runs = _runs(found, figure)
        tried.learn(points, [[] if point in broken else runs[number] for number, point in enumerate(points)])
    best = search.best
    if tried.score(best) == math.inf:
        said = f"it is undefined under {setting.regimes[0]}" + (f"; {failed[0]}" if failed else "")
        remedy = "try another seed, or see to the reason" if failed else "choose another figure"
        raise ScenarioError([Problem("", "figure", figure, said, remedy)])
    afresh = EvaluatedPoints(factors, goal)
    points = tuple(map(afresh.point, dict.fromkeys([best, *(shares for _, shares in _steps(tried, best))])))
    fresh = replication_seeds(setting.seed, setting.replications + 1)[-1]
    found = yield Wanted(points, fresh, _nothing, bound=bound)
    failed.extend(found.failures)
    afresh.learn(points, _runs(found, figure))
    return Optimum(
        setting.scenario.name,
        setting.regimes[0],
        figure,
        goal,
        tried.point(best),
        estimate(afresh.runs(best)),
        estimate(tried.runs(best)),
        _corners(tried, best),
        _alike(tried, best),
        _neighbours(afresh, best),
        len(tried.known),
        tried.points(),
        tuple(failed),
    )


def _nothing(found: PointFigures) -> None:
    """Return nothing: a search says nothing before its end."""
    del found


def _runs(found: PointFigures, figure: str) -> list[list[float | None]]:
    """Return the figure at each point, replication by replication."""
    return [
        [None if flat is None else flat.get(figure) for flat in found.figures(number)[found.regimes[0]]]
        if found.is_sound(number)
        else []
        for number in range(len(found.points))
    ]


def _steps(tried: EvaluatedPoints, best: Shares) -> list[tuple[int, Shares]]:
    """Return a step to either side of the best point in each parameter, as far as the ranges allow one."""
    steps: list[tuple[int, Shares]] = []
    for number, share in enumerate(best):
        for step in (-STEP, STEP):
            there = min(max(share + step, 0.0), 1.0)
            shares = (*best[:number], there, *best[number + 1 :])
            if tried.key(shares) != tried.key(best):
                steps.append((number, shares))
    return steps


def _neighbours(tried: EvaluatedPoints, best: Shares) -> tuple[Neighbour, ...]:
    """Return what a step to either side of the best point changes."""
    return tuple(
        Neighbour(tried.factors[number].path, tried.key(shares)[number], _change(tried, shares, best))
        for number, shares in _steps(tried, best)
    )


def _change(tried: EvaluatedPoints, shares: Shares, best: Shares) -> Estimate:
    pairs = zip(tried.runs(shares), tried.runs(best), strict=False)
    return estimate(difference(there, here) for there, here in pairs)


def _corners(tried: EvaluatedPoints, best: Shares) -> dict[str, Literal["low", "high"]]:
    ends: dict[str, Literal["low", "high"]] = {}
    for each, value in zip(tried.factors, tried.key(best), strict=True):
        share = (value - each.low) / (each.high - each.low)
        if share <= AT_END or share >= 1.0 - AT_END:
            ends[each.path] = "low" if share < 0.5 else "high"
    return ends


def _alike(tried: EvaluatedPoints, best: Shares) -> dict[str, tuple[Any, Any]] | None:
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
        problems.append(
            Problem(
                "",
                "vary",
                "",
                "one parameter, or two different ones",
                "vary, say, suppliers.direct_pricing.gap_share=0.1..0.9",
            )
        )
    info = FIGURES.get(figure.split(".", maxsplit=1)[0])
    if info is None:
        problems.append(
            Problem("", "figure", figure, "there is no such figure", "`middleman explain figures` lists them")
        )
    if problems or info is None:
        raise ScenarioError(problems)
    return "lowest" if info.better == "lower" else "highest"
