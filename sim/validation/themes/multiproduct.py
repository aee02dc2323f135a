"""Multiproduct firms: one monopolist at any tier, Cournot firms, and demand without shocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim.common.estimates import estimate
from sim.formulas.multiproduct import cournot_prices
from sim.validation.claims import Check, CheckCase, Finding, Parameters
from sim.validation.equilibrium_markets import (
    AT_COST,
    PRICES_WITHIN,
    QUANTITY,
    best_reply,
    direct_prices,
    price_finding,
    settled,
    shelf_prices,
    tier,
)
from sim.validation.markets import calendar, live, market, town
from sim.validation.multiproduct_markets import (
    DAILY_AT_COST,
    DAYS,
    CustomerKinds,
    alike,
    dealt,
    level_prices,
    of_goods,
    sold_by,
)
from sim.validation.themes.demand import gained_each_day
from sim.world.world import World

THEME = "lines"
TIERS = {"maker": 0, "wholesaler": 1, "shop": -1}


def only_seller(parameters: Parameters, seed: int) -> list[Finding]:
    """Let one firm, at any tier, find the prices of all products, with all other firms selling at cost."""
    customers, cost, who = parameters["customers"], parameters["costs"], parameters["tier"]
    rule = QUANTITY if parameters["rule"] == "quantity" else best_reply(parameters["rule"])
    shops = parameters["shops"]
    theory = cournot_prices(customers.demand(shops), np.tile(cost, shops), parameters["firms"])
    rules = {"shop": {**AT_COST, "review_days": parameters["shop_reviews"]}, who: rule}
    owners = (0,) * shops if who == "shop" else range(shops)
    wholesalers = parameters["firms"] if who == "wholesaler" else 0
    tables = sold_by(customers, cost, rules, shops=owners, wholesalers=wholesalers)
    at_rest = settled(tables, "traditional", seed, days=DAYS, changed=dealt(customers))
    asked = level_prices(at_rest, TIERS[who])[0]
    return [
        price_finding(f"the {who}'s price of good {good + 1}", float(price), float(asked[good]))
        for good, price in enumerate(theory[: customers.products])
    ]


def wholesaler_account(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a wholesaler find the prices of all products, and many customers buy at them; compare its account."""
    customers, cost, days = parameters["customers"], parameters["costs"], parameters["days"]
    demand = customers.demand()
    theory = cournot_prices(demand, cost)
    at_rest = settled(
        sold_by(customers, cost, {"wholesaler": best_reply()}, wholesalers=1), "traditional", seed, days=DAYS
    )
    asked = {f"good {good}": float(price) for good, price in enumerate(level_prices(at_rest, 1)[0])}
    heads = parameters["heads"]
    many = replace(customers, heads=(heads,))
    tables = sold_by(many, cost, {"wholesaler": {"rule": "fixed", "prices": asked}}, wholesalers=1)
    daily = gained_each_day(live(market(tables, calendar(days)), "traditional", seed), "wholesaler") / heads
    return [Finding("profit per need", float((theory - cost) @ demand.quantity(theory)), estimate(daily))]


def without_shocks(parameters: Parameters, seed: int) -> list[Finding]:
    """Let one firm sell two goods, each the favourite of half of the customers, with uniform willingness to pay.

    Its own goods do not compete, however little customers mind: both have the monopoly price.
    """
    choke, cost, mind, who = parameters["choke"], parameters["unit_cost"], parameters["mind"], parameters["tier"]
    rule, each = best_reply(), parameters["asked"]
    tables = market(
        geography={"towns": [town("town", 2 * each)]},
        styles={"count": 2, "zipf": 0.0},
        customers={"breadth": 2, "mismatch_cost": 2.0 * mind},
        products={"count": 2, "unit_cost": cost},
        suppliers={"pricing": rule if who == "maker" else DAILY_AT_COST, "direct_pricing": rule},
        tiers=[tier("wholesaler", rule)] if who == "wholesaler" else [],
        retailers={
            "pricing": rule if who == "shop" else DAILY_AT_COST,
            "stores": [{"name": "shop", "town": "town", "slots": 2}],
        },
    )
    regime = "direct" if who == "direct" else "traditional"
    at_rest = settled(tables, regime, seed, days=DAYS, changed=spread_in_two(choke, each))
    asked = direct_prices(at_rest) if who == "direct" else shelf_prices(at_rest)[0]
    return [
        price_finding(f"price of good {good + 1}", 0.5 * (choke + cost), float(price))
        for good, price in enumerate(asked)
    ]


def spread_in_two(choke: float, each: int) -> Callable[[World], World]:
    """Return a function that splits the customers of a world into two halves with different tastes and uniform
    worth.
    """

    def changed(world: World) -> World:
        people = world.population
        people.taste[:] = np.repeat([0, 1], each)
        people.worth[:] = 100.0 * choke * np.tile((np.arange(each) + 0.5) / each, 2)
        return world

    return changed


def alone(
    customers: CustomerKinds, costs: float | tuple[float, ...], tier: str = "wholesaler", *, shops: int = 1,
    rule: str = "stackelberg", firms: int = 1, shop_reviews: int = 1,
) -> Parameters:  # fmt: skip
    """Return parameters of one seller of everything, its rule or conduct, or of several that choose quantities.

    A shop that sells at cost follows its costs every ``shop_reviews`` days.
    """
    each = costs if isinstance(costs, tuple) else (costs,) * customers.products
    return {
        **{"customers": customers, "costs": each, "tier": tier, "shops": shops, "rule": rule, "firms": firms},
        "shop_reviews": shop_reviews,
    }


def two_goods(tier: str, mind: float, choke: float = 120.0, unit_cost: float = 20.0, asked: int = 1000) -> Parameters:
    """Return parameters of two goods and of how much customers mind the other one."""
    return {"tier": tier, "mind": mind, "choke": choke, "unit_cost": unit_cost, "asked": asked}


def ten(products: int) -> CustomerKinds:
    """Return customers to whom each product is worth 30, with shocks of scale 10."""
    return alike(30.0, products, 10.0)


UNLIKE = of_goods((44.0, 52.5, 31.0), 7.5)
UNLIKE_COSTS = (12.0, 23.0, 4.5)
TWO_KINDS = CustomerKinds(((37.0, 23.0), (26.0, 31.0)), (3, 7), 4.0)
THREE_KINDS = CustomerKinds(((58.0, 41.0), (47.0, 49.5), (33.0, 62.0)), (5, 8, 7), 5.5)

MULTIPRODUCT_CHECKS = (
    Check(
        name="multiproduct_monopoly",
        theme=THEME,
        claim="One firm owns all products: it maximises joint profit, x = n exp(a - (1 + x)), margin s (1 + x)",
        source="Anderson, de Palma & Thisse 1992, Discrete Choice Theory of Product Differentiation",
        tolerance=PRICES_WITHIN,
        run=only_seller,
        cases=(
            CheckCase("a wholesaler, 2 goods", alone(ten(2), 10.0)),
            CheckCase("a wholesaler, 1 good", alone(ten(1), 10.0)),
            CheckCase("a wholesaler, 8 goods", alone(ten(8), 10.0)),
            CheckCase("a wholesaler, 2 goods, margin", alone(ten(2), 10.0, rule="margin")),
            CheckCase("a wholesaler, 2 goods, percent", alone(ten(2), 10.0, rule="percent")),
            CheckCase("a wholesaler, 2 goods, 3 shops", alone(ten(2), 10.0, shops=3)),
            CheckCase("a wholesaler, goods that differ", alone(UNLIKE, UNLIKE_COSTS, shops=2)),
            CheckCase("a wholesaler, two kinds of customers", alone(TWO_KINDS, (11.0, 7.0))),
            CheckCase("a wholesaler, three kinds, 2 shops", alone(THREE_KINDS, (14.0, 19.0), shops=2)),
            CheckCase("a maker, 2 goods", alone(ten(2), 10.0, "maker")),
            CheckCase("a maker, 8 goods, 2 shops", alone(ten(8), 10.0, "maker", shops=2)),
            CheckCase("a maker, three kinds", alone(THREE_KINDS, (14.0, 19.0), "maker")),
            CheckCase("a shop, 8 goods", alone(ten(8), 10.0, "shop")),
            CheckCase("a shop, two kinds", alone(TWO_KINDS, (11.0, 7.0), "shop")),
            CheckCase("a retailer of 3 shops, goods that differ", alone(UNLIKE, UNLIKE_COSTS, "shop", shops=3)),
        ),
    ),
    Check(
        name="multiproduct_profit",
        theme=THEME,
        claim="A wholesaler of n products earns the profit of a firm that owns them all: s x per need",
        source="Anderson, de Palma & Thisse 1992, Discrete Choice Theory of Product Differentiation",
        tolerance=0.01,
        run=wholesaler_account,
        cases=(
            CheckCase("8 goods", {**alone(ten(8), 10.0), "heads": 20_000, "days": 10}),
            CheckCase("goods that differ", {**alone(UNLIKE, UNLIKE_COSTS), "heads": 20_000, "days": 20}),
        ),
    ),
    Check(
        name="multiproduct_quantities",
        theme=THEME,
        claim="n firms choose quantities of all products: D'(p - c) = -Q / n; with n = 1, the monopolist",
        source="Cournot 1838; Anderson, de Palma & Thisse 1992",
        tolerance=PRICES_WITHIN,
        run=only_seller,
        cases=(
            CheckCase("a wholesaler, 2 goods", alone(ten(2), 10.0, rule="quantity")),
            CheckCase("a wholesaler, 8 goods, 2 shops", alone(ten(8), 10.0, shops=2, rule="quantity")),
            CheckCase("a shop, goods that differ", alone(UNLIKE, UNLIKE_COSTS, "shop", rule="quantity")),
            CheckCase("3 wholesalers, 2 goods", alone(ten(2), 10.0, rule="quantity", firms=3)),
            CheckCase("2 wholesalers, goods that differ", alone(UNLIKE, UNLIKE_COSTS, rule="quantity", firms=2)),
            CheckCase("2 wholesalers, three kinds", alone(THREE_KINDS, (14.0, 19.0), rule="quantity", firms=2)),
        ),
    ),
    Check(
        name="seldom_followed",
        theme=THEME,
        claim=(
            "A firm that reviews prices more often than its cost-plus buyers knows their rule, and charges the same"
        ),
        source="Anderson, de Palma & Thisse 1992, Discrete Choice Theory of Product Differentiation",
        tolerance=PRICES_WITHIN,
        run=only_seller,
        cases=(
            CheckCase("a shop that reviews weekly, 1 good", alone(ten(1), 10.0, shop_reviews=7)),
            CheckCase("a shop that reviews monthly, 1 good", alone(ten(1), 10.0, shop_reviews=30)),
            CheckCase("a shop that reviews weekly, 2 goods", alone(ten(2), 10.0, shop_reviews=7)),
            CheckCase("a maker, 8 goods, 2 weekly shops", alone(ten(8), 10.0, "maker", shops=2, shop_reviews=7)),
        ),
    ),
    Check(
        name="multiproduct_without_shocks",
        theme=THEME,
        claim="Two goods of one firm do not compete: both have the monopoly price (v + c) / 2",
        source="Spence 1976, Review of Economic Studies",
        tolerance=PRICES_WITHIN,
        run=without_shocks,
        cases=(
            CheckCase("a wholesaler, goods nearly the same", two_goods("wholesaler", 5.0)),
            CheckCase("a wholesaler, goods apart", two_goods("wholesaler", 40.0)),
            CheckCase("a maker", two_goods("maker", 5.0, 80.0, 5.0)),
            CheckCase("a shop", two_goods("shop", 5.0)),
            CheckCase("a maker who sends parcels", two_goods("direct", 8.0, 90.0, 13.0)),
        ),
    ),
)
