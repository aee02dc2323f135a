"""What a run leaves behind: tables of columns, the names behind their codes, and where it came from.

Nothing here measures: figures, files and data for other packages are functions of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.engine.codes import EVENTS, no_events
from sim.engine.figure_sums import FoundSums
from sim.results.frames import to_frame
from sim.scenario import Scenario


@dataclass(frozen=True)
class Manifest:
    """Where an outcome came from: enough to make it again."""

    scenario: Scenario
    regime: str
    seed: int
    versions: Mapping[str, str]

    @property
    def window(self) -> tuple[int, int]:
        """First day counted and the day after the last one."""
        time = self.scenario.time
        return time.warm_up, time.days - time.cool_down


@dataclass(frozen=True, repr=False)
class OutcomeData:
    """The data of a finished run; ``Outcome`` adds its figures and files.

    Attributes:
        manifest: scenario, regime, seed, versions.
        labels: names behind codes, by kind of code (``towns``, ``products``, ``places``, ``accounts``,
            ``channels``, ``results``, ``ledger_kinds``, ``stock_kinds``, ``firm_kinds``, ``place_kinds``).
        columns: the tables, by name, as numpy columns of equal length; money in integer cents. Of a run that kept
            figures only, those of needs, ledger and stock are missing: RecordsError says what to set.
        sums: what such a run kept instead; None for others.
    """

    manifest: Manifest
    labels: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, Columns]
    sums: FoundSums | None = None

    def __repr__(self) -> str:
        manifest, needs = self.manifest, self.all_needs
        return f"<Outcome of {manifest.scenario.name}, {manifest.regime}, seed {manifest.seed}: {needs} needs>"

    @property
    def all_needs(self) -> int:
        """How many needs there were, on all days."""
        return len(self.columns["needs"]["need"]) if self.sums is None else self.sums.all_needs

    def table(self, name: str) -> pd.DataFrame:
        """Return a table as a data frame with names instead of codes. Raises KeyError for an unknown name."""
        return to_frame(name, self.columns[name], self.labels)

    @cached_property
    def needs(self) -> pd.DataFrame:
        """One row per need, in the order in which customers came."""
        return self.table("needs")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row per transfer of money."""
        return self.table("ledger")

    @cached_property
    def stock(self) -> pd.DataFrame:
        """One row per movement of goods."""
        return self.table("stock")

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row per firm."""
        return self.table("firms")

    @cached_property
    def daily(self) -> pd.DataFrame:
        """One row per firm and day; day -1 is the opening."""
        return self.table("daily")

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row per firm, store or channel that came or went; none where nobody may. See ``EVENTS``."""
        return to_frame("events", self.columns.get("events", no_events()), {"event_kinds": EVENTS, **self.labels})

    def in_window(self, days: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which of these days count."""
        first, end = self.manifest.window
        inside: NDArray[np.bool_] = (days >= first) & (days < end)
        return inside
