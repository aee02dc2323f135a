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

from sim.common.files import FolderError, keep_newest, make_folder, resolved_folder, whole_file
from sim.common.found_files import read_found
from sim.common.hashing import sha256_of
from sim.common.orphans import remove_orphans_in
from sim.common.parquet import write_parquet
from sim.experiments.jobs import RegimeJob, hashed
from sim.experiments.preview import PREVIEW, preview_of
from sim.results.figures.endings import empty_share, endings
from sim.results.figures.maps import MarketMap, market_map
from sim.results.figures.paths import price_paths
from sim.runs.jobs import UNWATCHED, Watch
from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_hash

MOST_PERIODS = 200
"""Frames in which a map is played at most."""
VIEWS, MOST_FILES = "views", 2_000
"""Folder of what is kept, and how many files are; the oldest goes first."""
FACTS = "facts.json"
LARGEST, CHECKSUM = 200_000_000, 32
"""Bytes of a file that is read, and of the SHA-256 in front: whatever is not what was written is not there."""
MORE, LONG = 8, 1_000
"""Of runs of so many days or more, this part is shown after the opening days and before the whole."""

Kept = tuple[dict[str, pd.DataFrame], dict[str, Any]]
"""Tables by name, and all else that JSON can hold."""


@dataclass(frozen=True)
class SingleRunView(RegimeJob, ABC):
    """What a page shows of one run under one regime.

    Attributes:
        folder: where what was seen is kept; empty: nowhere.
    """

    folder: str = ""

    @cached_property
    def key(self) -> str:
        """Hash of kind of view, scenario, regime, seed and program."""
        return hashed(type(self).__name__, self.sha256, self.regime, str(self.seed))

    @abstractmethod
    def kept(self) -> Any | None:
        """Return what was kept of it; None where nothing is."""

    @abstractmethod
    def do(self, watch: Watch = UNWATCHED) -> Any:
        """Run, keep what the page shows, and return it. Raises StoppedError once it shall stop."""


class PricesView(SingleRunView):
    """Prices over time in one run, as ``sim.results.figures.paths`` gives them."""

    def kept(self) -> pd.DataFrame | None:
        """Return the prices where they were kept."""
        found = recalled(self.folder, self.key)
        return None if found is None else found[0].get("prices")

    def do(self, watch: Watch = UNWATCHED) -> pd.DataFrame:
        """Return the prices of the run."""
        found = price_paths(self.run(watch))
        store_view(self.folder, self.key, {"prices": found}, {})
        return found


class MapView(SingleRunView):
    """One run as a map."""

    weight = 40
    """Replications that take as much memory as its result."""

    def kept(self) -> MarketMap | None:
        """Return the map where it was kept."""
        found = recalled(self.folder, self.key)
        return None if found is None else as_map(*found)

    def do(self, watch: Watch = UNWATCHED) -> MarketMap:
        """Return the tables of the map."""
        found = market_map(self.run(watch), period_of(self.scenario.time.days))
        given = {field.name: getattr(found, field.name) for field in fields(found)}
        tables = {name: value for name, value in given.items() if isinstance(value, pd.DataFrame)}
        store_view(self.folder, self.key, tables, {name: value for name, value in given.items() if name not in tables})
        return found


class EndingsView(SingleRunView):
    """What followed empty shelves in one run: ``endings`` and ``met`` of ``sim.results.figures.endings``."""

    def kept(self) -> dict[str, Any] | None:
        """Return it where it was kept."""
        found = recalled(self.folder, self.key)
        return None if found is None or set(found[1]) != {"endings", "met"} else found[1]

    def do(self, watch: Watch = UNWATCHED) -> dict[str, Any]:
        """Return it of the run."""
        outcome = self.run(watch)
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


ViewT = TypeVar("ViewT", bound=SingleRunView)


@dataclass(frozen=True)
class StagedViews(Generic[ViewT]):
    """The jobs of a page that shows one run of each of some regimes.

    Attributes:
        stages: a task for each regime at each of some lengths of the run, the whole run last.
    """

    stages: tuple[tuple[ViewT, ...], ...]

    def wanted(self, known: Callable[[ViewT], bool]) -> tuple[ViewT, ...]:
        """Return the tasks to ask for, in order; of a regime whose whole run is known nothing shorter."""
        whole = [known(task) for task in self.stages[-1]]
        shorter = [task for stage in self.stages[:-1] for task, there in zip(stage, whole, strict=True) if not there]
        return (*shorter, *self.stages[-1])

    def shown(self, tasks: Sequence[ViewT], results: Sequence[Any]) -> dict[str, tuple[ViewT, Any]]:
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


def staged_views(
    kind: type[ViewT], scenario: Scenario, regimes: Sequence[str], seed: int, folder: str = ""
) -> StagedViews[ViewT]:
    """Return the jobs of showing one run of each regime; shorter ones are kept in memory only."""
    stages = [(brief, "") for brief in shorter_runs(scenario)]
    return StagedViews(
        tuple(
            tuple(kind(each, regime, seed, scenario_hash(each), where) for regime in regimes)
            for each, where in [*stages, (scenario, folder)]
        )
    )


def shorter_runs(scenario: Scenario) -> list[Scenario]:
    """Return the same market for its first days, then for more of them; nothing where a whole run is as quick."""
    first = preview_of(scenario)
    if first is None:
        return []
    if scenario.time.days < LONG:
        return [first]
    try:
        return [first, load_scenario(scenario, {**PREVIEW, "time.days": scenario.time.days // MORE})]
    except ScenarioError:  # something is bound to happen on a later day
        return [first]


def store_view(folder: str, key: str, tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]) -> None:
    """Keep tables and facts under a key, whole or not at all; where the disk does not take them, they are not kept."""
    if not folder:
        return
    with suppress(OSError, FolderError):
        path = _place(folder, key)
        make_folder(path.parent, private=True)
        content = _packed(tables, facts)
        with whole_file(path, follow=False, private=True) as partial:
            partial.write_bytes(bytes.fromhex(sha256_of(content)) + content)
        remove_orphans_in([path.parent])
        keep_newest(path.parent, "*.zip", MOST_FILES)


def recalled(folder: str, key: str) -> Kept | None:
    """Return what is kept under a key; None where nothing is, or what is there is damaged."""
    if not folder:
        return None
    try:
        found = read_found(_place(folder, key), LARGEST)
    except (FolderError, OSError):
        return None
    checksum, content = found[:CHECKSUM].hex(), found[CHECKSUM:]
    if sha256_of(content) != checksum:
        return None
    try:
        return _unpacked(content)
    except Exception:  # whatever it is, it was not written here
        return None


def _packed(tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]) -> bytes:
    """Return tables and facts as the content of a ZIP file, which holds no time: the same gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, table in tables.items():
            content = io.BytesIO()
            write_parquet(pa.Table.from_pandas(table), content)
            archive.writestr(zipfile.ZipInfo(f"{name}.parquet"), content.getvalue())
        archive.writestr(zipfile.ZipInfo(FACTS), json.dumps(dict(facts)))
    return packed.getvalue()


def _unpacked(content: bytes) -> Kept:
    """Return the tables and facts that were packed so. Raises whatever reading anything else raises."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise ValueError("larger than anything that is kept")
        names = [name for name in archive.namelist() if name != FACTS]
        tables = {name.removesuffix(".parquet"): _table(archive.read(name)) for name in names}
        return tables, json.loads(archive.read(FACTS))


def _table(content: bytes) -> pd.DataFrame:
    import pyarrow.parquet as pq

    found: pd.DataFrame = pq.ParquetFile(io.BytesIO(content)).read().to_pandas()
    return found


def _place(folder: str, key: str) -> Path:
    return resolved_folder(folder) / VIEWS / f"{key}.zip"
