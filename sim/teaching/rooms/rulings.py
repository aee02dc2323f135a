"""Which events may happen: every event in every state is either allowed, or refused for a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.course import GRACE, following, preceding, skipping
from sim.teaching.rooms.events import Event, Position
from sim.teaching.rooms.moments import Control, Play, Predict, Ticket, Vote
from sim.teaching.rooms.state import RoomState

MOST_STUDENTS = 250
LONGEST_NAME = 24
LONGEST_WORDS = 500
"""Letters of an answer in a student's own words."""
LONGEST_EXTENSION = 600
"""Seconds that can be added to a countdown at once."""


@dataclass(frozen=True)
class Refusal:
    """Why an event may not happen.

    Attributes:
        reason: a word for programs.
        words: for people; the key of its translations.
    """

    reason: str
    words: str


OPEN = Refusal("open", "The room is open already.")
NO_ROOM = Refusal("no_room", "There is no such room.")
LOCKED = Refusal("locked", "The teacher has closed the door. Ask for it to be opened.")
FULL = Refusal("full", "The room is full.")
REMOVED = Refusal("removed", "The teacher has removed you from the room.")
UNKNOWN = Refusal("unknown", "Nobody with this number is in the room.")
ALREADY = Refusal("already", "That has been done already.")
NAME = Refusal("name", "A name has 1 to 24 letters, digits or signs.")
NAME_TAKEN = Refusal("name_taken", "Somebody else has this name.")
LATE = Refusal("late", "Too late: this is closed.")
NOT_NOW = Refusal("not_now", "That cannot be done at this point of the lesson.")
ELSEWHERE = Refusal("elsewhere", "The class is elsewhere by now.")
VALUE = Refusal("value", "The value is not one of those that can be chosen.")
NO_SEAT = Refusal("no_seat", "You have no seat in this game.")
NO_SEATS = Refusal("no_seats", "The seats have not been given away yet.")
NOT_KEPT = Refusal("not_kept", "This could not be kept. Please try again.")
NO_ANSWER = Refusal("no_answer", "The simulation's answer is still being computed.")


def ruling(state: RoomState | None, event: Event) -> Refusal | None:
    """Return why an event may not happen; None where it may."""
    if state is None:
        return None if isinstance(event, happened.Opened) else NO_ROOM
    if isinstance(event, happened.Opened):
        return OPEN
    return RULINGS[type(event)](state, event)


def tidy_name(name: str) -> str:
    """Return a name on one line, without control and formatting characters, no longer than may be."""
    letters = unicodedata.normalize("NFC", name[: 10 * LONGEST_NAME])
    plain = "".join(each if unicodedata.category(each)[0] not in "CZ" else " " for each in letters)
    return " ".join(plain.split())[:LONGEST_NAME].rstrip()


def open_controls(state: RoomState, moment: int, seat: str) -> tuple[Control, ...]:
    """Return what a seat can set in the round that comes, or is under way."""
    game = state.moment_at(moment)
    if not isinstance(game, Play):
        return ()
    role = next((each.role for each in game.seats if each.name == seat), "")
    known = {"", *state.shocks.get(moment, {})}
    return tuple(each for each in game.controls if role in each.roles and each.opened_by in known)


def _already(done: bool) -> Refusal | None:
    return ALREADY if done else None


def _joined(state: RoomState, event: happened.Joined) -> Refusal | None:
    known = state.by_token.get(event.token)
    if known is not None:
        return REMOVED if known.removed else ALREADY
    if state.locked:
        return LOCKED
    if len(state.present) >= MOST_STUDENTS:
        return FULL
    if event.student != len(state.students) + 1:
        return UNKNOWN
    return _bad_name(state, event.name)


def _renamed(state: RoomState, event: happened.Renamed) -> Refusal | None:
    return _absent(state, event.student) or _bad_name(state, event.name, event.student)


def _absent(state: RoomState, number: int) -> Refusal | None:
    if number not in state.students:
        return UNKNOWN
    return REMOVED if state.students[number].removed else None


def _bad_name(state: RoomState, name: str, own: int = 0) -> Refusal | None:
    if not name or name != tidy_name(name):
        return NAME
    others = {each.name.casefold() for each in state.students.values() if each.number != own}
    return NAME_TAKEN if name.casefold() in others else None


def _forgotten(state: RoomState, event: happened.Forgotten) -> Refusal | None:
    """Names of those who were removed can be deleted, too."""
    if event.student is None:
        return _already(not any(each.name for each in state.students.values()))
    if event.student not in state.students:
        return UNKNOWN
    return _already(not state.students[event.student].name)


def _more_time(state: RoomState, event: happened.MoreTime) -> Refusal | None:
    if event.position != state.position:
        return ELSEWHERE
    if state.deadline is None:
        return NOT_NOW
    return None if 1 <= event.seconds <= LONGEST_EXTENSION else VALUE


def _moved(state: RoomState, event: happened.Moved) -> Refusal | None:
    if event.seen != state.position:
        return ELSEWHERE
    if event.to not in (following(state), preceding(state), skipping(state)):
        return NOT_NOW
    if event.to.phase == "round" and event.to.moment not in state.seats:
        return NO_SEATS
    return NO_ANSWER if event.to.phase == "revealed" and event.to.moment not in state.answers else None


def _answered(state: RoomState, event: happened.Answered) -> Refusal | None:
    if not isinstance(state.moment_at(event.moment), Predict):
        return NOT_NOW
    if event.moment in state.answers:
        return ALREADY
    return None if isfinite(event.high - event.low) and event.low <= event.value <= event.high else VALUE


def _predicted(state: RoomState, event: happened.Predicted) -> Refusal | None:
    question = state.moment_at(event.moment)
    if not isinstance(question, Predict):
        return NOT_NOW
    refused = _absent(state, event.student) or _closed(state, Position(event.moment, "open"), event.at)
    return refused or (None if question.low <= event.value <= question.high else VALUE)


def _voted(state: RoomState, event: happened.Voted) -> Refusal | None:
    ballot = state.moment_at(event.moment)
    if not isinstance(ballot, Vote) or event.phase not in ("first", "second"):
        return NOT_NOW
    refused = _absent(state, event.student) or _closed(state, Position(event.moment, event.phase), event.at)
    return refused or (None if 0 <= event.choice < len(ballot.choices) else VALUE)


def _ticket_filled(state: RoomState, event: happened.TicketFilled) -> Refusal | None:
    ticket = state.moment_at(event.moment)
    if not isinstance(ticket, Ticket):
        return NOT_NOW
    refused = _absent(state, event.student) or _closed(state, Position(event.moment, "open"), event.at)
    return refused or (None if _fits(ticket, event.answers) else VALUE)


def _closed(state: RoomState, position: Position, at: float) -> Refusal | None:
    """Return why nothing is taken at a position; None where something is."""
    here = state.position
    if position != here:
        return NOT_NOW if position.moment > here.moment and position.moment not in state.shown else LATE
    late = state.deadline is not None and state.paused is None and at > state.deadline + GRACE
    return LATE if late or position.moment in state.shown else None


def _fits(ticket: Ticket, answers: tuple[str, ...]) -> bool:
    """Tell whether answers are some to a ticket's questions; each may be left out."""
    if len(answers) != len(ticket.questions):
        return False
    for question, answer in zip(ticket.questions, answers, strict=True):
        numbers = [str(number) for number in range(len(question.choices))]
        if len(answer) > LONGEST_WORDS or (numbers and answer and answer not in numbers):
            return False
    return True


def _dealt(state: RoomState, event: happened.Dealt) -> Refusal | None:
    game = state.moment_at(event.moment)
    if not isinstance(game, Play) or state.position != Position(event.moment, "seats"):
        return NOT_NOW
    if state.rounds_ended(event.moment):
        return LATE
    seats = [(each.island, each.seat) for each in event.seatings]
    islands = {island for island, _ in seats}
    wanted = [(island, seat.name) for island in range(len(islands)) for seat in game.seats]
    students = [number for each in event.seatings for number in each.students]
    if sorted(seats) != sorted(wanted) or len(set(students)) != len(students):
        return VALUE
    return next(filter(None, (_absent(state, each) for each in students)), None)


def _seated(state: RoomState, event: happened.Seated) -> Refusal | None:
    given = event.seating
    if event.moment not in state.seats or event.moment != state.position.moment or state.position.phase == "debrief":
        return NOT_NOW
    if (given.island, given.seat) not in state.seats[event.moment] or len(set(given.students)) != len(given.students):
        return VALUE
    return next(filter(None, (_absent(state, each) for each in given.students)), None)


def _decided(state: RoomState, event: happened.Decided) -> Refusal | None:
    if not isinstance(state.moment_at(event.moment), Play):
        return NOT_NOW
    refused = _absent(state, event.student)
    if refused:
        return refused
    seat = state.seat_of(event.moment, event.student)
    if seat is None:
        return NO_SEAT
    late = (event.moment, event.round) in state.ended
    refused = LATE if late else _closed(state, Position(event.moment, "round", event.round), event.at)
    return refused or _bad_choices(open_controls(state, event.moment, seat[1]), event.choices)


def _bad_choices(controls: tuple[Control, ...], choices: happened.Choices) -> Refusal | None:
    known = {each.name: each for each in controls}
    names = [name for name, _ in choices]
    if not names or names != sorted(set(names)) or not set(names) <= set(known):
        return VALUE
    within = all(known[name].low <= value <= known[name].high for name, value in choices)
    return None if within else VALUE


def _shocked(state: RoomState, event: happened.Shocked) -> Refusal | None:
    game = state.moment_at(event.moment)
    if not isinstance(game, Play) or event.moment != state.position.moment:
        return NOT_NOW
    if event.shock not in {each.name for each in game.shocks}:
        return VALUE
    if state.rounds_ended(event.moment) >= game.rounds:
        return LATE
    return _already(event.shock in state.shocks.get(event.moment, {}))


def _round_ended(state: RoomState, event: happened.RoundEnded) -> Refusal | None:
    if (event.moment, event.round) in state.ended:
        return ALREADY
    return None if state.position == Position(event.moment, "round", event.round) else NOT_NOW


def _round_computed(state: RoomState, event: happened.RoundComputed) -> Refusal | None:
    if (event.moment, event.round) in state.digests:
        return ALREADY
    return None if (event.moment, event.round) in state.ended else NOT_NOW


RULINGS: dict[type[Any], Callable[[RoomState, Any], Refusal | None]] = {
    happened.KeyAdded: lambda state, event: _already(event.key in state.keys),
    happened.Joined: _joined,
    happened.Renamed: _renamed,
    happened.Removed: lambda state, event: _absent(state, event.student),
    happened.Forgotten: _forgotten,
    happened.Locked: lambda state, event: _already(state.locked == event.on),
    happened.NamesHidden: lambda state, event: _already(state.names_hidden == event.on),
    happened.Paused: lambda state, event: _already((state.paused is not None) == event.on),
    happened.MoreTime: _more_time,
    happened.Moved: _moved,
    happened.Answered: _answered,
    happened.Predicted: _predicted,
    happened.Voted: _voted,
    happened.TicketFilled: _ticket_filled,
    happened.Dealt: _dealt,
    happened.Seated: _seated,
    happened.Decided: _decided,
    happened.Shocked: _shocked,
    happened.RoundEnded: _round_ended,
    happened.RoundComputed: _round_computed,
}
"""What decides on each kind of event."""
