"""The state after an event, given the state before: a pure function, so that a log always gives the same room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.course import OUTCOMES, seconds_at
from sim.teaching.rooms.decisions import decisions_in_force
from sim.teaching.rooms.events import Event, Position
from sim.teaching.rooms.state import ClosedRound, RoomState, Student

Key = TypeVar("Key")
Value = TypeVar("Value")


def fold(state: RoomState | None, event: Event) -> RoomState:
    """Return the state after an event that is allowed.

    Args:
        state: before it; None: there is no room yet.
        event: what happened; whether it may is ``rulings.allowed``'s to say.

    Raises:
        ValueError: where a log does not begin with the room being opened.
    """
    if state is None:
        if not isinstance(event, happened.Opened):
            raise ValueError(f"a room's log begins with its opening, not with {event.kind!r}")
        return RoomState(event.code, event.lesson, event.seed, event.version, event.at, frozenset({event.key}))
    return replace(state, events=state.events + 1, **_changes(state, event))


def replayed(events: Iterable[Event]) -> RoomState:
    """Return the state after a whole log."""
    state = None
    for event in events:
        state = fold(state, event)
    if state is None:
        raise ValueError("an empty log is no room's")
    return state


def _changes(state: RoomState, event: Event) -> dict[str, Any]:
    """Return the attributes that an event changes."""
    for changes in (_of_people, _of_the_clock, _of_answers, _of_games):
        found = changes(state, event)
        if found is not None:
            return found
    raise ValueError(f"{event.kind!r} cannot happen twice")


def _of_people(state: RoomState, event: Event) -> dict[str, Any] | None:
    match event:
        case happened.KeyAdded(key=key):
            return {"keys": state.keys | {key}}
        case happened.Joined(student=number, name=name, token=token):
            return {"students": _with(state.students, number, Student(number, name, token))}
        case happened.Renamed(student=number, name=name):
            return {"students": _with(state.students, number, replace(state.students[number], name=name))}
        case happened.Removed(student=number):
            students = _with(state.students, number, replace(state.students[number], removed=True))
            return {"students": students, "seats": {each: _without(state, each, number) for each in state.seats}}
        case happened.Forgotten(student=number):
            gone = set(state.students) if number is None else {number}
            return {
                "students": {n: replace(each, name="") if n in gone else each for n, each in state.students.items()}
            }
        case happened.Locked(on=on):
            return {"locked": on}
        case happened.NamesHidden(on=on):
            return {"names_hidden": on}
    return None


def _of_the_clock(state: RoomState, event: Event) -> dict[str, Any] | None:
    match event:
        case happened.Paused(on=True, at=at):
            return {"paused": at}
        case happened.Paused(at=at):
            stood = at - (state.paused or at)
            return {"paused": None, "deadline": None if state.deadline is None else state.deadline + stood}
        case happened.MoreTime(seconds=seconds, at=at):
            now = at if state.paused is None else state.paused
            return {"deadline": max(state.deadline or now, now) + seconds}
        case happened.Moved(to=to, at=at):
            return _moved(state, to, at)
    return None


def _moved(state: RoomState, to: Position, at: float) -> dict[str, Any]:
    seconds = seconds_at(state, to)
    moment = state.moment_at(to.moment)
    seen = moment is not None and OUTCOMES.get(moment.kind) == to.phase
    return {
        "position": to,
        "paused": None,
        "deadline": at + seconds if seconds else None,
        "shown": state.shown | {to.moment} if seen else state.shown,
    }


def _of_answers(state: RoomState, event: Event) -> dict[str, Any] | None:
    match event:
        case happened.Answered(moment=moment):
            return {"answers": _with(state.answers, moment, event)}
        case happened.Predicted(student=student, moment=moment, value=value):
            return {"predictions": _within(state.predictions, moment, student, value)}
        case happened.Voted(student=student, moment=moment, phase=phase, choice=choice):
            return {"votes": _within(state.votes, (moment, phase), student, choice)}
        case happened.TicketFilled(student=student, moment=moment, answers=answers):
            return {"tickets": _within(state.tickets, moment, student, answers)}
    return None


def _of_games(state: RoomState, event: Event) -> dict[str, Any] | None:
    match event:
        case happened.Dealt(moment=moment, seatings=given):
            return {"seats": _with(state.seats, moment, {(each.island, each.seat): each.students for each in given})}
        case happened.Seated(moment=moment, seating=given):
            seats = state.seats[moment]
            for student in given.students:
                seats = {seat: tuple(each for each in who if each != student) for seat, who in seats.items()}
            return {"seats": _with(state.seats, moment, _with(seats, (given.island, given.seat), given.students))}
        case happened.Decided(student=student, moment=moment, round=number, choices=choices):
            seat = state.seat_of(moment, student)
            assert seat is not None, "who has no seat decides nothing"
            return {"decisions": _within(state.decisions, (moment, number), seat, choices)}
        case happened.Shocked(moment=moment, shock=shock):
            return {"shocks": _within(state.shocks, moment, shock, state.rounds_ended(moment) + 1)}
        case happened.RoundEnded(moment=moment, round=number, away=away):
            computing = Position(moment, "computing", number)
            closed = ClosedRound(
                frozenset(away), state.seats.get(moment, {}), decisions_in_force(state, moment, number, away)
            )
            ended = _with(state.ended, (moment, number), closed)
            return {**_moved(state, computing, event.at), "ended": ended}
        case happened.RoundComputed(moment=moment, round=number, digest=digest):
            digests = _with(state.digests, (moment, number), digest)
            if state.position != Position(moment, "computing", number):
                return {"digests": digests}
            return {**_moved(state, Position(moment, "results", number), event.at), "digests": digests}
    return None


def _without(state: RoomState, moment: int, student: int) -> dict[tuple[int, str], tuple[int, ...]]:
    """Return the seats of a game without a student."""
    return {seat: tuple(each for each in who if each != student) for seat, who in state.seats[moment].items()}


def _with(table: Mapping[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    """Return a table with one entry set."""
    return {**table, key: value}


def _within(
    tables: Mapping[Any, Mapping[Any, Value]], table: Any, key: Any, value: Value
) -> dict[Any, Mapping[Any, Value]]:
    """Return tables with one entry of one of them set."""
    return {**tables, table: {**tables.get(table, {}), key: value}}
