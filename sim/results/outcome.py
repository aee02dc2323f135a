"""A finished run with everything that follows from it: figures, files, and data for other packages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from sim.common.nearest import ByName
from sim.results import archive, choice_data
from sim.results.figures import all_figures
from sim.results.outcome_data import OutcomeData


class Outcome(OutcomeData):
    """A finished run: its data, its figures, and its files."""

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """All figures by name: a number, None where undefined, or a table of those.

        A name that is not there raises KeyError with the nearest ones.
        """
        return ByName(all_figures(self))

    def choices(self, decision: Literal["made", "wanted"] = "made") -> pd.DataFrame:
        """One row per decision and offer considered, for estimators of tastes; see ``choice_data.choices``."""
        return choice_data.choices(self, decision)

    def market_shares(self, market: Literal["town", "whole"] = "whole") -> pd.DataFrame:
        """One row per market and good sold in it, for estimators of demand; see ``choice_data.market_shares``."""
        return choice_data.market_shares(self, market)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write a folder of Parquet tables and a manifest, whole or not at all; see ``sim.results.archive.save``."""
        return archive.save(self, folder, overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path) -> Outcome:
        """Read an outcome that was saved; see ``sim.results.archive.load``."""
        data = archive.load(folder)
        return cls(data.manifest, data.labels, data.columns)
