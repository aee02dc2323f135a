"""What a column can mean: its name in the program, its kind of value, unit and range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from sim.scenario.firms import Product
from sim.scenario.shape import unit_of

Kind = Literal["text", "money", "number", "whole", "share", "markup", "week"]
TableKind = Literal["products", "firms", "history"]

PRODUCTS: TableKind = "products"
FIRMS: TableKind = "firms"
HISTORY: TableKind = "history"
UNUSED = "ignore"
"""The meaning of a column that is left out."""


class Meaning(NamedTuple):
    """What a column means.

    Attributes:
        key: its name in the program.
        kind: what stands in its cells. money: an amount in units of currency; share: 0.3 or 30 %; markup: what is
            added to the cost, as a share of it; week: a week, or a day of it.
        unit: of the values as read.
        says: one sentence.
        least: the smallest value.
        most: the largest value.
    """

    key: str
    kind: Kind
    unit: str
    says: str
    least: float = 0.0
    most: float = 1e9


def _of_product(key: str, kind: Kind) -> Meaning:
    """Return the meaning of a column that sets a parameter of a product, from the schema's description."""
    field = Product.model_fields[key]
    limits = {name: getattr(each, name) for each in field.metadata for name in ("ge", "le") if hasattr(each, name)}
    return Meaning(key, kind, unit_of(field), field.description or "", limits.get("ge", 0.0), limits.get("le", 1e9))


def _table(*meanings: Meaning) -> dict[str, Meaning]:
    return {meaning.key: meaning for meaning in meanings}


CHANNEL = Meaning("channel", "text", "", "Where it is sold: shop, online or marketplace.")
COMPETITOR_PRICE = Meaning("competitor_price", "money", "currency", "What a competitor asks for the nearest product.")
COMPETITOR_UNITS = Meaning("competitor_units", "number", "units per week", "What that competitor sells in a week.")
STOCK_OUTS = Meaning("stock_outs", "share", "share of the time", "How often the shelf is empty.", 0.0, 1.0)

MEANINGS: Mapping[TableKind, Mapping[str, Meaning]] = {
    PRODUCTS: _table(
        Meaning("sku", "text", "", "Number of the article; it names the product where there is no name."),
        _of_product("name", "text"),
        Meaning("price", "money", "currency", "What customers pay for one unit, before sales tax."),
        _of_product("unit_cost", "money"),
        Meaning("wholesale_price", "money", "currency", "What shops pay for one unit."),
        Meaning("margin", "share", "share of the price", "(price - cost) / price.", -10.0, 1.0),
        Meaning("markup", "markup", "share of the cost", "(price - cost) / cost.", -1.0, 1000.0),
        Meaning("units", "number", "units per week", "What is sold in a week."),
        CHANNEL,
        Meaning("competitor", "text", "", "Name of that competitor."),
        COMPETITOR_PRICE,
        COMPETITOR_UNITS,
        Meaning("lead_time", "number", "days", "From an order to goods in the depot.", 0.0, 365.0),
        _of_product("weight", "number"),
        Meaning("return_rate", "share", "share of sales", "How many of the units sold come back.", 0.0, 1.0),
        _of_product("return_unseen", "share"),
        _of_product("return_inspected", "share"),
        _of_product("perish_rate", "share"),
        STOCK_OUTS,
        _of_product("supplier", "text"),
        _of_product("style", "whole"),
        _of_product("quality", "number"),
    ),
    FIRMS: _table(
        Meaning("firm", "text", "", "suppliers, the name of a tier, retailers, platform; or the name of one firm."),
        Meaning("margin", "share", "share of the price", "What the firm keeps; the platform's commission.", 0.0, 1.0),
        Meaning("number", "whole", "firms", "How many firms of this kind there are.", 1.0, 10_000.0),
        Meaning("lead_time", "whole", "days", "From an order to the goods.", 1.0, 365.0),
        Meaning("fixed_cost", "money", "currency per day", "Fixed cost of one firm."),
        Meaning("handling_cost", "money", "currency per unit", "Cost of handling one unit; the platform's per sale."),
        Meaning("rent", "money", "currency per day", "Rent of one store."),
    ),
    HISTORY: _table(
        Meaning("week", "week", "", "The week, or a day in it."),
        Meaning("sku", "text", "", "Number of the article, as in the table of products."),
        Meaning("name", "text", "", "Name of the product."),
        Meaning("price", "money", "currency", "What customers paid for one unit in that week."),
        Meaning("units", "number", "units", "What was sold in that week."),
        CHANNEL,
        COMPETITOR_PRICE,
        COMPETITOR_UNITS._replace(unit="units", says="What that competitor sold in that week."),
        STOCK_OUTS._replace(says="How much of that week the shelf was empty."),
    ),
}
"""The columns of each table, by name, in the order in which they are offered."""

NAMING: Mapping[TableKind, tuple[str, ...]] = {PRODUCTS: ("name", "sku"), FIRMS: ("firm",), HISTORY: ("sku", "name")}
"""The columns that say what a row is about."""


def unit_said(meaning: Meaning, currency: str) -> str:
    """Return the unit of a column for people: ``EUR per unit``."""
    return meaning.unit.replace("currency", currency)
