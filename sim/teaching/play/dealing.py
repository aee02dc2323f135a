"""Who gets which seat: a seat each, pairs, islands; and where somebody who comes late sits down."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import ceil

from sim.teaching.rooms.events import Seating
from sim.teaching.rooms.moments import Play

MOST_ISLANDS = 100
PAIR = 2


def deal(game: Play, students: Sequence[int], seed: int) -> tuple[Seating, ...]:
    """Return all seats of all islands and who runs them; seats that nobody runs are the bots'.

    As many islands as are needed for ``game.most`` students each at most: one seat each while there are seats, then
    pairs. Students are spread over the islands evenly, in an order that depends on ``seed`` alone, and islands share
    the seed of the market, so that what differs between them is what students decide.
    """
    most = max(1, min(game.most, PAIR * len(game.seats)))
    islands = max(1, ceil(len(students) / most))
    if islands > MOST_ISLANDS:
        raise ValueError(f"{len(students)} students do not fit on {MOST_ISLANDS} islands of {most}")
    seated: dict[tuple[int, str], list[int]] = {(i, seat.name): [] for i in range(islands) for seat in game.seats}
    for place, student in enumerate(shuffled(students, seed)):
        island, turn = place % islands, place // islands
        seated[island, game.seats[turn % len(game.seats)].name].append(student)
    return tuple(Seating(island, seat, tuple(who)) for (island, seat), who in seated.items())


def seat_for(game: Play, seatings: Sequence[Seating], student: int) -> Seating | None:
    """Return the seat of somebody who comes late: a bot's, on the island with fewest people; else one is shared.

    None where every seat has two people already, or where the student has a seat.
    """
    if any(student in seating.students for seating in seatings):
        return None
    people: dict[int, int] = {}
    for seating in seatings:
        people[seating.island] = people.get(seating.island, 0) + len(seating.students)
    order = {seat.name: number for number, seat in enumerate(game.seats)}
    free = [seating for seating in seatings if len(seating.students) < PAIR]
    if not free:
        return None
    best = min(free, key=lambda each: (len(each.students), people[each.island], each.island, order[each.seat]))
    return Seating(best.island, best.seat, (*best.students, student))


def shuffled(students: Sequence[int], seed: int) -> list[int]:
    """Return students in an order that depends on the seed and their numbers alone."""
    return sorted(students, key=lambda student: hashlib.sha256(f"{seed} {student}".encode()).digest())
