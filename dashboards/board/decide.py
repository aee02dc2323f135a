"""Decide: from a firm's own tables to one slide, in steps. It shows; what is found is found in ``sim``."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from board import sending, showing, work
from board.text import plain
from sim.results.workbooks import excel_of
from sim.scenario import Scenario, ScenarioError, scenario_to_toml

if TYPE_CHECKING:
    from sim.decisions import Decision
    from sim.decisions.jobs import DecideJob, ShownFit
    from sim.tables import Reading

IN_WORDS = {
    "maker": "a maker",
    "retailer": "a retailer",
    "marketplace": "the marketplace",
    "hold": "keep their prices",
    "match": "match my prices",
    "best_response": "answer with the prices best for them",
}
ANYWAY = "Show anyway"


def page() -> None:
    """Show the steps, each as soon as the one before it is done."""
    showing.style()
    st.title("Which way to the customer, at which price, and how sure?", anchor=False)
    st.markdown(
        "Bring your own figures: products with prices and costs, and the weeks in which they were sold. You see how "
        "they were read, what a market fitted to them gets right and wrong, and then one slide with the answer."
    )
    st.subheader("1. Your tables", anchor=False)
    reading = sending.upload_form("decide")
    if reading is None or reading.scenario is None:
        return
    st.subheader("2. Does the market look like your business?", anchor=False)
    looked = _look(reading, reading.scenario)
    if looked is None:
        return
    st.subheader("3. What could you do?", anchor=False)
    job = _options(*looked)
    if job is None:
        return
    st.subheader("4. The answer", anchor=False)
    _answer(job)


def _look(reading: Reading, scenario: Scenario) -> tuple[Scenario, ShownFit | None] | None:
    """Fit the market and show observed beside fitted; return what to decide on, None until that may be done."""
    from sim.decisions.jobs import FitJob, page_history

    try:
        history = page_history(scenario, reading.market)
    except ScenarioError as error:
        st.error("\n".join(f"- {plain(line)}" for line in error.lines(10)))
        return None
    if history is None:
        st.warning(
            "There are no weekly sales among these files (week, product, price, units), so nothing can be fitted: an "
            "answer takes the scenario's own numbers for true, and has no intervals."
        )
        return (scenario, None) if st.toggle(ANYWAY, key="decide-anyway-unfitted") else None
    job = FitJob(scenario, history)
    slot = f"decide-fit-{job.key[:12]}"
    answer = work.ask(slot, [job])
    if not answer.complete:
        st.caption("Fitting the market to your weeks: some seconds, a minute for many products.")
        work.wait(slot, [job], answer)
        return None
    found: ShownFit = answer.results[0]
    with st.container(border=True):
        st.markdown(plain(found.line))
        showing.text_table(found.tables[0][1])
        st.caption(plain(found.how_to_read))
        with st.expander("What your data decide, and what is assumed"):
            st.markdown("\n".join(f"- {plain(said)}" for said in found.sentences))
            for heading, grid in found.tables[1:]:
                st.markdown(f"**{plain(heading)}**")
                showing.text_table(grid)
        if not found.looks_like_the_business:
            st.markdown(plain("A market that does not look like your business says little about it."))
            if not st.toggle(ANYWAY, key=f"decide-anyway-{job.key[:12]}"):
                return None
    return found.scenario, found


def _options(scenario: Scenario, fitted: ShownFit | None) -> DecideJob | None:
    """Let the visitor say for whom, between what, and how rivals answer; return what is asked once they have."""
    from sim.decisions import ANSWERS, ROLES
    from sim.decisions.jobs import DecideJob
    from sim.decisions.routes import deciding_firms, route_keys

    left, middle, right = st.columns(3)
    role = left.selectbox("I am", ROLES, format_func=lambda name: IN_WORDS[name], key="decide-role")
    firms = deciding_firms(scenario, role)
    firm = middle.selectbox("Firm", firms, format_func=plain, key=f"decide-firm-{role}")
    rivals = right.selectbox("Rivals", ANSWERS, format_func=lambda name: IN_WORDS[name], key="decide-rivals")
    keys = route_keys(role)
    routes = st.pills(
        "Weighed against staying",
        keys,
        selection_mode="multi",
        default=keys,
        format_func=lambda key: key.replace("_", " "),
        key=f"decide-routes-{role}",
    )
    chosen = tuple(key for key in keys if key in routes)
    ensemble = None if fitted is None else fitted.ensemble
    job = DecideJob(scenario, ensemble, role, firm, chosen, rivals)
    pressed = st.button("Weigh the routes", type="primary", disabled=not chosen, key="decide-weigh")
    if pressed:
        st.session_state["decide-asked"] = job.key
    return job if chosen and st.session_state.get("decide-asked") == job.key else None


def _answer(job: DecideJob) -> None:
    """Weigh the routes, show the slide, and offer all of it as files."""
    from sim.decisions.slide import slide_of

    slot = f"decide-answer-{job.key[:12]}"
    answer = work.ask(slot, [job])
    if not answer.complete:
        st.caption("Every route is priced, and weighed over all sets of parameters: some seconds to some minutes.")
        work.wait(slot, [job], answer)
        return
    found: Decision = answer.results[0]
    file = f"{found.scenario.name}.fitted.toml"
    slide = slide_of(found, job.command(file))
    st.iframe(slide, height="content", alt="The answer on one slide")
    _downloads(found, job, slide, file)


def _downloads(found: Decision, job: DecideJob, slide: str, file: str) -> None:
    """Offer the slide, the workbook, the same as data, and the market with its sets of parameters."""
    from sim.decisions.answer import decision_report, frames_of

    name = f"{found.scenario.name}-decision"
    places = st.columns(5)
    offer = partial(st.download_button, on_click="ignore", width="stretch")
    with places[0]:
        offer("Slide (HTML)", slide, f"{name}.html", "text/html")
    with places[1]:
        offer("Excel", lambda: excel_of(frames_of(found)), f"{name}.xlsx", showing.EXCEL)
    with places[2]:
        offer("JSON", lambda: json.dumps(decision_report(found).data, indent=1), f"{name}.json", "application/json")
    with places[3]:
        offer("Market (TOML)", lambda: scenario_to_toml(job.scenario), file, "application/toml")
    if job.ensemble is not None:
        sets = job.ensemble
        with places[4]:
            ending = f"{found.scenario.name}.fitted.ensemble.json"
            offer("Its sets (JSON)", lambda: sets.text(job.scenario), ending, "application/json")
    st.caption("The same on the command line, to the last digit, with the market and its sets saved in one folder:")
    st.code(job.command_line(file), language=None, wrap_lines=True)
