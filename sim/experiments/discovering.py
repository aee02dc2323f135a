"""Discovery: in which markets does a regime fail somebody? Boxes of parameters, found over many markets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.design import Factor, Point, points_of
from sim.experiments.frontier import PARTIES, known_parties, two_regimes
from sim.experiments.plans import FailedPoint, failures_frame
from sim.experiments.prim import Box, Side, find_boxes
from sim.experiments.running import Source, known_regimes, prepared
from sim.experiments.sweeping import Progress, sweep
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

FEWEST_POINTS = 8
LIMITS = ["region", "parameter", "side", "value", "chance", "density", "coverage", "markets"]


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
class Region:
    """Markets that have something in common, most of which fail.

    Attributes:
        bounds: all of them hold there.
        density: share of these markets that fail.
        coverage: share of all that fail that are among them.
        markets: how many were tried there; in a later region those of earlier ones are left out.
    """

    bounds: tuple[Bound, ...]
    density: float
    coverage: float
    markets: int


@dataclass(frozen=True)
class Discovery:
    """Where a regime fails somebody.

    Attributes:
        scenario, regimes, party: what was asked for: markets in which the second regime is worse for the party.
        regions: the most telling first; empty where nothing that was varied tells.
        markets: how many were tried.
        failing: how many of them fail.
        undefined: points left out, as they could not be run or have no such figure.
        points, changes: the values tried and the mean paired differences there.
        failed: points that could not be run, or not whole.
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
                "region": number, **asdict(bound),
                "density": region.density, "coverage": region.coverage, "markets": region.markets,
            }
            for number, region in enumerate(self.regions, start=1)
            for bound in region.bounds
        ]  # fmt: skip
        return {
            "markets": self.to_frame(),
            "regions": pd.DataFrame(limits, columns=LIMITS),
            **failures_frame(self.failed),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {**asdict(self), "failed": [each.to_dict() for each in self.failed]}


def discover(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source,
    factors: Sequence[Factor],
    party: str = "customers",
    regimes: Sequence[str] = ("traditional", "direct"),
    points: int = 64,
    replications: int = 1,
    seed: int = 0,
    *,
    design: str = "latin",
    most: int = 3,
    store: str | Path | None = None,
    days: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Discovery:
    """Find in which markets the second regime is worse than the first for somebody, as boxes (PRIM).

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        factors: parameters with their ranges, or with numbers to try.
        party: for whom; see ``sim.experiments.frontier.PARTIES``.
        regimes: the two to compare.
        points: markets to try.
        replications: pairs of runs in each, the same seeds everywhere.
        seed: of the first replication, and of the design.
        design: "latin" or "sobol".
        most: regions at most.
        store, days, workers, scheduler, progress, overrides: as for ``sweep``.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    market = prepared(scenario, days, overrides, {})
    pair = two_regimes(known_regimes(market, regimes))
    known_parties([party])
    _check(factors, points)
    tried = points_of(design, factors, points, seed)
    found = sweep(
        market, tried, pair, replications, seed, store=store, workers=workers, scheduler=scheduler, progress=progress
    )
    figure = PARTIES[party]
    changes = (found.estimates(number, [figure])["differences"][pair[1]][figure].mean for number in range(len(tried)))
    kept = [(point, change) for point, change in zip(tried, changes, strict=True) if change is not None]
    values = np.array([change for _, change in kept], dtype=np.float64)
    columns = np.array([[float(point[each.path]) for each in factors] for point, _ in kept]).reshape(-1, len(factors))
    return Discovery(
        scenario=market.name,
        regimes=pair,
        party=party,
        regions=regions_of(columns, values < 0.0, [each.path for each in factors], most),
        markets=len(kept),
        failing=int((values < 0.0).sum()),
        undefined=len(tried) - len(kept),
        points=tuple(point for point, _ in kept),
        changes=tuple(values.tolist()),
        failed=found.failures,
    )


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
