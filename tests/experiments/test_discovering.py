"""Discovery: the market in which a parcel costs more than it saves is found, and told."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim.common.estimates import Estimate
from sim.experiments import prim, sweeping
from sim.experiments.discovering import Bound, Discovery, Region, discover, judged_afresh, wilson
from sim.runs.design import Factor, parse_factor
from sim.runs.seeds import point_seed, replication_seeds
from sim.scenario import ScenarioError, load_scenario

VILLAGE = load_scenario("village")
PARCEL = parse_factor("delivery.parcel.cost_per_parcel=0..12", VILLAGE)
RENT = parse_factor("retailers.rent=0..3", VILLAGE)


def test_customers_lose_where_parcels_are_dear_whatever_the_rent(tmp_path):
    found = discover(VILLAGE, [PARCEL, RENT], points=20, replications=2, days=20, store=tmp_path, workers=1)
    assert 0 < found.failing < found.markets == 20
    (region,) = found.regions
    (bound,) = region.bounds
    assert (bound.parameter, bound.side) == ("delivery.parcel.cost_per_parcel", "above")
    told = found.to_frame()
    assert list(told.columns) == ["delivery.parcel.cost_per_parcel", "retailers.rent", "change"]
    worse = told[told["change"] < 0]
    inside = told["delivery.parcel.cost_per_parcel"] > bound.value
    assert region.markets == inside.sum()
    assert region.density == pytest.approx((told["change"][inside] < 0).mean())
    assert region.coverage == pytest.approx((worse["delivery.parcel.cost_per_parcel"] > bound.value).mean())
    assert region.density == region.coverage == 1.0  # the same seeds everywhere: nothing else differs
    assert found.fresh_markets == 20
    assert 0 < found.fresh_failing < 20
    assert region.fresh.density > 0.8
    assert region.fresh.holds


def test_a_region_found_in_noise_is_judged_at_what_chance_brings(monkeypatch):
    """Whether a market fails is a toss of a coin, by its seed and its point: without the guard
    against chance there is always a box of mostly those that fail. Of fresh ones half fail in it, as elsewhere."""
    asked = []

    def toss(plan, options):
        seed, points = plan.seeds[0], plan.points
        asked.append((seed, tuple(tuple(point.values()) for point in points)))
        means = np.random.default_rng([abs(seed), len(points)]).choice([-1.0, 1.0], len(points)).tolist()
        return SimpleNamespace(
            points=points, failures=(), change=lambda number, figure: Estimate(means[number], None, None, 1)
        )

    monkeypatch.setattr(sweeping, "_whole", toss)
    monkeypatch.setattr(prim, "CHANCE", 1.0)
    regions = []
    for seed in range(60):
        asked.clear()
        found = discover(VILLAGE, [PARCEL, RENT], points=40, seed=seed, most=1)
        regions += found.regions
        assert len(asked) == (2 if found.regions else 1)
        if found.regions:
            (first, searched), (second, held_out) = asked
            assert first == seed
            assert second not in replication_seeds(seed, 1)
            assert set(searched).isdisjoint(held_out)
    inside = sum(each.fresh.markets for each in regions)
    failing = sum(round(each.fresh.markets * each.fresh.density) for each in regions if each.fresh.markets)
    assert len(regions) > 30
    assert np.mean([each.density for each in regions]) > 0.57
    assert failing / inside == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(inside))
    assert np.mean([each.fresh.holds for each in regions]) < 0.25


def runs_of(monkeypatch) -> list[tuple[int, tuple[int, ...]]]:
    """Write down, of all runs that are asked for, the number of the design and the seeds of each point."""
    asked, run_points, designs = [], sweeping.run_points, []

    def noted(runner, scenario, points, regimes, seeds):
        designs.append(points)
        asked.extend((len(designs), tuple(each)) for each in seeds)
        return run_points(runner, scenario, points, regimes, seeds)

    monkeypatch.setattr(sweeping, "run_points", noted)
    return asked


def test_fresh_markets_share_no_chance(monkeypatch):
    """Wilson's interval takes markets for independent: each has a seed of its own, and the search's is none of them."""
    asked = runs_of(monkeypatch)
    found = discover(VILLAGE, [PARCEL, RENT], points=16, replications=2, days=20, workers=1)
    assert found.regions
    searched = [seeds for design, seeds in asked if design == 1]
    fresh = [seeds for design, seeds in asked if design == 2]
    assert len(searched) == len(fresh) == 16
    assert set(searched) == {replication_seeds(0, 2)}
    drawn = [seed for seeds in fresh for seed in seeds]
    assert len(set(drawn)) == len(drawn) == 32
    assert set(drawn).isdisjoint(replication_seeds(0, 3))


def test_a_seed_of_its_own_follows_from_seed_and_point():
    point = {"delivery.parcel.cost_per_parcel": 3.5, "retailers.rent": 1}
    turned = dict(reversed(point.items()))
    assert point_seed(7, point) == point_seed(7, turned)
    others = [point_seed(8, point), point_seed(7, {**point, "retailers.rent": 2}), point_seed(7, {})]
    assert len({point_seed(7, point), *others}) == 4
    assert all(0 <= seed < 2**48 for seed in others)


def test_an_interval_of_fresh_markets_holds_the_share_as_often_as_it_says(monkeypatch):
    """Whether a market fails depends on its seed alone, in 30 of 100: with one seed for all, every fresh market fails,
    or none, and the interval would hold 30 % in no discovery at all."""
    share = 0.3

    def toss(plan, options):
        def change(number, figure):
            if plan.own_seeds or number % 2:
                drawn = np.random.default_rng(plan.seeds_at(number)[0]).random() < share
            else:
                drawn = True  # half of the markets searched, so that there is something to draw boxes around
            return Estimate(-1.0 if drawn else 1.0, None, None, 1)

        return SimpleNamespace(points=plan.points, failures=(), change=change)

    monkeypatch.setattr(sweeping, "_whole", toss)
    monkeypatch.setattr(prim, "CHANCE", 1.0)
    judged_by = [
        region.fresh
        for seed in range(80)
        for region in discover(VILLAGE, [PARCEL, RENT], points=60, seed=seed, most=1).regions
    ]
    holding = [each.low <= share <= each.high for each in judged_by if each.markets >= 5]
    assert len(holding) > 40
    assert np.mean(holding) > 0.85


FRESH = [({"p": 1.0}, -1.0), ({"p": 2.0}, -1.0), ({"p": 3.0}, 1.0), ({"p": 4.0}, -1.0), ({"p": 5.0}, 1.0)]


def test_regions_are_judged_by_hand():
    """Below 2.5: 2 of 2 fail, of 3 that do. Below 4.5, the first region left out: 1 of 2. Above 9: no market."""
    regions = tuple(
        Region((Bound("p", side, value, 0.01),), 1.0, 0.9, 9)
        for side, value in (("below", 2.5), ("below", 4.5), ("above", 9.0))
    )
    found = Discovery("village", ("traditional", "direct"), "customers", regions, 9, 5, 0, ({"p": 0.5},), (-1.0,))
    first, second, third = (each.fresh for each in judged_afresh(found, FRESH).regions)
    assert (first.density, first.coverage, first.markets, first.elsewhere) == pytest.approx((1.0, 2 / 3, 2, 1 / 3))
    assert (second.density, second.coverage, second.markets, second.elsewhere) == pytest.approx((0.5, 1 / 3, 2, 2 / 3))
    assert (third.density, third.low, third.coverage, third.markets) == (None, None, 0.0, 0)
    assert (first.holds, second.holds, third.holds) == (True, False, False)  # 34 % to 100 %, against 33 % elsewhere
    assert (judged_afresh(found, FRESH).fresh_markets, judged_afresh(found, FRESH).fresh_failing) == (5, 3)
    assert judged_afresh(found, FRESH).regions[0].density == 1.0  # as it was found


@pytest.mark.parametrize(("hits", "tries"), [(0, 5), (5, 5), (2, 2), (13, 40), (200, 400)])
def test_intervals_of_shares_are_wilsons(hits, tries):
    found = stats.binomtest(hits, tries).proportion_ci(method="wilson")
    assert wilson(hits, tries) == pytest.approx((found.low, found.high), abs=1e-6)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"factors": []}, "one parameter or more"),
        ({"points": 4}, "8 or more"),
        ({"factors": [Factor("delivery.paid_by", ("seller", "customer"))]}, "boxes need numbers"),
        ({"party": "politicians"}, "the parties are"),
        ({"regimes": ["direct"]}, "between two regimes"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    with pytest.raises(ScenarioError, match=said):
        discover(VILLAGE, **{"factors": [PARCEL], "workers": 1, **changed})
