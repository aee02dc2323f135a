"""Sellers on a line and around a circle: who buys where at theory's prices, and what each seller would rather ask.

A trip is out and back, so the cost of a km is half of theory's cost of distance. Prices are whole cents; to keep
rounding out of sight all money is a hundred times what the books have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.experiments.proving.claims import Case, Check, Finding, Parameters, exact
from sim.experiments.proving.markets import Tables, fixed, live, market, rivals, town, units_sold
from sim.theory import space

SCALE = 100.0
OFFSETS = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])


def best_price(profit: Callable[[float], float], middle: float, step: float, degree: int = 2) -> float:
    """Return the price at which a curve through the profits at seven prices around a middle is highest.

    The curve is a polynomial; with linear demand profit is a parabola.
    """
    prices = np.round(middle + step * OFFSETS, 2)
    profits = [profit(float(price)) for price in prices]
    curve = np.polynomial.Polynomial.fit(prices, profits, degree)
    flat = np.real(curve.deriv().roots())
    return float(flat[np.argmin(np.abs(flat - middle))])


def on_a_line(parameters: Parameters, prices: Sequence[float], seed: int) -> list[int]:
    """Return the units sold by two shops at the ends of a street 1 km long."""
    tables = market(
        rivals(prices, [{"town": "town", "east": -0.5}, {"town": "town", "east": 0.5}]),
        geography={"towns": [town("town", parameters["customers"], shape="segment", radius=0.5)]},
        customers={"travel_cost": SCALE * parameters["transport"] / 2.0, "reach": 2, "draw": "stratified"},
    )
    return [int(units) for units in units_sold(live(tables, "shops", seed))[-2:]]


def two_ends(parameters: Parameters, seed: int) -> list[Finding]:
    """Put two shops at the ends of a street at theory's prices; then let each look for a better one."""
    costs = parameters["costs"]
    theory = space.hotelling(parameters["transport"], costs)
    prices = [SCALE * price for price in theory.prices]
    sold = on_a_line(parameters, prices, seed)
    findings = [Finding("share of the first", theory.first_share, exact(sold[0] / sum(sold)))]
    for seller, name in enumerate(("first", "second")):

        def profit(own: float, seller: int = seller) -> float:
            asked = [own if k == seller else price for k, price in enumerate(prices)]
            return (own - SCALE * costs[seller]) * on_a_line(parameters, asked, seed)[seller]

        best = best_price(profit, prices[seller] * 1.01, 0.01 * prices[seller])
        findings.append(Finding(f"best price of the {name}", theory.prices[seller], exact(best / SCALE)))
    return findings


def circle(parameters: Parameters, prices: Sequence[float], direct_price: float | None) -> Tables:
    """Return a town around a ring 1 km long with shops evenly spaced, and perhaps a maker who sends parcels."""
    count = parameters["shops"]
    tables = market(
        rivals(prices, [{"town": "town", "around": k / count} for k in range(count)]),
        geography={"towns": [town("town", parameters["customers"], shape="ring", radius=0.5 / np.pi)]},
        customers={"travel_cost": SCALE * parameters["transport"] / 2.0, "reach": count, "draw": "stratified"},
    )
    if direct_price is None:
        return tables
    parcels = {"hassle": SCALE * parameters["hassle"], "trust": 0.0}
    return market(tables, customers=parcels, suppliers={"direct_pricing": fixed(direct_price)})


def around_a_circle(parameters: Parameters, seed: int) -> list[Finding]:
    """Put shops around a ring at theory's price; then let one of them look for a better one."""
    count, cost = parameters["shops"], parameters["cost"]
    theory = space.salop_price(parameters["transport"], cost, count)

    def sold(own: float) -> int:
        others = [SCALE * theory] * (count - 1)
        return int(units_sold(live(circle(parameters, [own, *others], None), "shops", seed))[-count])

    best = best_price(lambda own: (own - SCALE * cost) * sold(own), SCALE * theory * 1.001, SCALE * theory * 0.002)
    return [
        Finding("share of one shop", 1.0 / count, exact(sold(SCALE * theory) / parameters["customers"])),
        Finding("best price of one shop", theory, exact(best / SCALE)),
    ]


def beside_a_direct_seller(parameters: Parameters, seed: int) -> list[Finding]:
    """Put shops around a ring and a maker who sends parcels at theory's prices; then let both look for better ones."""
    count, store_cost, direct_cost = parameters["shops"], parameters["store_cost"], parameters["direct_cost"]
    theory = space.direct_seller_on_circle(
        count, parameters["transport"], parameters["hassle"], store_cost, direct_cost
    )
    shop_price, direct_price = SCALE * theory.store_price, SCALE * theory.direct_price

    def sold(own: float, direct: float) -> tuple[int, int]:
        prices = [own, *[shop_price] * (count - 1)]
        units = units_sold(live(circle(parameters, prices, direct), "shops_and_parcels", seed))
        return int(units[-count]), int(units[0])

    shop_best = best_price(
        lambda own: (own - SCALE * store_cost) * sold(own, direct_price)[0], shop_price * 1.005, 0.01 * shop_price
    )
    direct_best = best_price(
        lambda own: (own - SCALE * direct_cost) * sold(shop_price, own)[1], direct_price * 1.005, 0.01 * direct_price
    )
    share = sold(shop_price, direct_price)[1] / parameters["customers"]
    return [
        Finding("share of the direct seller", theory.direct_share, exact(share)),
        Finding("best price of one shop", theory.store_price, exact(shop_best / SCALE)),
        Finding("best price of the direct seller", theory.direct_price, exact(direct_best / SCALE)),
    ]


def line(transport: float, first_cost: float, second_cost: float) -> Parameters:
    """Return parameters of a street."""
    return {"transport": transport, "costs": (first_cost, second_cost), "customers": 20_000}


def ring(shops: int, transport: float, cost: float) -> Parameters:
    """Return parameters of a ring of shops."""
    return {"shops": shops, "transport": transport, "cost": cost, "customers": 20_000}


def ring_and_parcels(shops: int, transport: float, hassle: float, store_cost: float, direct_cost: float) -> Parameters:
    """Return parameters of a ring of shops and a direct seller."""
    costs = {"hassle": hassle, "store_cost": store_cost, "direct_cost": direct_cost}
    return {"shops": shops, "transport": transport, "customers": 20_000, **costs}


SPATIAL_CHECKS = (
    Check(
        name="two_ends_of_a_street",
        claim="Two shops at the ends of a street ask t + (2 own + other cost) / 3, and neither would ask another price",
        source="Hotelling 1929, Economic Journal",
        tolerance=0.01,
        run=two_ends,
        cases=(
            Case("t 4, costs 10 and 11.5", line(4.0, 10.0, 11.5)),
            Case("t 2, costs 5 and 5", line(2.0, 5.0, 5.0)),
            Case("t 9, costs 3 and 12", line(9.0, 3.0, 12.0)),
        ),
    ),
    Check(
        name="around_a_circle",
        claim="n shops around a circle ask cost + t / n, and none would ask another price",
        source="Salop 1979, Bell Journal of Economics",
        tolerance=0.01,
        run=around_a_circle,
        cases=(
            Case("4 shops, t 4", ring(4, 4.0, 10.0)),
            Case("2 shops, t 4", ring(2, 4.0, 10.0)),
            Case("8 shops, t 12", ring(8, 12.0, 3.0)),
        ),
    ),
    Check(
        name="beside_a_direct_seller",
        claim="Shops around a circle compete with the direct seller, not with one another",
        source="Balasubramanian 1998, Marketing Science",
        tolerance=0.01,
        run=beside_a_direct_seller,
        cases=(
            Case("5 shops, hassle 1.2", ring_and_parcels(5, 10.0, 1.2, 3.0, 2.5)),
            Case("8 shops, hassle .8", ring_and_parcels(8, 10.0, 0.8, 4.0, 4.0)),
            Case("3 shops, hassle .5", ring_and_parcels(3, 6.0, 0.5, 2.0, 3.0)),
        ),
    ),
)
