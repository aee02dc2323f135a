"""Exercises on stock: the newsvendor, and orders that vary more than demand (bullwhip)."""

from __future__ import annotations

from sim.exercises.exercise import Answer, Exercise, Letter, Letters, decimal, number, require_money, require_valid
from sim.formulas.bullwhip import lost_sales_ratio, moving_average_ratio
from sim.formulas.inventory import newsvendor_poisson, poisson_shortfall

NEED_RATE = 0.01
"""Per customer and day; so many customers with so few needs are nearly Poisson."""
SEASONS = 10_000
PATIENCE = 1e6
"""Waiting cost per day at which no customer waits."""


def _best_level(letters: Letters) -> int:
    p, c = letters["p"], letters["c"]
    require_valid(0 < c < p, f"c is {number(c)} and p {number(p)}; c must be above 0 and below p")
    require_money("the margin p - c", p - c)
    return int(newsvendor_poisson(letters["mu"], p - c, c).units)


def newsvendor_tables(letters: Letters) -> str:
    """Return a seller who produces y in the evening for the next day and discards the rest."""
    level, people = _best_level(letters), round(letters["mu"] / NEED_RATE)
    return f"""compare = ["direct"]  # what was ordered last evening is sold at the door

[time]
days = {SEASONS + 10}  # each day is its own season
warm_up = 10
cool_down = 0

[[geography.towns]]
name = "town"
customers = {people}
shape = "point"

[styles]
count = 1

[customers]
need_rate = {number(letters["mu"] / people)}  # times {people} customers: demand of mu per day, very nearly Poisson
worth = {{ distribution = "constant", mean = {decimal(10.0 * letters["p"])} }}  # every customer buys at p
mismatch_cost = 0.0
travel_cost = 0.0
waiting_cost = {decimal(PATIENCE)}  # customers who find nothing go home
hassle = 0.0
breadth = 1
reach = 1

[[products.items]]
name = "newspaper"
unit_cost = {decimal(letters["c"])}  # c
perish_rate = 1.0  # yesterday's newspaper is worth nothing

[suppliers]
count = 1
location = "centre"
lead_time = 1  # ordered in the evening, there in the morning
pricing = {AT_COST_OF_THE_MAKER}
direct_pricing = {{ rule = "fixed", price = {decimal(letters["p"])} }}  # p
replenishment = {{ rule = "base_stock", level = {level} }}  # y

[delivery]
parcel = {{ handling_days = 0.0, cost_per_parcel = 0.0, cost_per_kg = 0.0 }}
"""


AT_COST_OF_THE_MAKER = '{ rule = "markup", factor = 1.0 }'


def newsvendor_answers(letters: Letters) -> list[Answer]:
    """Return what the best y sells and earns."""
    level, mu, p, c = _best_level(letters), letters["mu"], letters["p"], letters["c"]
    sold = mu - poisson_shortfall(level, mu)
    days = float(SEASONS)
    return [
        Answer("units sold per day, E min(D, y)", sold, "quantity", "direct", scale=days),
        Answer(
            "profit per day, p E min(D, y) - c y", p * sold - c * level, "total_profit.supplier", "direct", scale=days
        ),
        Answer("share of needs met, E min(D, y) / mu", sold / mu, "quantity_per_need", "direct"),
    ]


def _newsvendor_notes(letters: Letters) -> list[str]:
    level, p, c = _best_level(letters), letters["p"], letters["c"]
    return [
        f"The best y is the smallest with P(D <= y) >= (p - c) / p = {number(round((p - c) / p, 4))}: y = {level}. It "
        "is set in suppliers.replenishment.level; the sweep below tries others on the same demand.",
        f"{SEASONS} days count: quantity and total_profit are {SEASONS} times the daily values.",
    ]


def _newsvendor_runs(letters: Letters) -> list[str]:
    best = _best_level(letters)
    levels = f"suppliers.replenishment.level={max(best - 5, 0)}..{best + 5}:{min(best, 5) + 6}"
    return ["middleman compare FILE", f"middleman sweep FILE --vary {levels} -n 1 --figures total_profit.supplier"]


NEWSVENDOR = Exercise(
    name="newsvendor",
    title="Newsvendor: how many to stock in the morning when leftovers are worthless",
    source="Arrow, Harris & Marschak 1951, Econometrica",
    letters={
        "p": Letter(10.0, "price per unit"),
        "c": Letter(4.0, "cost per unit"),
        "mu": Letter(20.0, "mean demand per day (Poisson)", 0.5, 500.0),
    },
    set_up=newsvendor_tables,
    answers=newsvendor_answers,
    notes=_newsvendor_notes,
    run=_newsvendor_runs,
    draws=6,
)


# -- bullwhip --------------------------------------------------------------------------------------------------------

GOODS = 25
DAYS_COUNTED = 1200
BULLWHIP_NEED_RATE = 0.1
PLENTY = 1_000_000


def bullwhip_tables(letters: Letters) -> str:
    """Return a chain in which the wholesaler averages its buyers' orders, or the shop its customers' demand."""
    days, lead, lost = int(letters["p"]), int(letters["L"]), bool(letters["lost"])
    people = round(letters["d"] / BULLWHIP_NEED_RATE)
    averages = (
        f'{{ rule = "base_stock", review_days = 1, forecast = "moving_average", forecast_days = {days}, '
        "safety_factor = 0.0 }"
    )
    plenty = f'{{ rule = "base_stock", level = {PLENTY}, forecast_gain = 0.0 }}'
    warm_up = 4 * (days + lead) + 20
    shop = averages if lost else plenty
    return f"""compare = ["traditional"]

[time]
days = {warm_up + DAYS_COUNTED}
warm_up = {warm_up}
cool_down = 0

[[geography.towns]]
name = "town"
customers = {GOODS * people}
shape = "point"

[styles]
count = {GOODS}  # as many products, each with its own customers: more products mean less randomness
zipf = 0.0

[customers]
need_rate = {number(BULLWHIP_NEED_RATE)}
worth = {{ distribution = "constant", mean = 100.0 }}
mismatch_cost = 1.0
travel_cost = 0.0
waiting_cost = {decimal(PATIENCE)}  # customers who find an empty shelf go home and do not return
hassle = 0.0
breadth = 1
reach = 1

[products]
count = {GOODS}
unit_cost = 1.0

[suppliers]
count = 1
location = "centre"
lead_time = 1
pricing = {{ rule = "markup", factor = 1.5 }}
replenishment = {plenty}

[[tiers]]
name = "wholesaler"  # {"has ample stock: look at the shop" if lost else "its buyer, the shop, waits for the rest"}
firms = 1
location = "centre"
lead_time = {1 if lost else lead}
pricing = {{ rule = "markup", factor = 1.2 }}
replenishment = {plenty if lost else averages}

[retailers]
count = 1
stock_per_slot = {PLENTY}
lead_time = {lead if lost else 1}
pricing = {{ rule = "markup", factor = 1.2 }}
replenishment = {shop}  # {"orders up to L days of its forecast" if lost else "orders what it sold: demand itself"}

[[retailers.stores]]
name = "shop"
town = "town"
slots = {GOODS}
"""


def bullwhip_answers(letters: Letters) -> list[Answer]:
    """Return the ratio of Chen et al., or, with lost sales, that of an independent calculation."""
    days, lead = int(letters["p"]), int(letters["L"])
    if letters["lost"]:
        ratio = lost_sales_ratio(lead, days, round(letters["d"] / BULLWHIP_NEED_RATE), BULLWHIP_NEED_RATE)
        return [
            Answer(
                "no published formula with lost sales; computed day by day",
                ratio,
                "bullwhip.retailer",
                allowance=0.02 * ratio,
            )
        ]
    return [
        Answer(
            "Var(orders) / Var(demand) = 1 + 2 L / p + 2 L^2 / p^2",
            moving_average_ratio(lead, days),
            "bullwhip.wholesaler",
        ),
        Answer("order what was sold: 1", 1.0, "bullwhip.retailer"),
    ]


def _bullwhip_notes(letters: Letters) -> list[str]:
    formula = number(round(moving_average_ratio(int(letters["L"]), int(letters["p"])), 4))
    return [
        "The formula holds if buyers wait when stock is out (back-orders count in the stock position), if demand "
        "is independent from day to day, and if orders are rarely cut at zero: mean demand must be large relative"
        " to its spread (d of about 50 or more). So it does not hold for a second firm that averages the first "
        "one's orders, which are no longer independent. L counts the days whose demand an order has to cover: "
        "here the lead time, because stock is counted and ordered every evening.",
        "If customers leave (lost = 1) it does not hold: lost demand is observed and averaged, but need "
        f"not be ordered again, so that orders vary less than the formula's {formula}. Where they come back the next "
        "day (customers.waiting_cost = 0) it does not hold either: demand is then not independent from day to day.",
        "Levels are whole numbers of units, which adds a little variance: about .2 % at these letters.",
    ]


BULLWHIP = Exercise(
    name="bullwhip",
    title="Bullwhip: orders vary more than demand if forecasts are means of p days",
    source="Chen, Drezner, Ryan & Simchi-Levi 2000, Management Science",
    letters={
        "p": Letter(5.0, "days in the moving average", 1, 100, whole=True),
        "L": Letter(2.0, "days of demand an order has to cover: the lead time", 1, 30, whole=True),
        "d": Letter(60.0, "mean demand per product and day", 20.0, 200.0),
        "lost": Letter(
            0.0, "0: buyers wait when stock is out; 1: customers leave, and the shop averages", 0, 1, whole=True
        ),
    },
    set_up=bullwhip_tables,
    answers=bullwhip_answers,
    notes=_bullwhip_notes,
    draws=6,
)
