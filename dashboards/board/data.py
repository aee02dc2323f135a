"""Your data: the user's own market, shown like any other, with all downloads."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from guard import own

from board import business, compare, knobs, link, sending, showing, work
from board.text import plain
from sim.common.number_format import grouped, number_of
from sim.experiments.views import View
from sim.runs.uploads import is_upload
from sim.scenario import Scenario, load_scenario, scenario_names
from sim.scenario.names import firm_names, product_names, town_names
from sim.tables.meanings import FIRMS, HISTORY, PRODUCTS
from sim.tables.templates import columns, market_template, template

CSV = "text/csv"


def page() -> None:
    """Show the market in the link if it was uploaded, and the upload form."""
    showing.style()
    view = link.current()
    if is_upload(view.scenario):
        _results(view)
        st.subheader("Upload another market", anchor=False)
        _send(view)
    else:
        st.title("Upload your own market and see who gains and who pays", anchor=False)
        st.markdown(
            "Upload a scenario, or tables of your products, firms and weekly sales as they are, from Excel or CSV. "
            "You see how each column was read before anything runs. The market can then be compared, mapped, explored "
            "and downloaded like the others. Files are read as data only and kept in memory for some hours under a "
            "fingerprint of their content. Anyone with the link can see them; later, the link asks for the file again."
        )
        _send(view)
    _help(expanded=not is_upload(view.scenario))


def _send(view: View) -> None:
    """Let the visitor upload files; a valid market becomes the current view."""
    reading = sending.upload_form("data")
    if reading is None or reading.scenario is None:
        st.session_state.pop("sent", None)  # the same files may be uploaded again
        return
    name = own.uploads().keep(reading.scenario)
    business.remember(name, reading.market)
    if name != st.session_state.get("sent") and name != view.scenario:
        link.show(View(name, runs=view.runs, seed=view.seed))
        st.session_state["sent"] = name
        st.rerun()
    st.session_state["sent"] = name


def _results(view: View) -> None:
    """Show the results, and links to the other pages."""
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    staged = link.staged(view, work.folder())
    jobs, answer = work.comparison("data", staged)
    shown = staged.shown(jobs, answer.ready)
    if shown is None:
        st.title(plain(scenario.title or scenario.name), anchor=False)
        st.caption(plain(_size(scenario)))
        work.wait("data", jobs, answer, compare.steps(staged, jobs, begun=False))
        return
    if not business.may_conclude(shown.comparison, scenario, view.scenario):
        work.wait("data", jobs, answer, compare.steps(staged, jobs))
        return
    compare.finding(shown.comparison, scenario)
    compare.standing(shown, view)
    work.wait("data", jobs, answer, compare.steps(staged, jobs))
    st.caption(plain(_size(scenario)))
    compare.main_charts(shown.comparison, scenario, view)
    if not shown.days:
        st.subheader("Downloads", anchor=False)
        showing.downloads(shown.comparison, scenario, view)


def _size(scenario: Scenario) -> str:
    """Return the size of a market in one sentence."""
    places = scenario.geography
    people = sum(town.customers for town in places.towns) if places.towns else places.customers
    return (
        f"Your market as read: {number_of(len(town_names(scenario)), 'town')}, {grouped(people)} customers, "
        f"{number_of(len(product_names(scenario)), 'product')}, {len(firm_names(scenario))} firms, carriers and "
        f"platform included, {number_of(scenario.time.days, 'day')}."
    )


def _help(*, expanded: bool) -> None:
    """Show the file formats, with templates."""
    with st.expander("File formats and templates", expanded=expanded):
        names = list(scenario_names())
        base = st.selectbox(
            "A template from",
            names,
            index=names.index(sending.USUAL_BASE),
            key="template-base",
            help="It contains this scenario's values; change what is different for you.",
        )
        first, left, middle, right = st.columns(4)
        scenario = load_scenario(base)
        _template(first, "Your market (CSV)", "my-market.csv", market_template, CSV)
        _template(left, "Products (CSV)", f"{base}-products.csv", lambda: template(PRODUCTS, scenario), CSV)
        _template(middle, "Firms (CSV)", f"{base}-firms.csv", lambda: template(FIRMS, scenario), CSV)
        _template(right, "Scenario (TOML)", f"{base}.toml", lambda: _toml(scenario), "application/toml")
        st.markdown(
            "Headings in English, German, French, Spanish and Chinese are known; you choose what the others mean. An "
            "empty cell or a missing column stands for what the base scenario says, and the preview shows it."
        )
        sections = (("Products, one row each", PRODUCTS), ("Firms, one row per kind", FIRMS), ("Weekly sales", HISTORY))
        for title, rows in sections:
            st.markdown(f"**{title}**")
            table = [(plain(name), plain(meaning)) for name, meaning in columns()[rows]]
            st.table(pd.DataFrame(table, columns=["column", "meaning"]).set_index("column"))


def _template(place: Any, label: str, file: str, made: Any, mime: str) -> None:
    place.download_button(label, made, file, mime, on_click="ignore", width="stretch")


def _toml(scenario: Scenario) -> str:
    from sim.scenario import scenario_to_toml

    return scenario_to_toml(scenario)
