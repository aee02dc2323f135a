"""Figures by town and by rarity of taste: how customers are grouped, and what is laid to whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.figures import all_figures
from sim.results.figures.groups import cut_into_fifths


def test_five_groups_of_equal_size_are_the_fifths():
    parts = cut_into_fifths(np.array([0.5, 0.1, 0.4, 0.2, 0.3]), np.array([7, 7, 7, 7, 7]))
    order = [4, 0, 3, 1, 2]
    np.testing.assert_allclose(parts, np.eye(5)[order])


def test_a_group_on_a_cut_is_shared_out():
    # ten people, fifths of two: the first group of three fills one fifth and half of the next
    parts = cut_into_fifths(np.array([0.3, 0.7]), np.array([3, 7]))
    np.testing.assert_allclose(parts, [[2 / 3, 1 / 3, 0, 0, 0], [0, 1 / 7, 2 / 7, 2 / 7, 2 / 7]])


def test_equals_stand_together():
    # all are equally common: everybody is in every fifth alike, however they are numbered
    parts = cut_into_fifths(np.full(3, 0.25), np.array([1, 2, 7]))
    np.testing.assert_allclose(parts, np.full((3, 5), 0.2))


groups = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50)), min_size=1, max_size=20)


@given(groups.filter(lambda pairs: sum(people for _, people in pairs) > 0))
def test_every_fifth_holds_a_fifth_and_everybody_is_somewhere(pairs):
    share, people = np.array([share / 9 for share, _ in pairs]), np.array([people for _, people in pairs])
    parts = cut_into_fifths(share, people)
    np.testing.assert_allclose(parts.T @ people, people.sum() / 5)
    np.testing.assert_allclose(parts[people > 0].sum(axis=1), 1.0)


@given(groups.filter(lambda pairs: sum(people for _, people in pairs) > 0))
def test_who_is_rarer_is_never_in_a_commoner_fifth(pairs):
    share, people = np.array([share / 9 for share, _ in pairs]), np.array([people for _, people in pairs])
    parts = cut_into_fifths(share, people)
    mean_fifth = parts @ np.arange(5)
    living = people > 0
    order = np.argsort(share[living], kind="stable")
    assert (np.diff(mean_fifth[living][order]) >= -1e-9).all()


def test_nobody_is_in_no_fifth():
    assert cut_into_fifths(np.array([0.0]), np.array([0])).tolist() == [pytest.approx([0.0] * 5)]


def test_minority_gap_is_the_rarest_less_the_commonest(hand_made):
    # one town of ten: two like style 1 (share 0.2: the rarest fifth), eight style 0 (the four others);
    # needs: three of four with style 1 unserved, one of two with style 0
    run = hand_made()
    run.tastes = [(0, 0, 0.8, 8), (0, 1, 0.2, 2)]
    for taste, result in ((1, "not_stocked"), (1, "out_of_stock"), (1, "not_stocked"), (1, "too_dear")):
        run.need(0, result, taste=taste)
    run.need(0, "not_stocked", taste=0)
    run.need(0, "too_far", taste=0)
    figures = all_figures(run.outcome())
    assert figures["unserved_share_by_rarity"]["rarest"] == 0.75
    assert figures["unserved_share_by_rarity"]["commonest"] == 0.5
    assert figures["minority_gap"] == 0.25


def test_a_gap_between_one_fifth_and_none_is_undefined(hand_made):
    run = hand_made()
    run.tastes = [(0, 0, 0.8, 8), (0, 1, 0.2, 2)]
    run.need(0, "not_stocked", taste=1)
    figures = all_figures(run.outcome())
    assert figures["unserved_share_by_rarity"]["commonest"] is None
    assert figures["minority_gap"] is None


def test_profits_and_tax_are_laid_to_towns_by_what_they_paid(hand_made):
    # Alba pays 10 + 2 + 3 = 15, Borgo 4 + 0 + 2 = 6; profit 16 - 3 = 13 (the goods cost 3), tax 5: 18 in all.
    # A purchase in Borgo that is sent back lays nothing to Borgo.
    run = hand_made(days=2, towns=("Alba", "Borgo"))
    run.tastes = [(0, 0, 0.5, 5), (1, 0, 0.5, 5)]
    run.stock_up("shop", "store", "pen", 3, 4_50)
    run.buy(0, seller="shop", price=10_00, fee=2_00, tax=3_00, cost=1_50, surplus=1_00, town=0)
    run.buy(0, seller="shop", price=4_00, tax=2_00, cost=1_50, surplus=2_00, town=1)
    sent_back = run.buy(0, seller="shop", price=8_00, tax=2_00, cost=1_50, surplus=-1_00, town=1)
    run.take_back(1, sent_back, refund=8_00, tax=2_00, restock=1_50)
    figures = all_figures(run.outcome())
    assert figures["producer_surplus"] == pytest.approx(13 / 3)
    assert figures["welfare"] == pytest.approx((2 + 13 + 5) / 3)
    assert figures["welfare_by_town"] == {
        "Alba": pytest.approx(1 + 18 * 15 / 21),
        "Borgo": pytest.approx((1 + 18 * 6 / 21) / 2),
    }


def test_without_purchases_profits_are_laid_to_towns_by_needs(hand_made):
    # two needs in Alba, one in Borgo; the shop pays a rent of 6
    run = hand_made(towns=("Alba", "Borgo"))
    run.tastes = [(0, 0, 0.5, 5), (1, 0, 0.5, 5)]
    for town in (0, 0, 1):
        run.need(0, "too_dear", town=town, surplus=-50)
    run.pay(0, "rent", "shop", "landlords", 6_00)
    figures = all_figures(run.outcome())
    assert figures["welfare"] == -2.5
    assert figures["welfare_by_town"] == {"Alba": -2.5, "Borgo": -2.5}
    assert figures["consumer_surplus_by_town"] == {"Alba": -0.5, "Borgo": -0.5}
