"""Why? One purchase, from the need to every account it touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from board import work
from board.text import plain
from sim.experiments.tasks import look_at
from sim.scenario import Scenario
from sim.wording.telling import sections

if TYPE_CHECKING:
    from sim.figures.story import Story
    from sim.wording.grid import Grid


def why(scenario: Scenario, regimes: Sequence[str], seed: int) -> None:
    """Let the reader choose a regime and a need, and tell its story."""
    left, right = st.columns(2)
    regime = left.selectbox("Under", list(regimes), key="why-regime", on_change=work.go_on, args=("why",))
    number = right.number_input(
        "Need number", 0, value=None, placeholder="the first purchase", key="why-need", on_change=work.go_on,
        args=("why",),
    )  # fmt: skip
    task = look_at(scenario, [regime], seed, None if number is None else int(number))
    answer = work.ask("why", [task])
    if not answer.complete:
        work.wait("why", [task], answer)
        return
    look = answer.results[0]
    story = look.stories[regime]
    if story is None:
        st.info(f"This run has needs 0 to {look.needs[regime] - 1}; choose one of these.")
        return
    tell(story)


def tell(story: Story) -> None:
    """Tell a story in the words and tables of ``middleman trace``."""
    for section in sections(story):
        st.markdown(f"**{plain(section.title)}**")
        if section.sentences:
            st.markdown(plain(" ".join(section.sentences)))
        if section.table is not None:
            _table(section.table)
        if section.note:
            st.caption(plain(section.note))


def _table(grid: Grid) -> None:
    """Show a table of text; lines across all columns below it."""
    heads = [plain(head) for head in grid.headings]
    rows = [[plain(cell) for cell in row] for row in grid.rows if not isinstance(row, str)]
    st.table(pd.DataFrame(rows, columns=heads).set_index(heads[0]))
    for line in grid.rows:
        if isinstance(line, str):
            st.caption(plain(line))
