"""Tables to begin with: the columns that are known, and templates with the values of a scenario."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from sim.common.spreadsheets import defused
from sim.scenario.firms import Product
from sim.scenario.names import product_names, product_suppliers, supplier_names
from sim.scenario.schema import Scenario
from sim.scenario.shape import is_required, unit_of
from sim.tables.firm_changes import FIRM_COLUMNS, MARGIN, WHO, margin_or_value, paths_by_column, sets
from sim.tables.listed_products import PRODUCT_COLUMNS
from sim.tables.meanings import FIRMS, MEANINGS, PRODUCTS, TableKind

MARKET_COLUMNS = (
    "sku",
    "name",
    "unit_cost",
    "price",
    "units",
    "competitor_price",
    "lead_time",
    "weight",
    "return_rate",
)
"""Columns of the template for a market of one's own."""


def columns() -> dict[TableKind, list[tuple[str, str]]]:
    """Return the columns of each table with their meaning and unit."""
    found: dict[TableKind, list[tuple[str, str]]] = {}
    for kind, meanings in MEANINGS.items():
        found[kind] = [(key, _said(kind, key)) for key in meanings]
    return found


def _said(kind: TableKind, key: str) -> str:
    meaning = MEANINGS[kind][key]
    if kind == FIRMS and key != WHO:
        first = f"{meaning.says} " if key == MARGIN else ""
        return f"{first}Sets {sets(key)}."
    field = Product.model_fields.get(key) if kind == PRODUCTS else None
    unit = meaning.unit if field is None else unit_of(field)
    must = " Must be given." if field is not None and is_required(field) else ""
    in_unit = "" if unit in ("", "text", "name") else f" In: {unit}."
    return f"{meaning.says}{in_unit}{must}"


def template(kind: TableKind, scenario: Scenario) -> str:
    """Return a CSV table of products or firms with the scenario's current values, for the user to edit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PRODUCT_COLUMNS if kind == PRODUCTS else FIRM_COLUMNS)
    rows = _product_rows(scenario) if kind == PRODUCTS else _firm_rows(scenario)
    writer.writerows([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def market_template() -> str:
    """Return an empty CSV table with the columns that describe a market of one's own."""
    return ",".join(MARKET_COLUMNS) + "\n"


def _product_rows(scenario: Scenario) -> Iterator[list[Any]]:
    products, makers = scenario.products, supplier_names(scenario)
    if products.items is not None:
        for item in products.items:
            yield ["" if value is None else value for value in item.model_dump().values()]
        return
    of = product_suppliers(scenario)
    for number, name in enumerate(product_names(scenario)):
        own = {"name": name, "style": number * scenario.styles.count // products.count, "supplier": makers[of[number]]}
        yield [own.get(column, getattr(products, column, "")) for column in PRODUCT_COLUMNS]


def _firm_rows(scenario: Scenario) -> Iterator[list[Any]]:
    given = scenario.model_dump()
    for who in ("suppliers", *(tier.name for tier in scenario.tiers), "retailers", "platform"):
        paths = paths_by_column(who, scenario)
        values = [margin_or_value(given, paths[column]) if column in paths else None for column in FIRM_COLUMNS[1:]]
        yield [who, *("" if value is None else value for value in values)]
