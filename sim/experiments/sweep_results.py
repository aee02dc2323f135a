"""What a sweep is to run and has found: points, regimes, seeds, a store; written down so that others can go on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.common.estimates import Estimate
from sim.common.files import FORMAT, FolderError, make_folder, resolved_folder, whole_file, write_json
from sim.common.found_files import json_in, read_found
from sim.common.hashing import sha256_of
from sim.common.orphans import remove_orphans_in
from sim.common.presentation import Presented
from sim.experiments.point_figures import PointFigures
from sim.runs.design import MOST_POINTS, Point
from sim.runs.point_runs import FailedPoint
from sim.runs.replication import Flat
from sim.runs.seeds import MOST_REPLICATIONS, point_seed, replication_seeds
from sim.runs.store import RunKey, RunStore
from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_hash

if TYPE_CHECKING:
    import pandas as pd

KIND = "middleman sweep"
SWEEPS = "sweeps"
LARGEST_PLAN = 1_000_000_000
"""Bytes of the file of a plan: a million points of many parameters."""


@dataclass(frozen=True, repr=False)
class Sweep(Presented, PointFigures):
    """Regimes at many points, as far as they were run; figures are read from the store when they are asked for.

    Attributes:
        scenario: what the points change.
        points: values by path of the parameter.
        regimes: names; differences are to the first.
        seeds: of the replications, the same at every point unless each has its own.
        store: where the runs are.
        failures: points that could not be run, or not whole.
        own_seeds: whether each point has seeds of its own, from the first of ``seeds`` and its values.
    """

    scenario: Scenario
    points: tuple[Point, ...]
    regimes: tuple[str, ...]
    seeds: tuple[int, ...]
    store: RunStore
    failures: tuple[FailedPoint, ...] = ()
    own_seeds: bool = False

    def seeds_at(self, number: int) -> tuple[int, ...]:
        """Return the seeds of a point's replications."""
        if not self.own_seeds:
            return self.seeds
        return replication_seeds(point_seed(self.seeds[0], self.points[number]), len(self.seeds))

    def figures(self, number: int) -> dict[str, list[Flat | None]]:
        """Return a point's figures by regime, one entry for each seed; None where the run is missing, or cannot be."""
        try:
            scenario = load_scenario(self.scenario, self.points[number])
        except ScenarioError:
            return {regime: [None] * len(self.seeds) for regime in self.regimes}
        return {
            regime: [self.store.get(RunKey.of(scenario, regime, seed)) for seed in self.seeds_at(number)]
            for regime in self.regimes
        }

    def to_frame(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """Return one row per point, regime and figure: point, its values, table, regime, figure, mean, low, high, n."""
        import pandas as pd

        chosen = None if names is None else list(names)
        rows = [
            {"point": number, **point, **row}
            for number, point in enumerate(self.points)
            if self.is_sound(number)
            for row in _rows(self.estimates(number, chosen))
        ]
        return pd.DataFrame(rows)

    def to_frames(self, names: Iterable[str] | None = None) -> dict[str, pd.DataFrame]:
        """Return every table by name: figures, points and their runs, and failures where there are any."""
        import pandas as pd

        points = [
            {"point": number, **point, **{f"runs under {name}": count for name, count in self.finished(number).items()}}
            for number, point in enumerate(self.points)
        ]
        return {"figures": self.to_frame(names), "points": pd.DataFrame(points), **failures_frame(self.failures)}

    def to_dict(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the sweep as JSON says it."""
        chosen = None if names is None else list(names)
        return {
            "scenario": self.scenario.name,
            "regimes": list(self.regimes),
            "seeds": list(self.seeds),
            "points": [
                {
                    "values": point,
                    **self._seeds_said(number),
                    **(_plain(self.estimates(number, chosen)) if self.is_sound(number) else {}),
                }
                for number, point in enumerate(self.points)
            ],
            "failures": [failed.to_dict() for failed in self.failures],
        }

    def _seeds_said(self, number: int) -> dict[str, list[int]]:
        return {"seeds": list(self.seeds_at(number))} if self.own_seeds else {}

    def is_sound(self, number: int) -> bool:
        """Tell whether a point is a scenario at all."""
        try:
            load_scenario(self.scenario, self.points[number])
        except ScenarioError:
            return False
        return True


def failures_frame(failures: Sequence[FailedPoint]) -> dict[str, pd.DataFrame]:
    """Return one row per failure as a table called ``failures``; no table where there are none."""
    import pandas as pd

    rows = [
        {**each.point, "regimes": ", ".join(each.regimes), "seed": each.seed, "reason": each.reason}
        for each in failures
    ]
    return {"failures": pd.DataFrame(rows)} if rows else {}


def write_plan(sweep: Sweep) -> Path:
    """Write down in the store what a sweep is to run, so that it can be taken up again from there alone."""
    folder = sweep.store.folder / SWEEPS
    plan = {
        "kind": KIND,
        "format": FORMAT,
        "scenario": sweep.scenario.model_dump(mode="json"),
        "scenario_sha256": scenario_hash(sweep.scenario),
        "regimes": list(sweep.regimes),
        "seeds": list(sweep.seeds),
        "points": [dict(point) for point in sweep.points],
        **({"own_seeds": True} if sweep.own_seeds else {}),
    }
    name = sha256_of(json.dumps(plan, sort_keys=True))[:12]
    path = folder / f"{sweep.scenario.name}-{name}.json"
    try:
        make_folder(folder)
        remove_orphans_in([folder])
        if not _says(path, plan):
            with whole_file(path, follow=False) as partial:
                write_json(partial, plan)
    except OSError as error:
        raise sweep.store.unwritable(error) from None
    return path


def _says(path: Path, plan: Mapping[str, Any]) -> bool:
    """Tell whether a plan is there already, and is not damaged."""
    try:
        return bool(json_in(read_found(path, LARGEST_PLAN)) == plan)
    except (OSError, ValueError):
        return False


def plans(folder: str | Path) -> list[str]:
    """Return the names of the sweeps of a store."""
    return sorted(path.stem for path in (resolved_folder(folder) / SWEEPS).glob("[!.]*.json"))


def planned_sweep(folder: str | Path, name: str | None = None) -> Sweep:
    """Return a sweep of a store as it was planned; what was run of it can be read at once.

    Raises:
        FolderError: when there is none of that name, or several and no name is given.
    """
    place = resolved_folder(folder)
    known = plans(place)
    if not known:
        raise FolderError(f"{place} holds no sweep; begin one with: middleman sweep ... --store {place}")
    if name is None and len(known) > 1:
        raise FolderError(f"{place} holds several sweeps; name one of them: {', '.join(known)}")
    if name is not None and name not in known:
        raise FolderError(f"{place} holds no sweep called {name}; there are: {', '.join(known)}")
    path = place / SWEEPS / f"{name or known[0]}.json"
    try:
        plan = json_in(read_found(path, LARGEST_PLAN))
        scenario = load_scenario(plan["scenario"])
        points, regimes, seeds = (tuple(plan[part]) for part in ("points", "regimes", "seeds"))
        own_seeds = plan.get("own_seeds", False) is True
        _refuse_changed(plan, scenario)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise FolderError(f"{path} cannot be used: {said}; start the sweep again") from None
    return Sweep(scenario, points, regimes, seeds, RunStore(place), own_seeds=own_seeds)


def _refuse_changed(plan: Mapping[str, Any], scenario: Scenario) -> None:
    """Make sure that a plan is one that this version may have written. Raises ValueError."""
    if plan["kind"] != KIND or plan["format"] != FORMAT:
        raise ValueError(f"it is not a {KIND} of format {FORMAT}, which is what this version reads")
    if plan["scenario_sha256"] != scenario_hash(scenario):
        raise ValueError("its scenario was changed, or means something else in this version")
    seeds, regimes = plan["seeds"], plan["regimes"]
    known = all(type(seed) is int and 0 <= seed < 2**63 for seed in seeds)
    if not known or not 1 <= len(seeds) <= MOST_REPLICATIONS or len(plan["points"]) > MOST_POINTS:
        raise ValueError("its seeds or points were changed")
    if not regimes or not set(regimes) <= set(scenario.regime_names):
        raise ValueError("its regimes are not those of its scenario")
    if not all(isinstance(point, dict) for point in plan["points"]):
        raise ValueError("its points were changed")


def _rows(estimates: Mapping[str, Mapping[str, Mapping[str, Estimate]]]) -> Iterator[dict[str, Any]]:
    for table, by_regime in estimates.items():
        for regime, by_name in by_regime.items():
            for name, found in by_name.items():
                yield {"table": table, "regime": regime, "figure": name, **found.to_dict(), "n": found.n}


def _plain(estimates: Mapping[str, Mapping[str, Mapping[str, Estimate]]]) -> dict[str, Any]:
    def table(by_regime: Mapping[str, Mapping[str, Estimate]]) -> dict[str, Any]:
        return {regime: {name: found.to_dict() for name, found in each.items()} for regime, each in by_regime.items()}

    return {name: table(by_regime) for name, by_regime in estimates.items()}
