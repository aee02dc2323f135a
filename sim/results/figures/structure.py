"""Structure: who sells what by which channel, how concentrated it is, how stock and orders behave."""

from __future__ import annotations

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.codes import EVENTS, no_events
from sim.kernels.need_sums import BOUGHT_BY
from sim.results.figures.arithmetic import Value, counts, quotient, totals
from sim.results.figures.description import FigureInfo
from sim.results.figures.flows import FlowSums
from sim.results.figures.window import Window

STRUCTURE = (
    FigureInfo("channel_share", "share", "Purchases by channel / purchases", by="channel"),
    FigureInfo(
        "long_tail_share",
        "share",
        "Units kept outside the top 20 % of products by national taste / units kept",
    ),
    FigureInfo(
        "hhi",
        "index",
        "Sellers' shares of price + fee of purchases kept, squared and added up: 1 is a monopoly",
    ),
    FigureInfo("gini", "index", "Inequality of units kept over all products, unsold ones included: 0 all alike"),
    FigureInfo("adoption", "share", "Customers who ever bought online, by the end of the window / customers"),
    FigureInfo("stores_open", "stores", "Stores open at the end of the window"),
    FigureInfo("stores_open_by_town", "stores", "Stores open at the end of the window", by="town"),
    FigureInfo(
        "bullwhip",
        "ratio",
        "Variance of daily orders placed / variance of daily demand received, per place and product, "
        "weighted by units demanded",
        "lower",
        "tier",
    ),
    FigureInfo(
        "inventory_turns",
        "times a year",
        "Yearly cost of goods sold to customers / mean book value of all stock",
        "higher",
    ),
    FigureInfo(
        "inventory_turns_by_kind",
        "times a year",
        "Yearly cost of goods sold / mean book value of own stock",
        "higher",
        "kind of firm",
    ),
)


STOCK_KEEPERS = ("supplier", "intermediary", "retailer")
DAYS_A_YEAR = 365
TOP_PRODUCTS = 5  # the top one in this many products are the head, the others the long tail
ROUNDING = 1e-12


def structure(window: Window, flows: FlowSums) -> dict[str, Value]:
    """Return channels, concentration, adoption, shops, bullwhip and inventory turns."""
    units = units_by_product(window)
    return {
        "channel_share": channel_share(window),
        "long_tail_share": long_tail_share(window, units),
        "hhi": hhi(window),
        "gini": gini(units),
        "adoption": adoption(window),
        "stores_open": float(np.count_nonzero(is_open(window))),
        "stores_open_by_town": stores_open_by_town(window),
        "bullwhip": bullwhip(window),
        **inventory_turns(window, flows),
    }


def channel_share(window: Window) -> Value:
    """Return purchases by channel / purchases."""
    purchases = window.sums.channels[:, BOUGHT_BY]
    return {name: quotient(purchases[place], purchases.sum()) for place, name in enumerate(window.channels)}


def units_by_product(window: Window) -> IntArray:
    """Return units of purchases kept, zeros included, shape (products,)."""
    return window.sums.products


def long_tail_share(window: Window, units: IntArray) -> float | None:
    """Return units outside the fifth of products (rounded up) most popular in the nation / units."""
    products = window.outcome.columns["products"]
    by_popularity = products["product"][np.argsort(-products["national_share"], kind="stable")]
    head = by_popularity[: -(-len(by_popularity) // TOP_PRODUCTS)]
    return quotient(units.sum() - units[head].sum(), units.sum())


def hhi(window: Window) -> float | None:
    """Return the Herfindahl-Hirschman index: sellers' shares of price + fee, squared and added up."""
    by_seller = window.sums.sellers.astype(np.float64)
    return quotient((by_seller * by_seller).sum(), by_seller.sum() ** 2)


def gini(units: IntArray) -> float | None:
    """Return the Gini coefficient of units over products: 0 all sell alike, towards 1 one sells all."""
    ordered = np.sort(units)
    rank = np.arange(1, len(ordered) + 1)
    return quotient(((2 * rank - len(ordered) - 1) * ordered).sum(), len(ordered) * ordered.sum())


def adoption(window: Window) -> float | None:
    """Return customers who ever bought online by the end of the window / customers."""
    table = window.outcome.columns["adoption"]
    adopters = table["adopters"][table["day"] == window.end - 1]
    if len(adopters) == 0:
        return None
    return quotient(adopters[-1], window.outcome.columns["towns"]["customers"].sum())


def is_open(window: Window) -> BoolArray:
    """Tell which places are stores open at the end of the window, shape (places,); showrooms and depots are none."""
    places, events = window.outcome.columns["places"], window.outcome.columns.get("events", no_events())
    shut_later = (events["kind"] == EVENTS.index("store_closed")) & (events["day"] >= window.end)
    open_then = places["open"] | np.isin(places["place"], events["place"][shut_later])
    return open_then & (places["kind"] == window.code("place_kinds", "store"))


def stores_open_by_town(window: Window) -> Value:
    """Return the number of stores open in each town."""
    towns = window.outcome.labels["towns"]
    stores = counts(window.outcome.columns["places"]["town"][is_open(window)], len(towns))
    return {name: float(stores[town]) for town, name in enumerate(towns)}


def bullwhip(window: Window) -> Value:
    """Return, by tier, variance of daily orders / variance of daily demand of a place and product.

    The mean over places and products weighted by units demanded; where demand never varies they are left out.
    """
    cells = window.outcome.columns["cells"]
    names = ("supplier", *window.tier_names, "retailer")
    demand_spread, order_spread = (
        _spread(cells["days"], cells[f"{of}_squared"], cells[of]) for of in ("demand", "orders")
    )
    varying = demand_spread > 0
    tier = window.places_of("tier")[cells["place"]][varying]
    weight = cells["demand"][varying].astype(np.float64)
    swing = order_spread[varying] / demand_spread[varying]
    weighted, weights = (np.bincount(tier, weights=column, minlength=len(names)) for column in (weight * swing, weight))
    return {name: quotient(weighted[place], weights[place]) for place, name in enumerate(names)}


def _spread(days: IntArray, squares: IntArray, total: IntArray) -> FloatArray:
    """Return days squared x variance, from sums of squares and of values; 0 where only rounding is left."""
    number, square, value = (column.astype(np.float64) for column in (days, squares, total))
    spread: FloatArray = number * square - value * value
    return np.where(spread > ROUNDING * number * square, spread, 0.0)


def inventory_turns(window: Window, flows: FlowSums) -> dict[str, Value]:
    """Return cost of goods sold in a year / mean book value of stock over the days of the window.

    For all firms together, as one, goods sold between them do not count: only what customers bought, at its
    book value, against all the stock there is.
    """
    daily = window.rows("daily")
    book_days = totals(window.roles.of_account[daily["firm"]], daily["book_value"], window.roles.count)
    kinds = flows.goods_kinds
    to_customers = flows.value_out[kinds.index("sale")].sum() - flows.value_in[kinds.index("restock")].sum()
    members = {kind: window.roles.members(kind) for kind in STOCK_KEEPERS}
    return {
        "inventory_turns": quotient(to_customers * DAYS_A_YEAR, book_days.sum()),
        "inventory_turns_by_kind": {
            kind: quotient(flows.cost_of_goods[roles].sum() * DAYS_A_YEAR, book_days[roles].sum())
            for kind, roles in members.items()
        },
    }
