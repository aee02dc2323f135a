"""Background work for all users: one service for every session, and what a page shows while it waits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from guard import own
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sim.common.number_format import number_of
from sim.experiments.preview import Job, StagedComparison
from sim.experiments.single_run_views import StagedViews, ViewT
from sim.runs.backends import is_compiled
from sim.runs.job_service import JobService
from sim.runs.jobs import JobResults, SharedJob

EVERY, CROWD = 0.25, 4
"""Seconds between two checks of running work for this many waiting pages; longer, in proportion, for more."""
REDRAW = 3.0
"""Seconds after which partial results are drawn again."""
MOMENT = 2.0
"""Seconds for which a page keeps its old picture while new figures are computed."""


def service() -> JobService:
    """Return the only service of this server."""
    return own.service()


def folder() -> str:
    """Return the folder of results shared by all users: MIDDLEMAN_RESULTS, else the user's cache."""
    chosen = os.environ.get("MIDDLEMAN_RESULTS")
    if chosen:
        return chosen
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return str(caches / "middleman" / "results")


def ask(slot: str, jobs: Sequence[SharedJob]) -> JobResults:
    """Say what this page wants in one of its places, in place of what it wanted there before.

    If the visitor has stopped the work, nothing more is requested, and the results so far are returned.
    """
    if _stopped(slot):
        service().leave(client(slot))
        return JobResults(service().results(jobs))
    return service().ask(client(slot), jobs)


def comparison(slot: str, staged: StagedComparison) -> tuple[tuple[Job, ...], JobResults]:
    """Ask for the runs of a comparison; where the first figures are being made, give them a moment.

    The page is then drawn once, with figures in it. A client that has to queue is told so at once.

    Returns:
        the jobs that were asked for, and what there is of them.
    """
    jobs = staged.wanted(service().has)
    return jobs, _linger(slot, jobs, lambda answer: staged.shown(jobs, answer.ready) is not None)


def views(slot: str, staged: StagedViews[ViewT], wanted: Sequence[str] = ()) -> tuple[tuple[ViewT, ...], JobResults]:
    """Ask for views of single runs; where the first are being made, give them a moment.

    Args:
        slot: part of the page that needs them.
        staged: the views.
        wanted: regimes needed before the page is drawn; by default all.

    Returns:
        the jobs that were asked for, and what there is of them.
    """
    jobs = staged.wanted(service().has)
    names = set(wanted) or {job.regime for job in jobs}
    return jobs, _linger(slot, jobs, lambda answer: names <= set(staged.shown(jobs, answer.results)))


def _linger(slot: str, jobs: Sequence[SharedJob], enough: Callable[[JobResults], bool]) -> JobResults:
    answer = ask(slot, jobs)
    end = time.monotonic() + MOMENT
    said = st.empty()
    while not (enough(answer) or answer.over or answer.place or _stopped(slot)):
        if time.monotonic() > end:
            break
        time.sleep(0.02)
        said.empty()  # if another parameter was changed, the page stops here
        answer = ask(slot, jobs)
    return answer


def client(slot: str) -> tuple[str, str]:
    """Return the client: a session, and a slot on its page."""
    context = get_script_run_ctx()
    return (context.session_id if context else "", slot)


def wait(slot: str, jobs: Sequence[SharedJob], answer: JobResults, steps: Sequence[int] = ()) -> None:
    """Show how far work is, look again and again, and show the page again when there is more to see.

    Args:
        slot, jobs, answer: what was asked, and what there was.
        steps: how many results make it worth while to draw again before all are there; the first does where none
            are given.
    """
    if answer.failure:
        _failed(jobs, answer)
        return
    if answer.complete:
        return
    if _stopped(slot):
        seen = "Stopped. The page shows the results so far." if answer.ready else "Stopped before the first results."
        _offer_to_go_on(slot, seen)
        return
    shown = len(answer.ready)

    @st.fragment(run_every=EVERY * max(1.0, service().waiting() / CROWD))
    def refresh() -> None:
        now = ask(slot, jobs)
        ready = len(now.ready)
        if _stopped(slot) or now.over or any(shown < step <= ready for step in (steps or (1,))):
            st.rerun()
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(ready / len(jobs), text=in_words(now, len(jobs)))
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot,))

    refresh()


def job_results(jobs: Sequence[SharedJob]) -> tuple[Any, ...]:
    """Return what there is of jobs, for anybody."""
    return service().results(jobs)


def wait_for(slot: str, jobs: Sequence[SharedJob], far: Callable[[float], tuple[float, str]]) -> None:
    """Work on jobs of which more may follow; draw the page again when they are done, and now and then before.

    Args:
        slot, jobs: what was asked.
        far: how far the work is, from 0 to 1, and in words, given the share of the jobs that are done.
    """
    answer = ask(slot, jobs)
    if answer.failure:
        _failed(jobs, answer)
        return
    if _stopped(slot):
        _offer_to_go_on(slot, "Stopped. The page shows the results so far.")
        return
    begun = time.monotonic()

    @st.fragment(run_every=max(2 * EVERY, EVERY * service().waiting() / CROWD))
    def refresh() -> None:
        now = ask(slot, jobs)
        done = sum(each is not None for each in now.results)
        if _stopped(slot) or now.over or (done and time.monotonic() - begun > REDRAW):
            st.rerun()
        share, words = far(done / len(jobs))
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(min(share, 1.0), text=in_words(now, len(jobs)) if now.place or compiling() else words)
        right.button("Stop", key=f"{slot}-stop", on_click=_stop, args=(slot,))

    refresh()


def compiling() -> bool:
    """Tell whether all users are waiting for the model to be compiled."""
    return service().preparing and not is_compiled()


COMPILING = "The first start compiles the model: about half a minute."


def in_words(answer: JobResults, wanted: int) -> str:
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
    service().leave(client(slot))


def _stopped(slot: str) -> bool:
    """Tell whether the visitor has stopped the work for this link; another link begins again."""
    return st.session_state.get(f"{slot}-stopped") == _link()


def _link() -> list[tuple[str, list[str]]]:
    return sorted((name, st.query_params.get_all(name)) for name in st.query_params)


def _offer_to_go_on(slot: str, said: str) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(said)
    right.button("Go on", key=f"{slot}-on", on_click=go_on, args=(slot,))


def _failed(jobs: Sequence[SharedJob], answer: JobResults) -> None:
    st.error("This could not be computed.")
    st.code(answer.failure, language=None, wrap_lines=True)
    st.button("Try again", on_click=lambda: service().again(jobs))
