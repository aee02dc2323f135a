"""A row of the table of directions, how it is run, and what the table has to cover."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.common.estimates import student_quantile
from sim.market import Market
from sim.results.figures import flatten
from sim.scenario import load_scenario
from tests.directions.markets import MARKETS, MORNINGS

SEEDS = (1, 2, 3, 4, 5)
"""Of the paired runs; the fast tests make the first pair."""
ROUNDING = 1e-9
"""Differences below this share of a figure are rounding, and no movement."""
SIGNS = 5
"""Pairs that settle a direction by all moving one way."""
DECISIONS = "pricing|replenishment|assortment|closing|direct_entry"
"""What rules are for, which is the key under which they stand, `direct_pricing` aside."""
MOVES = 0
"""The sign of a row of which theory says only that the figure moves."""


@dataclass(frozen=True)
class Row:
    """One parameter, raised: which figure it moves, and which way.

    Attributes:
        path: the parameter as ``middleman explain`` writes it, with places and names filled in: ``tiers[0].firms``,
            ``firms.Ann.pricing``, ``retailers.pricing (markup).factor``.
        low, high: its value before and after.
        figure: dotted name of a figure.
        sign: +1 up, -1 down, 0: moves, either way (then ``why`` says why theory keeps silent).
        regime, market: under which regime, in which of ``MARKETS``.
        given: other parameters that differ from the market, by path, the same before and after.
        least: the least distance moved, where something is known of it, in the figure's unit.
        within: the table that ``low`` and ``high`` stand for, where the parameter cannot change alone.
        why: the reason, where it is not plain.
    """

    path: str
    low: Any
    high: Any
    figure: str
    sign: int
    regime: str = "traditional"
    market: str = "towns"
    given: Mapping[str, Any] = field(default_factory=dict)
    least: float = 0.0
    within: str = ""
    why: str = ""

    def overrides(self, value: Any) -> dict[str, Any]:
        """Return what is changed in the market to give the parameter a value."""
        if self.within:
            return {**self.given, self.within: value}
        rule = re.fullmatch(r"(.+) \((\w+)\)\.(\w+)", self.path)
        if rule is None:
            return {**self.given, self.path: value}
        table, name, parameter = rule.groups()
        return {**self.given, f"{table}.rule": name, f"{table}.{parameter}": value}


def parameter_of(path: str) -> str:
    """Return which parameter a path means: without places and names, a rule's own wherever the rule may stand."""
    anywhere = re.sub(r"\[\d+\]", "[]", path)
    anywhere = re.sub(r"^(firms|regimes)\.[^.]+(?=\.)", r"\1.NAME", anywhere)
    rule = re.fullmatch(rf".*?(?:direct_)?({DECISIONS}) \((\w+)\)\.(\w+)", anywhere)
    return "{} ({}).{}".format(*rule.groups()) if rule else anywhere


_figures: dict[tuple[str, str, str, int], Mapping[str, float | None]] = {}


def figures_of(
    market: str, regime: str, overrides: Mapping[str, Any], seed: int = SEEDS[0]
) -> Mapping[str, float | None]:
    """Return all figures of a run by dotted name; what was run before is not run again."""
    scenario = load_scenario(MARKETS[market], overrides)
    key = (market, regime, scenario.model_dump_json(exclude={"name"}), seed)
    if key not in _figures:
        running = Market(scenario, regime, seed)
        morning = MORNINGS.get(market)
        while running.day < running.parameters.time.days:
            if morning is not None:
                morning(running)
            running.step()
        _figures[key] = flatten(running.outcome().figures)
    return _figures[key]


def measured(row: Row, seed: int = SEEDS[0]) -> tuple[float | None, float | None]:
    """Return a row's figure before and after its parameter is raised. Raises KeyError for an unknown figure."""
    before, after = (figures_of(row.market, row.regime, row.overrides(value), seed) for value in (row.low, row.high))
    return before[row.figure], after[row.figure]


def complaint_of_pairs(row: Row, before: Sequence[float | None], after: Sequence[float | None]) -> str:
    """Return what is wrong with how a row's figure moved over paired seeds; empty where nothing is.

    The 95 % interval of the mean movement must lie to one side of nothing, as the row has it, or all of five pairs and
    more must move that way, which chance does once in 32 times. Where theory is silent about the side, the figure has
    to move at every seed.
    """
    first = next((said for pair in zip(before, after, strict=True) if (said := undefined(row, *pair))), "")
    if first:
        return first
    moved = np.subtract(np.array(after, dtype=np.float64), np.array(before, dtype=np.float64))
    told = f"{row.path} {row.low} -> {row.high}: {row.figure} moves by {moved.tolist()}"
    largest = np.abs(np.array([*before, *after], dtype=np.float64)).max()
    if (np.abs(moved) <= ROUNDING * largest).all():
        return f"{told}, which is no movement"
    if row.sign == MOVES:
        return "" if (np.abs(moved) > ROUNDING * largest).all() else f"{told}, which is chance"
    half = student_quantile(len(moved) - 1) * moved.std(ddof=1) / np.sqrt(len(moved))
    if len(moved) >= SIGNS and (row.sign * moved > ROUNDING * largest).all():
        return ""
    return "" if row.sign * moved.mean() > half else f"{told}, which chance explains: {moved.mean():.4g} +- {half:.4g}"


def undefined(row: Row, before: float | None, after: float | None) -> str:
    """Return that a row's figure is undefined, where it is."""
    return f"{row.figure} is undefined: {before} -> {after}" if before is None or after is None else ""


def complaint(row: Row, before: float | None, after: float | None) -> str:
    """Return what is wrong with how a row's figure moved; empty where nothing is."""
    if before is None or after is None:
        return undefined(row, before, after)
    moved = after - before
    told = f"{row.path} {row.low} -> {row.high}: {row.figure} {before:.6g} -> {after:.6g}"
    if abs(moved) <= ROUNDING * max(abs(before), abs(after)):
        return f"{told}, which is no movement"
    if row.sign * moved < 0:
        return f"{told}, which is the wrong way"
    if abs(moved) < row.least:
        return f"{told}, which is less than {row.least}"
    return ""


def uncovered(paths: Iterable[str], rows: Iterable[Row], exempt: Collection[str]) -> list[str]:
    """Return the parameters that have neither a row nor an exemption."""
    covered = {parameter_of(row.path) for row in rows} | set(exempt)
    return [name for name in dict.fromkeys(map(parameter_of, paths)) if name not in covered]


def outdated(paths: Iterable[str], rows: Iterable[Row], exempt: Collection[str]) -> list[str]:
    """Return what rows and exemptions name that is no parameter, or has both."""
    known = set(map(parameter_of, paths))
    in_rows = {parameter_of(row.path) for row in rows}
    return sorted((in_rows | set(exempt)) - known) + sorted(in_rows & set(exempt))
