"""The last step of the argument: guesses and answers, three sliders, who gains, and a sentence to share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st

from board import showing
from board.text import plain
from sim.common.number_format import grouped, number_of
from sim.publishing import verdict
from sim.publishing.argument import STEPS
from sim.publishing.card import VerdictCard, verdict_card
from sim.publishing.kept_answers import kept_comparison, kept_verdict
from sim.publishing.step import Step
from sim.report import charts
from sim.report.charts import Chart, GuessedAnswer


def page(guessed: Mapping[str, float]) -> None:
    """Show the reader's guesses beside the answers, and let the reader come to a verdict."""
    showing.chart(_dots(tuple(sorted(guessed.items()))), "dots")
    st.caption("From left to right: the least and the most that could be guessed.")
    points = kept_verdict()
    if not points:
        st.info(
            "The market of this step was changed in this checkout, so its kept answers do not count. "
            "Run python docs/answers.py verdict."
        )
        return
    st.subheader("Now move the sliders: who gains when goods are sold direct?", anchor=False)
    chosen = _sliders()
    strip = _strip(verdict.verdict_grid().nearest(chosen))
    showing.chart(strip, "strip")
    size = points[0].scenario.geography
    market = f"a market of {grouped(size.customers)} customers in {number_of(size.town_count, 'town')}"
    st.caption(
        plain(
            f"Each position: {points[0].replications} runs of {market}, computed when this version was made. "
            "Hollow: may be chance."
        )
    )
    _sentence(strip)


def _sliders() -> tuple[float, ...]:
    """Return the positions of the three sliders, kept in the link."""
    chosen = []
    for place, slider in zip(st.columns(len(verdict.SLIDERS)), verdict.SLIDERS, strict=True):
        key = f"verdict-{slider.name}"
        st.session_state[key] = _position(slider)

        def moved(slider: verdict.VerdictSlider = slider, key: str = key) -> None:
            st.query_params[slider.name] = f"{st.session_state[key]:g}"

        chosen.append(float(place.select_slider(plain(slider.label), slider.values, key=key, on_change=moved)))
    return tuple(chosen)


def _position(slider: verdict.VerdictSlider) -> float:
    """Return the position in the link, else that of the scenario."""
    asked = st.query_params.get(slider.name, "")
    return next((value for value in slider.values if f"{value:g}" == asked), slider.start)


@lru_cache(maxsize=128)
def _strip(number: int) -> Chart:
    points = kept_verdict()
    return charts.prerendered(verdict.verdict_strip(points[number], points[number].scenario, verdict.limits_of(points)))


@lru_cache(maxsize=showing.MOST_CHARTS)
def _dots(guessed: tuple[tuple[str, float], ...]) -> Chart:
    known = dict(guessed)
    rows = [GuessedAnswer(step.brief, known.get(step.name), _answer(step), *_scale(step)) for step in STEPS]
    return charts.prerendered(charts.guesses_and_answers(rows))


def _scale(step: Step) -> tuple[float, float, str]:
    return step.low, step.high, step.unit


def _answer(step: Step) -> float:
    """Return the kept answer of a step; the exact one where nothing is kept."""
    runs = [kept_comparison(view) for view in step.views]
    whole = [each for each in runs if each is not None]
    if len(whole) == len(runs):
        return step.answer(whole).mean or 0.0
    return step.exact(step.views[0].market()).value if step.exact else 0.0


def _sentence(strip: Chart) -> None:
    """Let the reader complete the sentence, kept in the link, and offer the card."""
    st.subheader("Your sentence", anchor=False)
    blanks = {}
    for name, before in verdict.BLANKS.items():
        key = f"verdict-{name}"
        st.session_state[key] = st.query_params.get(name, "")[: verdict.LONGEST_BLANK]

        def written(name: str = name, key: str = key) -> None:
            st.query_params[name] = st.session_state[key]

        label = before.removeprefix("; ")
        blanks[name] = st.text_input(
            plain(f"{label[:1].upper()}{label[1:]} ..."), key=key, max_chars=verdict.LONGEST_BLANK, on_change=written
        )
    said = verdict.sentence(blanks)
    positions = {plain(slider.label): f"{_position(slider):g}" for slider in verdict.SLIDERS}
    with st.container(border=True, key="card"):
        st.markdown(f"**{plain(said)}**")
        st.caption(plain(f"{strip.finding}. " + "; ".join(f"{name}: {value}" for name, value in positions.items())))
    card = VerdictCard(said, strip, "; ".join(f"{name}: {value}" for name, value in positions.items()), _link())
    save, _ = st.columns(2)
    save.download_button(
        "Save the card (SVG)",
        lambda: verdict_card(card),
        "my-verdict.svg",
        "image/svg+xml",
        on_click="ignore",
        width="stretch",
    )
    st.caption("The address of this page holds your guesses, the sliders and your sentence: share it.")


def _link() -> str:
    return str(st.context.url or "")
