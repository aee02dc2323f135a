"""The same needs under two regimes, one by one."""

import copy

import numpy as np
import pytest

from sim.results.figures import SAME_NEED, same_need


def run_with(hand_made, rows, *, days=1, towns=("Alba", "Borgo")):
    """A run of needs given as (price or None, full price, days, surplus, town)."""
    run = hand_made(days=days, towns=towns)
    run.tastes = [(0, 0, 0.8, 4), (0, 1, 0.2, 1), (1, 0, 0.8, 4), (1, 1, 0.2, 1)]
    for price, full_price, wait, surplus, town in rows:
        if price is None:
            run.need(0, "too_dear", surplus=surplus, town=town)
        else:
            run.buy(0, channel="parcel", price=price, full_price=full_price, days=wait, surplus=surplus, town=town)
    return run


@pytest.fixture
def first(hand_made):
    # bought by both, bought by both, bought here only, there only, by nobody
    return run_with(
        hand_made,
        [
            (10_00, 15_00, 0.0, 2_00, 0),
            (20_00, 22_00, 0.0, 1_00, 0),
            (10_00, 12_00, 0.0, 50, 1),
            (None, 0, 0, 0, 1),
            (None, 0, 0, -10, 1),
        ],
    )


@pytest.fixture
def second(hand_made):
    return run_with(
        hand_made,
        [
            (7_00, 14_00, 2.0, 3_00, 0),
            (18_00, 25_00, 1.0, -1_00, 0),
            (None, 0, 0, 0, 1),
            (9_00, 11_00, 3.0, 90, 1),
            (None, 0, 0, -10, 1),
        ],
    )


def test_differences_are_over_needs_bought_under_both(first, second):
    pairs = same_need(first.outcome(), second.outcome())
    assert pairs["bought_both"] == 2 / 5
    assert pairs["gained"] == 1 / 5
    assert pairs["lost"] == 1 / 5
    assert pairs["price"] == -2.5  # -3 and -2
    assert pairs["full_price"] == 1.0  # -1 and +3
    assert pairs["days"] == 1.5  # 2 and 1


def test_surplus_is_over_all_needs(first, second):
    # +1.00, -2.00 in Alba; -0.50, +0.90, 0 in Borgo
    pairs = same_need(first.outcome(), second.outcome())
    assert pairs["surplus"] == pytest.approx(-0.60 / 5)
    assert pairs["better_off"] == 2 / 5
    assert pairs["worse_off"] == 2 / 5
    assert pairs["surplus_by_town"] == {"Alba": -0.5, "Borgo": pytest.approx(0.4 / 3)}
    # all five like style 0, which eight of ten like: they are in the four commonest fifths alike
    by_rarity = pairs["surplus_by_rarity"]
    assert by_rarity["rarest"] is None
    assert by_rarity["commonest"] == pytest.approx(-0.12)


@pytest.mark.parametrize("sent_back_under", ["first", "second"])
def test_what_was_returned_has_a_delivery_time_but_no_price(first, second, sent_back_under):
    {"first": first, "second": second}[sent_back_under].rows["needs"][0]["returned"] = True
    pairs = same_need(first.outcome(), second.outcome())
    assert pairs["price"] == -2.0
    assert pairs["days"] == 1.5
    assert pairs["bought_both"] == 2 / 5


def test_an_outcome_against_itself_differs_by_nothing(first):
    pairs = same_need(first.outcome(), first.outcome())
    assert pairs["bought_both"] == 3 / 5
    assert {pairs[name] for name in ("gained", "lost", "price", "full_price", "days", "surplus", "better_off")} == {0.0}


def test_nothing_bought_under_both_leaves_differences_undefined(hand_made, first):
    nobody = run_with(hand_made, [(None, 0, 0, 0, town) for town in (0, 0, 1, 1, 1)])
    pairs = same_need(first.outcome(), nobody.outcome())
    assert (pairs["price"], pairs["full_price"], pairs["days"]) == (None, None, None)
    assert pairs["lost"] == 3 / 5


def test_every_pair_figure_is_described(first):
    assert list(same_need(first.outcome(), first.outcome())) == list(SAME_NEED)


@pytest.mark.parametrize("column", ["customer", "day"])
def test_other_needs_are_refused(first, column):
    other = copy.deepcopy(first)
    other.rows["needs"][3][column] = 0 if column == "customer" else -1
    with pytest.raises(ValueError, match="needs differ"):
        same_need(first.outcome(), other.outcome())


def test_more_needs_are_refused(first, second):
    second.need(0, "too_dear")
    with pytest.raises(ValueError, match="the 5 and 6 needs differ"):
        same_need(first.outcome(), second.outcome())


def test_another_window_is_refused(hand_made, first):
    longer = run_with(hand_made, [(None, 0, 0, 0, 0)] * 5, days=2)
    with pytest.raises(ValueError, match="windows differ"):
        same_need(first.outcome(), longer.outcome())


def test_neither_outcome_is_changed(first, second):
    outcomes = first.outcome(), second.outcome()
    before = copy.deepcopy([outcome.columns for outcome in outcomes])
    same_need(*outcomes)
    for outcome, columns in zip(outcomes, before, strict=True):
        for name, table in columns.items():
            for column, values in table.items():
                np.testing.assert_array_equal(outcome.columns[name][column], values)
