"""The tables of a comparison: which figures stand side by side, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.common.number_format import CURRENCY, DAYS, NO_VALUE, SHARE, Interval, is_clear, plus_minus, quantity
from sim.common.regime_wording import in_sentence
from sim.report.comparison_protocol import UNKNOWN, Compared, Table
from sim.report.text.grid import Grid
from sim.results.figures import FIGURES, SAME_NEED, FigureInfo

SAME_NEED_PREFIX = "same_need."
UNITS = {SHARE: "%", DAYS: "", "units per need": "per need"}


@dataclass(frozen=True)
class Column:
    """A figure by its dotted name, and what it is called over its column."""

    figure: str
    heading: str

    @property
    def info(self) -> FigureInfo:
        """The description of the figure."""
        if self.figure.startswith(SAME_NEED_PREFIX):
            return SAME_NEED[self.figure.removeprefix(SAME_NEED_PREFIX)]
        return FIGURES[self.figure.split(".")[0]]


@dataclass(frozen=True)
class TableOfFigures:
    """A table: a title, its columns, and what they mean; ``compared`` is one that holds differences only."""

    title: str
    columns: tuple[Column, ...]
    note: str
    compared: bool = False


def _table(title: str, note: str, *columns: tuple[str, str], compared: bool = False) -> TableOfFigures:
    return TableOfFigures(title, tuple(Column(*column) for column in columns), note, compared)


PRICES_AND_MARGINS = (
    _table(
        "Prices per unit",
        "Price paid: by customers, for what they kept. Full price: plus fee, tax, travel, waiting and hassle. "
        "Wholesale: paid by retailers. Suppliers get: after commission and handling fee, before their own costs.",
        ("consumer_price", "price\npaid"),
        ("full_price", "full\nprice"),
        ("wholesale_price", "wholesale"),
        ("supplier_price", "suppliers\nget"),
    ),
    _table(
        "Margins per unit",
        "Margin: what a firm is paid for goods minus what it paid for them; rent, wages and the like come out of "
        "it. Per unit that customers kept.",
        ("supplier_margin_money", "suppliers"),
        ("intermediary_margin_money", "inter-\nmediaries"),
        ("retailer_margin_money", "retailers"),
        ("platform_margin_money", "platform"),
    ),
)
OTHERS = (
    _table(
        "Delivery times",
        "From need to delivery, in hours (h) or days (d); 0 h is carried home. 19 of 20: the 95th percentile. Same "
        "day: share of purchases delivered within a day.",
        ("delivery_days.mean", "mean"),
        ("delivery_days.p50", "median"),
        ("delivery_days.p95", "19 of 20"),
        ("same_day_share", "same day"),
    ),
    _table(
        "Availability",
        "On the shelf: first choices among what is carried that were in stock. Of all wanted: first choices among all "
        "products, carried or not, that were in stock; it compares shops with sellers that carry everything. Lost: "
        "needs whose first choice was sold out and that ended without a purchase. Saved: share of sold-out first "
        "choices where the same product was still bought, elsewhere or later. Unserved: needs without a purchase "
        "because nothing suitable was stocked. Nothing bought: for any reason.",
        ("fill_rate", "on the\nshelf"),
        ("fill_rate_wanted", "of all\nwanted"),
        ("lost_sales", "lost"),
        ("recovered_sales", "saved"),
        ("unserved_share", "unserved"),
        ("no_purchase_share", "nothing\nbought"),
    ),
    _table(
        "Welfare per need",
        "Customers: what purchases are worth to them beyond price, travel, waiting and hassle. Firms: all profits. "
        "In total: both, plus taxes minus subsidies.",
        ("consumer_surplus", "customers"),
        ("producer_surplus", "firms"),
        ("welfare", "in total"),
    ),
    _table(
        "Quantity and total profit over the days counted",
        "Sold: units that customers kept, in total and per need. Profits are those of the next table in total "
        "instead of per need, so they grow with the length of the run and the number of customers.",
        ("quantity", "sold"),
        ("quantity_per_need", "sold"),
        ("total_profit.supplier", "suppliers"),
        ("total_profit.intermediary", "inter-\nmediaries"),
        ("total_profit.retailer", "retailers"),
        ("total_profit.platform", "platform"),
        ("total_profit.carrier", "carriers"),
        ("total_profit.all", "all\nfirms"),
    ),
    _table(
        "Profits per need",
        "After all costs, fixed costs included; stock counts at book value.",
        ("supplier_profit", "suppliers"),
        ("intermediary_profit", "inter-\nmediaries"),
        ("retailer_profit", "retailers"),
        ("platform_profit", "platform"),
        ("carrier_profit", "carriers"),
    ),
    _table(
        "The same need of the same customer in both channels",
        "Gained and lost: needs that end in a purchase in only one of the two. Price, full price, wait: mean change "
        "over needs that end in a purchase in both. Better and worse off: needs with more or less surplus.",
        *(
            (f"{SAME_NEED_PREFIX}{name}", heading)
            for name, heading in (
                ("gained", "gained"),
                ("lost", "lost"),
                ("price", "price"),
                ("full_price", "full\nprice"),
                ("days", "wait"),
                ("better_off", "better\noff"),
                ("worse_off", "worse\noff"),
            )
        ),
        compared=True,
    ),
)
"""What is shown before the margins of each tier, and after."""


def comparison_tables(tiers: Sequence[str]) -> tuple[TableOfFigures, ...]:
    """Return the tables in the order in which they are shown, given the names of the intermediaries' tiers."""
    by_tier = [(f"intermediary_margin_by_tier.{name}", name) for name in tiers]
    tier_by_tier = _table(
        "Margins tier by tier, of 100 that customers paid",
        "The same margins as shares of what customers paid, fees included. The rest of the 100 pays for making and "
        "delivering the goods.",
        ("supplier_margin", "suppliers"),
        *by_tier,
        ("retailer_margin", "retailers"),
        ("platform_margin", "platform"),
    )
    return (*PRICES_AND_MARGINS, tier_by_tier, *OTHERS)


def grid_of(table: TableOfFigures, comparison: Compared, currency: str) -> Grid:
    """Return a table with a row for each regime, and below a row for each difference to the first regime."""
    headings = [f"{column.heading}\n{_unit(column, currency)}" for column in table.columns]
    grid = Grid(["channel", *headings])
    first, *others = comparison.regimes
    if not table.compared:
        for regime in comparison.regimes:
            grid.add(regime, *_cells(table, comparison.figures[regime], plus=False))
    if others:
        grid.across(f"compared with {in_sentence(first)}:")
        for regime in others:
            grid.add(f"  {regime}", *_cells(table, comparison.differences[regime], plus=True))
    return grid


def differences_shown(tiers: Sequence[str]) -> tuple[str, ...]:
    """Return the dotted names of all figures whose differences to the first regime stand in the tables, each once.

    Shares of needs (gained, lost, better and worse off) are no differences: nothing is tested there.
    """
    columns = (column for table in comparison_tables(tiers) for column in table.columns)
    return tuple(dict.fromkeys(column.figure for column in columns if not _is_share_of_needs(column)))


def _unit(column: Column, currency: str) -> str:
    unit = column.info.unit
    return currency if unit.startswith(CURRENCY) else UNITS.get(unit, unit)


def _cells(table: TableOfFigures, figures: Table, *, plus: bool) -> list[str]:
    found = [(figures.get(column.figure, UNKNOWN), column.info.unit) for column in table.columns]
    plus_where = [plus and not _is_share_of_needs(column) for column in table.columns]
    return [cell(*one, plus=sign) for one, sign in zip(found, plus_where, strict=True)]


def _is_share_of_needs(column: Column) -> bool:
    """Tell whether a figure of the same need is a share, not a difference: it has no sign."""
    return column.figure.startswith(SAME_NEED_PREFIX) and column.info.unit == SHARE


def cell(interval: Interval, unit: str, *, plus: bool = False) -> str:
    """Write a mean with its interval; a difference that may be chance stands in brackets."""
    if interval.mean is None:
        return NO_VALUE
    number = quantity(interval.mean, unit, plus=plus)
    width = plus_minus(interval, unit)
    if width:
        value, _, suffix = number.rpartition(" ") if unit == DAYS else (number, "", "")
        number = f"{value} {width} {suffix}".rstrip()
    return f"[{number}]" if plus and not is_clear(interval) else number


def names_of(table: TableOfFigures) -> list[str]:
    """Return the names under which ``explain`` says more about a table's figures."""
    first = [column.figure.split(".")[0] for column in table.columns]
    names = [column.figure for column in table.columns] if table.compared else first
    return list(dict.fromkeys(names))
