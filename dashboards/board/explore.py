"""Explore: what a parameter changes, where the better channel changes, which parameters matter, and when one fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from board import knobs, link, saving, showing, work
from board.asked import Asked, figure_name, in_words, known_names, label_of, phrases, present, shown_name, value_at
from board.text import plain
from sim.common.number_format import number_of
from sim.experiments.discovering import Discovery, discovery_question
from sim.experiments.frontier import frontier_question
from sim.experiments.point_figures import AtPoint
from sim.experiments.questions import PARTIES, Question, Setting
from sim.experiments.sensitivity import sensitivity_question
from sim.experiments.stepping import PointJobs, SoFar, step
from sim.experiments.sweeping import along_question
from sim.experiments.views import View
from sim.report import charts
from sim.report.charts import Chart
from sim.report.text.discovery_text import discovery_sentences
from sim.report.text.multiple_comparisons import several, several_effects
from sim.report.text.parties import for_whom, party_title
from sim.report.titles import titled
from sim.runs.design import Factor, span
from sim.scenario import Scenario, ScenarioError
from sim.scenario.pricing_conduct import GAP_SHARE

SAVING = "saving"
"""Asked first where a set share decides who keeps the saving."""
QUESTIONS = {
    SAVING: "Who keeps the saving?",
    "sweep": "What does one parameter change?",
    "frontier": "Where does the better channel change?",
    "tornado": "Which parameters matter most?",
    "fails": "When does it fail?",
}
LEVELS, ROWS, STEPS, WALKS, MARKETS = 7, 4, 4, 4, 40
"""Values in a sweep; rows and bisection steps of a frontier; Morris paths; markets searched for failures."""
MOST_ANSWERS = 100
"""Complete answers cached for all users."""
MOST_RUNS = 3
"""Runs at each point, regardless of the view, because there are many points."""
SHOWN = ("consumer_price", "supplier_price", "welfare", "consumer_surplus", "no_purchase_share", "delivery_days.p50")


def page() -> None:
    """Show a question about many markets, with its answer so far."""
    link.here("explore")
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    asked = _asked(view, regimes)
    st.title("Explore: one parameter, two, or all", anchor=False)
    if len(regimes) < 2 or len(asked.ranges) < 2:
        few = len(regimes) < 2
        st.info(
            "There is nothing to compare here. Choose two channels in the panel at the side."
            if few
            else (
                "This scenario has fewer than two parameters to vary. Choose another one in the panel at the "
                "side, or change one more number there, under More."
            )
        )
        return
    known = [name for name in QUESTIONS if name != SAVING or saving.decides(scenario, regimes)]
    question = _question(view, known)
    if question == SAVING and saving.is_kept(view, regimes):
        saving.show_kept(scenario)
        showing.conduct(scenario, regimes)
        return
    ask: Callable[[Asked], None] = {
        SAVING: _saving,
        "sweep": _sweep,
        "frontier": _frontier,
        "tornado": _tornado,
        "fails": _fails,
    }[question]
    ask(asked)
    showing.conduct(scenario, regimes)


def _asked(view: View, regimes: Sequence[str]) -> Asked:
    jobs = _jobs(link.without_choices(view), work.folder(), min(view.runs, MOST_RUNS), len(regimes))
    known = knobs.knobs_of(view.scenario)
    changed = [change.partition("=")[0] for change in view.changes if not change.startswith("time.")]
    ranges = {}
    for path in dict.fromkeys([*(p for p in knobs.IN_SIGHT if p in known), *(p for p in changed if p in known)]):
        factor = _range(link.without_choices(view), path)
        if factor is not None:
            ranges[path] = factor
    return Asked(jobs, ranges, view)


@lru_cache(maxsize=24)
def _jobs(view: View, folder: str, replications: int, regimes: int) -> PointJobs:
    """Return what is explored, with the given number of regimes; the same object for all users of the same view."""
    scenario, names = link.market_of(view)
    return PointJobs(Setting(scenario, names[:regimes], replications, view.seed), folder)


@lru_cache(maxsize=512)
def _range(view: View, path: str) -> Factor | None:
    """Return the range in which a parameter is varied: that of its slider; None if it is not a number."""
    scenario, _ = link.market_of(view)
    knob = knobs.knobs_of(view.scenario)[path]
    limits, now = dict(knob.place.shape.limits), value_at(scenario, path)
    if knob.place.shape.plain not in (float, int) or not knob.own or not now:
        return None
    low, high = float(limits.get("ge", limits.get("gt", 0.0))), knobs.reach(knob.own, now, limits)
    if knob.place.shape.plain is int:
        low, high = max(low, 1.0), float(int(high))
    else:
        low = low if "ge" in limits else low + 0.05 * (high - low)
    try:
        return span(path, low, high, scenario, levels=LEVELS)
    except ScenarioError:
        return None


def _question(view: View, names: Sequence[str]) -> str:
    """Let the reader choose a question; a link that asks another one is told so."""
    asked = view.choice("ask", names[0])
    now = asked if asked in names else names[0]
    if asked != now:
        st.warning(plain(f"The link asks {asked[:40]}, which is no question here. Questions: {', '.join(names)}."))
    st.session_state["ask"] = now

    def moved() -> None:
        chosen = st.session_state["ask"] or names[0]
        link.to(lambda v: v.choosing(ask=chosen))

    st.segmented_control(
        "Question",
        names,
        key="ask",
        format_func=lambda name: QUESTIONS[name],
        on_change=moved,
        label_visibility="collapsed",
    )
    return now


def _choice(label: str, name: str, options: Sequence[str], view: View, names: Callable[[str], str] = str) -> str:
    """Let the reader choose an option; the choice is kept in the link."""
    asked = view.choice(name, options[0])
    now = asked if asked in options else options[0]
    if asked != now:
        st.warning(plain(f"The link names {asked[:60]}, which cannot be chosen here; this is {now}."))
    st.session_state[f"choose-{name}"] = now

    def moved() -> None:
        chosen = st.session_state[f"choose-{name}"]
        if chosen in options and chosen != now:
            link.to(lambda v: v.choosing(**{name: chosen}))

    st.selectbox(label, list(options), key=f"choose-{name}", format_func=names, on_change=moved)
    return now


def _saving(asked: Asked) -> None:
    pair = _two(asked, asked.setting.replications)
    shares = Factor(GAP_SHARE, saving.SHARES)
    _answer(
        asked,
        pair,
        lambda: along_question(pair.setting, shares, saving.FIGURES),
        lambda found: [saving.chart_of(found, asked.setting.scenario)],
        _points(pair.setting.replications, "The pale bar"),
    )


def _sweep(asked: Asked) -> None:
    left, right = st.columns(2)
    with left:
        path = _choice("Parameter", "x", list(asked.ranges), asked.view, label_of(asked))
    with right:
        figure = _choice("Figure", "figure", SHOWN, asked.view, figure_name)
    _answer(
        asked,
        asked.jobs,
        lambda: along_question(asked.setting, asked.ranges[path], [figure]),
        lambda found: [
            charts.along(
                _under_titles(found, asked),
                known_names(asked)[path],
                figure,
                shown_name(asked, figure),
                present(asked, path),
            )
        ],
        _points(asked.setting.replications, "The pale bar"),
        lambda found: _several_along(asked.setting.scenario, found, figure, label_of(asked)(path)),
    )


def _under_titles(found: Sequence[tuple[Any, AtPoint]], asked: Asked) -> list[tuple[Any, AtPoint]]:
    return [(value, titled(here, asked.setting.scenario)) for value, here in found]


def _several_along(scenario: Scenario, found: Sequence[tuple[object, AtPoint]], figure: str, label: str) -> str:
    """Return how many differences a sweep compares, and which stay clear after Holm's correction."""
    return several(
        {
            _place(scenario, regime, label, value): change
            for value, here in found
            for regime, changes in here.differences.items()
            if (change := changes.get(figure)) is not None
        },
        f"differences in {figure_name(figure).lower()}",
    )


def _place(scenario: Scenario, regime: str, label: str, value: object) -> str:
    at = f"{value:.6g}" if isinstance(value, float) else value
    return f"{scenario.regime_title(regime)} at {label} {at}"


def _frontier(asked: Asked) -> None:
    left, right = st.columns(2)
    between = [path for path, each in asked.ranges.items() if not each.whole]  # bisected until the sign changes
    with left:
        x = _choice("Along", "x", between, asked.view, label_of(asked))
    with right:
        y = _choice("and", "y", [path for path in asked.ranges if path != x], asked.view, label_of(asked))
    pair = _two(asked, asked.setting.replications)
    rows = span(y, asked.ranges[y].low, asked.ranges[y].high, asked.setting.scenario, levels=ROWS)
    parties = ("customers", "suppliers", "everybody")
    _answer(
        asked,
        pair,
        lambda: frontier_question(pair.setting, asked.ranges[x], rows, parties, STEPS),
        lambda found: [
            charts.frontier_chart(
                titled(found, asked.setting.scenario), (present(asked, x), present(asked, y)), known_names(asked)
            )
        ],
        _points(pair.setting.replications, "The star"),
    )


def _tornado(asked: Asked) -> None:
    figure = _choice("What decides", "figure", SHOWN, asked.view, figure_name)
    pair = _two(asked, 1)
    first, second = phrases(pair)
    said = f"{figure_name(figure)}: effect of {second} compared with {first}, moving each parameter through its range."
    st.caption(plain(said))
    _answer(
        asked,
        pair,
        lambda: sensitivity_question(pair.setting, list(asked.ranges.values()), figure, "morris", WALKS),
        lambda found: [
            charts.tornado(titled(found, asked.setting.scenario), known_names(asked), shown_name(asked, figure))
        ],
        _points(pair.setting.replications),
        lambda found: in_words(several_effects(found), asked),
    )


def _fails(asked: Asked) -> None:
    party = _choice("For whom", "party", list(PARTIES), asked.view, party_title)
    pair = _two(asked, 1)
    first, second = phrases(pair)
    st.caption(plain(f"Where is {second} worse than {first} {for_whom(party)}?"))

    def told(found: Discovery) -> list[Chart]:
        for sentence in discovery_sentences(found, asked.setting.scenario):
            st.markdown(f"#### {plain(in_words(sentence, asked))}")
        judged = f" Tested on {number_of(found.fresh_markets, 'fresh market')}." if found.fresh_markets else ""
        st.caption(plain(f"{number_of(found.markets, 'market')} tried, {found.failing} of them worse.{judged}"))
        return []

    _answer(
        asked,
        pair,
        lambda: discovery_question(pair.setting, list(asked.ranges.values()), party, MARKETS),
        told,
        _points(pair.setting.replications, each="market"),
    )


def _points(replications: int, mark: str = "", each: str = "point") -> str:
    """Return the note below a chart: the number of runs per point, and the marker of the current view."""
    said = f"Each {each}: {number_of(replications, 'run')} of each channel, with the same seeds."
    return f"{said} {mark} marks the current settings." if mark else said


def _answer(
    asked: Asked,
    jobs: PointJobs,
    question: Callable[[], Question[Any]],
    draw: Callable[[Any], list[Chart]],
    below: str,
    counted: Callable[[Any], str] | None = None,
) -> None:
    """Show the answer so far, with a note below it, and work on what is missing.

    ``counted`` says how many comparisons the answer makes, and which stay clear after correction.
    """
    whole = _whole()
    now = whole.get(asked.view) or step(jobs, question(), work.job_results)
    answer = work.ask("explore", now.needed)
    if not now.needed:  # it can never change
        whole[asked.view] = now
        while len(whole) > MOST_ANSWERS:
            whole.pop(next(iter(whole)), None)
    if answer.failure or now.needed:
        _wait(now)
    if now.answer is not None:
        if now.needed:
            st.badge(f"so far: {now.done} of {now.total}", color="orange")
        for number, chart in enumerate(draw(now.answer)):
            showing.chart(chart, f"explore-{number}")
        st.caption(plain(" ".join(filter(None, [below, counted(now.answer) if counted else ""]))))
    elif not answer.failure:
        st.caption("This takes many runs. Results appear as they finish and are cached for all users.")


@st.cache_resource(show_spinner=False)
def _whole() -> dict[View, SoFar]:
    """Return the complete answers, by view, for all users."""
    return {}


def _wait(now: SoFar) -> None:
    """Work on what is needed, and show the remaining time."""
    begun = time.monotonic()

    def progress(finished: float) -> tuple[float, str]:
        share, before, spent = now.share(finished), now.share(0.0), time.monotonic() - begun
        left = f", about {_time(spent * (1 - share) / (share - before))} left" if share > before else ""
        return share, f"{share:.0%} done{left}"

    work.wait_for("explore", now.needed, progress)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def _two(asked: Asked, replications: int) -> PointJobs:
    """Return what is explored with the first two channels."""
    return _jobs(link.without_choices(asked.view), asked.jobs.folder, replications, 2)
