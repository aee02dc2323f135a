"""Couriers' distances compared with tours through drops scattered over a town."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from sim.formulas import lastmile, space
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.markets import calendar, live, market, rows_of, town

DAYS = 3

tour_claim = partial(claim, "ways", tolerance=0.03)


def compared_tours(
    seed: int, drops: int, radius: float, drops_per_tour: float, of_a_day: Callable[[float], float]
) -> list[Finding]:
    """Compare the km of couriers with theory's for the drops of each day.

    They serve a disc-shaped town with a central shop, in which all customers order daily.
    """
    tables = market(
        calendar(DAYS),
        geography={"towns": [town("town", drops, shape="disc", radius=radius)]},
        customers={"draw": "stratified"},
        delivery={"courier": {"drops_per_tour": float(drops_per_tour)}},
    )
    driven = live(tables, "couriers", seed).columns["transport"]
    driven = rows_of(driven, driven["town"] >= 0)
    total = driven["stops"].sum()
    expected = sum(of_a_day(stops) for stops in driven["stops"])
    return [Finding("km per drop", float(expected / total), exact(driven["km"].sum() / total))]


@tour_claim(
    source="Beardwood, Halton & Hammersley 1959; Johnson & McGeoch 1997; edge fitted to solved tours",
    cases=(
        given("10 drops", drops=10, radius=2.0),
        given("20 drops", drops=20, radius=1.0),
        given("50 drops", drops=50, radius=5.0),
        given("200 drops", drops=200, radius=3.0),
    ),
)
def one_tour(seed: int, drops: int, radius: float) -> list[Finding]:
    """All drops of a day on one tour: .7124 sqrt(n area) + .16 perimeter."""

    def shortest(stops: float) -> float:
        return lastmile.tour_length(stops + 1.0, np.pi * radius**2, 2.0 * np.pi * radius)

    return compared_tours(seed, drops, radius, 1000.0, shortest)


@tour_claim(
    source="Daganzo 1984, Transportation Science",
    cases=(
        given("100 drops, tours of 4", drops=100, radius=2.0, drops_per_tour=4),
        given("400 drops, tours of 10", drops=400, radius=2.0, drops_per_tour=10),
    ),
)
def many_tours(seed: int, drops: int, radius: float, drops_per_tour: int) -> list[Finding]:
    """Many tours of C drops: 2 way / C + .57 / sqrt(density) per drop, for n well above C^2."""
    mean_way = space.MEAN_DISTANCE_TO_CENTRE_OF_DISC * radius

    def driven(stops: float) -> float:
        return stops * lastmile.km_per_drop(mean_way, drops_per_tour, stops / (np.pi * radius**2))

    return compared_tours(seed, drops, radius, drops_per_tour, driven)
