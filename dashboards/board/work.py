"""Work for all who look: one service for every session, and what a page shows while it waits."""

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
"""Seconds between two looks at work that is under way, for as many who wait; for more, in proportion longer."""
ANEW = 3.0
"""Seconds after which partial results are drawn anew."""
MOMENT = 2.0
"""Seconds for which a page holds on to the picture before, where new figures are being made."""


@st.cache_resource(show_spinner="Starting the market ...")
def service() -> Service:
    """Return the one service of this server."""
    return Service(first=compile_once)


def folder() -> str:
    """Return where results are kept for everybody: MIDDLEMAN_RESULTS, else the user's cache."""
    chosen = os.environ.get("MIDDLEMAN_RESULTS")
    if chosen:
        return chosen
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return str(caches / "middleman" / "results")


def ask(slot: str, tasks: Sequence[Work]) -> Answer:
    """Say what this page wants in one of its places, in place of what it wanted there before.

    Where the visitor has stopped the work, nothing more is wanted, and what is there is returned.
    """
    if _stopped(slot):
        service().leave(who(slot))
        return Answer(service().results(tasks))
    return service().ask(who(slot), tasks)


def follow(slot: str, plan: Plan) -> tuple[tuple[Replicate, ...], Answer]:
    """Ask for the runs of a comparison; where the first figures are being made, give them a moment.

    The page is then drawn once, with figures in it. Whoever has to queue is told so at once.

    Returns:
        the tasks that were asked for, and what there is of them.
    """
    tasks = plan.wanted(service().has)
    return tasks, _linger(slot, tasks, lambda answer: plan.shown(tasks, answer.ready) is not None)


def look(slot: str, looks: Looks[Look], wanted: Sequence[str] = ()) -> tuple[tuple[Look, ...], Answer]:
    """Ask for looks at runs; where the first are being made, give them a moment.

    Args:
        slot: the place of the page that asks.
        looks: what is looked at.
        wanted: regimes that have to be there before the page is drawn; all where none are given.

    Returns:
        the tasks that were asked for, and what there is of them.
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
        said.empty()  # and should another knob have been moved, the page is left here
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
        steps: how many results make it worth while to draw anew before all are there; the first does where none
            are given.
    """
    if answer.failure:
        _failed(tasks, answer)
        return
    if answer.complete:
        return
    if _stopped(slot):
        seen = "Stopped. What is there is shown." if answer.ready else "Stopped before there was anything to see."
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
        left.progress(ready / len(tasks), text=told(now, len(tasks)))
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot,))

    look_again()


def results(tasks: Sequence[Work]) -> tuple[Any, ...]:
    """Return what there is of tasks, for anybody."""
    return service().results(tasks)


def wait_for(slot: str, tasks: Sequence[Work], far: Callable[[float], tuple[float, str]]) -> None:
    """Work on tasks of which more may follow; draw the page anew when they are done, and now and then before.

    Args:
        slot, tasks: what was asked.
        far: how far the work is, from 0 to 1, and in words, given the share of the tasks that are done.
    """
    answer = ask(slot, tasks)
    if answer.failure:
        _failed(tasks, answer)
        return
    if _stopped(slot):
        _offer_to_go_on(slot, "Stopped. What is there is shown.")
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
        left.progress(min(share, 1.0), text=told(now, len(tasks)) if now.place or compiling() else words)
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot,))

    look_again()


def compiling() -> bool:
    """Tell whether everybody waits for the model to be compiled."""
    return service().preparing and not is_compiled()


COMPILING = "The first start compiles the model: about half a minute."


def told(answer: Answer, wanted: int) -> str:
    """Return in words how far work is; that the model is being compiled, where it is."""
    if compiling():
        return COMPILING
    if answer.place:
        return f"{number_of(answer.place, 'run')} before yours"
    return f"{len(answer.ready)} of {number_of(wanted, 'run')} done"


def go_on(slot: str) -> None:
    """Take a stop back."""
    st.session_state.pop(f"{slot}-stopped", None)


def _stop(slot: str) -> None:
    st.session_state[f"{slot}-stopped"] = _link()
    service().leave(who(slot))


def _stopped(slot: str) -> bool:
    """Tell whether the visitor has stopped the work for this link; another link begins anew."""
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
