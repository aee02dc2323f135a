"""Who keeps the saving: the shares at which customers and makers both gain, kept for what Explore opens on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from board import showing
from board.text import plain
from sim.common.identity import ByIdentity
from sim.experiments.views import View
from sim.publishing.kept_answers import SAVING_FIGURES, SAVING_SHARES, SAVING_VIEW, kept_saving
from sim.report import charts
from sim.report.charts import Chart
from sim.report.comparison_protocol import Compared
from sim.scenario import Scenario
from sim.scenario.pricing_conduct import gap_decides

FIGURES, SHARES = SAVING_FIGURES, SAVING_SHARES


def decides(scenario: Scenario, regimes: Sequence[str]) -> bool:
    """Tell whether a set share decides who keeps the saving from the second channel, compared with the first."""
    return len(regimes) > 1 and gap_decides(scenario, regimes[1]) and not gap_decides(scenario, regimes[0])


def is_kept(view: View, regimes: Sequence[str]) -> bool:
    """Tell whether the answer for a view is kept in the package."""
    same = (view.scenario, view.changes, view.seed) == (SAVING_VIEW.scenario, (), SAVING_VIEW.seed)
    return same and tuple(regimes[:2]) == SAVING_VIEW.regimes and bool(kept_saving()[0])


def show_kept(scenario: Scenario) -> None:
    """Show the answer that is kept."""
    points, _ = kept_saving()
    showing.chart(_kept(), "explore-saving")
    note(scenario)
    runs = points[0][1].replications
    st.caption(f"Each point: {runs} runs of each channel, with the same seeds, computed when this version was made.")


def note(scenario: Scenario) -> None:
    """Say what the marks mean, and which parameter sets the share."""
    st.caption(
        plain(
            "The saving: what the chain adds between the maker's price and the shop's. The pale bar marks the share "
            f"that {scenario.name} sets. In total: the sum over customers and all firms."
        )
    )


@lru_cache(maxsize=1)
def _kept() -> Chart:
    points, bands = kept_saving()
    scenario = SAVING_VIEW.market()
    return charts.prerendered(charts.saving_band(points, scenario.money.currency, bands, share_of(scenario)))


def share_of(scenario: Scenario) -> float:
    """Return the share that a scenario sets."""
    return float(getattr(scenario.suppliers.direct_pricing, "gap_share", -1.0))


def chart_of(found: Sequence[tuple[float, Compared]], scenario: Scenario) -> Chart:
    """Return the chart of what was run so far."""
    return _drawn(tuple((share, ByIdentity(at)) for share, at in found), ByIdentity(scenario))


@lru_cache(maxsize=showing.MOST_CHARTS)
def _drawn(found: tuple[tuple[float, ByIdentity[Compared]], ...], scenario: ByIdentity[Scenario]) -> Chart:
    points = [(share, at.kept) for share, at in found]
    market = scenario.kept
    return charts.prerendered(charts.saving_band(points, market.money.currency, None, share_of(market)))
