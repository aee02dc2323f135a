"""Presenter mode: the argument as slides, and every chart of every page over the whole screen; notes on the phone.

A slide is laid out for a small screen and enlarged to fill a large one, so that type is large. The next slide comes
with one key, in the browser alone: nobody waits for the server. Notes, for a phone, have the slides' numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from board import showing
from board.text import plain
from sim.common.number_format import with_spread
from sim.experiments import Comparison
from sim.publishing.argument import STEPS
from sim.publishing.kept_answers import kept_comparison
from sim.publishing.step import Step, filled
from sim.report import charts
from sim.report.charts import Chart

SCRIPT = Path(__file__).with_suffix(".js")
PRESENT, NOTES = "present", "notes"
"""Names of the two pages."""
ALONE = (PRESENT, NOTES)
"""Pages without links to others."""
BUTTON = """
<style>
button[data-begins-deck] { font-size: 0.875rem; padding: 0.25rem 0.75rem; min-height: 2.5rem; border: 1px solid #8888;
  border-radius: 8px; background: transparent; color: inherit; font-family: inherit; cursor: pointer; }
button[data-begins-deck]:disabled { visibility: hidden; }
@media (max-width: 640px) { button[data-begins-deck] { display: none; } }
</style>
<button data-begins-deck disabled
  title="The charts of this page over the whole screen: arrow keys, Escape">Present</button>
"""
BIG = """
<style>
[class*="st-key-slide-"] h1 { font-size: 2.1rem !important; }
[class*="st-key-slide-"] h3 { font-size: 1.35rem !important; }
[class*="st-key-slide-"] p { font-size: 1.12rem; line-height: 1.45; }
html:not([data-presenting]) [class*="st-key-slide-"] { min-height: 60vh; }
</style>
"""


class Slide(NamedTuple):
    """A slide: the step it belongs to, which part of it, and what the presenter says."""

    step: Step
    part: str
    note: str


SAID = {
    "question": "Read the story aloud. Let everybody guess before the next slide: a number, written down.",
    "answer": "Ask for the lowest and the highest guess. Then show who is nearest.",
    "why": "Ask why before you read it out. The last sentence is what the claim leaves out.",
}
"""What to do at each part of a step, for the presenter."""


def slides() -> list[Slide]:
    """Return the slides of the argument in order: of each step the question, the answer, and why."""
    return [Slide(step, part, SAID[part]) for step in STEPS for part in SAID]


def page() -> None:
    """Show all slides of the argument; the browser shows one at a time."""
    showing.style()
    st.html(BIG)
    for number, slide in enumerate(slides(), 1):
        runs = _answers(slide.step)
        if runs:
            with st.container(key=f"slide-{number}"):
                _show(slide, runs)
    with_script()


def _show(slide: Slide, runs: Sequence[Comparison]) -> None:
    step = slide.step
    if slide.part == "question":
        st.caption(f"{STEPS.index(step) + 1} of {len(STEPS)}")
        st.title(plain(step.title), anchor=False)
        st.markdown(plain(filled(step, step.story, runs)))
        st.subheader(plain(step.question), anchor=False)
    elif slide.part == "answer":
        st.subheader(plain(f"{step.question} {with_spread(step.answer(runs))} {step.unit}"), anchor=False)
        showing.chart(_drawn(step.name), f"present-{step.name}", titled=False)
    else:
        st.title(plain(step.title), anchor=False)
        st.markdown(f"**Why.** {plain(filled(step, step.because, runs))}")
        st.markdown(f"**But.** {plain(filled(step, step.but, runs))}")


def presenter_notes() -> None:
    """Show the presenter's notes, for a phone: slide by slide, with the numbers that the screen shows."""
    showing.style()
    st.title("Notes", anchor=False)
    st.caption("The numbers are those at the lower edge of the screen.")
    found = slides()
    for number, slide in enumerate(found, 1):
        runs = _answers(slide.step)
        if not runs:
            continue
        step = slide.step
        st.markdown(f"**{number} / {len(found)}** {plain(step.title)}")
        if slide.part == "question":
            st.markdown(plain(step.question))
        elif slide.part == "answer":
            st.markdown(plain(f"{with_spread(step.answer(runs))} {step.unit}. {_drawn(step.name).finding}."))
        else:
            st.markdown(plain(f"{filled(step, step.because, runs)} {filled(step, step.but, runs)}"))
        st.caption(plain(slide.note))


def offer(deck: Any = None) -> None:
    """Offer to present: the slides of a page of their own, or the charts of the page shown."""
    if deck is not None:
        st.page_link(deck, label="Present", icon=":material/slideshow:", width="content")
        return
    st.html(BUTTON, width="content")
    with_script()


def with_script() -> None:
    """Add what pages through slides."""
    st.html(f"<script>{_script()}</script>", unsafe_allow_javascript=True)


@lru_cache(maxsize=1)
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def _answers(step: Step) -> list[Comparison]:
    """Return the answers kept in the package; none where one is missing."""
    kept = [kept_comparison(view) for view in step.views]
    whole = [each for each in kept if each is not None]
    return whole if len(whole) == len(kept) else []


@lru_cache(maxsize=len(STEPS))
def _drawn(name: str) -> Chart:
    """Return the chart of a step's answer, cached for everybody."""
    step = next(each for each in STEPS if each.name == name)
    return charts.prerendered(step.draw(_answers(step)))
