"""Seats: one each, pairs, islands, and latecomers."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.teaching.play import deal, seat_for
from sim.teaching.rooms.events import Seating
from tests.teaching.play.conftest import GAME

SEATS = [seat.name for seat in GAME.seats]


def students_of(seatings: tuple[Seating, ...]) -> list[int]:
    return [student for seating in seatings for student in seating.students]


@pytest.mark.parametrize("count", [0, 1, 5, 14, 15, 28, 29, 57, 100])
def test_everybody_gets_one_seat_and_all_seats_of_all_islands_are_there(count: int):
    seatings = deal(GAME, range(1, count + 1), seed=3)
    assert sorted(students_of(seatings)) == list(range(1, count + 1))
    islands = {seating.island for seating in seatings}
    assert islands == set(range(len(islands)))
    for island in islands:
        assert [seating.seat for seating in seatings if seating.island == island] == SEATS
    people = Counter(seating.island for seating in seatings for _ in seating.students)
    assert max(people.values(), default=0) <= 14
    assert max(people.values(), default=0) - min(people.values(), default=0) <= 1


def test_a_hundred_students_make_eight_islands_with_a_seat_each():
    seatings = deal(GAME, range(100), seed=1)
    assert max(seating.island for seating in seatings) == 7
    assert max(len(seating.students) for seating in seatings) == 1


def test_a_class_of_up_to_28_shares_one_island_in_pairs_where_the_lesson_says_so():
    from dataclasses import replace

    pairs = deal(replace(GAME, most=28), range(28), seed=1)
    assert {len(seating.students) for seating in pairs} == {2}
    assert {seating.island for seating in pairs} == {0}


def test_few_students_run_shops():
    taken = [seating.seat for seating in deal(GAME, range(6), seed=1) if seating.students]
    assert taken == [f"shop {n}" for n in range(1, 7)]


def test_who_sits_where_depends_on_the_seed_alone():
    assert deal(GAME, [3, 1, 2], seed=5) == deal(GAME, [1, 2, 3], seed=5)
    assert deal(GAME, range(14), seed=5) != deal(GAME, range(14), seed=6)


def test_a_latecomer_takes_a_bots_seat_on_the_emptiest_island():
    seatings = deal(GAME, range(15), seed=2)  # islands of 8 and 7
    late = seat_for(GAME, seatings, 99)
    assert late is not None
    assert late == Seating(1, "maker 2", (99,))


def test_a_latecomer_shares_a_seat_where_none_is_free_and_nobody_sits_down_twice():
    full = deal(GAME, range(14), seed=2)
    late = seat_for(GAME, full, 99)
    assert late is not None
    assert len(late.students) == 2
    assert late.students[1] == 99
    assert seat_for(GAME, full, 3) is None
    pairs = tuple(Seating(each.island, each.seat, (1, 2)) for each in full)
    assert seat_for(GAME, pairs, 99) is None
