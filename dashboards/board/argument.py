"""The argument: eight steps, each with a claim, a guess, and the market's answer, and then the reader's verdict."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from board import compare, showing, verdict, work
from board.guesses import guess_at, guesses, step_link, with_current
from board.text import plain
from sim.common.identity import ByIdentity
from sim.common.number_format import short, with_spread
from sim.experiments import Comparison
from sim.experiments.jobs import Replicate, comparison_of, replications_of
from sim.publishing.argument import NAMES, STEPS
from sim.publishing.kept_answers import kept_comparison
from sim.publishing.step import Step, filled, score_in_words
from sim.publishing.verdict import NAME as VERDICT
from sim.publishing.verdict import TITLE as VERDICT_TITLE
from sim.report import charts
from sim.report.charts import Chart

ALL_STEPS = [*NAMES, VERDICT]
TITLES = [*(step.title for step in STEPS), VERDICT_TITLE]
LIVE = "live"
"""Query parameter that asks for runs in place of the answers kept in the package."""


def page() -> None:
    """Show the step in the link; show the answer once the reader has guessed."""
    showing.style()
    name = _asked()
    number = ALL_STEPS.index(name)
    _, middle, _ = st.columns([1, 8, 1])
    with middle:
        st.caption(f"Step {number + 1} of {len(ALL_STEPS)}")
        st.title(plain(TITLES[number]), anchor=False)
        guess = None
        if name == VERDICT:
            verdict.page(guesses())
        else:
            guess = guess_at(STEPS[number])
            _step(STEPS[number], guess)
        st.space("small")
        _onwards(number, with_current(name, guess))


def _asked() -> str:
    """Return the step in the link, the first one if it names none."""
    asked = st.query_params.get("step", NAMES[0])
    if asked in ALL_STEPS:
        return asked
    st.warning(plain(f"There is no step called {asked[:40]}. Steps: {', '.join(ALL_STEPS)}."))
    return NAMES[0]


def _step(step: Step, guess: float | None) -> None:
    runs = _answers(step)
    if not runs:
        return
    if guess is None:
        st.markdown(plain(filled(step, step.story, runs)))
        _ask(step)
        return
    shown = _drawn(step.name, tuple(map(ByIdentity, runs)), guess)
    showing.again("answer", lambda: _reveal(step, runs, guess, shown), shown)
    _ways_on(step, guess, runs)


def _is_live() -> bool:
    return st.query_params.get(LIVE) == "1"


def _answers(step: Step) -> Sequence[Comparison]:
    """Return the answers kept in the package; those of runs where the link asks for them, or none are kept."""
    kept = [kept_comparison(view) for view in step.views]
    whole = [each for each in kept if each is not None]
    return _runs(step) if _is_live() or len(whole) < len(kept) else whole


def _runs(step: Step) -> Sequence[Comparison]:
    """Return the answers of runs made now, all of them; empty until they have finished."""
    lists = _tasks(step.name, work.folder())
    wanted = [task for tasks in lists for task in tasks]
    answer = work.ask("argument", wanted)
    if not answer.complete:
        st.caption("The markets of this step are run now.")
        work.wait("argument", wanted, answer, (len(wanted),))
        return ()
    ready = iter(answer.results)
    return [comparison_of(tasks, [next(ready) for _ in tasks]) for tasks in lists]


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
    step = STEPS[NAMES.index(name)]
    return charts.prerendered(charts.with_guess(step.draw([each.kept for each in runs]), guess, step.mark))


def _ask(step: Step) -> None:
    """Ask the reader for a guess."""
    st.subheader(plain(step.question), anchor=False)
    if step.terms:
        st.caption(plain(step.terms))
    kind = int if float(step.by).is_integer() else float
    key = f"guess-{step.name}"
    st.slider(
        plain(f"Your guess ({step.unit})"), kind(step.low), kind(step.high), kind(step.start), kind(step.by), key=key
    )
    st.button("Show me", type="primary", on_click=lambda: _go(step.name, with_current(step.name, _moved(step))))


def _moved(step: Step) -> float:
    return float(st.session_state[f"guess-{step.name}"])


def _reveal(step: Step, runs: Sequence[Comparison], guess: float, shown: Chart) -> None:
    """Show the answer together with the guess."""
    answer = step.answer(runs)
    st.markdown(plain(filled(step, step.story, runs)))
    st.subheader(plain(step.question), anchor=False)
    exact = step.exact(runs[0].scenario) if step.exact else None
    places = st.columns(3 if exact else 2)
    places[0].metric("You guessed", f"{short(guess)} {step.unit}")
    places[1].metric("The market's answer", f"{with_spread(answer)} {step.unit}")
    if exact:
        places[2].metric("Exact, by hand", f"{short(exact.value)} {step.unit}")
        places[2].caption(plain(f"= {exact.reason}"))
    st.caption(plain(score_in_words(step, guess, answer.mean or 0.0)))
    showing.chart(shown, f"step-{step.name}")
    if step.terms:
        st.caption(plain(step.terms))
    showing.conduct(runs[0].scenario, runs[0].regimes)
    st.markdown(f"**Why.** {plain(filled(step, step.because, runs))}")
    st.markdown(f"**But.** {plain(filled(step, step.but, runs))}")
    n = runs[0].replications
    interval = "; ± half of a 95 % interval" if "±" in with_spread(answer) else ""
    st.caption(f"Mean of {n} runs{interval}.")


def _ways_on(step: Step, guess: float, runs: Sequence[Comparison]) -> None:
    """Offer another guess, the same runs made now, or in Compare."""
    known = with_current(step.name, guess)
    again, now, open_it = st.columns(3)
    without = {name: each for name, each in known.items() if name != step.name}
    again.button("Guess again", on_click=_go, args=(step.name, without), width="stretch")
    if _is_live():
        now.caption(f"Run now: {runs[0].replications} runs, the same seeds as for the kept answer.")
    else:
        now.button(
            "Run these markets now",
            on_click=lambda: st.query_params.from_dict({**step_link(step.name, known), LIVE: "1"}),
            width="stretch",
            help="The answer above was computed when this version was made. The same seeds give the same answer.",
        )
    open_it.button("Open in Compare", on_click=_open, args=(step,), width="stretch")
    if st.session_state.pop("open", None) == step.name:
        st.switch_page(compare.address(), query_params=step.views[-1].parameters())


def _open(step: Step) -> None:
    st.session_state["open"] = step.name


def _onwards(number: int, known: dict[str, float]) -> None:
    """Link to the previous step, with the guess made there, and to the next."""
    back, onward = st.columns(2)
    if number > 0:
        name = ALL_STEPS[number - 1]
        back.button(f"← {TITLES[number - 1]}", on_click=_go, args=(name, known), width="stretch")
    if number + 1 < len(ALL_STEPS):
        name = ALL_STEPS[number + 1]
        onward.button(f"{TITLES[number + 1]} →", on_click=_go, args=(name, known), width="stretch")


def _go(name: str, known: dict[str, float]) -> None:
    """Write the step, the guess made there and all others to the address bar."""
    st.query_params.from_dict(step_link(name, known))
