"""Chains of firms at theory's prices: what is sold, who earns what, and whether anybody would rather ask another price.

The maker is the first tier and the shop the last; a single tier is a shop whose maker sells at cost. Every
evening what was sold is bought anew, so what an account gains in a day is its firm's profit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.experiments.estimates import estimate
from sim.experiments.proving.claims import Case, Check, Finding, Parameters, exact
from sim.experiments.proving.demand import CENTS, customers_with, evenly, gained, gained_each_day, pareto
from sim.experiments.proving.markets import Tables, calendar, fixed, live, market, units_sold
from sim.experiments.proving.spatial import best_price
from sim.outcome import BOUGHT, Outcome
from sim.theory import logit_chain, successive_monopoly
from sim.theory.chains import Chain
from sim.theory.parable import rationalise

LINEAR: Mapping[str, Callable[[float, float, float, int], Chain]] = {
    "commitment": successive_monopoly.linear_stackelberg,
    "margins": successive_monopoly.linear_margins,
    "percentages": successive_monopoly.linear_percentages,
}
LOGIT: Mapping[str, Callable[[float, float, float, int], Chain]] = {
    "commitment": logit_chain.logit_stackelberg,
    "margins": logit_chain.logit_margins,
}


def chain(rules: list[Tables], unit_cost: float) -> Tables:
    """Return sections of a chain whose tiers, the maker's first, price by these rules."""
    maker, *others = [fixed(unit_cost), *rules] if len(rules) == 1 else rules
    middle, shop = others[:-1], others[-1]
    plenty = {"location": "centre", "replenishment": {"rule": "base_stock", "level": 1_000_000}}
    return {
        "products": {"unit_cost": unit_cost},
        "suppliers": {"pricing": maker},
        "tiers": [{"name": f"tier {k}", "pricing": rule, **plenty} for k, rule in enumerate(middle, start=2)],
        "retailers": {"pricing": shop},
    }


def firms_of(tiers: int) -> list[str]:
    """Return the names of the firms that set a price, the first tier's first."""
    if tiers == 1:
        return ["retailer"]
    return ["supplier", *[f"tier {k}" for k in range(2, tiers)], "retailer"]


def chain_findings(outcome: Outcome, theory: Chain, customers: int, scale: float) -> list[Finding]:
    """Compare units, each tier's profit and customers' surplus, per customer and day and in theory's money."""
    needs = outcome.columns["needs"]
    units = np.bincount(needs["day"], weights=needs["result"] == BOUGHT)
    surplus = np.bincount(needs["day"], weights=needs["surplus"]) / CENTS / scale
    findings = [Finding("units sold", theory.quantity, estimate(units / customers))]
    for tier, (firm, profit) in enumerate(zip(firms_of(len(theory.prices)), theory.profits, strict=True), start=1):
        daily = gained_each_day(outcome, firm) / scale / customers
        findings.append(Finding(f"profit of tier {tier}", profit, estimate(daily)))
    return [*findings, Finding("customers' surplus", theory.consumer_surplus, estimate(surplus / customers))]


def linear_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Put a chain at theory's prices before linear demand; then let the shop look for a better price."""
    choke, cost, customers = parameters["choke"], parameters["unit_cost"], parameters["customers"]
    theory = LINEAR[parameters["conduct"]](1.0, 1.0 / choke, cost, parameters["tiers"])
    people = customers_with(evenly(0.0, choke), customers)

    def lived(consumer_price: float) -> Outcome:
        prices = [*theory.prices[:-1], consumer_price]
        return live(market(people, chain([fixed(price) for price in prices], cost)), "traditional", seed)

    price = theory.consumer_price
    best = best_price(lambda own: gained(lived(own), "retailer"), price * 1.003, 0.01 * price)
    findings = chain_findings(lived(price), theory, customers, 1.0)
    return [*findings, Finding("best consumer price for the shop", price, exact(best))]


def conduct_decides(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a maker look for its best price while the shop answers as the conduct says."""
    choke, cost = parameters["choke"], parameters["unit_cost"]
    conduct = parameters["conduct"]
    theory = LINEAR[conduct](1.0, 1.0 / choke, cost, 2)
    people = customers_with(evenly(0.0, choke), parameters["customers"])
    wholesale, retail = theory.prices

    def profits(maker: float, shop: Tables) -> tuple[float, float]:
        outcome = live(market(people, chain([fixed(maker), shop], cost)), "traditional", seed)
        return gained(outcome, "supplier"), gained(outcome, "retailer")

    def answer(maker: float) -> Tables:
        if conduct == "percentages":
            return {"rule": "markup", "factor": retail / wholesale}
        if conduct == "margins":
            return fixed(round(maker + retail - wholesale, 2))
        return fixed(round(best_price(lambda own: profits(maker, fixed(own))[1], retail, 0.01 * retail), 2))

    best = best_price(lambda own: profits(own, answer(own))[0], wholesale * 1.003, 0.01 * wholesale)
    return [Finding("best wholesale price for the maker", wholesale, exact(best))]


def elastic_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Let every tier mark up by e / (e - 1), as the rules of the market can, before customers of that elasticity."""
    elasticity, cost, low = parameters["elasticity"], parameters["unit_cost"], parameters["low"]
    customers, tiers = parameters["customers"], parameters["tiers"]
    theory = successive_monopoly.elastic_percentages(low**elasticity, elasticity, cost, tiers)
    rule = {"rule": "markup", "factor": elasticity / (elasticity - 1.0)}
    tables = market(customers_with(pareto(low, elasticity), customers), chain([rule] * tiers, cost))
    outcome = live(tables, "traditional", seed)
    price = float(outcome.columns["needs"]["price"].max()) / CENTS
    # Customers' surplus is left out: much of it belongs to the few whose worth lies beyond all quantiles.
    return [
        Finding("consumer price", theory.consumer_price, exact(price)),
        *chain_findings(outcome, theory, customers, 1.0)[:-1],
    ]


def logit_demand_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Put a chain at theory's prices before customers with taste shocks."""
    worth, cost, scale, customers = (parameters[name] for name in ("worth", "unit_cost", "scale", "customers"))
    theory = LOGIT[parameters["conduct"]](worth, 1.0, cost, parameters["tiers"])
    tables = market(
        calendar(parameters["days"]),
        customers_with({"distribution": "constant", "mean": scale * worth}, customers, scale=scale),
        chain([fixed(scale * price) for price in theory.prices], scale * cost),
    )
    return chain_findings(live(tables, "traditional", seed), theory, customers, scale)


def cost_plus(parameters: Parameters, seed: int) -> list[Finding]:
    """Let every tier add to cost as its rule says, and look at what customers pay."""
    outcome = live(market(chain(parameters["rules"], parameters["unit_cost"])), "traditional", seed)
    expected = parameters["unit_cost"]
    for rule in parameters["rules"]:
        expected = expected * rule["factor"] if rule["rule"] == "markup" else expected / (1.0 - rule["share"])
    paid = float(outcome.columns["needs"]["price"].mean()) / CENTS
    return [Finding("consumer price", expected, exact(paid))]


def parable(parameters: Parameters, seed: int) -> list[Finding]:
    """Tell the story with firms that maximise profit: the chain, then the maker selling direct."""
    elasticity, cost, handling = parameters["elasticity"], parameters["unit_cost"], parameters["handling"]
    tiers, customers = parameters["tiers"], parameters["customers"]
    theory = rationalise(elasticity, cost, tiers, handling)
    rule = {"rule": "markup", "factor": elasticity / (elasticity - 1.0)}
    direct = {"direct_pricing": rule, "direct_handling_cost": handling}
    people = customers_with(pareto(parameters["low"], elasticity), customers)
    tables = market(people, chain([rule] * tiers, cost), suppliers=direct)
    through_chain, by_parcel = (live(tables, regime, seed) for regime in ("traditional", "direct"))

    def price(outcome: Outcome) -> float:
        return float(outcome.columns["needs"]["price"].max()) / CENTS

    units = units_sold(by_parcel).sum() / units_sold(through_chain).sum()
    profits = gained(by_parcel, "supplier") / gained(through_chain, "supplier")
    return [
        Finding("consumer price of the chain", theory.chain.consumer_price, exact(price(through_chain))),
        Finding("direct price", theory.direct_price, exact(price(by_parcel))),
        Finding("units, direct / chain", theory.quantity_ratio, exact(units)),
        Finding("maker's profit, direct / chain", theory.maker_profit_ratio, exact(profits)),
    ]


def linear(conduct: str, tiers: int, choke: float = 120.0, unit_cost: float = 20.0) -> Parameters:
    """Return parameters of a chain before linear demand."""
    return {"conduct": conduct, "tiers": tiers, "choke": choke, "unit_cost": unit_cost, "customers": 20_000}


def elastic(elasticity: float, tiers: int, unit_cost: float, **more: Any) -> Parameters:
    """Return parameters of a chain before demand of constant elasticity; everybody would buy at unit cost."""
    low = 0.8 * unit_cost
    return {
        **{"elasticity": elasticity, "tiers": tiers, "unit_cost": unit_cost, "low": low, "customers": 100_000},
        **more,
    }


def logit(conduct: str, tiers: int, worth: float = 3.0, unit_cost: float = 1.0) -> Parameters:
    """Return parameters of a chain before logit demand."""
    return {
        **{"conduct": conduct, "tiers": tiers, "worth": worth, "unit_cost": unit_cost},
        **{"scale": 100.0, "customers": 20_000, "days": 25 * tiers},
    }


def markups(*factors: float) -> list[Tables]:
    """Return rules that multiply cost."""
    return [{"rule": "markup", "factor": factor} for factor in factors]


def margins(*shares: float) -> list[Tables]:
    """Return rules that keep a share of the price."""
    return [{"rule": "margin", "share": share} for share in shares]


CONDUCT_CHECKS = (
    Check(
        name="cost_plus",
        claim="Cost-plus rules multiply down the chain",
        source="Definition",
        tolerance=0.0005,
        run=cost_plus,
        cases=(
            Case("2500, doubled three times", {"unit_cost": 2500.0, "rules": markups(2.0, 2.0, 2.0)}),
            Case("10, markups 1.3, 1.25, 1.2, 1.5", {"unit_cost": 10.0, "rules": markups(1.3, 1.25, 1.2, 1.5)}),
            Case("20, margins .30, .20, .311", {"unit_cost": 20.0, "rules": margins(0.30, 0.20, 0.311)}),
        ),
    ),
    Check(
        name="linear_chain",
        claim="Successive monopoly before linear demand: units, profits, surplus; the shop would ask no other price",
        source="Spengler 1950, Journal of Political Economy; Choi 1991, Marketing Science",
        tolerance=0.01,
        run=linear_chain,
        cases=(
            *(Case(f"commitment, {tiers} tiers", linear("commitment", tiers)) for tiers in (1, 2, 3, 4)),
            *(Case(f"margins, {tiers} tiers", linear("margins", tiers)) for tiers in (2, 3, 4)),
            *(Case(f"percentages, {tiers} tiers", linear("percentages", tiers)) for tiers in (2, 3)),
        ),
    ),
    Check(
        name="conduct_decides",
        claim="Where a maker's price rests depends on what it expects the shop to hold on to",
        source="Spengler 1950, Journal of Political Economy; Choi 1991, Marketing Science",
        tolerance=0.01,
        run=conduct_decides,
        cases=(
            Case("the shop answers best", linear("commitment", 2)),
            Case("the shop keeps its margin", linear("margins", 2)),
            Case("the shop keeps its markup", linear("percentages", 2)),
        ),
    ),
    Check(
        name="elastic_chain",
        claim="Demand of constant elasticity: each tier multiplies by e / (e - 1), margins grow down the chain",
        source="Tirole 1988, The Theory of Industrial Organization",
        tolerance=0.01,
        run=elastic_chain,
        cases=(
            Case("e 2, cost 2500, 3 tiers", elastic(2.0, 3, 2500.0)),
            Case("e 3, cost 10, 3 tiers", elastic(3.0, 3, 10.0)),
            Case("e 2, cost 40, 1 tier", elastic(2.0, 1, 40.0)),
        ),
    ),
    Check(
        name="logit_chain",
        claim="Successive monopoly before logit demand: units, profits, surplus",
        source="Choi 1991, Marketing Science; Anderson, de Palma & Thisse 1992",
        tolerance=0.01,
        run=logit_demand_chain,
        cases=(
            Case("commitment, 1 tier", logit("commitment", 1), slow=True),
            Case("commitment, 2 tiers", logit("commitment", 2)),
            Case("commitment, 3 tiers", logit("commitment", 3), slow=True),
            Case("margins, 2 tiers", logit("margins", 2)),
        ),
    ),
    Check(
        name="parable",
        claim="5000, 10 000, 20 000 are what profit-seeking firms ask at elasticity 2; direct 8000 at handling 1500",
        source="Tirole 1988, The Theory of Industrial Organization",
        tolerance=0.01,
        run=parable,
        cases=(
            Case("handling 1500", elastic(2.0, 3, 2500.0, handling=1500.0)),
            Case("no handling", elastic(2.0, 3, 2500.0, handling=0.0)),
            Case("e 3, two tiers, handling 2", elastic(3.0, 2, 10.0, handling=2.0)),
        ),
    ),
)
