"""Chains of firms that find their own prices; then units sold at these prices, and each firm's profit.

The maker is the first tier and the shop the last; a single tier is a shop whose maker sells at cost. Firms find prices
with few customers; then as many as needed for precise shares buy at these prices. Every evening sold units are bought
again, so the daily change of an account is its firm's profit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim.common.estimates import estimate
from sim.common.types import CENTS
from sim.engine.codes import BOUGHT
from sim.formulas import logit_chain, successive_monopoly
from sim.formulas.chains import Chain
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.equilibrium_markets import (
    AT_COST,
    PRICES_WITHIN,
    QUANTITY,
    best_reply,
    chain_prices,
    chain_sections,
    price_finding,
    settled,
    tier,
)
from sim.validation.markets import Tables, calendar, fixed, live, market
from sim.validation.themes.demand import customers_with, evenly, gained_each_day, pareto

THEME = "chains"
LINEAR: Mapping[str, Callable[[float, float, float, int], Chain]] = {
    "stackelberg": successive_monopoly.linear_stackelberg,
    "margin": successive_monopoly.linear_margins,
    "percent": successive_monopoly.linear_percentages,
}
ELASTIC: Mapping[str, Callable[[float, float, float, int], Chain]] = {
    "stackelberg": successive_monopoly.elastic_percentages,
    "margin": successive_monopoly.elastic_margins,
    "percent": successive_monopoly.elastic_percentages,
}
LOGIT: Mapping[str, Callable[[float, float, float, int], Chain]] = {
    "stackelberg": logit_chain.logit_stackelberg,
    "margin": logit_chain.logit_margins,
}


def firms_of(tiers: int) -> list[str]:
    """Return the names of the firms that set a price, the first tier's first."""
    if tiers == 1:
        return ["retailer"]
    return ["supplier", *[f"tier {k}" for k in range(2, tiers)], "retailer"]


def settled_prices(parameters: Parameters, people: Tables, unit_cost: float, seed: int, days: int = 40) -> list[float]:
    """Return the prices at which profit-maximising firms settle with these customers."""
    tiers = parameters["tiers"]
    rules = [best_reply(parameters["conduct"])] * tiers
    return chain_prices(settled(market(people, chain_sections(rules, unit_cost)), seed=seed, days=days))[-tiers:]


def price_findings(theory: Chain, prices: Sequence[float], scale: float = 1.0) -> list[Finding]:
    """Compare the prices of a chain, the first tier's first, in theory's money."""
    pairs = enumerate(zip(theory.prices, prices, strict=True), start=1)
    return [price_finding(f"price of tier {number}", expected, price / scale) for number, (expected, price) in pairs]


def chain_findings(
    theory: Chain, prices: Sequence[float], people: Tables, unit_cost: float, seed: int, *, scale: float = 1.0,
    days: int = 1,
) -> list[Finding]:  # fmt: skip
    """Compare prices, and units, each tier's profit and surplus, per customer and day and in theory's money."""
    tables = market(people, calendar(days), chain_sections([fixed(round(price, 2)) for price in prices], unit_cost))
    outcome = live(tables, "traditional", seed)
    needs, customers = outcome.columns["needs"], int(outcome.columns["towns"]["customers"].sum())
    units = np.bincount(needs["day"], weights=needs["result"] == BOUGHT)
    surplus = np.bincount(needs["day"], weights=needs["surplus"]) / CENTS / scale
    findings = price_findings(theory, prices, scale)
    findings.append(Finding("units sold", theory.quantity, estimate(units / customers)))
    for number, (firm, profit) in enumerate(zip(firms_of(len(prices)), theory.profits, strict=True), start=1):
        daily = gained_each_day(outcome, firm) / scale / customers
        findings.append(Finding(f"profit of tier {number}", profit, estimate(daily)))
    return [*findings, Finding("customers' surplus", theory.consumer_surplus, estimate(surplus / customers))]


def linear_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a chain find its prices under linear demand, and sell at them."""
    choke, cost, tiers = parameters["choke"], parameters["unit_cost"], parameters["tiers"]
    theory = LINEAR[parameters["conduct"]](1.0, 1.0 / choke, cost, tiers)
    few, many = (customers_with(evenly(0.0, choke), parameters[name]) for name in ("asked", "customers"))
    return chain_findings(theory, settled_prices(parameters, few, cost, seed), many, cost, seed)


def elastic_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a chain find its prices under demand of constant elasticity, and sell at them."""
    elasticity, cost, low = parameters["elasticity"], parameters["unit_cost"], parameters["low"]
    theory = ELASTIC[parameters["conduct"]](low**elasticity, elasticity, cost, parameters["tiers"])
    few, many = (customers_with(pareto(low, elasticity), parameters[name]) for name in ("asked", "customers"))
    # Consumer surplus is left out: much of it belongs to the few customers beyond all quantiles.
    return chain_findings(theory, settled_prices(parameters, few, cost, seed), many, cost, seed)[:-1]


def logit_demand_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a chain find its prices with taste shocks, and sell at them."""
    worth, cost, scale = (parameters[name] for name in ("worth", "unit_cost", "scale"))
    theory = LOGIT[parameters["conduct"]](worth, 1.0, cost, parameters["tiers"])
    alike = {"distribution": "constant", "mean": scale * worth}
    few, many = (customers_with(alike, parameters[name], scale=scale) for name in ("asked", "customers"))
    prices = settled_prices(parameters, few, scale * cost, seed)
    return chain_findings(theory, prices, many, scale * cost, seed, scale=scale, days=parameters["days"])


def several_in_a_tier(parameters: Parameters, seed: int) -> list[Finding]:
    """Let tiers of several firms choose quantities under linear demand, with the maker selling at cost."""
    choke, cost, firms = parameters["choke"], parameters["unit_cost"], parameters["firms"]
    theory = successive_monopoly.successive_cournot(1.0, 1.0 / choke, cost, firms)
    prices = chain_prices(settled(crowded(parameters, QUANTITY, AT_COST), seed=seed))[1:]
    return price_findings(theory, prices)


def alike_sellers(parameters: Parameters, seed: int) -> list[Finding]:
    """Let two tiers of several firms set prices for the same good; the only maker keeps its margin."""
    choke, cost = parameters["choke"], parameters["unit_cost"]
    maker, middle, shop = chain_prices(settled(crowded(parameters, best_reply(), best_reply()), seed=seed, days=60))
    return [
        price_finding("price of the only maker", 0.5 * (choke + cost), maker),
        Finding("margin of the tier", 0.0, exact(round(middle - maker, 2)), allowance=0.01),
        Finding("margin of the shops", 0.0, exact(round(shop - middle, 2)), allowance=0.01),
    ]


def crowded(parameters: Parameters, rule: Tables, maker: Tables) -> Tables:
    """Return a chain with several firms in each tier below the maker, before linear demand."""
    *tiers, shops = parameters["firms"]
    names = [f"shop {k}" for k in range(shops)]
    return market(
        customers_with(evenly(0.0, parameters["choke"]), parameters["asked"], reach=shops),
        products={"unit_cost": parameters["unit_cost"]},
        suppliers={"pricing": maker},
        tiers=[tier(f"tier {k}", rule, count) for k, count in enumerate(tiers, start=1)],
        retailers={
            "names": names,
            "pricing": rule,
            "stores": [{"name": name, "town": "town", "retailer": name, "slots": 1} for name in names],
        },
    )


def linear(conduct: str, tiers: int, choke: float = 120.0, unit_cost: float = 20.0) -> Parameters:
    """Return parameters of a chain before linear demand."""
    return {
        **{"conduct": conduct, "tiers": tiers, "choke": choke, "unit_cost": unit_cost},
        **{"asked": 1000 * tiers, "customers": 20_000},
    }


def elastic(conduct: str, elasticity: float, tiers: int, unit_cost: float) -> Parameters:
    """Return parameters of a chain before demand of constant elasticity; everybody would buy a little below cost."""
    return {
        **{"conduct": conduct, "elasticity": elasticity, "tiers": tiers, "unit_cost": unit_cost},
        **{"low": 0.8 * unit_cost, "asked": 4000, "customers": 100_000},
    }


def logit(conduct: str, tiers: int, worth: float = 3.0, unit_cost: float = 1.0) -> Parameters:
    """Return parameters of a chain before logit demand."""
    return {
        **{"conduct": conduct, "tiers": tiers, "worth": worth, "unit_cost": unit_cost},
        **{"scale": 100.0, "asked": 50, "customers": 20_000, "days": 25 * tiers},
    }


def crowd(*firms: int, choke: float = 120.0, unit_cost: float = 20.0) -> Parameters:
    """Return parameters of tiers of so many firms, the shops last."""
    return {"firms": firms, "choke": choke, "unit_cost": unit_cost, "asked": 600}


CONDUCT_CHECKS = (
    Check(
        name="linear_chain",
        theme=THEME,
        claim="Successive monopoly, linear demand: firms find these prices; units, profits and surplus follow",
        source="Spengler 1950, Journal of Political Economy; Choi 1991, Marketing Science",
        tolerance=0.005,
        run=linear_chain,
        cases=(
            *(CheckCase(f"stackelberg, {tiers} tiers", linear("stackelberg", tiers)) for tiers in (1, 2, 3, 4)),
            *(CheckCase(f"margin, {tiers} tiers", linear("margin", tiers)) for tiers in (2, 3, 4)),
            *(CheckCase(f"percent, {tiers} tiers", linear("percent", tiers)) for tiers in (2, 3)),
            CheckCase("stackelberg, 3 tiers, v 80, cost 5", linear("stackelberg", 3, 80.0, 5.0)),
            CheckCase("margin, 2 tiers, v 80, cost 5", linear("margin", 2, 80.0, 5.0)),
            CheckCase("percent, 2 tiers, v 80, cost 5", linear("percent", 2, 80.0, 5.0)),
        ),
    ),
    Check(
        name="several_in_a_tier",
        theme=THEME,
        claim="Tiers of n firms that choose quantities each pass on n / (n + 1) of the gap up to the choke price",
        source="Greenhut & Ohta 1979, American Economic Review",
        tolerance=PRICES_WITHIN,
        run=several_in_a_tier,
        cases=(
            CheckCase("1 and 1", crowd(1, 1)),
            CheckCase("2 and 3", crowd(2, 3)),
            CheckCase("5, 5 and 5", crowd(5, 5, 5)),
            CheckCase("2 and 3, v 80, cost 5", crowd(2, 3, choke=80.0, unit_cost=5.0)),
        ),
    ),
    Check(
        name="alike_sellers",
        theme=THEME,
        claim="Sellers of the same good who set prices keep no margin, or at most a cent",
        source="Bertrand 1883, Journal des Savants",
        tolerance=0.0,
        run=alike_sellers,
        cases=(
            CheckCase("tiers of 2", crowd(2, 2)),
            CheckCase("tiers of 3", crowd(3, 3), slow=True),
            CheckCase("2 and 3, v 80, cost 5", crowd(2, 3, choke=80.0, unit_cost=5.0)),
        ),
    ),
    Check(
        name="elastic_chain",
        theme=THEME,
        claim="Constant elasticity: each tier multiplies by e / (e - 1); margins kept in money add up to c e / (e - N)",
        source="Tirole 1988, The Theory of Industrial Organization",
        tolerance=0.005,
        run=elastic_chain,
        cases=(
            CheckCase("e 2, cost 40, 1 tier", elastic("stackelberg", 2.0, 1, 40.0)),
            CheckCase("e 2, cost 25, 2 tiers", elastic("stackelberg", 2.0, 2, 25.0)),
            CheckCase("e 3, cost 10, 3 tiers", elastic("stackelberg", 3.0, 3, 10.0)),
            CheckCase("e 3, cost 10, 2 tiers, margin", elastic("margin", 3.0, 2, 10.0)),
            CheckCase("e 3, cost 10, 2 tiers, percent", elastic("percent", 3.0, 2, 10.0)),
        ),
    ),
    Check(
        name="logit_chain",
        theme=THEME,
        claim="Successive monopoly, logit demand: firms find these prices; units, profits and surplus follow",
        source="Choi 1991, Marketing Science; Anderson, de Palma & Thisse 1992",
        tolerance=0.01,
        run=logit_demand_chain,
        cases=(
            CheckCase("stackelberg, 1 tier", logit("stackelberg", 1), slow=True),
            CheckCase("stackelberg, 2 tiers", logit("stackelberg", 2)),
            CheckCase("stackelberg, 3 tiers", logit("stackelberg", 3), slow=True),
            CheckCase("stackelberg, 3 tiers, worth 5, cost 2", logit("stackelberg", 3, 5.0, 2.0), slow=True),
            CheckCase("margin, 2 tiers", logit("margin", 2), slow=True),
        ),
    ),
)
