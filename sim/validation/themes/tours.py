"""Couriers' distances compared with tours through drops scattered over a town."""

from __future__ import annotations

import numpy as np

from sim.common.table import Columns
from sim.formulas import lastmile, space
from sim.validation.claims import Check, CheckCase, Finding, Parameters, exact
from sim.validation.markets import calendar, live, market, rows_of, town

HIGHEST_DROPS_PER_TOUR = 1000


def courier_days(parameters: Parameters, seed: int) -> Columns:
    """Return the couriers' days in a disc-shaped town with a central shop and daily orders from all customers."""
    outcome = live(
        market(
            calendar(parameters["days"]),
            geography={"towns": [town("town", parameters["drops"], shape="disc", radius=parameters["radius"])]},
            customers={"draw": "stratified"},
            delivery={"courier": {"drops_per_tour": float(parameters["drops_per_tour"])}},
        ),
        "couriers",
        seed,
    )
    driven = outcome.columns["transport"]
    return rows_of(driven, driven["town"] >= 0)


def one_tour(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare km per drop with the shortest tour through the shop and all drops of a day."""
    driven = courier_days(parameters, seed)
    radius = parameters["radius"]
    shortest = [lastmile.tour_length(drops + 1.0, np.pi * radius**2, 2.0 * np.pi * radius) for drops in driven["stops"]]
    drops = driven["stops"].sum()
    return [Finding("km per drop", float(sum(shortest) / drops), exact(driven["km"].sum() / drops))]


def many_tours(parameters: Parameters, seed: int) -> list[Finding]:
    """Compare km per drop with the way out and back shared by a tour's drops plus the local distance between them."""
    driven = courier_days(parameters, seed)
    radius = parameters["radius"]
    mean_way = space.MEAN_DISTANCE_TO_CENTRE_OF_DISC * radius
    expected = [
        drops * lastmile.km_per_drop(mean_way, parameters["drops_per_tour"], drops / (np.pi * radius**2))
        for drops in driven["stops"]
    ]
    drops = driven["stops"].sum()
    return [Finding("km per drop", float(sum(expected) / drops), exact(driven["km"].sum() / drops))]


def rounds(drops: int, radius: float, drops_per_tour: int = HIGHEST_DROPS_PER_TOUR) -> Parameters:
    """Return parameters of a few identical days of couriers."""
    return {"drops": drops, "radius": radius, "drops_per_tour": drops_per_tour, "days": 3}


TOUR_CHECKS = (
    Check(
        name="one_tour",
        theme="ways",
        claim="All drops of a day on one tour: .7124 sqrt(n area) + .16 perimeter",
        source="Beardwood, Halton & Hammersley 1959; Johnson & McGeoch 1997; edge fitted to solved tours",
        tolerance=0.03,
        run=one_tour,
        cases=(
            CheckCase("10 drops", rounds(10, 2.0)),
            CheckCase("20 drops", rounds(20, 1.0)),
            CheckCase("50 drops", rounds(50, 5.0)),
            CheckCase("200 drops", rounds(200, 3.0)),
        ),
    ),
    Check(
        name="many_tours",
        theme="ways",
        claim="Many tours of C drops: 2 way / C + .57 / sqrt(density) per drop, for n well above C^2",
        source="Daganzo 1984, Transportation Science",
        tolerance=0.03,
        run=many_tours,
        cases=(
            CheckCase("100 drops, tours of 4", rounds(100, 2.0, 4)),
            CheckCase("400 drops, tours of 10", rounds(400, 2.0, 10)),
        ),
    ),
)
