"""Halves of a window: the figures are those of ``FIGURES``, and each half is a window of its own."""

from __future__ import annotations

import pytest

from sim.market import Market
from sim.results.figures import all_figures, flatten
from sim.results.figures.halves import HEADLINE, halves, headline_of
from sim.results.figures.window import Window
from sim.scenario import load_scenario

SMALL = {"geography.customers": 2000, "geography.town_count": 3, "time.days": 60, "time.warm_up": 20}


@pytest.mark.parametrize("regime", ["traditional", "o2o", "planner"])
def test_headline_figures_are_what_figures_say(regime):
    outcome = Market(load_scenario("classroom_set_margins", {**SMALL, "money.tax_rate": 0.2}), regime, 1).run()
    flat = flatten(all_figures(outcome))
    found = headline_of(Window.of(outcome))
    assert found == pytest.approx({name: flat[name] for name in HEADLINE})


def test_a_half_is_what_a_run_with_such_a_window_says():
    """The second half of days 20 to 45 is days 34 to 45: rounds of three days, so that a half has twelve."""
    outcome = Market(load_scenario("classroom_set_margins", SMALL), "direct", 1).run()
    later = Market(load_scenario("classroom_set_margins", {**SMALL, "time.warm_up": 34}), "direct", 1).run()
    flat = flatten(all_figures(later))
    found = halves(outcome)
    assert {name: found[f"second.{name}"] for name in HEADLINE} == pytest.approx(
        {name: flat[name] for name in HEADLINE}
    )
    assert found["first.consumer_surplus"] != found["second.consumer_surplus"]


def test_a_run_that_was_not_lived_to_its_end_has_no_halves():
    market = Market(load_scenario("classroom_set_margins", SMALL), "direct", 1)
    for _ in range(40):
        market.step()
    assert halves(market.outcome()) == {}
