"""Reads a lesson from TOML: all problems at once, each with its line, what is allowed, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import ValidationError

from sim.common.found_files import read_found
from sim.scenario.files import tables_in
from sim.scenario.lines import line_of, toml_lines
from sim.scenario.problems import Problem, ScenarioError
from sim.teaching.lessons.checking import problems_of, with_market
from sim.teaching.rooms.moments import LESSON, Lesson

FOLDER = Path(__file__).parent
ORDER = ("predict", "play", "two-sessions")
"""The shipped lessons, the one that a teacher should begin with first."""
LARGEST_FILE = 200_000
"""Bytes; the shipped ones have about 10 000."""


class LessonError(ValueError):
    """A lesson that cannot be given; carries all problems, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def names() -> tuple[str, ...]:
    """Return the names of the shipped lessons, the one to begin with first."""
    return ORDER


def path_of(name: str) -> Path:
    """Return the file of a shipped lesson. Raises LessonError where there is none of this name."""
    if name not in ORDER:
        allowed = f"the shipped lessons are: {', '.join(ORDER)}"
        raise LessonError([Problem("", "lesson", repr(name), allowed, "choose one, or give the path of a .toml file")])
    return FOLDER / f"{name}.toml"


def load_lesson(source: str | Path) -> Lesson:
    """Return a lesson: a shipped one by its name, or one's own by the path of its file.

    Raises LessonError with all that is wrong.
    """
    text = str(source)
    if not (text.endswith(".toml") or isinstance(source, Path)):
        return lesson_from(path_of(text).read_text(encoding="utf-8"), path_of(text).name)
    path = Path(source)
    try:
        return lesson_from(read_found(path, LARGEST_FILE).decode("utf-8"), path.name)
    except OSError as unfit:
        reason = unfit.strerror or str(unfit)
        raise LessonError([Problem(path.name, "", "", f"cannot be read: {reason}", "check the path")]) from unfit
    except UnicodeDecodeError as other:
        raise LessonError([Problem(path.name, "", "", "is not UTF-8 text", "save it as UTF-8")]) from other


def lesson_problems(source: str | Path) -> list[str]:
    """Return all that is wrong with a lesson, one line each; nothing where it can be given."""
    try:
        load_lesson(source)
    except LessonError as wrong:
        return [str(problem) for problem in wrong.problems]
    return []


def lesson_from(text: str, file: str) -> Lesson:
    """Return the lesson that a TOML text describes; ``file`` is named in problems. Raises LessonError."""
    try:
        given = tables_in(text.encode("utf-8"), file)
    except ScenarioError as broken:
        raise LessonError(list(broken.problems)) from broken
    lines = toml_lines(text)

    def placed(problem: Problem) -> Problem:
        line = line_of(problem.key, lines)
        return Problem(f"{file}, line {line}" if line else file, *_parts(problem))

    try:
        lesson = LESSON.validate_python(with_market(given))
    except ValidationError as wrong:
        raise LessonError([placed(problem) for problem in _in_words(wrong)]) from wrong
    found = [placed(problem) for problem in [*problems_of(lesson), *_unknown_names(lesson)]]
    if found:
        raise LessonError(found)
    return lesson


def _parts(problem: Problem) -> tuple[str, str, str, str]:
    return problem.key, problem.value, problem.allowed, problem.remedy


SAID = {
    "missing": "is missing",
    "unexpected_keyword_argument": "there is no such key here",
    "union_tag_invalid": "a moment's kind is predict, vote, play, talk or ticket",
    "union_tag_not_found": "every moment says its `kind`: predict, vote, play, talk or ticket",
}
"""Problems in words, by the kind that pydantic gives; its own words for all others."""


def _in_words(wrong: ValidationError) -> Iterator[Problem]:
    """Yield each problem with its place: ``moments[2].figure.regime``."""
    kinds = {"predict", "vote", "play", "talk", "ticket"}
    for error in wrong.errors():
        steps = [step for n, step in enumerate(error["loc"]) if not (n == 2 and step in kinds)]
        key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
        if error["type"].startswith("union_tag"):
            key += ".kind" if error["type"] == "union_tag_invalid" else ""
        given: Any = error.get("input")
        plain = isinstance(given, (str, int, float, bool)) and error["type"] != "unexpected_keyword_argument"
        said = SAID.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])
        remedy = "see docs/teaching/own_lesson.md for what a lesson can hold" if error["type"] in SAID else ""
        yield Problem("", key, repr(given)[:60] if plain and error["type"] not in SAID else "", said, remedy)


def _unknown_names(lesson: Lesson) -> Iterator[Problem]:
    """Yield names in braces that nothing fills in."""
    for number, moment in enumerate(lesson.moments):
        if moment.kind != "predict":
            continue
        known = {"answer", *moment.numbers}
        for key in ("why", "but", "story", "question"):
            try:
                used = {name for _, name, _, _ in Formatter().parse(getattr(moment, key)) if name is not None}
            except ValueError as broken:
                yield Problem("", f"moments[{number}].{key}", "", f"{broken}", "write {{ and }} for braces themselves")
                continue
            allowed_here = known if key in ("why", "but") else set()
            for name in sorted(used - allowed_here):
                allowed = f"names in braces here are: {', '.join(sorted(allowed_here)) or 'none'}"
                yield Problem("", f"moments[{number}].{key}", f"{{{name}}}", allowed, "add it to `numbers`")
