"""The text of an exercise's scenario: letters, published answers and commands as comments, then the tables."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from textwrap import wrap

from sim.exercises.exercise import Answer, Exercise, number

WIDTH = 116


def exercise_toml(exercise: Exercise, name: str, letters: Mapping[str, float] | None = None) -> str:
    """Return the scenario of an exercise as TOML, called ``name``. Raises ExerciseError as `Exercise.given`."""
    given = exercise.given(letters)
    answers = exercise.answers(given)
    file = f"{name}.toml"
    comments = [f"Exercise {exercise.name}: {exercise.title}", ""]
    comments += [f"  {letter} = {number(given[letter])}: {about.meaning}" for letter, about in exercise.letters.items()]
    comments += ["", *wrap(f"The published answer ({exercise.source}), and the figure that shows it:", WIDTH)]
    comments += [f"  {_answered(answer)}" for answer in answers]
    for note in exercise.notes(given):
        comments += ["", *wrap(note, WIDTH)]
    comments += ["", "To see it:"]
    comments += [f"  {command.replace('FILE', file)}" for command in exercise.run(given)]
    comments += [
        f"  middleman theory exercise_{exercise.name}   # this exercise with other letters, compared with the answer"
    ]
    said = "\n".join(f"# {line}".rstrip() for line in comments)
    tables = exercise.set_up(given)
    head = f"name = {json.dumps(name)}\ntitle = {json.dumps(exercise.title)}\n"
    return f"{said}\n\n{head}{tables}{_sources(exercise, tables)}"


def _sources(exercise: Exercise, tables: str) -> str:
    """Return the sources of the numbers, table by table, as ``middleman check --strict`` requires."""
    about = f"as in {exercise.source}; whatever it leaves open is chosen so that its answer is visible"
    said = json.dumps(about, ensure_ascii=False)
    named = [key for key, value in tomllib.loads(tables).items() if isinstance(value, dict | list) and key != "compare"]
    return "\n[sources]\n" + "".join(f"{json.dumps(key)} = {said}\n" for key in named)


def _answered(answer: Answer) -> str:
    """Return a line with formula, number and figure."""
    value = number(float(f"{answer.value:.5g}"))
    shown = answer.figure if answer.scale == 1 else f"{answer.figure} / {number(answer.scale)}"
    return f"{answer.formula} = {value}   ({shown}, {answer.regime})"
