"""What flowed during the window, of money and of goods, added up by kind and by the roles of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.common.types import IntArray
from sim.engine.roles import Roles
from sim.kernels.goods import StockJournal
from sim.kernels.numerics.journal_sums import GoodsSums, add_up_goods, add_up_money
from sim.results.figures.arithmetic import countable, countable_sum, totals
from sim.results.figures.window import Window


@dataclass(frozen=True)
class FlowSums:
    """Sums over the window, dated by the day of the transfer or movement; money in cents, goods in units.

    Attributes:
        roles: who plays which part.
        money_kinds, goods_kinds: names of the kinds, in the order of the first axis of the arrays.
        money: transfers, shape (money kinds, payer's role, payee's role).
        units: units moved, firms' moves of their own goods left out, shape (goods kinds, from role, to role).
        value_out, value_in: book value given up and taken on in those moves, shape (goods kinds, roles).
        refunded_goods: the part of refunds that is for prices, not fees, by the seller's role.
        returned_units: units that came back to each role as the seller, resold or written off.
    """

    roles: Roles
    money_kinds: tuple[str, ...]
    goods_kinds: tuple[str, ...]
    money: IntArray
    units: IntArray
    value_out: IntArray
    value_in: IntArray
    refunded_goods: IntArray
    returned_units: IntArray

    def received(self, kind: str) -> IntArray:
        """Return the cents each role was paid under a kind, shape (roles,)."""
        into: IntArray = self.money[self.money_kinds.index(kind)].sum(axis=0)
        return into

    def paid(self, kind: str) -> IntArray:
        """Return the cents each role paid under a kind, shape (roles,)."""
        out: IntArray = self.money[self.money_kinds.index(kind)].sum(axis=1)
        return out

    def net(self, kind: str) -> IntArray:
        """Return the cents each role was paid less those it paid under a kind, shape (roles,)."""
        return self.received(kind) - self.paid(kind)

    @cached_property
    def customers_paid(self) -> int:
        """Price + fee + tax - refunds (+ return freight where customers bear it), in cents."""
        households = Roles.HOUSEHOLDS
        return int(self.money[:, households, :].sum() - self.money[:, :, households].sum())

    @cached_property
    def receipts(self) -> IntArray:
        """Receipts from goods, shape (roles,): sales less refunds, wholesale, commission, handling fees.

        Commission and handling fee are taken from who pays them and given to who earns them, so that receipts
        less cost of goods can be stacked, kind of firm upon kind of firm, without counting a cent twice.
        """
        sales = self.received("sale") - self.refunded_goods + self.received("wholesale")
        return sales + self.net("commission") + self.net("handling_fee")

    @cached_property
    def cost_of_goods(self) -> IntArray:
        """Book value given up for units sold less that of units restocked, in cents, shape (roles,)."""
        kinds = self.goods_kinds
        given_up = self.value_out[kinds.index("sale")] + self.value_out[kinds.index("dispatch")]
        cost: IntArray = given_up - self.value_in[kinds.index("restock")]
        return cost

    def units_between(self, kind: str) -> IntArray:
        """Return units moved under a kind, shape (role giving, role taking)."""
        moved: IntArray = self.units[self.goods_kinds.index(kind)]
        return moved

    @cached_property
    def units_sold(self) -> IntArray:
        """Units sold to customers and firms less those returned, shape (roles,)."""
        sold: IntArray = self.units_between("sale").sum(axis=1) + self.units_between("dispatch").sum(axis=1)
        return sold - self.returned_units

    @cached_property
    def units_to_customers(self) -> int:
        """Units sold to customers less those returned."""
        return int(self.units_between("sale").sum() - self.returned_units.sum())


def find_flows(window: Window) -> FlowSums:
    """Add up ledger and stock moves of the window."""
    kept = window.outcome.sums
    if kept is None:
        units, value_out, value_in = _goods(window)
        money, refunded = _money(window)
        returned = _returned_units(window)
    else:
        for moved in kept.journals.moved:
            countable_sum(float(moved))
        sums = kept.journals
        money, refunded, returned = sums.money.sum(axis=0), sums.refunded, sums.returned
        units, value_out, value_in = sums.units, sums.value_out, sums.value_in
    return FlowSums(
        roles=window.roles,
        money_kinds=window.outcome.labels["ledger_kinds"],
        goods_kinds=window.outcome.labels["stock_kinds"],
        money=money,
        units=units,
        value_out=value_out,
        value_in=value_in,
        refunded_goods=refunded,
        returned_units=returned,
    )


def _money(window: Window) -> tuple[IntArray, IntArray]:
    """Return transfers by kind and roles, and the refunds of prices by payer's role."""
    roles, refund = window.roles, window.code("ledger_kinds", "refund")
    countable(window.rows("ledger")["cents"])
    money = np.zeros((len(window.outcome.labels["ledger_kinds"]), roles.count, roles.count), dtype=np.int64)
    refunded = np.zeros(roles.count, dtype=np.int64)
    for ledger in window.chunks("ledger"):
        add_up_money(ledger["kind"], ledger["payer"], ledger["payee"], ledger["cents"], roles.of_account, money)
        refunds = np.flatnonzero(ledger["kind"] == refund)
        price = window.outcome.columns["needs"]["price"][ledger["need"][refunds]]
        for_goods = np.minimum(ledger["cents"][refunds], price)
        refunded += totals(roles.of_account[ledger["payer"][refunds]], for_goods, roles.count)
    return money, refunded


def _goods(window: Window) -> GoodsSums:
    """Return units by kind and roles, and book value out and in by kind and role; see ``FlowSums``."""
    roles = window.roles
    for column in ("units", "value_out", "value_in"):
        countable(window.rows("stock")[column])
    kinds = len(window.outcome.labels["stock_kinds"])
    value_out, value_in = np.zeros((2, kinds, roles.count), dtype=np.int64)
    sums = GoodsSums(np.zeros((kinds, roles.count, roles.count), dtype=np.int64), value_out, value_in)
    may_stay = np.isin(np.arange(kinds), [window.code("stock_kinds", name) for name in ("dispatch", "arrival")])
    for stock in window.chunks("stock"):
        journal = StockJournal(*(stock[name] for name in StockJournal._fields))
        add_up_goods(journal, roles.of_account, may_stay, sums)
    return sums


def _returned_units(window: Window) -> IntArray:
    """Return units that came back during the window, restocked or written off, by role of the seller."""
    roles, returning = window.roles, window.code("places", "returning")
    units = np.zeros(roles.count, dtype=np.int64)
    for stock in window.chunks("stock"):
        coming_back = np.flatnonzero(stock["source"] == returning)
        seller = window.outcome.columns["needs"]["seller"][stock["need"][coming_back]]
        units += totals(roles.of_account[seller], stock["units"][coming_back], roles.count)
    return units
