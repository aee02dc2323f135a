"""Chains of firms that find their own prices; then units sold at these prices, and each firm's profit.

The maker is the first tier and the shop the last; a single tier is a shop whose maker sells at cost. Firms find prices
with few customers; then as many as needed for precise shares buy at these prices. Every evening sold units are bought
again, so the daily change of an account is its firm's profit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from sim.common.estimates import estimate
from sim.common.types import CENTS
from sim.engine.codes import BOUGHT
from sim.formulas import successive_monopoly
from sim.formulas.chains import Chain
from sim.formulas.logit_chain import logit_margins, logit_stackelberg
from sim.validation import equilibrium_markets as chains
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.equilibrium_markets import AT_COST, QUANTITY, best_reply, chain_prices, price_finding, settled
from sim.validation.markets import Tables, calendar, fixed, live, market
from sim.validation.themes.demand import customers_with, evenly, gained_each_day, pareto
from sim.validation.theoretical_prices import LINEAR

chain_claim = partial(claim, "chains")

Formula: TypeAlias = Callable[[float, float, float, int], Chain]
ELASTIC: Mapping[str, Formula] = {
    "stackelberg": successive_monopoly.elastic_percentages,
    "margin": successive_monopoly.elastic_margins,
    "percent": successive_monopoly.elastic_percentages,
}
LOGIT: Mapping[str, Formula] = {"stackelberg": logit_stackelberg, "margin": logit_margins}


def settled_prices(
    seed: int, conduct: str, tiers: int, people: Tables, unit_cost: float, days: int = 40
) -> list[float]:
    """Return the prices at which profit-maximising firms settle with these customers."""
    tables = market(people, chains.chain_sections([best_reply(conduct)] * tiers, unit_cost))
    return chain_prices(settled(tables, seed=seed, days=days))[-tiers:]


def price_findings(theory: Chain, prices: Sequence[float], scale: float = 1.0) -> list[Finding]:
    """Compare the prices of a chain, the first tier's first, in theory's money."""
    pairs = enumerate(zip(theory.prices, prices, strict=True), start=1)
    return [price_finding(f"price of tier {number}", expected, price / scale) for number, (expected, price) in pairs]


def chain_findings(
    theory: Chain,
    prices: Sequence[float],
    people: Tables,
    unit_cost: float,
    seed: int,
    *,
    scale: float = 1.0,
    days: int = 1,
) -> list[Finding]:
    """Compare prices, and units, each tier's profit and surplus, per customer and day and in theory's money."""
    tables = market(
        people, calendar(days), chains.chain_sections([fixed(round(price, 2)) for price in prices], unit_cost)
    )
    outcome = live(tables, "traditional", seed)
    needs, customers = outcome.columns["needs"], int(outcome.columns["towns"]["customers"].sum())
    units = np.bincount(needs["day"], weights=needs["result"] == BOUGHT)
    surplus = np.bincount(needs["day"], weights=needs["surplus"]) / CENTS / scale
    findings = price_findings(theory, prices, scale)
    findings.append(Finding("units sold", theory.quantity, estimate(units / customers)))
    firms = ["supplier", *[f"tier {k}" for k in range(2, len(prices))], "retailer"][-len(prices) :]
    for number, (firm, profit) in enumerate(zip(firms, theory.profits, strict=True), start=1):
        daily = gained_each_day(outcome, firm) / scale / customers
        findings.append(Finding(f"profit of tier {number}", profit, estimate(daily)))
    return [*findings, Finding("customers' surplus", theory.consumer_surplus, estimate(surplus / customers))]


@chain_claim(
    source="Spengler 1950, Journal of Political Economy; Choi 1991, Marketing Science",
    tolerance=0.005,
    cases=(
        *(given(f"stackelberg, {tiers} tiers", conduct="stackelberg", tiers=tiers) for tiers in (1, 2, 3, 4)),
        *(given(f"margin, {tiers} tiers", conduct="margin", tiers=tiers) for tiers in (2, 3, 4)),
        *(given(f"percent, {tiers} tiers", conduct="percent", tiers=tiers) for tiers in (2, 3)),
        given("stackelberg, 3 tiers, v 80, cost 5", conduct="stackelberg", tiers=3, choke=80.0, cost=5.0),
        given("margin, 2 tiers, v 80, cost 5", conduct="margin", tiers=2, choke=80.0, cost=5.0),
        given("percent, 2 tiers, v 80, cost 5", conduct="percent", tiers=2, choke=80.0, cost=5.0),
    ),
)
def linear_chain(seed: int, conduct: str, tiers: int, choke: float = 120.0, cost: float = 20.0) -> list[Finding]:
    """Successive monopoly, linear demand: firms find these prices; units, profits and surplus follow."""
    theory = LINEAR[conduct](1.0, 1.0 / choke, cost, tiers)
    few, many = (customers_with(evenly(0.0, choke), count) for count in (1000 * tiers, 20_000))
    return chain_findings(theory, settled_prices(seed, conduct, tiers, few, cost), many, cost, seed)


@chain_claim(
    source="Greenhut & Ohta 1979, American Economic Review",
    tolerance=chains.PRICES_WITHIN,
    cases=(
        given("1 and 1", firms=(1, 1)),
        given("2 and 3", firms=(2, 3)),
        given("5, 5 and 5", firms=(5, 5, 5)),
        given("2 and 3, v 80, cost 5", firms=(2, 3), choke=80.0, cost=5.0),
    ),
)
def several_in_a_tier(seed: int, firms: Sequence[int], choke: float = 120.0, cost: float = 20.0) -> list[Finding]:
    """Tiers of n firms that choose quantities each pass on n / (n + 1) of the gap up to the choke price."""
    theory = successive_monopoly.successive_cournot(1.0, 1.0 / choke, cost, firms)
    return price_findings(theory, chain_prices(settled(crowded(firms, QUANTITY, AT_COST, choke, cost), seed=seed))[1:])


@chain_claim(
    source="Bertrand 1883, Journal des Savants",
    tolerance=0.0,
    cases=(
        given("tiers of 2", firms=(2, 2)),
        given("tiers of 3", firms=(3, 3), slow=True),
        given("2 and 3, v 80, cost 5", firms=(2, 3), choke=80.0, cost=5.0),
    ),
)
def alike_sellers(seed: int, firms: Sequence[int], choke: float = 120.0, cost: float = 20.0) -> list[Finding]:
    """Sellers of the same good who set prices keep no margin, or at most a cent."""
    at_rest = settled(crowded(firms, best_reply(), best_reply(), choke, cost), seed=seed, days=60)
    maker, middle, shop = chain_prices(at_rest)
    return [
        price_finding("price of the only maker", 0.5 * (choke + cost), maker),
        Finding("margin of the tier", 0.0, exact(round(middle - maker, 2)), allowance=0.01),
        Finding("margin of the shops", 0.0, exact(round(shop - middle, 2)), allowance=0.01),
    ]


def crowded(
    firms: Sequence[int], rule: Tables, maker: Tables, choke: float = 120.0, cost: float = 20.0, asked: int = 600
) -> Tables:
    """Return a chain with several firms in each tier below the maker, the shops last, before linear demand."""
    *tiers, shops = firms
    names = [f"shop {k}" for k in range(shops)]
    return market(
        customers_with(evenly(0.0, choke), asked, reach=shops),
        products={"unit_cost": cost},
        suppliers={"pricing": maker},
        tiers=[chains.tier(f"tier {k}", rule, count) for k, count in enumerate(tiers, start=1)],
        retailers={
            "names": names,
            "pricing": rule,
            "stores": [{"name": name, "town": "town", "retailer": name, "slots": 1} for name in names],
        },
    )


@chain_claim(
    source="Tirole 1988, The Theory of Industrial Organization",
    tolerance=0.005,
    cases=(
        given("e 2, cost 40, 1 tier", conduct="stackelberg", elasticity=2.0, tiers=1, cost=40.0),
        given("e 2, cost 25, 2 tiers", conduct="stackelberg", elasticity=2.0, tiers=2, cost=25.0),
        given("e 3, cost 10, 3 tiers", conduct="stackelberg", elasticity=3.0, tiers=3, cost=10.0),
        given("e 3, cost 10, 2 tiers, margin", conduct="margin", elasticity=3.0, tiers=2, cost=10.0),
        given("e 3, cost 10, 2 tiers, percent", conduct="percent", elasticity=3.0, tiers=2, cost=10.0),
    ),
)
def elastic_chain(seed: int, conduct: str, elasticity: float, tiers: int, cost: float) -> list[Finding]:
    """Constant elasticity: each tier multiplies by e / (e - 1); margins kept in money add up to c e / (e - N)."""
    low = 0.8 * cost  # everybody would buy a little below cost
    theory = ELASTIC[conduct](low**elasticity, elasticity, cost, tiers)
    few, many = (customers_with(pareto(low, elasticity), count) for count in (4000, 100_000))
    # Consumer surplus is left out: much of it belongs to the few customers beyond all quantiles.
    return chain_findings(theory, settled_prices(seed, conduct, tiers, few, cost), many, cost, seed)[:-1]


@chain_claim(
    source="Choi 1991, Marketing Science; Anderson, de Palma & Thisse 1992",
    tolerance=0.01,
    cases=(
        given("stackelberg, 1 tier", conduct="stackelberg", tiers=1, slow=True),
        given("stackelberg, 2 tiers", conduct="stackelberg", tiers=2),
        given("stackelberg, 3 tiers", conduct="stackelberg", tiers=3, slow=True),
        given("stackelberg, 3 tiers, worth 5, cost 2", conduct="stackelberg", tiers=3, worth=5.0, cost=2.0, slow=True),
        given("margin, 2 tiers", conduct="margin", tiers=2, slow=True),
    ),
)
def logit_chain(seed: int, conduct: str, tiers: int, worth: float = 3.0, cost: float = 1.0) -> list[Finding]:
    """Successive monopoly, logit demand: firms find these prices; units, profits and surplus follow."""
    theory, scale = LOGIT[conduct](worth, 1.0, cost, tiers), 100.0
    alike = {"distribution": "constant", "mean": scale * worth}
    few, many = (customers_with(alike, count, scale=scale) for count in (50, 20_000))
    prices = settled_prices(seed, conduct, tiers, few, scale * cost)
    return chain_findings(theory, prices, many, scale * cost, seed, scale=scale, days=25 * tiers)
