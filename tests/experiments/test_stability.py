"""Where firms that learn come to rest, seed by seed: all at about the same prices, and no price runs away."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from sim.rules.pricing import Learning
from sim.scenario import ScenarioError, load_scenario
from sim.validation.stability import RestingPrices, resting_prices
from sim.validation.themes.learning import YEAR, learning, learning_chain
from tests.rules.learning_chains import base_prices, linear

COST, CHOKE = 20.0, 120.0
SEARCH = 1.1 * 1.15
"""No firm can know the choke price: while it looks for the best price, a step and an experiment may lead above it."""
FRESH = range(2000, 2020)


def two_firms(years: int, rest_years: int, **changes: int) -> dict:
    """Return a chain of two firms that learn, of which the last years count."""
    scenario = learning_chain(2, years, **changes)
    scenario["time"]["warm_up"] = (years - rest_years) * YEAR
    return scenario


def no_price_has_run_away(found: RestingPrices) -> None:
    """Fail where a price lay below cost, while at rest above the choke price, or ever farther than a search leads."""
    assert found.lowest_ever.min() >= COST
    assert found.highest.max() <= CHOKE
    assert found.highest_ever.max() <= SEARCH * CHOKE


# -- the report --


def test_prices_that_stand_still_rest_where_they_are():
    scenario = learning_chain(0, 1, customers=20)
    scenario["retailers"]["pricing"] = {"rule": "markup", "factor": 1.5}
    scenario["time"]["days"] = 14
    found = resting_prices(scenario, [7, 8])
    assert found.firms == ("supplier", "retailer")
    assert found.rest.tolist() == [[20.0, 30.0]] * 2
    assert found.spread.tolist() == [0.0, 0.0]
    assert found.table().loc["retailer"].to_dict() == {
        "mean": 30.0, "sd": 0.0, "worst": 30.0, "worst_seed": 7.0, "lowest": 30.0, "highest": 30.0,
        "lowest_ever": 30.0, "highest_ever": 30.0,
    }  # fmt: skip


def test_only_days_that_count_are_rest_and_all_days_have_extremes():
    scenario = learning_chain(1, 1, customers=50)
    scenario["time"] = {"days": 60, "warm_up": 20, "cool_down": 10}
    market, asked = Market(load_scenario(scenario), "traditional", 3), []
    while market.day < 60:
        market.step()
        asked.append(market.state.shelves.list_price[0, 0] / 100.0)
    found = resting_prices(scenario, [3])
    assert len(set(asked)) > 5
    assert found.rest[0, -1] == pytest.approx(np.mean(asked[20:50]))
    assert (found.lowest[0, -1], found.highest[0, -1]) == (min(asked[20:50]), max(asked[20:50]))
    assert (found.lowest_ever[0, -1], found.highest_ever[0, -1]) == (min(asked), max(asked))
    assert np.isnan(found.spread).all()  # one seed has no spread


def test_mean_spread_and_worst_are_those_of_the_seeds():
    rest = np.array([[10.0, 20.0], [12.0, 20.0], [17.0, 23.0]])
    found = RestingPrices(("maker", "shop"), (5, 6, 7), rest, rest - 1.0, rest + 2.0, rest - 3.0, rest + 4.0)
    table = found.table()
    assert table["mean"].tolist() == [13.0, 21.0]
    assert table["sd"].tolist() == pytest.approx([13.0**0.5, 3.0**0.5])  # (9 + 1 + 16) / 2, (1 + 1 + 4) / 2
    assert table["worst"].tolist() == [17.0, 23.0]
    assert table["worst_seed"].tolist() == [7, 7]
    assert table["lowest"].tolist() == [9.0, 19.0]
    assert table["highest"].tolist() == [19.0, 25.0]
    assert table["lowest_ever"].tolist() == [7.0, 17.0]
    assert table["highest_ever"].tolist() == [21.0, 27.0]


def test_who_sells_nothing_asks_nothing():
    scenario = learning_chain(1, 1, customers=20)
    scenario["time"]["days"] = 5
    found = resting_prices(scenario, [1], "o2o")  # there, the maker's goods stand in the shop
    assert np.isnan(found.rest[0, found.firms.index("retailer")])
    assert np.isnan(found.highest[0, found.firms.index("retailer")])


def test_it_asks_for_seeds_and_for_a_regime_that_exists():
    with pytest.raises(ValueError, match="at least one seed"):
        resting_prices("village", [])
    with pytest.raises(ScenarioError, match="tradition"):
        resting_prices("village", [1], "tradition")


# -- stability --


@pytest.mark.slow
def test_four_seeds_of_a_chain_that_learns_stay_between_cost_and_choke_price():
    """Two years, of which the second counts: on the way to 70.00 and 95.00, not yet there."""
    found = resting_prices(two_firms(2, 1, customers=80), FRESH[:4])
    no_price_has_run_away(found)
    assert (found.spread > 0.0).all()


def test_a_price_that_runs_away_would_be_seen():
    scenario = two_firms(1, 1, customers=20)
    scenario["time"] = {"days": 7, "warm_up": 0, "cool_down": 0}
    scenario["retailers"]["pricing"].update(opening_low=7.0, opening_high=7.0)
    with pytest.raises(AssertionError):
        no_price_has_run_away(resting_prices(scenario, [1]))


def test_base_prices_of_twenty_chains_stay_between_cost_and_choke_price():
    """Ten years at a given demand curve: what experiments are made around, week by week. A step may lead
    above the choke price while a firm looks for the best one; nothing is sold there, and it comes back."""
    rules = [Learning(**learning(level, 2)) for level in range(2)]
    base = base_prices(rules, linear, COST, 10, FRESH)
    assert base.min() >= COST
    assert base.max() <= 1.1 * CHOKE
    assert base[104:].max() <= CHOKE


@pytest.mark.slow
def test_twenty_fresh_seeds_come_to_rest_at_about_the_same_prices(capsys):
    """Two firms in the market for ten years; the last five count. Theory: 70.00 and 95.00 (Spengler 1950).

    500 customers, 400 needs a day: with half of them seed 2005 is at 59.96 and 89.85, at 68.93 and 94.40 five years on.
    """
    found = resting_prices(two_firms(10, 5, customers=500), FRESH)
    with capsys.disabled():
        print("\n" + found.table().round(2).to_string())
    no_price_has_run_away(found)
    assert found.firms == ("supplier", "retailer")
    assert found.rest == pytest.approx(np.array([[70.0, 95.0]] * len(FRESH)), rel=0.05)
    assert found.spread.max() < 1.0
