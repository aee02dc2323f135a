"""A lesson is a list of moments: what the class does, one thing after the other. Plain data, as TOML holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, with_config

STRICT = ConfigDict(extra="forbid")


@with_config(STRICT)
@dataclass(frozen=True)
class Figure:
    """A number that the simulation gives: the mean over replications, with its 95 % interval.

    Attributes:
        scenario, settings: what is run; settings are ``path=value``.
        regime: of which the figure is read.
        names: of figures, added up where there are several.
        against: regime whose figure is subtracted, pair by pair; empty: none is.
        factor: by which the figure is multiplied, to be on the scale of the question.
        runs, seed: replications, and the seed of the first.
    """

    scenario: str
    regime: str
    names: tuple[str, ...]
    settings: tuple[str, ...] = ()
    against: str = ""
    factor: float = 1.0
    runs: int = 4
    seed: int = 0


@with_config(STRICT)
@dataclass(frozen=True)
class Predict:
    """Everybody guesses a number, then the class is shown, then the simulation's answer.

    Attributes:
        name: within the lesson.
        title, story: the claim or the topic, and what one has to know before guessing.
        question, unit: what is asked, and the unit of the answer.
        low, high, by, start: of the slider.
        figure: the simulation's answer.
        numbers: further figures for the texts, by name.
        why, but: the reason in a sentence, and what it leaves out; shown with the answer. They may hold ``{answer}``
            and the names of ``numbers`` in braces.
        seconds: after which guessing closes; 0: when the teacher closes it.
        note: for the teacher only.
    """

    name: str
    title: str
    question: str
    unit: str
    low: float
    high: float
    figure: Figure
    by: float = 1.0
    start: float = 0.0
    story: str = ""
    numbers: dict[str, Figure] = field(default_factory=dict)
    why: str = ""
    but: str = ""
    seconds: int = 60
    note: str = ""
    kind: Literal["predict"] = "predict"


@with_config(STRICT)
@dataclass(frozen=True)
class Vote:
    """Vote, talk, vote again (Mazur 1997): a question of several choices.

    Attributes:
        name, title, question, note: as for ``Predict``.
        choices: two to six.
        right: place of the right choice, from 0; None where there is none.
        why: shown with both votes.
        seconds, talk: for each vote, and for the talk between; 0: until the teacher goes on.
    """

    name: str
    title: str
    question: str
    choices: tuple[str, ...]
    right: int | None = None
    why: str = ""
    seconds: int = 45
    talk: int = 120
    note: str = ""
    kind: Literal["vote"] = "vote"


@with_config(STRICT)
@dataclass(frozen=True)
class Seat:
    """A firm that a student can run.

    Attributes:
        name: key of the firm in the game, as ``shop 4``.
        role: of firms with the same controls: ``maker``, ``wholesaler``, ``shop``, ``platform``.
        title: as students read it: ``Shop 4, Southside``.
        story: who supplies it, who its rivals are; shown on the phone.
    """

    name: str
    role: str
    title: str
    story: str = ""


@with_config(STRICT)
@dataclass(frozen=True)
class Control:
    """A number that a seat sets in each round.

    Attributes:
        name: key in decisions: ``price``, ``direct_price``, ``commission``.
        label, unit: as students read them.
        low, high, by, start: of the stepper, in the unit.
        roles: whose seats have it.
        opened_by: shock that opens it; empty: it is there from the first round on.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    by: float
    start: float
    roles: tuple[str, ...]
    opened_by: str = ""


@with_config(STRICT)
@dataclass(frozen=True)
class Shock:
    """Something the teacher makes happen between two rounds.

    Attributes:
        name: key in the game: ``direct``, ``o2o``, ``parcels``.
        title, text: on the teacher's button, and what the class is told.
        round: before which it is suggested; 0: none.
        settings: ``path=value`` for the rounds from then on.
    """

    name: str
    title: str
    text: str
    round: int = 0
    settings: tuple[str, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True)
class Play:
    """Students run the firms of a market for some rounds.

    Attributes:
        name, title, story, note: as for ``Predict``.
        scenario: of the game.
        seats: of one island, in the order in which they are given away.
        controls: of all seats.
        rounds, seconds: how many, and the time for decisions in each.
        shocks: the teacher may trigger.
        most: students on one island before another is opened; two then share a seat.
        seed: of the game; None: the room's.
    """

    name: str
    title: str
    scenario: str
    seats: tuple[Seat, ...]
    controls: tuple[Control, ...]
    rounds: int = 9
    seconds: int = 75
    shocks: tuple[Shock, ...] = ()
    most: int = 14
    story: str = ""
    seed: int | None = None
    note: str = ""
    kind: Literal["play"] = "play"


@with_config(STRICT)
@dataclass(frozen=True)
class Talk:
    """The class looks up and talks: a title, a text, questions for discussion."""

    name: str
    title: str
    text: str = ""
    questions: tuple[str, ...] = ()
    seconds: int = 0
    note: str = ""
    kind: Literal["talk"] = "talk"


@with_config(STRICT)
@dataclass(frozen=True)
class TicketQuestion:
    """A question of an exit ticket; without choices it is answered in the student's own words."""

    question: str
    choices: tuple[str, ...] = ()
    right: int | None = None


@with_config(STRICT)
@dataclass(frozen=True)
class Ticket:
    """The exit ticket: some short questions that everybody answers at the end."""

    name: str
    title: str
    questions: tuple[TicketQuestion, ...]
    seconds: int = 0
    note: str = ""
    kind: Literal["ticket"] = "ticket"


Moment: TypeAlias = Annotated[Predict | Vote | Play | Talk | Ticket, Field(discriminator="kind")]


@with_config(STRICT)
@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        name, title: for the command line, and for people.
        minutes: it takes.
        moments: after the lobby, in order.
        aim: what students should know afterwards.
        language: of its texts, which are the keys of translations.
    """

    name: str
    title: str
    minutes: int
    moments: tuple[Moment, ...]
    aim: str = ""
    language: str = "en"


LESSON: TypeAdapter[Lesson] = TypeAdapter(Lesson)
"""Reads a lesson from plain data: ``LESSON.validate_python(tomllib.load(file))``, and writes it as JSON."""
