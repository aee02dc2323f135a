"""Figures by town and by rarity, in markets of two towns where both buy and both go without."""

import pytest

from sim.figures import all_figures


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
    # Alba pays 10 + 2 + 3 = 15, Borgo 4 + 0 + 1 = 5; profit 16 - 3 = 13 (the goods cost 3), tax 4: 17 in all,
    # of which Alba three quarters. A purchase in Borgo that is sent back lays nothing to Borgo.
    run = hand_made(days=2, towns=("Alba", "Borgo"))
    run.tastes = [(0, 0, 0.5, 5), (1, 0, 0.5, 5)]
    run.stock_up("shop", "store", "pen", 3, 4_50)
    run.buy(0, seller="shop", price=10_00, fee=2_00, tax=3_00, cost=1_50, surplus=1_00, town=0)
    run.buy(0, seller="shop", price=4_00, tax=1_00, cost=1_50, surplus=2_00, town=1)
    sent_back = run.buy(0, seller="shop", price=8_00, tax=2_00, cost=1_50, surplus=-1_00, town=1)
    run.take_back(1, sent_back, refund=8_00, tax=2_00, restock=1_50)
    figures = all_figures(run.outcome())
    assert figures["producer_surplus"] == pytest.approx(13 / 3)
    assert figures["welfare"] == pytest.approx((2 + 13 + 4) / 3)
    assert figures["welfare_by_town"] == {
        "Alba": pytest.approx(1 + 17 * 15 / 20),
        "Borgo": pytest.approx((1 + 17 * 5 / 20) / 2),
    }
