"""Which decisions of students hold in a round of a game; all other seats are the bots'."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sim.teaching.rooms.events import Choices
from sim.teaching.rooms.rulings import open_controls
from sim.teaching.rooms.state import RoomState, SeatKey

Decisions = Mapping[str, Mapping[str, float]]
"""By seat of one island and name of a control. A seat that is missing is the bot's."""


def decisions_of(state: RoomState, moment: int, number: int) -> dict[int, dict[str, dict[str, float]]]:
    """Return the decisions that a closed round was played with, by island and seat."""
    closed = state.ended[moment, number]
    found: dict[int, dict[str, dict[str, float]]] = {island: {} for island, _ in closed.seats}
    for (island, seat), choices in closed.decisions.items():
        found[island][seat] = dict(choices)
    return found


def decisions_in_force(state: RoomState, moment: int, number: int, away: Collection[int]) -> dict[SeatKey, Choices]:
    """Return the decisions that hold in a round when it is closed, by seat.

    A seat whose students say nothing keeps what it asked before. One whose students were all away in this round and
    the one before is the bot's until somebody decides again; so is one that has never decided, and one that nobody has.

    Args:
        state: of the room.
        moment, number: the game, and the round.
        away: students whose phones are silent.
    """
    before = state.ended.get((moment, number - 1))
    found = {}
    for seat, students in state.seats.get(moment, {}).items():
        last = _last_decision(state, moment, number, seat)
        gone = before is not None and set(students) <= before.away and set(students) <= set(away)
        if students and last and (last == number or not gone):
            found[seat] = state.decisions[moment, last][seat]
    return found


def _last_decision(state: RoomState, moment: int, number: int, seat: SeatKey) -> int:
    """Return the last round up to this one in which a seat decided; 0 where there is none."""
    rounds = range(number, 0, -1)
    return next((each for each in rounds if seat in state.decisions.get((moment, each), {})), 0)


def asked_now(state: RoomState, moment: int, student: int) -> dict[str, float]:
    """Return what a student's seat asks at present: decided, or as the controls begin."""
    seat = state.seat_of(moment, student)
    if seat is None:
        return {}
    found = {each.name: each.start for each in open_controls(state, moment, seat[1])}
    last = _last_decision(state, moment, state.rounds_ended(moment) + 1, seat)
    return found | (dict(state.decisions[moment, last][seat]) if last else {})
