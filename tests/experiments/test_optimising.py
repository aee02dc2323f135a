"""Optima: where theory has them, with rivals that answer and with one that does not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.experiments import sweeping
from sim.experiments.optimiser import Search, points_of_search
from sim.experiments.optimising import optimise
from sim.runs.design import Factor, parse_factor
from sim.runs.seeds import replication_seeds
from sim.scenario import ScenarioError, load_scenario
from sim.validation.equilibrium_markets import best_reply, chain_sections
from sim.validation.markets import calendar, fixed
from sim.validation.markets import market as small_market
from sim.validation.themes.demand import customers_with, evenly

CHOKE, COST = 100.0, 20.0


def maker_and_shop(shop, days, warm_up):
    """Return a market of a thousand people with linear demand, a maker and a shop that prices by a rule."""
    tables = small_market(
        calendar(days, warm_up), customers_with(evenly(0.0, CHOKE), 1000, need_rate=1.0),
        chain_sections([fixed(60.0), shop], COST),
    )  # fmt: skip
    return tables


def looked_at(function, *factors, goal="highest"):
    """Return what a search finds of a plain function of the parameters, and what it tried."""
    search = Search(factors, goal)
    while points := search.next_points():
        search.tried.learn(points, [[function(**point)] for point in points])
    return search.tried.point(search.best), search.tried


def test_a_peak_along_one_parameter_is_found():
    found, tried = looked_at(lambda x: -((x - 3.3) ** 2), Factor("x", low=0.0, high=10.0))
    assert found["x"] == pytest.approx(3.3, abs=0.02)
    assert len(tried.known) < 30


def test_the_lowest_is_found_as_well_and_ends_of_the_range_too():
    found, _ = looked_at(lambda x: (x - 7.0) ** 2, Factor("x", low=0.0, high=10.0), goal="lowest")
    assert found["x"] == pytest.approx(7.0, abs=0.02)
    assert looked_at(lambda x: x, Factor("x", low=0.0, high=10.0))[0]["x"] == 10.0


def test_a_peak_in_two_parameters_is_found():
    factors = Factor("x", low=0.0, high=10.0), Factor("y", low=-1.0, high=1.0)
    found, tried = looked_at(lambda x, y: -((x - 3.3) ** 2) - 9.0 * (y - 0.1 * x + 0.2) ** 2, *factors)
    assert found["x"] == pytest.approx(3.3, abs=0.1)
    assert found["y"] == pytest.approx(0.13, abs=0.03)
    assert len(tried.known) < 120


@pytest.mark.parametrize(
    "factors",
    [
        [Factor("x", low=0.0, high=10.0)],
        [Factor("x", low=0, high=400, whole=True)],
        [Factor("x", low=0, high=5, whole=True)],
        [Factor("x", low=0.0, high=10.0), Factor("y", low=-1.0, high=1.0)],
        [Factor("x", low=0, high=3, whole=True), Factor("y", low=0, high=2, whole=True)],
        [Factor("x", low=0, high=9, whole=True), Factor("y", low=-1.0, high=1.0)],
    ],
)
@pytest.mark.parametrize("function", [np.sin, np.square, np.abs, np.sign])
def test_a_search_looks_at_no_more_points_than_it_says_beforehand(factors, function):
    """Smooth, kinked and flat; where only the precision ends the search, it says about, and is not far out."""
    most, bound = points_of_search(factors)
    _, tried = looked_at(lambda x, y=0.0: float(function(3.0 * x - 7.0) + function(y - 0.3)), *factors)
    assert len(tried.known) <= (most if bound == "at most" else 1.5 * most)
    assert len(tried.known) >= (1 if bound == "at most" else 0.5 * most)
    assert bound == ("about" if len(factors) == 1 and not factors[0].whole else "at most")


def test_whole_numbers_stay_whole():
    found, tried = looked_at(lambda x: -abs(x - 137), Factor("x", low=0, high=400, whole=True))
    assert found["x"] == 137
    assert all(isinstance(value, int) for (value,) in tried.known)
    assert len(tried.known) < 40


def test_where_it_is_undefined_it_is_not_best():
    found, _ = looked_at(lambda x: None if x > 5.0 else x, Factor("x", low=0.0, high=10.0))
    assert found["x"] == pytest.approx(5.0, abs=0.05)


def test_a_monopolist_asks_halfway_between_the_choke_price_and_its_cost(tmp_path):
    """Demand 1 - p / 100 and cost 20: (100 + 20) / 2 = 60, where a need brings 40 x 0.4 = 16."""
    market = load_scenario(maker_and_shop(best_reply(), 4, 1))
    price = parse_factor("suppliers.direct_pricing.price=20..100", market)
    found = optimise(market, [price], "supplier_profit", "direct", replications=2, store=tmp_path, workers=1)
    assert found.values["suppliers.direct_pricing.price"] == pytest.approx((CHOKE + COST) / 2.0, abs=0.5)
    assert found.best.mean == pytest.approx(16.0, abs=0.05)
    assert found.goal == "highest"
    assert not found.corners
    assert [each.change.mean for each in found.neighbours] == pytest.approx([-0.16, -0.16], abs=0.05)  # 4 off: 16 / 100
    low, high = found.alike["suppliers.direct_pricing.price"]
    assert low <= 60.5
    assert high >= 59.5
    assert len(found.to_frame()) == 2


def test_a_maker_foresees_a_shop_that_answers_but_not_one_that_does_not(tmp_path):
    """A shop that knows its demand adds half of what lies above the maker's price: 60 is best, as for Spengler (1950).
    One that keeps its price whatever it pays itself lets the maker ask as much as it likes."""
    # The first one's price halves its way to the best every day: after 8 of them it is there.
    answers, stubborn = (load_scenario(maker_and_shop(shop, 11, 8)) for shop in (best_reply(), fixed(70.0)))
    found = [
        optimise(
            market, [parse_factor("suppliers.pricing.price=20..100", market)], "supplier_profit", "traditional",
            replications=1, store=tmp_path, workers=1,
        )
        for market in (answers, stubborn)
    ]  # fmt: skip
    assert found[0].values["suppliers.pricing.price"] == pytest.approx(60.0, abs=1.0)
    assert found[0].best.mean == pytest.approx(8.0, abs=0.1)  # 40 x 0.2: the shop asks 80
    assert found[0].alike is None  # one run has no interval
    assert found[1].corners == {"suppliers.pricing.price": "high"}


@pytest.fixture
def instead_of_runs(monkeypatch):
    """Return a function that puts figures in the place of sweeps: of the number of a point, by replication."""

    def put(flats_of):
        def filled(plan, options):
            flats = flats_of(plan)
            return SimpleNamespace(
                points=plan.points, regimes=plan.regimes, failures=(), is_sound=lambda number: True,
                figures=lambda number: {plan.regimes[0]: flats[number]},
            )  # fmt: skip

        monkeypatch.setattr(sweeping, "_whole", filled)

    return put


def test_the_chosen_one_is_judged_on_seeds_that_had_no_part_in_choosing(instead_of_runs):
    """Nothing that is varied changes anything, so that the best value is the luckiest one; on seeds that did not choose
    it, it brings what all values bring. What a run brings is a function of its seed and its point, as in the market:
    whoever judges on the seeds of the search gets the same luck again."""
    asked = []

    def drawn(point, seed):
        return np.random.default_rng([seed, *np.float64(point["retailers.rent"]).tobytes()]).normal(10.0)

    def lottery(plan):
        asked.append(plan.seeds)
        return [[{"welfare": drawn(point, seed)} for seed in plan.seeds] for point in plan.points]

    instead_of_runs(lottery)
    found = []
    for seed in range(100):
        asked.clear()
        rent = Factor("retailers.rent", low=0.0, high=2.0)
        found.append(optimise("village", [rent], "welfare", "direct", replications=4, seed=seed))
        search_seeds = set(replication_seeds(seed, 4))
        judging = [each for each in asked if set(each) != search_seeds]
        assert len(judging) == 1, "one look at the best value and its neighbours, all on the same fresh seeds"
        assert asked[-1] == judging[0]
        assert len(set(judging[0])) == 4
        assert search_seeds.isdisjoint(judging[0])
    assert np.mean([each.searched.mean for each in found]) > 10.5
    assert np.mean([each.best.mean for each in found]) == pytest.approx(10.0, abs=0.15)
    beside = [each.change.mean for one in found for each in one.neighbours]
    assert np.mean(beside) == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize(
    ("figure", "goal", "best_rent"), [("no_purchase_share", "lowest", 0.5), ("welfare", "highest", 2.0)]
)
def test_what_is_better_when_lower_is_brought_down(instead_of_runs, figure, goal, best_rent):
    """A bowl with its bottom at a quarter of the range: the lowest lies there, the highest at the far end."""

    instead_of_runs(
        lambda plan: [[{figure: (point["retailers.rent"] - 0.5) ** 2} for _ in plan.seeds] for point in plan.points]
    )
    found = optimise("village", [Factor("retailers.rent", low=0.0, high=2.0)], figure, "direct", replications=2)
    assert found.goal == goal
    assert found.values["retailers.rent"] == pytest.approx(best_rent, abs=0.01)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"factors": []}, "one parameter, or two"),
        ({"factors": [Factor("retailers.rent", (1.0, 2.0))]}, "a range to search"),
        ({"figure": "happiness"}, "no such figure"),
        ({"figure": "recovered_sales"}, "undefined under direct"),
        ({"regime": "barter"}, "barter"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    asked = {"factors": [Factor("retailers.rent", low=0.0, high=2.0)], "figure": "welfare", "regime": "direct"}
    with pytest.raises(ScenarioError, match=said):
        optimise("village", **{**asked, **changed}, replications=1, days=2, workers=1)
