"""Exercises on sellers in space: Hotelling's street and Salop's circle. Every customer buys one unit per day."""

from __future__ import annotations

import math

from sim.exercises.exercise import Answer, Exercise, Letter, Letters, decimal, number, require_money
from sim.exercises.pricing import AT_COST, BEST, FREE_TRANSPORT, maker, product, shops_table
from sim.formulas import space

CUSTOMERS = 2000
DAYS_COUNTED, WARM_UP = 10, 60
THERE_AND_BACK = (
    "t is the textbook's cost per unit of distance from home to the shop. The market counts both ways, so "
    "customers.travel_cost is t / 2. One unit of distance is 1 km."
)


def _tables(letters: Letters, shape: str, radius: float, worth: float) -> str:
    return f"""compare = ["traditional"]

[time]
days = {WARM_UP + DAYS_COUNTED}
warm_up = {WARM_UP}  # prices settle
cool_down = 0

[[geography.towns]]
name = "town"
customers = {CUSTOMERS}
shape = "{shape}"
radius = {decimal(radius)}

[styles]
count = 1

[customers]
need_rate = 1.0
worth = {{ distribution = "constant", mean = {decimal(worth)} }}  # high enough that every customer buys
mismatch_cost = 0.0
travel_cost = {decimal(letters["t"] / 2.0)}  # t / 2 per km, because both ways count
waiting_cost = 0.0
hassle = 0.0
breadth = 1
reach = 64
draw = "stratified"  # evenly spaced homes
"""


def _firms(letters: Letters, places: list[str], fixed_cost: float = 0.0) -> str:
    level = 2 * CUSTOMERS
    text = (
        product(letters["c"])
        + "\n# The maker adds no margin, so that c is the shops' unit cost."
        + maker(AT_COST, AT_COST, level)
        + shops_table(BEST, level, places)
        + FREE_TRANSPORT
    )
    if fixed_cost:
        text = text.replace(
            "[retailers]\n", f"[retailers]\nfixed_cost = {decimal(fixed_cost)}  # F x {CUSTOMERS} customers\n"
        )
    return text


def hotelling_tables(letters: Letters) -> str:
    """Return two shops at the ends of a street."""
    half = letters["L"] / 2.0
    require_money("the margin t L", letters["t"] * letters["L"])
    worth = 20.0 * (letters["c"] + letters["t"] * letters["L"])
    places = [f"east = {decimal(-half)}\n", f"east = {decimal(half)}\n"]
    return _tables(letters, "segment", half, worth) + _firms(letters, places)


def hotelling_answers(letters: Letters) -> list[Answer]:
    """Return the price c + t L and what follows from it."""
    t, c, length = letters["t"], letters["c"], letters["L"]
    price = space.hotelling(t, (c, c), length).prices[0]
    return [
        Answer("p = c + t L", price, "consumer_price"),
        Answer("both shops' profit per customer, t L", price - c, "retailer_profit"),
        Answer("price plus travel, on average: c + t L + t L / 4", price + t * length / 4.0, "full_price"),
        Answer("sum of squared market shares, 1/2", 0.5, "hhi"),
    ]


HOTELLING = Exercise(
    name="hotelling",
    title="Hotelling: two shops at the ends of a street, transport cost t per unit of distance",
    source="Hotelling 1929, Economic Journal; d'Aspremont, Gabszewicz & Thisse 1979, Econometrica",
    letters={
        "t": Letter(10.0, "cost per unit of distance, from home to the shop", 0.01, 1e5),
        "c": Letter(0.0, "the shops' unit cost"),
        "L": Letter(1.0, "length of the street", 0.01, 1e3),
    },
    set_up=hotelling_tables,
    answers=hotelling_answers,
    notes=lambda _: [THERE_AND_BACK, "The shops' locations are fixed: with free locations there is no equilibrium."],
)


def salop_tables(letters: Letters) -> str:
    """Return n shops around a circle of circumference 1."""
    n = int(letters["n"])
    price = space.salop_price(letters["t"], letters["c"], n)
    require_money("the margin t / n", letters["t"] / n)
    places = [f"around = {decimal(k / n)}\n" for k in range(n)]
    tables = _tables(letters, "ring", 0.5 / math.pi, 20.0 * price)
    return tables + _firms(letters, places, letters["F"] * CUSTOMERS)


def salop_answers(letters: Letters) -> list[Answer]:
    """Return the price c + t / n and what follows from it."""
    t, c, n, fixed = letters["t"], letters["c"], letters["n"], letters["F"]
    price = space.salop_price(t, c, int(n))
    profit = t / n - n * fixed
    return [
        Answer("p = c + t / n", price, "consumer_price"),
        Answer("all shops' profit per customer, t / n - n F", profit, "retailer_profit", allowance=0.005 * t / n),
        Answer("price plus travel, on average: p + t / (4 n)", price + t / (4.0 * n), "full_price"),
        Answer("sum of squared market shares, 1 / n", 1.0 / n, "hhi"),
    ]


def _salop_notes(letters: Letters) -> list[str]:
    if letters["F"] <= 0:
        return [THERE_AND_BACK]
    free = space.salop_free_entry(letters["t"], letters["F"])
    return [
        THERE_AND_BACK,
        f"With free entry, profit is zero at n = sqrt(t / F) = {number(round(free, 3))} shops; a planner would have "
        f"choose half as many. Change retailers.count and the shops' positions, or write the exercise with another n.",
    ]


SALOP = Exercise(
    name="salop",
    title="Salop: n shops around a circle, transport cost t per unit of distance",
    source="Salop 1979, Bell Journal of Economics",
    letters={
        "n": Letter(4.0, "shops", 2, 24, whole=True),
        "t": Letter(16.0, "cost per unit of distance, from home to the shop; the circumference is 1", 0.01, 1e5),
        "c": Letter(5.0, "the shops' unit cost"),
        "F": Letter(1.0, "fixed cost of a shop, per customer of the circle and day"),
    },
    set_up=salop_tables,
    answers=salop_answers,
    notes=_salop_notes,
)
