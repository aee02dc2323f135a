"""Compare: the same customers with the same needs, under one way to sell and another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from board import knobs, link, showing, work
from board.text import plain
from board.why import follow, is_followed
from sim.common.number_format import Interval, number_of
from sim.experiments import Comparison
from sim.experiments.jobs import Replicate
from sim.experiments.preview import Plan, Shown
from sim.experiments.single_run_views import EndingsOf, Looks, looks_of
from sim.experiments.views import View
from sim.report import charts
from sim.report.comparison_protocol import UNKNOWN, Between, Compared
from sim.report.text.headlines import headline
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.sentences import sentences, who_loses_money
from sim.report.text.settling import unsettled
from sim.scenario import Scenario

STEPS = (1, 3, 6)
"""Whole runs at which the page is drawn anew before all are there."""
EMPTY = ("lost_sales", "recovered_sales")
"""Figures of which one is more than nothing where shelves were empty."""
GAINS = "gains"
"""What a link says of under which way to sell gains and losses are shown."""
SAID = 2
"""Sentences under the title, so that the picture is in sight."""


def address() -> Any:
    """Return this page as the navigation and links to it know it."""
    return st.Page(page, title="Compare", url_path="compare", icon=":material/balance:")


def page() -> None:
    """Show a comparison: finding, picture, figures, why, and the way out."""
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    plan = link.plan(view, work.folder())
    tasks, answer = work.follow("compare", plan)
    shown = plan.shown(tasks, answer.ready)
    if shown is not None:
        st.session_state["last"] = (scenario, shown)
        finding(shown.comparison, scenario)
        standing(shown, view)
        # What comes and goes has a container of its own: what was opened below would close if it moved up or down.
        with st.container():
            work.wait("compare", tasks, answer, steps(plan, tasks))
        picture(shown.comparison, scenario, view)
        if not shown.days:
            with st.container():
                if answer.complete:
                    _empty_shelves(shown.comparison, view)
            _below(shown.comparison, scenario, view)
        return
    st.title(plain(scenario.question or scenario.title or scenario.name), anchor=False)
    work.wait("compare", tasks, answer, steps(plan, tasks, begun=False))
    if "last" in st.session_state and not answer.failure:
        with st.container(key="old"):
            st.caption("Before the change:")
            before, old = st.session_state["last"]
            picture(old.comparison, before, view)
    elif not answer.failure:
        st.caption(plain(f"{scenario.title}. The first figures of a view nobody has looked at take a moment."))


def steps(plan: Plan, tasks: Sequence[Replicate], *, begun: bool = True) -> list[int]:
    """Return the numbers of results at which the page is drawn anew; the first figures where none are shown yet."""
    whole = len(tasks) - len(plan.others)
    first = [] if begun else [len(plan.glimpse or plan.first)]
    return [*first, *(whole + step - 1 for step in STEPS)]


def finding(comparison: Compared, scenario: Scenario) -> None:
    """Show the finding as the title and what goes with it; all else that happened behind a click."""
    showing.again("finding", lambda: _finding(comparison, scenario), comparison)


def _finding(comparison: Compared, scenario: Scenario) -> None:
    first, *others = sentences(comparison, scenario.money.currency)
    head, rest = title_and_rest(first)
    short = headline(comparison, scenario.money.currency)
    said = re.split(r"(?<=\.) (?=[A-Z])", rest)
    st.title(plain(short or head), anchor=False)
    showing.conduct(scenario, comparison.regimes)
    against = [f"Compared with {comparison.regimes[0]}."] if short else []
    st.markdown(plain(" ".join([*against, *said[:SAID]])))
    losing = who_loses_money(comparison, scenario.money.currency)
    for line in losing:
        st.markdown(plain(line))
    several = several_differences(comparison, [tier.name for tier in scenario.tiers])
    more = [" ".join(said[SAID:]), *(each for each in others if each not in losing), several]
    if any(more):
        with st.expander("All of it in words"):
            st.markdown("\n\n".join(plain(paragraph) for paragraph in filter(None, more)))


def title_and_rest(paragraph: str) -> tuple[str, str]:
    """Return the first clause of a paragraph as a title, what it has in brackets and all that follows as the rest."""
    found = re.match(r"(.*?)(?:; |\. |\.?$)(.*)", paragraph, re.DOTALL)
    head, rest = found.groups() if found else (paragraph, "")
    brackets = re.findall(r"\(([^)]*)\)", head)
    said = [f"{each[:1].upper()}{each[1:]}." for each in (*brackets, rest.rstrip(".")) if each]
    return re.sub(r" \([^)]*\)", "", head), " ".join(said)


def standing(shown: Shown, view: View) -> None:
    """Say how much of the market was run so far, and whether there are intervals."""
    runs = shown.comparison.replications
    if shown.days:
        showing.first_look(shown.days, shown.of_days)
    elif runs == 1:
        st.badge("one run, no interval yet" if view.runs > 1 else "one run, so no intervals", color="orange")
    else:
        st.caption(f"Mean of {number_of(runs, 'run')}; lines on bars are 95 % intervals.")
        said = unsettled(shown.comparison)
        if said:
            st.warning(plain(said))


def picture(comparison: Comparison, scenario: Scenario, view: View) -> None:
    """Show the charts that carry the argument."""
    currency = scenario.money.currency
    showing.again("prices", lambda: _prices(comparison, scenario), comparison)
    others = list(comparison.regimes[1:])
    if others:
        regime = _gains_under(others, view)
        gains = showing.drawing(comparison)(charts.who_gains, regime, currency)
        showing.again("gains", lambda: showing.chart(gains, f"gains-{regime}"), gains)
    showing.again("service", lambda: _service(comparison), comparison)


def _prices(comparison: Comparison, scenario: Scenario) -> None:
    """Show what is paid, and who keeps it."""
    currency = scenario.money.currency
    draw = showing.drawing(comparison)
    tiers = tuple(tier.name for tier in scenario.tiers)
    showing.chart(draw(charts.where_your_100_go, currency), "hundred")
    showing.few_figures(comparison, currency)
    left, right = st.columns(2, gap="large")
    with left:
        if any(of(comparison, regime, "wholesale_price").mean is not None for regime in comparison.regimes):
            showing.chart(draw(charts.ladder, tiers, currency), "ladder")
    with right:
        showing.chart(draw(charts.margins, tiers), "margins")


def _service(comparison: Comparison) -> None:
    """Show when goods are there, and who finds nothing."""
    draw = showing.drawing(comparison)
    left, right = st.columns(2, gap="large")
    with left:
        showing.chart(draw(charts.in_your_hands), "hands")
    with right:
        showing.chart(draw(charts.rare_tastes), "rare")


def of(comparison: Compared, regime: str, figure: str) -> Interval:
    """Return a figure under a regime, unknown where there is none."""
    return comparison.figures[regime].get(figure, UNKNOWN)


def _empty_shelves(comparison: Comparison, view: View) -> None:
    """Show what customers did who met an empty shelf; it takes another look at one run of each regime."""
    known = [of(comparison, regime, name).mean for regime in comparison.regimes for name in EMPTY]
    if not any(known):
        return
    looks = _endings(link.without_choices(view), work.folder())
    tasks = looks.stages[-1]
    answer = work.ask("endings", tasks)
    work.wait("endings", tasks, answer, [len(tasks)])
    if answer.complete:
        found = ((task.regime, showing.Same(result)) for task, result in zip(tasks, answer.results, strict=True))
        drawn = _endings_drawn(tuple(found))
        showing.again("endings", lambda: showing.chart(drawn, "endings"), drawn)
        st.caption(f"One run, seed {view.seed}, so no intervals.")


@lru_cache(maxsize=link.MOST_VIEWS)
def _endings_drawn(found: tuple[tuple[str, showing.Same[Mapping[str, Any]]], ...]) -> charts.Chart:
    """Return the chart of what followed empty shelves, by regime, drawn once for everybody."""
    met = {regime: Between(each.kept["met"], None, None) for regime, each in found}
    return charts.prerendered(charts.empty_shelves({regime: each.kept["endings"] for regime, each in found}, met))


@lru_cache(maxsize=link.MOST_VIEWS)
def _endings(view: View, folder: str) -> Looks[EndingsOf]:
    scenario, regimes = link.market_of(view)
    return looks_of(EndingsOf, scenario, regimes, view.seed, folder)


def _gains_under(others: Sequence[str], view: View) -> str:
    """Let the reader choose under which way to sell gains and losses are shown; the choice stands in the link."""
    asked = view.choice(GAINS, others[0])
    regime = asked if asked in others else others[0]
    if len(others) == 1:
        return regime
    st.session_state["gains-of"] = regime

    def moved() -> None:
        chosen = st.session_state["gains-of"] or regime
        link.to(lambda v: v.choosing(**{GAINS: "" if chosen == others[0] else chosen}))

    st.segmented_control("Who gains and who pays under", others, key="gains-of", on_change=moved)
    return regime


def _below(comparison: Comparison, scenario: Scenario, view: View) -> None:
    with st.expander("Why? Follow one purchase to every account it touched", expanded=is_followed(view)):
        follow(scenario, comparison.regimes, view)
    with showing.folded("Every table", "tables") as is_open:
        if is_open:
            showing.again("tables", lambda: showing.all_tables(comparison, scenario), comparison)
    with showing.folded("Download, and make it again", "download") as is_open:
        if is_open:
            showing.downloads(comparison, scenario, view)
