"""Couriers' tours, judged by elkai, which solves travelling salesmen (LKH: Helsgaun 2000, EJOR 126:106)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.last_mile import tour_km
from sim.scenario import load_scenario
from sim.scenario.transport import Courier
from sim.validation.claims import Check, CheckCase, Finding, Parameters
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


def judge_tours(parameters: Parameters, seed: int) -> list[Finding]:
    """Solve tours from a shop in the centre of a town past its customers' doors, and compare their length.

    The solved tours are a sample; their error is the interval of the couriers' distance.
    """
    drops, tours, radius = parameters["drops"], parameters["tours"], parameters["radius"]
    town = {"name": "Brook", "customers": drops * tours, "radius": radius}
    towns = make_towns(load_scenario({"name": "tours", "geography": {"towns": [town]}}), seed)
    where, shop = homes(towns, seed, stratified=False), np.zeros(1)
    doors = zip(where.east.reshape(tours, drops), where.north.reshape(tours, drops), strict=True)
    solved = np.array([shortest_tour(np.append(shop, east), np.append(shop, north)) for east, north in doors])
    way, area = np.array([np.hypot(where.east, where.north).mean()]), np.array([np.pi * radius**2])
    couriers = tour_km(Courier(drops_per_tour=1000.0), area, np.array([float(drops)]), way)
    error = float(solved.std(ddof=1) / np.sqrt(tours))
    return [near("km of a day's tour", float(solved.mean()), float(couriers[0]), WITHIN, error)]


def day_of(drops: int, tours: int, radius: float = 3.0) -> Parameters:
    """Return parameters of tours with this many drops: short ones vary more, long ones take longer to solve."""
    return {"drops": drops, "tours": tours, "radius": radius}


TOUR_JUDGES = (
    Check(
        name="tours_solved",
        theme=THEME,
        claim="Couriers who serve all drops on one tour drive as far as the shortest tour that elkai finds",
        source="elkai, solve_tsp: Helsgaun 2000, European Journal of Operational Research",
        tolerance=WITHIN,
        run=judge_tours,
        judge="elkai",
        cases=(
            CheckCase("10 drops", day_of(10, 500)),
            CheckCase("20 drops", day_of(20, 300)),
            CheckCase("50 drops", day_of(50, 30)),
            CheckCase("100 drops", day_of(100, 20), slow=True),
            CheckCase("200 drops", day_of(200, 10), slow=True),
        ),
    ),
)
