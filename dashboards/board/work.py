"""Background work for all users: one service for every session, and what a page shows while it waits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sim.common.number_format import number_of
from sim.experiments.jobs import Replicate
from sim.experiments.preview import Plan
from sim.experiments.single_run_views import Look, Looks
from sim.runs.job_service import Answer, Service, Work
from sim.runs.running import compile_once
from sim.runs.workers import is_compiled

EVERY, CROWD = 0.25, 4
"""Seconds between two checks of running work for this many waiting pages; longer, in proportion, for more."""
ANEW = 3.0
"""Seconds after which partial results are redrawn."""
MOMENT = 2.0
"""Seconds for which a page keeps its old picture while new figures are computed."""


@st.cache_resource(show_spinner="Starting the market ...")
def service() -> Service:
    """Return the only service of this server."""
    return Service(first=compile_once)


def folder() -> str:
    """Return the folder of results shared by all users: MIDDLEMAN_RESULTS, else the user's cache."""
    chosen = os.environ.get("MIDDLEMAN_RESULTS")
    if chosen:
        return chosen
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return str(caches / "middleman" / "results")


def ask(slot: str, tasks: Sequence[Work]) -> Answer:
    """Say what this page needs in one of its slots, replacing what the slot needed before.

    If the visitor has stopped the work, nothing more is requested, and the results so far are returned.
    """
    if _stopped(slot):
        service().leave(who(slot))
        return Answer(service().results(tasks))
    return service().ask(who(slot), tasks)


def follow(slot: str, plan: Plan) -> tuple[tuple[Replicate, ...], Answer]:
    """Request the runs of a comparison; if the first figures are being computed, wait a moment for them.

    The page is then drawn once, with figures in it. A visitor who has to queue sees that at once.

    Returns:
        the requested tasks, and their results so far.
    """
    tasks = plan.wanted(service().has)
    return tasks, _linger(slot, tasks, lambda answer: plan.shown(tasks, answer.ready) is not None)


def look(slot: str, looks: Looks[Look], wanted: Sequence[str] = ()) -> tuple[tuple[Look, ...], Answer]:
    """Request views of runs; if the first are being computed, wait a moment for them.

    Args:
        slot: part of the page that needs them.
        looks: the views.
        wanted: regimes needed before the page is drawn; by default all.

    Returns:
        the requested tasks, and their results so far.
    """
    tasks = looks.wanted(service().has)
    names = set(wanted) or {task.regime for task in tasks}
    return tasks, _linger(slot, tasks, lambda answer: names <= set(looks.shown(tasks, answer.results)))


def _linger(slot: str, tasks: Sequence[Work], enough: Callable[[Answer], bool]) -> Answer:
    answer = ask(slot, tasks)
    end = time.monotonic() + MOMENT
    said = st.empty()
    while not (enough(answer) or answer.over or answer.place or _stopped(slot)):
        if time.monotonic() > end:
            break
        time.sleep(0.02)
        said.empty()  # if another parameter was changed, the page stops here
        answer = ask(slot, tasks)
    return answer


def who(slot: str) -> tuple[str, str]:
    """Return the client: a session, and a slot on its page."""
    context = get_script_run_ctx()
    return (context.session_id if context else "", slot)


def wait(slot: str, tasks: Sequence[Work], answer: Answer, steps: Sequence[int] = ()) -> None:
    """Show progress, check repeatedly, and redraw the page when there is more to see.

    Args:
        slot, tasks, answer: the request, and its results so far.
        steps: numbers of results at which redrawing is worthwhile before all have finished; by default the first
            one.
    """
    if answer.failure:
        _failed(tasks, answer)
        return
    if answer.complete:
        return
    if _stopped(slot):
        seen = "Stopped. The page shows the results so far." if answer.ready else "Stopped before the first results."
        _offer_to_go_on(slot, seen)
        return
    shown = len(answer.ready)

    @st.fragment(run_every=EVERY * max(1.0, service().waiting() / CROWD))
    def look_again() -> None:
        now = ask(slot, tasks)
        ready = len(now.ready)
        if _stopped(slot) or now.over or any(shown < step <= ready for step in (steps or (1,))):
            st.rerun()
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(ready / len(tasks), text=progress_text(now, len(tasks)))
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot,))

    look_again()


def results(tasks: Sequence[Work]) -> tuple[Any, ...]:
    """Return the results of tasks so far, for any user."""
    return service().results(tasks)


def wait_for(slot: str, tasks: Sequence[Work], far: Callable[[float], tuple[float, str]]) -> None:
    """Work on tasks of which more may follow; redraw the page when they are done, and occasionally before.

    Args:
        slot, tasks: the request.
        far: the progress from 0 to 1, and in words, given the share of tasks done.
    """
    answer = ask(slot, tasks)
    if answer.failure:
        _failed(tasks, answer)
        return
    if _stopped(slot):
        _offer_to_go_on(slot, "Stopped. The page shows the results so far.")
        return
    begun = time.monotonic()

    @st.fragment(run_every=max(2 * EVERY, EVERY * service().waiting() / CROWD))
    def look_again() -> None:
        now = ask(slot, tasks)
        done = sum(each is not None for each in now.results)
        if _stopped(slot) or now.over or (done and time.monotonic() - begun > ANEW):
            st.rerun()
        share, words = far(done / len(tasks))
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(min(share, 1.0), text=progress_text(now, len(tasks)) if now.place or compiling() else words)
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot,))

    look_again()


def compiling() -> bool:
    """Tell whether all users are waiting for the model to be compiled."""
    return service().preparing and not is_compiled()


COMPILING = "The first start compiles the model: about half a minute."


def progress_text(answer: Answer, wanted: int) -> str:
    """Return the progress in words, or that the model is being compiled."""
    if compiling():
        return COMPILING
    if answer.place:
        return f"{number_of(answer.place, 'run')} before yours"
    return f"{len(answer.ready)} of {number_of(wanted, 'run')} done"


def go_on(slot: str) -> None:
    """Resume stopped work."""
    st.session_state.pop(f"{slot}-stopped", None)


def _stop(slot: str) -> None:
    st.session_state[f"{slot}-stopped"] = _link()
    service().leave(who(slot))


def _stopped(slot: str) -> bool:
    """Tell whether the visitor has stopped the work for this link; another link starts afresh."""
    return st.session_state.get(f"{slot}-stopped") == _link()


def _link() -> list[tuple[str, list[str]]]:
    return sorted((name, st.query_params.get_all(name)) for name in st.query_params)


def _offer_to_go_on(slot: str, said: str) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(said)
    right.button("Go on", key=f"{slot}-on", on_click=go_on, args=(slot,))


def _failed(tasks: Sequence[Work], answer: Answer) -> None:
    st.error("This could not be computed.")
    st.code(answer.failure, language=None, wrap_lines=True)
    st.button("Try again", on_click=lambda: service().again(tasks))
