"""Mine against mine: a view that is pinned stays while parameters move, and the page says what the move changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from board import link, showing, work
from board.text import plain
from sim.common.number_format import number_of
from sim.experiments.two_markets import paired_by_seed
from sim.experiments.views import LONGEST, View, view_of
from sim.report.text.two_markets import changes_grid, customers_sentence, figures_grid
from sim.runs.replication import Replication
from sim.scenario import Scenario, ScenarioError

PIN = "pin"
"""Query parameter: the scenario that is pinned, and its changes."""
BETWEEN = ";"
PINNED, NOW = "pinned", "now"
"""What the two markets are called in tables."""


def pin_button(view: View) -> None:
    """Let the reader pin this view, or take the pin back."""
    if view.choice(PIN):
        st.button("Unpin", on_click=lambda: link.to(lambda v: v.choosing(**{PIN: ""})))
        return
    written = _written(view)
    st.button(
        "Pin this view",
        help="Keep these figures, then move a parameter: the page says what that changes, with the same seeds and, as "
        "far as the parameters allow, the same customers.",
        disabled=written is None,
        on_click=lambda: link.to(lambda v: v.choosing(**{PIN: written or ""})),
    )


def show_changes(view: View, regimes: Sequence[str], runs: Sequence[Replication]) -> None:
    """Show what has changed since a view was pinned; nothing where none is.

    Args:
        view: what is looked at now.
        regimes: compared in it.
        runs: its whole runs so far.
    """
    pinned = _pinned(view)
    if pinned is None:
        return
    if not runs or link.without_choices(view) == pinned:
        st.info("Pinned. Move a parameter: what that changes is shown here.")
        return
    before, known = link.market_of(pinned)
    now, _ = link.market_of(view)
    common = [each for each in regimes if each in known]
    staged = link.staged(pinned, work.folder())
    jobs, answer = work.comparison("pinned", staged)
    with st.container():
        work.wait("pinned", jobs, answer)
    old = staged.replications(jobs, answer.ready)
    if old and common:
        _show_both((before, now), common, old, runs)


def _show_both(
    markets: tuple[Scenario, Scenario], regimes: Sequence[str], old: Sequence[Replication], new: Sequence[Replication]
) -> None:
    """Show what differs, and what that changes under each regime, over the seeds of which there are both."""
    both = [(one.figures, other.figures) for one, other in zip(old, new, strict=False) if one.seed == other.seed]
    named = tuple(each.model_copy(update={"name": name}) for each, name in zip(markets, (PINNED, NOW), strict=True))
    found = paired_by_seed((named[0], named[1]), regimes, old[0].seed, both)
    st.subheader("What has changed since you pinned", anchor=False)
    showing.text_table(changes_grid(found))
    tabs = st.tabs([plain(found.scenarios[0].regime_title(regime)) for regime in regimes])
    for tab, regime in zip(tabs, regimes, strict=True):
        with tab:
            showing.text_table(figures_grid(found, regime))
    runs = number_of(found.replications, "run")
    said = "the difference is now less pinned, ± half of its 95 % interval, in [brackets] if it may be chance."
    st.caption(plain(f"Means of {runs} each, on the same seeds; {said} {customers_sentence(found)}"))


def _written(view: View) -> str | None:
    """Return a view as the pin in a link; None where it is too long for one."""
    parts = [view.scenario, *view.changes]
    text = BETWEEN.join(parts)
    return None if len(text) > LONGEST or any(BETWEEN in each for each in parts) else text


def _pinned(view: View) -> View | None:
    """Return the view that is pinned, with seed, runs and regimes of the one that is looked at; None: there is none."""
    text = view.choice(PIN)
    if not text:
        return None
    scenario, *changes = text.split(BETWEEN)
    try:
        asked = view_of({"scenario": [scenario], "set": [each for each in changes if each]})
    except ScenarioError as error:
        st.warning(plain(f"The pin of this link cannot be shown: {error.lines(1)[0]}"))
        return None
    return replace(link.without_choices(view), scenario=asked.scenario, changes=asked.changes)
