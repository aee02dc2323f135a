"""Distance to the nearest shop, and to the nearest with the good in stock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.estimates import estimate
from sim.common.types import FloatArray
from sim.engine.codes import BOUGHT
from sim.formulas import space
from sim.results.outcome import Outcome
from sim.validation.claims import Check, CheckCase, Finding, Parameters
from sim.validation.markets import Tables, base_stock_rule, live, market, town

WIDTH_OF_EDGE = 4.0
"""In mean gaps between shops; farther away, nobody in town has the nearest shop."""


def strewn_shops(parameters: Parameters, dice: np.random.Generator) -> Tables:
    """Return a town in the middle of a large region with randomly scattered shops, some of which are always empty."""
    density, stocked, radius = parameters["density"], parameters["stocked"], parameters["radius"]
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
        geography={"towns": [town("town", parameters["customers"], shape="disc", radius=radius)]},
        customers={"travel_cost": 1.0, "reach": parameters["reach"], "draw": "stratified"},
        retailers={"names": ["careful", "careless"], "stores": shops},
        firms={"careless": {"replenishment": base_stock_rule(0)}},
    )


def maps(parameters: Parameters, seed: int) -> list[tuple[NDArray[np.bool_], FloatArray]]:
    """Return, for each of several maps, which customers found the good and how far they travelled."""
    found = []
    for number in range(parameters["maps"]):
        dice = np.random.default_rng([abs(seed), number])
        found.append(what_was_found(live(strewn_shops(parameters, dice), "open_shelves", seed)))
    return found


def what_was_found(outcome: Outcome) -> tuple[NDArray[np.bool_], FloatArray]:
    """Return which needs were met and the km travelled, one way."""
    needs = outcome.columns["needs"]
    return needs["result"] == BOUGHT, needs["km"]


def nearest_shop(parameters: Parameters, seed: int) -> list[Finding]:
    """Measure the distance to the nearest shop with the good."""
    theory = space.mean_distance_to_nearest(parameters["density"], parameters["stocked"])
    km = [float(away[found].mean()) for found, away in maps(parameters, seed)]
    return [Finding("km to the nearest that has it", theory, estimate(km))]


def own_towns(parameters: Parameters, seed: int) -> list[Finding]:
    """Measure the distance to the nearest shop in towns laid out by the market itself."""
    customers, per_shop, density = parameters["customers"], parameters["people_per_shop"], parameters["people_per_km2"]
    tables = market(
        geography={"towns": None, "customers": customers, "town_count": 1, "density": density},
        customers={"travel_cost": 1.0},
        retailers={"stores": None, "people_per_store": per_shop},
    )
    km = [float(what_was_found(live(tables, "shops", seed + k))[1].mean()) for k in range(parameters["maps"])]
    return [Finding("km to the nearest", space.mean_distance_to_nearest(density / per_shop), estimate(km))]


def count_one_of_nearest(parameters: Parameters, seed: int) -> list[Finding]:
    """Count who finds the good in one of the nearest shops."""
    theory = space.one_of_nearest(parameters["stocked"], parameters["reach"])
    share = [float(found.mean()) for found, _ in maps(parameters, seed)]
    return [Finding("share who find it", theory, estimate(share))]


def count_found_within(parameters: Parameters, seed: int) -> list[Finding]:
    """Count who finds the good within some km."""
    theory = space.found_within(parameters["density"], parameters["stocked"], parameters["within"])
    share = [float((found & (away <= parameters["within"])).mean()) for found, away in maps(parameters, seed)]
    return [Finding("share who find it within", theory, estimate(share))]


def strewn(stocked: float, reach: int, maps: int, density: float = 1.0, within: float = 0.0) -> Parameters:
    """Return parameters of a town with about 300 shops; ``maps`` are repetitions."""
    return {
        **{"stocked": stocked, "reach": reach, "maps": maps, "density": density, "within": within},
        **{"radius": 10.0 / np.sqrt(density), "customers": 4000},
    }


def laid_out(customers: int, people_per_shop: float, people_per_km2: float, maps: int) -> Parameters:
    """Return parameters of a town laid out by the market."""
    return {
        **{"customers": customers, "people_per_shop": people_per_shop, "people_per_km2": people_per_km2, "maps": maps},
    }


DISTANCE_CHECKS = (
    Check(
        name="nearest_shop",
        theme="ways",
        claim="Mean distance to the nearest of randomly scattered shops with the good: 1 / (2 sqrt(f density))",
        source="Clark & Evans 1954, Ecology",
        tolerance=0.03,
        run=nearest_shop,
        cases=(
            CheckCase("1 per km2, all have it", strewn(1.0, 1, 12)),
            CheckCase("1 per km2, 91.7 % have it", strewn(0.917, 8, 14)),
            CheckCase("25 per km2, half have it", strewn(0.5, 16, 16, density=25.0), slow=True),
        ),
    ),
    Check(
        name="nearest_shop_of_own_towns",
        theme="ways",
        claim=(
            "The same holds in towns laid out by the market, except at their edges: below 1 % with 2000 shops and more"
        ),
        source="Clark & Evans 1954, Ecology",
        tolerance=0.03,
        run=own_towns,
        cases=(
            CheckCase("2000 shops", laid_out(40_000, 20.0, 20.0, 4)),
            CheckCase("5000 shops", laid_out(50_000, 10.0, 1000.0, 4), slow=True),
        ),
    ),
    Check(
        name="one_of_nearest",
        theme="ways",
        claim="One of the nearest n shops has the good with probability 1 - (1 - f)^n",
        source="Independent events",
        tolerance=0.03,
        run=count_one_of_nearest,
        cases=(
            CheckCase("91.7 % have it, nearest 1", strewn(0.917, 1, 6)),
            CheckCase("91.7 % have it, nearest 2", strewn(0.917, 2, 6)),
            CheckCase("half have it, nearest 3", strewn(0.5, 3, 10), slow=True),
        ),
    ),
    Check(
        name="found_within",
        theme="ways",
        claim="The good is found within R with probability 1 - exp(-pi f density R^2)",
        source="Clark & Evans 1954, Ecology",
        tolerance=0.03,
        run=count_found_within,
        cases=(
            CheckCase("91.7 % have it, .6 km", strewn(0.917, 8, 12, within=0.6)),
            CheckCase("half have it, 1 km", strewn(0.5, 16, 16, within=1.0), slow=True),
        ),
    ),
)
