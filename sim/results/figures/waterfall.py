"""Where the money of customers went, to the last cent: costs, profits, and what stayed in stock.

    what customers paid = outlays to outside accounts by kind + firms' profits + stock_change

with profits taken from the daily balances and book values, and the rest from ledger and stock moves. The two
sides were written down apart from each other, so that a lost cent shows.
"""

from __future__ import annotations

from sim.common.types import CENTS
from sim.engine.ledger import BooksError
from sim.engine.roles import Roles
from sim.results.figures.arithmetic import Value, shares_of_hundred
from sim.results.figures.description import FigureInfo
from sim.results.figures.flows import FlowSums
from sim.results.figures.window import FIRM_KINDS, Window

WATERFALL = (
    FigureInfo(
        "price_waterfall",
        "of 100",
        "What customers paid (price + fee + tax - refunds) as costs by kind, profits by kind of firm, and "
        "change of stock: shares in hundredths that add up to 100 exactly (largest remainder)",
        by="cost or profit",
    ),
    FigureInfo(
        "price_waterfall_money",
        "currency",
        "What became of what customers paid, in money over the whole window, exact to the cent",
        by="cost or profit",
    ),
)


NOT_OUTLAYS = frozenset(
    {
        "sale",
        "delivery_fee",
        "refund",
        "wholesale",
        "freight",
        "last_mile",
        "commission",
        "handling_fee",
        "return_freight",
    }
)
"""Kinds between firms or between customers and firms; outlays only where money left the firms by them."""


def price_waterfall(window: Window, flows: FlowSums) -> dict[str, Value]:
    """Return the waterfall as shares of 100 and as money in units of currency over the whole window.

    Raises:
        BooksError: when the parts do not add up to what customers paid, or the balances of a kind of firm do
            not follow from its transfers and its goods.
    """
    _check_against_flows(window, flows)
    parts = waterfall_cents(window, flows)
    if sum(parts.values()) != flows.customers_paid:
        raise BooksError(
            f"customers paid {flows.customers_paid} cents; costs, profits, stock make {sum(parts.values())}"
        )
    money: Value = {name: cents / CENTS for name, cents in parts.items()}
    if flows.customers_paid <= 0:
        return {"price_waterfall": dict.fromkeys(parts), "price_waterfall_money": money}
    shares = shares_of_hundred(list(parts.values()), flows.customers_paid)
    return {"price_waterfall": dict(zip(parts, shares, strict=True)), "price_waterfall_money": money}


def waterfall_cents(window: Window, flows: FlowSums) -> dict[str, int]:
    """Return the parts in cents: outlays by kind, ``..._profit`` by kind of firm, ``stock_change``."""
    parts: dict[str, int] = {}
    for kind in flows.money_kinds:
        outlay = int(flows.net(kind)[Roles.OUTSIDE])
        if outlay or kind not in NOT_OUTLAYS:
            parts[kind] = outlay
    for firm_kind in FIRM_KINDS:
        parts[f"{firm_kind}_profit"] = int(window.profits[window.roles.members(firm_kind)].sum())
    parts["stock_change"] = -int(window.change("book_value").sum())
    return parts


def _check_against_flows(window: Window, flows: FlowSums) -> None:
    """Hold the daily balances of each kind of firm against ledger and stock moves."""
    cash = flows.money.sum(axis=(0, 1)) - flows.money.sum(axis=(0, 2))
    book = flows.value_in.sum(axis=0) - flows.value_out.sum(axis=0)
    for name, flowed in (("balance", cash), ("book_value", book)):
        change = window.change(name)
        for kind in FIRM_KINDS:
            for role in window.roles.members(kind):
                if change[role] != flowed[role]:
                    raise BooksError(
                        f"day {window.end - 1}: {name} of {kind}s has changed by {change[role]} cents since "
                        f"day {window.first - 1}, but {flowed[role]} cents flowed"
                    )
