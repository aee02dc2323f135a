"""Fits: they recover a known market, say who decided what, and refuse what they cannot know."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.odd_markets import Kind, believed, history, truth, with_shuffled_tastes
from sim.fitting import ensemble_path, fit_market, read_ensemble, weekly_history_of
from sim.fitting.ensemble import Ensemble
from sim.fitting.estimation import estimate_fit, estimate_noise, regressed_slope
from sim.fitting.parameters import SCALE, with_values
from sim.report.fit_report import fit_report, fit_sentences
from sim.scenario import ScenarioError, load_scenario, scenario_hash
from sim.scenario.writing import scenario_to_toml
from tests.fitting.conftest import SEED, names


def test_price_sensitivity_is_recovered(fitted, true_market):
    (place,) = [k for k, prior in enumerate(fitted.space.priors) if prior.path == SCALE]
    off = np.log(fitted.scenario.customers.scale / true_market.customers.scale)
    sd = fitted.estimate.posterior_sd[place]
    assert abs(off) < 3.5 * sd
    assert sd < 0.2
    assert fitted.estimate.decided[SCALE] < 0.3


def test_fitted_units_are_those_observed(fitted):
    for each in fitted.products:
        assert each.fitted == pytest.approx(each.observed, rel=0.05)
        assert each.lowest <= each.elasticity <= each.highest < 0


def test_what_the_data_cannot_say_stays_at_its_prior(fitted):
    """Nobody buys online, so that hassle and waiting are exactly what was assumed."""
    decided = fitted.estimate.decided
    assert decided["customers.hassle"] == pytest.approx(1.0, abs=1e-6)
    assert decided["customers.waiting_cost"] == pytest.approx(1.0, abs=1e-6)
    assert fitted.scenario.customers.hassle == pytest.approx(5.0)
    said = " ".join(fit_sentences(fitted))
    assert "Your data decide price sensitivity within" in said
    assert "nothing about" in said
    assert "not seeing the goods: that comes from the assumption" in said


def test_both_ways_to_draw_an_ensemble_spread_alike(fitted):
    assert 0.8 < fitted.spread_ratio < 1.25
    assert fitted.intervals_agree


def test_a_fit_is_the_same_again(fitted, prior_market, weeks):
    again = fit_market(prior_market, fitted.history, "traditional", seed=SEED, members=60)
    assert again.ensemble.members.tolist() == fitted.ensemble.members.tolist()


def test_the_right_tastes_are_not_refused_and_shuffled_ones_are(fitted):
    assert not fitted.ensemble.refused
    market = truth(3, products=8, people=0.4)
    priors = believed(market)
    told = weekly_history_of(history(market, Kind(weeks=20, promoted=0.2), 3, world_seed=SEED), names(priors))
    right = fit_market(priors, told, "traditional", seed=SEED, members=20)
    wrong = fit_market(with_shuffled_tastes(priors, 1), told, "traditional", seed=SEED, members=20)
    assert not right.ensemble.refused
    assert wrong.tastes.size > 1.5 * right.tastes.size
    assert wrong.ensemble.refused
    assert fit_sentences(wrong)[0].startswith("Intervals are refused: what the fit leaves over goes with prices")


def test_without_price_variation_sensitivity_is_assumed_and_shown_at_three_values(without_variation):
    said = fit_sentences(without_variation)
    assert said[0].startswith("Price sensitivity is assumed")
    assert not without_variation.ensemble.prices_vary
    assert without_variation.estimate.decided[SCALE] > 0.6
    scales = [market.customers.scale for market in without_variation.three.values()]
    assert scales[1] / scales[0] == pytest.approx(2.0, rel=0.01)
    assert scales[2] / scales[1] == pytest.approx(2.0, rel=0.01)


def test_noise_beyond_chance_is_estimated(fitted):
    problem = fitted.estimate.problem
    rng = np.random.default_rng(11)
    mean = np.full(problem.history.units.shape, 400.0)
    units = rng.poisson(mean * np.exp(rng.normal(0.0, 0.2, mean.shape) - 0.02)).astype(float)
    noisy = replace(problem, history=replace(problem.history, units=units))
    assert estimate_noise(noisy, mean) == pytest.approx(0.04, rel=0.35)
    calm = replace(problem, history=replace(problem.history, units=rng.poisson(mean).astype(float)))
    assert estimate_noise(calm, mean) < 0.004


def test_the_start_is_the_slope_of_a_regression():
    import pandas as pd

    rng = np.random.default_rng(2)
    rows = []
    for week in range(30):
        for sku, level in (("a", 5.0), ("b", 4.0), ("c", 6.0)):
            price = float(rng.uniform(3.0, 5.0))
            rows.append({"week": week, "sku": sku, "price": price, "units": np.exp(level + 0.1 * week - 0.4 * price)})
    assert regressed_slope(weekly_history_of(pd.DataFrame(rows), list("abc"))) == pytest.approx(-0.4, abs=1e-9)


def test_a_parameter_held_at_a_value_stays_there(fitted):
    held = estimate_fit(fitted.estimate.problem.held(SCALE, 0.5), fitted.estimate.point)
    (place,) = [k for k, prior in enumerate(fitted.space.priors) if prior.path == SCALE]
    assert held.point[place] == pytest.approx(0.5, abs=0.01)


def test_too_few_needs_are_raised_and_said(fitted, prior_market):
    tight = load_scenario(prior_market, {"customers.need_rate": 0.001})
    found = fit_market(tight, fitted.history, "traditional", seed=SEED, members=10)
    assert any("needs a week are assumed" in note for note in found.notes)
    few = [town.model_copy(update={"customers": 3}) for town in prior_market.geography.towns]
    geography = prior_market.geography.model_copy(update={"towns": few})
    nobody = prior_market.model_copy(update={"geography": geography})
    with pytest.raises(ScenarioError, match=r"geography\.customers"):
        fit_market(nobody, fitted.history, "traditional", seed=SEED)


def test_an_unknown_prior_is_refused(fitted, prior_market):
    with pytest.raises(ScenarioError, match=r"customers\.scale"):
        fit_market(prior_market, fitted.history, prior_sd={"customers.breadth": 0.3})


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_fitted_market_and_its_ensemble_are_read_back(fitted, tmp_path):
    file = tmp_path / "mine.fitted.toml"
    file.write_text(scenario_to_toml(fitted.scenario), encoding="utf-8")
    fitted.ensemble.write(ensemble_path(file), fitted.scenario)
    market = load_scenario(file)
    assert scenario_hash(market) == scenario_hash(fitted.scenario)
    found = read_ensemble(ensemble_path(file), market)
    assert found.parameters == fitted.ensemble.parameters
    assert found.members == pytest.approx(fitted.ensemble.members, rel=1e-6)
    assert found.decided == pytest.approx(fitted.ensemble.decided)
    assert market.sources[SCALE].startswith("fitted to 20 weeks")
    assert market.sources["customers.hassle"].startswith("assumption")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "something"}, "not an ensemble"),
        ({"members": [[1.0]]}, "a number for each parameter"),
        ({"members": []}, "members"),
        ({"parameters": ["os.system"], "members": [[1.0]]}, "parameters that a fit does not"),
    ],
)
def test_a_damaged_ensemble_is_refused(fitted, tmp_path, change, said):
    file = tmp_path / "mine.ensemble.json"
    fitted.ensemble.write(file, fitted.scenario)
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, **change}), encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        read_ensemble(file)


def test_an_ensemble_of_another_market_is_refused(fitted, tmp_path):
    file = tmp_path / "mine.ensemble.json"
    fitted.ensemble.write(file, fitted.scenario)
    changed = with_values(fitted.scenario, {"customers.scale": 1.0})
    with pytest.raises(ScenarioError, match="another market"):
        read_ensemble(file, changed)


def test_members_are_points_of_the_parameter_space_and_back(fitted):
    at_best = type(fitted.space)(fitted.scenario, fitted.space.priors, fitted.space.quality_sd)
    points = fitted.ensemble.points(at_best)
    for number in (0, 7):
        values = at_best.values(points[number])
        assert values == pytest.approx(fitted.ensemble.values(number))


def test_the_report_says_the_same_everywhere(fitted):
    report = fit_report(fitted)
    assert report.data["parameters"][SCALE]["value"] == pytest.approx(fitted.scenario.customers.scale)
    assert len(report.frames()["products"]) == len(fitted.products)
    assert isinstance(fitted.ensemble, Ensemble)
