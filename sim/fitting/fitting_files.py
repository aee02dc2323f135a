"""``fit`` as one call: a market and its weeks, in files or in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sim.common.found_files import read_found
from sim.fitting.ensemble import MEMBERS
from sim.fitting.fit import FittedMarket, fit_market
from sim.fitting.history import WeeklyHistory, history_of_tables, weekly_history_of
from sim.runs.running import Source
from sim.scenario import Scenario, load_scenario
from sim.scenario.names import product_names
from sim.tables import read_history
from sim.tables.uploads import LARGEST_TABLE

if TYPE_CHECKING:
    import pandas as pd

Weeks: TypeAlias = "WeeklyHistory | pd.DataFrame | str | Path | Sequence[str | Path]"


def fit(
    scenario: Source,
    to: Weeks,
    regime: str | None = None,
    *,
    seed: int = 0,
    members: int = MEMBERS,
    prior_sd: Mapping[str, float] | None = None,
) -> FittedMarket:
    """Fit a market to weekly prices and units, as ``middleman fit`` does.

    Args:
        scenario: the market that is believed before.
        to: the weeks: files (Excel or CSV), a table with the columns ``week``, ``sku``, ``price`` and ``units``, or a
            history.
        regime, seed, members, prior_sd: see ``sim.fitting.fit_market``.

    Raises:
        ScenarioError: with everything that is wrong with the market or its weeks.
        OSError: for a file that cannot be read.
    """
    market = load_scenario(scenario)
    return fit_market(market, _history(to, market), regime, seed=seed, members=members, prior_sd=prior_sd)


def _history(to: Weeks, market: Scenario) -> WeeklyHistory:
    if isinstance(to, WeeklyHistory):
        return to
    names = product_names(market)
    if isinstance(to, (str, Path)):
        to = [to]
    if isinstance(to, Sequence):
        files = [Path(file) for file in to]
        return history_of_tables([read_history(read_found(file, LARGEST_TABLE), file.name) for file in files], names)
    return weekly_history_of(to, names)
