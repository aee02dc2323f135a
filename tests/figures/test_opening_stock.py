"""Opening stock booked at other prices than those paid since is no margin, and the run says how much it was."""

from __future__ import annotations

import pytest

from sim.market import Market
from sim.results.figures import all_figures
from sim.scenario import load_scenario


def test_a_dearer_replacement_shows_as_a_gain_and_not_as_a_margin(hand_made):
    """Two pens stood there at 2.00; a third is bought at 5.00, then two are sold at 9.00 each.

    The stock of three is booked at 9.00, so 6.00 are given up for two. Two thirds of these two are opening stock:
    4/3 pens, at 5.00 instead of 2.00 worth 4.00 more. The margin is 18 - 6 - 4 = 8.00: 9.00 less 5.00, twice.
    """
    run = hand_made(days=2, warm_up=1)
    run.stock_up("shop", "store", "pen", 2, 4_00)
    run.ship(0, "maker", "shop", ("maker depot", "store"), 1, 0, 5_00)
    run.move(0, "arrival", "pen", ("to store", "store"), 1, (5_00, 5_00), ("shop", "shop"))
    for _ in range(2):
        run.buy(1, seller="shop", price=9_00, cost=3_00)
    figures = all_figures(run.outcome())
    assert figures["opening_stock_gain"]["retailer"] == pytest.approx(4.00 / 2)
    assert figures["retailer_margin_money"] == pytest.approx(8.00 / 2)


@pytest.mark.parametrize("regime", ["traditional", "o2o", "hybrid"])
def test_where_prices_stay_as_they_opened_there_is_no_gain(regime):
    small = {"geography.customers": 2000, "geography.town_count": 3, "time.days": 40, "time.warm_up": 0}
    figures = Market(load_scenario("classroom_set_margins", {**small, "time.cool_down": 0}), regime, 1).run().figures
    assert set(figures["opening_stock_gain"].values()) == {0.0}


def test_a_shop_that_opens_with_cheap_stock_earns_the_margin_of_its_price():
    """The maker raises its price week by week from cost to what earns most, while 20 000 old units are sold."""
    rule = {"rule": "best_response"}
    changes = {"tiers": [], "time.days": 120, "time.warm_up": 40, "customers.worth.low": 0.0}
    scenario = load_scenario("successive_margins", {**changes, "suppliers.pricing": rule, "retailers.pricing": rule})
    figures = Market(scenario, "traditional", 0).run().figures
    asked = figures["consumer_price"] - figures["wholesale_price"]
    assert figures["retailer_margin_money"] == pytest.approx(asked, abs=1.0)
    assert figures["opening_stock_gain"]["retailer"] > 2.0  # as booked, the margin would be that much higher
