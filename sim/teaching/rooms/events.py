"""What can happen in a room. The log of a room is a list of these; everything else follows from it.

Every event carries ``at``, the server's time in seconds since 1970. Students are numbers, in the order in which they
joined. An event that refers to a moment names it, so that one that comes late or twice is recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from sim.teaching.rooms.moments import Lesson

PLACE = re.compile(r"\{(\w+)\}")
Choices: TypeAlias = tuple[tuple[str, float], ...]
"""The numbers a seat sets: pairs of a control's name and a value, in the order of names."""


@dataclass(frozen=True)
class Position:
    """Where the class is.

    Attributes:
        moment: number of the moment in the lesson; -1: the lobby; the number of moments: the end.
        phase: part of the moment, see ``course.PHASES``.
        round: of a game, from 1; else 0.
    """

    moment: int
    phase: str
    round: int = 0


@dataclass(frozen=True)
class Seating:
    """Who runs a firm: one student or more, who share it; nobody: the bot."""

    island: int
    seat: str
    students: tuple[int, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A room is opened. Always the first event, and only that."""

    at: float
    code: str
    lesson: Lesson
    seed: int
    key: str  # hash of the teacher's key
    version: str  # of the program
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True)
class KeyAdded:
    """The teacher was given another secret link, on resuming."""

    at: float
    key: str
    kind: Literal["key_added"] = "key_added"


@dataclass(frozen=True)
class Joined:
    """A student joined, under a name nobody else has. ``token``: hash of the phone's."""

    at: float
    student: int
    name: str
    token: str
    kind: Literal["joined"] = "joined"


@dataclass(frozen=True)
class Renamed:
    """A student has another name."""

    at: float
    student: int
    name: str
    kind: Literal["renamed"] = "renamed"


@dataclass(frozen=True)
class Removed:
    """The teacher removed a student."""

    at: float
    student: int
    kind: Literal["removed"] = "removed"


@dataclass(frozen=True)
class Forgotten:
    """A student's name was deleted; ``student`` None: all names."""

    at: float
    student: int | None = None
    kind: Literal["forgotten"] = "forgotten"


@dataclass(frozen=True)
class Locked:
    """The teacher closed the door for newcomers, or opened it."""

    at: float
    on: bool
    kind: Literal["locked"] = "locked"


@dataclass(frozen=True)
class NamesHidden:
    """The teacher took the names off the screen, or put them back."""

    at: float
    on: bool
    kind: Literal["names_hidden"] = "names_hidden"


@dataclass(frozen=True)
class Paused:
    """The clock stands still, or goes on."""

    at: float
    on: bool
    kind: Literal["paused"] = "paused"


@dataclass(frozen=True)
class MoreTime:
    """The countdown of a position was made longer."""

    at: float
    position: Position
    seconds: int
    kind: Literal["more_time"] = "more_time"


@dataclass(frozen=True)
class Moved:
    """The class went from one position to another: on, back, or over the rest of a moment."""

    at: float
    seen: Position  # where the one who asked for it took the class to be
    to: Position
    kind: Literal["moved"] = "moved"


@dataclass(frozen=True)
class Answered:
    """The simulation's answer to a question is known, with its interval. ``words``: numbers in texts, by name."""

    at: float
    moment: int
    value: float
    low: float
    high: float
    runs: int
    words: tuple[tuple[str, str], ...] = ()
    kind: Literal["answered"] = "answered"

    @property
    def mean(self) -> float:
        """The value, under the name that number formats take it by."""
        return self.value

    def fill(self, text: str) -> str:
        """Return a text with its names in braces replaced by numbers; names that are unknown stay."""
        words = dict(self.words)
        return PLACE.sub(lambda found: words.get(found[1], found[0]), text)


@dataclass(frozen=True)
class Predicted:
    """A student's guess, the last of which counts."""

    at: float
    student: int
    moment: int
    value: float
    kind: Literal["predicted"] = "predicted"


@dataclass(frozen=True)
class Voted:
    """A student's vote; ``phase``: ``first`` or ``second``."""

    at: float
    student: int
    moment: int
    phase: str
    choice: int
    kind: Literal["voted"] = "voted"


@dataclass(frozen=True)
class TicketFilled:
    """A student's answers to the exit ticket: the number of a choice as text, or words."""

    at: float
    student: int
    moment: int
    answers: tuple[str, ...]
    kind: Literal["ticket_filled"] = "ticket_filled"


@dataclass(frozen=True)
class Dealt:
    """The seats of a game were given to students; the others are bots'."""

    at: float
    moment: int
    seatings: tuple[Seating, ...]
    kind: Literal["dealt"] = "dealt"


@dataclass(frozen=True)
class Seated:
    """A seat was given to other students, or to the bot."""

    at: float
    moment: int
    seating: Seating
    kind: Literal["seated"] = "seated"


@dataclass(frozen=True)
class Decided:
    """What a student has its firm ask in a round; the last one before the end of the round counts."""

    at: float
    student: int
    moment: int
    round: int
    choices: Choices
    kind: Literal["decided"] = "decided"


@dataclass(frozen=True)
class Shocked:
    """The teacher made something happen, from the next round to be computed on."""

    at: float
    moment: int
    shock: str
    kind: Literal["shocked"] = "shocked"


@dataclass(frozen=True)
class RoundEnded:
    """Decisions of a round are closed. ``away``: students whose phones had been silent."""

    at: float
    moment: int
    round: int
    away: tuple[int, ...] = ()
    kind: Literal["round_ended"] = "round_ended"


@dataclass(frozen=True)
class RoundComputed:
    """The results of a round are there. ``digest``: of the results, so that a replay can be compared."""

    at: float
    moment: int
    round: int
    digest: str
    kind: Literal["round_computed"] = "round_computed"


Event: TypeAlias = (
    Opened
    | KeyAdded
    | Joined
    | Renamed
    | Removed
    | Forgotten
    | Locked
    | NamesHidden
    | Paused
    | MoreTime
    | Moved
    | Answered
    | Predicted
    | Voted
    | TicketFilled
    | Dealt
    | Seated
    | Decided
    | Shocked
    | RoundEnded
    | RoundComputed
)
OF_STUDENTS = (Joined, Renamed, Forgotten, Predicted, Voted, TicketFilled, Decided)
"""What a phone may cause, each for its own student. All else is the teacher's or the server's."""
EVENT: TypeAdapter[Any] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
"""Reads and writes events as JSON."""
