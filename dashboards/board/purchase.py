"""One purchase, two worlds: the same need of the same customer under several channels, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from board import knobs, link, showing, work
from board.text import plain
from board.why import tell
from sim.common.identity import ByIdentity
from sim.experiments.jobs import look_at
from sim.experiments.views import View
from sim.report import charts
from sim.report.text.two_worlds import headline_of_worlds, who_it_is, worlds_side_by_side, worlds_to_tell
from sim.results.figures.route import routes_of
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.results.figures.story import Story

NEED = "need"
"""Query parameter: the number of the need."""


def page() -> None:
    """Show what becomes of one need under up to three channels."""
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    shown = worlds_to_tell(regimes)
    asked = _number(view)
    task = look_at(scenario, shown, view.seed, asked, scenario.time.warm_up)
    answer = work.ask("purchase", [task])
    if not answer.complete:
        st.title(plain(f"One purchase under {len(shown)} channels"), anchor=False)
        st.caption("One run of every channel is made for this; it takes some seconds.")
        work.wait("purchase", [task], answer)
        return
    look = answer.results[0]
    found = {regime: look.stories[regime] for regime in shown if look.stories[regime] is not None}
    if not found:
        st.title("There is no such need", anchor=False)
        st.info(f"Needs in this run are numbered 0 to {min(look.needs.values()) - 1}.")
        _choose(0, min(look.needs.values()))
        return
    _worlds(scenario, found, view)
    _choose(next(iter(found.values())).need, min(look.needs.values()))
    _in_full(scenario, found)


def _number(view: View) -> int | None:
    """Return the need in the link; None for the first purchase. A text that is none is said."""
    asked = view.choice(NEED)
    if not asked:
        return None
    if asked.isascii() and asked.isdigit() and len(asked) < 10:
        return int(asked)
    st.warning(plain(f"There is no need called {asked[:20]}; needs have numbers. This is the first purchase."))
    return None


def _worlds(scenario: Scenario, found: Mapping[str, Story], view: View) -> None:
    titled = {scenario.regime_title(regime): story for regime, story in found.items()}
    st.title(plain(headline_of_worlds(titled)), anchor=False)
    st.caption(plain(f"{who_it_is(next(iter(titled.values())))} One run, seed {view.seed}."))
    rows = worlds_side_by_side(titled)
    for place, name in zip(st.columns(len(titled)), titled, strict=True):
        with place, st.container(border=True, key=f"world-{list(titled).index(name)}"):
            st.markdown(f"**{plain(name[:1].upper() + name[1:])}**")
            st.markdown("  \n".join(f":gray[{plain(label)}:] {plain(row[name])}" for label, row in rows.items()))
    drawn = _drawn(ByIdentity(scenario), view.seed, tuple((name, ByIdentity(story)) for name, story in titled.items()))
    showing.chart(drawn, "routes")
    st.caption("Straight lines from place to place. Play shows the goods day by day; pause at a day with the slider.")


@lru_cache(maxsize=showing.MOST_CHARTS)
def _drawn(scenario: ByIdentity[Scenario], seed: int, stories: tuple[tuple[str, ByIdentity[Any]], ...]) -> charts.Chart:
    routes, towns = routes_of(scenario.kept, seed, [story.kept for _, story in stories])
    named = dict(zip((name for name, _ in stories), routes, strict=True))
    return charts.prerendered(charts.purchase_routes(named, towns))


def _choose(need: int, needs: int) -> None:
    """Let the reader choose another need; the choice is kept in the link."""
    left, right = st.columns(2, vertical_alignment="bottom")
    st.session_state["purchase-need"] = need

    def moved() -> None:
        chosen = st.session_state["purchase-need"]
        link.to(lambda v: v.choosing(**{NEED: "" if chosen is None else str(chosen)}))

    left.number_input("Need number", 0, max(needs - 1, 0), key="purchase-need", on_change=moved)
    right.button(
        "The next need",
        on_click=lambda: link.to(lambda v: v.choosing(**{NEED: str(min(need + 1, max(needs - 1, 0)))})),
        width="stretch",
    )


def _in_full(scenario: Scenario, found: Mapping[str, Story]) -> None:
    for regime, story in found.items():
        name = scenario.regime_title(regime)
        with showing.folded(
            f"{name[:1].upper()}{name[1:]}: every account and place it touched", f"full-{regime}"
        ) as up:
            if up:
                showing.again("story", lambda story=story: tell(story), story)  # type: ignore[misc]
