"""Two markets in words and tables: what differs between them, and what that changes."""

from __future__ import annotations

from typing import Any

from sim.common.number_format import Interval, is_clear, listed, number_of, plus_minus, quantity, rounds_to_zero
from sim.experiments.two_markets import MarketComparison
from sim.report.experiment_report import ExperimentReport
from sim.report.text.grid import Grid
from sim.results.figures import FIGURES

MOST_CHANGES = 25
LONGEST_VALUE = 34
SHOWN = (
    ("consumer_price", "price paid"),
    ("full_price", "full price"),
    ("supplier_price", "suppliers get"),
    ("quantity_per_need", "units kept, per need"),
    ("no_purchase_share", "nothing bought"),
    ("delivery_days.p50", "median wait"),
    ("consumer_surplus", "customers, per need"),
    ("supplier_profit", "suppliers, per need"),
    ("intermediary_profit", "intermediaries, per need"),
    ("retailer_profit", "retailers, per need"),
    ("platform_profit", "platform, per need"),
    ("welfare", "in total, per need"),
)
"""Figures of the table, if they exist, and what they are called there."""


def markets_report(found: MarketComparison) -> ExperimentReport:
    """Return two markets compared, for every door."""
    first, second = found.names
    tables = [("What differs between them", changes_grid(found))]
    for regime in found.regimes:
        title = found.scenarios[0].regime_title(regime)
        tables.append((f"{title[:1].upper()}{title[1:]}", figures_grid(found, regime)))
    return ExperimentReport(
        found.scenarios[0],
        f"{first} against {second}",
        how_markets_are_read(found),
        tables,
        [customers_sentence(found), *clear_sentences(found)],
        found.to_dict(),
        found.to_frames,
    )


def how_markets_are_read(found: MarketComparison) -> str:
    """Return how the tables are made."""
    first, second = found.names
    return (
        f"Both markets ran {number_of(found.replications, 'time')} on the same seeds. The difference is {second} less "
        f"{first}, paired by seed, with half of its 95 % interval; in [brackets] if the interval includes zero. Money "
        f"in {found.scenarios[0].money.currency}."
    )


def changes_grid(found: MarketComparison) -> Grid:
    """Return the parameters that differ."""
    grid = Grid(["parameter", *found.names], left=frozenset({1, 2}))
    for each in found.changed[:MOST_CHANGES]:
        grid.add(each.path, _value(each.first), _value(each.second))
    if not found.changed:
        grid.across("nothing: they are the same market")
    if len(found.changed) > MOST_CHANGES:
        grid.across(f"... and {len(found.changed) - MOST_CHANGES} more (all: --json)")
    return grid


def _value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return number_of(len(value), "entry", "entries")
    if isinstance(value, dict) and "rule" in value:
        return str(value["rule"])
    text = "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def figures_grid(found: MarketComparison, regime: str) -> Grid:
    """Return the main figures of both markets under one regime, and their paired differences."""
    grid = Grid(["", *found.names, "difference"])
    first, second = found.figures[regime]
    for name, said in SHOWN:
        if name not in first or (first[name].mean is None and second[name].mean is None):
            continue
        unit = FIGURES[name.split(".")[0]].unit
        change = _change(found.differences[regime][name], unit)
        grid.add(said, quantity(first[name].mean, unit), quantity(second[name].mean, unit), change)
    return grid


def _change(change: Interval, unit: str) -> str:
    text = f"{quantity(change.mean, unit, plus=True)} {plus_minus(change, unit)}".rstrip()
    return text if change.mean is None or is_clear(change) else f"[{text}]"


def customers_sentence(found: MarketComparison) -> str:
    """Return what both markets' customers have in common."""
    if not found.same:
        return "The two markets have different numbers of customers: only the seeds are the same."
    if not found.different:
        return f"Both markets have the same customers: the same {listed(list(found.same))}."
    return (
        f"Both markets have customers with the same {listed(list(found.same))}; different are their "
        f"{listed(list(found.different))}."
    )


def _is_told(change: Interval, unit: str) -> bool:
    """Tell whether a change is worth a word: clear, and not zero once rounded."""
    return change.mean is not None and is_clear(change) and not rounds_to_zero(change, unit)


def clear_sentences(found: MarketComparison) -> list[str]:
    """Return who is clearly better or worse off in the second market, one sentence a regime."""
    _, second = found.names
    said = []
    unit = FIGURES["welfare"].unit
    parties = {name: text.split(",")[0] for name, text in SHOWN if FIGURES[name.split(".")[0]].unit == unit}
    for regime in found.regimes:
        changes = {text: found.differences[regime].get(name) for name, text in parties.items()}
        clear = {text: each for text, each in changes.items() if each is not None and _is_told(each, unit)}
        under = found.scenarios[0].under_regime(regime)
        if not clear:
            said.append(f"Between the two, nobody's gain differs clearly {under}.")
            continue
        parts = [f"{text} {quantity(each.mean, unit, plus=True)}" for text, each in clear.items()]
        said.append(f"In {second}, {under}: {listed(parts)} per need.")
    return said
