"""The market holds what theory says: every check, every set of parameters, every figure."""

import json

import numpy as np
import pytest

from sim.common.estimates import Estimate
from sim.validation.claims import exact, judged, ratio_estimate, verdict_on
from sim.validation.registry import CHECKS, THEMES, Check, CheckCase, Finding, theory
from sim.validation.themes.pools import evenings

LIKE_ANOTHER = {
    "periodic_waiting": "reorder_point_fill_rate",
    "pooling_levels": "base_stock_fill_rate",
    "orders_of_orders": "demand_shared_along_the_chain",
    "periodic_fill_rate": "reorder_point_fill_rate",
    "smoothed_forecasts": "demand_shared_along_the_chain",
    "moving_average_forecasts": "demand_shared_along_the_chain",
    "target_fill_rate_of_shelves": "target_fill_rate",
    "nearest_shop_of_own_towns": "nearest_shop",
    "exercise_newsvendor": "morning_stock_fill_rate",
    "exercise_bullwhip": "demand_shared_along_the_chain",
    "exercise_bass": "hearing_curve",
}
"""Checks that take long and go the way of another, which the fast tests try."""


def is_tried_fast(name: str, case: CheckCase) -> bool:
    """Tell whether the fast tests try a set of parameters: the first quick one of a check; the others are `slow`."""
    return name not in LIKE_ANOTHER and case is next((each for each in CHECKS[name].cases if not each.slow), None)


CASES = [
    pytest.param(check, case, id=f"{name}: {case.name}", marks=[] if is_tried_fast(name, case) else [pytest.mark.slow])
    for name, check in CHECKS.items()
    for case in check.cases
]


@pytest.mark.parametrize(("check", "case"), CASES)
def test_the_market_does_what_theory_says(check, case):
    if not check.has_judge:  # where CI=true, a test that is skipped has failed
        pytest.skip(f"{check.judge} is not installed; it comes with the extra `test`")
    rows = check.rows(case, 0)
    assert {row.verdict for row in rows} == {"holds"}, rows
    assert json.loads(json.dumps([row.to_dict() for row in rows], allow_nan=False))


def test_every_check_has_several_sets_of_parameters():
    for check in CHECKS.values():
        assert check.claim
        assert check.source
        assert check.theme in THEMES
        assert len(check.cases) >= 2
        assert len({case.name for case in check.cases}) == len(check.cases)


ASKED = {
    "nash_prices_found": 0.005, "nash_prices_in_a_chain": 0.005, "unit_costs_found": 0.01, "two_channels": 0.02,
    "base_stock_fill_rate": 0.01,
    "base_stock_waiting": 0.01, "lost_sales_fill_rate": 0.01, "reorder_point_fill_rate": 0.01,
    "periodic_fill_rate": 0.01, "periodic_waiting": 0.01, "stock_losses": 0.01, "stock_lots": 0.01,
    "stock_lost_sales": 0.01, "stock_simulated": 0.01, "little_in_transit": 0.02, "little_waiting": 0.02,
    "little_to_customers": 0.02,
    "smoothed_forecasts": 0.02, "pooling_levels": 0.0, "pooling_square_root": 0.05, "one_tour": 0.03,
    "many_tours": 0.03, "tours_solved": 0.03, "shelf_coverage": 0.02, "unserved_by_size": 0.02,
    "smallest_country": 0.02, "trading_relations": 0.0, "hubs_that_save": 0.0,
}  # fmt: skip
"""The share of theory's number that each claim has to be kept within."""


def test_no_check_is_held_less_tightly_than_it_has_to_be():
    assert {name: CHECKS[name].tolerance for name, share in ASKED.items() if CHECKS[name].tolerance > share} == {}


def test_a_check_left_to_the_slow_tests_has_a_quick_one_like_it():
    for name, like in LIKE_ANOTHER.items():
        assert name in CHECKS
        assert any(is_tried_fast(like, case) for case in CHECKS[like].cases)


def test_rows_say_everything_json_needs():
    rows = theory(["cost_plus"], slow=False)
    first = json.loads(json.dumps(rows[0].to_dict()))
    assert first["check"] == "cost_plus"
    assert first["theory"] == first["model"] == 20_000.0
    assert first["low"] is None
    assert first["verdict"] == "holds"


def test_another_seed_is_another_trial():
    ours, others = (theory(["shelf_coverage"], seed=seed, slow=False) for seed in (0, 1))
    assert [row.theory for row in ours] == [row.theory for row in others]
    assert [row.model for row in ours] != [row.model for row in others]
    assert ours == theory(["shelf_coverage"], slow=False)


def test_an_unknown_check_is_refused():
    with pytest.raises(ValueError, match=r"no check is called phlogiston; known checks: chains, .* cost_plus, "):
        theory(["phlogiston"])


@pytest.mark.parametrize(
    ("model", "verdict"),
    [
        (exact(10.05), "holds"),
        (exact(10.2), "fails"),
        (Estimate(10.05, 9.98, 10.12, 9), "holds"),
        (Estimate(10.12, 10.07, 10.17, 9), "fails"),
        (Estimate(10.3, 10.2, 10.4, 9), "fails"),
        (Estimate(10.0, 9.8, 10.2, 9), "undecided"),
        (Estimate(11.0, 9.0, 13.0, 9), "undecided"),
        (Estimate(None, None, None, 0), "undecided"),
    ],
)
def test_a_verdict_needs_a_narrow_interval(model, verdict):
    """Theory says 10, and .1 is allowed."""
    assert verdict_on(10.0, model, 0.1) == verdict


def test_a_wrong_theory_is_caught():
    check = Check("wrong", "chains", "one and one is three", "nobody", 0.01, (), lambda seed: [])
    row = judged(check, CheckCase("here", {}), Finding("sum", 3.0, exact(2.0)))
    assert (row.verdict, row.difference) == ("fails", -1.0)
    assert row.allowance == pytest.approx(0.03)


def test_a_market_that_is_one_unit_off_is_caught():
    check = CHECKS["morning_stock_fill_rate"]
    parameters = check.cases[0].parameters
    (ours,), (theirs,) = (check.run(0, **{**parameters, "level": level}) for level in (5, 6))
    mixed = Finding(ours.figure, theirs.theory, ours.model)
    assert judged(check, check.cases[0], ours).verdict == "holds"
    assert judged(check, check.cases[0], mixed).verdict == "fails"


def test_shops_and_sellers_that_decide_otherwise_are_caught():
    """Shops whose places cost twice as much keep less, and a seller with a tenth more to pay needs a larger country."""
    for name, cost, by in (("unserved_by_size", "slot_cost", 2.0), ("smallest_country", "fixed_cost", 1.1)):
        check = CHECKS[name]
        case = check.cases[0]
        given = case.parameters | ({"towns": {500: 20}} if name == "unserved_by_size" else {})
        ours, theirs = (check.run(0, **{**given, cost: given[cost] * k}) for k in (1.0, by))
        mixed = Finding(ours[0].figure, ours[0].theory, theirs[0].model)
        assert judged(check, case, ours[0]).verdict == "holds"
        assert judged(check, case, mixed).verdict == "fails"


def test_a_leg_that_takes_a_day_longer_than_it_says_is_caught():
    check = CHECKS["little_to_customers"]
    for case in check.cases:
        parameters = {**case.parameters, "days": 90, "customers": 300, "hours": case.parameters["hours"] + 24.0}
        assert judged(check, case, check.run(0, **parameters)[0]).verdict == "fails"


def test_pooled_safety_stock_is_what_is_left_in_the_evenings():
    """Two pools of four depots keep half of what eight depots keep, in the evenings of a run."""
    given = CHECKS["pooling_square_root"].cases[0].parameters
    depot = {"lead": given["lead"], "safety_factor": given["safety_factor"], "days": 300, "warm_up": 100}
    apart = evenings(0, 8, given["customers"], **depot).mean(axis=0)
    pooled = evenings(0, 2, 4 * given["customers"], **depot).mean(axis=0)
    assert pooled.sum() < 0.75 * apart.sum()
    assert apart.sum() > 0


def test_a_share_over_replicates_counts_all_alike():
    estimate = ratio_estimate([9.0, 50.0], [10.0, 100.0])
    assert estimate.mean == pytest.approx(59.0 / 110.0)
    assert estimate.low < estimate.mean < estimate.high


def test_its_interval_covers_the_truth_as_often_as_it_says():
    dice = np.random.default_rng(5)
    covered = 0
    for _ in range(1000):
        wholes = dice.integers(20, 80, 40).astype(float)
        estimate = ratio_estimate(dice.binomial(wholes.astype(int), 0.3), wholes)
        covered += estimate.low <= 0.3 <= estimate.high
    assert 925 <= covered <= 975
