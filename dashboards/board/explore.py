"""Explore: what a knob does, where the better way to sell changes, which knobs decide, and when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from board import knobs, link, showing, work
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
from sim.report.charts import Chart, Named
from sim.report.text.discovery_text import sentences
from sim.report.text.multiple_comparisons import several, several_effects
from sim.results.figures import FIGURES
from sim.runs.design import Factor, span
from sim.scenario import Scenario, ScenarioError
from sim.scenario.overrides import split_path

QUESTIONS = {
    "sweep": "What does a knob do?",
    "frontier": "Where does the better way change?",
    "tornado": "Which knobs decide?",
    "fails": "When does it fail?",
}
LEVELS, ROWS, STEPS, WALKS, MARKETS = 7, 4, 4, 4, 40
"""Values along a sweep; rows and halvings of a frontier; Morris' walks; markets in which failures are looked for."""
MOST_ANSWERS = 100
"""Whole answers kept for everybody."""
MOST_RUNS = 3
"""Runs at each point, whatever the view says: there are many points."""
SHOWN = ("consumer_price", "supplier_price", "welfare", "consumer_surplus", "no_purchase_share", "delivery_days.p50")


@dataclass(frozen=True)
class Asked:
    """What is asked: the jobs of the points it is asked about, and the parameters that may be varied, by path."""

    jobs: PointJobs
    ranges: dict[str, Factor]
    view: View

    @property
    def setting(self) -> Setting:
        """What the question is asked about."""
        return self.jobs.setting


def page() -> None:
    """Show a question about many markets, and its answer as far as it goes."""
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    asked = _asked(view, regimes)
    st.title("Explore: one knob, two, or all of them", anchor=False)
    showing.conduct(scenario, regimes)
    if len(regimes) < 2 or len(asked.ranges) < 2:
        few = len(regimes) < 2
        st.info(
            "There is nothing to compare here. Choose two ways to sell, in the panel at the side."
            if few
            else "There are fewer than two knobs to vary in this scenario. Choose another, in the panel at the side; "
            "or change one more number there, under More."
        )
        return
    question = _question(view)
    ask: Callable[[Asked], None] = {"sweep": _sweep, "frontier": _frontier, "tornado": _tornado, "fails": _fails}[
        question
    ]
    ask(asked)


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
    """Return what is explored, with as many of the view's regimes; the same for all who look at the same."""
    scenario, names = link.market_of(view)
    return PointJobs(Setting(scenario, names[:regimes], replications, view.seed), folder)


@lru_cache(maxsize=512)
def _range(view: View, path: str) -> Factor | None:
    """Return the range in which a knob is varied: that of its slider; None where it is no number."""
    scenario, _ = link.market_of(view)
    knob = knobs.knobs_of(view.scenario)[path]
    limits, now = dict(knob.place.shape.limits), _value_at(scenario, path)
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


def _question(view: View) -> str:
    names = list(QUESTIONS)
    now = view.choice("ask", names[0])
    now = now if now in names else names[0]
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
    """Let the reader choose one of some; the choice stands in the link."""
    now = view.choice(name, options[0])
    now = now if now in options else options[0]
    st.session_state[f"choose-{name}"] = now

    def moved() -> None:
        chosen = st.session_state[f"choose-{name}"]
        if chosen in options and chosen != now:
            link.to(lambda v: v.choosing(**{name: chosen}))

    st.selectbox(label, list(options), key=f"choose-{name}", format_func=names, on_change=moved)
    return now


def _sweep(asked: Asked) -> None:
    left, right = st.columns(2)
    with left:
        path = _choice("Knob", "x", list(asked.ranges), asked.view, _label(asked))
    with right:
        figure = _choice("Figure", "figure", SHOWN, asked.view, _named)
    _answer(
        asked,
        asked.jobs,
        lambda: along_question(asked.setting, asked.ranges[path], [figure]),
        lambda found: [charts.along(found, _known(asked)[path], figure, _shown(asked, figure), _present(asked, path))],
        _points(asked.setting.replications, "The pale bar"),
        lambda found: _several_along(found, figure, _label(asked)(path)),
    )


def _several_along(found: Sequence[tuple[object, AtPoint]], figure: str, label: str) -> str:
    """Return how many differences a sweep compares, and which are clear after Holm's correction."""
    return several(
        {
            f"{regime} at {label} {value:.6g}" if isinstance(value, float) else f"{regime} at {label} {value}": change
            for value, here in found
            for regime, changes in here.differences.items()
            if (change := changes.get(figure)) is not None
        },
        f"differences in {_named(figure).lower()}",
    )


def _frontier(asked: Asked) -> None:
    left, right = st.columns(2)
    between = [path for path, each in asked.ranges.items() if not each.whole]  # halved until the side changes
    with left:
        x = _choice("Along", "x", between, asked.view, _label(asked))
    with right:
        y = _choice("and", "y", [path for path in asked.ranges if path != x], asked.view, _label(asked))
    pair = _two(asked, asked.setting.replications)
    rows = span(y, asked.ranges[y].low, asked.ranges[y].high, asked.setting.scenario, levels=ROWS)
    parties = ("customers", "suppliers", "everybody")
    _answer(
        asked,
        pair,
        lambda: frontier_question(pair.setting, asked.ranges[x], rows, parties, STEPS),
        lambda found: [charts.frontier(found, (_present(asked, x), _present(asked, y)), _known(asked))],
        _points(pair.setting.replications, "The star"),
    )


def _tornado(asked: Asked) -> None:
    figure = _choice("What decides", "figure", SHOWN, asked.view, _named)
    pair = _two(asked, 1)
    st.caption(
        plain(
            f"{_named(figure)}: what {pair.setting.regimes[1]} changes of it, each knob moved through its whole range."
        )
    )
    _answer(
        asked,
        pair,
        lambda: sensitivity_question(pair.setting, list(asked.ranges.values()), figure, "morris", WALKS),
        lambda found: [charts.tornado(found, _known(asked), _shown(asked, figure))],
        _points(pair.setting.replications),
        lambda found: _in_words(several_effects(found), asked),
    )


def _fails(asked: Asked) -> None:
    party = _choice("Whom", "party", list(PARTIES), asked.view)
    pair = _two(asked, 1)
    st.caption(
        plain(f"Where are {party} worse off under {pair.setting.regimes[1]} than under {pair.setting.regimes[0]}?")
    )

    def told(found: Discovery) -> list[Chart]:
        for sentence in sentences(found, asked.setting.scenario):
            st.markdown(f"#### {plain(_in_words(sentence, asked))}")
        judged = f" Judged on {number_of(found.fresh_markets, 'fresh market')}." if found.fresh_markets else ""
        st.caption(plain(f"{number_of(found.markets, 'market')} tried, {found.failing} of them worse.{judged}"))
        return []

    _answer(
        asked,
        pair,
        lambda: discovery_question(pair.setting, list(asked.ranges.values()), party, MARKETS),
        told,
        _points(pair.setting.replications, each="market"),
    )


def _named(figure: str) -> str:
    """Return what a figure is called where there is little room."""
    short = showing.SHORT.get(figure) or figure.replace("_", " ")
    return short[:1].upper() + short[1:]


def _points(replications: int, mark: str = "", each: str = "point") -> str:
    """Return what is said below a chart: how many runs a point is, and what marks the place of the view."""
    said = f"Each {each}: {number_of(replications, 'run')} of each way to sell, on the same seeds."
    return f"{said} {mark} marks where you are." if mark else said


def _answer(
    asked: Asked,
    jobs: PointJobs,
    question: Callable[[], Question[Any]],
    draw: Callable[[Any], list[Chart]],
    below: str,
    counted: Callable[[Any], str] | None = None,
) -> None:
    """Show the answer so far, what is to be said below it, and work on what it still needs.

    ``counted`` says how many comparisons the answer holds, and which of them survive their number.
    """
    whole = _whole()
    now = whole.get(asked.view) or step(jobs, question(), work.results)
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
        st.caption("Many markets are run for this. What is finished is shown as it comes, and kept for everybody.")


@st.cache_resource(show_spinner=False)
def _whole() -> dict[View, SoFar]:
    """Return the answers that are whole, by view, for everybody."""
    return {}


def _wait(now: SoFar) -> None:
    """Work on what is needed, and say how long it may still take."""
    begun = time.monotonic()

    def told(finished: float) -> tuple[float, str]:
        share, before, spent = now.share(finished), now.share(0.0), time.monotonic() - begun
        left = f", about {_time(spent * (1 - share) / (share - before))} left" if share > before else ""
        return share, f"{share:.0%} done{left}"

    work.wait_for("explore", now.needed, told)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def _two(asked: Asked, replications: int) -> PointJobs:
    """Return what is explored with the first two ways to sell."""
    return _jobs(link.without_choices(asked.view), asked.jobs.folder, replications, 2)


def _value_at(scenario: Scenario, path: str) -> Any:
    """Return the value a parameter has in a scenario."""
    found: Any = scenario.model_dump()
    for each in split_path(path):
        found = found[int(each)] if isinstance(found, (list, tuple)) else found[each]
    return found


def _present(asked: Asked, path: str) -> float:
    return float(_value_at(asked.setting.scenario, path))


def _label(asked: Asked) -> Callable[[str], str]:
    known = knobs.knobs_of(asked.view.scenario)
    return lambda path: known[path].label.replace("\\", "")


def _known(asked: Asked) -> dict[str, Named]:
    """Return what the parameters that are varied are called on charts, by path."""
    known, currency = knobs.knobs_of(asked.view.scenario), asked.setting.scenario.money.currency
    return {path: known[path].named(currency) for path in asked.ranges}


def _shown(asked: Asked, figure: str) -> Named:
    """Return what a figure is called on charts."""
    unit = FIGURES[figure.split(".", maxsplit=1)[0]].unit
    return Named(_named(figure), unit.replace("currency", asked.setting.scenario.money.currency))


def _in_words(sentence: str, asked: Asked) -> str:
    """Return a sentence with parameters called by their names instead of their paths."""
    known = _known(asked)
    for path in sorted(known, key=len, reverse=True):
        unit = "" if known[path].unit in ("", "share") else f" ({known[path].unit})"
        sentence = sentence.replace(path, f"{known[path].within}{unit}")
    return sentence
