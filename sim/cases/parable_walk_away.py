"""The story with customers who may refuse, and firms that ask what pays best."""

from __future__ import annotations

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.runs import One, bought
from sim.cases.wording import amount
from sim.formulas.parable import Rationalised, rationalise
from sim.report.charts.palette import CUSTOMERS, INTERMEDIARIES, RETAILER, SUPPLIER
from sim.results.figures.arithmetic import quotient
from sim.scenario import load_scenario

NAME = "parable_walk_away"
CHAIN, DIRECT = "traditional", "direct"
PROFITS = ("supplier_profit", "intermediary_profit", "retailer_profit")


def profit_maximum(*, free_sending: bool = False) -> Rationalised:
    """Return what firms that maximise profit do in this market (closed form)."""
    scenario = load_scenario(NAME)
    items = scenario.products.items
    assert items is not None
    tiers = 2 + len(scenario.tiers)
    handling = 0.0 if free_sending else scenario.suppliers.direct_handling_cost
    return rationalise(scenario.customers.worth.elasticity, items[0].unit_cost, tiers, handling)


def profits_in_theory() -> tuple[float, ...]:
    """Return what maker, intermediary and retailer earn per need in the chain (closed form)."""
    worth = load_scenario(NAME).customers.worth
    needs_met_at_one = worth.low**worth.elasticity
    return tuple(needs_met_at_one * profit for profit in profit_maximum().chain.profits)


def all_profit_in_theory() -> float:
    """Return how many times what all three earn in the chain the maker earns alone (closed form)."""
    profits = profits_in_theory()
    return profit_maximum().maker_profit_ratio * profits[0] / sum(profits)


def per_unit(one: One, regime: str) -> float | None:
    """Return the maker's profit on one unit that a customer buys."""
    return quotient(one[regime].get("supplier_profit"), bought(one, regime))


def measure(plan: CasePlan) -> Findings:
    """Let the chain find its prices, then the maker its direct price, before the same customers."""
    runs = plan.figures(NAME, [CHAIN, DIRECT])

    def units(one: One) -> float | None:
        return quotient(bought(one, DIRECT), bought(one, CHAIN))

    def earned(one: One, regime: str) -> float:
        return sum(one[regime].get(figure) or 0.0 for figure in PROFITS)

    expected, free = profit_maximum(), profit_maximum(free_sending=True)
    return {
        "kept_chain": runs.each(lambda one: per_unit(one, CHAIN), EUR),
        "kept_direct": runs.each(lambda one: per_unit(one, DIRECT), EUR),
        "free_price": CaseFinding.exact(free.direct_price, EUR),
        "free_units": CaseFinding.exact(free.quantity_ratio),
        "free_profit": CaseFinding.exact(free.maker_profit_ratio),
        "maker_price": runs.of(CHAIN, "supplier_price", EUR),
        "intermediary_price": runs.of(CHAIN, "wholesale_price", EUR),
        "shop_price": runs.of(CHAIN, "consumer_price", EUR),
        "direct_price": runs.of(DIRECT, "consumer_price", EUR),
        "buyers_chain": runs.each(lambda one: bought(one, CHAIN), SHARE),
        "buyers_direct": runs.each(lambda one: bought(one, DIRECT), SHARE),
        "units": runs.each(units),
        "maker_profit": runs.ratio(CHAIN, DIRECT, "supplier_profit"),
        "maker_profit_chain": runs.of(CHAIN, "supplier_profit", EUR),
        "maker_profit_direct": runs.of(DIRECT, "supplier_profit", EUR),
        "intermediary_profit": runs.of(CHAIN, "intermediary_profit", EUR),
        "retailer_profit": runs.of(CHAIN, "retailer_profit", EUR),
        "all_profit": runs.each(lambda one: quotient(earned(one, DIRECT), earned(one, CHAIN))),
        "all_profit_chain": runs.each(lambda one: earned(one, CHAIN), EUR),
        "surplus": runs.ratio(CHAIN, DIRECT, "consumer_surplus"),
        "surplus_more": runs.change(CHAIN, DIRECT, "consumer_surplus", EUR),
        "intermediary_theory": CaseFinding.exact(profits_in_theory()[1], EUR),
        "retailer_theory": CaseFinding.exact(profits_in_theory()[2], EUR),
        "all_profit_theory": CaseFinding.exact(all_profit_in_theory()),
        "units_theory": CaseFinding.exact(expected.quantity_ratio),
        "maker_profit_theory": CaseFinding.exact(expected.maker_profit_ratio),
    }


def checks(found: Findings) -> list[CaseCheck]:
    """Prices come out of what pays, quantity and profit grow, and by as much as theory says."""
    expected = profit_maximum()
    prices = zip(("maker_price", "intermediary_price", "shop_price"), expected.chain.prices, strict=True)
    asked = [*prices, ("direct_price", expected.direct_price)]
    off = max(abs(found[name].mean / price - 1.0) for name, price in asked)
    told = ", ".join(amount(found[name]) for name, _ in asked)
    return [
        CaseCheck(
            "Firms that seek their profit find 5 000, 10 000 and 20 000, and direct 8 000, to 0.5 %",
            off < 0.005,
            f"Found {told}",
        ),
        CaseCheck(
            "Quantity grows, by the 6.25 times of theory within 5 %",
            found["units"].above(1.0) and found["units"].near(expected.quantity_ratio),
            "{units} times as many units are sold",
        ),
        CaseCheck(
            "The maker's profit grows, by the 10 times of theory within 5 %",
            found["maker_profit"].above(1.0) and found["maker_profit"].near(expected.maker_profit_ratio),
            "It is {maker_profit} times as high",
        ),
        *_profits(found),
        CaseCheck(
            "Customers gain",
            found["surplus_more"].above(0.0),
            "By {surplus_more} per need, those who do without counted as 0",
        ),
    ]


def _profits(found: Findings) -> list[CaseCheck]:
    """Judge what the firms in between earn, and all firms together."""
    return [
        CaseCheck(
            "Intermediary and retailer earn what theory says, within 5 %",
            all(found[f"{who}_profit"].near(found[f"{who}_theory"].mean) for who in ("intermediary", "retailer")),
            "Per need {intermediary_profit} and {retailer_profit}; theory: {intermediary_theory:mean} and "
            "{retailer_theory:mean}",
        ),
        CaseCheck(
            "All firms together earn more without the two in between, since margins are not piled on margins, and by "
            "as much as theory says within 5 %",
            found["all_profit"].above(1.0) and found["all_profit"].near(found["all_profit_theory"].mean),
            "Their profit in sum is {all_profit} times as high, in theory {all_profit_theory:mean} times",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw who earns what per need, with and without the firms in between."""
    rows = [
        Bar("chain: the maker", found["maker_profit_chain"], SUPPLIER),
        Bar("chain: the intermediary", found["intermediary_profit"], INTERMEDIARIES),
        Bar("chain: the retailer", found["retailer_profit"], RETAILER),
        Bar("chain: all three", found["all_profit_chain"], CUSTOMERS),
        Bar("direct: the maker alone", found["maker_profit_direct"], SUPPLIER),
    ]
    headline = f"Selling {amount(found['units'])} times as much, the maker alone earns more than all three did"
    return bars(headline, rows, "Profit per need, of which few end in a purchase. Lines: 95 % intervals.")


CASE = Case(
    name=NAME,
    title="The story, with customers who may refuse",
    question="Customers need not buy at any price. How much more is sold without the firms in between, and how much "
    "more is earned?",
    scenarios=(NAME,),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: profit per need of maker, intermediary and retailer in the chain, and of the maker selling direct",
)
