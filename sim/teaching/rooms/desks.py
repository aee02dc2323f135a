"""What one person may do in a room. A desk is handed out against a token, and has no other way into the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.course import following, preceding, skipping
from sim.teaching.rooms.events import Event, Position, Seating
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.identity import LONGEST_TOKEN, hash_of, is_one_of
from sim.teaching.rooms.rulings import NOT_NOW, Refusal, tidy_name
from sim.teaching.rooms.state import RoomState


@dataclass(frozen=True)
class StudentDesk:
    """What a student may do: only ever for themselves.

    Attributes:
        room: the room.
        number: of the student.
    """

    room: Room
    number: int

    def predict(self, moment: int, value: float) -> Refusal | None:
        """Send a guess; the last one counts."""
        return self.room.happen(lambda now: happened.Predicted(now, self.number, moment, float(value)))

    def vote(self, moment: int, phase: str, choice: int) -> Refusal | None:
        """Send a vote; the last one counts."""
        return self.room.happen(lambda now: happened.Voted(now, self.number, moment, phase, choice))

    def fill_ticket(self, moment: int, answers: tuple[str, ...]) -> Refusal | None:
        """Send the exit ticket."""
        return self.room.happen(lambda now: happened.TicketFilled(now, self.number, moment, answers))

    def decide(self, moment: int, number: int, choices: Mapping[str, float]) -> Refusal | None:
        """Confirm what one's firm asks in a round."""
        pairs = tuple(sorted((name, float(value)) for name, value in choices.items()))
        return self.room.happen(lambda now: happened.Decided(now, self.number, moment, number, pairs))

    def rename(self, name: str) -> Refusal | None:
        """Take another name."""
        return self.room.happen(lambda now: happened.Renamed(now, self.number, tidy_name(name)))

    def forget(self) -> Refusal | None:
        """Have one's name deleted, also from the database."""
        return self.room.happen(lambda now: happened.Forgotten(now, self.number))


@dataclass(frozen=True)
class TeacherDesk:
    """What the teacher may do.

    Attributes:
        room: the room.
    """

    room: Room

    def go_on(self, seen: Position) -> Refusal | None:
        """Go to what comes next; in a round, end it. ``seen``: where the teacher saw the class."""
        if seen.phase == "round":
            return self.end_round(seen)
        return self._move(seen, following)

    def go_back(self, seen: Position) -> Refusal | None:
        """Go back by one."""
        return self._move(seen, preceding)

    def skip(self, seen: Position) -> Refusal | None:
        """Leave out the rest of the moment."""
        return self._move(seen, skipping)

    def _move(self, seen: Position, to: Callable[[RoomState], Position | None]) -> Refusal | None:
        def moving(state: RoomState, now: float) -> Event | Refusal:
            there = to(state)
            return NOT_NOW if there is None else happened.Moved(now, seen, there)

        return self.room.act(moving)

    def end_round(self, seen: Position) -> Refusal | None:
        """Close the decisions of a round."""
        return self.room.happen(lambda now: happened.RoundEnded(now, seen.moment, seen.round, self.room.away()))

    def more_time(self, seen: Position, seconds: int) -> Refusal | None:
        """Make the countdown longer."""
        return self.room.happen(lambda now: happened.MoreTime(now, seen, seconds))

    def pause(self, on: bool) -> Refusal | None:
        """Stop the clock, or have it go on."""
        return self.room.happen(lambda now: happened.Paused(now, on))

    def lock(self, on: bool) -> Refusal | None:
        """Close the door for newcomers, or open it."""
        return self.room.happen(lambda now: happened.Locked(now, on))

    def hide_names(self, on: bool) -> Refusal | None:
        """Take names off the screen, or put them back."""
        return self.room.happen(lambda now: happened.NamesHidden(now, on))

    def remove(self, student: int) -> Refusal | None:
        """Remove a student."""
        return self.room.happen(lambda now: happened.Removed(now, student))

    def rename(self, student: int, name: str) -> Refusal | None:
        """Give a student another name."""
        return self.room.happen(lambda now: happened.Renamed(now, student, tidy_name(name)))

    def forget_all(self) -> Refusal | None:
        """Delete all names, also from the database."""
        return self.room.happen(happened.Forgotten)

    def answer(self, answered: happened.Answered) -> Refusal | None:
        """Enter the simulation's answer to a question."""
        return self.room.happen(lambda now: replace(answered, at=now))

    def deal(self, moment: int, seatings: tuple[Seating, ...]) -> Refusal | None:
        """Give the seats of a game to students."""
        return self.room.happen(lambda now: happened.Dealt(now, moment, seatings))

    def seat(self, moment: int, seating: Seating) -> Refusal | None:
        """Give a seat to other students, or to the bot."""
        return self.room.happen(lambda now: happened.Seated(now, moment, seating))

    def shock(self, moment: int, name: str) -> Refusal | None:
        """Make something happen to the market."""
        return self.room.happen(lambda now: happened.Shocked(now, moment, name))


def student_desk(room: Room, token: str) -> StudentDesk | None:
    """Return the desk of the student whose phone has a token; None where nobody's has, or the student was removed."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    found = room.state.by_token.get(hash_of(token))
    return None if found is None or found.removed else StudentDesk(room, found.number)


def teacher_desk(room: Room, key: str) -> TeacherDesk | None:
    """Return the teacher's desk, for the teacher's key only."""
    return TeacherDesk(room) if key and is_one_of(key, room.state.keys) else None
