"""Makers who sell direct, around the chain or beside it, and the effect of a platform's commission.

Firms find their prices themselves, with few customers; then more customers buy at the prices found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sim.common.types import CENTS
from sim.formulas.channels import direct_as_a_threat, direct_beside_the_store
from sim.formulas.logit_chain import logit_stackelberg
from sim.formulas.parable import rationalise
from sim.formulas.successive_monopoly import cost_under_commission, elastic_percentages, linear_stackelberg
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.equilibrium_markets import (
    best_reply,
    chain_prices,
    chain_sections,
    direct_prices,
    price_finding,
    settled,
)
from sim.validation.markets import Tables, fixed, live, market, units_sold
from sim.validation.themes.conduct import price_findings
from sim.validation.themes.demand import customers_with, evenly, gained, pareto

WITHIN = 0.02
"""Allowed deviation of prices, units and profits with two channels, as a share of theory's number."""

channel_claim = partial(claim, "channels")


def markups(*factors: float) -> list[Tables]:
    """Return rules that multiply cost."""
    return [{"rule": "markup", "factor": factor} for factor in factors]


def margin_rules(*shares: float) -> list[Tables]:
    """Return rules that keep a share of the price."""
    return [{"rule": "margin", "share": share} for share in shares]


@channel_claim(
    source="Definition",
    tolerance=0.0005,
    cases=(
        given("2500, doubled three times", cost=2500.0, rules=markups(2.0, 2.0, 2.0)),
        given("10, markups 1.3, 1.25, 1.2, 1.5", cost=10.0, rules=markups(1.3, 1.25, 1.2, 1.5)),
        given("20, margins .30, .20, .311", cost=20.0, rules=margin_rules(0.30, 0.20, 0.311)),
    ),
)
def cost_plus(seed: int, cost: float, rules: Sequence[Tables]) -> list[Finding]:
    """Cost-plus rules multiply down the chain."""
    outcome = live(market(chain_sections(list(rules), cost)), "traditional", seed)
    expected = cost
    for rule in rules:
        expected = expected * rule["factor"] if rule["rule"] == "markup" else expected / (1.0 - rule["share"])
    paid = float(outcome.columns["needs"]["price"].mean()) / CENTS
    return [Finding("consumer price", expected, exact(paid))]


@channel_claim(
    source="Tirole 1988, The Theory of Industrial Organization",
    tolerance=0.01,
    cases=(
        given("handling 1500", elasticity=2.0, tiers=3, cost=2500.0, handling=1500.0),
        given("no handling", elasticity=2.0, tiers=3, cost=2500.0, handling=0.0, slow=True),
        given("e 3, two tiers, handling 2", elasticity=3.0, tiers=2, cost=10.0, handling=2.0),
    ),
)
def parable(seed: int, elasticity: float, tiers: int, cost: float, handling: float) -> list[Finding]:
    """5000, 10 000 and 20 000 are the prices of profit-maximising firms at elasticity 2; direct 8000 with handling
    1500.
    """
    theory = rationalise(elasticity, cost, tiers, handling)

    def tables(customers: int, prices: list[Tables], direct: Tables) -> Tables:
        people = customers_with(pareto(0.8 * cost, elasticity), customers)
        maker = {"direct_handling_cost": handling, "direct_pricing": direct}
        return market(people, chain_sections(prices, cost), suppliers=maker)

    equilibrium = tables(4000, [best_reply()] * tiers, best_reply())
    asked = chain_prices(settled(equilibrium, seed=seed))
    direct = float(direct_prices(settled(equilibrium, "direct", seed))[0])
    known = tables(100_000, [fixed(price) for price in asked], fixed(direct))
    through_chain, by_parcel = (live(known, regime, seed) for regime in ("traditional", "direct"))
    units = units_sold(by_parcel).sum() / units_sold(through_chain).sum()
    profits = gained(by_parcel, "supplier") / gained(through_chain, "supplier")
    return [
        *price_findings(theory.chain, asked),
        price_finding("direct price", theory.direct_price, direct),
        Finding("units, direct / chain", theory.quantity_ratio, exact(units)),
        Finding("maker's profit, direct / chain", theory.maker_profit_ratio, exact(profits)),
    ]


@channel_claim(
    source="Tirole 1988, The Theory of Industrial Organization",
    tolerance=0.002,
    cases=(
        given("linear demand, 15 %", demand="linear", commission=0.15),
        given("linear demand, 30 %", demand="linear", commission=0.30),
        given("elasticity 2, cost 2500, 15 %", demand="elastic", commission=0.15, cost=2500.0),
        given("logit demand, 15 %", demand="logit", commission=0.15, cost=1.0, scale=100.0),
    ),
)
def platform_commission(
    seed: int, demand: str, commission: float, cost: float = 20.0, scale: float = 1.0
) -> list[Finding]:
    """A platform that keeps a share phi of the price acts like a unit cost of c / (1 - phi)."""
    burdened = cost_under_commission(cost, commission)
    people: Tables
    if demand == "linear":
        people = customers_with(evenly(0.0, 120.0), 1000)
        expected = linear_stackelberg(1.0, 1.0 / 120.0, burdened, 1).consumer_price
    elif demand == "elastic":
        people = customers_with(pareto(0.8 * cost, 2.0), 4000)
        expected = elastic_percentages(1.0, 2.0, burdened, 1).consumer_price
    else:
        people = customers_with({"distribution": "constant", "mean": 3.0 * scale}, 50, scale=scale)
        expected = logit_stackelberg(3.0, 1.0, burdened, 1).consumer_price
    tables = market(
        people,
        products={"unit_cost": scale * cost},
        suppliers={"direct_pricing": best_reply()},
        platform={"commission": commission},
        regimes={"listed": {"supplier_channels": ["parcel"], "platform": True}},
    )
    asked = float(direct_prices(settled(tables, "listed", seed))[0])
    return [price_finding("price on the platform", expected, asked / scale)]


@channel_claim(
    source="Chiang, Chhajed & Hess 2003, Management Science",
    tolerance=WITHIN,
    cases=(
        given("a threat, acceptance .6", acceptance=0.6, threat=True, slow=True),
        given("a threat, acceptance .8", acceptance=0.8, threat=True, asked=2000, slow=True),
        given("beside the store, acceptance .8", acceptance=0.8, threat=False, asked=250),
        given("beside the store, acceptance .5", acceptance=0.5, threat=False, slow=True),
    ),
)
def two_channels(seed: int, acceptance: float, *, threat: bool, asked: int = 500) -> list[Finding]:
    """A maker's direct channel beside the shop: prices, units and profits in both cases of the paper."""
    scale, customers = 100.0, 20_000
    theory = (direct_as_a_threat if threat else direct_beside_the_store)(acceptance)
    assert theory.direct_price is not None

    def tables(people: int, wholesale: Tables, direct: Tables, shop: Tables) -> Tables:
        return market(
            customers_with(evenly(0.0, scale), people, acceptance={"parcel": acceptance}),
            products={"unit_cost": 0.0},
            suppliers={"pricing": wholesale, "direct_pricing": direct},
            retailers={"pricing": shop},
        )

    rule = best_reply(wholesale_below_direct=threat, tolerance=scale / 10_000.0)
    equilibrium = settled(tables(asked, rule, rule, rule), "shops_and_parcels", seed, days=50)
    (wholesale, shop), direct = chain_prices(equilibrium), float(direct_prices(equilibrium)[0])
    outcome = live(tables(customers, fixed(wholesale), fixed(direct), fixed(shop)), "shops_and_parcels", seed)
    by_parcel, in_shop = units_sold(outcome) / customers
    some = theory.direct_sales or theory.store_sales  # a share of zero customers would allow no deviation
    money = {name: gained(outcome, name) / scale / customers for name in ("supplier", "retailer")}
    return [
        Finding("wholesale price", theory.wholesale_price, exact(wholesale / scale)),
        Finding("price in the shop", theory.store_price, exact(shop / scale)),
        Finding("direct price", theory.direct_price, exact(direct / scale)),
        Finding("share who buy in the shop", theory.store_sales, exact(in_shop)),
        Finding("share who buy direct", theory.direct_sales, exact(by_parcel), allowance=WITHIN * some),
        Finding("profit of the maker", theory.maker_profit, exact(money["supplier"])),
        Finding("profit of the retailer", theory.retailer_profit, exact(money["retailer"])),
    ]
