"""Chains of multiproduct firms, under each named conduct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.common.types import FloatArray
from sim.formulas.multiproduct_stackelberg import stackelberg, stackelberg_by_search
from sim.formulas.ownership import PricingStage, TakenAsGiven, tier_of, vertical_nash
from sim.market import Market
from sim.validation.claims import CheckCase, Finding, claim, given
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
from sim.validation.themes.multiproduct import THREE_KINDS, TWO_KINDS, UNLIKE, ten

conduct_claim = partial(claim, "lines", tolerance=PRICES_WITHIN)

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


@dataclass(frozen=True)
class MultiproductChain:
    """A chain of multiproduct firms.

    Attributes:
        customers: who buys.
        costs: of each product; 10 unless given.
        makers: the maker of each product; one maker unless given.
        shops: the owner of each shop.
        wholesaler: whether there is one between makers and shops.
        handling: the shops' cost per unit.
    """

    customers: CustomerKinds
    costs: tuple[float, ...] = ()
    makers: tuple[int, ...] = ()
    shops: tuple[int, ...] = (0,)
    wholesaler: bool = False
    handling: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "costs", self.costs or (10.0,) * self.customers.products)
        object.__setattr__(self, "makers", self.makers or (0,) * self.customers.products)

    def tables(self, conduct: str, *sellers: str) -> Tables:
        """Return the market in which these sellers find their prices."""
        return sold_by(
            self.customers,
            self.costs,
            {who: best_reply(conduct) for who in sellers},
            makers=self.makers,
            shops=self.shops,
            wholesalers=int(self.wholesaler),
            handling=self.handling,
        )

    def wholesale_tiers(self, parcels: int = 0) -> list[PricingStage]:
        """Return theory's wholesaler, if there is one."""
        products = self.customers.products
        return [one_price_each(products, len(self.shops), (0,) * products, parcels)] if self.wholesaler else []

    def tiers(self) -> list[PricingStage]:
        """Return theory's tiers: makers, a wholesaler where there is one, shops."""
        products = self.customers.products
        makers = one_price_each(products, len(self.shops), self.makers)
        return [makers, *self.wholesale_tiers(), own_prices(products, self.shops)]

    def makers_prices(self, market: Market) -> FloatArray:
        """Return the price of each product, its maker's, (products,)."""
        return level_prices(market, 0)[np.array(self.makers), np.arange(self.customers.products)]

    def at_rest(self, seed: int, conduct: str) -> list[FloatArray]:
        """Return the prices at which makers, a wholesaler if there is one, and shops settle.

        Those of makers and wholesaler are (products,), those of shops (shops, products).
        """
        tables = self.tables(conduct, "maker", "wholesaler", "shop")
        market = settled(tables, "traditional", seed, days=DAYS, changed=dealt(self.customers))
        middle = [level_prices(market, 1)[0]] if self.wholesaler else []
        return [self.makers_prices(market), *middle, shelf_prices(market)]


def chained(name: str, customers: CustomerKinds, costs: tuple[float, ...] = (), **chain: Any) -> CheckCase:
    """Return the case of a chain."""
    return given(name, chain=MultiproductChain(customers, costs, **chain))


def compared(expected: FloatArray, asked: FloatArray, who: str) -> list[Finding]:
    """Compare the prices of one kind of firm with theory's, good by good and shop by shop."""
    shape = np.atleast_2d(asked).shape
    return [
        price_finding(
            f"{who}{f' {place + 1}' if shape[0] > 1 else ''}, price of good {good + 1}",
            float(price),
            float(np.atleast_2d(asked)[place, good]),
        )
        for (place, good), price in np.ndenumerate(np.reshape(expected, shape))
    ]


FIVE_KINDS: dict[str, Any] = {
    "customers": CustomerKinds(
        ((61.0, 52.0), (63.0, 72.0), (78.0, 73.0), (82.0, 87.0), (102.0, 103.0)), (2, 5, 6, 5, 2), 3.0
    ),
    "costs": (20.0, 17.0),
}
TWO_BY_TWO: dict[str, Any] = {"customers": ten(4), "makers": (0, 0, 1, 1), "shops": (0, 1)}
"""Two makers of two goods each, and two rival shops."""


def simultaneous(seed: int, chain: MultiproductChain, conduct: TakenAsGiven) -> list[Finding]:
    """Let multiproduct tiers choose simultaneously, each taking the others' margins as given."""
    tiers, products = chain.tiers(), chain.customers.products
    made = np.tile(chain.costs, len(chain.shops))
    theory = vertical_nash(chain.customers.demand(len(chain.shops)), made + chain.handling, tiers, conduct)
    *upstream, shelves = chain.at_rest(seed, conduct)
    findings = []
    for number, (name, asked) in enumerate(zip(("maker", "wholesaler"), upstream, strict=False)):
        findings += compared(theory.paid_to(number, made, tiers)[:products], asked, name)
    return findings + compared(theory.price, shelves, "shop")


@conduct_claim(
    source="Choi 1991, Marketing Science; Villas-Boas 2007, Review of Economic Studies",
    cases=(
        chained("two kinds, maker and shop", **TWO_KINDS, handling=1.5),
        chained("five kinds, maker and shop", **FIVE_KINDS, handling=3.0),
        chained("three tiers, 2 goods", ten(2), wholesaler=True),
        chained("three tiers, three kinds", **THREE_KINDS, wholesaler=True, handling=2.0),
        chained("2 makers, 2 rival shops, three tiers", **TWO_BY_TWO, wholesaler=True),
        chained("a retailer of 2 shops, a rival with 1", **UNLIKE, makers=(0, 1, 0), shops=(0, 0, 1)),
        chained("2 makers, 2 rival shops, two kinds", **THREE_KINDS, makers=(0, 1), shops=(0, 1)),
    ),
)
def multiproduct_margins(seed: int, chain: MultiproductChain) -> list[Finding]:
    """Vertical Nash: every tier's margins solve the same conditions, each with its own ownership."""
    return simultaneous(seed, chain, "margin")


@conduct_claim(
    source="Choi 1991, Marketing Science; first-order conditions",
    cases=(
        chained("maker and shop, 2 goods", ten(2)),
        chained("maker and shop, three kinds", **THREE_KINDS),
        chained("three tiers, goods that differ", **UNLIKE, wholesaler=True),
        chained("2 makers, 2 rival shops", **TWO_BY_TWO),
    ),
)
def multiproduct_percent(seed: int, chain: MultiproductChain) -> list[Finding]:
    """The same holds if margins of others are taken as given in per cent."""
    return simultaneous(seed, chain, "percent")


@conduct_claim(
    source="Choi 1991, Marketing Science; implicit differentiation",
    cases=(
        chained("two kinds", **TWO_KINDS, handling=1.5),
        chained("five kinds", **FIVE_KINDS, handling=3.0),
        chained("alike customers, 2 goods", ten(2)),
        chained("alike customers, goods that differ", **UNLIKE),
        chained("three kinds", **THREE_KINDS, handling=2.0),
        chained("2 rival shops", ten(2), shops=(0, 1)),
        chained("2 rival shops, three kinds", **THREE_KINDS, shops=(0, 1)),
    ),
)
def multiproduct_stackelberg(seed: int, chain: MultiproductChain) -> list[Finding]:
    """A leading maker foresees that a shop reprices all its goods: dp/dw = -F_p^-1 F_w."""
    costs, places = np.array(chain.costs), len(chain.shops)
    wholesale, shelves = chain.at_rest(seed, "stackelberg")
    if places == 1:
        theory = stackelberg(chain.customers.demand(), costs, chain.handling)
        expected, price = theory.wholesale_price, theory.price
    else:
        maker, shops = chain.tiers()
        demand, cost = chain.customers.demand(places), np.tile(costs, places) + chain.handling
        margin = stackelberg_by_search(demand, cost, maker, shops)
        expected = costs + margin
        price = vertical_nash(demand, cost + maker.cells.T @ margin, [shops]).price
    return compared(expected, wholesale, "maker") + compared(price, shelves, "shop")


@conduct_claim(
    source="Choi 1991, Marketing Science; first-order conditions",
    cases=(
        chained("2 goods, a shop", ten(2)),
        chained("2 goods, a wholesaler and a shop", ten(2), wholesaler=True),
        chained("2 makers, 2 rival shops", **TWO_BY_TWO),
        chained(
            "goods that differ, a wholesaler, 2 shops of one retailer",
            **UNLIKE,
            makers=(0, 1, 0),
            shops=(0, 0),
            wholesaler=True,
        ),
        chained("three kinds, 2 makers", **THREE_KINDS, makers=(0, 1)),
    ),
)
def multiproduct_direct(seed: int, chain: MultiproductChain) -> list[Finding]:
    """A maker owns both its parcels and its sales through shops: its prices maximise the sum."""
    goods, places = chain.customers.products, len(chain.shops)
    at_maker = tier_of([*(list(range(goods)) * places), *range(goods, 2 * goods)], [*chain.makers, *chain.makers])
    tiers = [at_maker, *chain.wholesale_tiers(goods), own_prices(goods, chain.shops, goods)]
    made = np.tile(chain.costs, places + 1)
    theory = vertical_nash(chain.customers.demand(places + 1), made, tiers)
    tables = {**chain.tables("margin", "maker", "wholesaler", "shop", "direct"), "regimes": BESIDE}
    regime = "chain_and_parcels" if chain.wholesaler else "shops_and_parcels"
    market = settled(tables, regime, seed, days=DAYS, changed=dealt(chain.customers))
    return [
        *compared(theory.paid_to(0, made, tiers)[:goods], chain.makers_prices(market), "maker to shops"),
        *compared(theory.price[-goods:], direct_prices(market), "maker direct"),
        *compared(theory.price[:-goods], shelf_prices(market), "shop"),
    ]
