"""Running a market from what a person asks for."""

import json

import numpy as np
import pytest

from sim.experiments import run, run_to_dict
from sim.market import Market
from sim.results.figures import FIGURES
from sim.scenario import ScenarioError, load_scenario
from sim.world.world import make_world


def test_a_run_is_the_market_run():
    assert run("village", "direct", seed=2).figures == Market("village", "direct", 2).run().figures


def test_days_and_overrides_change_the_scenario_by_whichever_way_they_come():
    one = run("village", days=4, overrides={"customers.travel_cost": 0.4})
    other = run("village", **{"time.days": 4, "customers.travel_cost": 0.4})
    assert one.manifest == other.manifest
    assert (one.manifest.scenario.time.days, one.manifest.scenario.customers.travel_cost) == (4, 0.4)


def test_all_that_is_wrong_with_a_scenario_is_said():
    with pytest.raises(ScenarioError, match="travel_cost") as caught:
        run("village", overrides={"customers.travel_cost": -1}, **{"customers.wealth": 3})
    assert len(caught.value.problems) == 2


def test_an_unknown_regime_is_answered_with_those_there_are():
    with pytest.raises(ScenarioError, match=r'regime: "o20" is not allowed: .*traditional.*did you mean o2o\?'):
        run("village", "o20")


def test_a_run_says_itself_in_json():
    said = json.loads(json.dumps(run_to_dict(run("village", "o2o", seed=1, days=5)), allow_nan=False))
    assert list(said) == ["scenario", "regime", "seed", "days", "customers", "figures"]
    assert (said["scenario"], said["regime"], said["seed"], said["days"]) == ("village", "o2o", 1, 5)
    assert said["customers"] == 3
    assert list(said["figures"]) == list(FIGURES)
    assert said["figures"]["delivery_days"]["mean"] is not None


def test_a_day_without_customers_is_said_with_nulls():
    said = json.dumps(run_to_dict(run("village", days=1, **{"customers.need_rate": 0.0})), allow_nan=False)
    assert json.loads(said)["figures"]["consumer_price"] is None


def test_under_every_regime_the_same_customers_have_the_same_needs_on_the_same_days(small):
    world = make_world(small, 9)
    first, *others = (Market(small, regime, 9, world).run().columns["needs"] for regime in small.compare)
    assert len(first["need"]) > 100
    for other in others:
        for column in ("need", "day", "customer", "town", "taste"):
            np.testing.assert_array_equal(other[column], first[column])


@pytest.mark.parametrize("regime", ["traditional", "o2o"])
def test_a_world_shared_is_a_world_drawn_anew(small, regime):
    world = make_world(small, 9)
    Market(small, "hybrid", 9, world).run()
    shared, anew = Market(small, regime, 9, world).run(), Market(small, regime, 9).run()
    for table, columns in anew.columns.items():
        for name, values in columns.items():
            np.testing.assert_array_equal(shared.columns[table][name], values, err_msg=f"{table}.{name}")


def test_a_scenario_can_be_handed_over_in_every_form(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "village"\n[time]\ndays = 3\n')
    sources = [tmp_path / "mine.toml", {"extends": "village", "name": "mine", "time": {"days": 3}}]
    figures = [run(source).figures for source in [*sources, load_scenario(tmp_path / "mine.toml")]]
    assert figures[0] == figures[1] == figures[2]
