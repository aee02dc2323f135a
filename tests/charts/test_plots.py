"""``result.plot`` draws the charts of the dashboard's pages, figure for figure."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

import sim
from sim.report import charts
from sim.report.titles import titled
from sim.results.figures.endings import empty_share, endings
from sim.results.figures.maps import market_map
from sim.results.figures.paths import price_paths
from sim.scenario import load_scenario


def plain(figure: Any) -> Any:
    """Return a figure as JSON, without the finding that ``plot`` adds."""
    found = json.loads(figure.to_json())
    found["layout"].pop("meta", None)
    return found


@cache
def compared() -> Any:
    return sim.compare("village", replications=2)


@cache
def outcome() -> Any:
    return sim.run("village", regime="o2o", seed=1)


PAGES = {
    "who_gains": lambda found: charts.who_gains(found, "direct", "EUR"),
    "waterfall": lambda found: charts.where_your_100_go(found, "EUR"),
    "ladder": lambda found: charts.ladder(found, ("wholesaler",), "EUR"),
    "margins": lambda found: charts.margin_chart(found, ("wholesaler",)),
    "waiting": charts.in_your_hands,
    "rare_tastes": charts.rare_tastes,
}
"""The charts of the page *Compare* by their names under ``plot``."""


@pytest.mark.parametrize("name", PAGES)
def test_a_comparison_draws_the_charts_of_its_page(name: str) -> None:
    found = compared()
    page = PAGES[name](titled(found, found.scenario))
    figure = getattr(found.plot, name)()
    assert plain(figure) == plain(page.figure)
    assert figure.layout.meta == {"finding": page.finding, "alternative": page.alternative}


def test_all_of_them_are_listed_and_the_first_is_drawn_by_a_call() -> None:
    assert set(dir(compared().plot)) == set(PAGES)
    assert plain(compared().plot()) == plain(compared().plot.who_gains())
    assert "who_gains" in repr(compared().plot)


def test_who_gains_with_a_regime_by_key() -> None:
    named = titled(compared(), compared().scenario)
    assert plain(compared().plot.who_gains("o2o")) == plain(charts.who_gains(named, "O2O", "EUR").figure)
    with pytest.raises(KeyError, match="choose one of: direct, o2o"):
        compared().plot.who_gains("traditional")


def test_a_run_draws_prices_empty_shelves_and_its_map() -> None:
    found, scenario = outcome(), outcome().manifest.scenario
    page = charts.prices_over_time(price_paths(found), "O2O", "EUR", {}, scenario.time.days)
    assert plain(found.plot.prices()) == plain(page.figure)
    met = {"O2O": charts_between(empty_share(found))}
    assert plain(found.plot.empty_shelves()) == plain(charts.empty_shelves({"O2O": endings(found)}, met).figure)
    assert plain(found.plot.map()) == plain(charts.map_chart(titled(market_map(found), scenario)).figure)
    assert found.plot.purchase().layout.meta["finding"]
    with pytest.raises(LookupError, match="did not end in a purchase"):
        sim.run("village", regime="o2o", seed=1, **{"customers.worth.mean": 0.5}).plot.purchase(0)


def charts_between(share: float | None) -> Any:
    from sim.report.comparison_protocol import Between

    return Between(share, None, None)


def test_a_market_draws_the_days_so_far() -> None:
    market = sim.Market("village", "o2o", seed=1)
    while market.running:
        market.step()
    assert plain(market.plot.prices()) == plain(outcome().plot.prices())


def test_a_sweep_draws_its_line_and_its_differences() -> None:
    found = sim.sweep("village", [{"retailers.rent": number} for number in (2.0, 0.0, 1.0)], replications=1, days=6)
    rows = [(found.points[at]["retailers.rent"], titled(found.at(at, ["welfare"]), found.scenario)) for at in (1, 2, 0)]
    shown = charts.Named("welfare", "EUR per need")
    page = charts.along(rows, charts.Named("retailers.rent"), "welfare", shown)
    assert plain(found.plot.along("welfare")) == plain(page.figure)
    assert len(found.plot.differences("welfare").data) > 0


def test_experiments_draw_their_chart() -> None:
    village = load_scenario("village")
    rent = sim.parse_factor("retailers.rent=0..3", village)
    quick: dict[str, Any] = {"replications": 1, "days": 6, "workers": 1}
    frontier = sim.frontier("village", rent, steps=2, **quick)
    sensitivity = sim.sensitivity(
        "village", [rent, sim.parse_factor("customers.travel_cost=0.1..1", village)], points=2, **quick
    )
    assert plain(frontier.plot.frontier()) == plain(charts.frontier_chart(titled(frontier, village)).figure)
    assert plain(sensitivity.plot.tornado()) == plain(charts.tornado(titled(sensitivity, village)).figure)
    worth = sim.worth("village", services=("stock",), replications=1, days=6)
    assert plain(worth.plot.services()) == plain(charts.services(worth, "EUR").figure)


def test_what_has_no_chart_says_so() -> None:
    with pytest.raises(AttributeError, match="there is no chart of a Scenario"):
        _ = load_scenario("village").plot
