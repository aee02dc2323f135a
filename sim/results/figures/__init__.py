"""Figures: what a finished run says about prices, margins, times, availability, welfare and structure.

Pure functions of an ``Outcome``: measuring never touches the run. Money is in units of currency, shares are
fractions of 1, times are in days; what is undefined is None.
"""

from __future__ import annotations

from sim.common.table import release_pages
from sim.results.figures.arithmetic import Value
from sim.results.figures.availability import AVAILABILITY, availability
from sim.results.figures.description import FigureInfo, described
from sim.results.figures.flows import find_flows
from sim.results.figures.groups import Groups
from sim.results.figures.margins import MARGINS, PROFITS, margins, profits
from sim.results.figures.pairs import SAME_NEED, same_need
from sim.results.figures.prices import PRICES, prices
from sim.results.figures.structure import STRUCTURE, structure
from sim.results.figures.times import TIMES, times
from sim.results.figures.transport import TRANSPORT, transport
from sim.results.figures.waterfall import WATERFALL, price_waterfall
from sim.results.figures.welfare import WELFARE, welfare
from sim.results.figures.window import Window
from sim.results.outcome_data import OutcomeData

__all__ = [
    "FIGURES",
    "SAME_NEED",
    "FigureInfo",
    "Value",
    "all_figures",
    "flatten",
    "same_need",
]

FIGURES: dict[str, FigureInfo] = described(
    *PRICES,
    *MARGINS,
    *WATERFALL,
    *PROFITS,
    *TIMES,
    *AVAILABILITY,
    *WELFARE,
    *STRUCTURE,
    *TRANSPORT,
)
"""Every figure by name, each described once beside its function, in the order in which figures are shown."""


def all_figures(outcome: OutcomeData) -> dict[str, Value]:
    """Return every figure of ``FIGURES``, in that order: a number, None where undefined, or a table of those.

    Raises:
        BooksError: when balances, ledger and stock moves contradict one another, if only by a cent.
    """
    window = Window.of(outcome)
    flows = find_flows(window)
    groups = Groups(window)
    found: dict[str, Value] = {}
    for figures in (
        lambda: prices(window, flows),
        lambda: margins(window, flows),
        lambda: price_waterfall(window, flows),
        lambda: profits(window),
        lambda: times(window),
        lambda: availability(window, groups),
        lambda: welfare(window, flows, groups),
        lambda: structure(window, flows),
        lambda: transport(window),
    ):
        found.update(figures())
        for table in outcome.columns.values():
            release_pages(*table.values())
    return {name: found[name] for name in FIGURES}


def flatten(figures: dict[str, Value]) -> dict[str, float | None]:
    """Return figures as one level of names, tables joined by dots: ``delivery_days.p95``."""
    flat: dict[str, float | None] = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{key}": inner for key, inner in flatten(value).items()})
        else:
            flat[name] = value
    return flat
