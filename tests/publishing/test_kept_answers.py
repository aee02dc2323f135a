"""The answers that are kept in the package are those of runs made now."""

from __future__ import annotations

import json
import math

import pytest

from sim.publishing import kept_answers, verdict
from sim.publishing.argument import STEPS
from sim.publishing.kept_figures import comparison_from, plain_figures

NEAR = {"rel": 1e-9, "abs": 1e-9}


def read(name):
    return json.loads((kept_answers.FOLDER / f"{name}.json").read_text())


def same(one, other):
    """Compare two kept answers to nine digits: what is kept was rounded, and machines differ in the last bit."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            same(one[name], other[name])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    elif isinstance(one, float) and isinstance(other, int | float):
        assert one == pytest.approx(other, **NEAR)
    else:
        assert one == other


def test_the_argument_is_what_runs_say_now():
    same(json.loads(json.dumps(kept_answers.compute_argument())), read("argument"))


def test_a_position_of_the_verdict_is_what_runs_say_now():
    kept = read("verdict")
    numbers = [58]
    now = json.loads(json.dumps(kept_answers.compute_verdict(numbers)))
    same(now, {**kept, "points": [kept["points"][number] for number in numbers]})


@pytest.mark.slow
def test_every_position_of_the_verdict_is_what_runs_say_now():
    same(json.loads(json.dumps(kept_answers.compute_verdict())), read("verdict"))


@pytest.mark.slow
def test_who_keeps_the_saving_is_what_runs_say_now():
    same(json.loads(json.dumps(kept_answers.compute_saving())), read("saving"))


@pytest.mark.slow
def test_a_share_of_the_saving_is_what_runs_say_now():
    kept = read("saving")
    now = json.loads(json.dumps(kept_answers.compute_saving([0.5], bands=False)))
    same(now["points"], [each for each in kept["points"] if each["share"] == 0.5])


def test_every_step_has_its_answers_and_texts_and_charts_find_what_they_read():
    for step in STEPS:
        runs = [kept_answers.kept_comparison(view) for view in step.views]
        assert None not in runs, step.name
        assert step.answer(runs).mean is not None
        assert step.draw(runs).figure.data
        for number, regime, figure, _ in step.numbers.values():
            table = runs[number].differences[regime[1:]] if regime[0] == "-" else runs[number].figures[regime]
            assert table[figure].mean is not None, (step.name, figure)


def test_exact_answers_lie_within_what_runs_say():
    checked = 0
    for step in STEPS:
        runs = [kept_answers.kept_comparison(view) for view in step.views]
        if step.exact:
            exact, answer = step.exact(runs[0].scenario).value, step.answer(runs)
            assert answer.low <= exact + 1e-9
            assert exact - 1e-9 <= answer.high
            checked += 1
    assert checked == 4


def test_kept_answers_of_another_scenario_do_not_count(monkeypatch):
    view = STEPS[0].views[0]
    kept_answers.kept_comparison.cache_clear()
    monkeypatch.setattr("sim.publishing.kept_figures.scenario_hash", lambda scenario: "another")
    assert kept_answers.kept_comparison(view) is None
    kept_answers.kept_comparison.cache_clear()


def test_what_is_kept_gives_the_same_comparison_again(small):
    import sim

    found = sim.compare(small, ["traditional", "direct"], replications=2)
    facts = {"regimes": list(found.regimes), "seed": found.seed, "replications": 2}
    again = comparison_from(small, {**facts, **plain_figures(found, ["consumer_price", "price_waterfall."])})
    price = found.figures["direct"]["consumer_price"]
    assert again.figures["direct"]["consumer_price"].mean == pytest.approx(price.mean, rel=1e-11)
    assert again.figures["direct"]["consumer_price"].n == 2
    assert "welfare" not in again.figures["direct"]
    assert {name for name in again.figures["direct"] if name.startswith("price_waterfall.")}


def test_in_the_band_customers_and_makers_both_gain_and_outside_one_of_them_loses():
    points, bands = kept_answers.kept_saving()
    [(low, high)] = bands
    for share, at in points:
        changes = [at.differences["direct"][name].mean for name in ("consumer_surplus", "supplier_profit")]
        assert all(change > 0 for change in changes) == (low < share < high), share


def test_a_customer_gains_less_the_more_the_maker_keeps_and_the_dearer_a_parcel_is():
    grid, points = verdict.verdict_grid(), kept_answers.kept_verdict()
    assert len(points) == grid.size == 60

    def gain(parcel, share):
        number = grid.nearest((parcel, share, 20))
        return points[number].differences["direct"]["consumer_surplus"].mean

    shares = [gain(3.5, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert shares == sorted(shares, reverse=True)
    parcels = [gain(parcel, 0.5) for parcel in (1.0, 3.5, 7.0, 12.0)]
    assert parcels == sorted(parcels, reverse=True)


def test_the_axis_of_the_strip_holds_every_change():
    points = kept_answers.kept_verdict()
    low, high = verdict.limits_of(points)
    for point in points:
        changes = [each.mean for name, each in point.differences["direct"].items() if name.startswith("consumer_surp")]
        assert all(low < change < high for change in changes if change is not None)
    assert math.isfinite(high - low)
