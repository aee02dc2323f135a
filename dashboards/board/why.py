"""Why? Follows one purchase, from the need to every account it touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from board import link, showing, work
from board.text import plain
from sim.experiments.jobs import look_at
from sim.experiments.views import View
from sim.report.text.trace_text import sections
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.results.figures.story import Story


WHY, NEED = "why", "why_need"
"""Query parameters of the followed purchase: the regime, and the number of the need."""


def is_followed(view: View) -> bool:
    """Tell whether the link follows a purchase."""
    return bool(view.choice(WHY))


def chosen_need(scenario: Scenario, regimes: Sequence[str], view: View) -> None:
    """Let the reader choose a regime and a need, and tell its story; the choice is kept in the link."""
    st.session_state["follow"] = is_followed(view)

    def switched() -> None:
        under = regimes[0] if st.session_state["follow"] else ""
        link.to(lambda v: v.choosing(**{WHY: under, NEED: ""}))

    if st.toggle("Follow a purchase", key="follow", on_change=switched):
        _choose(scenario, regimes, view)


def _choose(scenario: Scenario, regimes: Sequence[str], view: View) -> None:
    asked, number = view.choice(WHY), view.choice(NEED)
    left, right = st.columns(2)
    st.session_state["why-regime"] = asked if asked in regimes else regimes[0]
    st.session_state["why-need"] = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None

    def moved() -> None:
        need = st.session_state["why-need"]
        under = st.session_state["why-regime"]
        link.to(lambda v: v.choosing(**{WHY: under, NEED: "" if need is None else str(need)}))
        work.go_on("why")

    regime = left.selectbox(
        "Channel", list(regimes), key="why-regime", on_change=moved, format_func=scenario.regime_title
    )
    need = right.number_input("Need number", 0, placeholder="the first purchase", key="why-need", on_change=moved)
    why(scenario, regime, view.seed, None if need is None else int(need))


def why(scenario: Scenario, regime: str, seed: int, need: int | None) -> None:
    """Tell the story of a need; of the first purchase if none is given."""
    task = look_at(scenario, [regime], seed, need)
    answer = work.ask("why", [task])
    if not answer.complete:
        work.wait("why", [task], answer)
        return
    look = answer.results[0]
    story = look.stories[regime]
    if story is None:
        st.info(f"Needs in this run are numbered 0 to {look.needs[regime] - 1}.")
        return
    showing.again("story", lambda: tell(story), story)


def tell(story: Story) -> None:
    """Tell a story in the words and tables of ``middleman trace``."""
    for section in sections(story):
        st.markdown(f"**{plain(section.title)}**")
        if section.sentences:
            st.markdown(plain(" ".join(section.sentences)))
        if section.table is not None:
            showing.text_table(section.table)
        if section.note:
            st.caption(plain(section.note))
