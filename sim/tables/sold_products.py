"""The products of a market from a table: the firm's own, and a competitor's beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sim.scenario.names import supplier_names
from sim.scenario.schema import Scenario
from sim.tables.cells import Remarks
from sim.tables.listed_products import ListedProduct

OWN_FIRM, RIVALS = "your firm", "competitors"
LONGEST = 60


class SoldProduct(NamedTuple):
    """A product of a market, at a price.

    Attributes:
        item: its parameters.
        price: what customers pay in shops.
        online_price: what customers pay online.
        wholesale: what shops pay; None if it is not known.
        units: sold in a week; None if it is not known.
        is_own: whether the firm itself sells it, and no competitor.
        is_free: whether the table leaves its quality open, so that it can be chosen to fit.
    """

    item: dict[str, Any]
    price: float
    online_price: float
    wholesale: float | None
    units: float | None
    is_own: bool
    is_free: bool


def sold_products(products: Sequence[ListedProduct], scenario: Scenario, remarks: Remarks) -> list[SoldProduct]:
    """Return all products with prices, each competitor's beside the own one; missing prices become problems."""
    found: list[SoldProduct] = []
    seen = {product.name for product in products}
    sizes = [product.units for product in products if product.units is not None]
    if sizes and len(sizes) < len(products):
        remarks.note(f"units are given for {len(sizes)} of {len(products)} products; the others take their mean")
    usual = sum(sizes) / len(sizes) if sizes else None
    for product in products:
        if product.price is None:
            allowed = "the other products have a price"
            remarks.refuse(product.line, "price", "", allowed, "fill in the cell, or leave out the column")
            continue
        units = product.units if product.units is not None else usual
        item = {**product.item}
        if "supplier" not in item and scenario.suppliers.names is None:
            item["supplier"] = OWN_FIRM
        online = product.prices.get("online", product.prices.get("marketplace", product.price))
        found.append(
            SoldProduct(item, product.price, online, product.wholesale, units, True, "quality" in product.assumed)
        )
        rival = _rival(product, units, seen, remarks)
        if rival is not None:
            found.append(rival)
    return found


def _rival(product: ListedProduct, units: float | None, seen: set[str], remarks: Remarks) -> SoldProduct | None:
    """Return the competitor's product beside an own one; None if the table names no price of one."""
    price = product.others.get("competitor_price")
    if price is None or product.price is None:
        return None
    firm = str(product.others.get("competitor") or RIVALS)
    name = f"{firm}: {product.name}"[:LONGEST]
    if name in seen:
        remarks.refuse(
            product.line, "competitor", firm, f'"{name}" is there already', "shorten the name of the product"
        )
        return None
    seen.add(name)
    cost = round(float(product.item.get("unit_cost", 0.0)) * price / product.price, 2) if product.price else 0.0
    item = {**product.item, "name": name, "supplier": firm, "unit_cost": cost}
    sold = product.others.get("competitor_units")
    return SoldProduct(
        item,
        float(price),
        float(price),
        None,
        units if sold is None else float(sold),
        False,
        "quality" in product.assumed,
    )


def suppliers_of(sold: Sequence[SoldProduct], scenario: Scenario) -> list[str]:
    """Return the suppliers of a market: those of the scenario if it names them, and those of the products."""
    named = [*dict.fromkeys(str(each.item["supplier"]) for each in sold if each.item.get("supplier"))]
    known = supplier_names(scenario)
    if scenario.suppliers.names is None and not set(named) & set(known):
        return named or [*known]
    return [*dict.fromkeys([*known, *named])]
