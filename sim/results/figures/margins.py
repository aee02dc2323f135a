"""Margins and profits: what stays with each kind of firm of what customers pay."""

from __future__ import annotations

from sim.common.types import CENTS, IntArray
from sim.results.figures.arithmetic import Number, Value, currency_each, quotient
from sim.results.figures.description import FigureInfo
from sim.results.figures.flows import FlowSums
from sim.results.figures.opening_stock import opening_stock_gain
from sim.results.figures.window import FIRM_KINDS, Window

EARNING = {
    "supplier": "Suppliers' receipts from goods (less commission and handling fee) less production cost",
    "intermediary": "Intermediaries' receipts from goods less what they paid for them",
    "retailer": "Retailers' receipts from goods (and handling fees) less what they paid for them",
    "platform": "Commission kept by the platform",
}
"""Kinds of firms with a margin, and what it is."""

MARGINS = (
    FigureInfo("customers_paid", "currency per need", "Price + fee + tax - refunds of all purchases / needs"),
    FigureInfo("supplier_margin", "share", f"{EARNING['supplier']} / what customers paid"),
    FigureInfo("intermediary_margin", "share", f"{EARNING['intermediary']} / what customers paid"),
    FigureInfo("intermediary_margin_by_tier", "share", "intermediary_margin, tier by tier", by="tier"),
    FigureInfo("retailer_margin", "share", f"{EARNING['retailer']} / what customers paid"),
    FigureInfo("platform_margin", "share", f"{EARNING['platform']} / what customers paid"),
    *(
        FigureInfo(f"{kind}_margin_money", "currency per unit kept", f"{margin} / units customers bought and kept")
        for kind, margin in EARNING.items()
    ),
    FigureInfo(
        "gross_margin_rate",
        "share",
        "Margin / own receipts from goods (the Census concept)",
        by="kind of firm",
    ),
    FigureInfo("gross_margin_rate_by_tier", "share", "gross_margin_rate of intermediaries, tier by tier", by="tier"),
    FigureInfo(
        "opening_stock_gain",
        "currency per need",
        "Worth of opening stock sold, at what its owner last paid for such goods, less its book value: in profits, not "
        "in margins",
        by="kind of firm",
    ),
)

PROFIT = "change of cash + change of book value of stock, all costs paid"
PROFITS = (
    FigureInfo("supplier_profit", "currency per need", f"Suppliers' {PROFIT}"),
    FigureInfo("intermediary_profit", "currency per need", f"Intermediaries' {PROFIT}"),
    FigureInfo("intermediary_profit_by_tier", "currency per need", "intermediary_profit, tier by tier", by="tier"),
    FigureInfo("retailer_profit", "currency per need", f"Retailers' {PROFIT}"),
    FigureInfo("platform_profit", "currency per need", f"The platform's {PROFIT}"),
    FigureInfo("carrier_profit", "currency per need", f"Carriers' {PROFIT}"),
    FigureInfo(
        "total_profit",
        "currency",
        f"{PROFIT[0].upper()}{PROFIT[1:]}, over all days that count: each kind of firm, and `all` of them together",
        by="kind of firm",
    ),
)


def margins(window: Window, flows: FlowSums) -> dict[str, Value]:
    """Return margins as shares of what customers paid, in currency per unit kept, and as rates of receipts.

    A margin is receipts from goods less the book value of the goods given up, both of the window; opening stock, which
    nobody bought, counts at what its owner last paid for such goods instead (``opening_stock_gain``). A returned
    unit takes the receipt back; it takes the cost back only when it goes into stock again. Kinds of firms a
    regime does without have a margin of 0; a rate without receipts is undefined.
    """
    gain, receipts = opening_stock_gain(window), flows.receipts
    margin = receipts - flows.cost_of_goods - gain
    members = {kind: flows.roles.members(kind) for kind in EARNING}
    own = {kind: margin[roles].sum() for kind, roles in members.items()}
    tiers = dict(zip(window.tier_names, members["intermediary"], strict=True))
    return {
        "customers_paid": currency_each(flows.customers_paid, window.need_count),
        **{f"{kind}_margin": share_of_payments(own[kind], flows) for kind in EARNING},
        "intermediary_margin_by_tier": {name: share_of_payments(margin[role], flows) for name, role in tiers.items()},
        **{f"{kind}_margin_money": currency_each(own[kind], flows.units_to_customers) for kind in EARNING},
        "gross_margin_rate": {kind: quotient(own[kind], receipts[members[kind]].sum()) for kind in EARNING},
        "gross_margin_rate_by_tier": {name: quotient(margin[role], receipts[role]) for name, role in tiers.items()},
        "opening_stock_gain": {
            kind: currency_each(gain[roles].sum(), window.need_count) for kind, roles in members.items()
        },
    }


def share_of_payments(cents: Number, flows: FlowSums) -> float | None:
    """Return cents as a share of what customers paid; None when they paid nothing."""
    return quotient(cents, flows.customers_paid) if flows.customers_paid > 0 else None


def profits(window: Window) -> dict[str, Value]:
    """Return profits, change of cash + change of book value of stock: in currency per need, and in all."""

    def per_need(cents: IntArray) -> float | None:
        return currency_each(cents.sum(), window.need_count)

    members = {kind: window.roles.members(kind) for kind in FIRM_KINDS}
    tiers = zip(window.tier_names, members["intermediary"], strict=True)
    total = {kind: int(window.profits[roles].sum()) for kind, roles in members.items()}
    return {
        **{f"{kind}_profit": per_need(window.profits[roles]) for kind, roles in members.items()},
        "intermediary_profit_by_tier": {name: per_need(window.profits[[role]]) for name, role in tiers},
        "total_profit": {kind: cents / CENTS for kind, cents in {**total, "all": sum(total.values())}.items()},
    }
