"""Couriers' tours, judged by tours that elkai solves (Helsgaun's LKH: Helsgaun 2000, EJOR 126:106)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.judges.finding import Finding, within
from sim.geography import homes, make_towns
from sim.lastmile import tour_km
from sim.scenario import load_scenario
from sim.scenario.transport import Courier
from sim.theory.lastmile import BOUNDARY_CONSTANT, TOUR_CONSTANT

SOURCE = "elkai, solve_tsp"
WITHIN = 0.03
METRES = 1000.0
TOURS = {10: 200, 20: 100, 50: 40, 100: 10, 200: 4}
"""How many tours are solved, by drops: short ones differ more from one another, long ones take longer to solve."""


def shortest_tour(east: NDArray[np.float64], north: NDArray[np.float64]) -> float:
    """Return the km of the shortest round trip past these doors, as elkai finds it."""
    import elkai

    apart = np.hypot(east[:, None] - east[None, :], north[:, None] - north[None, :])
    order = elkai.DistanceMatrix(np.rint(apart * METRES).astype(np.int64).tolist()).solve_tsp(runs=1)
    return float(apart[order[:-1], order[1:]].sum())


def solved_tours(drops: int, radius: float, tours: int, seed: int) -> NDArray[np.float64]:
    """Return the km of shortest tours past ``drops`` doors each, of people who live in a town of this radius."""
    town = {"name": "Brook", "customers": drops * tours, "radius": radius}
    towns = make_towns(load_scenario({"name": "tours", "geography": {"towns": [town]}}), seed)
    where = homes(towns, seed, stratified=False)
    east, north = where.east.reshape(tours, drops), where.north.reshape(tours, drops)
    return np.array([shortest_tour(*doors) for doors in zip(east, north, strict=True)])


def judge_tours(drops: int, *, radius: float = 3.0, seed: int = 0) -> list[Finding]:
    """Compare solved tours in a town with the km from door to door that couriers are paid for, and with theory.

    The constant of the edge is that of a square of side 1, whose perimeter is 4; a town is a disc.
    """
    solved = solved_tours(drops, radius, TOURS[drops], seed)
    best, error = float(solved.mean()), float(solved.std(ddof=1) / np.sqrt(len(solved)))
    area, edge = np.pi * radius * radius, 2.0 * np.pi * radius
    couriers = float(tour_km(Courier(), np.array([area]), np.array([float(drops)]), np.zeros(1))[0])
    theory = TOUR_CONSTANT * float(np.sqrt(drops * area)) + BOUNDARY_CONSTANT / 4.0 * edge
    return [
        within(f"tour km of {drops} drops, couriers", SOURCE, best, couriers, WITHIN, error),
        within(f"tour km of {drops} drops, theory", SOURCE, best, theory, WITHIN, error),
    ]
