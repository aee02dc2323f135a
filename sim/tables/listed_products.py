"""The rows of a table of products, brought together: one entry a product, with what the scenario under it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.firms import Product
from sim.scenario.names import supplier_names
from sim.scenario.overrides import close_matches
from sim.scenario.schema import Scenario
from sim.tables.cells import Remarks
from sim.tables.lookalikes import row_name
from sim.tables.meanings import PRODUCTS, UNUSED
from sim.tables.reading import ReadRow, ReadTable
from sim.tables.words import CHANNELS, bare

PRODUCT_COLUMNS = tuple(Product.model_fields)
SHOP, ONLINE, MARKETPLACE = "shop", "online", "marketplace"
FROM_SCENARIO = ("unit_cost", "weight", "perish_rate", "return_unseen", "return_inspected", "quality")
"""Parameters of a product that follow the scenario where a table leaves them out."""
ROUNDING = 0.006
"""Half a percentage point: a margin in a table that differs from price and cost by less is rounded."""


@dataclass
class ListedProduct:
    """A product as tables and scenario describe it.

    Attributes:
        line: of its first row.
        name: what the market calls it.
        sku: the number of its article; empty if it has none.
        item: the parameters of the product, complete.
        assumed: the parameters that come from the scenario and not from the table.
        prices: what customers pay, by channel; empty if the table does not say.
        wholesale: what shops pay; None if the table does not say.
        units: sold in a week, over all channels; None if the table does not say.
        others: further columns: competitor, competitor_price, competitor_units, lead_time, stock_outs.
    """

    line: int
    name: str
    sku: str
    item: dict[str, Any]
    assumed: set[str] = field(default_factory=set)
    prices: dict[str, float] = field(default_factory=dict)
    wholesale: float | None = None
    units: float | None = None
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def price(self) -> float | None:
        """What customers pay in shops, else in the first channel there is."""
        return self.prices.get(SHOP, next(iter(self.prices.values()), None))


def listed_products(table: ReadTable, scenario: Scenario, remarks: Remarks) -> list[ListedProduct]:
    """Return the products of a table; what is contradictory, or said by nobody, becomes a problem.

    Rows that look like totals are left aside.
    """
    rows = [row for row in table.rows if not row.is_total]
    by_name: dict[str, list[ReadRow]] = {}
    names = _names(rows, remarks)
    for row, name in zip(rows, names, strict=True):
        by_name.setdefault(name, []).append(row)
    found = [_product(name, group, scenario, remarks) for name, group in by_name.items()]
    _note_left_out(table, scenario, found, remarks)
    _check_suppliers(found, scenario, remarks)
    return found


def _names(rows: Sequence[ReadRow], remarks: Remarks) -> list[str]:
    """Return what the products are called: their names, with the number of the article where names repeat."""
    articles: dict[str, set[str]] = {}
    for row in rows:
        if row.values.get("name") and row.values.get("sku"):
            articles.setdefault(str(row.values["name"]), set()).add(str(row.values["sku"]))
    repeated = {name for name, skus in articles.items() if len(skus) > 1}
    for name in sorted(repeated):
        remarks.note(f'several articles are called "{name}": they are told apart by their numbers')
    found = []
    for row in rows:
        name = row_name(PRODUCTS, row)
        found.append(f"{name} ({row.values['sku']})" if name in repeated and row.values.get("sku") else name)
    return found


def _product(name: str, rows: Sequence[ReadRow], scenario: Scenario, remarks: Remarks) -> ListedProduct:
    first = rows[0]
    product = ListedProduct(first.line, name, str(first.values.get("sku") or ""), {"name": name})
    for key in (*PRODUCT_COLUMNS[1:], "competitor", "competitor_price", "competitor_units", "lead_time", "stock_outs"):
        given = {row.line: row.values[key] for row in rows if row.values.get(key) is not None}
        if len(set(given.values())) > 1:
            said = ", ".join(f"{value} on line {line}" for line, value in given.items())
            remarks.refuse(first.line, key, "", f'the rows of "{name}" differ: {said}', "give one value")
        elif given:
            (product.item if key in PRODUCT_COLUMNS else product.others)[key] = next(iter(given.values()))
    for row in rows:
        _take_channel(product, row, remarks)
    sold = [float(units) for row in rows if isinstance(units := row.values.get("units"), (int, float))]
    product.units = sum(sold) if sold else None
    complete(product, scenario, remarks)
    return product


def _take_channel(product: ListedProduct, row: ReadRow, remarks: Remarks) -> None:
    """Take price, wholesale price and returns of a row, which hold for one channel."""
    said = str(row.values.get("channel") or "")
    channel = CHANNELS.get(bare(said), SHOP if not said else "")
    if not channel:
        allowed = "a channel is a shop, online or a marketplace"
        remarks.refuse(row.line, "channel", said, allowed, f"write {SHOP}, {ONLINE} or {MARKETPLACE}")
        return
    values = {key: value for key, value in row.values.items() if isinstance(value, (int, float))}
    if "return_rate" in values:
        key = "return_inspected" if channel == SHOP else "return_unseen"
        product.item.setdefault(key, values["return_rate"])
    price, cost = _price_and_cost(row.line, values, remarks)
    if price is not None:
        product.prices[channel] = price
    if cost is not None:
        product.item.setdefault("unit_cost", cost)
    if "wholesale_price" in values:
        product.wholesale = values["wholesale_price"]


def _price_and_cost(line: int, values: Mapping[str, float], remarks: Remarks) -> tuple[float | None, float | None]:
    """Return price and cost; one of them from the other and the margin or markup, if it is left out."""
    price, cost = values.get("price"), values.get("unit_cost")
    ratios = {}  # cost as a share of the price
    if "margin" in values:
        ratios["margin"] = 1.0 - values["margin"]
    if "markup" in values:
        ratios["markup"] = 1.0 / (1.0 + values["markup"]) if values["markup"] > -1.0 else 0.0
    for key, ratio in ratios.items():
        if price is not None and cost is not None:
            if price > 0 and abs(cost / price - ratio) > ROUNDING:
                given = f"{key} {values[key]:.1%}"
                whole = price - cost
                share = whole / price if key == "margin" else whole / max(cost, 1e-9)
                allowed = f"price {price:g} and cost {cost:g} make a {key} of {share:.1%}, and the table says {given}"
                remedy = f'correct one, or leave the column out (a price with sales tax?): --column "...={UNUSED}"'
                remarks.refuse(line, key, f"{values[key]:.6g}", allowed, remedy)
        elif price is not None:
            cost = round(price * ratio, 2)
            remarks.note(f"no cost is given: {cost:g} from the price and the {key}", line)
        elif cost is not None and ratio > 0:
            price = round(cost / ratio, 2)
            remarks.note(f"no price is given: {price:g} from the cost and the {key}", line)
    return price, cost


def complete(product: ListedProduct, scenario: Scenario, remarks: Remarks) -> None:
    """Fill in what the scenario says about a product where the table says nothing."""
    for key in FROM_SCENARIO:
        if key in product.item:
            continue
        said = 0.0 if key == "quality" and product.prices else _said(key, product.name, scenario)
        if said is None:
            allowed = f"the table does not give it, and the products of {scenario.name} differ in it"
            remarks.refuse(product.line, key, "", allowed, "fill in the cell")
        else:
            product.item[key] = said
            product.assumed.add(key)


def _said(key: str, name: str, scenario: Scenario) -> float | None:
    """Return what a scenario says about a product; None if its products differ and none has this name."""
    items = scenario.products.items
    if items is None:
        return float(getattr(scenario.products, key))
    own = [item for item in items if item.name == name]
    values = {float(getattr(item, key)) for item in own or items}
    return values.pop() if len(values) == 1 else None


def _note_left_out(table: ReadTable, scenario: Scenario, found: Sequence[ListedProduct], remarks: Remarks) -> None:
    """Say which values come from the scenario: whole columns in one note, single cells in one each."""
    for key in FROM_SCENARIO:
        filled = [product for product in found if key in product.assumed]
        if not filled or (key == "quality" and key not in table.columns):
            continue
        values = {product.item[key] for product in filled}
        said = f"{values.pop():g}" if len(values) == 1 else "its own value for each product"
        if len(filled) == len(found):
            empty = "is empty" if key in table.columns else "is no column of the table"
            remarks.note(f"{key} {empty}: {said} from {scenario.name}")
            continue
        for product in filled[:20]:
            remarks.note(f"{key} of {product.name} is empty: {product.item[key]:g} from {scenario.name}", product.line)
        if len(filled) > 20:
            remarks.note(f"{key} is empty in {len(filled) - 20} more rows: from {scenario.name}")
    spread = scenario.products.unit_cost_spread
    if spread and scenario.products.items is None and any("unit_cost" in product.assumed for product in found):
        remarks.note(f"unit costs of {scenario.name} vary by {spread:.0%} around their mean; here they do not")


def _check_suppliers(found: Sequence[ListedProduct], scenario: Scenario, remarks: Remarks) -> None:
    """Refuse suppliers that look like a slip of the pen beside those of the scenario."""
    known = supplier_names(scenario)
    named = dict.fromkeys(str(product.item["supplier"]) for product in found if product.item.get("supplier"))
    strange = [name for name in named if name not in known]
    if not strange or (len(strange) == len(named) and scenario.suppliers.names is None):
        return  # they take the place of generated ones
    for product in found:
        if product.item.get("supplier") in strange:
            near = close_matches(str(product.item["supplier"]), known)
            remedy = f"did you mean {' or '.join(near)}?" if near else f"suppliers: {', '.join(known[:8])}"
            allowed = f"{scenario.name} has no such supplier"
            remarks.refuse(product.line, "supplier", str(product.item["supplier"]), allowed, remedy)
