"""What an experiment found, in one form for the terminal, web pages, spreadsheets and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.report.text.grid import Grid

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.charts import Chart
    from sim.scenario import Scenario


@dataclass(frozen=True)
class ExperimentReport:
    """What an experiment found.

    Attributes:
        scenario: the market as it was before anything was varied.
        heading: what was asked.
        how_to_read: how it was found, and how to read the tables.
        tables: each with its heading, "" for the one that needs none.
        sentences: what was found, in words.
        data: the same as JSON.
        frames: the same as tables by name, the main one first.
        charts: makes the charts that show it, when a page asks for them.
        picture: a chart of letters for the terminal: its heading, a line on how to read it, and a function of the
            width there is.
    """

    scenario: Scenario
    heading: str
    how_to_read: str
    tables: Sequence[tuple[str, Grid]]
    sentences: Sequence[str]
    data: Mapping[str, Any]
    frames: Callable[[], Mapping[str, pd.DataFrame]]
    charts: Callable[[], Sequence[Chart]] = field(default=tuple)
    picture: tuple[str, str, Callable[[int], list[str]]] | None = None
