"""How many trading relations there are."""

import pytest

from sim.formulas.contacts import break_even_hubs, chain_contacts


def test_ten_makers_and_a_hundred_stores():
    assert chain_contacts([10, 100]) == 1000
    assert chain_contacts([10, 1, 100]) == 110
    assert break_even_hubs(10, 100) == pytest.approx(9.09, abs=0.005)


def test_two_tiers_of_four_and_eight():
    assert chain_contacts([10, 4, 8, 100]) == 10 * 4 + 4 * 8 + 8 * 100 == 872


@pytest.mark.parametrize(("makers", "stores"), [(2, 2), (3, 7), (10, 100), (40, 40)])
def test_hubs_save_relations_up_to_the_break_even(makers, stores):
    for hubs in range(1, 50):
        saves = chain_contacts([makers, hubs, stores]) < chain_contacts([makers, stores])
        assert saves == (hubs < break_even_hubs(makers, stores))


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="1 levels"):
        chain_contacts([10])
    with pytest.raises(ValueError, match="one or more"):
        chain_contacts([10, 0, 5])
