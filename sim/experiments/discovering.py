"""Discovery: in which markets does a regime fail somebody? Boxes of parameters, found over many markets.

A box is drawn around the markets that fail, so that among these it is flattered: each is judged again on fresh markets,
of another design and with other seeds, that had no part in finding it. Each of them has a seed of its own, since the
interval of a share assumes that whether one market fails says nothing of another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
from numpy.typing import NDArray

from sim.common.presentation import Presented
from sim.experiments.point_figures import PointFigures
from sim.experiments.prim import Box, Side, find_boxes, within
from sim.experiments.questions import PARTIES, Question, Setting, Wanted, known_parties, two_regimes
from sim.experiments.sweep_results import failures_frame
from sim.experiments.sweeping import drain, setting_of
from sim.runs.design import Factor, Point, points_of
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import FailedPoint
from sim.runs.running import Source, known_regimes
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

FEWEST_POINTS = 8
LIMITS = [
    "region",
    "parameter",
    "side",
    "value",
    "chance",
    "density",
    "coverage",
    "markets",
    "fresh density",
    "fresh density low",
    "fresh density high",
    "fresh coverage",
    "fresh markets",
]
NORMAL = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""
Tried: TypeAlias = Sequence[tuple[Point, float]]
"""Markets, by the values of their parameters, with what the second regime changes there."""


@dataclass(frozen=True)
class Bound:
    """One limit of a box: the parameter lies above or below a value.

    Attributes:
        parameter: its path.
        side, value: what it lies above or below.
        chance: probability that chance alone would explain it as well (quasi-p, Bryant & Lempert 2010).
    """

    parameter: str
    side: Side
    value: float
    chance: float


@dataclass(frozen=True)
class Judged:
    """How a region does among markets that had no part in finding it.

    Attributes:
        density: share of its markets that fail; None where none of the fresh ones lies in it.
        low, high: 95 % interval of ``density`` (Wilson 1927).
        coverage: share of all that fail that are in it; None where none fails.
        markets: how many lie in it; in a later region those of earlier ones are left out.
        elsewhere: share of all other markets that fail; None where there are no others.
    """

    density: float | None
    low: float | None
    high: float | None
    coverage: float | None
    markets: int
    elsewhere: float | None

    @property
    def holds(self) -> bool:
        """Whether more markets fail there, for certain, than elsewhere."""
        return self.low is not None and (self.elsewhere is None or self.low > self.elsewhere)


@dataclass(frozen=True)
class Region:
    """Markets that have something in common, most of which fail.

    Attributes:
        bounds: all of them hold there.
        density: share of these markets that fail, among those it was found by.
        coverage: share of all that fail that are among them, likewise.
        markets: how many were tried there; in a later region those of earlier ones are left out.
        fresh: the same among fresh markets; None before these are run.
    """

    bounds: tuple[Bound, ...]
    density: float
    coverage: float
    markets: int
    fresh: Judged | None = None


@dataclass(frozen=True, repr=False)
class Discovery(Presented):
    """Where a regime fails somebody.

    Attributes:
        scenario, regimes, party: what was asked for: markets in which the second regime is worse for the party.
        regions: the most telling first; empty where nothing that was varied tells.
        markets: how many were tried.
        failing: how many of them fail.
        undefined: points left out, as they could not be run or have no such figure.
        points, changes: the values tried and the mean paired differences there.
        failed: points that could not be run, or not whole.
        fresh_markets, fresh_failing: how many fresh markets the regions were judged on, and how many of them fail.
    """

    scenario: str
    regimes: tuple[str, str]
    party: str
    regions: tuple[Region, ...]
    markets: int
    failing: int
    undefined: int
    points: tuple[Point, ...]
    changes: tuple[float, ...]
    failed: tuple[FailedPoint, ...] = ()
    fresh_markets: int = 0
    fresh_failing: int = 0

    def to_frame(self) -> pd.DataFrame:
        """Return one row per market: the values of its parameters, and what the second regime changes there."""
        import pandas as pd

        return pd.DataFrame(
            [{**point, "change": change} for point, change in zip(self.points, self.changes, strict=True)]
        )

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by name: markets, regions by limit, and failures where there are any."""
        import pandas as pd

        limits = [
            {
                "region": number,
                **asdict(bound),
                "density": region.density,
                "coverage": region.coverage,
                "markets": region.markets,
                **_fresh_columns(region.fresh),
            }
            for number, region in enumerate(self.regions, start=1)
            for bound in region.bounds
        ]
        return {
            "markets": self.to_frame(),
            "regions": pd.DataFrame(limits, columns=LIMITS),
            **failures_frame(self.failed),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {**asdict(self), "failed": [each.to_dict() for each in self.failed]}


def discover(
    scenario: Source,
    factors: Sequence[Factor],
    party: str = "customers",
    regimes: Sequence[str] = ("traditional", "direct"),
    points: int = 64,
    *,
    design: str = "latin",
    most: int = 3,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Discovery:
    """Find in which markets the second regime is worse than the first for somebody, as boxes (PRIM).

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        factors: parameters with their ranges, or with numbers to try.
        party: for whom; see ``sim.experiments.questions.PARTIES``.
        regimes: the two to compare.
        points: markets to try; where regions are found, as many fresh ones again, with other seeds, to judge them on.
        design: "latin" or "sobol".
        most: regions at most.
        options, keywords: see ``RunOptions``; 1 replication unless given.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=1)
    market = chosen.applied_to(scenario)
    pair = two_regimes(known_regimes(market, regimes))
    known_parties([party])
    _check(factors, points)
    setting = setting_of(market, pair, chosen)
    return drain(setting, discovery_question(setting, factors, party, points, design=design, most=most), chosen)


def discovery_question(
    setting: Setting, factors: Sequence[Factor], party: str, points: int, *, design: str = "latin", most: int = 3
) -> Question[Discovery]:
    """Ask for the markets of a design, then for fresh ones on which the regions that are found are judged.

    Once half of the markets are there, they say something.
    """
    pair, total = (setting.regimes[0], setting.regimes[1]), 2 * points

    def markets(found: PointFigures, count: int) -> list[tuple[Point, float]]:
        means = [found.change(number, PARTIES[party]).mean for number in range(count)]
        return [(point, mean) for point, mean in zip(found.points, means, strict=False) if mean is not None]

    def regions(found: PointFigures, count: int) -> Discovery:
        tried = markets(found, count)
        return replace(
            discovered(setting.scenario.name, pair, party, factors, tried, count, most), failed=found.failures
        )

    def on_the_first_half(found: PointFigures) -> Discovery | None:
        count = found.finished_points()
        return regions(found, count) if 2 * count >= points and markets(found, count) else None

    tried = tuple(points_of(design, factors, points, setting.seed))
    found = yield Wanted(
        tried, setting.seed, on_the_first_half, later=points, bound="at most", steps=(0, points, total)
    )
    discovery = regions(found, points)
    if not discovery.regions:
        return discovery
    seed = fresh_seed(setting.seed, setting.replications)
    fresh = tuple(points_of(design, factors, points, seed))
    found = yield Wanted(
        fresh, seed, lambda _: discovery, bound="at most", steps=(points, total, total), own_seeds=True
    )
    failed = (*discovery.failed, *found.failures)
    return replace(judged_afresh(discovery, markets(found, points)), failed=failed)


def fresh_seed(seed: int, replications: int) -> int:
    """Return the first seed of the markets that regions are judged on, and that of their design."""
    return replication_seeds(seed, replications + 1)[-1]


def discovered(
    scenario: str, regimes: tuple[str, str], party: str, factors: Sequence[Factor], kept: Tried, tried: int, most: int
) -> Discovery:
    """Return the regions in which markets fail, not judged on fresh markets yet.

    Args:
        scenario, regimes, party: see ``Discovery``.
        factors: the parameters that were varied.
        kept: markets that could be run and have the figure.
        tried: how many were tried.
        most: regions at most.
    """
    paths = [each.path for each in factors]
    values = np.array([change for _, change in kept], dtype=np.float64)
    return Discovery(
        scenario=scenario,
        regimes=regimes,
        party=party,
        regions=regions_of(_columns(kept, paths), values < 0.0, paths, most),
        markets=len(kept),
        failing=int((values < 0.0).sum()),
        undefined=tried - len(kept),
        points=tuple(point for point, _ in kept),
        changes=tuple(values.tolist()),
    )


def judged_afresh(found: Discovery, fresh: Tried) -> Discovery:
    """Return a discovery with its regions judged on markets that had no part in finding them."""
    paths = list(found.points[0])
    failing = np.array([change < 0.0 for _, change in fresh], dtype=np.bool_)
    columns, left = _columns(fresh, paths), np.ones(len(fresh), dtype=np.bool_)
    regions = []
    for region in found.regions:
        limits = {(paths.index(bound.parameter), bound.side): bound.value for bound in region.bounds}
        inside = left & within(columns, limits)
        left &= ~inside
        regions.append(replace(region, fresh=_judged(inside, failing)))
    return replace(found, regions=tuple(regions), fresh_markets=len(fresh), fresh_failing=int(failing.sum()))


def _judged(inside: NDArray[np.bool_], failing: NDArray[np.bool_]) -> Judged:
    markets, hits, all_failing = int(inside.sum()), int(failing[inside].sum()), int(failing.sum())
    others = len(failing) - markets
    low, high = wilson(hits, markets) if markets else (None, None)
    return Judged(
        density=hits / markets if markets else None,
        low=low,
        high=high,
        coverage=hits / all_failing if all_failing else None,
        markets=markets,
        elsewhere=(all_failing - hits) / others if others else None,
    )


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), which stays between 0 and 1 and is no point at either."""
    share, z2 = hits / tries, NORMAL**2
    middle = (share + z2 / (2 * tries)) / (1 + z2 / tries)
    half = NORMAL / (1 + z2 / tries) * math.sqrt(share * (1 - share) / tries + z2 / (4 * tries**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _columns(kept: Tried, paths: Sequence[str]) -> NDArray[np.float64]:
    """Return values of the parameters, shape (markets, parameters)."""
    rows = [[float(point[path]) for path in paths] for point, _ in kept]
    return np.array(rows, dtype=np.float64).reshape(-1, len(paths))


def _fresh_columns(fresh: Judged | None) -> dict[str, float | int | None]:
    if fresh is None:
        return dict.fromkeys(LIMITS[-5:])
    values = (fresh.density, fresh.low, fresh.high, fresh.coverage, fresh.markets)
    return dict(zip(LIMITS[-5:], values, strict=True))


def regions_of(
    values: NDArray[np.float64], failing: NDArray[np.bool_], paths: Sequence[str], most: int
) -> tuple[Region, ...]:
    """Return the regions in which markets fail, given parameters, shape (markets, parameters), and which do."""
    return tuple(_region(box, paths) for box in find_boxes(values, failing, most))


def _region(box: Box, paths: Sequence[str]) -> Region:
    bounds = [
        Bound(paths[column], side, value, box.chances[column, side]) for (column, side), value in box.limits.items()
    ]
    return Region(tuple(bounds), box.density, box.coverage, int(box.inside.sum()))


def _check(factors: Sequence[Factor], points: int) -> None:
    problems = [
        Problem("", each.path, str(each.values), "boxes need numbers", "vary a range, or give numbers")
        for each in factors
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in each.values)
    ]
    if not factors:
        problems.append(Problem("", "vary", "", "one parameter or more", "vary one"))
    if points < FEWEST_POINTS:
        problems.append(Problem("", "points", str(points), f"{FEWEST_POINTS} or more", "write, say, 64"))
    if problems:
        raise ScenarioError(problems)
