"""Compare: the same customers with the same needs under different channels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from board import business, knobs, link, pinned, showing, work
from board.text import plain
from board.why import chosen_need, is_followed
from sim.common.identity import ByIdentity
from sim.common.number_format import Interval, number_of
from sim.experiments import Comparison
from sim.experiments.preview import Job, Shown, StagedComparison
from sim.experiments.single_run_views import EndingsView, StagedViews, staged_views
from sim.experiments.views import View
from sim.report import charts
from sim.report.comparison_protocol import UNKNOWN, Between, Compared
from sim.report.text.headlines import headline
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.sentences import comparison_sentences, who_loses_money
from sim.report.text.settling import prices_not_at_rest, unsettled
from sim.report.titles import titled
from sim.scenario import Scenario

STEPS = (1, 3, 6)
"""Numbers of complete runs after which the page is redrawn."""
EMPTY = ("lost_sales", "recovered_sales")
"""At least one of these figures is above zero if shelves were empty."""
GAINS = "gains"
"""Query parameter for the regime whose gains and losses are shown."""
BRACKETS = r"\(((?!planner)[^)]*)\)"
"""Asides in a sentence; the name "benchmark (planner)" is none."""
SAID = 2
"""Sentences under the title; few, so that the chart stays visible."""


def address() -> Any:
    """Return this page as the navigation and links to it know it."""
    return st.Page(page, title="Compare", url_path="compare", icon=":material/balance:")


def page() -> None:
    """Show a comparison: finding, charts, figures, reasons, and downloads."""
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    staged = link.staged(view, work.folder())
    jobs, answer = work.comparison("compare", staged)
    shown = staged.shown(jobs, answer.ready)
    if shown is not None:
        st.session_state["last"] = (scenario, shown)
        if not business.may_conclude(shown.comparison, scenario, view.scenario):
            work.wait("compare", jobs, answer, steps(staged, jobs))
            return
        finding(shown.comparison, scenario)
        standing(shown, view)
        pinned.pin_button(view)
        pinned.show_changes(view, regimes, staged.replications(jobs, answer.ready))
        # Parts that come and go have their own container; otherwise expanders below would close when they move.
        with st.container():
            work.wait("compare", jobs, answer, steps(staged, jobs))
        main_charts(shown.comparison, scenario, view)
        if not shown.days:
            with st.container():
                if answer.complete:
                    _empty_shelves(shown.comparison, view)
            _below(shown.comparison, scenario, view)
        return
    st.title(plain(scenario.question or scenario.title or scenario.name), anchor=False)
    work.wait("compare", jobs, answer, steps(staged, jobs, begun=False))
    if "last" in st.session_state and not answer.failure:
        with st.container(key="old"):
            st.caption("Before the change:")
            before, old = st.session_state["last"]
            main_charts(old.comparison, before, view)
    elif not answer.failure:
        st.caption(plain(f"{scenario.title}. The first figures of a new view take a moment."))


def steps(staged: StagedComparison, jobs: Sequence[Job], *, begun: bool = True) -> list[int]:
    """Return the numbers of results at which the page is redrawn, including the first figures if none are shown yet."""
    whole = len(jobs) - len(staged.others)
    first = [] if begun else [len(staged.preview or staged.first)]
    return [*first, *(whole + step - 1 for step in STEPS)]


def finding(comparison: Compared, scenario: Scenario) -> None:
    """Show the main finding as the title; what else was found comes below the picture."""
    showing.again("finding", lambda: _title(comparison, scenario), comparison)


def _title(comparison: Compared, scenario: Scenario) -> None:
    named = titled(comparison, scenario)
    head, _ = title_and_rest(comparison_sentences(named, scenario.money.currency)[0])
    st.title(plain(headline(named, scenario.money.currency) or head), anchor=False)


def _in_words(comparison: Compared, scenario: Scenario) -> None:
    """Say how prices come about, and what else was found: few sentences, the others in an expander."""
    named = titled(comparison, scenario)
    first, *others = comparison_sentences(named, scenario.money.currency)
    _, rest = title_and_rest(first)
    said = re.split(r"(?<=\.) (?=[A-Z])", rest)
    showing.conduct(scenario, comparison.regimes)
    short = headline(named, scenario.money.currency)
    against = [f"Changes are against {scenario.regime_phrase(comparison.regimes[0])}."] if short else []
    st.markdown(plain(" ".join([*against, *said[:SAID]])))
    losing = who_loses_money(named, scenario.money.currency)
    for line in losing:
        st.markdown(plain(line))
    several = several_differences(named, [tier.name for tier in scenario.tiers])
    more = [" ".join(said[SAID:]), *(each for each in others if each not in losing), several]
    if any(more):
        with st.expander("All findings in words"):
            st.markdown("\n\n".join(plain(paragraph) for paragraph in filter(None, more)))


def title_and_rest(paragraph: str) -> tuple[str, str]:
    """Return the first clause of a paragraph as a title, and the brackets and everything after it as the rest."""
    found = re.match(r"(.*?)(?:; |\. |\.?$)(.*)", paragraph, re.DOTALL)
    head, rest = found.groups() if found else (paragraph, "")
    brackets = re.findall(BRACKETS, head)
    said = [f"{each[:1].upper()}{each[1:]}." for each in (*brackets, rest.rstrip(".")) if each]
    return re.sub(f" {BRACKETS}", "", head), " ".join(said)


def standing(shown: Shown, view: View) -> None:
    """Say how much of the market has been run, and whether there are intervals."""
    runs = shown.comparison.replications
    if shown.days:
        showing.preview_badge(shown.days, shown.of_days)
    elif runs == 1:
        st.badge("one run, no intervals yet" if view.runs > 1 else "one run, so no intervals", color="orange")
    else:
        st.caption(f"Mean of {number_of(runs, 'run')}; lines on bars show 95 % intervals.")
        said = unsettled(shown.comparison)
        if said:
            st.warning(plain(said))
    not_found = prices_not_at_rest(titled(shown.comparison, shown.comparison.scenario))
    if not_found:
        st.warning(plain(not_found))


def main_charts(comparison: Comparison, scenario: Scenario, view: View) -> None:
    """Show the main charts."""
    currency = scenario.money.currency
    showing.again("hundred", lambda: _hundred(comparison, scenario), comparison)
    showing.again("words", lambda: _in_words(comparison, scenario), comparison)
    showing.again("prices", lambda: _prices(comparison, scenario), comparison)
    others = list(comparison.regimes[1:])
    if others:
        regime = _gains_under(scenario, others, view)
        gains = showing.drawing(comparison)(charts.who_gains, scenario.regime_title(regime), currency)
        showing.again("gains", lambda: showing.chart(gains, f"gains-{regime}"), gains)
    showing.again("service", lambda: _service(comparison), comparison)


def _hundred(comparison: Comparison, scenario: Scenario) -> None:
    """Show who gets the money, and the most important figures."""
    currency = scenario.money.currency
    showing.chart(showing.drawing(comparison)(charts.where_your_100_go, currency), "hundred")
    showing.few_figures(comparison, currency)


def _prices(comparison: Comparison, scenario: Scenario) -> None:
    """Show how the price is made up along the chain."""
    currency = scenario.money.currency
    draw = showing.drawing(comparison)
    tiers = tuple(tier.name for tier in scenario.tiers)
    left, right = st.columns(2, gap="large")
    with left:
        if any(of(comparison, regime, "wholesale_price").mean is not None for regime in comparison.regimes):
            showing.chart(draw(charts.ladder, tiers, currency), "ladder")
    with right:
        showing.chart(draw(charts.margin_chart, tiers), "margins")


def _service(comparison: Comparison) -> None:
    """Show delivery times, and who finds nothing."""
    draw = showing.drawing(comparison)
    left, right = st.columns(2, gap="large")
    with left:
        showing.chart(draw(charts.in_your_hands), "hands")
    with right:
        showing.chart(draw(charts.rare_tastes), "rare")


def of(comparison: Compared, regime: str, figure: str) -> Interval:
    """Return a figure under a regime; unknown if there is none."""
    return comparison.figures[regime].get(figure, UNKNOWN)


def _empty_shelves(comparison: Comparison, view: View) -> None:
    """Show what customers did at an empty shelf; this needs another run of each regime."""
    known = [of(comparison, regime, name).mean for regime in comparison.regimes for name in EMPTY]
    if not any(known):
        return
    tasks = _endings(link.without_choices(view), work.folder()).stages[-1]
    answer = work.ask("endings", tasks)
    work.wait("endings", tasks, answer, [len(tasks)])
    if answer.complete:
        found = (
            (task.scenario.regime_title(task.regime), ByIdentity(result))
            for task, result in zip(tasks, answer.results, strict=True)
        )
        drawn = _endings_drawn(tuple(found))
        showing.again("endings", lambda: showing.chart(drawn, "endings"), drawn)
        st.caption(f"One run, seed {view.seed}, so no intervals.")


@lru_cache(maxsize=link.MOST_VIEWS)
def _endings_drawn(found: tuple[tuple[str, ByIdentity[Mapping[str, Any]]], ...]) -> charts.Chart:
    """Return the chart of reactions to empty shelves by regime, cached for all users."""
    met = {regime: Between(each.kept["met"], None, None) for regime, each in found}
    return charts.prerendered(charts.empty_shelves({regime: each.kept["endings"] for regime, each in found}, met))


@lru_cache(maxsize=link.MOST_VIEWS)
def _endings(view: View, folder: str) -> StagedViews[EndingsView]:
    scenario, regimes = link.market_of(view)
    return staged_views(EndingsView, scenario, regimes, view.seed, folder)


def _gains_under(scenario: Scenario, others: Sequence[str], view: View) -> str:
    """Let the reader choose the regime whose gains and losses are shown; the choice is kept in the link."""
    asked = view.choice(GAINS, others[0])
    regime = asked if asked in others else others[0]
    if len(others) == 1:
        return regime
    st.session_state["gains-of"] = regime

    def moved() -> None:
        chosen = st.session_state["gains-of"] or regime
        link.to(lambda v: v.choosing(**{GAINS: "" if chosen == others[0] else chosen}))

    st.segmented_control(
        "Who gains and who loses with",
        others,
        key="gains-of",
        on_change=moved,
        format_func=lambda name: plain(scenario.regime_title(name)),
    )
    return regime


def _below(comparison: Comparison, scenario: Scenario, view: View) -> None:
    with st.expander("Why? Follow one purchase to every account it touched", expanded=is_followed(view)):
        chosen_need(scenario, comparison.regimes, view)
    with showing.folded("Every table", "tables") as is_open:
        if is_open:
            showing.again("tables", lambda: showing.all_tables(comparison, scenario), comparison)
    with showing.folded("Download and reproduce", "download") as is_open:
        if is_open:
            showing.downloads(comparison, scenario, view)
