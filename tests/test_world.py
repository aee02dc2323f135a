"""The map and the people on it: where homes lie, which shops are near, and what a thing is worth to whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.kernels.places import RING
from sim.market import Market
from sim.scenario import load_scenario
from sim.world.world import World, make_world

RARE = 1e-4


def world(seed: int = 0, **sections: Any) -> World:
    """Return the world of a scenario of these sections, shops and products generated."""
    return make_world(load_scenario({"name": "map", **sections}), seed)


def test_homes_are_spread_evenly_over_a_disc():
    drawn = world(geography={"towns": [{"name": "A", "customers": 20_000, "radius": 3.0}]})
    away = np.hypot(drawn.homes.east, drawn.homes.north)
    assert stats.kstest((away / 3.0) ** 2, "uniform").pvalue > RARE  # so a quarter lives within half the radius
    assert away.mean() == pytest.approx(2.0, rel=0.01)  # two thirds of the radius
    turns = np.arctan2(drawn.homes.north, drawn.homes.east) / (2 * np.pi) + 0.5
    assert stats.kstest(turns, "uniform").pvalue > RARE


def test_homes_along_a_segment_and_at_a_point():
    towns = [
        {"name": "street", "customers": 5000, "radius": 2.0, "shape": "segment", "x": 10.0, "y": 1.0},
        {"name": "well", "customers": 10, "radius": 2.0, "shape": "point", "x": -10.0},
    ]
    drawn = world(geography={"towns": towns})
    east, north = drawn.homes.east[:5000], drawn.homes.north[:5000]
    assert stats.kstest((east - 8.0) / 4.0, "uniform").pvalue > RARE
    assert (north == 1.0).all()
    assert (drawn.homes.east[5000:] == -10.0).all()


def test_stratified_homes_are_exact_quantiles():
    street = [{"name": "street", "customers": 100, "radius": 1.0, "shape": "segment"}]
    drawn = world(geography={"towns": street}, customers={"draw": "stratified"})
    assert np.sort(drawn.homes.east) == pytest.approx(-1.0 + (np.arange(100) + 0.5) / 50)


@pytest.mark.parametrize("shops", [500, 2000])
def test_the_nearest_of_shops_strewn_at_random_is_half_the_root_of_their_space_away(shops):
    # Clark & Evans (1954): with lambda shops a square km, 1 / (2 sqrt(lambda)) on average.
    radius = 10.0
    drawn = world(
        geography={"towns": [{"name": "A", "customers": 20_000, "radius": radius}]},
        retailers={"people_per_store": 20_000 / shops},
        customers={"reach": 1},
    )
    density = shops / (np.pi * radius**2)
    inside = np.hypot(drawn.homes.east, drawn.homes.north) < 0.9 * radius  # no shop lies beyond the edge
    assert drawn.population.km[inside, 0].mean() == pytest.approx(0.5 / np.sqrt(density), rel=0.08)


@settings(max_examples=40, deadline=None)
@given(
    shapes=st.lists(st.sampled_from(["disc", "segment", "ring", "point"]), min_size=1, max_size=3),
    reach=st.integers(1, 5),
    spread=st.sampled_from([0.0, 1.0, 6.0, 40.0]),
    seed=st.integers(0, 10**6),
)
def test_the_nearest_shops_are_the_nearest(shapes, reach, spread, seed):
    towns = [
        {"name": f"T{k}", "customers": 12, "radius": 2.0, "shape": shape, "x": spread * k, "y": spread * (k % 2)}
        for k, shape in enumerate(shapes)
    ]
    drawn = world(seed, geography={"towns": towns}, retailers={"people_per_store": 4.0}, customers={"reach": reach})
    places, people = drawn.places, drawn.population
    shops = places.stores
    for customer in range(len(people.town)):
        town = people.town[customer]
        km = np.hypot(
            places.east[shops] - drawn.homes.east[customer], places.north[shops] - drawn.homes.north[customer]
        )
        if drawn.towns.shape[town] == RING:  # along the ring, the shorter way
            apart = np.abs(places.around[shops] - drawn.homes.around[customer])
            arc = 2 * np.pi * drawn.towns.radius[town] * np.minimum(apart, 1.0 - apart)
            km = np.where(places.town[shops] == town, arc, km)
        nearest = np.sort(km)[:reach]
        known = people.nearest[customer] >= 0
        assert known.sum() == len(nearest)
        assert people.km[customer][known] == pytest.approx(nearest, abs=1e-9)
        assert km[people.nearest[customer][known]] == pytest.approx(nearest, abs=1e-9)
        assert len(set(people.nearest[customer][known].tolist())) == len(nearest)


def worths(count: int = 20_000, draw: str = "stratified", **worth: Any) -> np.ndarray:
    """Return worths in units of currency."""
    town = {"towns": [{"name": "A", "customers": count, "shape": "point"}]}
    return world(geography=town, customers={"worth": worth, "draw": draw}).population.worth / 100.0


def test_uniform_worth_makes_demand_linear():
    worth = worths(distribution="uniform", low=20.0, high=120.0)
    for price in (30.0, 70.0, 110.0):
        assert (worth >= price).mean() == pytest.approx((120.0 - price) / 100.0, abs=1e-4)


def test_pareto_worth_makes_demand_of_constant_elasticity():
    worth = worths(distribution="pareto", low=10.0, elasticity=2.0)
    for price in (10.0, 20.0, 40.0, 100.0):
        assert (worth >= price).mean() == pytest.approx((price / 10.0) ** -2.0, abs=1e-4)


def test_lognormal_and_normal_worth_have_the_mean_and_spread_asked_for():
    lognormal = worths(distribution="lognormal", mean=80.0, spread=20.0)
    assert (lognormal.mean(), lognormal.std()) == pytest.approx((80.0, 20.0), rel=2e-3)
    assert stats.skew(lognormal) > 0.5
    normal = worths(distribution="normal", mean=80.0, spread=20.0)
    assert (normal.mean(), normal.std()) == pytest.approx((80.0, 20.0), rel=2e-3)
    assert worths(distribution="normal", mean=1.0, spread=20.0).min() == 0.0  # nothing is worth less than nothing
    assert set(worths(100, distribution="constant", mean=12.5)) == {12.5}


def test_worth_drawn_at_random_follows_its_distribution():
    worth = worths(distribution="uniform", low=0.0, high=1.0, draw="random")
    assert stats.kstest(worth, "uniform").pvalue > RARE


def test_people_differ_around_the_mean_each_cost_drawn_alone():
    wants = {"travel_cost": 2.0, "waiting_cost": 4.0, "hassle": 6.0, "mismatch_cost": 8.0, "heterogeneity": 0.5}
    people = world(geography={"customers": 20_000}, customers=wants).population
    for column, mean in (("travel_cost", 200), ("waiting_cost", 400), ("hassle", 600), ("mismatch_cost", 800)):
        values = getattr(people, column)
        assert stats.kstest((values / mean - 0.5), "uniform").pvalue > RARE
    drawn = np.array([people.travel_cost, people.waiting_cost, people.hassle, people.mismatch_cost, people.worth])
    apart = np.corrcoef(drawn[:4]) - np.eye(4)
    assert np.abs(apart).max() < 0.03


def test_tastes_follow_the_towns_mix():
    given_mix = [0.5, 0.3, 0.2]
    towns = [{"name": "A", "customers": 20_000, "shape": "point", "style_shares": given_mix}]
    drawn = world(geography={"towns": towns}, styles={"count": 3})
    seen = np.bincount(drawn.population.taste, minlength=3)
    assert stats.chisquare(seen, np.array(given_mix) * 20_000).pvalue > RARE


def test_towns_mixes_differ_from_the_country_as_much_as_asked():
    alike = world(styles={"count": 10})
    assert (alike.towns.tastes == alike.towns.tastes[0]).all()
    mixed = world(geography={"town_count": 2000, "customers": 2000}, styles={"count": 10, "concentration": 50.0})
    assert mixed.towns.tastes.sum(axis=1) == pytest.approx(1.0)
    national = alike.towns.tastes[0]
    assert mixed.towns.tastes.mean(axis=0) == pytest.approx(national, abs=0.005)
    assert mixed.towns.tastes.var(axis=0) == pytest.approx(national * (1 - national) / 51.0, rel=0.15)


def test_the_products_a_taste_considers_are_the_nearest_on_the_ring():
    drawn = world(styles={"count": 10}, products={"count": 5}, customers={"breadth": 3})
    # products stand at 0, 2, 4, 6 and 8 of 10
    assert drawn.style.tolist() == [0, 2, 4, 6, 8]
    assert drawn.catalogue.considered[9].tolist() == [0, 4, 1]  # one step to 0 and 8, three to 2 and 6: the lower
    assert drawn.catalogue.mismatch[9] == pytest.approx([0.1, 0.1, 0.3])
    assert drawn.catalogue.considered[5].tolist() == [2, 3, 1]
    assert drawn.catalogue.mismatch.max() <= 0.5


def test_local_demand_is_what_people_need_shared_by_products_equally_near():
    towns = [{"name": "A", "customers": 100, "shape": "point", "style_shares": [0, 1, 0, 0]}]
    drawn = world(geography={"towns": towns}, styles={"count": 4}, products={"count": 2}, customers={"need_rate": 0.3})
    # products stand at 0 and 2 of 4; taste 1 lies halfway
    assert drawn.local_demand.tolist() == [[15.0, 15.0]]


def test_the_same_seed_draws_the_same_world_and_another_seed_another():
    sections: dict[str, Any] = {"geography": {"customers": 300, "town_count": 3}, "customers": {"heterogeneity": 0.5}}
    one, same, other = world(5, **sections), world(5, **sections), world(6, **sections)
    for name in one.population._fields:
        assert np.array_equal(getattr(one.population, name), getattr(same.population, name))
    assert not np.array_equal(one.homes.east, other.homes.east)
    assert not np.array_equal(one.population.travel_cost, other.population.travel_cost)


def test_a_run_that_is_given_a_world_works_on_a_copy_and_every_run_has_trust_of_its_own():
    sections: dict[str, Any] = {
        "name": "map",
        "geography": {"customers": 200, "town_count": 2},
        "customers": {"need_rate": 1.0},
        "learning": {"own_rate": 0.2},
        "time": {"days": 10, "warm_up": 0, "cool_down": 0},
    }
    drawn = make_world(load_scenario(sections), 3)
    before = {name: getattr(drawn.population, name).tobytes() for name in drawn.population._fields}
    given = Market(drawn.scenario, "direct", 3, drawn)
    given.run()
    assert (given.state.population.trust != drawn.population.trust).any()
    for name in given.state.population._fields:
        getattr(given.state.population, name)[:] = 0
    alone = Market(drawn.scenario, "direct", 3)
    alone.run()
    assert (alone.state.population.trust != alone.world.population.trust).any()
    for left in (drawn, alone.world):
        assert {name: getattr(left.population, name).tobytes() for name in before} == before
