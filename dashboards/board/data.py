"""Your data: a market of one's own, looked at like every other, and taken home in every form."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from board import compare, knobs, link, sending, showing, work
from board.text import plain
from sim.common.number_format import grouped, number_of
from sim.experiments.views import View
from sim.runs.uploads import is_upload
from sim.scenario import Scenario, load_scenario, scenario_names
from sim.scenario.names import firm_names, product_names, town_names
from sim.scenario.sheets import FIRMS, PRODUCTS, columns, template

CSV = "text/csv"


def page() -> None:
    """Show the market of the link where it was sent, and the way to send one."""
    showing.style()
    view = link.current()
    if is_upload(view.scenario):
        _look(view)
        st.subheader("Send another market", anchor=False)
        _send(view)
    else:
        st.title("Put your own market in, and ask who gains and who pays", anchor=False)
        st.markdown(
            "Send a scenario, or tables of your products and firms. It is checked line by line, run under the ways to "
            "sell that it compares, and can be mapped, explored and downloaded like the others. Files are read as "
            "data, kept in memory for some hours under a fingerprint of what is in them, and shown to whoever has "
            "the link; later the link asks for the file."
        )
        _send(view)
    _help(expanded=not is_upload(view.scenario))


def _send(view: View) -> None:
    """Let the visitor send files; a market that can be used becomes the view."""
    scenario = sending.ask("data")
    if scenario is None:
        st.session_state.pop("sent", None)  # the same may be sent again
        return
    name = link.uploads().keep(scenario)
    if name != st.session_state.get("sent") and name != view.scenario:
        link.show(View(name, runs=view.runs, seed=view.seed))
        st.session_state["sent"] = name
        st.rerun()
    st.session_state["sent"] = name


def _look(view: View) -> None:
    """Show what the market says, and the ways on."""
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    plan = link.plan(view, work.folder())
    tasks, answer = work.follow("data", plan)
    shown = plan.shown(tasks, answer.ready)
    if shown is None:
        st.title(plain(scenario.title or scenario.name), anchor=False)
        st.caption(plain(_size(scenario)))
        work.wait("data", tasks, answer, compare.steps(plan, tasks, begun=False))
        return
    compare.finding(shown.comparison, scenario)
    compare.standing(shown, view)
    work.wait("data", tasks, answer, compare.steps(plan, tasks))
    st.caption(plain(_size(scenario)))
    compare.picture(shown.comparison, scenario, view)
    if not shown.days:
        st.subheader("Take it with you", anchor=False)
        showing.downloads(shown.comparison, scenario, view)


def _size(scenario: Scenario) -> str:
    """Return how large a market is, in a sentence."""
    places = scenario.geography
    people = sum(town.customers for town in places.towns) if places.towns else places.customers
    return (
        f"Your market, as it was read: {number_of(len(town_names(scenario)), 'town')}, {grouped(people)} customers, "
        f"{number_of(len(product_names(scenario)), 'product')}, {len(firm_names(scenario))} firms, carriers and "
        f"platform included, {number_of(scenario.time.days, 'day')}."
    )


def _help(*, expanded: bool) -> None:
    """Show what files look like, with templates to begin with."""
    with st.expander("What files look like, and templates to begin with", expanded=expanded):
        names = list(scenario_names())
        base = st.selectbox(
            "A template from", names, index=names.index(sending.USUAL_BASE), key="template-base",
            help="It says what this scenario says already; change what differs with you.",
        )  # fmt: skip
        left, middle, right = st.columns(3)
        scenario = load_scenario(base)
        _template(left, "Products (CSV)", f"{base}-products.csv", lambda: template(PRODUCTS, scenario), CSV)
        _template(middle, "Firms (CSV)", f"{base}-firms.csv", lambda: template(FIRMS, scenario), CSV)
        _template(right, "Scenario (TOML)", f"{base}.toml", lambda: _toml(scenario), "application/toml")
        st.markdown(
            "The first line of a table names its columns. A cell left empty leaves what the scenario says. Tables with "
            "semicolons and decimal commas are read, too."
        )
        for title, rows in (("Products, a row for each", PRODUCTS), ("Firms, a row for each kind", FIRMS)):
            st.markdown(f"**{title}**")
            table = [(plain(name), plain(meaning)) for name, meaning in columns()[rows]]
            st.table(pd.DataFrame(table, columns=["column", "what it is"]).set_index("column"))


def _template(place: Any, label: str, file: str, made: Any, mime: str) -> None:
    place.download_button(label, made, file, mime, on_click="ignore", width="stretch")


def _toml(scenario: Scenario) -> str:
    from sim.scenario import scenario_to_toml

    return scenario_to_toml(scenario)
