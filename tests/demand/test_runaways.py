"""A price that no customer would ever pay stops the run, and says whose it is."""

from __future__ import annotations

import pytest

from sim.formulas.multiproduct import cournot_margin
from sim.market import Market
from sim.scenario import ScenarioError, load_scenario
from sim.validation.equilibrium_markets import best_reply, chain_sections, settled
from sim.validation.markets import calendar, market
from sim.validation.multiproduct_markets import level_prices, of_goods, sold_by
from sim.validation.themes.demand import customers_with, evenly


def monopoly(worth=(0.0, 120.0), cost=20.0):
    """Return a market with one shop before linear demand."""
    tables = market(customers_with(evenly(*worth), 200), chain_sections([best_reply()], cost), calendar(5))
    return Market(load_scenario(tables), "traditional", 0)


def test_a_price_beyond_everybody_is_refused_with_whose_it_is(monkeypatch):
    """Planted: a rule that doubles what it asks at every review."""
    opened = monopoly()
    monkeypatch.setattr("sim.rules.best_response.BestResponse.target", lambda self, view: 2.0 * view.own_price)
    with pytest.raises(ScenarioError, match=r"asks \d+\.\d\d for .*no customer would pay more than 1\d\d\.\d\d"):
        opened.run()


def test_a_price_that_is_only_as_high_as_the_goods_are_dear_is_none():
    opened = monopoly(worth=(0.0, 30.0), cost=200.0)
    for _ in range(5):
        opened.step()
    assert opened.state.shelves.list_price[0, 0] == 20_000


def test_a_good_that_its_firm_earns_most_without_is_none():
    """All goods of a monopolist have one margin, 60.7 here: at 64.2 nobody takes a good worth 4.0, on a scale of 1."""
    both = sold_by(of_goods((72.5, 4.0), 1.0), (7.5, 3.5), {"shop": best_reply()})
    margin = cournot_margin([72.5, 4.0], [7.5, 3.5], 1.0)
    asked = level_prices(settled(both, "shops", days=5), -1)[0]
    assert asked == pytest.approx([7.5 + margin, 3.5 + margin], abs=0.02)
    assert asked[1] > 4.0 + 40.0  # scales
