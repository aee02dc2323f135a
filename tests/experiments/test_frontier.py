"""Frontiers: found where the arithmetic of the parable says, and for whom."""

from __future__ import annotations

import pytest

from sim.experiments.design import Factor, parse_factor
from sim.experiments.frontier import find_frontier
from sim.scenario import ScenarioError, load_scenario

PARABLE = load_scenario("parable")


def test_in_the_parable_customers_change_sides_where_the_parcel_eats_what_they_save(tmp_path):
    """The direct offer costs 8000 instead of 20 000: a parcel of 12 000 makes them even."""
    x = parse_factor("delivery.parcel.cost_per_parcel=0..13000", PARABLE)
    found = find_frontier(PARABLE, x, parties=["customers", "suppliers"], replications=2, store=tmp_path, workers=1)
    customers, suppliers = found.crossings
    assert customers.side == "crossing"
    assert customers.x == pytest.approx(12_000.0, abs=0.01)
    assert customers.better == "below"
    assert customers.low == customers.x == customers.high  # nothing is left to chance
    assert suppliers.side == "always"  # they get 3000 more whatever the parcel costs


def test_along_another_parameter_the_frontier_is_a_curve(tmp_path):
    """With a reference price of its own, the direct offer is 5000 + a fifth of what lies between."""
    x = parse_factor("delivery.parcel.cost_per_parcel=0..19000", PARABLE)
    y = parse_factor("suppliers.direct_pricing.gap_share=0.2,0.6,1.0", PARABLE)
    found = find_frontier(PARABLE, x, y, parties=["customers"], replications=1, store=tmp_path, workers=1)
    assert [crossing.y for crossing in found.crossings] == [0.2, 0.6, 1.0]
    assert [crossing.x for crossing in found.crossings[:2]] == pytest.approx([12_000.0, 6_000.0], abs=0.01)
    assert found.crossings[2].side == "never"
    assert found.crossings[0].low is None  # one pair of runs gives no interval
    assert list(found.to_frame()["party"]) == ["customers"] * 3


@pytest.mark.slow
def test_the_interval_of_a_crossing_covers_that_of_more_runs(small, tmp_path):
    x = parse_factor("delivery.parcel.cost_per_parcel=0..15", small)
    asked = {"parties": ["customers"], "steps": 6, "store": tmp_path, "workers": 1}
    few, many = (find_frontier(small, x, replications=n, **asked).crossings[0] for n in (4, 12))
    assert few.side == many.side == "crossing"
    assert few.low < many.x < few.high
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"regimes": ["traditional"]}, "between two regimes"),
        ({"parties": ["customers", "politicians"]}, "the parties are"),
        ({"x": Factor("customers.reach", low=1, high=5, whole=True)}, "need not be whole"),
        ({"x": Factor("customers.travel_cost", (0.1, 0.4))}, "a range of numbers"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    asked = {"x": Factor("customers.travel_cost", low=0.0, high=1.0), "workers": 1, **changed}
    with pytest.raises(ScenarioError, match=said):
        find_frontier("village", **asked)
