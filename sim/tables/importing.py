"""Lays tables over a scenario: products, firms and histories become a market, with everything assumed said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sim.scenario.lines import line_of
from sim.scenario.loading import validated
from sim.scenario.merging import SOURCES, Tables
from sim.scenario.names import supplier_names
from sim.scenario.overrides import overridden
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path
from sim.tables.assumed_demand import assume_demand, spread_over_styles
from sim.tables.assumed_supply import assume_supply, fit_tiers
from sim.tables.assumptions import Assumptions, with_places
from sim.tables.cells import Remarks, TableProblem
from sim.tables.firm_changes import firm_changes, margin_or_value, paths_by_column
from sim.tables.history import History, history_of, unmatched
from sim.tables.listed_products import PRODUCT_COLUMNS, ListedProduct, complete, listed_products
from sim.tables.meanings import FIRMS, HISTORY, PRODUCTS
from sim.tables.reading import ReadTable
from sim.tables.sold_products import SoldProduct, sold_products


@dataclass
class ImportedMarket:
    """A market from tables.

    Attributes:
        scenario: the market; None if there are problems.
        rows: what was read, a row each: the line, every column with its value, and for products every parameter
            that the scenario supplies; ``from_scenario`` names those.
        notes: every reinterpretation, and everything that is assumed, in words.
        problems: everything that cannot be used.
        changed: what differs from the scenario under the tables, as tables of a scenario file.
        sample: the share of the sales in the table that the market simulates; below 1 where they are too many.
        histories: weekly histories among the tables.
        lines: the lines of parameters, by file.
    """

    scenario: Scenario | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)
    sample: float = 1.0
    histories: list[History] = field(default_factory=list)
    lines: dict[str, dict[Path, int]] = field(default_factory=dict)


def import_tables(read: Sequence[ReadTable], under: Tables) -> ImportedMarket:
    """Lay tables over a scenario. Rows that look like totals and wait for the user's word are left aside.

    Args:
        read: one table of each kind at most.
        under: the scenario under them, as read; it is not changed.

    Raises:
        ScenarioError: if that scenario cannot be used by itself.
    """
    found = ImportedMarket()
    base = validated(Tables(under.file, dict(under.given), dict(under.origins)))
    for table in read:
        several = len(read) > 1
        found.notes += [f"{table.file}, {note}" if several else str(note) for note in table.notes]
        found.problems += table.problems
    kinds = [table.kind for table in read]
    for kind in {kind for kind in kinds if kinds.count(kind) > 1}:
        said = f"two tables are of {kind}"
        found.problems.append(TableProblem(None, Problem("", "", "", said, "bring one of each kind")))
    if not found.problems:
        _lay_over(read, under, base, found)
    if found.problems or found.scenario is None:
        found.rows = [_plain_row(row.line, row.values) for table in read for row in table.rows]
    return found


def _lay_over(read: Sequence[ReadTable], under: Tables, base: Scenario, found: ImportedMarket) -> None:
    """Fill in the market, or its problems."""
    by_kind = {table.kind: table for table in read}
    found.histories = [history_of(by_kind[HISTORY])] if HISTORY in by_kind else []
    changes: list[tuple[str, dict[str, Any]]] = []
    assumed = Assumptions()
    if PRODUCTS not in by_kind and _are_weeks_of(found.histories, base):
        file = found.histories[0].file
        found.notes.append(
            f"{file} holds weeks of products that the scenario {base.name!r} lists: its products stay as they are"
        )
    elif PRODUCTS in by_kind or found.histories:
        table = by_kind.get(PRODUCTS)
        file = table.file if table is not None else found.histories[0].file
        remarks = Remarks(file)
        products = listed_products(table, base, remarks) if table is not None else []
        for history in found.histories:
            _join_history(history, products, base, remarks, has_table=table is not None)
        sold = _sold(products, base, remarks)
        if not remarks.problems:
            changes.append((file, _product_changes(products, sold, base, assumed)))
            found.lines[file] = _product_lines(products, sold)
        found.rows += _product_rows(table, products) if table is not None else []
        found.notes += [*map(str, remarks.notes), *assumed.notes]
        found.problems += remarks.problems
    found.sample = assumed.sample
    if FIRMS in by_kind:
        changes.append((by_kind[FIRMS].file, _firms(by_kind[FIRMS], base, found)))
    if not found.problems:
        found.scenario = _validated(under, changes, assumed, found)
    if FIRMS in by_kind:
        found.rows += _firm_rows(by_kind[FIRMS], found.scenario or base)
    if HISTORY in by_kind:
        found.rows += [_plain_row(row.line, row.values) for row in by_kind[HISTORY].rows]


def _are_weeks_of(histories: Sequence[History], base: Scenario) -> bool:
    """Tell whether there are weeks, and a scenario lists all of their products by name."""
    listed = {item.name for item in base.products.items or []}
    weeks = [each for each in histories if not each.problems]
    return bool(weeks) and all(set(each.products) <= listed for each in weeks)


def _join_history(
    history: History, products: list[ListedProduct], base: Scenario, remarks: Remarks, *, has_table: bool
) -> None:
    """Take prices and units that the table of products leaves out from a history, or the products themselves."""
    remarks.problems += history.problems
    if history.problems:
        return
    if not has_table:
        names = {name: name for name in history.products}
        products += [ListedProduct(0, name, "", {"name": name}) for name in names]
        for product in products:
            complete(product, base, remarks)
        remarks.note(f"no table of products is given: the {len(products)} products are those of {history.file}")
    known = {name: product for product in products for name in (product.sku, product.name) if name}
    remarks.problems += unmatched(history, list(known))
    filled: set[str] = set()
    for name in history.products:
        named = known.get(name)
        weeks = [row for row in history.rows if row.product == name and row.units is not None and row.price is not None]
        sold = sum(row.units or 0.0 for row in weeks)
        if named is None or not weeks:
            continue
        if named.price is None:
            mean = sum((row.price or 0.0) * (row.units or 0.0) for row in weeks) / sold if sold else weeks[-1].price
            named.prices["shop"] = round(mean or 0.0, 2)
            filled.add("price")
        if named.units is None:
            named.units = sold / len({row.week for row in weeks})
            filled.add("units")
    for key in sorted(filled):
        how = "their mean by units" if key == "price" else "their mean over its weeks"
        remarks.note(f"{key}: not in the table of products, so taken from {history.file}, {how}")


def _sold(products: Sequence[ListedProduct], base: Scenario, remarks: Remarks) -> list[SoldProduct]:
    """Return the products with prices; none if the table has no prices at all."""
    if not any(product.price is not None for product in products):
        return []
    return sold_products(products, base, remarks)


def _product_changes(
    products: Sequence[ListedProduct], sold: Sequence[SoldProduct], base: Scenario, assumed: Assumptions
) -> dict[str, Any]:
    """Return what the products change in the scenario under them."""
    if sold:
        assume_demand(sold, base, assumed)
        assume_supply(sold, products, base, assumed)
        items = [each.item for each in sold]
    else:
        items = [product.item for product in products]
        _keep_places(items, base)
        if spread_over_styles(items, base.styles.count):
            assumed.note(f"products are spread evenly over the {base.styles.count} styles of {base.name}")
        fit_tiers(len(items), base, assumed)
        _take_suppliers(items, base, assumed)
        assumed.note("the table gives no prices: firms set them as in the scenario")
        if _same(items, base):
            return {}
    ordered = [{key: item[key] for key in PRODUCT_COLUMNS if item.get(key) is not None} for item in items]
    return {**assumed.changes, "products.items": ordered}


def _keep_places(items: Sequence[dict[str, Any]], base: Scenario) -> None:
    """Keep style and supplier of products that the scenario lists by the same name."""
    known = {item.name: item for item in base.products.items or []}
    for item in items:
        if item["name"] in known:
            item.setdefault("style", known[item["name"]].style)
            item.setdefault("supplier", known[item["name"]].supplier)


def _take_suppliers(items: Sequence[dict[str, Any]], base: Scenario, assumed: Assumptions) -> None:
    """Let the suppliers that a table names take the place of generated ones."""
    named = [*dict.fromkeys(str(item["supplier"]) for item in items if item.get("supplier"))]
    if named and base.suppliers.names is None and not set(named) & set(supplier_names(base)):
        assumed.change("suppliers.names", named, "the table")
        assumed.note(f"the suppliers are those of the table: {', '.join(named[:6])}")


def _same(items: Sequence[Mapping[str, Any]], base: Scenario) -> bool:
    """Tell whether these products are already those of the scenario."""
    own = base.products.items
    return (
        own is not None
        and len(own) == len(items)
        and all({**there.model_dump(), **item} == there.model_dump() for item, there in zip(items, own, strict=True))
    )


def _product_lines(products: Sequence[ListedProduct], sold: Sequence[SoldProduct]) -> dict[Path, int]:
    """Return the lines of products by their path in the scenario."""
    by_name = {product.name: product.line for product in products}
    names = [str(each.item["name"]) for each in sold] or [product.name for product in products]
    lines: dict[Path, int] = {("products", "items"): 1}
    line = 1
    for place, name in enumerate(names):
        line = by_name.get(name, line)
        lines[("products", "items", place)] = line
    return lines


def _firms(table: ReadTable, base: Scenario, found: ImportedMarket) -> dict[str, Any]:
    remarks = Remarks(table.file)
    changes = {}
    lines = found.lines.setdefault(table.file, {})
    for path, value, line in firm_changes(table, base, remarks):
        changes[path] = value
        lines[with_places(path)] = line
    found.notes += map(str, remarks.notes)
    found.problems += remarks.problems
    return changes


def _validated(
    under: Tables, changes: Sequence[tuple[str, dict[str, Any]]], assumed: Assumptions, found: ImportedMarket
) -> Scenario | None:
    """Return the scenario with all changes; None, with problems, if they contradict each other."""
    tables = Tables(under.file, under.given, dict(under.origins))
    problems: list[Problem] = []
    for file, each in changes:
        tables.given, done, wrong = overridden(tables.given, each)
        tables.mark(done, file)
        problems += wrong
    sources = dict(tables.given.get(SOURCES) or {})
    tables.given = {**tables.given, SOURCES: {**sources, **assumed.sources}}
    try:
        scenario = validated(tables, problems)
        paths = [with_places(path) for _, each in changes for path in each]
        found.changed = {**_only(tables.given, paths), SOURCES: dict(assumed.sources)}
        return scenario
    except ScenarioError as error:
        found.problems += [_with_line(problem, found.lines) for problem in error.problems]
        return None


def _only(given: Mapping[str, Any], paths: Sequence[Path]) -> dict[str, Any]:
    """Return the tables at some paths, and whole lists, since a file that extends another replaces them."""
    kept: dict[str, Any] = {}
    for path in paths:
        source: Any = given
        target = kept
        for place, step in enumerate(path):
            source = source[step]
            if isinstance(source, list) or place == len(path) - 1:
                target[str(step)] = source
                break
            target = target.setdefault(str(step), {})
    return kept


def _with_line(problem: Problem, lines: Mapping[str, Mapping[Path, int]]) -> TableProblem:
    """Return a problem of the scenario with the line of the table it comes from."""
    line = line_of(problem.key, lines.get(problem.file, {}))
    return TableProblem(line, problem)


def _plain_row(line: int, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"line": line, **{key: str(value) if isinstance(value, date) else value for key, value in values.items()}}


def _product_rows(table: ReadTable, products: Sequence[ListedProduct]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of products; what the scenario supplies stands in empty cells, and is named."""
    by_line = {product.line: product for product in products}
    names = {product.name: product for product in products}
    for row in table.rows:
        plain = _plain_row(row.line, row.values)
        product = by_line.get(row.line) or names.get(str(row.values.get("name") or row.values.get("sku")))
        if row.is_total:
            yield {**plain, "looks_like_total": True}
        elif product is None:
            yield plain
        else:
            supplied = {key: product.item[key] for key in sorted(product.assumed) if plain.get(key) is None}
            derived = {"price": product.price, "unit_cost": product.item.get("unit_cost")}
            derived = {key: value for key, value in derived.items() if key in plain and plain[key] is None}
            yield {**plain, **derived, **supplied, "from_scenario": sorted(supplied)}


def _firm_rows(table: ReadTable, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of firms; what the scenario says stands in empty cells, and is named."""
    given = scenario.model_dump()
    for row in table.rows:
        plain = _plain_row(row.line, row.values)
        columns = paths_by_column(str(row.values["firm"] or ""), scenario)
        supplied = {
            key: margin_or_value(given, columns[key])
            for key, value in row.values.items()
            if value is None and key in columns
        }
        yield {**plain, **supplied, "from_scenario": sorted(supplied)}


def scenario_name(file: str) -> str:
    """Return a name for a scenario from the name of a table's file."""
    stem = file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^\w-]+", "-", stem).strip("-")[:60] or "imported"
