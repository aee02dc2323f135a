"""Multiproduct firms: one monopolist at any tier, Cournot firms, and demand without shocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from sim.common.estimates import estimate
from sim.formulas.multiproduct import cournot_prices
from sim.validation import equilibrium_markets as chains
from sim.validation.claims import Finding, claim, given
from sim.validation.equilibrium_markets import AT_COST, QUANTITY, best_reply, price_finding, settled
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

TIERS = {"maker": 0, "wholesaler": 1, "shop": -1}

ADT = "Anderson, de Palma & Thisse 1992, Discrete Choice Theory of Product Differentiation"
line_claim = partial(claim, "lines", tolerance=chains.PRICES_WITHIN)


def ten(products: int) -> CustomerKinds:
    """Return customers to whom each product is worth 30, with shocks of scale 10."""
    return alike(30.0, products, 10.0)


UNLIKE: dict[str, Any] = {"customers": of_goods((44.0, 52.5, 31.0), 7.5), "costs": (12.0, 23.0, 4.5)}
TWO_KINDS: dict[str, Any] = {
    "customers": CustomerKinds(((37.0, 23.0), (26.0, 31.0)), (3, 7), 4.0),
    "costs": (11.0, 7.0),
}
THREE_KINDS: dict[str, Any] = {
    "customers": CustomerKinds(((58.0, 41.0), (47.0, 49.5), (33.0, 62.0)), (5, 8, 7), 5.5),
    "costs": (14.0, 19.0),
}


def only_seller(
    seed: int,
    customers: CustomerKinds,
    costs: Sequence[float] = (),
    *,
    tier: str = "wholesaler",
    shops: int = 1,
    rule: str = "stackelberg",
    firms: int = 1,
    shop_reviews: int = 1,
) -> list[Finding]:
    """Let one firm, at any tier, find the prices of all products, with all other firms selling at cost.

    ``rule`` is its rule or conduct; or it is several firms that choose quantities. A shop that sells at cost follows
    its costs every ``shop_reviews`` days. Unit costs are 10 unless given.
    """
    cost = costs or (10.0,) * customers.products
    theory = cournot_prices(customers.demand(shops), np.tile(cost, shops), firms)
    seller = QUANTITY if rule == "quantity" else best_reply(rule)
    rules = {"shop": {**AT_COST, "review_days": shop_reviews}, tier: seller}
    owners = (0,) * shops if tier == "shop" else range(shops)
    tables = sold_by(customers, cost, rules, shops=owners, wholesalers=firms if tier == "wholesaler" else 0)
    at_rest = settled(tables, "traditional", seed, days=DAYS, changed=dealt(customers))
    asked = level_prices(at_rest, TIERS[tier])[0]
    return [
        price_finding(f"the {tier}'s price of good {good + 1}", float(price), float(asked[good]))
        for good, price in enumerate(theory[: customers.products])
    ]


@line_claim(
    source=ADT,
    cases=(
        given("a wholesaler, 2 goods", customers=ten(2)),
        given("a wholesaler, 1 good", customers=ten(1)),
        given("a wholesaler, 8 goods", customers=ten(8)),
        given("a wholesaler, 2 goods, margin", customers=ten(2), rule="margin"),
        given("a wholesaler, 2 goods, percent", customers=ten(2), rule="percent"),
        given("a wholesaler, 2 goods, 3 shops", customers=ten(2), shops=3),
        given("a wholesaler, goods that differ", **UNLIKE, shops=2),
        given("a wholesaler, two kinds of customers", **TWO_KINDS),
        given("a wholesaler, three kinds, 2 shops", **THREE_KINDS, shops=2),
        given("a maker, 2 goods", customers=ten(2), tier="maker"),
        given("a maker, 8 goods, 2 shops", customers=ten(8), tier="maker", shops=2),
        given("a maker, three kinds", **THREE_KINDS, tier="maker"),
        given("a shop, 8 goods", customers=ten(8), tier="shop"),
        given("a shop, two kinds", **TWO_KINDS, tier="shop"),
        given("a retailer of 3 shops, goods that differ", **UNLIKE, tier="shop", shops=3),
    ),
)
def multiproduct_monopoly(seed: int, **seller: Any) -> list[Finding]:
    """One firm owns all products: it maximises joint profit, x = n exp(a - (1 + x)), margin s (1 + x)."""
    return only_seller(seed, **seller)


@line_claim(
    source=ADT,
    tolerance=0.01,
    cases=(
        given("8 goods", customers=ten(8), costs=(10.0,) * 8, days=10),
        given("goods that differ", **UNLIKE, days=20),
    ),
)
def multiproduct_profit(seed: int, customers: CustomerKinds, costs: Sequence[float], days: int) -> list[Finding]:
    """A wholesaler of n products earns the profit of a firm that owns them all: s x per need."""
    demand, heads = customers.demand(), 20_000
    theory = cournot_prices(demand, costs)
    at_rest = settled(
        sold_by(customers, costs, {"wholesaler": best_reply()}, wholesalers=1), "traditional", seed, days=DAYS
    )
    asked = {f"good {good}": float(price) for good, price in enumerate(level_prices(at_rest, 1)[0])}
    many = replace(customers, heads=(heads,))
    tables = sold_by(many, costs, {"wholesaler": {"rule": "fixed", "prices": asked}}, wholesalers=1)
    daily = gained_each_day(live(market(tables, calendar(days)), "traditional", seed), "wholesaler") / heads
    return [Finding("profit per need", float((theory - costs) @ demand.quantity(theory)), estimate(daily))]


@line_claim(
    source="Cournot 1838; Anderson, de Palma & Thisse 1992",
    cases=(
        given("a wholesaler, 2 goods", customers=ten(2)),
        given("a wholesaler, 8 goods, 2 shops", customers=ten(8), shops=2),
        given("a shop, goods that differ", **UNLIKE, tier="shop"),
        given("3 wholesalers, 2 goods", customers=ten(2), firms=3),
        given("2 wholesalers, goods that differ", **UNLIKE, firms=2),
        given("2 wholesalers, three kinds", **THREE_KINDS, firms=2),
    ),
)
def multiproduct_quantities(seed: int, **seller: Any) -> list[Finding]:
    """n firms choose quantities of all products: D'(p - c) = -Q / n; with n = 1, the monopolist."""
    return only_seller(seed, rule="quantity", **seller)


@line_claim(
    source=ADT,
    cases=(
        given("a shop that reviews weekly, 1 good", customers=ten(1), shop_reviews=7),
        given("a shop that reviews monthly, 1 good", customers=ten(1), shop_reviews=30),
        given("a shop that reviews weekly, 2 goods", customers=ten(2), shop_reviews=7),
        given("a maker, 8 goods, 2 weekly shops", customers=ten(8), tier="maker", shops=2, shop_reviews=7),
    ),
)
def seldom_followed(seed: int, **seller: Any) -> list[Finding]:
    """A firm that reviews prices more often than its cost-plus buyers knows their rule, and charges the same."""
    return only_seller(seed, **seller)


@line_claim(
    source="Spence 1976, Review of Economic Studies",
    cases=(
        given("a wholesaler, goods nearly the same", tier="wholesaler", mind=5.0),
        given("a wholesaler, goods apart", tier="wholesaler", mind=40.0),
        given("a maker", tier="maker", mind=5.0, choke=80.0, unit_cost=5.0),
        given("a shop", tier="shop", mind=5.0),
        given("a maker who sends parcels", tier="direct", mind=8.0, choke=90.0, unit_cost=13.0),
    ),
)
def multiproduct_without_shocks(
    seed: int, tier: str, mind: float, choke: float = 120.0, unit_cost: float = 20.0, asked: int = 1000
) -> list[Finding]:
    """Two goods of one firm do not compete: both have the monopoly price (v + c) / 2.

    Its own goods do not compete, however little customers mind: both have the monopoly price.
    """
    rule = best_reply()
    tables = market(
        geography={"towns": [town("town", 2 * asked)]},
        styles={"count": 2, "zipf": 0.0},
        customers={"breadth": 2, "mismatch_cost": 2.0 * mind},
        products={"count": 2, "unit_cost": unit_cost},
        suppliers={"pricing": rule if tier == "maker" else DAILY_AT_COST, "direct_pricing": rule},
        tiers=[chains.tier("wholesaler", rule)] if tier == "wholesaler" else [],
        retailers={
            "pricing": rule if tier == "shop" else DAILY_AT_COST,
            "stores": [{"name": "shop", "town": "town", "slots": 2}],
        },
    )
    regime = "direct" if tier == "direct" else "traditional"
    at_rest = settled(tables, regime, seed, days=DAYS, changed=spread_in_two(choke, asked))
    prices = chains.direct_prices(at_rest) if tier == "direct" else chains.shelf_prices(at_rest)[0]
    return [
        price_finding(f"price of good {good + 1}", 0.5 * (choke + unit_cost), float(price))
        for good, price in enumerate(prices)
    ]


def spread_in_two(choke: float, each: int) -> Callable[[World], World]:
    """Return a function that splits a world's customers into two halves with different tastes and uniform worth."""

    def changed(world: World) -> World:
        people = world.population
        people.taste[:] = np.repeat([0, 1], each)
        people.worth[:] = 100.0 * choke * np.tile((np.arange(each) + 0.5) / each, 2)
        return world

    return changed
