"""Sensitivity: on functions whose indices are known, and on a market in which it is plain what matters."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.design import Factor, parse_factor
from sim.experiments.sensitivity import find_sensitivity, influences_on
from sim.scenario import ScenarioError, load_scenario

RANGES = {"choke": (80.0, 160.0), "cost": (10.0, 40.0), "first": (1.0, 6.0), "second": (1.0, 6.0)}
FACTORS = [Factor(name, low=low, high=high) for name, (low, high) in RANGES.items()]


def chain_price(choke, cost, first, second):
    """Consumer price of a chain of two tiers with so many firms each before linear demand (Greenhut & Ohta 1979)."""
    return choke - (choke - cost) * first / (first + 1.0) * second / (second + 1.0)


def brute_force(name, points=400):
    """Return the first-order and total indices of one parameter by plain integration over a grid of midpoints."""
    rng = np.random.default_rng(3)
    share = (np.arange(points) + 0.5) / points
    others = rng.random((20_000, len(RANGES)))
    low, width = (np.array([ends[0] for ends in RANGES.values()]), np.array([b - a for a, b in RANGES.values()]))
    at = list(RANGES).index(name)
    everywhere = chain_price(*(low + width * others).T)

    def with_share(value):
        fixed = others.copy()
        fixed[:, at] = value
        return chain_price(*(low + width * fixed).T)

    table = np.array([with_share(value) for value in share])
    return table.mean(axis=1).var() / everywhere.var(), table.var(axis=0).mean() / everywhere.var()


def test_sobol_indices_are_those_of_brute_force_on_a_chain_of_two_tiers():
    found, tried, failures = influences_on(
        lambda points: [chain_price(*point.values()) for point in points], FACTORS, "sobol", 4096, 1
    )
    assert (tried, failures) == (4096 * 6, 0)
    for each in found:
        first, total = brute_force(each.parameter)
        assert each.effect == pytest.approx(first, abs=0.01)
        assert each.together == pytest.approx(total, abs=0.01)
        assert abs(each.effect - first) <= 1.5 * each.effect_interval
    assert list(found) == sorted(found, key=lambda each: -each.effect)


def test_morris_tells_slopes_signs_and_curves():
    factors = [Factor("a", low=0.0, high=2.0), Factor("b", low=0.0, high=1.0), Factor("c", low=0.0, high=1.0)]
    found, tried, _ = influences_on(
        lambda points: [3.0 * p["a"] - p["b"] + 0.0 * p["c"] for p in points], factors, "morris", 8, 1
    )
    by_name = {each.parameter: each for each in found}
    assert tried == 8 * 4
    assert [each.parameter for each in found] == ["a", "b", "c"]
    assert (by_name["a"].effect, by_name["a"].direction) == pytest.approx((6.0, 6.0))
    assert (by_name["b"].effect, by_name["b"].direction) == pytest.approx((1.0, -1.0))
    assert by_name["c"].effect == pytest.approx(0.0, abs=1e-9)
    assert by_name["a"].together == pytest.approx(0.0, abs=1e-9)  # a straight line


def test_where_a_function_is_undefined_is_counted():
    factors = [Factor("a", low=0.0, high=1.0), Factor("b", low=0.0, high=1.0)]
    found, tried, failures = influences_on(
        lambda points: [None if point["b"] > 0.9 else point["a"] for point in points], factors, "morris", 10, 1
    )
    assert 0 < failures < tried
    assert found[0].parameter == "a"
    assert influences_on(lambda points: [None] * len(points), factors, "morris", 4, 1)[0] == ()


def test_on_a_market_the_price_follows_cost_and_not_the_rent(tmp_path):
    village = load_scenario("village")
    factors = [
        parse_factor("products.items.0.unit_cost=1..3", village),
        parse_factor("retailers.rent=0..3", village),
    ]
    found = find_sensitivity(village, factors, "consumer_price", ["traditional"], points=4, store=tmp_path, workers=1)
    cost, rent = found.influences
    assert cost.parameter == "products.items.0.unit_cost"
    assert cost.direction == cost.effect > 1.0
    assert rent.effect == 0.0
    assert (found.runs, found.failures) == (12, 0)
    assert list(found.to_frame()["parameter"]) == [cost.parameter, rent.parameter]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"factors": FACTORS[:1]}, "two parameters or more"),
        ({"method": "guessing"}, "the methods are: morris, sobol"),
        ({"method": "sobol", "points": 12}, "a power of 2"),
        ({"points": 1}, "2 or more"),
        ({"regimes": ["traditional", "direct", "o2o"]}, "one or two"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    with pytest.raises(ScenarioError, match=said):
        find_sensitivity("village", **{"factors": FACTORS, "workers": 1, **changed})
