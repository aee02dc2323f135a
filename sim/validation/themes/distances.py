"""Distance to the nearest shop, and to the nearest with the good in stock."""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.estimates import estimate
from sim.common.types import FloatArray
from sim.engine.codes import BOUGHT
from sim.formulas import space
from sim.results.outcome import Outcome
from sim.validation.claims import Finding, claim, given
from sim.validation.markets import Tables, base_stock_rule, live, market, town

WIDTH_OF_EDGE = 4.0
"""In mean gaps between shops; farther away, nobody in town has the nearest shop."""

Trips: TypeAlias = tuple[NDArray[np.bool_], FloatArray]
"""Which needs were met, and the km travelled, one way."""

distance_claim = partial(claim, "ways", tolerance=0.03)


def scattered_shops(dice: np.random.Generator, stocked: float, reach: int, density: float) -> Tables:
    """Return a town with about 300 shops in the middle of a large region with randomly scattered shops.

    A share of all shops is always empty.
    """
    radius = 10.0 / np.sqrt(density)
    half = radius + WIDTH_OF_EDGE / np.sqrt(density * stocked)
    count = int(dice.poisson(density * (2.0 * half) ** 2))
    east, north = half * (2.0 * dice.random((2, count)) - 1.0)
    owner = np.where(dice.random(count) < stocked, "careful", "careless")
    shops = [
        {"name": f"shop {k}", "town": "town", "retailer": str(owner[k]), "slots": 1}
        | {"east": float(east[k]), "north": float(north[k])}
        for k in range(count)
    ]
    return market(
        geography={"towns": [town("town", 4000, shape="disc", radius=radius)]},
        customers={"travel_cost": 1.0, "reach": reach, "draw": "stratified"},
        retailers={"names": ["careful", "careless"], "stores": shops},
        firms={"careless": {"replenishment": base_stock_rule(0)}},
    )


def trips_on_maps(seed: int, stocked: float, reach: int, maps: int, density: float = 1.0) -> list[Trips]:
    """Return the trips of customers on each of several maps."""
    dice = [np.random.default_rng([abs(seed), number]) for number in range(maps)]
    return [trips(live(scattered_shops(own, stocked, reach, density), "open_shelves", seed)) for own in dice]


def trips(outcome: Outcome) -> Trips:
    """Return the trips of a run."""
    needs = outcome.columns["needs"]
    return needs["result"] == BOUGHT, needs["km"]


@distance_claim(
    source="Clark & Evans 1954, Ecology",
    cases=(
        given("1 per km2, all have it", stocked=1.0, reach=1, maps=12),
        given("1 per km2, 91.7 % have it", stocked=0.917, reach=8, maps=14),
        given("25 per km2, half have it", stocked=0.5, reach=16, maps=16, density=25.0, slow=True),
    ),
)
def nearest_shop(seed: int, stocked: float, reach: int, maps: int, density: float = 1.0) -> list[Finding]:
    """Mean distance to the nearest of randomly scattered shops with the good: 1 / (2 sqrt(f density))."""
    km = [float(away[found].mean()) for found, away in trips_on_maps(seed, stocked, reach, maps, density)]
    return [Finding("km to the nearest that has it", space.mean_distance_to_nearest(density, stocked), estimate(km))]


@distance_claim(
    source="Clark & Evans 1954, Ecology",
    cases=(
        given("2000 shops", customers=40_000, people_per_shop=20.0, people_per_km2=20.0),
        given("5000 shops", customers=50_000, people_per_shop=10.0, people_per_km2=1000.0, slow=True),
    ),
)
def nearest_shop_of_own_towns(
    seed: int, customers: int, people_per_shop: float, people_per_km2: float
) -> list[Finding]:
    """The same holds in towns laid out by the market, except at their edges: below 1 % with 2000 shops and more."""
    tables = market(
        geography={"towns": None, "customers": customers, "town_count": 1, "density": people_per_km2},
        customers={"travel_cost": 1.0},
        retailers={"stores": None, "people_per_store": people_per_shop},
    )
    km = [float(trips(live(tables, "shops", seed + k))[1].mean()) for k in range(4)]
    theory = space.mean_distance_to_nearest(people_per_km2 / people_per_shop)
    return [Finding("km to the nearest", theory, estimate(km))]


@distance_claim(
    name="one_of_nearest",
    source="Independent events",
    cases=(
        given("91.7 % have it, nearest 1", stocked=0.917, reach=1, maps=6),
        given("91.7 % have it, nearest 2", stocked=0.917, reach=2, maps=6),
        given("half have it, nearest 3", stocked=0.5, reach=3, maps=10, slow=True),
    ),
)
def count_one_of_nearest(seed: int, stocked: float, reach: int, maps: int) -> list[Finding]:
    """One of the nearest n shops has the good with probability 1 - (1 - f)^n."""
    share = [float(found.mean()) for found, _ in trips_on_maps(seed, stocked, reach, maps)]
    return [Finding("share who find it", space.one_of_nearest(stocked, reach), estimate(share))]


@distance_claim(
    name="found_within",
    source="Clark & Evans 1954, Ecology",
    cases=(
        given("91.7 % have it, .6 km", stocked=0.917, reach=8, maps=12, within=0.6),
        given("half have it, 1 km", stocked=0.5, reach=16, maps=16, within=1.0, slow=True),
    ),
)
def count_found_within(seed: int, stocked: float, reach: int, maps: int, within: float) -> list[Finding]:
    """The good is found within R with probability 1 - exp(-pi f density R^2)."""
    share = [float((found & (away <= within)).mean()) for found, away in trips_on_maps(seed, stocked, reach, maps)]
    return [Finding("share who find it within", space.found_within(1.0, stocked, within), estimate(share))]
