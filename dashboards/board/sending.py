"""Upload form: files are read as data only, and every problem is shown beside its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from board.text import plain
from sim.common.number_format import number_of
from sim.experiments.views import too_long
from sim.scenario import Scenario, scenario_names
from sim.tables.uploads import LARGEST_UPLOAD, MOST_FILES, Reading, Remark, Sent, read_sent, rejection, unfit

USUAL_BASE = "classroom"
MOST_SHOWN = 30
LIMIT = f"""
<style>
[data-testid="stFileUploaderDropzoneInstructions"] * {{ display: none; }}
[data-testid="stFileUploaderDropzoneInstructions"]::after {{
  content: "up to {LARGEST_UPLOAD // 1000} kB a file, TOML or CSV"; opacity: 0.8;
}}
</style>
"""
"""Replaces the widget's own text, which gives limits in whole MB; the real limit is lower."""


def upload_form(key: str) -> Scenario | None:
    """Let the visitor upload files, and return their scenario; None with a list of problems if there is none.

    Args:
        key: of the widgets; different for each form.
    """
    st.html(LIMIT)
    files = st.file_uploader(
        f"A scenario (.toml), tables of products and firms (.csv), or both; up to {MOST_FILES} files of "
        f"{LARGEST_UPLOAD // 1000} kB",
        type=["toml", "csv"],
        accept_multiple_files=True,
        key=f"{key}-files",
        max_upload_size=1,
    )
    names = list(scenario_names())
    base = st.selectbox(
        "Base scenario for tables",
        names,
        index=names.index(USUAL_BASE),
        key=f"{key}-base",
        help="Values that the tables do not give come from this scenario. Ignored if you upload a scenario.",
    )
    if not files:
        return None
    # Names and sizes first, so that the content of oversized uploads is never read.
    problems = unfit([(file.name, file.size) for file in files], base)
    reading = rejection(problems) if problems else _read(tuple((file.name, file.getvalue()) for file in files), base)
    if reading.scenario is None:
        _remarks(reading.remarks)
    return reading.scenario


@st.cache_data(show_spinner=False, max_entries=32)
def _read(files: tuple[tuple[str, bytes], ...], base: str) -> Reading:
    """Read files once while they stay in the widget; files too large for one machine are rejected here."""
    reading = read_sent([Sent(*file) for file in files], base)
    problems = too_long(reading.scenario) if reading.scenario is not None else []
    return rejection([replace(problem, file=Sent(*files[0]).label) for problem in problems]) if problems else reading


def _remarks(remarks: Sequence[Remark]) -> None:
    """Show the problems, each beside its line, as plain text."""
    things = "There is 1 problem" if len(remarks) == 1 else f"There are {len(remarks)} problems"
    st.error(f"{things}, so nothing was computed. Correct your file and upload it again.")
    shown = sorted(remarks[:MOST_SHOWN], key=lambda remark: (remark.file, remark.line or 0))
    for file in dict.fromkeys(remark.file for remark in shown):
        if file:
            st.markdown(f"**{plain(file)}**")
        st.code(
            "\n\n".join(_as_text(remark) for remark in shown if remark.file == file), language=None, wrap_lines=True
        )
    if len(remarks) > MOST_SHOWN:
        st.caption(f"... and {number_of(len(remarks) - MOST_SHOWN, 'more', 'more')}.")


def _as_text(remark: Remark) -> str:
    """Return the line with the problem under it."""
    said = str(remark.problem)
    for part in (f"{remark.file}: ", f"{remark.file}, "):
        said = said.removeprefix(part) if remark.file else said
    if remark.line is None:
        return said
    return f"line {remark.line} | {remark.text}\n  ^ {said}"
