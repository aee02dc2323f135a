"""The rows of a table of firms as changes of a scenario: margins, numbers, costs and lead times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.names import retailer_names, supplier_names, tier_names
from sim.scenario.numbers import is_position
from sim.scenario.overrides import nearest, split_path
from sim.scenario.schema import Scenario
from sim.scenario.shape import dotted
from sim.tables.cells import Remarks
from sim.tables.meanings import FIRMS, MEANINGS
from sim.tables.reading import ReadTable

WHO, MARGIN = "firm", "margin"
FIRM_COLUMNS = tuple(MEANINGS[FIRMS])


def _columns(section: str, *columns: str, **named: str) -> dict[str, str]:
    """Return the parameters that the columns of a kind of firm set; ``named`` are those with a name of their own."""
    names = {column: named.get(column, column) for column in (*COMMON_COLUMNS, *columns)}
    return {column: f"{section}.{name}" for column, name in names.items() if name}


COMMON_COLUMNS = ("margin", "number", "lead_time", "fixed_cost", "handling_cost")
OF_FIRMS: dict[str, dict[str, str]] = {
    "suppliers": _columns("suppliers", margin="pricing", number="count", handling_cost="direct_handling_cost"),
    "TIER": _columns("tiers.{place}", margin="pricing", number="firms"),
    "retailers": _columns("retailers", "rent", margin="pricing", number="count"),
    "platform": _columns("platform", margin="commission", number="", lead_time="", handling_cost="cost_per_sale"),
}
"""Which parameter each column sets, by the kind of firm in the first column; a tier by its name."""


def firm_changes(table: ReadTable, scenario: Scenario, remarks: Remarks) -> Iterator[tuple[str, Any, int]]:
    """Yield what a table of firms changes: path, value, line. Unchanged values are left out and keep their source."""
    given = scenario.model_dump()  # once: it takes its time
    for row in table.rows:
        who = str(row.values[WHO] or "")
        columns = paths_by_column(who, scenario)
        if not columns:
            there = ["suppliers", *(tier.name for tier in scenario.tiers), "retailers", "platform"]
            remedy = nearest(who, there)
            remarks.refuse(row.line, WHO, who or "nothing", "a kind of firm, or the name of one", remedy)
            continue
        for column, value in row.values.items():
            if column == WHO or value is None:
                continue
            if column not in columns:
                allowed = f"{who} has no {column}; it has: {', '.join(columns)}"
                remarks.refuse(row.line, column, row.texts[column], allowed, "leave the cell empty")
            elif found := _changed(columns[column], value, given):
                yield (*found, row.line)


def paths_by_column(who: str, scenario: Scenario) -> Mapping[str, str]:
    """Return which parameters the columns of a firm set; empty if the firm does not exist."""
    names = [tier.name for tier in scenario.tiers]
    if who in names:
        return {column: path.format(place=names.index(who)) for column, path in OF_FIRMS["TIER"].items()}
    if who in OF_FIRMS and who != "TIER":
        return OF_FIRMS[who]
    tiers = [name for place in range(len(names)) for name in tier_names(scenario, place)]
    single = (*supplier_names(scenario), *tiers, *retailer_names(scenario))
    return {MARGIN: f'firms."{who}".pricing'} if who in single and '"' not in who else {}


def _changed(path: str, value: Any, given: Any) -> tuple[str, Any] | None:
    """Return what a cell changes; None if the scenario has this value already."""
    if path.endswith(".pricing"):
        rule = scenario_value(given, path) or {}
        if rule.get("rule") == "margin":
            path = f"{path}.share"
        else:
            value = {"rule": "margin", "share": value}
    return None if scenario_value(given, path) == value else (path, value)


def scenario_value(given: Any, path: str) -> Any:
    """Return the value at a path, None if there is none."""
    for step in split_path(path):
        if isinstance(given, list):
            given = given[int(step)] if is_position(str(step)) and int(step) < len(given) else None
        else:
            given = given.get(step) if isinstance(given, dict) else None
    return given


def margin_or_value(given: Any, path: str) -> Any:
    """Return the value at a path; for a pricing rule its margin, None if it is another rule."""
    found = scenario_value(given, path)
    if isinstance(found, dict):
        return found["share"] if found.get("rule") == "margin" else None
    return found


def sets(column: str) -> str:
    """Return which parameters a column sets, as people read them."""
    paths = [dotted(tuple(by[column].split("."))) for by in OF_FIRMS.values() if column in by]
    return ", ".join(path.replace(".{place}", "").replace(".pricing", ".pricing.share") for path in paths)
