"""Charts, figures and downloads of a comparison, shared by all pages."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count

import pandas as pd
import streamlit as st

from board import work
from board.text import plain, unbroken
from sim.common.identity import ByIdentity
from sim.common.number_format import plus_minus, quantity
from sim.experiments import Comparison
from sim.experiments.jobs import look_at
from sim.experiments.views import View
from sim.publishing.picture_script import picture_script
from sim.report.charts import Chart, prerendered
from sim.report.comparison_protocol import UNKNOWN, Table
from sim.report.html.comparison import ComparisonReport, comparison_page
from sim.report.text import tables
from sim.report.text.grid import Grid
from sim.report.text.multiple_comparisons import several_differences
from sim.report.titles import titled
from sim.results.figures import FIGURES
from sim.results.workbooks import excel_of, tables_of_comparison
from sim.runs.uploads import is_upload
from sim.scenario import Scenario, scenario_to_toml
from sim.scenario.pricing_conduct import pricing_lines

MOST_CHARTS = 160
"""Charts cached for users who look at the same view."""
CONFIG = {"displayModeBar": False, "responsive": True}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHORT = {
    "consumer_price": "price paid",
    "supplier_price": "suppliers get",
    "delivery_days.p50": "median wait",
    "no_purchase_share": "leave with nothing",
    "welfare": "welfare per need",
}

LOOK = """
<style>
.stApp { font-variant-numeric: tabular-nums; }
.block-container { padding-top: 4.2rem; max-width: 1180px; }
h1 { font-size: 1.9rem !important; line-height: 1.25 !important; letter-spacing: -0.01em; }
h3 { font-size: 1.12rem !important; line-height: 1.35 !important; padding-bottom: 0.1rem !important; }
.st-key-old { opacity: 0.4; filter: grayscale(0.7); }
.finding p { font-size: 1.05rem; line-height: 1.55; }
.st-key-pages { gap: 0.1rem 0.4rem; }
[data-testid="stTable"] { overflow-x: auto; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit !important; opacity: 1; }
[data-testid="stCaptionContainer"] { opacity: 0.78 !important; }
.js-plotly-plot text:not(.bartext) { fill: currentColor !important; }
.js-plotly-plot .point:has(path[style*="url("]) .bartext { fill: currentColor !important; }
.js-plotly-plot g.annotation:has(rect.bg[style*="255, 255, 255"]) text { fill: #000 !important; }
.js-plotly-plot .hoverlayer .hovertext text { fill: #000 !important; }
.js-plotly-plot .hoverlayer .hovertext path { fill: #fff !important; }
[data-testid="stTable"] td, [data-testid="stTable"] th { white-space: nowrap; }
:has(> .save-pictures) { position: relative; padding-bottom: 1.9rem; }
.save-pictures { position: absolute; right: 0; bottom: 0; display: flex; gap: 0.3rem; z-index: 2; }
.save-picture { font: inherit; font-size: 0.75rem; padding: 0 0.5rem; border-radius: 0.4rem; cursor: pointer;
  color: inherit; background: none; border: 1px solid rgba(128, 128, 128, 0.4); }
@media (min-width: 1700px) {  /* a projector: read from the back of the room */
  html { font-size: 20px; }
  .block-container { max-width: 1440px; }
}
@media (max-width: 1500px) {  /* beside the parameters, all pages and Share in one line */
  .st-key-pages a span:has(> [data-testid="stIconMaterial"]) { display: none; }
  .st-key-pages a [data-testid="stIconMaterial"] { display: none; }
}
@media (max-width: 640px) {
  h1 { font-size: 1.45rem !important; }
  .block-container { padding: 4.2rem 0.9rem 5rem; }
  .st-key-pages a { gap: 0; padding: 0.35rem 0.5rem; }
  .st-key-pages { gap: 0.6rem 0.1rem; }
  /* The parameters as a sheet at the bottom: the picture stays in sight above them. */
  section[data-testid="stSidebar"] { top: auto !important; bottom: 0; left: 0; height: 46vh !important;
    width: 100vw !important; min-width: 100vw !important; border-radius: 1rem 1rem 0 0;
    box-shadow: 0 -4px 16px rgba(0, 0, 0, 0.3); }
  section[data-testid="stSidebar"]:not([aria-expanded="true"]) { display: none; }
  [data-testid="stExpandSidebarButton"] { position: fixed !important; right: 1rem; bottom: 1rem; z-index: 999;
    padding: 0.7rem; border-radius: 2rem; background: #00609A !important; color: #ffffff !important;
    box-shadow: 0 2px 10px rgba(0, 0, 0, 0.35); }
  [data-testid="stExpandSidebarButton"] * { color: #ffffff !important; }
}
</style>
"""


def style() -> None:
    """Apply the style shared by all pages, and let every chart be saved as a picture."""
    st.html(LOOK)
    st.html(f"<script>{picture_script()}</script>", unsafe_allow_javascript=True)


def chart(shown: Chart, key: str, *, titled: bool = True) -> None:
    """Show a chart under its finding, unless the finding is already shown above."""
    if titled:
        st.subheader(plain(shown.finding), anchor=False)
    st.plotly_chart(shown.figure, theme=None, config=CONFIG, alt=shown.alternative, key=key)


def again(what: str, draw: Callable[[], None], of: object, *given: str) -> None:
    """Show part of a page; what was built for one user is reused for the next.

    Args:
        what: name of the part.
        draw: shows it; must not contain widgets.
        of, given: determine its appearance: a cached object, and words.
    """
    # By name: Streamlit inspects unnamed arguments, which takes as long as showing the part.
    _shown(name=" ".join((what, str(_number(ByIdentity(of))), *given)), _draw=draw)


@st.cache_resource(show_spinner=False, max_entries=2 * MOST_CHARTS)
def _shown(name: str, _draw: Callable[[], None]) -> None:
    """Show something; Streamlit records it and shows it again on later calls."""
    del name  # part of the cache key
    _draw()


def conduct(scenario: Scenario, regimes: Sequence[str]) -> None:
    """Say how prices come about, because who gains is a finding only if prices are found."""
    first, *more = pricing_lines(scenario, regimes)
    st.caption("  \n".join(plain(line) for line in (f"How prices come about: {first}", *more)))


def preview_badge(days: int, of_days: int) -> None:
    """Say that the figures shown come from the first days of a run."""
    st.badge(f"preview: {days} of {of_days} days, one run; the rest is running", color="orange")


def drawing(comparison: Comparison) -> Callable[..., Chart]:
    """Return a function that draws charts of a comparison, cached: ``draw(charts.who_gains, "O2O", "EUR")``."""

    def draw(made: Callable[..., Chart], *given: str | tuple[str, ...]) -> Chart:
        return _drawn(ByIdentity(comparison), made, given)

    return draw


@lru_cache(maxsize=MOST_CHARTS * 2)
def _number(of: ByIdentity[object]) -> int:
    """Return a number that no other object has or had."""
    del of
    return next(_numbers)


_numbers = count()


@lru_cache(maxsize=MOST_CHARTS)
def _drawn(of: ByIdentity[Comparison], made: Callable[..., Chart], given: tuple[str | tuple[str, ...], ...]) -> Chart:
    return prerendered(made(_under_titles(of), *given))


def under_titles(comparison: Comparison) -> Comparison:
    """Return a comparison with its regimes under their titles, the same object for all users."""
    return _under_titles(ByIdentity(comparison))


@lru_cache(maxsize=MOST_CHARTS)
def _under_titles(of: ByIdentity[Comparison]) -> Comparison:
    return titled(of.kept, of.kept.scenario)


def few_figures(comparison: Comparison, currency: str) -> None:
    """Show the most important figures of each regime with their intervals."""
    named = under_titles(comparison)
    rows = {plain(regime): _row(named.figures[regime]) for regime in named.regimes}
    st.table(pd.DataFrame.from_dict(rows, orient="index", columns=list(SHORT.values())))
    interval = "± half of a 95 % interval. " if comparison.replications > 1 else "One run, so no intervals yet. "
    st.caption(f"{interval}Prices per unit, welfare per need, in {plain(currency)}.")


def _row(table: Table) -> list[str]:
    return [_cell(table, name) for name in SHORT]


def _cell(table: Table, name: str) -> str:
    found = table.get(name, UNKNOWN)
    unit = FIGURES[name.split(".", maxsplit=1)[0]].unit
    percent = " %" if unit == "share" and found.mean is not None else ""
    return unbroken(f"{quantity(found.mean, unit)}{percent} {plus_minus(found, unit)}".strip())


def text_table(table: Grid) -> None:
    """Show a table of text; lines across all columns go below it."""
    heads = [plain(head) for head in table.headings]
    rows = [[plain(cell) for cell in row] for row in table.rows if not isinstance(row, str)]
    st.table(pd.DataFrame(rows, columns=heads).set_index(heads[0]))
    for line in table.rows:
        if isinstance(line, str):
            st.caption(plain(line))


@contextmanager
def folded(label: str, key: str) -> Iterator[bool]:
    """An expander that tells whether it is open, because closed content is not sent."""
    with st.expander(label, key=key, on_change="rerun") as fold:
        yield bool(fold.open)


def all_tables(comparison: Comparison, scenario: Scenario) -> None:
    """Show every table of the command line."""
    tiers = tuple(t.name for t in scenario.tiers)
    several = several_differences(under_titles(comparison), tiers)
    if several:
        st.caption(plain(several))
    for title, lines, note in _written(ByIdentity(comparison), tiers, scenario.money.currency):
        st.markdown(title)
        st.code(lines, language=None)
        st.caption(note)


@lru_cache(maxsize=MOST_CHARTS // 4)
def _written(of: ByIdentity[Comparison], tiers: tuple[str, ...], currency: str) -> list[tuple[str, str, str]]:
    """Return title, lines and note of every table."""
    return [
        (
            f"**{plain(table.title)}**",
            "\n".join(tables.grid_of(table, _under_titles(of), currency).lines(140)),
            plain(table.note),
        )
        for table in tables.comparison_tables(tiers)
        if not table.compared or len(of.kept.regimes) > 1
    ]


def downloads(comparison: Comparison, scenario: Scenario, view: View) -> None:
    """Offer all downloads of a comparison, created on demand, once all its runs have finished."""
    if comparison.replications != view.runs:
        st.caption(f"Downloads appear here when all {view.runs} runs have finished.")
        return
    name = f"{scenario.name}-{view.seed}"
    file = f"{scenario.name}.toml" if is_upload(view.scenario) else ""
    kinds: dict[str, tuple[str, str, Callable[[], str | bytes]]] = {
        "CSV": ("csv", "text/csv", lambda: comparison.to_frame().to_csv(index=False, lineterminator="\n")),
        "Excel": ("xlsx", EXCEL, lambda: excel_of(tables_of_comparison(comparison.to_frame(), comparison.manifest()))),
        "Parquet": ("parquet", "application/vnd.apache.parquet", comparison.to_parquet),
        "JSON": ("json", "application/json", lambda: json.dumps(comparison.to_dict(), indent=1)),
        "Scenario": ("toml", "application/toml", lambda: scenario_to_toml(scenario)),
        "Python": ("py", "text/x-python", lambda: view.python(file)),
    }
    for place, (label, (ending, mime, made)) in zip(st.columns(len(kinds)), kinds.items(), strict=True):
        saved = file or f"{scenario.name}.toml" if label == "Scenario" else f"{name}.{ending}"
        place.download_button(label, made, saved, mime, on_click="ignore", width="stretch")
    _report(comparison, scenario, view, file)
    if file:
        st.caption(plain(f"The same view on the command line, to the last digit, with the scenario saved as {file}:"))
    else:
        st.caption("The same view on the command line, to the last digit:")
    st.code(view.command(file), language=None, wrap_lines=True)
    st.caption("In Python:")
    st.code(view.python(file), language=None, wrap_lines=True)
    st.caption("The address of this page links to this view.")


def _report(comparison: Comparison, scenario: Scenario, view: View, file: str) -> None:
    """Offer a page with charts, tables and instructions to reproduce it; needs another run of each regime."""
    if not st.toggle("Prepare a report: one HTML page with every chart and table", key="report"):
        return
    task = look_at(scenario, comparison.regimes, view.seed)
    answer = work.ask("report", [task])
    if not answer.complete:
        work.wait("report", [task], answer)
        return
    words = shlex.split(view.command(file))[1:]
    pricing = pricing_lines(scenario, comparison.regimes)
    about = ComparisonReport(scenario, comparison, answer.results[0], view.seed, words, pricing=pricing)
    st.download_button(
        "Report", lambda: comparison_page(about), f"{scenario.name}-{view.seed}.html", "text/html", on_click="ignore"
    )
