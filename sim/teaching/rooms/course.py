"""The course of a lesson: which position follows which, and what the clock does."""

from __future__ import annotations

from sim.teaching.rooms.events import Moved, Position, RoundEnded
from sim.teaching.rooms.moments import Play, Predict, Talk, Ticket, Vote
from sim.teaching.rooms.state import LOBBY, RoomState

PHASES = {
    "predict": ("open", "closed", "revealed"),
    "vote": ("first", "talk", "second", "shown"),
    "play": ("seats", "round", "computing", "results", "debrief"),
    "talk": ("talk",),
    "ticket": ("open", "closed"),
}
"""The phases of each kind of moment, in order; round, computing and results once for every round."""
OUTCOMES = {"predict": "revealed", "vote": "shown"}
"""The phase in which the class sees the outcome; nothing is taken for the moment from then on."""
GRACE = 1.5
"""Seconds for which answers are still taken after the countdown: they were sent in time."""


def end(state: RoomState) -> Position:
    """Return the position after the last moment."""
    return Position(len(state.lesson.moments), "end")


def first_position(state: RoomState, moment: int) -> Position:
    """Return where a moment begins; the lobby is before the first, the end after the last."""
    if moment < 0:
        return LOBBY
    found = state.moment_at(moment)
    return end(state) if found is None else Position(moment, PHASES[found.kind][0])


def following(state: RoomState) -> Position | None:
    """Return where the class goes next; None where that is not the teacher's to say: in a round, and at the end."""
    position, moment = state.position, state.moment
    if moment is None:
        return first_position(state, 0) if position.moment < 0 else None
    if isinstance(moment, Play):
        return _following_in_game(state, moment)
    phases = PHASES[moment.kind]
    number = phases.index(position.phase) + 1
    return (
        Position(position.moment, phases[number])
        if number < len(phases)
        else first_position(state, position.moment + 1)
    )


def _following_in_game(state: RoomState, game: Play) -> Position | None:
    moment, phase, number = state.position.moment, state.position.phase, state.position.round
    if phase in ("round", "computing"):
        return None
    if phase == "debrief":
        return first_position(state, moment + 1)
    return _round(state, moment, number + 1) if number < game.rounds else Position(moment, "debrief")


def _round(state: RoomState, moment: int, number: int) -> Position:
    """Return the position of a round: its results, where there are any."""
    if (moment, number) in state.digests:
        return Position(moment, "results", number)
    return Position(moment, "computing" if (moment, number) in state.ended else "round", number)


def preceding(state: RoomState) -> Position | None:
    """Return where the class goes back to; None in the lobby."""
    position, moment = state.position, state.moment
    if moment is None:
        return None if position.moment < 0 else last_position(state, position.moment - 1)
    if isinstance(moment, Play) and position.phase != "seats":
        number = state.rounds_ended(position.moment) if position.phase == "debrief" else position.round - 1
        return _round(state, position.moment, number) if number else Position(position.moment, "seats")
    number = PHASES[moment.kind].index(position.phase) - 1
    return (
        Position(position.moment, PHASES[moment.kind][number])
        if number >= 0
        else last_position(state, position.moment - 1)
    )


def last_position(state: RoomState, moment: int) -> Position:
    """Return where a moment ends, as far as the class has seen it."""
    found = state.moment_at(moment)
    if isinstance(found, Play) and state.rounds_ended(moment):
        return Position(moment, "debrief")
    if found is not None and moment in state.shown:
        return Position(moment, OUTCOMES[found.kind])
    return first_position(state, moment)


def skipping(state: RoomState) -> Position | None:
    """Return where the class goes when the rest of the moment is left out: of a game, to its debrief."""
    position, moment = state.position, state.moment
    if moment is None:
        return None
    if isinstance(moment, Play) and position.phase != "debrief" and state.rounds_ended(position.moment):
        return Position(position.moment, "debrief")
    return first_position(state, position.moment + 1)


def seconds_at(state: RoomState, position: Position) -> int:
    """Return how long the countdown of a position is; 0: it has none."""
    moment = state.moment_at(position.moment)
    match moment:
        case Predict() | Ticket():
            return moment.seconds if position.phase == "open" and position.moment not in state.shown else 0
        case Vote():
            if position.phase == "talk":
                return moment.talk
            return moment.seconds if position.phase != "shown" and position.moment not in state.shown else 0
        case Play():
            return moment.seconds if position.phase == "round" else 0
        case Talk():
            return moment.seconds
    return 0


def due(state: RoomState, now: float) -> Moved | RoundEnded | None:
    """Return what the clock makes happen, if anything.

    Args:
        state: of the room.
        now: the server's time.
    """
    if state.deadline is None or state.paused is not None or now <= state.deadline + GRACE:
        return None
    position = state.position
    if position.phase == "round":
        return RoundEnded(now, position.moment, position.round)
    to = following(state)
    if to is None or to.moment != position.moment or position.phase == "talk":
        return None  # the class talks for as long as the teacher likes
    return Moved(now, position, to)
