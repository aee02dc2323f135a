"""The way of one purchase over the map: where the goods were on which day, from the maker to the customer's home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.results.figures.story import Story
from sim.scenario import Scenario
from sim.world.world import World, make_world

HOME = "home"


class RouteStop(NamedTuple):
    """Where goods are from a day on: what the place is called, km east and north, and the day."""

    name: str
    east: float
    north: float
    day: float


class MapTown(NamedTuple):
    """A town on the map: its name, km east and north, and its radius."""

    name: str
    east: float
    north: float
    radius: float


@dataclass(frozen=True)
class Route:
    """The way of the goods of one need.

    Attributes:
        regime: under which.
        stops: in the order of days, the customer's home last; empty where nothing was bought.
        home: where the customer lives, km east and north.
        day: on which the need arose.
    """

    regime: str
    stops: tuple[RouteStop, ...]
    home: tuple[float, float]
    day: int


def routes_of(scenario: Scenario, seed: int, stories: Iterable[Story]) -> tuple[list[Route], list[MapTown]]:
    """Return the way of the goods in each of some stories of one world, and the towns of that world."""
    world = make_world(scenario, seed)
    towns = world.towns
    known = [
        MapTown(name, float(towns.east[at]), float(towns.north[at]), float(towns.radius[at]))
        for at, name in enumerate(towns.names)
    ]
    return [_route(story, world) for story in stories], known


def _route(story: Story, world: World) -> Route:
    home = (float(story.customer.home[0]), float(story.customer.home[1]))
    if story.purchase is None:
        return Route(story.regime, (), home, story.day)
    places = {name: at for at, name in enumerate(world.places.names)}
    stops: list[RouteStop] = []

    def there(name: str, day: float) -> None:
        at = places.get(name)
        if at is not None:
            stops.append(RouteStop(name, *_position(world, at), day))

    for step in story.upstream:
        if step.kind == "dispatch":
            there(step.source, step.sent)
        there(step.destination, step.arrived)
    there(story.purchase.place, story.day)
    days = story.purchase.days if story.purchase.days is not None else story.purchase.quoted_days
    stops.append(RouteStop(HOME, *home, story.day + (days or 0.0)))
    return Route(story.regime, tuple(stops), home, story.day)


def _position(world: World, at: int) -> tuple[float, float]:
    east, north = float(world.places.east[at]), float(world.places.north[at])
    if np.isnan(east) or np.isnan(north):  # a place on a ring has no position of its own
        town = int(world.places.town[at])
        return float(world.towns.east[town]), float(world.towns.north[town])
    return east, north
