"""The view in the address bar: read from it, and written to it when a parameter changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache

import streamlit as st
from guard import own

from board.text import plain
from sim.experiments.preview import StagedComparison, staged_comparison
from sim.experiments.views import OWN, NotSentError, View, made_by, view_of
from sim.scenario import Scenario, ScenarioError

FIRST_OF = {"prices": "successive_margins", "explore": "classroom_set_margins"}
"""Scenarios with which some pages start instead of the default: where prices move, and where a share decides who
keeps the saving."""
KNOWN = (
    *OWN,
    "gains",
    "pin",
    "why",
    "why_need",
    "under",
    "customer",
    "need",
    "day",
    "town",
    "ask",
    "x",
    "y",
    "figure",
    "party",
    "step",
    "guess",
    "guesses",
    "live",
    "room",
)
"""Every name that some page reads from a link."""
MOST_VIEWS = 128
"""Views whose checked scenario is kept in memory."""


def current() -> View:
    """Return the view in the link. If it is invalid, the page says why and stops."""
    try:
        view = _in_the_address()
    except ScenarioError as error:
        _refuse(error)
        raise  # not reached: the page has stopped
    if view.other_version:
        said = f"This link was made with version {view.other_version[:20]}, but this is {made_by()}"
        st.info(plain(f"{said}: figures may differ."))
    for name in unknown_names(view):
        near = get_close_matches(name, KNOWN, 1)
        hint = f" Did you mean {near[0]}?" if near else f" Names: {', '.join(sorted(KNOWN))}."
        st.warning(plain(f"The link says {name[:40]}, which no page knows, so it changes nothing.{hint}"))
    return view


def unknown_names(view: View) -> list[str]:
    """Return the names in a link that no page reads."""
    return [name for name, _ in view.choices if name not in KNOWN]


def here(page: str) -> None:
    """Record which page is shown: an address without a scenario shows the page's default scenario."""
    st.session_state["here"] = page


def _in_the_address() -> View:
    """Return the view in the link. Raises ScenarioError if it is invalid."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    first = FIRST_OF.get(st.session_state.get("here", ""))
    return view_of(given if first is None or "scenario" in given else {**given, "scenario": [first]})


def carried() -> dict[str, str | list[str]]:
    """Return the query parameters that links to other pages carry; empty if the address holds no view."""
    try:
        return _in_the_address().parameters()
    except ScenarioError:
        return {}


def market_of(view: View) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario of a view and the regimes to compare. If they are invalid, the page says why and stops."""
    try:
        return _market_of(without_choices(view))
    except NotSentError:
        ask_for_the_file(view)
        raise
    except ScenarioError as error:
        _refuse(error, view)
        raise


def ask_for_the_file(view: View) -> None:
    """Ask for the file of a link to an uploaded scenario, and stop the page."""
    from board import sending

    st.title("This link needs its file", anchor=False)
    st.markdown(
        "It shows a market that somebody uploaded. The link holds a fingerprint of the file and all changes, but "
        "not the file itself. Upload the same scenario to see the same figures; no other file will work."
    )
    reading = sending.upload_form("link-file")
    if reading is not None and reading.scenario is not None and own.uploads().keep(reading.scenario) != view.scenario:
        st.error("This is not the market of the link: its fingerprint differs. Nothing was changed.")
    elif reading is not None:
        st.rerun()
    st.button("Start with the default view", on_click=st.query_params.clear)
    st.stop()


@lru_cache(maxsize=MOST_VIEWS)
def _market_of(view: View) -> tuple[Scenario, tuple[str, ...]]:
    scenario = view.market(own.uploads().find)
    return scenario, view.compared(scenario)


def without_choices(view: View) -> View:
    """Return the view without the choices of single pages, which do not affect what is run."""
    return replace(view, choices=(), other_version="")


def staged(view: View, folder: str) -> StagedComparison:
    """Return the runs of a valid view."""
    return _staged(without_choices(view), folder)


@lru_cache(maxsize=MOST_VIEWS)
def _staged(view: View, folder: str) -> StagedComparison:
    scenario, regimes = _market_of(view)
    return staged_comparison(scenario, regimes, view.runs, view.seed, folder)


def show(view: View) -> None:
    """Write a view to the address bar; the page is redrawn."""
    st.query_params.from_dict(view.parameters())


def to(change: Callable[[View], View]) -> None:
    """Change the view in the address bar, from a widget's callback."""
    try:
        show(change(_in_the_address()))
    except ScenarioError:
        st.query_params.clear()  # the previous view was invalid


def _refuse(error: ScenarioError, view: View | None = None) -> None:
    st.title("This link cannot be shown")
    lines: Sequence[str] = error.lines(10)
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    if view is not None and view.changes:
        st.button("Undo the changes", on_click=lambda: show(View(view.scenario)), type="primary")
    st.button("Start with the default view", on_click=st.query_params.clear)
    st.stop()
