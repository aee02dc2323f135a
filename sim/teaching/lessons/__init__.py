"""Lessons: the shipped ones, one's own, and the check of both."""

from __future__ import annotations

from sim.teaching.lessons.reading import LessonError, lesson_from, lesson_problems, load_lesson, names, path_of

__all__ = ["LessonError", "lesson_from", "lesson_problems", "load_lesson", "names", "path_of"]
