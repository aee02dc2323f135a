"""The state of a room: what follows from its log. Nothing in it is ever changed in position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sim.teaching.rooms.events import Answered, Choices, Position, Seating
from sim.teaching.rooms.moments import Lesson, Moment

LOBBY = Position(-1, "lobby")
SeatKey = tuple[int, str]
"""Island and name of a seat."""
RoundKey = tuple[int, int]
"""Number of a moment, and of a round."""


@dataclass(frozen=True)
class Student:
    """Somebody in the room.

    Attributes:
        number: from 1, in the order of joining.
        name: shown to the class; empty where it was deleted.
        token: hash of the phone's.
        removed: by the teacher.
    """

    number: int
    name: str
    token: str
    removed: bool = False


@dataclass(frozen=True)
class ClosedRound:
    """A round whose decisions are closed: what it was played with. Later changes of seats do not touch it.

    Attributes:
        away: students whose phones were silent when it ended.
        seats: who had which seat.
        decisions: that held, by seat; all other seats were the bots'.
    """

    away: frozenset[int]
    seats: Mapping[SeatKey, tuple[int, ...]]
    decisions: Mapping[SeatKey, Choices]


@dataclass(frozen=True)
class RoomState:
    """Where a class is, and what it has done.

    Attributes:
        code, lesson, seed, version, keys, opened: as opened; hashes of the teacher's keys; when.
        events: how many have happened.
        position: where the class is.
        deadline: when the countdown ends; None: there is none.
        paused: since when the clock stands still; None: it goes.
        locked, names_hidden: as the teacher set them.
        students: by number.
        shown: moments whose outcome the class has seen: nothing more is taken for these.
        answers: the simulation's, by moment.
        predictions: by moment and student.
        votes: by moment and phase, then student.
        tickets: by moment and student.
        seats: by moment: all seats of all islands.
        decisions: by moment and round, then seat.
        ended: rounds that are closed.
        digests: of the results of rounds that are computed.
        shocks: by moment: the round from which each holds.
    """

    code: str
    lesson: Lesson
    seed: int
    version: str
    opened: float
    keys: frozenset[str]
    events: int = 1
    position: Position = LOBBY
    deadline: float | None = None
    paused: float | None = None
    locked: bool = False
    names_hidden: bool = False
    students: Mapping[int, Student] = field(default_factory=dict)
    shown: frozenset[int] = frozenset()
    answers: Mapping[int, Answered] = field(default_factory=dict)
    predictions: Mapping[int, Mapping[int, float]] = field(default_factory=dict)
    votes: Mapping[tuple[int, str], Mapping[int, int]] = field(default_factory=dict)
    tickets: Mapping[int, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)
    seats: Mapping[int, Mapping[SeatKey, tuple[int, ...]]] = field(default_factory=dict)
    decisions: Mapping[RoundKey, Mapping[SeatKey, Choices]] = field(default_factory=dict)
    ended: Mapping[RoundKey, ClosedRound] = field(default_factory=dict)
    digests: Mapping[RoundKey, str] = field(default_factory=dict)
    shocks: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    @property
    def moment(self) -> Moment | None:
        """The moment the class is in; None in the lobby and at the end."""
        return self.moment_at(self.position.moment)

    def moment_at(self, number: int) -> Moment | None:
        """Return a moment by its number; None where there is none."""
        return self.lesson.moments[number] if 0 <= number < len(self.lesson.moments) else None

    @cached_property
    def present(self) -> tuple[Student, ...]:
        """All students who were not removed."""
        return tuple(each for each in self.students.values() if not each.removed)

    @cached_property
    def by_token(self) -> Mapping[str, Student]:
        """All students who ever joined, by the hash of their phone's token."""
        return {each.token: each for each in self.students.values()}

    def seat_of(self, moment: int, student: int) -> SeatKey | None:
        """Return the seat that a student runs in a game; None where there is none."""
        return self._seat_of(moment).get(student)

    def _seat_of(self, moment: int) -> Mapping[int, SeatKey]:
        return {who: seat for seat, students in self.seats.get(moment, {}).items() for who in students}

    def rounds_ended(self, moment: int) -> int:
        """Return how many rounds of a game are closed."""
        return sum(number == moment for number, _ in self.ended)


def seatings(state: RoomState, moment: int) -> tuple[Seating, ...]:
    """Return the seats of a game as a list."""
    return tuple(Seating(island, seat, who) for (island, seat), who in state.seats.get(moment, {}).items())
