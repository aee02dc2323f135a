"""The argument: eight steps, each with a claim, a guess, and the market's answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from board import compare, showing, work
from board.steps import STEPS, Step, filled
from board.text import plain
from sim.common.identity import ByIdentity
from sim.common.number_format import short, with_spread
from sim.experiments import Comparison
from sim.experiments.jobs import Replicate, comparison_of, replications_of
from sim.report import charts
from sim.report.charts import Chart

NAMES = [step.name for step in STEPS]


def page() -> None:
    """Show the step in the link; show the answer once the reader has guessed."""
    showing.style()
    step = _step()
    number = NAMES.index(step.name)
    guess = _guess(step)
    _, middle, _ = st.columns([1, 6, 1])
    with middle:
        st.caption(f"Step {number + 1} of {len(STEPS)}")
        st.title(plain(step.title), anchor=False)
        runs = _runs(step)
        if runs:
            if guess is None:
                st.markdown(plain(filled(step, step.story, runs)))
                _ask(step)
            else:
                shown = _drawn(step.name, tuple(map(ByIdentity, runs)), guess)
                showing.again("answer", lambda: _reveal(step, runs, guess, shown), shown)
                _ways_on(step)
        st.space("small")
        _onwards(number)


def _step() -> Step:
    """Return the step in the link, the first one if it names none."""
    asked = st.query_params.get("step", NAMES[0])
    if asked not in NAMES:
        st.warning(plain(f"There is no step called {asked[:40]}. Steps: {', '.join(NAMES)}."))
        asked = NAMES[0]
    return STEPS[NAMES.index(asked)]


def _guess(step: Step) -> float | None:
    """Return the guess in the link, None if it is missing or out of range."""
    text = st.query_params.get("guess")
    if text is None:
        return None
    try:
        guess = float(text[:20])
    except ValueError:
        guess = float("nan")
    if step.low <= guess <= step.high:
        return guess
    st.warning(plain(f"A guess must be between {short(step.low)} and {short(step.high)} {step.unit}; guess again."))
    return None


def _runs(step: Step) -> Sequence[Comparison]:
    """Return the runs behind the answer, at least one per view; empty until they have finished."""
    lists = _tasks(step.name, work.folder())
    # The first run of every view comes before the second of any.
    most = max(len(tasks) for tasks in lists)
    wanted = [tasks[number] for number in range(most) for tasks in lists if number < len(tasks)]
    answer = work.ask("argument", wanted)
    work.wait("argument", wanted, answer, (len(lists),))
    whole = len(answer.ready) // len(lists)
    if not whole:
        return ()
    return [
        comparison_of(tasks, [each for each in answer.ready if each is not None][place :: len(lists)][:whole])
        for place, tasks in enumerate(lists)
    ]


@lru_cache(maxsize=len(STEPS))
def _tasks(name: str, folder: str) -> list[list[Replicate]]:
    """Return the runs of each view of a step."""
    lists = []
    for view in STEPS[NAMES.index(name)].views:
        scenario = view.market()
        lists.append(replications_of(scenario, view.compared(scenario), view.runs, view.seed, folder))
    return lists


@lru_cache(maxsize=showing.MOST_CHARTS)
def _drawn(name: str, runs: tuple[ByIdentity[Comparison], ...], guess: float) -> Chart:
    """Return the chart of the answer with a guess, cached for all readers with the same guess."""
    return charts.prerendered(STEPS[NAMES.index(name)].draw([each.kept for each in runs], guess))


def _ask(step: Step) -> None:
    """Ask the reader for a guess."""
    st.subheader(plain(step.question), anchor=False)
    kind = int if float(step.by).is_integer() else float
    key = f"guess-{step.name}"
    st.slider(
        plain(f"Your guess ({step.unit})"), kind(step.low), kind(step.high), kind(step.start), kind(step.by), key=key
    )
    st.button("Show me", type="primary", on_click=lambda: _go(step.name, st.session_state[key]))


def _reveal(step: Step, runs: Sequence[Comparison], guess: float, shown: Chart) -> None:
    """Show the answer together with the guess."""
    answer = step.answer(runs)
    st.markdown(plain(filled(step, step.story, runs)))
    st.subheader(plain(step.question), anchor=False)
    left, right = st.columns(2)
    left.metric("You guessed", f"{short(guess)} {step.unit}")
    right.metric("The market's answer", f"{with_spread(answer)} {step.unit}")
    showing.chart(shown, f"step-{step.name}")
    n = runs[0].replications
    interval = "; ± half of a 95 % interval" if "±" in with_spread(answer) else ""
    st.caption("One run, so no interval yet." if n == 1 else f"Mean of {n} runs{interval}.")
    showing.conduct(runs[0].scenario, runs[0].regimes)
    st.markdown(f"**Why.** {plain(filled(step, step.because, runs))}")
    st.markdown(f"**But.** {plain(filled(step, step.but, runs))}")


def _ways_on(step: Step) -> None:
    """Offer another guess, or the runs behind the answer."""
    again, open_it = st.columns(2)
    again.button("Guess again", on_click=_go, args=(step.name,), width="stretch")
    open_it.button("Open these runs in Compare", on_click=_open, args=(step,), width="stretch")
    if st.session_state.pop("open", None) == step.name:
        st.switch_page(compare.address(), query_params=step.views[-1].parameters())


def _open(step: Step) -> None:
    st.session_state["open"] = step.name


def _onwards(number: int) -> None:
    """Link to the previous and the next step."""
    back, onward = st.columns(2)
    if number > 0:
        back.button(f"← {STEPS[number - 1].title}", on_click=_go, args=(NAMES[number - 1],), width="stretch")
    if number + 1 < len(STEPS):
        onward.button(f"{STEPS[number + 1].title} →", on_click=_go, args=(NAMES[number + 1],), width="stretch")


def _go(name: str, guess: float | None = None) -> None:
    """Write the step, and a guess, to the address bar."""
    st.query_params.from_dict({"step": name} | ({} if guess is None else {"guess": f"{guess:g}"}))
