"""Results that are saved: an outcome, and a comparison, in the place of an earlier one."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.common.files import MANIFEST
from sim.common.hashing import sha256_of
from sim.experiments.comparison import FILES, Comparison
from sim.results.outcome import Outcome
from sim.results.workbooks import saved_tables
from sim.runs.running import run
from tests.faults.stories import REGIMES, VILLAGE, Story, made_up_replication


@cache
def outcome_of(seed: int) -> Outcome:
    """Return the outcome of a short run."""
    return run("village", REGIMES[0], seed, days=4)


def content_of(outcome: Any) -> str:
    """Return a hash of all that an outcome holds."""
    columns = {f"{name}.{of}": column for name, table in outcome.columns.items() for of, column in table.items()}
    parts = [f"{name} {np.asarray(column).tobytes().hex()}" for name, column in sorted(columns.items())]
    return sha256_of(str(outcome.manifest.seed), *parts)


class OfAnOutcome(Story):
    """An outcome is saved in the place of an earlier one, and read."""

    name = "Outcome.save and load"
    checksums = False
    """Of what the manifest says, only the scenario has one; damaged tables are refused."""

    def prepare(self, root: Path) -> None:
        outcome_of(1).save(root / "outcome")

    def play(self, root: Path) -> Any:
        outcome_of(2).save(root / "outcome", overwrite=True)
        return content_of(Outcome.load(root / "outcome"))

    def check(self, root: Path, done: Any, whole: Any) -> None:
        found = content_of(Outcome.load(root / "outcome"))
        assert found in (content_of(outcome_of(1)), whole), "half an outcome"
        assert done is None or found == whole, "an outcome is lost"


class OfAComparison(Story):
    """A comparison is saved in the place of an earlier one, and its tables are read."""

    name = "Comparison.save"
    checksums = False

    def prepare(self, root: Path) -> None:
        self._made(1).save(root / "comparison")

    def play(self, root: Path) -> Any:
        self._made(2).save(root / "comparison", overwrite=True)
        return self._content(root)

    def check(self, root: Path, done: Any, whole: Any) -> None:
        found = self._content(root)
        assert found in (self._made(1).to_dict(), whole), "half a comparison"
        assert done is None or found == whole, "a comparison is lost"

    def _made(self, seed: int) -> Comparison:
        found = [made_up_replication(VILLAGE, REGIMES, each, None) for each in (seed, seed + 1)]
        return Comparison.of(VILLAGE, REGIMES, found)

    def _content(self, root: Path) -> Any:
        place = root / "comparison"
        content = json.loads((place / "comparison.json").read_text(encoding="utf-8"))
        said = json.loads(saved_tables(place)["about"].set_index("name").value["seed"])
        assert sorted(path.name for path in place.iterdir()) == sorted([*FILES, MANIFEST]), "a file is missing"
        assert said == content["seed"], "a manifest of another comparison"
        return content
