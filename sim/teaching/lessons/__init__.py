"""Lessons: the shipped ones, one's own, and the check of both."""

from __future__ import annotations

from sim.teaching.lessons.reading import LessonError, check, lesson_from, load, names, path_of

__all__ = ["LessonError", "check", "lesson_from", "load", "names", "path_of"]
