"""Sheets to print: a lesson's handout, which also carries it where phones cannot, and its exit ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.teaching.lessons.guides import TEXTS
from sim.teaching.rooms.moments import Lesson, Ticket, TicketQuestion

ROW, LOW_ROW = 8.5, 4.4
"""Height in mm of a row of the table for rounds: of a lesson that is a game, and of one with more on its sheet."""
TYPE, SMALL_TYPE = 10.4, 8.0
"""Size of type in points, alike."""
WORDS = 34
"""Height in mm of the space for an answer in one's own words."""


@dataclass(frozen=True)
class Question:
    """A question of an exit ticket, as the sheet shows it."""

    title: str
    question: str
    choices: tuple[str, ...]
    kind: str = "question"


def handout(lesson: Lesson) -> str:
    """Return the handout as HTML: every question with room for guesses and votes, and a table for the rounds."""
    moments = [moment for moment in lesson.moments if not isinstance(moment, Ticket)]
    crowded = len(moments) > 4
    return _sheet(lesson, "Handout", moments, crowded=crowded)


def exit_ticket(lesson: Lesson) -> str:
    """Return the exit ticket as HTML: the questions of all tickets of the lesson."""
    questions: list[TicketQuestion] = [q for each in lesson.moments if isinstance(each, Ticket) for q in each.questions]
    shown = [Question("", each.question, each.choices) for each in questions]
    return _sheet(lesson, "Exit ticket", shown, crowded=False)


def _sheet(lesson: Lesson, heading: str, moments: list[Any], *, crowded: bool) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEXTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("sheet.html").render(
        lesson=lesson,
        heading=heading,
        moments=moments,
        row=LOW_ROW if crowded else ROW,
        size=SMALL_TYPE if crowded else TYPE,
        words=WORDS,
    )
