"""Every parameter of a scenario, raised, moves a named figure the expected way; one that moves nothing fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.scenario.explain import parameters
from tests.directions.rows import (
    MOVES,
    SEEDS,
    Row,
    complaint,
    complaint_of_pairs,
    figures_of,
    measured,
    outdated,
    parameter_of,
    uncovered,
)
from tests.directions.table import EXEMPT, ROWS

PATHS = [info.path for info in parameters()]
TRAVEL = Row("customers.travel_cost", 0.2, 2.0, "consumer_surplus", -1)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path} {row.figure}")
def test_a_parameter_raised_moves_its_figure_the_expected_way(row):
    assert complaint(row, *measured(row)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path} {row.figure}")
def test_it_does_so_at_other_seeds_by_more_than_chance(row):
    pairs = [measured(row, seed) for seed in SEEDS]
    assert complaint_of_pairs(row, *zip(*pairs, strict=True)) == ""


def test_every_parameter_has_a_row_or_a_reason_to_have_none():
    assert uncovered(PATHS, ROWS, EXEMPT) == []


def test_no_row_and_no_exemption_has_outlived_its_parameter():
    assert outdated(PATHS, ROWS, EXEMPT) == []
    assert all(EXEMPT.values())


def test_where_theory_is_silent_the_row_says_why_and_there_are_few():
    silent = [row for row in ROWS if row.sign == MOVES]
    assert all(row.why for row in silent)
    assert len(silent) <= 15
    assert {row.sign for row in ROWS} <= {-1, MOVES, +1}


def test_what_is_exempt_as_a_text_moves_no_figure():
    texts = {
        "name": "another", "title": "Another", "question": "Why?", "compare": ["direct"], "money.currency": "USD",
        "tiers[0].name": "wholesaler", "records.choices": True, "records.keep": "disk",
        "sources": {"tiers[0].lead_time": "assumption: near"},
    }  # fmt: skip
    assert set(texts) == {path for path in texts if parameter_of(path) in EXEMPT}
    assert figures_of("towns", "traditional", texts) == figures_of("towns", "traditional", {})


# -- the checker, checked --


def test_a_parameter_that_moves_nothing_is_found_out():
    same = replace(TRAVEL, high=0.2)
    assert "which is no movement" in complaint(same, *measured(same))
    idle = Row("money.currency", "EUR", "USD", "consumer_price", +1)
    assert "which is no movement" in complaint(idle, *measured(idle))


def test_a_figure_that_moves_the_wrong_way_or_too_little_is_found_out():
    before, after = measured(TRAVEL)
    assert complaint(TRAVEL, before, after) == ""
    assert "which is the wrong way" in complaint(replace(TRAVEL, sign=+1), before, after)
    assert "which is less than 1000" in complaint(replace(TRAVEL, least=1000.0), before, after)
    assert complaint(replace(TRAVEL, sign=MOVES), after, before) == ""


def test_nothing_changed_is_no_movement():
    """The placebo: every market of the table runs again under another title, and no figure of it may move."""
    for row in {(row.market, row.regime): row for row in ROWS}.values():
        given = row.overrides(row.low)
        before = figures_of(row.market, row.regime, given)
        after = figures_of(row.market, row.regime, {**given, "title": f"{row.market}, again"})
        assert before is not after  # it did run again
        for figure in (name for name, value in before.items() if value is not None):
            nothing = Row("title", "", "again", figure, MOVES)
            assert "which is no movement" in complaint(nothing, before[figure], after[figure])
            assert "which is no movement" in complaint_of_pairs(nothing, [before[figure]] * 2, [after[figure]] * 2)


def test_another_throw_of_the_dice_is_no_movement_over_pairs():
    """Nothing against nothing, at other seeds: a single pair would take that for an effect."""
    first, second = ([figures_of("towns", "traditional", {}, seed + 10 * k) for seed in SEEDS] for k in (0, 1))
    for figure in ("consumer_surplus", "consumer_price", "no_purchase_share", "retailer_profit"):
        before, after = ([run[figure] for run in some] for some in (first, second))
        both = [Row("nothing", 0, 0, figure, sign) for sign in (-1, +1)]
        assert "" in [complaint(row, before[0], after[0]) for row in both]
        assert all("which chance explains" in complaint_of_pairs(row, before, after) for row in both)


def test_pairs_have_to_agree():
    assert complaint_of_pairs(TRAVEL, [5.0, 5.0, 5.0], [4.0, 4.1, 3.9]) == ""
    assert "which chance explains" in complaint_of_pairs(TRAVEL, [5.0, 5.0, 5.0], [4.0, 6.5, 3.9])
    assert "which chance explains" in complaint_of_pairs(replace(TRAVEL, sign=+1), [5.0, 5.0, 5.0], [4.0, 4.1, 3.9])
    assert "which is chance" in complaint_of_pairs(replace(TRAVEL, sign=MOVES), [5.0, 5.0], [5.0, 4.0])
    assert complaint_of_pairs(TRAVEL, [5.0, None], [4.0, 4.0]) == "consumer_surplus is undefined: None -> 4.0"


def test_rounding_is_no_movement():
    assert "which is no movement" in complaint(TRAVEL, 10.0, 10.0 - 1e-12)


def test_a_figure_that_is_undefined_or_unknown_is_found_out():
    assert complaint(TRAVEL, None, 3.0) == "consumer_surplus is undefined: None -> 3.0"
    with pytest.raises(KeyError):
        measured(replace(TRAVEL, figure="happiness"))


def test_a_parameter_without_a_row_is_found_out():
    new = [*PATHS, "customers.mood", "tiers[].pricing (haggle).patience", "retailers.pricing (haggle).patience"]
    assert uncovered(new, ROWS, EXEMPT) == ["customers.mood", "pricing (haggle).patience"]
    without_travel = [row for row in ROWS if row.path != "customers.travel_cost"]
    assert uncovered(PATHS, without_travel, EXEMPT) == ["customers.travel_cost"]


def test_rows_and_exemptions_of_parameters_that_are_gone_are_found_out():
    gone = [path for path in PATHS if path not in ("customers.travel_cost", "title")]
    assert outdated(gone, ROWS, EXEMPT) == ["customers.travel_cost", "title"]
    assert outdated(PATHS, ROWS, {**EXEMPT, "customers.travel_cost": "both"}) == ["customers.travel_cost"]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("customers.travel_cost", "customers.travel_cost"),
        ("geography.towns[1].x", "geography.towns[].x"),
        ("firms.Ann.pricing", "firms.NAME.pricing"),
        ('firms."supplier 1".direct_pricing', "firms.NAME.direct_pricing"),
        ("regimes.ours.chain", "regimes.NAME.chain"),
        ("regimes", "regimes"),
        ("tiers[].pricing (markup).factor", "pricing (markup).factor"),
        ("suppliers.direct_pricing (undercut).gap_share", "pricing (undercut).gap_share"),
        ("firms.NAME.assortment (fixed).products", "assortment (fixed).products"),
    ],
)
def test_a_path_names_a_parameter_wherever_it_stands(path, parameter):
    assert parameter_of(path) == parameter
