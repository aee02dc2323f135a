"""Sensitivity: on functions whose indices are known, and on a market in which it is plain what matters."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.sensitivity import influences_of, sampled_points, sensitivity
from sim.runs.design import Factor, parse_factor
from sim.scenario import ScenarioError, load_scenario

RANGES = {"choke": (80.0, 160.0), "cost": (10.0, 40.0), "first": (1.0, 6.0), "second": (1.0, 6.0)}
FACTORS = [Factor(name, low=low, high=high) for name, (low, high) in RANGES.items()]


def influences_on(values_at, factors, method, points, seed):
    """Return what moves a plain function of points, and how many points were tried."""
    tried = sampled_points(factors, method, points, seed)
    return influences_of(factors, method, tried, values_at(tried), seed), len(tried)


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
    screened, tried = influences_on(
        lambda points: [chain_price(*point.values()) for point in points], FACTORS, "sobol", 4096, 1
    )
    found = screened.influences
    assert (tried, screened.undefined, screened.left_out) == (4096 * 6, 0, 0)
    for each in found:
        first, total = brute_force(each.parameter)
        assert each.effect == pytest.approx(first, abs=0.01)
        assert each.together == pytest.approx(total, abs=0.01)
        assert abs(each.effect - first) <= 1.5 * each.effect_interval
    assert list(found) == sorted(found, key=lambda each: -each.effect)


def test_morris_tells_slopes_signs_and_curves():
    factors = [Factor("a", low=0.0, high=2.0), Factor("b", low=0.0, high=1.0), Factor("c", low=0.0, high=1.0)]
    found, tried = influences_on(
        lambda points: [3.0 * p["a"] - p["b"] + 0.0 * p["c"] for p in points], factors, "morris", 8, 1
    )
    by_name = {each.parameter: each for each in found.influences}
    assert tried == 8 * 4
    assert [each.parameter for each in found.influences] == ["a", "b", "c"]
    assert (by_name["a"].effect, by_name["a"].direction) == pytest.approx((6.0, 6.0))
    assert (by_name["b"].effect, by_name["b"].direction) == pytest.approx((1.0, -1.0))
    assert by_name["c"].effect == pytest.approx(0.0, abs=1e-9)
    assert by_name["a"].together == pytest.approx(0.0, abs=1e-9)  # a straight line


def test_morris_effect_is_the_mean_of_absolute_effects_also_where_they_cancel():
    """|a - 1/2| falls, then rises. On Morris' four levels a step of 2/3 goes between 0 and 2/3, or 1/3 and 1: the
    first changes 1/2 into 1/6, the second 1/6 into 1/2, as effects of the whole range -1/2 and +1/2. So the mean of
    absolute effects is 1/2 in any sample, with no spread; the mean effect is only the surplus of one kind over the
    other (Campolongo et al. 2007)."""
    factors = [Factor("a", low=0.0, high=1.0), Factor("b", low=0.0, high=1.0)]
    found, _ = influences_on(
        lambda points: [abs(p["a"] - 0.5) + 0.3 * p["b"] for p in points], factors, "morris", 40, 2
    )
    bent, straight = found.influences  # ranked by absolute effects: by mean effects the line would come first
    assert (bent.parameter, straight.parameter) == ("a", "b")
    assert (bent.effect, bent.effect_interval) == pytest.approx((0.5, 0.0), abs=1e-9)
    assert abs(bent.direction) < 0.2
    rising = (bent.direction / 0.5 + 1.0) / 2.0  # share of steps that rise
    assert bent.together == pytest.approx(np.sqrt(rising * (1.0 - rising) * 40 / 39), abs=1e-9)
    assert (straight.effect, straight.direction) == pytest.approx((0.3, 0.3))


def test_on_a_function_that_turns_absolute_and_mean_effects_are_those_of_salib():
    from SALib.analyze import morris
    from SALib.sample import morris as sampling

    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0]] * 2}
    sample = sampling.sample(problem, 30, num_levels=4, seed=7)
    factors = [Factor(name, low=0.0, high=1.0) for name in problem["names"]]

    def wave(a, b):
        return np.sin(7.0 * a) + a * np.cos(4.0 * b)

    judge = morris.analyze(problem, sample, wave(*sample.T), num_levels=4, num_resamples=4000, seed=7)
    found, _ = influences_on(lambda points: [wave(**p) for p in points], factors, "morris", 30, 7)
    for each in found.influences:
        at = problem["names"].index(each.parameter)
        assert each.effect == pytest.approx(judge["mu_star"][at], rel=1e-6)
        assert each.direction == pytest.approx(judge["mu"][at], rel=1e-6)
        assert each.effect_interval == pytest.approx(judge["mu_star_conf"][at], rel=0.08)  # other draws
    assert any(abs(each.direction) < 0.9 * each.effect for each in found.influences)


LEVELS = {
    "two texts": Factor("a", ("seller", "customer")),
    "two": Factor("a", (3, 7)),
    "three": Factor("a", (1.0, 2.0, 5.0)),
    "five": Factor("a", (0, 1, 2, 3, 4)),
    "two whole numbers": Factor("a", low=3, high=4, whole=True),
    "three whole numbers": Factor("a", low=1, high=3, whole=True),
    "five whole numbers": Factor("a", low=1, high=5, whole=True),
}


@pytest.mark.parametrize("factor", LEVELS.values(), ids=LEVELS)
def test_effects_are_of_the_whole_range_however_few_values_there_are(factor):
    """A line that rises by 12 along ``a``: steps are divided by how far they went, not by what was planned."""
    factors = [factor, Factor("b", low=0.0, high=1.0)]
    found, _ = influences_on(
        lambda points: [12.0 * factor.position(p["a"]) + p["b"] for p in points], factors, "morris", 10, 1
    )
    first, second = found.influences
    assert (first.effect, first.direction, first.effect_interval) == pytest.approx((12.0, 12.0, 0.0), abs=1e-9)
    assert second.effect == pytest.approx(1.0)


def test_where_a_step_can_go_anywhere_effects_are_those_of_salib():
    from SALib.analyze import morris
    from SALib.sample import morris as sampling

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    sample = sampling.sample(problem, 20, num_levels=4, seed=5)
    factors = [Factor(name, low=0.0, high=1.0) for name in problem["names"]]

    def curve(a, b, c):
        return np.exp(a) * b - 3.0 * c**2

    judge = morris.analyze(problem, sample, curve(*sample.T), num_levels=4, seed=5)
    found, _ = influences_on(lambda points: [curve(**p) for p in points], factors, "morris", 20, 5)
    for each in found.influences:
        at = problem["names"].index(each.parameter)
        assert each.effect == pytest.approx(judge["mu_star"][at], rel=1e-6)
        assert each.direction == pytest.approx(judge["mu"][at], rel=1e-6)
        assert each.together == pytest.approx(judge["sigma"][at], rel=1e-6)
        assert each.effect_interval == pytest.approx(judge["mu_star_conf"][at], rel=0.15)  # other draws


@pytest.mark.parametrize(("method", "points", "together"), [("morris", 10, 3), ("sobol", 64, 4)])
def test_walks_in_which_a_function_is_undefined_are_left_out_and_counted(method, points, together):
    """What is left says what the whole would: nothing stands in for what is not known."""
    factors = [Factor("a", low=0.0, high=1.0), Factor("b", low=0.0, high=1.0)]
    asked = []

    def line(tried):
        asked.extend(tried)
        return [None if number in (0, 1, together + 2) else 5.0 * p["a"] for number, p in enumerate(tried)]

    found, tried = influences_on(line, factors, method, points, 1)
    assert (tried, found.undefined, found.left_out) == (points * together, 3, 2)
    assert found.influences[0].parameter == "a"
    assert found.influences[0].effect == pytest.approx(5.0 if method == "morris" else 1.0, abs=0.05)
    assert found.influences[1].effect == pytest.approx(0.0, abs=0.05)


def test_where_next_to_nothing_is_defined_nothing_is_said():
    factors = [Factor("a", low=0.0, high=1.0), Factor("b", low=0.0, high=1.0)]
    found, _ = influences_on(lambda points: [None] * len(points), factors, "morris", 4, 1)
    assert (found.influences, found.undefined, found.left_out) == ((), 12, 4)
    found, _ = influences_on(lambda points: [1.0] * 3 + [None] * (len(points) - 3), factors, "morris", 4, 1)
    assert found.influences == ()  # a single walk tells no spread


def test_on_a_market_the_price_follows_cost_and_not_the_rent(tmp_path):
    village = load_scenario("village")
    factors = [
        parse_factor("products.items.0.unit_cost=1..3", village),
        parse_factor("retailers.rent=0..3", village),
    ]
    found = sensitivity(village, factors, "consumer_price", ["traditional"], points=4, store=tmp_path, workers=1)
    cost, rent = found.influences
    assert cost.parameter == "products.items.0.unit_cost"
    assert cost.direction == cost.effect > 1.0
    assert rent.effect == 0.0
    assert (found.runs, found.undefined, found.failed) == (12, 0, ())
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
        sensitivity("village", **{"factors": FACTORS, "workers": 1, **changed})
