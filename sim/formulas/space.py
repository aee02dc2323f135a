"""Sellers and customers in space: on a line, around a circle, scattered over a plane.

Customers are uniformly distributed and each buys one unit. ``transport`` is the cost per unit of distance, one way; if
trips go out and back, it is twice the cost per km.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.formulas.requirements import require, require_not_negative, require_positive, require_share

MEAN_DISTANCE_TO_CENTRE_OF_DISC = 2.0 / 3.0
"""Mean distance from a random point of a disc of radius 1 to its centre."""


@dataclass(frozen=True)
class LinearCity:
    """Two sellers at the ends of a line: prices, and the first seller's share of the line."""

    prices: tuple[float, float]
    first_share: float


def hotelling(transport: float, unit_costs: tuple[float, float], length: float = 1.0) -> LinearCity:
    """Return the Bertrand-Nash prices t L + (2 c_own + c_other) / 3 and the split 1/2 + (c_2 - c_1) / (6 t L).

    Hotelling, Economic Journal 1929, with locations fixed at the ends (free ones have no equilibrium at linear cost:
    d'Aspremont, Gabszewicz & Thisse, Econometrica 1979) and everybody buying.
    """
    require_positive(transport=transport, length=length)
    first, second = unit_costs
    whole = transport * length
    share = 0.5 + (second - first) / (6.0 * whole)
    require(0.0 < share < 1.0, f"unit_costs are {first} and {second}; they must be less than {3 * whole} apart")
    return LinearCity((whole + (2.0 * first + second) / 3.0, whole + (2.0 * second + first) / 3.0), share)


def salop_price(
    transport: float, unit_cost: float, firms: int, circumference: float = 1.0, *, quadratic: bool = False
) -> float:
    """Return the price of firms evenly spaced around a circle: unit cost + t g, with g the gap between neighbours.

    With a cost of transport t x^2 instead of t x it is unit cost + t g^2. Salop, Bell Journal of Economics 1979.
    """
    require(firms >= 2, f"there are {firms} firms; a circle needs two or more")
    require_positive(transport=transport, circumference=circumference)
    gap = circumference / firms
    return unit_cost + transport * (gap**2 if quadratic else gap)


def salop_free_entry(transport: float, fixed_cost: float) -> float:
    """Return how many firms enter a circle of circumference 1 and demand 1 until profit is zero: sqrt(t / F)."""
    require_positive(transport=transport, fixed_cost=fixed_cost)
    return float(np.sqrt(transport / fixed_cost))


@dataclass(frozen=True)
class CircleWithDirectSeller:
    """Stores around a circle and a seller without location: prices, and the direct seller's share of customers."""

    store_price: float
    direct_price: float
    direct_share: float


def direct_seller_on_circle(
    stores: int, transport: float, hassle: float, store_cost: float, direct_cost: float, circumference: float = 1.0
) -> CircleWithDirectSeller:
    """Return the Bertrand-Nash prices of stores around a circle and a direct seller equally far from all customers.

    ``hassle`` is the cost of buying direct to each customer on top of the price. With the gap g between stores and
    costs c_s, c_d: store price (t g / 2 + hassle + c_d + 2 c_s) / 3, direct price (t g - hassle + 2 c_d + c_s) / 3.
    Every store competes with the direct seller and no store with its neighbours. Balasubramanian, Marketing Science
    1998.
    """
    require(stores >= 2, f"there are {stores} stores; a circle needs two or more")
    require_positive(transport=transport, circumference=circumference)
    gap = circumference / stores
    store_price = (transport * gap / 2.0 + hassle + direct_cost + 2.0 * store_cost) / 3.0
    direct_price = (transport * gap - hassle + 2.0 * direct_cost + store_cost) / 3.0
    reach = (direct_price + hassle - store_price) / transport
    require(0.0 < reach < gap / 2.0, f"stores reach {reach}; they share 0 to {gap / 2.0} with the direct seller")
    return CircleWithDirectSeller(store_price, direct_price, 1.0 - 2.0 * reach / gap)


def mean_distance_to_nearest(density: float, availability: float = 1.0) -> float:
    """Return the mean distance to the nearest of randomly scattered stores, 1 / (2 sqrt(density)).

    If each has the good in stock with probability ``availability``, those that do are also scattered, but less densely:
    the mean distance to the nearest of them. Clark & Evans, Ecology 1954.
    """
    require_positive(density=density, availability=availability)
    require_share(availability=availability)
    return float(0.5 / np.sqrt(density * availability))


def found_within(density: float, availability: float, radius: float) -> float:
    """Return the probability that a store within ``radius`` has the good: 1 - exp(-pi f density radius^2)."""
    require_share(availability=availability)
    require_not_negative(density=density, radius=radius)
    return float(-np.expm1(-np.pi * availability * density * radius**2))


def one_of_nearest(availability: float, stores: int) -> float:
    """Return the probability that one of the nearest ``stores`` has the good: 1 - (1 - f)^n."""
    require_share(availability=availability)
    require_not_negative(stores=stores)
    return float(1.0 - (1.0 - availability) ** stores)
