"""Runs open where a long run of the same regime would come to; or as they are told to."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.initial_state import mean_by_town, resting_trust
from sim.market import Market
from sim.scenario import load_scenario
from sim.world.world import make_world

SIZE = {
    "geography.customers": 3000,
    "geography.town_count": 3,
    "retailers.people_per_store": 500.0,
    "customers.need_rate": 0.2,
    "time.days": 240,
    "learning.own_rate": 0.1,
    "learning.neighbour_rate": 0.05,
}


def lived(regime: str, **changes: object) -> tuple[Market, np.ndarray, list[np.ndarray]]:
    """Return a market at its end, with the trust and the forecasts it opened with."""
    market = Market(load_scenario("classroom_set_margins", {**SIZE, **changes}), regime, 3)
    trust = market.state.population.trust.copy()
    forecasts = [level.forecasts.mean.copy() for level in market.state.levels]
    while market.day < market.parameters.time.days:
        market.step()
    return market, trust, forecasts


@pytest.mark.parametrize("regime", ["direct", "o2o", "hybrid"])
def test_trust_opens_where_a_long_run_comes_to(regime):
    market, trust, _ = lived(regime)
    assert abs(trust.mean() - market.state.population.trust.mean()) < 0.02
    assert abs(market.state.population.trust.mean() - market.parameters.customers.trust) > 0.2  # it had a way to go


@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid"])
def test_forecasts_open_where_a_long_run_comes_to(regime):
    market, _, opened = lived(regime)
    for level, before in zip(market.state.levels, opened, strict=True):
        apart = 0.04 if level.customers_wait else 0.08  # in shops it depends on who asks again at an empty shelf
        assert before.sum() == pytest.approx(level.forecasts.mean.sum(), rel=apart)
        busy = level.forecasts.mean > 2.0  # product by product, where chance leaves something to be seen
        assert np.corrcoef(before[busy], level.forecasts.mean[busy])[0, 1] > 0.9


def test_as_given_keeps_the_trust_and_the_forecasts_of_the_scenario():
    scenario = load_scenario("classroom_set_margins", {**SIZE, "time.opening": "as_given"})
    market = Market(scenario, "direct", 3)
    assert (market.state.population.trust == scenario.customers.trust).all()
    needs = SIZE["geography.customers"] * SIZE["customers.need_rate"]
    assert market.state.levels[0].forecasts.mean.sum() == pytest.approx(needs)


def test_resting_trust_by_hand():
    """Two people of Brook: every parcel pleases one with apples, half of the other's pears go back."""
    scenario = load_scenario(
        {
            "time": {"days": 5, "warm_up": 0, "cool_down": 0},
            "geography": {"towns": [{"name": "Brook", "customers": 2000, "shape": "point"}]},
            "styles": {"count": 2, "shares": [1, 1]},
            "customers": {"need_rate": 0.5, "trust": 0.9},
            "learning": {"own_rate": 0.1, "neighbour_rate": 0.05},
            "products": {
                "items": [
                    {"name": "apple", "style": 0, "unit_cost": 1.0},
                    {"name": "pear", "style": 1, "unit_cost": 1.0, "return_unseen": 0.5},
                ]
            },
        }
    )
    world = make_world(scenario, 0)
    pears = (world.population.taste == 1).mean()
    town = 1.0 - 0.5 * pears  # both kinds buy as often, so neighbours pull to the mean of what pleases
    trust = resting_trust(world, scenario.regime("direct"))
    # own experience pulls with .1 x .5 = .05 a day, as hard as neighbours
    assert np.allclose(trust[world.population.taste == 0], 0.5 * 1.0 + 0.5 * town)
    assert np.allclose(trust[world.population.taste == 1], 0.5 * 0.5 + 0.5 * town)
    assert mean_by_town(world, trust) == pytest.approx([town])
    assert (resting_trust(world, scenario.regime("traditional")) == 0.9).all()  # no parcels, nothing learnt


def test_those_who_never_buy_rest_at_what_neighbours_say_or_stay_as_they_are():
    world = make_world(load_scenario("classroom_set_margins", SIZE), 0)
    nobody = world.population._replace(need_rate=np.where(np.arange(3000) % 2, 0.0, 0.2))
    object.__setattr__(world, "population", nobody)
    regime = world.scenario.regime("direct")
    fine = 1.0 - world.scenario.products.return_unseen
    assert resting_trust(world, regime) == pytest.approx(np.full(3000, fine))
    alone = world.scenario.learning.model_copy(update={"neighbour_rate": 0.0})
    object.__setattr__(world, "scenario", world.scenario.model_copy(update={"learning": alone}))
    trust = resting_trust(world, regime)
    assert trust[1::2] == pytest.approx(np.full(1500, world.scenario.customers.trust))
    assert trust[::2] == pytest.approx(np.full(1500, fine))
