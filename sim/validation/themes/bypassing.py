"""Makers who sell direct, around the chain or beside it, and the effect of a platform's commission.

Firms find their prices themselves, with few customers; then more customers buy at the prices found.
"""

from __future__ import annotations

from sim.common.types import CENTS
from sim.formulas.channels import DualChannel, direct_as_a_threat, direct_beside_the_store
from sim.formulas.logit_chain import logit_stackelberg
from sim.formulas.parable import rationalise
from sim.formulas.successive_monopoly import cost_under_commission, elastic_percentages, linear_stackelberg
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.equilibrium_markets import (
    best_reply,
    chain_prices,
    chain_sections,
    direct_prices,
    price_finding,
    settled,
)
from sim.validation.markets import Tables, fixed, live, market, units_sold
from sim.validation.themes.demand import customers_with, evenly, gained, pareto

THEME = "channels"
WITHIN = 0.02
"""Allowed deviation of prices, units and profits with two channels, as a share of theory's number."""


def cost_plus(parameters: Parameters, seed: int) -> list[Finding]:
    """Let every tier add its rule's markup to cost, and compare the consumer price."""
    outcome = live(market(chain_sections(parameters["rules"], parameters["unit_cost"])), "traditional", seed)
    expected = parameters["unit_cost"]
    for rule in parameters["rules"]:
        expected = expected * rule["factor"] if rule["rule"] == "markup" else expected / (1.0 - rule["share"])
    paid = float(outcome.columns["needs"]["price"].mean()) / CENTS
    return [Finding("consumer price", expected, exact(paid))]


def parable(parameters: Parameters, seed: int) -> list[Finding]:
    """Run the parable with firms that maximise profit: the chain finds its prices, then the maker its direct price."""
    elasticity, cost, handling = parameters["elasticity"], parameters["unit_cost"], parameters["handling"]
    tiers = parameters["tiers"]
    theory = rationalise(elasticity, cost, tiers, handling)
    packing = {"direct_handling_cost": handling}

    def tables(customers: int, prices: list[Tables], direct: Tables) -> Tables:
        people = customers_with(pareto(0.8 * cost, elasticity), customers)
        return market(people, chain_sections(prices, cost), suppliers={**packing, "direct_pricing": direct})

    equilibrium = tables(parameters["asked"], [best_reply()] * tiers, best_reply())
    asked = chain_prices(settled(equilibrium, seed=seed))
    direct = float(direct_prices(settled(equilibrium, "direct", seed))[0])
    known = tables(parameters["customers"], [fixed(price) for price in asked], fixed(direct))
    through_chain, by_parcel = (live(known, regime, seed) for regime in ("traditional", "direct"))
    units = units_sold(by_parcel).sum() / units_sold(through_chain).sum()
    profits = gained(by_parcel, "supplier") / gained(through_chain, "supplier")
    expected = enumerate(zip(theory.chain.prices, asked, strict=True), start=1)
    return [
        *(price_finding(f"price of tier {number}", price, found) for number, (price, found) in expected),
        price_finding("direct price", theory.direct_price, direct),
        Finding("units, direct / chain", theory.quantity_ratio, exact(units)),
        Finding("maker's profit, direct / chain", theory.maker_profit_ratio, exact(profits)),
    ]


def platform_commission(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a maker who sells through a platform find its price."""
    demand, cost, scale = parameters["demand"], parameters["unit_cost"], parameters["scale"]
    burdened = cost_under_commission(cost, parameters["commission"])
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
        platform={"commission": parameters["commission"]},
        regimes={"listed": {"supplier_channels": ["parcel"], "platform": True}},
    )
    asked = float(direct_prices(settled(tables, "listed", seed))[0])
    return [price_finding("price on the platform", expected, asked / scale)]


def two_channels(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a maker with a shop and parcels, and the shop, find their prices; count units and profits."""
    acceptance, scale, customers = parameters["acceptance"], parameters["scale"], parameters["customers"]
    threat = parameters["threat"]
    theory: DualChannel = (direct_as_a_threat if threat else direct_beside_the_store)(acceptance)
    assert theory.direct_price is not None

    def tables(people: int, wholesale: Tables, direct: Tables, shop: Tables) -> Tables:
        return market(
            customers_with(evenly(0.0, scale), people, acceptance={"parcel": acceptance}),
            products={"unit_cost": 0.0},
            suppliers={"pricing": wholesale, "direct_pricing": direct},
            retailers={"pricing": shop},
        )

    rule = best_reply(wholesale_below_direct=threat, tolerance=scale / 10_000.0)
    equilibrium = settled(tables(parameters["asked"], rule, rule, rule), "shops_and_parcels", seed, days=50)
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


def story(elasticity: float, tiers: int, unit_cost: float, handling: float) -> Parameters:
    """Return parameters of a chain with demand of constant elasticity, and of sending one unit direct."""
    given = {"elasticity": elasticity, "tiers": tiers, "unit_cost": unit_cost, "handling": handling}
    return {**given, "asked": 4000, "customers": 100_000}


def on_platform(demand: str, commission: float, unit_cost: float = 20.0, scale: float = 1.0) -> Parameters:
    """Return parameters of a maker on a platform; with taste shocks, money is in their scale."""
    return {"demand": demand, "commission": commission, "unit_cost": unit_cost, "scale": scale}


def dual_channels(acceptance: float, *, threat: bool, asked: int = 500) -> Parameters:
    """Return parameters of a maker with two channels."""
    return {"acceptance": acceptance, "threat": threat, "scale": 100.0, "asked": asked, "customers": 20_000}


def markups(*factors: float) -> list[Tables]:
    """Return rules that multiply cost."""
    return [{"rule": "markup", "factor": factor} for factor in factors]


def margin_rules(*shares: float) -> list[Tables]:
    """Return rules that keep a share of the price."""
    return [{"rule": "margin", "share": share} for share in shares]


BYPASSING_CHECKS = (
    Check(
        name="cost_plus",
        theme=THEME,
        claim="Cost-plus rules multiply down the chain",
        source="Definition",
        tolerance=0.0005,
        run=cost_plus,
        cases=(
            CheckCase("2500, doubled three times", {"unit_cost": 2500.0, "rules": markups(2.0, 2.0, 2.0)}),
            CheckCase("10, markups 1.3, 1.25, 1.2, 1.5", {"unit_cost": 10.0, "rules": markups(1.3, 1.25, 1.2, 1.5)}),
            CheckCase("20, margins .30, .20, .311", {"unit_cost": 20.0, "rules": margin_rules(0.30, 0.20, 0.311)}),
        ),
    ),
    Check(
        name="parable",
        theme=THEME,
        claim=(
            "5000, 10 000 and 20 000 are the prices of profit-maximising firms at elasticity 2; direct 8000 with "
            "handling 1500"
        ),
        source="Tirole 1988, The Theory of Industrial Organization",
        tolerance=0.01,
        run=parable,
        cases=(
            CheckCase("handling 1500", story(2.0, 3, 2500.0, 1500.0)),
            CheckCase("no handling", story(2.0, 3, 2500.0, 0.0), slow=True),
            CheckCase("e 3, two tiers, handling 2", story(3.0, 2, 10.0, 2.0)),
        ),
    ),
    Check(
        name="platform_commission",
        theme=THEME,
        claim="A platform that keeps a share phi of the price acts like a unit cost of c / (1 - phi)",
        source="Tirole 1988, The Theory of Industrial Organization",
        tolerance=0.002,
        run=platform_commission,
        cases=(
            CheckCase("linear demand, 15 %", on_platform("linear", 0.15)),
            CheckCase("linear demand, 30 %", on_platform("linear", 0.30)),
            CheckCase("elasticity 2, cost 2500, 15 %", on_platform("elastic", 0.15, 2500.0)),
            CheckCase("logit demand, 15 %", on_platform("logit", 0.15, 1.0, 100.0)),
        ),
    ),
    Check(
        name="two_channels",
        theme=THEME,
        claim="A maker's direct channel beside the shop: prices, units and profits in both cases of the paper",
        source="Chiang, Chhajed & Hess 2003, Management Science",
        tolerance=WITHIN,
        run=two_channels,
        cases=(
            CheckCase("a threat, acceptance .6", dual_channels(0.6, threat=True), slow=True),
            CheckCase("a threat, acceptance .8", dual_channels(0.8, threat=True, asked=2000), slow=True),
            CheckCase("beside the store, acceptance .8", dual_channels(0.8, threat=False, asked=250)),
            CheckCase("beside the store, acceptance .5", dual_channels(0.5, threat=False), slow=True),
        ),
    ),
)
