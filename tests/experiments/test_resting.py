"""Where theory has prices rest, and that it says so only where it may."""

from __future__ import annotations

import pytest

from sim.scenario import load_scenario
from sim.validation.theoretical_prices import resting_in_theory

LINEAR_120_OVER_20 = {"suppliers": 70.0, "wholesaler": 95.0, "retailers": 107.5}
"""Half of what is left above the price before, three times: 20 + 50, 70 + 25, 95 + 12.50."""


def test_three_firms_in_a_row_take_half_of_what_is_left_each():
    rest = resting_in_theory(load_scenario("successive_margins"), "traditional")
    assert rest.prices == pytest.approx(LINEAR_120_OVER_20)
    assert "Spengler" in rest.words


def test_a_maker_alone_asks_the_middle_between_cost_and_the_highest_worth():
    assert resting_in_theory(load_scenario("successive_margins"), "direct").prices == pytest.approx({"suppliers": 70.0})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"customers.worth": {"distribution": "constant", "mean": 80.0}}, "not linear"),
        ({"customers.hassle": 1.0}, "customers: hassle is not zero"),
        ({"selling.payment_share": 0.02}, "selling: payment share is not zero"),
        ({"tiers[0].firms": 2}, "several intermediaries compete"),
        ({"suppliers.pricing.review_days": 7}, "review less often"),
        ({"retailers.pricing": {"rule": "markup", "factor": 1.2}}, "all learn"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_elsewhere_theory_is_silent_and_says_why(changes, reason):
    rest = resting_in_theory(load_scenario("successive_margins", changes), "traditional")
    assert not rest.prices
    assert reason in rest.words


def test_rules_that_follow_costs_look_for_no_rest():
    assert "follow fixed rules" in resting_in_theory(load_scenario("classroom_set_margins"), "traditional").words
