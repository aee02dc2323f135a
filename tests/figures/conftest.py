"""Finished runs written down by hand, so that every figure can be worked out with a pencil."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import NOTHING, RESULTS
from sim.kernels import books, goods
from sim.results.frames import CODED
from sim.results.outcome import Outcome
from sim.results.outcome_data import Manifest
from sim.scenario import Scenario
from sim.scenario.firms import Tier
from sim.scenario.names import BULK_FREIGHT, CARRIERS, COURIERS, OUTSIDE_ACCOUNTS, PARCEL_CARRIER
from sim.scenario.people import Time
from sim.scenario.regimes import CHANNELS
from sim.scenario.transport import Delivery

LABELS = {
    "ledger_kinds": books.KINDS,
    "stock_kinds": goods.KINDS,
    "firm_kinds": ("supplier", "intermediary", "retailer", "platform", "carrier"),
    "place_kinds": ("supplier_depot", "intermediary_depot", "store", "showroom"),
    "channels": CHANNELS,
    "results": RESULTS,
}
TYPES = {
    "needs": """need:i8 day:i4 customer:i4 town:i4 taste:i4 first_choice:i4 first_place:i4 first_channel:i1
        first_empty:? result:i1 product:i4 place:i4 seller:i4 channel:i1 price:i8 fee:i8 tax:i8 full_price:i8
        cost_of_goods:i8 km:f8 quoted_days:f8 days:f8 returned:? refund:i8 surplus:i8 attempt:i1""",
    "ledger": "day:i4 kind:i1 payer:i4 payee:i4 cents:i8 need:i8",
    "stock": """day:i4 kind:i1 product:i4 source:i4 destination:i4 units:i8 value_out:i8 value_in:i8
        owner_out:i4 owner_in:i4 need:i8""",
    "cells": """place:i4 product:i4 days:i8 days_carried:i8 days_empty:i8 demand:i8 demand_squared:i8
        orders:i8 orders_squared:i8 filled:i8""",
    "transport": "day:i4 carrier:i4 town:i4 stops:i8 km:f8",
    "adoption": "day:i4 adopters:i8",
    "daily": "day:i4 firm:i4 balance:i8 book_value:i8",
    "firms": "firm:i4 kind:i1 tier:i4 open:?",
    "places": "place:i4 kind:i1 tier:i4 open:? town:i4",
    "towns": "town:i4 customers:i8",
    "tastes": "town:i4 style:i4 share:f8 people:i4",
    "products": "product:i4 national_share:f8",
}
PEN = ("pen",)
COLUMNS = {table: dict(column.split(":") for column in spec.split()) for table, spec in TYPES.items()}
NAMED = [column for column in CODED if column in COLUMNS["needs"] and column not in ("town", "result")]


class HandMade:
    """A run under construction: add needs, payments and moves one by one, then ask for the ``outcome``.

    There are a maker and a rival, a firm a tier, a shop with a store and a showroom, a platform, carriers.
    Money is given in cents. The daily balances follow from payments and moves, unless planted otherwise.
    """

    def __init__(self, days=1, warm_up=0, cool_down=0, tiers=(), absent=(), towns=("Alba",), products=PEN):
        co2 = {"bulk": {"co2_per_km": 1.0}, "parcel": {"co2_per_km": 0.5}, "courier": {"co2_per_km": 0.25}}
        self.scenario = Scenario(
            name="by-hand",
            time=Time(days=days, warm_up=warm_up, cool_down=cool_down),
            tiers=[Tier(name=name) for name in tiers],
            delivery=Delivery.model_validate({**co2, "car_co2_per_km": 0.2}),
        )
        last, numbered = len(tiers) + 1, list(enumerate(tiers, start=1))
        self.firms = {"maker": ("supplier", 0), "rival": ("supplier", 0)}
        self.firms |= {name: ("intermediary", tier) for tier, name in numbered}
        self.firms |= {"shop": ("retailer", last), "platform": ("platform", -1)}
        self.firms |= dict.fromkeys(CARRIERS, ("carrier", -1))
        self.nodes = {"maker depot": ("supplier_depot", 0)}
        self.nodes |= {f"{name} depot": ("intermediary_depot", tier) for tier, name in numbered}
        self.nodes |= {"store": ("store", last), "showroom": ("showroom", last)}
        self.absent = absent
        self.labels = LABELS | {
            "towns": tuple(towns),
            "products": tuple(products),
            "places": (*self.nodes, *(f"to {name}" for name in self.nodes), *goods.OUTSIDE),
            "accounts": (*OUTSIDE_ACCOUNTS, *self.firms),
        }
        self.rows = {table: [] for table in ("needs", "ledger", "stock", "cells", "transport", "adoption")}
        self.tastes = [(0, 0, 1.0, 10)]  # town, style, share of the town, people
        self.popularity = [1.0 / len(products)] * len(products)
        self.planted = []

    def code(self, labels, name):
        """Number behind a name; None is nothing."""
        return NOTHING if name is None else self.labels[labels].index(name)

    def need(self, day, result="bought", **columns):
        """Write down a need; products, places, sellers and channels are given by name. Returns its number."""
        number = len(self.rows["needs"])
        row = dict.fromkeys(COLUMNS["needs"], 0) | dict.fromkeys(NAMED) | {"days": np.nan}
        row |= {"need": number, "day": day, "customer": number, "result": RESULTS.index(result)} | columns
        for column in NAMED:
            row[column] = self.code(CODED[column], row[column])
        self.rows["needs"].append(row)
        return number

    def buy(self, day, seller="maker", product="pen", channel="store", place="store", price=0, cost=0, **columns):
        """Write down a purchase: the need, what the customer pays, and the unit that leaves."""
        fee, tax = columns.get("fee", 0), columns.get("tax", 0)
        given = {"days": 0.0, "full_price": price + fee + tax, "first_choice": product} | columns
        given |= {"seller": seller, "product": product, "channel": channel, "place": place}
        need = self.need(day, price=price, cost_of_goods=cost, **given)
        self.pay(day, "sale", "households", seller, price, need)
        self.pay(day, "delivery_fee", "households", seller, fee, need)
        self.pay(day, "tax", "households", "state", tax, need)
        self.move(day, "sale", product, (place, "households"), 1, (cost, 0), (seller, "households"), need)
        return need

    def take_back(self, day, need, refund, tax=0, restock=None):
        """Write down a return: refund, tax, and the unit back in stock at a book value, or written off."""
        row = self.rows["needs"][need]
        row["returned"], row["refund"] = True, refund + tax
        seller, product = self.labels["accounts"][row["seller"]], self.labels["products"][row["product"]]
        self.pay(day, "refund", seller, "households", refund, need)
        self.pay(day, "tax", "state", "households", tax, need)
        to_seller = ("households", seller)
        self.move(day, "return", product, ("households", "returning"), 1, (0, 0), to_seller, need)
        kind, place, value = "write_off", "written off", 0
        if restock is not None:
            kind, place, value = "restock", self.labels["places"][row["place"]], restock
        self.move(day, kind, product, ("returning", place), 1, (0, value), (seller, seller), need)

    def pay(self, day, kind, payer, payee, cents, need=NOTHING):
        """Write down a payment; like the real ledger, nothing for nothing."""
        if cents:
            who = (self.code("accounts", payer), self.code("accounts", payee))
            row = (day, self.code("ledger_kinds", kind), *who, cents, need)
            self.rows["ledger"].append(dict(zip(COLUMNS["ledger"], row, strict=True)))

    def move(self, day, kind, product, way, units, values, owners, need=NOTHING):
        """Write down a move of goods; way, values and owners are given as (from, to)."""
        codes = self.code("stock_kinds", kind), self.code("products", product)
        places, who = (
            [self.code("places", name) for name in way],
            [self.code("accounts", name) for name in owners],
        )
        row = (day, *codes, *places, units, *values, *who, need)
        self.rows["stock"].append(dict(zip(COLUMNS["stock"], row, strict=True)))

    def stock_up(self, owner, place, product, units, value):
        """Put opening stock in place at a book value for all of it."""
        self.move(-1, "opening", product, ("factory", place), units, (0, value), (owner, owner))

    def produce(self, day, maker, product, units, cents):
        """Let a maker pay for units on their way to its depot."""
        self.pay(day, "production", maker, "inputs", cents)
        way = ("factory", f"to {maker} depot")
        self.move(day, "production", product, way, units, (0, cents), (maker, maker))

    def ship(self, day, seller, buyer, way, units, cost, paid):
        """Sell pens from firm to firm: title and payment pass at dispatch."""
        self.pay(day, "wholesale", buyer, seller, paid)
        self.move(day, "dispatch", "pen", (way[0], f"to {way[1]}"), units, (cost, paid), (seller, buyer))

    def cell(self, place, product, **sums):
        """Write down what a place counted of a product over the window."""
        codes = {"place": self.code("places", place), "product": self.code("products", product)}
        self.rows["cells"].append(dict.fromkeys(COLUMNS["cells"], 0) | codes | sums)

    def drive(self, day, carrier, km):
        """Write down km driven by a carrier."""
        row = (day, self.code("accounts", carrier), NOTHING, 1, km)
        self.rows["transport"].append(dict(zip(COLUMNS["transport"], row, strict=True)))

    def plant(self, firm, day, column, cents):
        """Falsify a firm's ``balance`` or ``book_value`` at the end of a day."""
        self.planted.append((firm, day, column, cents))

    def outcome(self):
        """Return the finished run."""
        rows = {table: [[row[name] for name in COLUMNS[table]] for row in self.rows[table]] for table in self.rows}
        rows |= {"daily": list(self._daily()), **self._world()}
        columns = {}
        for table, types in COLUMNS.items():
            by_column = zip(*rows[table], strict=True) if rows[table] else [()] * len(types)
            given = zip(types.items(), by_column, strict=True)
            columns[table] = {name: np.array(values, dtype=kind) for (name, kind), values in given}
        return Outcome(Manifest(self.scenario, "by-hand", 1, {}), self.labels, columns)

    def _daily(self):
        """Balance and book value of every firm at the end of every day, from the opening on."""
        for day in range(-1, self.scenario.time.days):
            for firm in self.firms:
                code = self.code("accounts", firm)
                balance = book = 0
                for row in self.rows["ledger"]:
                    if row["day"] <= day:
                        balance += row["cents"] * ((row["payee"] == code) - (row["payer"] == code))
                for row in self.rows["stock"]:
                    if row["day"] <= day:
                        book += row["value_in"] * (row["owner_in"] == code)
                        book -= row["value_out"] * (row["owner_out"] == code)
                wrong = {name: cents for who, when, name, cents in self.planted if (who, when) == (firm, day)}
                yield day, code, balance + wrong.get("balance", 0), book + wrong.get("book_value", 0)

    def _world(self):
        """Tables that no day changes."""

        def rows(labels, kinds, table):
            return [(self.code(labels, name), self.code(kinds, kind), tier, True) for name, (kind, tier) in table]

        present = [(name, what) for name, what in self.firms.items() if name not in self.absent]
        towns = range(len(self.labels["towns"]))
        return {
            "firms": rows("accounts", "firm_kinds", present),
            "places": [(*row, 0) for row in rows("places", "place_kinds", self.nodes.items())],
            "towns": [(town, sum(row[3] for row in self.tastes if row[0] == town)) for town in towns],
            "tastes": self.tastes,
            "products": list(enumerate(self.popularity)),
        }


@pytest.fixture(scope="session")
def hand_made():
    """The class of runs written down by hand."""
    return HandMade


@pytest.fixture
def three_days():
    """Three days of a maker selling online, from the shelves of a partner store and from its depot.

    Day 0 is warm-up. The price of a pen is 10, of a cup 20, tax 20 %, commission 10 %, handling fee 0.50. Two
    towns of five: in Alba four like style 0 and one style 1, in Borgo two and three.
    """
    goods = ("pen", "cup", "hat")
    absent = ("wholesaler",)
    run = HandMade(days=3, warm_up=1, tiers=absent, absent=absent, towns=("Alba", "Borgo"), products=goods)
    run.tastes = [(0, 0, 0.8, 4), (0, 1, 0.2, 1), (1, 0, 0.4, 2), (1, 1, 0.6, 3)]
    run.popularity = [0.5, 0.3, 0.2]
    run.stock_up("maker", "maker depot", "pen", 5, 20_00)
    run.stock_up("maker", "maker depot", "cup", 5, 40_00)
    _warm_up_day(run)
    _first_day(run)
    _second_day(run)
    run.rows["adoption"] = [{"day": day, "adopters": adopters} for day, adopters in enumerate((1, 2, 3))]
    two_days = {"days": 2, "days_carried": 2}
    empty_once, empty_twice = two_days | {"days_empty": 1}, two_days | {"days_empty": 2}
    run.cell("store", "pen", demand=1, demand_squared=1, orders=2, orders_squared=4, **empty_once)
    run.cell("store", "cup", demand=2, demand_squared=2, orders=1, orders_squared=1, **empty_once)
    pens = {"demand": 4, "demand_squared": 10, "orders": 4, "orders_squared": 16, "filled": 3}
    cups = {"demand": 2, "demand_squared": 4, "orders": 2, "orders_squared": 2, "filled": 1}
    run.cell("maker depot", "pen", **pens, **empty_twice)
    run.cell("maker depot", "cup", **cups, **empty_twice)
    return run


def _warm_up_day(run):
    """A pen is sold and a truck is driven; neither counts."""
    need = run.buy(0, price=99_00, cost=4_00, km=50.0, surplus=70_00)
    run.pay(0, "commission", "maker", "platform", 9_90, need)
    run.drive(0, BULK_FREIGHT, 100.0)


def _first_day(run):
    """A pen goes to Alba by courier, a cup is carried home to Borgo, and a third customer finds nothing."""
    alba, borgo = {"town": 0, "taste": 0}, {"town": 1, "taste": 1}
    money = {"price": 10_00, "fee": 2_00, "tax": 2_00, "cost": 4_00, "full_price": 15_00}
    pen = run.buy(1, channel="courier", days=0.25, surplus=5_00, **money, **alba)
    money = {"price": 20_00, "tax": 4_00, "cost": 8_00, "full_price": 27_00}
    cup = run.buy(1, product="cup", km=3.0, surplus=-2_00, **money, **borgo)
    run.need(1, "not_stocked", km=5.0, surplus=-1_00, town=1, taste=0)
    for need, commission in ((pen, 1_00), (cup, 2_00)):
        run.pay(1, "commission", "maker", "platform", commission, need)
        run.pay(1, "handling_fee", "maker", "shop", 50, need)
    run.pay(1, "last_mile", "maker", COURIERS, 2_00, pen)
    run.pay(1, "wages", COURIERS, "labour", 1_50)
    run.produce(1, "maker", "pen", 1, 4_00)
    run.pay(1, "rent", "shop", "landlords", 75)
    run.drive(1, BULK_FREIGHT, 10.0)
    run.drive(1, COURIERS, 4.0)


def _second_day(run):
    """The cup comes back; another one is ordered in the aisle for Alba; a pen is missed in Borgo."""
    sent_back = 2
    run.take_back(2, sent_back, refund=20_00, tax=4_00, restock=8_00)
    run.pay(2, "commission", "platform", "maker", 2_00, sent_back)
    money = {"price": 20_00, "fee": 2_00, "tax": 4_00, "cost": 8_00, "full_price": 28_00}
    order = {"product": "cup", "channel": "endless_aisle", "place": "maker depot", "first_empty": True}
    cup = run.buy(2, days=1.5, surplus=3_00, town=0, taste=1, **order, **money)
    run.need(2, "out_of_stock", first_choice="pen", first_empty=True, surplus=-50, town=1, taste=0)
    run.pay(2, "commission", "maker", "platform", 2_00, cup)
    run.pay(2, "handling_fee", "maker", "shop", 50, cup)
    run.pay(2, "last_mile", "maker", PARCEL_CARRIER, 1_80, cup)
    run.pay(2, "wages", PARCEL_CARRIER, "labour", 1_00)
    run.pay(2, "fuel", PARCEL_CARRIER, "fuel", 30)
    run.pay(2, "interest", "maker", "lenders", 10)
    run.pay(2, "subsidy", "state", "maker", 1_00)
    run.drive(2, PARCEL_CARRIER, 6.0)
