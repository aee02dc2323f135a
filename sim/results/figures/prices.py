"""Prices: what customers, shops and suppliers pay and receive per unit, and how many units are sold."""

from __future__ import annotations

import numpy as np

from sim.common.types import IntArray
from sim.kernels.need_sums import FULL_PRICE_BY, KEPT_BY, PRICE_BY
from sim.results.figures.arithmetic import Value, currency_each, quotient
from sim.results.figures.description import FigureInfo
from sim.results.figures.flows import FlowSums
from sim.results.figures.window import Window

PRICES = (
    FigureInfo("consumer_price", "currency per unit", "Mean price of purchases kept, without fee and tax", "lower"),
    FigureInfo(
        "consumer_price_by_channel",
        "currency per unit",
        "consumer_price, channel by channel",
        "lower",
        "channel",
    ),
    FigureInfo(
        "full_price",
        "currency per unit",
        "Mean price + fee + tax + travel + waiting (days as they came out) + hassle of purchases kept",
        "lower",
    ),
    FigureInfo("full_price_by_channel", "currency per unit", "full_price, channel by channel", "lower", "channel"),
    FigureInfo("wholesale_price", "currency per unit", "Mean paid by retailers per unit they bought"),
    FigureInfo(
        "supplier_price",
        "currency per unit",
        "Mean received by suppliers per unit sold (and not returned), after commission and handling fee, "
        "before own costs",
    ),
    FigureInfo("quantity", "units", "Units that customers bought and kept, over all days that count"),
    FigureInfo("quantity_per_need", "units per need", "quantity / needs"),
    FigureInfo(
        "unsettled_prices",
        "share",
        "Days on which firms ask prices from a search for their best ones that ended before it came to rest / days on "
        "which they ask prices from such a search",
        "lower",
    ),
)


def prices(window: Window, flows: FlowSums) -> dict[str, Value]:
    """Return the price figures, in units of currency per unit of goods, and the units sold.

    What customers pay is taken from purchases kept, by the day of the need; what firms pay one another from
    the ledger, by the day of payment.
    """
    retailers, suppliers = flows.roles.members("retailer"), flows.roles.members("supplier")
    bought_in = flows.units_between("dispatch")[:, retailers].sum()
    paid_for_it = flows.paid("wholesale")[retailers].sum()
    purchases = window.sums.channels[:, KEPT_BY]
    return {
        **price_and_by_channel(window, "consumer_price", PRICE_BY, purchases),
        **price_and_by_channel(window, "full_price", FULL_PRICE_BY, purchases),
        "wholesale_price": currency_each(paid_for_it, bought_in),
        "supplier_price": currency_each(flows.receipts[suppliers].sum(), flows.units_sold[suppliers].sum()),
        "quantity": float(purchases.sum()),
        "quantity_per_need": quotient(purchases.sum(), window.need_count),
        "unsettled_prices": unsettled_prices(window),
    }


def unsettled_prices(window: Window) -> float | None:
    """Return the share of days with prices from a search that had not come to rest; None where nobody searches.

    The prices of a search stand until the next one.
    """
    searches = window.outcome.columns.get("price_searches")
    if searches is None:
        return None
    days = np.arange(window.first, window.end)
    last = np.searchsorted(searches["day"], days, side="right") - 1
    settled = searches["settled"][last[last >= 0]]
    return quotient(np.count_nonzero(~settled), len(settled))


def price_and_by_channel(window: Window, figure: str, column: int, purchases: IntArray) -> dict[str, Value]:
    """Return the mean of one of ``CHANNEL_SUMS`` over ``purchases`` kept (channels,), for all and by channel."""
    cents = window.sums.channels[:, column]
    return {
        figure: currency_each(cents.sum(), purchases.sum()),
        f"{figure}_by_channel": {
            name: currency_each(cents[place], purchases[place]) for place, name in enumerate(window.channels)
        },
    }
