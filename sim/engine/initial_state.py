"""The state in which a run opens where it is to open at rest: what a long run of the same regime would come to.

Trust and expected demand are known beforehand, to an approximation; queues and charges settle within a week or two.
"""

from __future__ import annotations

import numpy as np

from sim.common.types import FloatArray
from sim.engine.construction import has_channel, make_offers
from sim.engine.demand_estimation import MarketSnapshot
from sim.kernels.expected_purchases import ExpectedSales, expect_purchases
from sim.kernels.numerics.dispatch_cache import Calls
from sim.kernels.offers import Marketplace, Shelves
from sim.scenario.regimes import Regime
from sim.world.world import World

UNSEEN = ("pickup", "courier", "parcel")
"""Channels by which goods are bought unseen."""
MOST_ASKED = 100_000
"""Customers whose choices make up the opening forecast; of more, every second, third, ... is asked."""
DIGITS = 9
"""Decimals of expected demand: sums that differ by rounding alone are to call for the same stock."""


def resting_trust(world: World, regime: Regime) -> FloatArray:
    """Return the trust to which each customer's would come in a long run, shape (customers,).

    Own parcels pull trust towards the share of them that please, ``fine``, at a rate ``own`` a day, neighbours towards
    the mean of the town. At rest both pulls cancel for everybody (DeGroot 1974 with stubborn agents, Friedkin &
    Johnsen 1990):

        trust = (own fine + neighbours mean) / (own + neighbours)
        mean = sum of own fine / (own + neighbours) over the town / sum of own / (own + neighbours)

    Every need is taken to be a parcel, and every parcel to come as promised. Where nothing is bought online, or
    parcels teach nothing, trust stays as given.
    """
    learning, people = world.scenario.learning, world.population
    given = np.full(len(people.town), world.scenario.customers.trust)
    if learning.own_rate == 0.0 or not has_channel(regime, *UNSEEN, "endless_aisle"):
        return given
    catalogue = world.catalogue
    returned = catalogue.return_unseen if has_channel(regime, *UNSEEN) else catalogue.return_inspected
    fine = 1.0 - returned[catalogue.considered[:, 0]][people.taste]
    own, neighbours = learning.own_rate * people.need_rate, learning.neighbour_rate
    pull = np.divide(own, own + neighbours, out=np.zeros_like(own), where=own > 0)
    towns = len(world.towns)
    pulls = np.bincount(people.town, weights=pull, minlength=towns)
    mean = np.divide(
        np.bincount(people.town, weights=pull * fine, minlength=towns),
        pulls,
        out=np.full(towns, world.scenario.customers.trust),
        where=pulls > 0,
    )
    others = mean[people.town] if neighbours > 0 else given
    resting: FloatArray = pull * fine + (1.0 - pull) * others
    return resting


def mean_by_town(world: World, trust: FloatArray) -> FloatArray:
    """Return the mean of what each customer has by town, shape (towns,)."""
    towns = len(world.towns)
    mean: FloatArray = np.bincount(world.population.town, weights=trust, minlength=towns) / world.towns.people
    return mean


def expected_purchases(
    world: World, snapshot: MarketSnapshot, shelves: Shelves, call: Calls
) -> tuple[FloatArray, FloatArray]:
    """Return what customers would buy from every place at today's prices were all of it in stock, units a day.

    Both arrays have shape (nodes, products): all purchases, and those that do not come back to be sold again, which is
    what has to be ordered. Stock-outs, and what is bought instead, are left aside.
    """
    wants, people, rules, goods = world.scenario.customers, snapshot.people, snapshot.rules, snapshot.goods
    full = goods._replace(units=np.ones_like(goods.units), reserved=np.zeros_like(goods.reserved))
    shape = (len(world.places), len(world.product_names))
    expected = ExpectedSales(np.zeros(shape), np.zeros(shape), world.scenario.returns.resaleable)
    calm, shown = rules._replace(scale=0.0), shelves._replace(offered=shelves.carried)
    step = -(-len(people.town) // MOST_ASKED)
    market = Marketplace(world.catalogue, shown, calm, snapshot.last_mile, full)
    call(expect_purchases, people, make_offers(world), market, rules.scale, step, expected)
    week = 1.0 if wants.weekday_profile is None else float(np.mean(wants.weekday_profile))
    season = 1.0 if wants.season_profile is None else wants.season_profile[0]
    return np.round(expected.units * (week * season), DIGITS), np.round(expected.kept * (week * season), DIGITS)
