"""Couriers' tours, judged by elkai, which solves travelling salesmen (LKH: Helsgaun 2000, EJOR 126:106)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.last_mile import tour_km
from sim.scenario import load_scenario
from sim.scenario.transport import Courier
from sim.validation.claims import Finding, claim, given
from sim.validation.external.finding import THEME, near
from sim.world.geography import homes, make_towns

METRES = 1000.0
WITHIN = 0.03


def shortest_tour(east: NDArray[np.float64], north: NDArray[np.float64]) -> float:
    """Return the km of the shortest round trip past these doors, as elkai finds it."""
    import elkai

    apart = np.hypot(east[:, None] - east[None, :], north[:, None] - north[None, :])
    order = elkai.DistanceMatrix(np.rint(apart * METRES).astype(np.int64).tolist()).solve_tsp(runs=1)
    return float(apart[order[:-1], order[1:]].sum())


@claim(
    THEME,
    source="elkai, solve_tsp: Helsgaun 2000, European Journal of Operational Research",
    tolerance=WITHIN,
    judge="elkai",
    cases=(
        # Short tours vary more, long ones take longer to solve.
        given("10 drops", drops=10, tours=500),
        given("20 drops", drops=20, tours=300),
        given("50 drops", drops=50, tours=30),
        given("100 drops", drops=100, tours=20, slow=True),
        given("200 drops", drops=200, tours=10, slow=True),
    ),
)
def tours_solved(seed: int, drops: int, tours: int) -> list[Finding]:
    """Couriers who serve all drops on one tour drive as far as the shortest tour that elkai finds.

    The solved tours are a sample; their error is the interval of the couriers' distance.
    """
    radius = 3.0
    town = {"name": "Brook", "customers": drops * tours, "radius": radius}
    towns = make_towns(load_scenario({"name": "tours", "geography": {"towns": [town]}}), seed)
    where, shop = homes(towns, seed, stratified=False), np.zeros(1)
    doors = zip(where.east.reshape(tours, drops), where.north.reshape(tours, drops), strict=True)
    solved = np.array([shortest_tour(np.append(shop, east), np.append(shop, north)) for east, north in doors])
    way, area = np.array([np.hypot(where.east, where.north).mean()]), np.array([np.pi * radius**2])
    couriers = tour_km(Courier(drops_per_tour=1000.0), area, np.array([float(drops)]), way)
    error = float(solved.std(ddof=1) / np.sqrt(tours))
    return [near("km of a day's tour", float(solved.mean()), float(couriers[0]), WITHIN, error)]
