"""What a run leaves behind: tables of columns, the names behind their codes, and where it came from.

Nothing here measures; figures are functions of a finished outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.common.table import Columns
from sim.engine.codes import EVENTS, no_events
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


CODED: dict[str, str] = {
    "town": "towns",
    "first_choice": "products",
    "product": "products",
    "first_place": "places",
    "place": "places",
    "store": "places",
    "source": "places",
    "destination": "places",
    "seller": "accounts",
    "firm": "accounts",
    "owner": "accounts",
    "owner_out": "accounts",
    "owner_in": "accounts",
    "payer": "accounts",
    "payee": "accounts",
    "carrier": "accounts",
    "first_channel": "channels",
    "channel": "channels",
    "result": "results",
}
"""Columns that hold codes, and the labels behind them; ``kind`` depends on its table, -1 means nothing."""


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
class Outcome:
    """A finished run.

    Attributes:
        manifest: scenario, regime, seed, versions.
        labels: names behind codes, by kind of code (``towns``, ``products``, ``places``, ``accounts``,
            ``channels``, ``results``, ``ledger_kinds``, ``stock_kinds``, ``firm_kinds``, ``place_kinds``).
        columns: the tables, by name, as numpy columns of equal length; money in integer cents.
    """

    manifest: Manifest
    labels: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, Columns]

    def __repr__(self) -> str:
        manifest, needs = self.manifest, len(self.columns["needs"]["need"])
        return f"<Outcome of {manifest.scenario.name}, {manifest.regime}, seed {manifest.seed}: {needs} needs>"

    def table(self, name: str) -> pd.DataFrame:
        """Return a table as a data frame with names instead of codes. Raises KeyError for an unknown name."""
        from sim.results.frames import to_frame

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
        from sim.results.frames import to_frame

        return to_frame("events", self.columns.get("events", no_events()), {"event_kinds": EVENTS, **self.labels})

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """All figures by name: a number, None where undefined, or a table of those."""
        from sim.results.figures import all_figures

        return all_figures(self)

    def choices(self, decision: Literal["made", "wanted"] = "made") -> pd.DataFrame:
        """One row per decision and offer considered, for estimators of tastes; see ``choice_data.choices``."""
        from sim.results.choice_data import choices

        return choices(self, decision)

    def market_shares(self, market: Literal["town", "whole"] = "whole") -> pd.DataFrame:
        """One row per market and good sold in it, for estimators of demand; see ``choice_data.market_shares``."""
        from sim.results.choice_data import market_shares

        return market_shares(self, market)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write a folder of Parquet tables and a manifest, whole or not at all; see ``sim.results.archive.save``."""
        from sim.results.archive import save

        return save(self, folder, overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path) -> Outcome:
        """Read an outcome that was saved; see ``sim.results.archive.load``."""
        from sim.results.archive import load

        return load(folder)


def in_window(outcome: Outcome, days: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which of these days count."""
    first, end = outcome.manifest.window
    inside: NDArray[np.bool_] = (days >= first) & (days < end)
    return inside
