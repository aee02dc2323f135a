"""A search for prices that does not come to rest is noted, and no market that does is accused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine.demand_estimation import equilibrium, leaders
from sim.engine.demand_estimation.competition import Competition
from sim.market import Market
from sim.results.figures.prices import unsettled_prices
from sim.results.figures.window import Window
from sim.scenario import load_scenario, scenario_names
from sim.validation.equilibrium_markets import best_reply
from sim.validation.markets import calendar, overlaid
from sim.validation.multiproduct_markets import alike, of_goods, sold_by

UNLIKE = of_goods((44.0, 52.5, 31.0), 7.5)
COSTS = (12.0, 23.0, 4.5)
CHAIN = {"wholesaler": best_reply("margin", review_days=5), "shop": best_reply("margin", review_days=5)}


def lived(tables=None, days=12, warm_up=3):
    """Live through a market of a wholesaler and a shop, and return how often it did not come to rest."""
    tables = sold_by(UNLIKE, COSTS, CHAIN, wholesalers=1) if tables is None else tables
    time = {"time": {"days": days, "warm_up": warm_up, "cool_down": 0}}
    return Market(load_scenario(overlaid(tables, time)), "traditional", 0).run()


def share(outcome):
    return outcome.figures["unsettled_prices"]


def test_a_market_that_comes_to_rest_says_so():
    outcome = lived()
    assert outcome.columns["price_searches"]["day"].tolist() == [0, 5, 10]
    assert outcome.columns["price_searches"]["settled"].all()
    assert share(outcome) == 0.0


def test_a_search_that_is_stopped_early_is_noted(monkeypatch):
    monkeypatch.setattr(equilibrium, "MOST_PASSES", 4)
    outcome = lived()
    assert not outcome.columns["price_searches"]["settled"].any()
    assert share(outcome) == 1.0


def test_buyers_that_change_sides_for_ever_are_noted(monkeypatch):
    """What two wholesalers ask decides who buys of whom, and that what they ask: planted here without an end."""
    tables = overlaid(sold_by(alike(30.0, 1, 10.0), (10.0,), CHAIN, wholesalers=2), calendar(20))
    market = Market(load_scenario(tables), "traditional", 0)
    assert market.state.prices.searches == {0: True}
    found = market.state.prices.competition
    turn, supply = [0], found._supply

    def turning(price, decided):
        turn[0] += 1
        now = supply(price, decided)
        return replace(now, source=np.where(now.source >= 1, 1 + turn[0] % 2, now.source))

    def search():
        found.forget()
        found.prices(0)
        return found.settled

    assert search()
    monkeypatch.setattr(found, "_supply", turning)
    assert not search()


def test_leaders_whose_followers_do_not_answer_are_noted(monkeypatch):
    rules = {"wholesaler": best_reply("stackelberg"), "shop": best_reply("margin")}
    tables = sold_by(UNLIKE, COSTS, rules, wholesalers=1)
    assert share(lived(tables)) == 0.0
    monkeypatch.setattr(leaders.Foresight, "settled", property(lambda self: False, lambda self, value: None), False)
    assert share(lived(tables)) == 1.0


def test_all_levels_that_set_prices_on_a_day_have_to_come_to_rest(monkeypatch):
    """The wholesaler's prices do not come to rest, those that the shop finds below them do."""
    found = iter([False, True])
    solve = Competition._solve

    def second_does(self, game):
        return solve(self, game)[0] + 1.0, next(found, True)

    market = Market(load_scenario(overlaid(sold_by(UNLIKE, COSTS, CHAIN, wholesalers=1), calendar(20))), "traditional")
    assert market.state.prices.searches == {0: True}
    monkeypatch.setattr(Competition, "_solve", second_does)
    for _ in range(11):
        market.state.prices.competition._considered = None
        market.step()
    searches = market.state.prices.searches
    assert searches[0] is False
    assert searches[10] is True


@pytest.mark.parametrize(
    ("first", "end", "expected"),
    [(5, 20, 7 / 15), (0, 7, 0.0), (7, 14, 1.0), (13, 15, 0.5)],
)
def test_prices_of_a_search_stand_until_the_next_one(first, end, expected, monkeypatch):
    """Searched on days 0, 7 and 14; that of day 7 did not come to rest: days 7 to 13."""
    outcome = lived(days=21, warm_up=0)
    columns = {"day": np.array([0, 7, 14]), "settled": np.array([True, False, True])}
    monkeypatch.setitem(outcome.columns, "price_searches", columns)
    assert unsettled_prices(Window(outcome, first, end)) == expected


def test_where_nobody_looks_for_prices_there_is_nothing_to_say():
    outcome = Market("village", "traditional", 0).run()
    assert "price_searches" not in outcome.columns
    assert share(outcome) is None


def searching() -> list[tuple[str, str]]:
    """Return the shipped scenarios and regimes in which firms look for their prices together."""
    found = []
    for name in scenario_names():
        scenario = load_scenario(name)
        if "best_response" in repr(scenario.model_dump(mode="json")):
            found += [(name, regime) for regime in scenario.regime_names]
    return found


@pytest.mark.parametrize(("name", "regime"), searching())
def test_no_shipped_scenario_opens_with_prices_that_were_not_found(name, regime):
    prices = Market(load_scenario(name), regime, 1).state.prices
    assert False not in prices.searches.values()
    assert bool(prices.searches) == (prices._together and not prices.regime.at_cost)
