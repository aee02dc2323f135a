"""Upload form: files are read as data only, and every problem is shown beside its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from board import tables
from board.text import plain
from sim.common.number_format import number_of
from sim.experiments.views import too_long
from sim.scenario import scenario_names
from sim.tables import Reading, Remark, Sent, TableChoices, read_sent
from sim.tables.uploads import LARGEST_UPLOAD, MOST_FILES, PASTED, TABLE_ENDINGS, rejection, unfit

USUAL_BASE = "classroom"
MOST_SHOWN = 30
LARGEST_PASTE = 60_000
"""Letters that can be pasted: a message to the server has a limit."""
LIMIT = f"""
<style>
[data-testid="stFileUploaderDropzoneInstructions"] * {{ display: none; }}
[data-testid="stFileUploaderDropzoneInstructions"]::after {{
  content: "up to {LARGEST_UPLOAD // 1000} kB a file: TOML, Excel, CSV"; opacity: 0.8;
}}
</style>
"""
"""Replaces the widget's own text, which gives limits in whole MB; the real limit is lower."""


def upload_form(key: str) -> Reading | None:
    """Let the visitor upload files or paste a table, and return the market they make, with what was read.

    A scenario is used at once; tables are first shown as read, for the visitor to correct and confirm. Where files
    cannot be used, what is wrong is listed and None is returned.

    Args:
        key: of the widgets; different for each form.
    """
    st.html(LIMIT)
    files = st.file_uploader(
        f"A scenario (.toml), tables of products, firms or weeks (Excel or CSV), or both; up to {MOST_FILES} files of "
        f"{LARGEST_UPLOAD // 1000} kB",
        type=["toml", *(ending.removeprefix(".") for ending in TABLE_ENDINGS)],
        accept_multiple_files=True,
        key=f"{key}-files",
        max_upload_size=1,
    )
    pasted = st.text_area(
        "Or paste a table from a spreadsheet",
        key=f"{key}-pasted",
        max_chars=LARGEST_PASTE,
        height=80,
        placeholder="Names of columns in the first line; cells are separated by tabs, semicolons or commas.",
    )
    names = list(scenario_names())
    base = st.selectbox(
        "Base scenario for tables",
        names,
        index=names.index(USUAL_BASE),
        key=f"{key}-base",
        help="Values that the tables do not give come from this scenario. Ignored if you upload a scenario.",
    )
    if not files and not pasted.strip():
        return None
    # Names and sizes first, so that the content of oversized uploads is never read.
    sizes = [(file.name, file.size) for file in files] + ([(PASTED, len(pasted.encode()))] if pasted.strip() else [])
    problems = unfit(sizes, base)
    if problems:
        _remarks(rejection(problems).remarks)
        return None
    sent = [(file.name, file.getvalue()) for file in files]
    return _market((*sent, (PASTED, pasted.encode())) if pasted.strip() else tuple(sent), base, key)


def _market(files: tuple[tuple[str, bytes], ...], base: str, key: str) -> Reading | None:
    """Return the market of files; for tables, once the visitor has confirmed how they are read."""
    reading, choices = _read(files, base, ()), dict[str, TableChoices]()
    if reading.tables:
        choices = tables.choices_of(reading.tables, key)
        reading = _read(files, base, tuple((file, *_plain(said)) for file, said in choices.items()))
        tables.show_as_read(reading)
    if reading.remarks:
        _remarks(reading.remarks)
    usable = tables.confirmed(reading, choices, key) if reading.tables else reading.scenario is not None
    return reading if usable else None


def _plain(choices: TableChoices) -> tuple[Any, ...]:
    """Return choices as values that a cache can compare."""
    return (
        choices.decimal,
        tuple(choices.columns.items()),
        choices.sheet,
        choices.headings,
        choices.totals,
        choices.others,
    )


@st.cache_data(show_spinner=False, max_entries=32)
def _read(files: tuple[tuple[str, bytes], ...], base: str, choices: tuple[tuple[Any, ...], ...]) -> Reading:
    """Read files once while they stay in the widget; files too large for one machine are rejected here."""
    said = {
        file: TableChoices(decimal, dict(columns), sheet, headings, totals, others)
        for file, decimal, columns, sheet, headings, totals, others in choices
    }
    reading = read_sent([Sent(*file) for file in files], base, said)
    problems = too_long(reading.scenario) if reading.scenario is not None else []
    if not problems:
        return reading
    remarks = rejection([replace(problem, file=Sent(*files[0]).label) for problem in problems]).remarks
    return replace(reading, scenario=None, remarks=remarks)


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
