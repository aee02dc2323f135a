"""Tables from a spreadsheet, laid over a scenario: products, and firms with margins, costs and lead times.

A row is a product, or a kind of firm. An empty cell keeps the scenario's value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.common.spreadsheets import as_written, defused
from sim.scenario.files import text_of
from sim.scenario.firms import Product
from sim.scenario.names import product_names, product_suppliers, retailer_names, supplier_names, tier_names
from sim.scenario.numbers import as_number, as_whole_number, hint, is_position
from sim.scenario.overrides import nearest, split_path
from sim.scenario.problems import Problem, shown
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path, dotted, find, is_required, unit_of

MOST_ROWS, MOST_FIRMS, MOST_COLUMNS = 5_000, 500, 30
WHO, MARGIN = "firm", "margin"
PRODUCTS, FIRMS = "products", "firms"
PRODUCT_COLUMNS = tuple(Product.model_fields)


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
"""Which parameter each column of the firm table sets, by the kind of firm in the first column; a tier by its name."""
FIRM_COLUMNS = (WHO, *dict.fromkeys(column for columns in OF_FIRMS.values() for column in columns))


@dataclass
class Sheet:
    """The content of a table: parameters to change by path, the line of each, and what is wrong."""

    file: str
    changes: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, Problem]] = field(default_factory=list)

    def refuse(self, line: int, column: str, value: str, allowed: str, remedy: str) -> None:
        """Record that something on a line cannot be used."""
        self.problems.append((line, Problem(self.file, column, shown(value) if value else "", allowed, remedy)))


def read_sheet(content: bytes, file: str, scenario: Scenario) -> Sheet:
    """Read a table, called ``file`` in reports: of products if it has their columns, else of firms.

    It is CSV with commas; or with semicolons and decimal commas, as spreadsheets in some countries write it. Raises
    ScenarioError if it is not text.
    """
    sheet = Sheet(file)
    rows = list(_rows(text_of(content, file), sheet))
    if not rows:
        sheet.refuse(1, "", "", "the table has no row", "start with a line of column names")
        return sheet
    head = [name.strip() for name in rows[0][1]]
    if len(head) > MOST_COLUMNS:
        sheet.refuse(1, "", "", f"the table has {len(head)} columns", f"give at most {MOST_COLUMNS}, see the template")
        return sheet
    known = FIRM_COLUMNS if WHO in head else PRODUCT_COLUMNS
    for name in head:
        if name not in known:
            sheet.refuse(rows[0][0], "", name, "there is no such column", nearest(name, list(known)))
    for name in {name for name in head if head.count(name) > 1}:
        sheet.refuse(rows[0][0], "", name, "the column is there twice", "remove one")
    if not sheet.problems:
        read = _firms if WHO in head else _products
        read(sheet, head, rows[1:], scenario)
    return sheet


def _rows(text: str, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with its line number; decimal commas become points."""
    first = text.split("\n", 1)[0]
    apart = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=apart, strict=True)
    try:
        for number, row in enumerate(reader):
            if number > MOST_ROWS:
                sheet.refuse(reader.line_num, "", "", f"a table has at most {MOST_ROWS} rows", "shorten it")
                return
            if any(cell.strip() for cell in row):
                cells = [as_written(cell.strip()) for cell in row]
                yield reader.line_num, [_with_point(cell) for cell in cells] if apart == ";" else cells
    except csv.Error as reason:
        sheet.refuse(reader.line_num, "", "", f"not valid CSV: {reason}", "put text with quotes in it in quotes")


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if cell.replace(",", "", 1).lstrip("+-").isdigit() else cell


def _cells(sheet: Sheet, head: Sequence[str], line: int, row: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row that are not empty, by column."""
    if len(row) > len(head):
        sheet.refuse(line, "", row[len(head)], f"there are {len(head)} columns", "remove the extra cells")
    return {name: cell for name, cell in zip(head, row, strict=False) if cell}


def _value(sheet: Sheet, line: int, path: Path, column: str, cell: str, given: Any) -> Any:
    """Return a cell as the value of the parameter at a path; None, with a note, if that is impossible."""
    place = find(path, given)
    kind = place.shape.plain if place is not None else str
    if kind is str or kind is None:
        return cell
    number = as_whole_number(cell) if kind is int else as_number(cell)
    if number is None:
        remedy = hint(cell) or "correct the cell"
        sheet.refuse(line, column, cell, place.allowed() if place is not None else "a number", remedy)
    return number


def _products(sheet: Sheet, head: Sequence[str], rows: Sequence[tuple[int, list[str]]], scenario: Scenario) -> None:
    """Read a row for each product; they replace all products of the scenario."""
    items: list[dict[str, Any]] = []
    for line, row in rows:
        place = len(items)
        given: dict[str, Any] = {"products": {"items": [{}] * (place + 1)}}
        item = {}
        for column, cell in _cells(sheet, head, line, row).items():
            path: Path = ("products", "items", place, column)
            sheet.lines[path] = line
            item[column] = _value(sheet, line, path, column, cell, given)
        sheet.lines[("products", "items", place)] = line
        items.append({column: value for column, value in item.items() if value is not None})
    sheet.lines[("products", "items")] = 1
    if items:
        if not _same(items, scenario):
            sheet.changes["products.items"] = items
    else:
        sheet.refuse(1, "", "", "there is no product below the column names", "add a row for each")


def _same(items: Sequence[Mapping[str, Any]], scenario: Scenario) -> bool:
    """Tell whether these products are already those of the scenario."""
    own = scenario.products.items
    return (
        own is not None
        and len(own) == len(items)
        and all({**there.model_dump(), **item} == there.model_dump() for item, there in zip(items, own, strict=True))
    )


def _firms(sheet: Sheet, head: Sequence[str], rows: Sequence[tuple[int, list[str]]], scenario: Scenario) -> None:
    """Read a row for each kind of firm, or for a single firm."""
    if len(rows) > MOST_FIRMS:
        sheet.refuse(rows[MOST_FIRMS][0], "", "", f"a table of firms has at most {MOST_FIRMS} rows", "shorten it")
        return
    given = scenario.model_dump()  # once: it takes its time
    for line, row in rows:
        cells = _cells(sheet, head, line, row)
        who = cells.pop(WHO, "")
        columns = _columns_of(who, scenario)
        if not columns:
            there = ["suppliers", *(tier.name for tier in scenario.tiers), "retailers", "platform"]
            sheet.refuse(line, WHO, who or "nothing", "a kind of firm, or the name of one", nearest(who, there))
        for column, cell in cells.items() if columns else ():
            if column not in columns:
                allowed = f"{who} has no {column}; it has: {', '.join(columns)}"
                sheet.refuse(line, column, cell, allowed, "leave the cell empty")
            else:
                _change(sheet, line, columns[column], column, cell, given)


def _columns_of(who: str, scenario: Scenario) -> Mapping[str, str]:
    """Return which parameters the columns of a firm set; empty if the firm does not exist."""
    names = [tier.name for tier in scenario.tiers]
    if who in names:
        return {column: path.format(place=names.index(who)) for column, path in OF_FIRMS["TIER"].items()}
    if who in OF_FIRMS and who != "TIER":
        return OF_FIRMS[who]
    tiers = [name for place in range(len(names)) for name in tier_names(scenario, place)]
    single = (*supplier_names(scenario), *tiers, *retailer_names(scenario))
    return {MARGIN: f'firms."{who}".pricing'} if who in single and '"' not in who else {}


def _change(sheet: Sheet, line: int, path: str, column: str, cell: str, given: Any) -> None:
    steps: Path = tuple(int(step) if is_position(str(step)) else step for step in split_path(path))
    if path.endswith(".pricing"):
        is_margin = (_found(given, path) or {}).get("rule") == "margin"
        share = as_number(cell)
        if share is None:
            remedy = hint(cell) or "correct the cell"
            sheet.refuse(line, column, cell, "a margin as a share of the price, such as 0.25", remedy)
        else:
            _set(sheet, f"{path}.share" if is_margin else path, share if is_margin else _margin(share), given)
    else:
        value = _value(sheet, line, steps, column, cell, given)
        if value is not None:
            _set(sheet, path, value, given)
    sheet.lines[steps] = line


def _margin(share: float) -> dict[str, Any]:
    return {"rule": "margin", "share": share}


def _set(sheet: Sheet, path: str, value: Any, given: Any) -> None:
    """Record a change, unless the scenario already has this value: unchanged values keep their source."""
    if _found(given, path) != value:
        sheet.changes[path] = value


def columns() -> dict[str, list[tuple[str, str]]]:
    """Return the columns of each table with their meaning, from the schema's descriptions."""
    products = [
        (name, f"{field.description} {_unit(field)}{'Must be given.' if is_required(field) else ''}".strip())
        for name, field in Product.model_fields.items()
    ]
    firms = [(WHO, "suppliers, the name of a tier, retailers, platform; or the name of one firm, with a margin.")]
    for column in FIRM_COLUMNS[1:]:
        paths = [dotted(tuple(by[column].split("."))) for by in OF_FIRMS.values() if column in by]
        said = ", ".join(path.replace(".{place}", "").replace(".pricing", ".pricing.share") for path in paths)
        meaning = "Share of the price kept; for the platform, its commission. " if column == MARGIN else ""
        firms.append((column, f"{meaning}Sets {said}."))
    return {PRODUCTS: products, FIRMS: firms}


def _unit(field: Any) -> str:
    unit = unit_of(field)
    return "" if unit in ("", "text", "name") else f"In: {unit}. "


def template(table: str, scenario: Scenario) -> str:
    """Return a CSV table with the scenario's current values, for the user to edit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PRODUCT_COLUMNS if table == PRODUCTS else FIRM_COLUMNS)
    rows = _product_rows(scenario) if table == PRODUCTS else _firm_rows(scenario)
    writer.writerows([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


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
        paths = _columns_of(who, scenario)
        cells = [_at(given, paths[column]) if column in paths else "" for column in FIRM_COLUMNS[1:]]
        yield [who, *cells]


def _at(given: Any, path: str) -> Any:
    """Return the value at a path; for a pricing rule its margin, empty if it is another rule."""
    found = _found(given, path)
    if isinstance(found, dict):
        return found["share"] if found.get("rule") == "margin" else ""
    return found


def _found(given: Any, path: str) -> Any:
    """Return the value at a path, None if there is none."""
    for step in split_path(path):
        given = given[int(step)] if isinstance(given, list) else given.get(step) if isinstance(given, dict) else None
    return given
