"""What a page shows of single runs: the map of one, the prices of one; first of its opening days, then of all.

What was made once is there for everybody: kept in memory by the service, and on disk in the folder of results.
"""

from __future__ import annotations

import io
import json
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import pandas as pd
import pyarrow as pa

from sim.common.files import FolderError, resolved_folder, whole_file
from sim.common.parquet import write_parquet
from sim.experiments.jobs import hashed
from sim.experiments.preview import GLIMPSE, glimpse_of
from sim.market import Market
from sim.results.figures.endings import empty_share, endings
from sim.results.figures.maps import MarketMap, market_map
from sim.results.figures.paths import price_paths
from sim.runs.jobs import UNWATCHED, Watch
from sim.runs.running import live_through
from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_hash

MOST_PERIODS = 200
"""Frames in which a map is played at most."""
LOOKS, MOST_FILES = "looks", 2_000
"""Folder of what is kept, and how many files are; the oldest goes first."""
FACTS = "facts.json"
MORE, LONG = 8, 1_000
"""Of runs of so many days or more, this part is shown after the opening days and before the whole."""

Kept = tuple[dict[str, pd.DataFrame], dict[str, Any]]
"""Tables by name, and all else that JSON can hold."""


@dataclass(frozen=True)
class OfOneRun(ABC):
    """A look at one run under one regime.

    Attributes:
        scenario, regime, seed: what to run.
        sha256: hash of the scenario.
        folder: where what was seen is kept; empty: nowhere.
    """

    scenario: Scenario
    regime: str
    seed: int
    sha256: str
    folder: str = ""

    @cached_property
    def key(self) -> str:
        """Hash of kind of look, scenario, regime, seed and program."""
        return hashed(type(self).__name__, self.sha256, self.regime, str(self.seed))

    @property
    def turn(self) -> str:
        """Scenario and seed: the regimes of one market are looked at one right after the other."""
        return f"{self.sha256} {self.seed}"

    @abstractmethod
    def kept(self) -> Any | None:
        """Return what was kept of it; None where nothing is."""

    @abstractmethod
    def do(self, watch: Watch = UNWATCHED) -> Any:
        """Run, look, keep what was seen, and return it. Raises StoppedError once it shall stop."""


class PricesOf(OfOneRun):
    """Prices over time in one run, as ``sim.results.figures.paths`` gives them."""

    def kept(self) -> pd.DataFrame | None:
        """Return the prices where they were kept."""
        found = recalled(self.folder, self.key)
        return None if found is None else found[0].get("prices")

    def do(self, watch: Watch = UNWATCHED) -> pd.DataFrame:
        """Return the prices of the run."""
        found = price_paths(live_through(Market(self.scenario, self.regime, self.seed), watch.stopped))
        store_view(self.folder, self.key, {"prices": found}, {})
        return found


class MapOf(OfOneRun):
    """One run as a map."""

    weight = 40
    """Replications that take as much memory as its result."""

    def kept(self) -> MarketMap | None:
        """Return the map where it was kept."""
        found = recalled(self.folder, self.key)
        return None if found is None else as_map(*found)

    def do(self, watch: Watch = UNWATCHED) -> MarketMap:
        """Return the tables of the map."""
        outcome = live_through(Market(self.scenario, self.regime, self.seed), watch.stopped)
        found = market_map(outcome, period_of(self.scenario.time.days))
        given = {field.name: getattr(found, field.name) for field in fields(found)}
        tables = {name: value for name, value in given.items() if isinstance(value, pd.DataFrame)}
        store_view(self.folder, self.key, tables, {name: value for name, value in given.items() if name not in tables})
        return found


class EndingsOf(OfOneRun):
    """What followed empty shelves in one run: ``endings`` and ``met`` of ``sim.results.figures.endings``."""

    def kept(self) -> dict[str, Any] | None:
        """Return it where it was kept."""
        found = recalled(self.folder, self.key)
        return None if found is None or set(found[1]) != {"endings", "met"} else found[1]

    def do(self, watch: Watch = UNWATCHED) -> dict[str, Any]:
        """Return it of the run."""
        outcome = live_through(Market(self.scenario, self.regime, self.seed), watch.stopped)
        found = {"endings": endings(outcome), "met": empty_share(outcome)}
        store_view(self.folder, self.key, {}, found)
        return found


def as_map(tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]) -> MarketMap | None:
    """Return a map from what was kept of it; None where parts are missing."""
    given = {**tables, **facts}
    if set(given) != {field.name for field in fields(MarketMap)}:
        return None
    return MarketMap(**{**given, "products": tuple(given["products"])})


def period_of(days: int) -> int:
    """Return how many days of a run a map shows together: one, unless there are too many to play."""
    return -(-days // MOST_PERIODS)


Look = TypeVar("Look", bound=OfOneRun)


@dataclass(frozen=True)
class Looks(Generic[Look]):
    """The tasks of a page that looks at one run of each of some regimes.

    Attributes:
        stages: a task for each regime at each of some lengths of the run, the whole run last.
    """

    stages: tuple[tuple[Look, ...], ...]

    def wanted(self, known: Callable[[Look], bool]) -> tuple[Look, ...]:
        """Return the tasks to ask for, in order; of a regime whose whole run is known nothing shorter."""
        whole = [known(task) for task in self.stages[-1]]
        shorter = [task for stage in self.stages[:-1] for task, there in zip(stage, whole, strict=True) if not there]
        return (*shorter, *self.stages[-1])

    def shown(self, tasks: Sequence[Look], results: Sequence[Any]) -> dict[str, tuple[Look, Any]]:
        """Return for each regime the longest run that is there, and what was seen of it."""
        there = {task.key: result for task, result in zip(tasks, results, strict=True) if result is not None}
        found = {}
        for stage in self.stages:
            found.update({task.regime: (task, there[task.key]) for task in stage if task.key in there})
        return found

    @property
    def days(self) -> int:
        """Days of the whole run."""
        return self.stages[-1][0].scenario.time.days


def looks_of(kind: type[Look], scenario: Scenario, regimes: Sequence[str], seed: int, folder: str = "") -> Looks[Look]:
    """Return the tasks of looking at one run of each regime; shorter ones are kept in memory only."""
    stages = [(brief, "") for brief in shorter_runs(scenario)]
    return Looks(
        tuple(
            tuple(kind(each, regime, seed, scenario_hash(each), where) for regime in regimes)
            for each, where in [*stages, (scenario, folder)]
        )
    )


def shorter_runs(scenario: Scenario) -> list[Scenario]:
    """Return the same market for its first days, then for more of them; nothing where a whole run is as quick."""
    first = glimpse_of(scenario)
    if first is None:
        return []
    if scenario.time.days < LONG:
        return [first]
    try:
        return [first, load_scenario(scenario, {**GLIMPSE, "time.days": scenario.time.days // MORE})]
    except ScenarioError:  # something is bound to happen on a later day
        return [first]


def store_view(folder: str, key: str, tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]) -> None:
    """Keep tables and facts under a key, whole or not at all; where the disk does not take them, they are not kept."""
    if not folder:
        return
    path = _place(folder, key)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as partial, zipfile.ZipFile(partial, "w") as archive:
            for name, table in tables.items():
                content = io.BytesIO()
                write_parquet(pa.Table.from_pandas(table), content)
                archive.writestr(f"{name}.parquet", content.getvalue())
            archive.writestr(FACTS, json.dumps(dict(facts)))
        _forget_the_oldest(path.parent)


def recalled(folder: str, key: str) -> Kept | None:
    """Return what is kept under a key; None where nothing is, or what is there is damaged."""
    if not folder:
        return None
    try:
        with zipfile.ZipFile(_place(folder, key)) as archive:
            names = [name for name in archive.namelist() if name != FACTS]
            tables = {name.removesuffix(".parquet"): _table(archive.read(name)) for name in names}
            return tables, json.loads(archive.read(FACTS))
    except (FolderError, OSError, KeyError, ValueError, zipfile.BadZipFile, pa.ArrowException):
        return None


def _table(content: bytes) -> pd.DataFrame:
    import pyarrow.parquet as pq

    found: pd.DataFrame = pq.ParquetFile(io.BytesIO(content)).read().to_pandas()
    return found


def _place(folder: str, key: str) -> Path:
    return resolved_folder(folder) / LOOKS / f"{key}.zip"


def _forget_the_oldest(folder: Path) -> None:
    """Delete what was kept longest ago beyond as many as are kept."""
    there = list(folder.glob("*.zip"))
    if len(there) <= MOST_FILES:
        return
    for path in sorted(there, key=lambda each: each.stat().st_mtime)[: len(there) - MOST_FILES]:
        path.unlink(missing_ok=True)
