"""Cutting customers into fifths by how common their style is in their own town."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.figures.rarity import cut_into_fifths


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
