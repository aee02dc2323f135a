"""The first screen of a comparison, in 24 lines of 80: the answer, its doubt, one table, one bar of 100.

What is left out here stands in the full report; every number is that of the full report, rounded.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.common.number_format import (
    DAYS,
    NO_VALUE,
    SHARE,
    Interval,
    grouped,
    half_width,
    is_clear,
    number_of,
    quantity,
    rounded_together,
)
from sim.report.comparison_protocol import UNKNOWN, Compared, Table
from sim.report.text.grid import GAP, Grid
from sim.report.text.price_waterfall import hundred_in_short
from sim.scenario.names import town_names, town_sizes

if TYPE_CHECKING:
    from sim.scenario import Scenario

LINES = 23
"""A screen of 24 lines, less that of the prompt."""
LARGE = 1000
"""Money from here on is shown without cents."""
COLUMNS = (
    "channel",
    "price\npaid",
    "maker\ngets",
    "median\nwait",
    "nothing\nbought",
    "customers\ngain",
    "in total\ngain",
)
GAINS = ("consumer_surplus", "welfare")
"""Figures whose differences to the first regime are shown, with their intervals."""
BARS = 2
"""Regimes whose 100 is shown: the first and the one it is compared with first."""


def market_line(scenario: Scenario, replications: int, regimes: int) -> str:
    """Return what was run: ``classroom: 20 000 customers, 12 towns, 180 days, 10 paired runs``."""
    return f"{size_line(scenario)}, {number_of(replications, 'paired run' if regimes > 1 else 'run')}"


def size_line(scenario: Scenario) -> str:
    """Return the name of a scenario and its size: ``classroom: 20 000 customers, 12 towns, 180 days``."""
    size = [
        number_of(sum(town_sizes(scenario)), "customer"),
        number_of(len(town_names(scenario)), "town"),
        number_of(scenario.time.days, "day"),
    ]
    return f"{scenario.name}: {', '.join(size)}"


def summary_grid(comparison: Compared, width: int = 80) -> Grid:
    """Return one row for each regime: price, what makers get, wait, needs without a purchase, and what changes.

    Args:
        comparison: figures of the regimes under their titles.
        width: characters there are; decimals are dropped, then names are wrapped, until the table fits.
    """
    for decimals in (2, 1, 0):
        grid = _grid(comparison, decimals)
        if _width(grid) <= width:
            break
    over = _width(grid) - width
    longest = max(len(regime) for regime in comparison.regimes)
    return grid if over <= 0 else _with_wrapped_names(grid, max(8, longest - over))


def _grid(comparison: Compared, decimals: int) -> Grid:
    others = comparison.regimes[1:]
    grid = Grid(COLUMNS if others else COLUMNS[:-2])
    for regime in comparison.regimes:
        table = comparison.figures[regime]
        cells = [money_cell(_of(table, name), decimals) for name in ("consumer_price", "supplier_price")]
        cells.append(quantity(_of(table, "delivery_days.p50").mean, DAYS))
        cells.append(_percent(_of(table, "no_purchase_share")))
        if others:
            changes = comparison.differences.get(regime, {})
            cells += [gain_cell(_of(changes, name), decimals) for name in GAINS]
        grid.add(regime, *cells)
    return grid


def gain_cell(change: Interval, decimals: int = 2) -> str:
    """Write a gain with half its interval; ``[in brackets]`` where the interval includes zero."""
    if change.mean is None:
        return NO_VALUE
    is_exactly_zero = change.mean == 0.0 and not half_width(change)
    places = 0 if abs(change.mean) >= LARGE or is_exactly_zero else decimals
    text = grouped(change.mean, places)
    text = f"+{text}" if text.strip("0. ") and not text.startswith("-") else text
    half = half_width(change)
    spread = f"{text} ±{grouped(half, places)}" if half else text
    return spread if is_clear(change) else f"[{spread}]"


def money_cell(value: Interval, decimals: int) -> str:
    """Write an amount; large ones without cents."""
    if value.mean is None:
        return NO_VALUE
    return grouped(value.mean, 0 if abs(value.mean) >= LARGE else decimals)


def _percent(value: Interval) -> str:
    return NO_VALUE if value.mean is None else f"{quantity(value.mean, SHARE)} %"


def _width(grid: Grid) -> int:
    cells = [row for row in grid.rows if not isinstance(row, str)]
    widths = [
        max(len(text) for text in (*grid.headings[column].split("\n"), *(row[column] for row in cells)))
        for column in range(len(grid.headings))
    ]
    return sum(widths) + GAP * (len(widths) - 1)


def _with_wrapped_names(grid: Grid, room: int) -> Grid:
    """Return the table with the names of its rows in lines of ``room`` characters."""
    wrapped = Grid(grid.headings)
    for row in grid.rows:
        first, *more = textwrap.wrap(row[0], room) or [""]
        wrapped.add(first, *row[1:])
        for line in more:
            wrapped.across(f"  {line}")
    return wrapped


def hundred_lines(comparison: Compared, scenario: Scenario) -> list[str]:
    """Return what becomes of 100 that customers pay, in whole numbers that add up to 100; a line for each regime."""
    tier = scenario.tiers[0].name if len(scenario.tiers) == 1 else "middlemen"
    named = "Of 100 that customers pay"
    rows = {regime: hundred_in_short(comparison, regime, tier) for regime in comparison.regimes[:BARS]}
    label = max(len(regime) for regime in rows)
    lines = []
    for regime, parts in rows.items():
        shown = zip(parts, rounded_together(list(parts.values())), strict=True)
        said = "  ".join(f"{part} {grouped(share)}" for part, share in shown if share)
        if said:
            lines.append(f"{regime:<{label}}  {said}")
    return [f"{named}:", *lines] if lines else []


def notes(comparison: Compared, currency: str) -> str:
    """Return how the table is to be read, in a line."""
    if len(comparison.regimes) == 1:
        return f"Money in {currency}. One run: there are no intervals."
    if comparison.replications == 1:
        return f"Prices in {currency}, gains per need. One run: part of each difference may be chance."
    return f"Prices in {currency}; gains per need, ±: 95 % interval, [ ]: no clear difference."


def lines_that_fit(
    before: Sequence[str], sentences: Sequence[Sequence[str]], after: Sequence[Sequence[str]]
) -> list[str]:
    """Return the lines of a screen: as many sentences, the first at least, as there is room for.

    Args:
        before: lines above the sentences.
        sentences: each as its lines.
        after: blocks of lines below, with an empty line above each.
    """
    room = LINES - len(before) - 1 - sum(len(block) + 1 for block in after if block)
    kept: list[str] = []
    for sentence in sentences:
        if kept and len(kept) + len(sentence) > room:
            break
        kept += sentence
    blocks = [before, kept, *after]
    return [line for block in blocks if block for line in ("", *block)][1:]


def _of(table: Table, figure: str) -> Interval:
    return table.get(figure, UNKNOWN)
