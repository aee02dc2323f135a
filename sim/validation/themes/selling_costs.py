"""Costs of a sale besides the goods must be in its price: parcels, returns, commission, tax, handling.

Worth is uniform over customers, or they are identical with taste shocks. Prices are found with few customers; where
profit is tested too, many buy at the price found.
"""

from __future__ import annotations

from typing import Any

from sim.common.estimates import estimate
from sim.formulas.multiproduct import cournot_margin
from sim.formulas.selling_costs import SellingCosts, uniform_price, uniform_profit, uniform_wholesale_price
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.equilibrium_markets import (
    PRICES_WITHIN,
    QUANTITY,
    best_reply,
    direct_prices,
    price_finding,
    settled,
)
from sim.validation.markets import Tables, calendar, fixed, live, market
from sim.validation.multiproduct_markets import DAILY_AT_COST, DAYS, level_prices
from sim.validation.themes.demand import customers_with, evenly, gained_each_day

THEME = "costs"
WAYS: Tables = {
    "parcels": {"supplier_channels": ["parcel"]},
    "listed": {"supplier_channels": ["parcel"], "platform": True},
    "partners": {"shelves": "consigned", "supplier_channels": ["store"], "platform": True},
    "shops": {"shelves": "own", "own_channels": ["store"]},
}
"""A maker sends parcels, alone or through a platform, or partner stores sell its goods; or a shop sells."""
FROM_DEPOT = ("parcels", "listed")
SETTLED_DAYS = 10
"""Days after which returns arrive as fast as they are sent."""


def costs_of(parameters: Parameters) -> SellingCosts:
    """Return theory's costs of a sale in the market of ``selling_cost_tables``."""
    way, parcel = parameters["way"], parameters["parcel"]
    sends, partner = way in FROM_DEPOT, way == "partners"
    own_way = sends and parameters["returns_paid_by"] == "seller"
    return SellingCosts(
        unit_cost=parameters["unit_cost"],
        handling=parameters["handling_fee"] if partner else parameters["handling"],
        parcel=parcel if sends else 0.0,
        fee=parcel if sends and parameters["paid_by"] == "customer" else 0.0,
        tax=parameters["tax"],
        commission=parameters["commission"] if way in ("listed", "partners") else 0.0,
        returned=parameters["returned"],
        resaleable=parameters["resaleable"],
        return_handling=parameters["return_handling"],
        return_parcel=parcel if own_way else 0.0,
        fee_refunded=parameters["refund_fee"],
    )


def selling_cost_tables(parameters: Parameters, people: Tables, rule: Tables, **sections: Any) -> Tables:
    """Return a market in which a maker sells direct by one of ``WAYS``, or a shop whose maker sells at cost."""
    shop = parameters["way"] == "shops"
    return market(
        people,
        {
            "money": {"tax_rate": parameters["tax"]},
            "products": {
                "unit_cost": parameters["unit_cost"],
                **{f"return_{how}": parameters["returned"] for how in ("unseen", "inspected")},
            },
            "suppliers": {
                "pricing": DAILY_AT_COST,
                "direct_pricing": DAILY_AT_COST if shop else rule,
                "direct_handling_cost": parameters["handling"],
            },
            "retailers": {
                "pricing": rule if shop else DAILY_AT_COST,
                "handling_cost": parameters["handling"],
            },
            "platform": {"commission": parameters["commission"], "handling_fee": parameters["handling_fee"]},
            "delivery": {"paid_by": parameters["paid_by"], "parcel": {"cost_per_parcel": parameters["parcel"]}},
            "returns": {
                "days": 1,
                "paid_by": parameters["returns_paid_by"],
                "refund_fee": parameters["refund_fee"],
                "resaleable": parameters["resaleable"],
                "handling_cost": parameters["return_handling"],
            },
            "regimes": WAYS,
        },
        sections,
    )


def found_price(parameters: Parameters, tables: Tables, seed: int) -> float:
    """Return the consumer price at which a market's seller settles."""
    at_rest = settled(tables, parameters["way"], seed, days=DAYS)
    return float(level_prices(at_rest, -1)[0, 0] if parameters["way"] == "shops" else direct_prices(at_rest)[0])


def rule_of(parameters: Parameters) -> Tables:
    """Return the rule of the seller."""
    return QUANTITY if parameters["rule"] == "quantity" else best_reply()


def spread_evenly(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a seller find its price with worth uniform from 0."""
    costs, highest = costs_of(parameters), parameters["highest"]
    few = customers_with(evenly(0.0, highest), parameters["asked"])
    asked = found_price(parameters, selling_cost_tables(parameters, few, rule_of(parameters)), seed)
    return [price_finding("price", uniform_price(costs, highest), asked)]


def in_the_books(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a seller charge theory's best price, and compare its account; there is no search."""
    costs, highest, heads = costs_of(parameters), parameters["highest"], parameters["customers"]
    price = round(uniform_price(costs, highest), 2)
    many = customers_with(evenly(0.0, highest), heads)
    tables = selling_cost_tables(parameters, many, fixed(price), **calendar(SETTLED_DAYS + parameters["days"]))
    firm = "retailer" if parameters["way"] == "shops" else "supplier"
    daily = gained_each_day(live(tables, parameters["way"], seed), firm)[SETTLED_DAYS - 1 :] / heads
    # Without returns, every day is the same.
    profit = estimate(daily) if parameters["returned"] else exact(float(daily.mean()))
    return [Finding("profit per need", uniform_profit(costs, highest, price), profit)]


def with_shocks(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a seller find its price with identical customers and taste shocks."""
    costs, worth, scale = costs_of(parameters), parameters["worth"], parameters["scale"]
    alike = customers_with({"distribution": "constant", "mean": worth}, 10, scale=scale)
    asked = found_price(parameters, selling_cost_tables(parameters, alike, rule_of(parameters)), seed)
    paid = costs.burdened + cournot_margin([worth], [costs.burdened], scale)
    return [price_finding("price", costs.price(paid), asked)]


def in_a_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a maker lead a shop with such costs; the shop need not buy what is returned and resaleable."""
    costs, highest, made = costs_of(parameters), parameters["highest"], parameters["unit_cost"]
    wholesale = uniform_wholesale_price(costs, highest, made)
    few = customers_with(evenly(0.0, highest), parameters["asked"])
    tables = selling_cost_tables(parameters, few, best_reply(), suppliers={"pricing": best_reply()})
    at_rest = settled(tables, "shops", seed, days=DAYS)
    burdened = costs_of({**parameters, "unit_cost": wholesale})
    maker, shop = (float(level_prices(at_rest, number)[0, 0]) for number in (0, -1))
    return [
        price_finding("maker's price", wholesale, maker),
        price_finding("shop's price", uniform_price(burdened, highest), shop),
    ]


NOTHING: Parameters = {
    **{"unit_cost": 30.0, "highest": 150.0, "parcel": 0.0, "paid_by": "seller", "handling": 0.0, "handling_fee": 0.0},
    **{"tax": 0.0, "commission": 0.0, "returned": 0.0, "resaleable": 1.0, "return_handling": 0.0},
    **{"returns_paid_by": "seller", "refund_fee": False, "rule": "best_response", "asked": 2000, "customers": 20_000},
    **{"days": 60, "worth": 150.0, "scale": 20.0},
}


def sale(way: str, **costs: Any) -> Parameters:
    """Return parameters of a way to sell, and of what a sale costs besides the goods."""
    return {**NOTHING, "way": way, **costs}


RETURNS = {
    **{"parcel": 8.0, "paid_by": "customer", "returned": 0.4, "resaleable": 0.5, "return_handling": 10.0},
}
"""Four of ten sales are returned, half of them as good as new; customers pay delivery, the seller pays returns."""
ODD = {
    **{"unit_cost": 22.0, "highest": 131.0, "parcel": 6.5, "handling": 2.3, "tax": 0.19, "commission": 0.12},
    **{"returned": 0.27, "resaleable": 0.64, "return_handling": 3.9},
}
IN_SHOP = {
    **{"unit_cost": 18.0, "highest": 97.0, "handling": 4.0, "tax": 0.08},
    **{"returned": 0.2, "resaleable": 0.7, "return_handling": 5.0},
}
PARTNERS = {"unit_cost": 25.0, "highest": 120.0, "handling_fee": 7.0, "commission": 0.15, "tax": 0.05}

SELLING_COST_CHECKS = (
    Check(
        name="selling_costs",
        theme=THEME,
        claim=(
            "Parcel, returns, commission, tax and handling are in the price: ((v - fee) / (1 + tax) + cost / k) /"
            " 2"
        ),
        source="First-order condition; k = (1 - returned)(1 - commission)",
        tolerance=PRICES_WITHIN,
        run=spread_evenly,
        cases=(
            CheckCase("seller-paid parcel 25", sale("parcels", parcel=25.0)),
            CheckCase("returns 40 %, half resaleable", sale("parcels", **RETURNS)),
            CheckCase("the same, way back paid by customers", sale("parcels", **RETURNS, returns_paid_by="customer")),
            CheckCase("the same, fee refunded", sale("parcels", **RETURNS, refund_fee=True)),
            CheckCase("customer-paid parcel 12, quantity", sale("parcels", parcel=12.0, paid_by="customer",
                                                           rule="quantity")),
            CheckCase("seller-paid parcel 25, quantity", sale("parcels", parcel=25.0, rule="quantity")),
            CheckCase("commission 15 %, tax 10 %", sale("listed", commission=0.15, tax=0.1)),
            CheckCase("all of them", sale("listed", **ODD)),
            CheckCase("all of them, fee", sale("listed", **ODD, paid_by="customer", refund_fee=True)),
            CheckCase("partner stores: handling fee 7, commission", sale("partners", **PARTNERS)),
            CheckCase("a partner store, returns", sale("partners", **PARTNERS, returned=0.3, resaleable=0.5)),
            CheckCase("a shop", sale("shops", **IN_SHOP)),
            CheckCase("a shop, quantity", sale("shops", **IN_SHOP, rule="quantity")),
            CheckCase("a shop, tax 25 %", sale("shops", tax=0.25)),
        ),
    ),
    Check(
        name="selling_costs_in_the_books",
        theme=THEME,
        claim="At its best price a seller's account gains what theory says",
        source="Definition",
        tolerance=0.01,
        run=in_the_books,
        cases=(
            CheckCase("seller-paid parcel 25", sale("parcels", parcel=25.0)),
            CheckCase("returns 40 %, half resaleable", sale("parcels", **RETURNS)),
            CheckCase("the same, fee refunded", sale("parcels", **RETURNS, refund_fee=True), slow=True),
            CheckCase("all of them", sale("listed", **ODD)),
            CheckCase("all of them, fee", sale("listed", **ODD, paid_by="customer"), slow=True),
            CheckCase("a partner store, returns", sale("partners", **PARTNERS, returned=0.3, resaleable=0.5)),
            CheckCase("a shop", sale("shops", **IN_SHOP)),
        ),
    ),
    Check(
        name="selling_costs_logit",
        theme=THEME,
        claim="The same with taste shocks: the seller has the burdened cost fee + (1 + tax) cost / k",
        source="First-order condition; Anderson, de Palma & Thisse 1992",
        tolerance=PRICES_WITHIN,
        run=with_shocks,
        cases=(
            CheckCase("seller-paid parcel 25", sale("parcels", parcel=25.0)),
            CheckCase("all of them", sale("listed", **ODD)),
            CheckCase("partner stores, returns", sale("partners", **PARTNERS, returned=0.3, resaleable=0.5)),
            CheckCase("a shop", sale("shops", **IN_SHOP)),
            CheckCase("a shop, quantity", sale("shops", **IN_SHOP, rule="quantity")),
        ),
    ),
    Check(
        name="selling_costs_in_a_chain",
        theme=THEME,
        claim="A leading maker knows its shop's costs: it goes half of the way to the price at which nobody buys",
        source="Spengler 1950, Journal of Political Economy; first-order conditions",
        tolerance=PRICES_WITHIN,
        run=in_a_chain,
        cases=(
            CheckCase("handling and tax", sale("shops", unit_cost=20.0, highest=120.0, handling=6.0, tax=0.1)),
            CheckCase("returns, all resaleable", sale("shops", unit_cost=20.0, highest=120.0, returned=0.25,
                                                 return_handling=4.0)),
            CheckCase("returns, some lost", sale("shops", **IN_SHOP)),
        ),
    ),
)  # fmt: skip
