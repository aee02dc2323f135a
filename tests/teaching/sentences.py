"""The sentences that a student's phone can show, which are the keys of the translations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from sim.teaching.lessons import load_lesson, names
from sim.teaching.play.causes import CAUSES
from sim.teaching.rooms.moments import Lesson, Play, Predict, Talk, Ticket, Vote

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("dashboards/classroom", "sim/teaching/rooms")


def sentences() -> set[str]:
    """Return all of them: of the pages, of refusals, of causes, and of the shipped lessons."""
    found = {words for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.py")) for words in in_source(path)}
    found |= set(CAUSES.values())
    for name in names():
        found |= set(of_lesson(load_lesson(name)))
    return {words for words in found if words}


def in_source(path: Path) -> Iterator[str]:
    """Yield the first argument of every call of ``said``, and the words of every ``Refusal``, where it is a text."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = {"said": 0, "Refusal": 1}.get(node.func.id)
            if place is not None and len(node.args) > place:
                yield from (part.value for part in texts_in(node.args[place]))


def texts_in(node: ast.expr) -> Iterator[ast.Constant]:
    """Yield the texts an expression can be: a text, or a choice between some."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from texts_in(node.body)
        yield from texts_in(node.orelse)


def of_lesson(lesson: Lesson) -> Iterator[str]:
    """Yield what a lesson shows on phones; notes are the teacher's."""
    for moment in lesson.moments:
        yield moment.title
        if isinstance(moment, Predict):
            yield from (moment.story, moment.question, moment.unit, moment.why, moment.but)
        elif isinstance(moment, Vote):
            yield from (moment.question, *moment.choices, moment.why)
        elif isinstance(moment, Talk):
            yield from (moment.text, *moment.questions)
        elif isinstance(moment, Ticket):
            for each in moment.questions:
                yield from (each.question, *each.choices)
        elif isinstance(moment, Play):
            yield moment.story
            for seat in moment.seats:
                yield from (seat.title, seat.story)
            for control in moment.controls:
                yield from (control.label, control.unit)
            for shock in moment.shocks:
                yield from (shock.title, shock.text)
