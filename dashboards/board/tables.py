"""A table as it was read: what its columns mean, every reinterpretation, and the word of the visitor before it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import pandas as pd
import streamlit as st

from board.text import plain
from sim.common.hashing import sha256_of
from sim.common.number_format import number_of
from sim.tables import Reading, ReadRow, ReadTable, TableChoices
from sim.tables.headings import Heading
from sim.tables.mapping_files import mapping_toml
from sim.tables.meanings import MEANINGS, UNUSED, TableKind, unit_said
from sim.tables.notation import Decimal

MOST_ROWS, MOST_NOTES, IN_A_ROW = 50, 60, 4
UNKNOWN = ""
FOUND_OUT = "found out"
TOTALS = {"leave_out": "Leave them out", "keep": "Keep them as products"}


def choices_of(tables: Sequence[ReadTable], key: str) -> dict[str, TableChoices]:
    """Show what each table's columns mean, for the visitor to correct, and return the choices by file.

    Args:
        tables: as read without the choices.
        key: of the widgets.
    """
    found = {}
    for table in tables:
        st.markdown(f"**{plain(table.file)}**: what its columns mean")
        columns = _columns(table, key)
        found[table.file] = TableChoices(
            decimal=_decimal(table, key), columns=columns, sheet=table.sheet, totals=_totals(table, key)
        )
    return found


def show_as_read(reading: Reading) -> None:
    """Show tables as they were read, with everything that stands otherwise in the file."""
    for table in reading.tables:
        if table.rows:
            st.markdown(f"**{plain(table.file)}**, as read: {plain(number_of(len(table.rows), 'row'))}")
            st.dataframe(_as_read(table), hide_index=True, width="stretch")
            if len(table.rows) > MOST_ROWS:
                st.caption(plain(f"The first {MOST_ROWS} of {len(table.rows)} rows."))
    notes = reading.market.notes if reading.market is not None else []
    if notes:
        title = f"{number_of(len(notes), 'thing')} read otherwise than written, or assumed"
        with st.expander(title, expanded=True):
            st.markdown("\n".join(f"- {plain(note)}" for note in notes[:MOST_NOTES]))
            if len(notes) > MOST_NOTES:
                st.caption(plain(f"... and {len(notes) - MOST_NOTES} more; `middleman import --json` lists all."))


def confirmed(reading: Reading, choices: Mapping[str, TableChoices], key: str) -> bool:
    """Ask whether the tables are read as they are meant. Nothing runs before the visitor says so."""
    waiting = [table.file for table in reading.tables if table.totals]
    if waiting:
        st.warning(plain("Say what becomes of the rows that look like totals; then the market can be used."))
    left, right = st.columns(2)
    text = mapping_toml(reading.tables, next(iter(choices.values()), TableChoices()))
    right.download_button(
        "Keep these choices (TOML)",
        text,
        "mapping.toml",
        "application/toml",
        on_click="ignore",
        width="stretch",
        help="Upload this file with your next table, and its columns are read in the same way.",
    )
    ready = reading.scenario is not None and not waiting
    pressed = left.button("Use this market", type="primary", disabled=not ready, key=f"{key}-use", width="stretch")
    mark = f"{key}-confirmed"
    content = _fingerprint(reading)
    if pressed:
        st.session_state[mark] = content
    return ready and st.session_state.get(mark) == content


def _fingerprint(reading: Reading) -> str:
    """Return what stands for all that the visitor has seen."""
    return sha256_of(repr([(table.rows, table.headings) for table in reading.tables]))


def _columns(table: ReadTable, key: str) -> dict[str, str]:
    """Let the visitor choose the meaning of each column; return those of all of them."""
    options = _options(table.kind)
    chosen: dict[str, str] = {}
    for start in range(0, len(table.headings), IN_A_ROW):
        for place, heading in zip(st.columns(IN_A_ROW), table.headings[start : start + IN_A_ROW], strict=False):
            known = heading.meaning if heading.meaning in options else UNKNOWN
            meaning = place.selectbox(
                plain(heading.text),
                [UNKNOWN, *options],
                index=[UNKNOWN, *options].index(known),
                format_func=lambda option: options.get(option, "choose ..."),
                key=_key(key, table, heading),
            )
            if meaning and meaning != known:
                chosen[heading.text] = meaning
    return chosen


def _options(kind: TableKind) -> dict[str, str]:
    """Return the meanings a column can have, with what is shown for each."""
    found = {UNUSED: "not used"}
    for name, meaning in MEANINGS[kind].items():
        found[name] = name.replace("_", " ")
        if meaning.kind in ("share", "markup"):
            found[f"{name} %"] = f"{name.replace('_', ' ')}: numbers are per cent"
            found[f"{name} share"] = f"{name.replace('_', ' ')}: numbers are shares of one"
    return found


def _key(key: str, table: ReadTable, heading: Heading) -> str:
    return f"{key}-column-{sha256_of(f'{table.file} {heading.position} {heading.text}')[:12]}"


def _decimal(table: ReadTable, key: str) -> Decimal | None:
    """Let the visitor say what the decimal sign is, where the table does not."""
    open_question = any("decimal point" in each.problem.allowed for each in table.problems)
    state = f"{key}-decimal-{sha256_of(table.file)[:12]}"
    if not open_question and state not in st.session_state:
        return None
    said = st.radio("Decimal sign of the numbers", [FOUND_OUT, *get_args(Decimal)], horizontal=True, key=state)
    return None if said == FOUND_OUT else said


def _totals(table: ReadTable, key: str) -> Any:
    """Let the visitor say what becomes of rows that look like totals."""
    if not table.totals:
        return None
    lines = ", ".join(str(row.line) for row in table.totals[:5])
    return st.radio(
        plain(f"Rows that look like totals (line {lines})"),
        list(TOTALS),
        index=None,
        format_func=lambda option: TOTALS[option],
        horizontal=True,
        key=f"{key}-totals-{sha256_of(table.file)[:12]}",
    )


def _as_read(table: ReadTable) -> pd.DataFrame:
    """Return the first rows for people: the value of each cell, and what stood there where that was another text."""
    headings = {heading.meaning: heading for heading in table.headings if heading.meaning in table.columns}
    names = {key: _name(table, key, headings[key].text) for key in table.columns}
    rows = [
        {"line": str(row.line), **{names[key]: _cell(row, key) for key in table.columns}}
        for row in table.rows[:MOST_ROWS]
    ]
    return pd.DataFrame(rows)


def _name(table: ReadTable, key: str, text: str) -> str:
    unit = unit_said(MEANINGS[table.kind][key], table.currency or "currency")
    said = f"{key.replace('_', ' ')}, {unit}" if unit not in ("", "text", "name") else key.replace("_", " ")
    return said if text == key else f"{said} ({text})"


def _cell(row: ReadRow, key: str) -> str:
    value, text = row.values[key], row.texts[key]
    if value is None:
        return f"{text} \u2192 empty" if text else ""
    said = f"{value:.12g}" if isinstance(value, float) else str(value)
    return said if text in (said, f"{said}.0") or _same(text, value) else f"{text} \u2192 {said}"


def _same(text: str, value: Any) -> bool:
    try:
        return isinstance(value, (int, float)) and float(text) == value and text.isascii() and text.count(".") < 2
    except ValueError:
        return False
