"""Chains of multiproduct firms, under each named conduct."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import FloatArray
from sim.formulas.multiproduct_stackelberg import stackelberg, stackelberg_by_search
from sim.formulas.ownership import PricingStage, tier_of, vertical_nash
from sim.validation.claims import Check, CheckCase, Finding, Parameters
from sim.validation.equilibrium_markets import (
    PRICES_WITHIN,
    best_reply,
    direct_prices,
    price_finding,
    settled,
    shelf_prices,
)
from sim.validation.markets import Tables
from sim.validation.multiproduct_markets import DAYS, CustomerKinds, dealt, level_prices, sold_by
from sim.validation.themes.multiproduct import THREE_KINDS, TWO_KINDS, UNLIKE, UNLIKE_COSTS, ten

THEME = "lines"
BESIDE: Tables = {
    "shops_and_parcels": {"shelves": "own", "own_channels": ["store"], "supplier_channels": ["parcel"]},
    "chain_and_parcels": {"chain": True, "shelves": "own", "own_channels": ["store"], "supplier_channels": ["parcel"]},
}
"""Makers who send parcels beside shops, with or without a wholesaler between them."""


def one_price_each(products: int, places: int, firm: Sequence[int], parcels: int = 0) -> PricingStage:
    """Return a tier with one price per product everywhere; ``parcels`` (cells) do not pass through it."""
    return tier_of([*(list(range(products)) * places), *([-1] * parcels)], firm)


def own_prices(products: int, owners: Sequence[int], parcels: int = 0) -> PricingStage:
    """Return the tier of shops: each has its own price per product, and those of one owner are set together."""
    cells = products * len(owners)
    return tier_of([*range(cells), *([-1] * parcels)], np.repeat(owners, products).tolist())


def tiers_of(parameters: Parameters) -> list[PricingStage]:
    """Return theory's tiers: makers, a wholesaler where there is one, shops."""
    products, owners = parameters["customers"].products, parameters["shops"]
    makers = one_price_each(products, len(owners), parameters["makers"] or (0,) * products)
    middle = [one_price_each(products, len(owners), (0,) * products)] if parameters["wholesaler"] else []
    return [makers, *middle, own_prices(products, owners)]


def chain_at_rest(parameters: Parameters, seed: int, conduct: str) -> list[FloatArray]:
    """Return the prices at which makers, a wholesaler if there is one, and shops settle.

    Those of makers and wholesaler are (products,), those of shops (shops, products).
    """
    customers, costs = parameters["customers"], parameters["costs"]
    makers = parameters["makers"] or (0,) * customers.products
    rules = {who: best_reply(conduct) for who in ("maker", "wholesaler", "shop")}
    tables = sold_by(
        customers, costs, rules, makers=makers, shops=parameters["shops"], wholesalers=int(parameters["wholesaler"]),
        handling=parameters["handling"],
    )  # fmt: skip
    market = settled(tables, "traditional", seed, days=DAYS, changed=dealt(customers))
    asked = [level_prices(market, 0)[np.array(makers), np.arange(customers.products)]]
    if parameters["wholesaler"]:
        asked.append(level_prices(market, 1)[0])
    return [*asked, shelf_prices(market)]


def compared(expected: FloatArray, asked: FloatArray, who: str) -> list[Finding]:
    """Compare the prices of one kind of firm with theory's, good by good and shop by shop."""
    shape = np.atleast_2d(asked).shape
    return [
        price_finding(f"{who}{f' {place + 1}' if shape[0] > 1 else ''}, price of good {good + 1}", float(price), float(
            np.atleast_2d(asked)[place, good]
        ))
        for (place, good), price in np.ndenumerate(np.reshape(expected, shape))
    ]  # fmt: skip


def at_once(parameters: Parameters, seed: int) -> list[Finding]:
    """Let multiproduct tiers choose simultaneously, each taking the others' margins as given."""
    customers, conduct, handling = parameters["customers"], parameters["conduct"], parameters["handling"]
    owners, tiers = parameters["shops"], tiers_of(parameters)
    made = np.tile(parameters["costs"], len(owners))
    theory = vertical_nash(customers.demand(len(owners)), made + handling, tiers, conduct)
    asked = chain_at_rest(parameters, seed, conduct)
    names = ("maker", "wholesaler") if parameters["wholesaler"] else ("maker",)
    findings = []
    for number, name in enumerate(names):
        paid = theory.paid_to(number, made, tiers)[: customers.products]
        findings += compared(paid, asked[number], name)
    return findings + compared(theory.price, asked[-1], "shop")


def foreseen(parameters: Parameters, seed: int) -> list[Finding]:
    """Let a maker of several products lead one or several shops that reprice all of them."""
    customers, handling, owners = parameters["customers"], parameters["handling"], parameters["shops"]
    costs = np.array(parameters["costs"])
    wholesale, shelves = chain_at_rest(parameters, seed, "stackelberg")
    if len(owners) == 1:
        theory = stackelberg(customers.demand(), costs, handling)
        expected, price = theory.wholesale_price, theory.price
    else:
        maker, shops = tiers_of(parameters)
        demand, cost = customers.demand(len(owners)), np.tile(costs, len(owners)) + handling
        margin = stackelberg_by_search(demand, cost, maker, shops)
        expected = costs + margin
        price = vertical_nash(demand, cost + maker.cells.T @ margin, [shops]).price
    return compared(expected, wholesale, "maker") + compared(price, shelves, "shop")


def beside_the_chain(parameters: Parameters, seed: int) -> list[Finding]:
    """Let makers of several products send parcels beside the shops they supply, with all margins chosen
    simultaneously.
    """
    customers, costs, owners = parameters["customers"], parameters["costs"], parameters["shops"]
    goods, places = customers.products, len(owners)
    makers = np.array(parameters["makers"] or (0,) * goods)
    at_maker = tier_of([*(list(range(goods)) * places), *range(goods, 2 * goods)], [*makers, *makers])
    middle = [one_price_each(goods, places, (0,) * goods, goods)] if parameters["wholesaler"] else []
    tiers = [at_maker, *middle, own_prices(goods, owners, goods)]
    made = np.tile(costs, places + 1)
    theory = vertical_nash(customers.demand(places + 1), made, tiers)
    rules = {who: best_reply("margin") for who in ("maker", "wholesaler", "shop", "direct")}
    tables = sold_by(
        customers, costs, rules, makers=makers.tolist(), shops=owners, wholesalers=int(parameters["wholesaler"])
    )
    regime = "chain_and_parcels" if parameters["wholesaler"] else "shops_and_parcels"
    market = settled({**tables, "regimes": BESIDE}, regime, seed, days=DAYS, changed=dealt(customers))
    wholesale = theory.paid_to(0, made, tiers)[:goods]
    asked = level_prices(market, 0)[makers, np.arange(goods)]
    return [
        *compared(wholesale, asked, "maker to shops"),
        *compared(theory.price[-goods:], direct_prices(market), "maker direct"),
        *compared(theory.price[:-goods], shelf_prices(market), "shop"),
    ]


def chained(
    customers: CustomerKinds, costs: Sequence[float] | float, conduct: str = "margin", *, makers: Sequence[int] = (),
    shops: Sequence[int] = (0,), wholesaler: bool = False, handling: float = 0.0,
) -> Parameters:  # fmt: skip
    """Return parameters of a chain: the maker of each product, and the owner of each shop."""
    each = (costs,) * customers.products if isinstance(costs, float) else tuple(costs)
    return {
        **{"customers": customers, "costs": each, "conduct": conduct, "makers": tuple(makers), "shops": tuple(shops)},
        **{"wholesaler": wholesaler, "handling": handling},
    }


FIVE_KINDS = CustomerKinds(
    ((61.0, 52.0), (63.0, 72.0), (78.0, 73.0), (82.0, 87.0), (102.0, 103.0)), (2, 5, 6, 5, 2), 3.0
)
B = (TWO_KINDS, (11.0, 7.0))
C = (FIVE_KINDS, (20.0, 17.0))
ODD = (THREE_KINDS, (14.0, 19.0))

MULTIPRODUCT_CONDUCT_CHECKS = (
    Check(
        name="multiproduct_margins",
        theme=THEME,
        claim="Vertical Nash: every tier's margins solve the same conditions, each with its own ownership",
        source="Choi 1991, Marketing Science; Villas-Boas 2007, Review of Economic Studies",
        tolerance=PRICES_WITHIN,
        run=at_once,
        cases=(
            CheckCase("two kinds, maker and shop", chained(*B, handling=1.5)),
            CheckCase("five kinds, maker and shop", chained(*C, handling=3.0)),
            CheckCase("three tiers, 2 goods", chained(ten(2), 10.0, wholesaler=True)),
            CheckCase("three tiers, three kinds", chained(*ODD, wholesaler=True, handling=2.0)),
            CheckCase("2 makers, 2 rival shops, three tiers",
                 chained(ten(4), 10.0, makers=(0, 0, 1, 1), shops=(0, 1), wholesaler=True)),
            CheckCase("a retailer of 2 shops, a rival with 1",
                 chained(UNLIKE, UNLIKE_COSTS, makers=(0, 1, 0), shops=(0, 0, 1))),
            CheckCase("2 makers, 2 rival shops, two kinds", chained(*ODD, makers=(0, 1), shops=(0, 1))),
        ),
    ),
    Check(
        name="multiproduct_percent",
        theme=THEME,
        claim="The same holds if margins of others are taken as given in per cent",
        source="Choi 1991, Marketing Science; first-order conditions",
        tolerance=PRICES_WITHIN,
        run=at_once,
        cases=(
            CheckCase("maker and shop, 2 goods", chained(ten(2), 10.0, "percent")),
            CheckCase("maker and shop, three kinds", chained(*ODD, "percent")),
            CheckCase("three tiers, goods that differ", chained(UNLIKE, UNLIKE_COSTS, "percent", wholesaler=True)),
            CheckCase("2 makers, 2 rival shops", chained(ten(4), 10.0, "percent", makers=(0, 0, 1, 1), shops=(0, 1))),
        ),
    ),
    Check(
        name="multiproduct_stackelberg",
        theme=THEME,
        claim="A leading maker foresees that a shop reprices all its goods: dp/dw = -F_p^-1 F_w",
        source="Choi 1991, Marketing Science; implicit differentiation",
        tolerance=PRICES_WITHIN,
        run=foreseen,
        cases=(
            CheckCase("two kinds", chained(*B, "stackelberg", handling=1.5)),
            CheckCase("five kinds", chained(*C, "stackelberg", handling=3.0)),
            CheckCase("alike customers, 2 goods", chained(ten(2), 10.0, "stackelberg")),
            CheckCase("alike customers, goods that differ", chained(UNLIKE, UNLIKE_COSTS, "stackelberg")),
            CheckCase("three kinds", chained(*ODD, "stackelberg", handling=2.0)),
            CheckCase("2 rival shops", chained(ten(2), 10.0, "stackelberg", shops=(0, 1))),
            CheckCase("2 rival shops, three kinds", chained(*ODD, "stackelberg", shops=(0, 1))),
        ),
    ),
    Check(
        name="multiproduct_direct",
        theme=THEME,
        claim="A maker owns both its parcels and its sales through shops: its prices maximise the sum",
        source="Choi 1991, Marketing Science; first-order conditions",
        tolerance=PRICES_WITHIN,
        run=beside_the_chain,
        cases=(
            CheckCase("2 goods, a shop", chained(ten(2), 10.0)),
            CheckCase("2 goods, a wholesaler and a shop", chained(ten(2), 10.0, wholesaler=True)),
            CheckCase("2 makers, 2 rival shops", chained(ten(4), 10.0, makers=(0, 0, 1, 1), shops=(0, 1))),
            CheckCase("goods that differ, a wholesaler, 2 shops of one retailer",
                 chained(UNLIKE, UNLIKE_COSTS, makers=(0, 1, 0), shops=(0, 0), wholesaler=True)),
            CheckCase("three kinds, 2 makers", chained(*ODD, makers=(0, 1))),
        ),
    ),
)  # fmt: skip
