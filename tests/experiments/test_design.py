"""Designs: what is asked for is what is tried."""

from __future__ import annotations

import numpy as np
import pytest

from sim.runs import design
from sim.runs.design import Factor
from sim.scenario import ScenarioError, load_scenario


@pytest.fixture(scope="module")
def village():
    return load_scenario("village")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("customers.travel_cost=0.1..1.0", (0.1, 0.325, 0.55, 0.775, 1.0)),
        ("customers.travel_cost=0..1:2", (0.0, 1.0)),
        ("time.days=10..12", (10, 11, 12)),
        ("customers.reach=1..3:3", (1, 2, 3)),
        ("customers.travel_cost=0.1, 0.4", (0.1, 0.4)),
        ("delivery.paid_by=customer,seller", ("customer", "seller")),
        ('delivery.paid_by="seller"', ("seller",)),
        ("customers.weekday_profile=[1,1,1,1,1,1,1],[2,1,1,1,1,1,1]", ([1] * 7, [2, 1, 1, 1, 1, 1, 1])),
    ],
)
def test_factors_are_read(village, text, values):
    assert design.parse_factor(text, village).grid() == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("customers.travel_cost", "path=values"),
        ("=1..2", "path=values"),
        ("customers.travel_cost=1..0", "a lower and a higher end"),
        ("customers.travel_cost=a..b", "from a number to a number"),
        ("customers.travel_cost=0..nan", "from a number to a number"),
        ("customers.travel_cost=0..1:1", "2 to 10,000 levels"),
        ("customers.travel_kost=0..1", "did you mean customers.travel_cost"),
        ("customers.travel_cost=-2..1", "customers.travel_cost"),
        ("delivery.paid_by=customer,nobody", "nobody"),
    ],
)
def test_factors_that_make_no_sense_are_refused(village, text, said):
    with pytest.raises(ScenarioError, match=said):
        design.parse_factor(text, village)


def test_a_grid_is_every_combination_the_last_changing_fastest():
    points = design.grid([Factor("a", (1, 2)), Factor("b", ("x", "y", "z"))])
    assert [tuple(point.values()) for point in points] == [(a, b) for a in (1, 2) for b in "xyz"]


@pytest.mark.parametrize("name", ["latin", "sobol"])
def test_samples_cover_each_factor_evenly_and_come_back_the_same(name):
    factors = [Factor("a", low=0.0, high=8.0), Factor("b", low=1, high=4, whole=True), Factor("c", ("x", "y"))]
    points = design.points_of(name, factors, 64, seed=3)
    assert points == design.points_of(name, factors, 64, seed=3)
    assert points != design.points_of(name, factors, 64, seed=4)
    eighths = np.floor([point["a"] for point in points]).astype(int)
    assert np.bincount(eighths, minlength=8).tolist() == [8] * 8
    assert np.bincount([point["b"] for point in points]).tolist() == [0, 16, 16, 16, 16]
    assert sum(point["c"] == "x" for point in points) == 32


def test_ends_of_a_range_are_met_exactly():
    found = Factor("a", low=0.1, high=0.7)
    assert (found.at(0.0), found.at(1.0)) == (0.1, 0.7)
    whole = Factor("a", low=0.5, high=3.5, whole=True)
    assert {whole.at(share) for share in np.linspace(0, 1, 101)} == {1, 2, 3}


@pytest.mark.parametrize(
    ("name", "factors", "points", "said"),
    [
        ("cubes", [Factor("a", (1,))], 5, "no design called 'cubes'"),
        ("grid", [], None, "nothing is varied"),
        ("latin", [Factor("a", (1,))], None, "how many points"),
        ("sobol", [Factor("a", (1,))], 0, "how many points"),
        ("grid", [Factor(str(n), tuple(range(100))) for n in range(4)], None, "100,000,000 points"),
    ],
)
def test_designs_that_make_no_sense_are_refused(name, factors, points, said):
    with pytest.raises(ValueError, match=said):
        design.points_of(name, factors, points)


def test_points_are_read_from_a_table(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("customers.travel_cost, delivery.paid_by\n0.4, seller\n\n0.5,customer\n", encoding="utf-8")
    assert design.read_points(path) == [
        {"customers.travel_cost": 0.4, "delivery.paid_by": "seller"},
        {"customers.travel_cost": 0.5, "delivery.paid_by": "customer"},
    ]
    path.write_text("a,b\n1\n1,2\n1,2,3\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"line 2.*\n.*line 4"):
        design.read_points(path)
    with pytest.raises(ScenarioError, match="cannot be read"):
        design.read_points(tmp_path)
