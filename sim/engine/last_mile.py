"""What local couriers drive and charge: the tour through a town gets shorter per drop as drops get denser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS
from sim.formulas.lastmile import BOUNDARY_CONSTANT
from sim.kernels.fulfilment import DeliveryCounts
from sim.kernels.goods import Goods
from sim.kernels.offers import LastMile
from sim.scenario.regimes import Regime
from sim.scenario.transport import Courier
from sim.world.world import World

WEEK = 7
EDGE_OF_DISC = BOUNDARY_CONSTANT / 4.0 * 2.0 * float(np.sqrt(np.pi))
"""What the edge of a disc adds to the shortest tour, per sqrt(area): .16 of the perimeter."""
MEAN_DISTANCE_IN_DISC = 2.0 / 3.0
"""Mean distance from the centre of a disc of radius 1."""


def tour_km(
    courier: Courier, area: NDArray[np.float64], drops: NDArray[np.float64], way_km: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the km driven for a day's drops in each town, shape (towns,).

    One tour calls at every door and at the shop: ``tour_constant * sqrt(area * (drops + 1))`` (Beardwood, Halton &
    Hammersley 1959) and what a disc's edge adds; never less than once out and back, mean ``way_km``. Many tours of
    ``drops_per_tour`` go out and back each, and inside their own district from door to door,
    ``local_constant * sqrt(area * drops)`` in all (Daganzo 1984). The longer of the two counts: neither can be undercut
    (Haimovich & Rinnooy Kan 1985). Nobody drives more than out and back for each drop.
    """
    doors = courier.tour_constant * np.sqrt(area * (drops + 1.0)) + EDGE_OF_DISC * np.sqrt(area)
    out_and_back = 2.0 * way_km
    one_tour = np.maximum(doors, out_and_back)
    many_tours = courier.local_constant * np.sqrt(area * drops) + out_and_back * drops / courier.drops_per_tour
    driven: NDArray[np.float64] = np.minimum(np.maximum(one_tour, many_tours), out_and_back * drops)
    return driven


class CourierTariff:
    """Couriers' charge per drop in each town: last week's mean cost plus their margin.

    Attributes:
        charge: cents per drop, int64[towns]; renewed every evening, in place.
    """

    def __init__(self, world: World, regime: Regime):
        self.courier = world.scenario.delivery.courier
        self.at_cost = regime.at_cost
        self.area = world.towns.area
        towns = len(world.towns)
        self._drops = np.zeros((WEEK, towns))
        self._km = np.zeros((WEEK, towns))
        opening = np.full(towns, self.courier.opening_drops)
        km = tour_km(self.courier, self.area, opening, MEAN_DISTANCE_IN_DISC * world.towns.radius)
        self.charge = self.charge_for(km / opening)

    def charge_for(self, km_per_drop: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the charge in cents at so many km per drop; at cost, half the km are met by the state."""
        driven = self.courier.cost_per_km * km_per_drop
        if self.at_cost:
            return np.rint((self.courier.cost_per_stop + driven / 2.0) * CENTS).astype(np.int64)
        cost = self.courier.cost_per_stop + driven
        return np.rint(cost * (1.0 + self.courier.margin) * CENTS).astype(np.int64)

    def close(self, day: int, delivery_counts: DeliveryCounts) -> tuple[NDArray[np.float64], int, int]:
        """End the day: renew the charge. Returns km driven in each town, wages and fuel in cents."""
        if not (delivery_counts.courier.any() or self._drops.any()):
            return self._km[day % WEEK], 0, 0  # nobody called a courier for a week
        drops = delivery_counts.courier.astype(np.float64)
        km = tour_km(self.courier, self.area, drops, delivery_counts.courier_km / np.maximum(drops, 1.0))
        self._drops[day % WEEK] = drops
        self._km[day % WEEK] = km
        drops_of_week, km_of_week = self._drops.sum(axis=0), self._km.sum(axis=0)
        busy = drops_of_week > 0
        self.charge[busy] = self.charge_for(km_of_week[busy] / drops_of_week[busy])
        wages = int(np.rint(drops.sum() * self.courier.cost_per_stop * CENTS))
        fuel = int(np.rint(km.sum() * self.courier.cost_per_km * CENTS))
        return km, wages, fuel


def renew_quotes(last_mile: LastMile, goods: Goods, owed: NDArray[np.int64]) -> None:
    """Let tomorrow's quotes see what makers owe: ``owed`` (nodes, products) is ordered and not yet shipped, of all."""
    depots = len(last_mile.owed)
    under_way = goods.units[len(goods.owner) : len(goods.owner) + depots]
    last_mile.owed[:] = owed[:depots] - goods.reserved[:depots]
    short = owed[:depots] - goods.units[:depots] - under_way
    last_mile.to_be_made[:] = np.maximum(short, 0).sum(axis=1)
