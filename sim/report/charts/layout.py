"""Where things are drawn on a map: towns larger than they are, with their shops and people inside in proportion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.results.figures.maps import MarketMap

Points = NDArray[np.float64]
"""Shape (n, 2): km east and north as drawn."""

LARGEST_TOWN = 0.115
"""Radius of the largest town as part of the width of the map, where there are several."""
SMALLEST_TOWN = 0.3
"""Least radius of a town as part of that of the largest."""
WITHIN = 0.82
"""How far from the middle of a drawn town its farthest shop or home lies, as part of the radius."""
OUTSIDE = 1.16
"""Where a depot is drawn that a town would cover, as part of the town's radius."""
APART = 0.035
"""Least distance of two depots, as part of the width of the map."""
GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True)
class Layout:
    """Drawn positions, in km of the map.

    Attributes:
        width: the longer side of the map.
        towns: centres, (towns, 2); ``radius`` as drawn, (towns,).
        places: depots and stores, (places, 2).
        customers: homes, (customers, 2).
    """

    width: float
    towns: Points
    radius: NDArray[np.float64]
    places: Points
    customers: Points


def layout(tables: MarketMap) -> Layout:
    """Return where everything is drawn."""
    towns = tables.towns[["east", "north"]].to_numpy(float)
    places = tables.places[["east", "north"]].to_numpy(float)
    homes = tables.customers[["east", "north"]].to_numpy(float)
    of_place, of_home = tables.places["town"].to_numpy(), tables.customers["town"].to_numpy()
    reach = tables.towns["radius"].to_numpy(float).copy()
    for points, town in ((places, of_place), (homes, of_home)):
        inside = town >= 0
        np.maximum.at(reach, town[inside], _length(points[inside] - towns[town[inside]]))
    depots = of_place < 0
    everything = np.concatenate([towns, places[depots]])
    extent = float((everything.max(axis=0) - everything.min(axis=0)).max())
    if len(towns) == 1:
        radius = np.array([reach[0] / WITHIN if reach[0] > 0 else max(extent, 1.0) / 4])
    else:
        people = tables.towns["customers"].to_numpy(float)
        radius = LARGEST_TOWN * max(extent, 1.0) * np.maximum(np.sqrt(people / people.max()), SMALLEST_TOWN)
    width = max(extent, 2 * float(radius.max()))
    larger = np.divide(WITHIN * radius, reach, out=np.zeros_like(reach), where=reach > 0)
    drawn = places.copy()
    drawn[~depots] = _inside(places[~depots], of_place[~depots], towns, larger)
    drawn[depots] = _beside(places[depots], towns, radius, APART * width)
    people_at = _inside(_strewn(homes, of_home, radius, larger), of_home, towns, larger)
    return Layout(width, towns, radius, drawn, people_at)


def _length(away: Points) -> NDArray[np.float64]:
    return np.hypot(away[:, 0], away[:, 1])


def _inside(points: Points, town: NDArray[np.int64], towns: Points, larger: NDArray[np.float64]) -> Points:
    """Return points of towns drawn larger, moved away from the centre in proportion."""
    centre = towns[town]
    return centre + (points - centre) * larger[town][:, None]


def _strewn(homes: Points, town: NDArray[np.int64], radius: NDArray[np.float64], larger: NDArray[np.float64]) -> Points:
    """Return homes, with those of a town that all lie at one point spread around it, so that each can be seen."""
    moved = homes.copy()
    for number in np.unique(town):
        own = np.flatnonzero(town == number)
        if len(own) > 1 and larger[number] > 0 and np.ptp(homes[own], axis=0).max() == 0:
            step = np.arange(len(own))
            far = 0.3 * radius[number] / larger[number] * np.sqrt((step + 1) / len(own))
            moved[own] += np.stack([far * np.cos(GOLDEN * step), far * np.sin(GOLDEN * step)], axis=1)
    return moved


def _beside(depots: Points, towns: Points, radius: NDArray[np.float64], least: float) -> Points:
    """Return depots moved to the edge of a town that would cover them, and apart from one another."""
    placed: list[Points] = []
    for depot in depots:
        away = depot - towns
        covering = np.flatnonzero(_length(away) < OUTSIDE * radius)
        middle, far, angle = depot, 0.0, np.pi / 2
        if len(covering):
            town = covering[np.argmin(_length(away[covering]))]
            middle, far = towns[town], float(OUTSIDE * radius[town])
            angle = np.arctan2(away[town, 1], away[town, 0]) if _length(away[town : town + 1])[0] > 0 else angle
        placed.append(_free(middle, far, angle, placed, least))
    return np.array(placed).reshape(-1, 2)


def _free(middle: Points, far: float, angle: float, placed: list[Points], least: float) -> Points:
    """Return the first point around the middle that is far enough from those placed before."""
    taken = np.array(placed).reshape(-1, 2)
    point = middle + far * np.array([np.cos(angle), np.sin(angle)])
    for turn in range(1, 60):
        if not len(taken) or _length(taken - point).min() >= least:
            break
        ring = max(far, least * np.sqrt(turn))
        point = middle + ring * np.array([np.cos(angle + 0.35 * turn), np.sin(angle + 0.35 * turn)])
    return point
