"""Prices: what each party is paid per unit, week by week, and the equilibrium price where theory gives one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from board import knobs, link, showing, work
from board.text import plain
from sim.common.identity import ByIdentity
from sim.experiments.single_run_views import PricesView, StagedViews, staged_views
from sim.experiments.views import View
from sim.report import charts
from sim.validation.theoretical_prices import Rest, resting_in_theory

if TYPE_CHECKING:
    import pandas as pd


def page() -> None:
    """Show prices over time under the regimes of the view, in one run with its seed."""
    link.here("prices")
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    bare = link.without_choices(view)
    views = _views(bare, work.folder())
    tasks, answer = work.views("prices", views)
    shown = views.shown(tasks, answer.results)
    drawn = {regime: _drawn(bare, regime, ByIdentity(prices)) for regime, (_, prices) in shown.items()}
    findings = [*(chart.finding for chart in drawn.values()), "What each party is paid per unit, week by week"]
    st.title(plain(findings[0]), anchor=False)
    about = f"Mean price per unit by week, warm-up included. One run, seed {view.seed}, so no intervals."
    st.caption(plain(f"{scenario.title or scenario.name}. {about}"))
    showing.conduct(scenario, regimes)
    brief = min((task.scenario.time.days for task, _ in shown.values()), default=views.days)
    if brief < views.days:
        showing.preview_badge(brief, views.days)
    work.wait("prices", tasks, answer, range(1, len(tasks) + 1))
    for number, (regime, chart) in enumerate(drawn.items()):
        _show_regime(bare, regime, chart, titled=number > 0)  # the first finding is the page's title


def _show_regime(view: View, regime: str, chart: charts.Chart, *, titled: bool) -> None:
    def draw() -> None:
        showing.chart(chart, f"prices-{regime}", titled=titled)
        st.caption(plain(_rest(view, regime).words))

    showing.again("prices", draw, chart, str(titled))


@lru_cache(maxsize=link.MOST_VIEWS)
def _views(view: View, folder: str) -> StagedViews[PricesView]:
    scenario, regimes = link.market_of(view)
    return staged_views(PricesView, scenario, regimes, view.seed, folder)


@lru_cache(maxsize=link.MOST_VIEWS)
def _rest(view: View, regime: str) -> Rest:
    return resting_in_theory(link.market_of(view)[0], regime)


@lru_cache(maxsize=showing.MOST_CHARTS)
def _drawn(view: View, regime: str, prices: ByIdentity[pd.DataFrame]) -> charts.Chart:
    """Return the price chart, cached for all users; its axis spans the whole run."""
    scenario, _ = link.market_of(view)
    rest = _rest(view, regime).prices
    return charts.prerendered(
        charts.prices_over_time(
            prices.kept, scenario.regime_title(regime), scenario.money.currency, rest, scenario.time.days
        )
    )
