"""Prices: what each party was paid for a unit, week by week, and where theory has prices rest."""

from __future__ import annotations

import streamlit as st

from board import knobs, link, showing, work
from board.text import plain
from sim import charts
from sim.experiments.resting import resting_in_theory
from sim.experiments.tasks import look_at


def page() -> None:
    """Show prices over time under the regimes of the view, in the run with its seed."""
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    task = look_at(scenario, regimes, view.seed)
    answer = work.ask("prices", [task])
    st.title("What each party is paid for a unit, week by week", anchor=False)
    st.caption(plain(f"{scenario.title or scenario.name}: one run, seed {view.seed}, warm-up included."))
    work.wait("prices", [task], answer)
    if answer.complete:
        for regime, paths in answer.results[0].prices.items():
            rest = resting_in_theory(scenario, regime)
            drawn = charts.prices_over_time(paths, regime, scenario.money.currency, rest.prices)
            showing.chart(drawn, f"prices-{regime}")
            st.caption(plain(rest.words))
