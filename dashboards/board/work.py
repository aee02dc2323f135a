"""Work for all who look: one service for every session, and what a page shows while it waits."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sim.experiments.service import Answer, Service, Work
from sim.experiments.sweeping import compile_once
from sim.words import number_of

EVERY = 0.5
"""Seconds between two looks at work that is under way."""
MOMENT = 0.5
"""Seconds in which small markets are done."""


@st.cache_resource(show_spinner="Starting the market ...")
def service() -> Service:
    """Return the one service of this server."""
    return Service(first=compile_once)


def folder() -> str:
    """Return where results are kept for everybody: MIDDLEMAN_RESULTS, else the user's cache."""
    chosen = os.environ.get("MIDDLEMAN_RESULTS")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return chosen or str(caches / "middleman" / "results")


def ask(slot: str, tasks: Sequence[Work]) -> Answer:
    """Say what this page wants in one of its places, in place of what it wanted there before."""
    if tasks and _stopped(slot) == tasks[0].key:
        return Answer(service().ask(who(slot), ()).results or (None,) * len(tasks))
    return service().ask(who(slot), tasks)


def ask_and_linger(slot: str, tasks: Sequence[Work]) -> Answer:
    """Ask, and where a moment may bring the first result, give it that moment, so that the page is drawn once."""
    answer = ask(slot, tasks)
    end = time.monotonic() + MOMENT
    while not (answer.ready or answer.over or answer.place or _stopped(slot)) and time.monotonic() < end:
        time.sleep(0.03)
        answer = ask(slot, tasks)
    return answer


def who(slot: str) -> tuple[str, str]:
    """Return who asks: a session, and a place on its page."""
    context = get_script_run_ctx()
    return (context.session_id if context else "", slot)


def wait(slot: str, tasks: Sequence[Work], answer: Answer, steps: Sequence[int] = ()) -> None:
    """Show how far work is, look again and again, and show the page anew when there is more to see.

    Args:
        slot, tasks, answer: what was asked, and what there was.
        steps: how many results make it worth while to draw anew before all are there.
    """
    if answer.failure:
        _failed(tasks, answer)
        return
    if answer.complete:
        return
    if _stopped(slot) == tasks[0].key:
        said = "Stopped. What is there is shown." if answer.ready else "Stopped before there was anything to see."
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.info(said)
        right.button("Go on", key=f"{slot}-on", on_click=lambda: st.session_state.pop(f"{slot}-stopped"))
        return
    shown = len(answer.ready)

    @st.fragment(run_every=EVERY)
    def look() -> None:
        now = ask(slot, tasks)
        ready = len(now.ready)
        if now.over or any(shown < step <= ready for step in (1, *steps)):
            st.rerun()
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(ready / len(tasks), text=told(now, len(tasks)))
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot, tasks[0].key))

    look()


def told(answer: Answer, wanted: int) -> str:
    """Return in words how far work is."""
    if answer.place:
        return f"{number_of(answer.place, 'run')} of others before yours"
    return f"{len(answer.ready)} of {number_of(wanted, 'run')} done"


def _stop(slot: str, key: str) -> None:
    st.session_state[f"{slot}-stopped"] = key
    service().leave(who(slot))


def _stopped(slot: str) -> str:
    return str(st.session_state.get(f"{slot}-stopped", ""))


def _failed(tasks: Sequence[Work], answer: Answer) -> None:
    st.error("This could not be computed. Others are not touched by it.")
    st.code(answer.failure, language=None, wrap_lines=True)
    st.button("Try again", on_click=lambda: service().again(tasks))
