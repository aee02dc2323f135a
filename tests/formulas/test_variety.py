"""Short shelves and rare tastes."""

import pytest

from sim.formulas.variety import (
    coverage,
    goods_stocked,
    harmonic,
    smallest_country,
    unserved_share,
)


def share(rank, exponent=1.0):
    """Return the share of demand of one of 1000 goods."""
    return rank**-exponent / harmonic(1000, exponent)


@pytest.mark.parametrize(
    ("goods", "slots", "share"), [(1000, 100, 0.69299), (10_000, 100, 0.52999), (10_000, 1000, 0.76479)]
)
def test_a_shelf_covers_the_popular_goods(goods, slots, share):
    """Popularity falls as 1 / rank."""
    assert coverage(slots, goods) == pytest.approx(share, abs=5e-6)


def test_a_shelf_longer_than_the_list_covers_all():
    assert coverage(2000, 1000, 0.7) == 1.0
    assert coverage(0, 1000) == 0.0
    assert coverage(10, 100, 0.0) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("customers", "goods", "unserved"), [(500, 13, 0.575), (5000, 133, 0.269), (50_000, 1000, 0.0)]
)
def test_small_towns_go_without(customers, goods, unserved):
    """1000 goods, margin 2, a slot costs 10; Waldfogel 2003."""
    assert goods_stocked(customers, 1000, 2.0, 10.0) == goods
    assert unserved_share(customers, 1000, 2.0, 10.0) == pytest.approx(unserved, abs=5e-4)


def test_a_hundred_small_towns_are_one_large_market():
    assert unserved_share(100 * 500, 1000, 2.0, 10.0) == 0.0


def test_the_last_good_stocked_pays_and_the_next_does_not():
    for customers in (500, 7000):
        for exponent in (0.8, 1.0, 1.3):
            last = goods_stocked(customers, 1000, 2.0, 10.0, exponent)
            assert customers * share(last, exponent) * 2.0 >= 10.0
            assert customers * share(last + 1, exponent) * 2.0 < 10.0
    by_formula = int((500 * 2.0 / (10.0 * harmonic(1000))) ** (1 / 1.0))
    assert goods_stocked(500, 1000, 2.0, 10.0) == by_formula


def test_the_smallest_country_in_which_a_rare_good_has_a_seller():
    people = smallest_country(10.0, 2.0, share(1000))
    assert goods_stocked(people * 1.000001, 1000, 2.0, 10.0) == 1000
    assert goods_stocked(people * 0.999, 1000, 2.0, 10.0) == 999


def test_the_tail_of_books_sold_online():
    """Brynjolfsson, Hu & Smith 2003: 2.3 million titles, 100 000 in a store, slope -.871."""
    assert 1.0 - coverage(100_000, 2_300_000, 0.871) == pytest.approx(0.387, abs=5e-4)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="0 goods"):
        coverage(1, 0)
