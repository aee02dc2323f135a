"""What is done on the disk: each story is prepared, played with a fault in it, checked, and played once more."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd

from sim.common.files import FolderError, read_manifest, write_text
from sim.common.hashing import sha256_of
from sim.experiments.jobs import Replicate
from sim.experiments.single_run_views import recalled, store_view
from sim.experiments.sweep_results import planned_sweep
from sim.experiments.sweeping import resume, sweep
from sim.results.workbooks import KIND, write_csv, write_excel
from sim.runs.replication import Replication
from sim.runs.store import RunKey, RunStore
from sim.scenario import ScenarioError, load_scenario, scenario_hash

REFUSED = (FolderError, ScenarioError, OSError)
"""What a command turns into one line and an exit code; anything else is an internal error."""
TEMPORARY = "temporary"
VILLAGE = load_scenario("village")
REGIMES = ("traditional", "hybrid")
POINTS = [{"customers.travel_cost": 0.1}, {"customers.travel_cost": 0.2}]


def figures_of(*parts: object) -> dict[str, float | None]:
    """Return made-up figures of a run, always the same ones; to run a market would take longer and show no more."""
    digest = sha256_of(*(str(part) for part in parts))
    return {f"figure {n}": int(digest[4 * n : 4 * n + 4], 16) / 7 for n in range(12)} | {"undefined": None}


class Story(ABC):
    """Something that is done in a folder."""

    name: str
    checksums = True
    """Whether damage to what is written must be noticed: pages and tables for people have no checksum."""

    def prepare(self, root: Path) -> None:
        """Leave in the folder what was there before; nothing, unless a story says so."""
        del root

    @abstractmethod
    def play(self, root: Path) -> Any:
        """Do it, and return what the program says has been done."""

    def partly(self, found: Any, whole: Any) -> bool:
        """Tell whether a result is right although something went wrong that it does not hide."""
        del found, whole
        return False

    @abstractmethod
    def check(self, root: Path, done: Any, whole: Any) -> None:
        """Look at what is there; ``done`` was promised, None where nothing was. Raises AssertionError."""


class OfTheStore(Story):
    """Runs are put into a store, got, and replaced where they are damaged."""

    name = "run store"
    keys = tuple(RunKey("a" * 64, regime, 7) for regime in (*REGIMES, "direct"))

    def __init__(self, *, private: bool = False):
        self._asked: dict[str, Any] = {"most": 256, "private": True} if private else {}
        self.name = "run store, bounded and private" if private else self.name

    def prepare(self, root: Path) -> None:
        store = RunStore(root / "store", **self._asked)
        store.put(self.keys[0], figures_of(0))
        store.put(self.keys[1], figures_of(1))
        part = store.path_of(self.keys[1])
        part.write_bytes(part.read_bytes()[:-9])

    def play(self, root: Path) -> Any:
        store = RunStore(root / "store", **self._asked)
        store.remove_orphans()
        for number, key in enumerate(self.keys):
            if store.get(key) is None:
                store.put(key, figures_of(number))
        return [store.get(key) for key in self.keys]

    def partly(self, found: Any, whole: Any) -> bool:
        return all(each in (None, right) for each, right in zip(found, whole, strict=True))

    def check(self, root: Path, done: Any, whole: Any) -> None:
        store = RunStore(root / "store", **self._asked)
        there = [store.get(key) for key in self.keys]
        assert self.partly(there, whole), f"the store gives {there}"
        assert there[0] == whole[0], "what was there before is lost"
        assert done is None or there == whole, "what was put is lost"


class OfASweep(Story):
    """A sweep is made in a store, or goes on where it was left."""

    def __init__(self, *, again: bool = False, kept: bool = True):
        self._again, self._kept = again, kept
        self.name = "sweep resumed" if again else "sweep --store" if kept else "sweep without a store"

    def prepare(self, root: Path) -> None:
        if self._again:
            self.play_through(root, whole=True)
            first, *others = sorted(root.rglob("*.parquet"))
            for part in others[:2]:
                part.unlink()
            first.write_bytes(b"PAR1")

    def play(self, root: Path) -> Any:
        return self.play_through(root, whole=not self._again)

    def play_through(self, root: Path, *, whole: bool) -> Any:
        """Begin a sweep, or go on with the one that is there."""
        asked: dict[str, Any] = {"workers": 1, "store": root / "store"} if self._kept else {"workers": 1}
        with made_up_runs():
            begun = sweep(VILLAGE, POINTS, REGIMES, replications=1, **asked) if whole else None
            found = begun or resume(root / "store", workers=1)
            return [found.figures(number) for number in range(len(POINTS))], len(found.failures)

    def partly(self, found: Any, whole: Any) -> bool:
        pairs = [
            (runs[regime][0], right[regime][0])
            for runs, right in zip(found[0], whole[0], strict=True)
            for regime in REGIMES
        ]
        missing = sum(run is None for run, _ in pairs)
        return all(run in (None, right) for run, right in pairs) and bool(found[1]) >= bool(missing)

    def check(self, root: Path, done: Any, whole: Any) -> None:
        assert whole[1] == 0, "runs fail even without a fault"
        if not self._kept:
            return
        try:
            found = planned_sweep(root / "store")
        except FolderError:
            assert done is None, "what was planned is lost"
            assert not self._again, "what was planned before is lost"
            return
        there = [found.figures(number) for number in range(len(POINTS))]
        assert self.partly((there, 1), whole), "the store gives other figures"
        assert done is None or done[1] or there == whole[0], "runs are lost"


class OfAReport(Story):
    """A page, a workbook and a folder of tables take the place of earlier ones."""

    name = "reports and tables"
    checksums = False

    def prepare(self, root: Path) -> None:
        self._write(root, "old")

    def play(self, root: Path) -> Any:
        self._write(root, "new")
        return "new"

    def _write(self, root: Path, word: str) -> None:
        tables = {"figures": pd.DataFrame({"word": [word] * 9}), "points": pd.DataFrame({"word": [word]})}
        write_text(root / "report.html", f"<p>{word}</p>" * 99)
        write_csv(tables, root / "tables", overwrite=True)
        write_excel(tables, root / "tables.xlsx", overwrite=True)

    def check(self, root: Path, done: Any, whole: Any) -> None:
        content = (root / "report.html").read_text(encoding="utf-8")
        assert content in ("<p>old</p>" * 99, "<p>new</p>" * 99), "half a report"
        assert pd.read_excel(root / "tables.xlsx", engine="openpyxl")["word"].nunique() == 1, "half a workbook"
        self._look_at_tables(root / "tables")
        assert done is None or "new" in content, "a report is lost"

    def _look_at_tables(self, folder: Path) -> None:
        names = read_manifest(folder, KIND)["files"]
        words = {tuple(pd.read_csv(folder / name)["word"].unique()) for name in names}
        assert len(names) == 2, "a table is missing"
        assert words in ({("old",)}, {("new",)}), f"tables of {words}"


class OfAJob(Story):
    """A job of the service keeps its replication, and a view of one run what it shows."""

    name = "jobs of visitors"

    def play(self, root: Path) -> Any:
        job = Replicate(VILLAGE, REGIMES, 3, scenario_hash(VILLAGE), str(root / "results"))
        with mock.patch("sim.experiments.jobs.replicate", made_up_replication):
            found = job.do()
        store_view(str(root / "results"), "k" * 64, {"prices": pd.DataFrame({"price": [1.5, 2.5]})}, {"day": 3})
        view = recalled(str(root / "results"), "k" * 64)
        return [found, job.kept(), None if view is None else (view[0]["prices"].to_dict(), view[1])]

    def partly(self, found: Any, whole: Any) -> bool:
        return found[0] == whole[0] and all(each in (None, right) for each, right in zip(found, whole, strict=True))

    def check(self, root: Path, done: Any, whole: Any) -> None:
        job = Replicate(VILLAGE, REGIMES, 3, scenario_hash(VILLAGE), str(root / "results"))
        view = recalled(str(root / "results"), "k" * 64)
        there = [whole[0], job.kept(), None if view is None else (view[0]["prices"].to_dict(), view[1])]
        assert self.partly(there, whole), "something else was kept"


def made_up_replication(scenario: Any, regimes: Any, seed: int, watch: Any) -> Replication:
    """Return a replication that took no time."""
    del scenario, watch
    figures, halves = ({regime: figures_of(what, regime, seed) for regime in regimes} for what in "fh")
    return Replication(seed, figures, {regime: figures_of("p", regime, seed) for regime in regimes[1:]}, halves)


@contextmanager
def made_up_runs() -> Iterator[None]:
    """Let the runs of a sweep take no time."""

    def runs(scenario: Any, regimes: Any, seed: int, *, kept: str) -> Iterator[tuple[str, Any]]:
        assert kept == "figures", "a sweep keeps no records"
        for regime in regimes:
            yield regime, figures_of(scenario.customers.travel_cost, regime, seed)

    with (
        mock.patch("sim.runs.point_runs.attempted_runs", runs),
        mock.patch("sim.runs.point_runs._figures_of", lambda figures: figures),
    ):
        yield


@contextmanager
def temporary_below(root: Path) -> Iterator[None]:
    """Let temporary folders be made below a folder."""
    (root / TEMPORARY).mkdir(exist_ok=True)
    with mock.patch.object(tempfile, "tempdir", str(root / TEMPORARY)):
        yield


def stories() -> list[Story]:
    """Return all stories."""
    from tests.faults.result_stories import OfAComparison, OfAnOutcome
    from tests.faults.service_story import OfTheService

    return [
        OfTheStore(),
        OfTheStore(private=True),
        OfASweep(),
        OfASweep(again=True),
        OfASweep(kept=False),
        OfAReport(),
        OfAnOutcome(),
        OfAComparison(),
        OfAJob(),
        OfTheService(),
    ]
