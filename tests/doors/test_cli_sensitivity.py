"""``middleman sensitivity``: what decides, as a table and a sentence."""

from __future__ import annotations

import pytest

from sim.cli.sensitivities import influence_sentence
from sim.experiments.sensitivity import Influence, Sensitivity
from sim.scenario import load_scenario
from tests.wording import in_this_order

VARY = ("--vary", "products.items.0.unit_cost=1..3", "--vary", "retailers.rent=0..3")
SHORT = ("--days", "8", "--workers", "1", "--regimes", "traditional", "--figure", "consumer_price")


def test_the_price_follows_cost_and_not_the_rent(middleman):
    answer = middleman("sensitivity", "village", *VARY, *SHORT, "--points", "4")
    assert answer.code == 0
    assert "village: which parameters drive consumer_price in the store chain" in answer.out
    told = " ".join(answer.out.split())
    assert "products.items.0.unit_cost matters most: over its range it moves consumer_price" in told
    assert "mostly up. No clear effect of retailers.rent." in told


def test_sobol_shares_out_the_variance(middleman):
    answer = middleman("sensitivity", "village", *VARY, *SHORT, "--method", "sobol", "--points", "32", "--json")
    cost, rent = answer.content["influences"]
    assert cost["parameter"] == "products.items.0.unit_cost"
    assert cost["together"] == pytest.approx(1.0, abs=0.3)  # 32 points are few
    assert rent["together"] == 0.0
    assert answer.content["runs"] == 32 * 4
    assert "of the variance of consumer_price in the store chain" in answer.content["sentence"]


def test_where_nothing_is_felt_it_is_said_so(snapshot):
    weak = Influence("customers.hassle", 0.1, 0.2, 0.1, 0.1, None)
    found = Sensitivity("village", "welfare", "morris", ("traditional", "direct"), 8, (weak,))
    said = influence_sentence(found, load_scenario("village"))
    assert said == snapshot
    assert "customers.hassle" not in said


def test_two_effects_whose_intervals_meet_are_not_ranked(snapshot):
    strong = Influence("customers.hassle", 2.0, 0.5, 2.0, 0.1, None)
    near = Influence("customers.travel_cost", 1.4, 0.2, -1.4, 0.1, None)
    village = load_scenario("village")
    far = Influence("retailers.rent", 0.5, 0.2, 0.5, 0.1, None)
    said = influence_sentence(
        Sensitivity("village", "welfare", "morris", ("traditional",), 8, (strong, near, far)), village
    )
    assert said == snapshot(name="two may decide")
    assert in_this_order(said, "customers.hassle", "2.00", "0.50", "up", "customers.travel_cost")
    assert "retailers.rent" not in said
    alone = Influence("customers.hassle", 2.0, 0.1, -0.3, 0.1, None)
    said = influence_sentence(Sensitivity("village", "welfare", "morris", ("traditional",), 8, (alone, near)), village)
    assert said == snapshot(name="one decides, either way")
    assert in_this_order(said, "customers.hassle", "2.00", "0.10", "up", "down")
    assert "customers.travel_cost" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "two parameters or more"),
        ((*VARY, "--figure", "welfair"), "did you mean welfare"),
        ((*VARY, "--figure", "welfare,hhi"), "one figure"),
        ((*VARY, "--method", "sobbol"), "did you mean sobol"),
        ((*VARY, "--method", "sobol", "--points", "12"), "a power of 2"),
        ((*VARY, "--regimes", "traditional,direct,o2o"), "one or two"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("sensitivity", "village", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
