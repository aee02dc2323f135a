"""The view in the address bar: read from it, and written to it when a knob moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from board.text import plain
from sim.experiments.preview import Plan, plan_of
from sim.experiments.views import NotSentError, View, made_by, view_of
from sim.runs.uploads import Uploads
from sim.scenario import Scenario, ScenarioError

FIRST_OF = {"prices": "successive_margins"}
"""Scenarios that pages begin with, where not with the usual one: on this page prices shall move."""
MOST_VIEWS = 128
"""Views whose scenario is kept in memory, checked and whole."""


def current() -> View:
    """Return the view of the link. Where it cannot be one, the page says why and ends."""
    try:
        view = _in_the_address()
    except ScenarioError as error:
        _refuse(error)
        raise  # not reached: the page has ended
    if view.other_version:
        said = f"This link was made with version {view.other_version[:20]}, this is {made_by()}"
        st.info(plain(f"{said}: figures may differ."))
    return view


def here(page: str) -> None:
    """Say which page is shown: an address that names no scenario shows the one that the page begins with."""
    st.session_state["here"] = page


def _in_the_address() -> View:
    """Return the view of the link. Raises ScenarioError where it cannot be one."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    first = FIRST_OF.get(st.session_state.get("here", ""))
    return view_of(given if first is None or "scenario" in given else {**given, "scenario": [first]})


def carried() -> dict[str, str | list[str]]:
    """Return what a link to another page takes along; nothing where the address holds no view."""
    try:
        return _in_the_address().parameters()
    except ScenarioError:
        return {}


def market_of(view: View) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario of a view and the regimes to compare. Where they cannot be, the page says why and ends."""
    try:
        return _market_of(without_choices(view))
    except NotSentError:
        ask_for_the_file(view)
        raise
    except ScenarioError as error:
        _refuse(error, view)
        raise


@st.cache_resource(show_spinner=False)
def uploads() -> Uploads:
    """Return what visitors have sent to this server."""
    return Uploads()


def ask_for_the_file(view: View) -> None:
    """Ask for the file of a link to an uploaded scenario; the page ends there."""
    from board import sending

    st.title("This link needs its file", anchor=False)
    st.markdown(
        "It shows a market that somebody uploaded. The link holds a fingerprint of the file and all changes, but not "
        "the file itself. Send the same scenario, and the same figures appear; nothing else will do."
    )
    scenario = sending.ask("link-file")
    if scenario is not None and uploads().keep(scenario) != view.scenario:
        st.error("This is another market than the one of the link: its fingerprint differs. Nothing was changed.")
    elif scenario is not None:
        st.rerun()
    st.button("Start with the usual view", on_click=st.query_params.clear)
    st.stop()


@lru_cache(maxsize=MOST_VIEWS)
def _market_of(view: View) -> tuple[Scenario, tuple[str, ...]]:
    scenario = view.market(uploads().find)
    return scenario, view.compared(scenario)


def without_choices(view: View) -> View:
    """Return the view without what pages were told beside it: it decides what is run."""
    return replace(view, choices=(), other_version="")


def plan(view: View, folder: str) -> Plan:
    """Return the runs of a view that can be."""
    return _plan(without_choices(view), folder)


@lru_cache(maxsize=MOST_VIEWS)
def _plan(view: View, folder: str) -> Plan:
    scenario, regimes = _market_of(view)
    return plan_of(scenario, regimes, view.runs, view.seed, folder)


def show(view: View) -> None:
    """Put a view into the address bar; the page is shown anew."""
    st.query_params.from_dict(view.parameters())


def to(change: Callable[[View], View]) -> None:
    """Change the view of the address bar, from a widget's callback."""
    try:
        show(change(_in_the_address()))
    except ScenarioError:
        st.query_params.clear()  # what was there was no view


def _refuse(error: ScenarioError, view: View | None = None) -> None:
    st.title("This link cannot be shown")
    lines: Sequence[str] = error.lines(10)
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    if view is not None and view.changes:
        st.button("Take the changes back", on_click=lambda: show(View(view.scenario)), type="primary")
    st.button("Start with the usual view", on_click=st.query_params.clear)
    st.stop()
