"""Costs of a sale besides the goods must be in its price: parcels, returns, commission, tax, handling.

Worth is uniform over customers, or they are identical with taste shocks. Prices are found with few customers; where
profit is tested too, many buy at the price found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sim.common.estimates import estimate
from sim.formulas.multiproduct import cournot_margin
from sim.formulas.selling_costs import SellingCosts, uniform_price, uniform_profit, uniform_wholesale_price
from sim.validation.claims import CheckCase, Finding, claim, exact, given
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
COUNTED_DAYS = 60


selling_claim = partial(claim, "costs", tolerance=PRICES_WITHIN)


@dataclass(frozen=True)
class Sale:
    """A way to sell, and what a sale costs besides the goods; names as in a scenario.

    Attributes:
        way: one of ``WAYS``.
        highest: willingness to pay, where it is uniform from 0.
        rule: of the seller.
        asked: number of customers before whom a price is found.
    """

    way: str
    unit_cost: float = 30.0
    highest: float = 150.0
    parcel: float = 0.0
    paid_by: str = "seller"
    handling: float = 0.0
    handling_fee: float = 0.0
    tax: float = 0.0
    commission: float = 0.0
    returned: float = 0.0
    resaleable: float = 1.0
    return_handling: float = 0.0
    returns_paid_by: str = "seller"
    refund_fee: bool = False
    rule: str = "best_response"
    asked: int = 2000

    @property
    def in_shop(self) -> bool:
        """Whether a shop sells, whose maker sells at cost."""
        return self.way == "shops"

    @property
    def pricing(self) -> Tables:
        """The seller's rule."""
        return QUANTITY if self.rule == "quantity" else best_reply()

    @property
    def few(self) -> Tables:
        """Customers before whom the seller finds its price."""
        return customers_with(evenly(0.0, self.highest), self.asked)

    def costs(self) -> SellingCosts:
        """Return theory's costs of a sale in the market of ``tables``."""
        sends, partner = self.way in FROM_DEPOT, self.way == "partners"
        return SellingCosts(
            unit_cost=self.unit_cost,
            handling=self.handling_fee if partner else self.handling,
            parcel=self.parcel if sends else 0.0,
            fee=self.parcel if sends and self.paid_by == "customer" else 0.0,
            tax=self.tax,
            commission=self.commission if self.way in ("listed", "partners") else 0.0,
            returned=self.returned,
            resaleable=self.resaleable,
            return_handling=self.return_handling,
            return_parcel=self.parcel if sends and self.returns_paid_by == "seller" else 0.0,
            fee_refunded=self.refund_fee,
        )

    def tables(self, people: Tables, rule: Tables, **sections: Any) -> Tables:
        """Return a market in which a maker sells direct by one of ``WAYS``, or a shop whose maker sells at cost."""
        returned = {f"return_{how}": self.returned for how in ("unseen", "inspected")}
        costs = {
            "money": {"tax_rate": self.tax},
            "products": {"unit_cost": self.unit_cost, **returned},
            "suppliers": {
                "pricing": DAILY_AT_COST,
                "direct_pricing": DAILY_AT_COST if self.in_shop else rule,
                "direct_handling_cost": self.handling,
            },
            "retailers": {"pricing": rule if self.in_shop else DAILY_AT_COST, "handling_cost": self.handling},
            "platform": {"commission": self.commission, "handling_fee": self.handling_fee},
            "delivery": {"paid_by": self.paid_by, "parcel": {"cost_per_parcel": self.parcel}},
            "returns": {
                "days": 1,
                "paid_by": self.returns_paid_by,
                "refund_fee": self.refund_fee,
                "resaleable": self.resaleable,
                "handling_cost": self.return_handling,
            },
            "regimes": WAYS,
        }
        return market(people, costs, sections)

    def found_price(self, people: Tables, seed: int) -> float:
        """Return the consumer price at which the seller settles with these customers."""
        at_rest = settled(self.tables(people, self.pricing), self.way, seed, days=DAYS)
        return float(level_prices(at_rest, -1)[0, 0] if self.in_shop else direct_prices(at_rest)[0])


def sale(name: str, way: str, *, slow: bool = False, **costs: Any) -> CheckCase:
    """Return the case of a way to sell with these costs."""
    return given(name, sale=Sale(way, **costs), slow=slow)


RETURNS: Tables = {"parcel": 8.0, "paid_by": "customer", "returned": 0.4, "resaleable": 0.5, "return_handling": 10.0}
"""Four of ten sales are returned, half of them as good as new; customers pay delivery, the seller pays returns."""
ODD: Tables = {
    **{"unit_cost": 22.0, "highest": 131.0, "parcel": 6.5, "handling": 2.3, "tax": 0.19, "commission": 0.12},
    **{"returned": 0.27, "resaleable": 0.64, "return_handling": 3.9},
}
IN_SHOP: Tables = {
    **{"unit_cost": 18.0, "highest": 97.0, "handling": 4.0, "tax": 0.08},
    **{"returned": 0.2, "resaleable": 0.7, "return_handling": 5.0},
}
PARTNERS: Tables = {"unit_cost": 25.0, "highest": 120.0, "handling_fee": 7.0, "commission": 0.15, "tax": 0.05}


@selling_claim(
    source="First-order condition; k = (1 - returned)(1 - commission)",
    name="selling_costs",
    cases=(
        sale("seller-paid parcel 25", "parcels", parcel=25.0),
        sale("returns 40 %, half resaleable", "parcels", **RETURNS),
        sale("the same, way back paid by customers", "parcels", **RETURNS, returns_paid_by="customer"),
        sale("the same, fee refunded", "parcels", **RETURNS, refund_fee=True),
        sale("customer-paid parcel 12, quantity", "parcels", parcel=12.0, paid_by="customer", rule="quantity"),
        sale("seller-paid parcel 25, quantity", "parcels", parcel=25.0, rule="quantity"),
        sale("commission 15 %, tax 10 %", "listed", commission=0.15, tax=0.1),
        sale("all of them", "listed", **ODD),
        sale("all of them, fee", "listed", **ODD, paid_by="customer", refund_fee=True),
        sale("partner stores: handling fee 7, commission", "partners", **PARTNERS),
        sale("a partner store, returns", "partners", **PARTNERS, returned=0.3, resaleable=0.5),
        sale("a shop", "shops", **IN_SHOP),
        sale("a shop, quantity", "shops", **IN_SHOP, rule="quantity"),
        sale("a shop, tax 25 %", "shops", tax=0.25),
    ),
)
def selling_costs_in_prices(seed: int, sale: Sale) -> list[Finding]:
    """Parcel, returns, commission, tax and handling are in the price: ((v - fee) / (1 + tax) + cost / k) / 2."""
    return [price_finding("price", uniform_price(sale.costs(), sale.highest), sale.found_price(sale.few, seed))]


@selling_claim(
    source="Definition",
    tolerance=0.01,
    cases=(
        sale("seller-paid parcel 25", "parcels", parcel=25.0),
        sale("returns 40 %, half resaleable", "parcels", **RETURNS),
        sale("the same, fee refunded", "parcels", **RETURNS, refund_fee=True, slow=True),
        sale("all of them", "listed", **ODD),
        sale("all of them, fee", "listed", **ODD, paid_by="customer", slow=True),
        sale("a partner store, returns", "partners", **PARTNERS, returned=0.3, resaleable=0.5),
        sale("a shop", "shops", **IN_SHOP),
    ),
)
def selling_costs_in_the_books(seed: int, sale: Sale) -> list[Finding]:
    """At its best price a seller's account gains what theory says."""
    costs, heads = sale.costs(), 20_000
    price = round(uniform_price(costs, sale.highest), 2)
    tables = sale.tables(
        customers_with(evenly(0.0, sale.highest), heads), fixed(price), **calendar(SETTLED_DAYS + COUNTED_DAYS)
    )
    firm = "retailer" if sale.in_shop else "supplier"
    daily = gained_each_day(live(tables, sale.way, seed), firm)[SETTLED_DAYS - 1 :] / heads
    # Without returns, every day is the same.
    profit = estimate(daily) if sale.returned else exact(float(daily.mean()))
    return [Finding("profit per need", uniform_profit(costs, sale.highest, price), profit)]


@selling_claim(
    source="First-order condition; Anderson, de Palma & Thisse 1992",
    cases=(
        sale("seller-paid parcel 25", "parcels", parcel=25.0),
        sale("all of them", "listed", **ODD),
        sale("partner stores, returns", "partners", **PARTNERS, returned=0.3, resaleable=0.5),
        sale("a shop", "shops", **IN_SHOP),
        sale("a shop, quantity", "shops", **IN_SHOP, rule="quantity"),
    ),
)
def selling_costs_logit(seed: int, sale: Sale) -> list[Finding]:
    """The same with taste shocks: the seller has the burdened cost fee + (1 + tax) cost / k."""
    costs, worth, scale = sale.costs(), 150.0, 20.0
    alike = customers_with({"distribution": "constant", "mean": worth}, 10, scale=scale)
    paid = costs.burdened + cournot_margin([worth], [costs.burdened], scale)
    return [price_finding("price", costs.price(paid), sale.found_price(alike, seed))]


@selling_claim(
    source="Spengler 1950, Journal of Political Economy; first-order conditions",
    cases=(
        sale("handling and tax", "shops", unit_cost=20.0, highest=120.0, handling=6.0, tax=0.1),
        sale("returns, all resaleable", "shops", unit_cost=20.0, highest=120.0, returned=0.25, return_handling=4.0),
        sale("returns, some lost", "shops", **IN_SHOP),
    ),
)
def selling_costs_in_a_chain(seed: int, sale: Sale) -> list[Finding]:
    """A leading maker knows its shop's costs: it goes half of the way to the price at which nobody buys."""
    wholesale = uniform_wholesale_price(sale.costs(), sale.highest, sale.unit_cost)
    at_rest = settled(
        sale.tables(sale.few, best_reply(), suppliers={"pricing": best_reply()}), "shops", seed, days=DAYS
    )
    maker, shop = (float(level_prices(at_rest, number)[0, 0]) for number in (0, -1))
    return [
        price_finding("maker's price", wholesale, maker),
        price_finding("shop's price", uniform_price(replace(sale, unit_cost=wholesale).costs(), sale.highest), shop),
    ]
