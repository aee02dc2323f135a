"""Exercises on price and quantity: double marginalisation, Cournot, Bertrand. Demand is linear."""

from __future__ import annotations

from dataclasses import dataclass

from sim.exercises.exercise import Answer, Exercise, Letter, Letters, decimal, number, require_money, require_valid
from sim.formulas.successive_monopoly import linear_stackelberg, successive_cournot

DAYS_COUNTED, WARM_UP = 10, 60
FEWEST_CUSTOMERS = 2_000
"""Minimum number of customers: with fewer, half a customer of demand would be visible."""


@dataclass(frozen=True)
class LinearMarket:
    """Customers whose willingness to pay is uniform from zero to the choke price, so that demand is linear.

    Attributes:
        choke: price at which demand ends.
        most: units of the exercise bought at a price of 0.
        customers: number of customers, each with one need per day.
    """

    choke: float
    most: float

    @property
    def heads(self) -> float:
        """Customers per unit of the exercise: a power of ten."""
        heads = 1.0
        while heads * self.most < FEWEST_CUSTOMERS:
            heads *= 10.0
        while heads * self.most > 10.0 * FEWEST_CUSTOMERS:
            heads /= 10.0
        return heads

    @property
    def customers(self) -> int:
        return round(self.heads * self.most)

    @property
    def scale(self) -> float:
        """Units that customers buy in all counted days, per unit of the exercise."""
        return self.heads * DAYS_COUNTED

    def note(self) -> str:
        """Return the factor of quantities and profits, for the file."""
        return (
            f"One unit of the exercise's quantity is {number(self.heads)} customers with one need per day, and "
            f"{DAYS_COUNTED} days count: quantity and total_profit are {number(self.scale)} times the textbook's."
        )

    def level(self, quantity: float) -> int:
        """Return a stock that a day's sales of ``quantity`` do not exhaust.

        No more than half above them: initial stock was bought at other prices and has to be sold during the warm-up, or
        it would affect margins.
        """
        return int(1.5 * quantity * self.heads) + 10

    def tables(self, compare: str) -> str:
        """Return the calendar, the place and the population."""
        return f"""compare = {compare}

[time]
days = {WARM_UP + DAYS_COUNTED}
warm_up = {WARM_UP}  # prices settle, and firms sell their initial stock
cool_down = 0

[[geography.towns]]
name = "town"
customers = {self.customers}
shape = "point"  # no travel

[styles]
count = 1

[customers]
need_rate = 1.0  # each customer wants one unit per day, if it is worth its price
worth = {{ distribution = "uniform", low = 0.0, high = {decimal(self.choke)} }}  # linear demand
mismatch_cost = 0.0
travel_cost = 0.0
waiting_cost = 0.0
hassle = 0.0
breadth = 1
reach = 64
draw = "stratified"  # evenly spaced worth, as in the textbook
"""


FREE_TRANSPORT = """
[delivery]
bulk = { cost_per_shipment = 0.0, cost_per_unit_km = 0.0 }
parcel = { handling_days = 0.0, cost_per_parcel = 0.0, cost_per_kg = 0.0 }
"""
BEST = '{ rule = "best_response", conduct = "stackelberg", review_days = 1 }'
AT_COST = '{ rule = "markup", factor = 1.0 }'


def maker(pricing: str, direct_pricing: str, level: int) -> str:
    """Return the table of the only maker."""
    return f"""
[suppliers]
count = 1
location = "centre"
lead_time = 1
pricing = {pricing}
direct_pricing = {direct_pricing}
replenishment = {{ rule = "base_stock", level = {level} }}
"""


def product(unit_cost: float) -> str:
    """Return the table of the only product."""
    return f"""
[[products.items]]
name = "article"
unit_cost = {decimal(unit_cost)}  # c
"""


def shops_table(pricing: str, level: int, places: list[str]) -> str:
    """Return the table of shops, each with its own retailer; ``places`` are their positions as TOML."""
    stores = "".join(
        f'\n[[retailers.stores]]\nname = "shop {k}"\ntown = "town"\nslots = 1\n{place}'
        for k, place in enumerate(places, start=1)
    )
    return f"""
[retailers]
count = {len(places)}
stock_per_slot = {level}
lead_time = 1
pricing = {pricing}
replenishment = {{ rule = "base_stock", level = {level} }}
{stores}"""


# -- double marginalisation ------------------------------------------------------------------------------------------


def _line(letters: Letters) -> LinearMarket:
    a, b, c = letters["a"], letters["b"], letters["c"]
    require_valid(c < a / b, f"c is {number(c)}; demand ends at a/b = {number(a / b)}: make c smaller")
    require_money("the shop's margin", 0.25 * (a / b - c))
    return LinearMarket(choke=a / b, most=a)


def double_margin_tables(letters: Letters) -> str:
    """Return one maker and one shop; under ``direct`` the maker sells alone."""
    line, c = _line(letters), letters["c"]
    integrated = linear_stackelberg(letters["a"], letters["b"], c, 1).quantity
    both = linear_stackelberg(letters["a"], letters["b"], c, 2).quantity
    return (
        line.tables('["traditional", "direct"]  # direct: the maker alone, the integrated firm of the textbook')
        + product(c)
        + "\n# The maker leads: it foresees the shop's response."
        + maker(BEST, BEST, line.level(integrated))
        + shops_table(BEST, line.level(both), [""])
        + FREE_TRANSPORT
    )


def double_margin_answers(letters: Letters) -> list[Answer]:
    """Return Spengler's prices, margins, quantities and profits."""
    line = _line(letters)
    chain = linear_stackelberg(letters["a"], letters["b"], letters["c"], 2)
    alone = linear_stackelberg(letters["a"], letters["b"], letters["c"], 1)
    price, scale = chain.consumer_price, line.scale
    return [
        Answer("w = (a/b + c) / 2", chain.prices[0], "wholesale_price"),
        Answer("p = (3 a/b + c) / 4", price, "consumer_price"),
        Answer("q = a - b p", chain.quantity, "quantity", scale=scale),
        Answer("the maker's margin w - c", chain.margins[0], "supplier_margin_money"),
        Answer("the shop's margin p - w", chain.margins[1], "retailer_margin_money"),
        Answer("the maker's profit (w - c) q", chain.profits[0], "total_profit.supplier", scale=scale),
        Answer("the shop's profit (p - w) q", chain.profits[1], "total_profit.retailer", scale=scale),
        Answer("the shop's profit per need, (p - w) q / a", chain.profits[1] / line.most, "retailer_profit"),
        Answer("both profits", chain.total_profit, "total_profit.all", scale=scale),
        Answer("integrated: p = (a/b + c) / 2", alone.consumer_price, "consumer_price", "direct"),
        Answer("integrated: q = (a - b c) / 2", alone.quantity, "quantity", "direct", scale=scale),
        Answer("integrated: profit (p - c) q", alone.total_profit, "total_profit.all", "direct", scale=scale),
    ]


DOUBLE_MARGIN = Exercise(
    name="double_margin",
    title="Double marginalisation: one maker, one shop, demand q = a - b p",
    source="Spengler 1950, Journal of Political Economy",
    letters={
        "a": Letter(70.0, "units bought at a price of 0", 0.01),
        "b": Letter(1.0, "decrease in units per unit of price", 1e-6),
        "c": Letter(10.0, "the maker's unit cost", 0.0),
    },
    set_up=double_margin_tables,
    answers=double_margin_answers,
    notes=lambda letters: [
        _line(letters).note(),
        "Stocks are kept small so that the shop's initial stock, bought at another price, is sold before the "
        "counted days: a margin is the price less what the unit sold had cost.",
    ],
)


# -- Cournot and Bertrand --------------------------------------------------------------------------------------------


def _inverse_line(letters: Letters) -> LinearMarket:
    a, b, c = letters["a"], letters["b"], letters["c"]
    require_valid(c < a, f"c is {number(c)}; demand ends at a = {number(a)}: make c smaller")
    return LinearMarket(choke=a, most=a / b)


def _same_good(letters: Letters, rule: str, quantity: float) -> str:
    """Return n shops that buy the same product at cost c."""
    line = _inverse_line(letters)
    level = line.level(quantity)
    return (
        line.tables('["traditional"]')
        + product(letters["c"])
        + "\n# The maker adds no margin, so that c is the shops' unit cost."
        + maker(AT_COST, AT_COST, level)
        + shops_table(rule, level, [""] * int(letters["n"]))
        + FREE_TRANSPORT
    )


def cournot_tables(letters: Letters) -> str:
    """Return n shops that choose quantities."""
    require_money("the margin", (letters["a"] - letters["c"]) / (letters["n"] + 1.0))
    quantity = successive_cournot(letters["a"] / letters["b"], 1.0 / letters["b"], letters["c"], [int(letters["n"])])
    return _same_good(letters, '{ rule = "quantity", review_days = 1 }', quantity.quantity)


def cournot_answers(letters: Letters) -> list[Answer]:
    """Return Cournot's price, quantity and profits."""
    line = _inverse_line(letters)
    tier = successive_cournot(letters["a"] / letters["b"], 1.0 / letters["b"], letters["c"], [int(letters["n"])])
    return [
        Answer("p = (a + n c) / (n + 1)", tier.consumer_price, "consumer_price"),
        Answer("Q = n (a - c) / ((n + 1) b)", tier.quantity, "quantity", scale=line.scale),
        Answer("all firms' profit (p - c) Q", tier.total_profit, "total_profit.retailer", scale=line.scale),
    ]


COURNOT = Exercise(
    name="cournot",
    title="Cournot: n firms choose quantities of the same product, P = a - b Q",
    source="Cournot 1838, Recherches sur les principes mathematiques de la theorie des richesses",
    letters={
        "a": Letter(100.0, "price at which demand is zero", 0.01),
        "b": Letter(1.0, "decrease in price per unit brought to market", 1e-6),
        "c": Letter(10.0, "each firm's unit cost", 0.0),
        "n": Letter(3.0, "firms", 1, 64, whole=True),
    },
    set_up=cournot_tables,
    answers=cournot_answers,
    notes=lambda letters: [
        _inverse_line(letters).note(),
        "In theory each firm makes 1/n of the profit. Here all charge the same price, and indifferent customers "
        "take the first shop: only the sum over firms is meaningful, not how sales are split.",
    ],
)


def _undercutting(letters: Letters) -> tuple[float, float]:
    """Return price and quantity: the monopolist's with one firm, cost with more than one."""
    a, b, c = letters["a"], letters["b"], letters["c"]
    price = c if letters["n"] >= 2 else 0.5 * (a + c)
    return price, (a - price) / b


def bertrand_tables(letters: Letters) -> str:
    """Return n shops that set prices."""
    require_money("the price", _undercutting(letters)[0])
    return _same_good(letters, BEST, _undercutting(letters)[1])


def bertrand_answers(letters: Letters) -> list[Answer]:
    """Return Bertrand's price and quantity; whole cents leave a margin of at most one cent."""
    line, (price, quantity) = _inverse_line(letters), _undercutting(letters)
    cents = 0.011
    slack = cents * quantity
    return [
        Answer("p = c" if letters["n"] >= 2 else "p = (a + c) / 2", price, "consumer_price", allowance=cents),
        Answer("Q = (a - p) / b", quantity, "quantity", scale=line.scale),
        Answer(
            "all firms' profit (p - c) Q",
            (price - letters["c"]) * quantity,
            "total_profit.retailer",
            scale=line.scale,
            allowance=slack,
        ),
    ]


BERTRAND = Exercise(
    name="bertrand",
    title="Bertrand: n firms set prices for the same product, P = a - b Q",
    source="Bertrand 1883, Journal des Savants",
    letters={
        **COURNOT.letters,
        "c": Letter(10.0, "each firm's unit cost", 1.0),
        "n": Letter(2.0, "firms", 1, 64, whole=True),
    },
    set_up=bertrand_tables,
    answers=bertrand_answers,
    notes=lambda letters: [
        _inverse_line(letters).note(),
        "Prices are whole cents, so firms settle at cost or one cent above. n = 1 is the monopolist.",
    ],
)
