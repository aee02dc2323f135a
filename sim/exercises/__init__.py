"""Textbook exercises as scenarios: letters, the published answer, and the figure that shows it."""

from __future__ import annotations

from sim.exercises.exercise import Answer, Exercise, ExerciseError, Letter, Letters
from sim.exercises.pricing import BERTRAND, COURNOT, DOUBLE_MARGIN
from sim.exercises.space import HOTELLING, SALOP
from sim.exercises.spread import BASS
from sim.exercises.stock import BULLWHIP, NEWSVENDOR
from sim.exercises.writing import exercise_toml

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for exercise in (DOUBLE_MARGIN, HOTELLING, SALOP, COURNOT, BERTRAND, NEWSVENDOR, BULLWHIP, BASS)
}
"""All exercises by name, in display order."""

__all__ = ["EXERCISES", "Answer", "Exercise", "ExerciseError", "Letter", "Letters", "exercise_toml"]
