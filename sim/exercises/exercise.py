"""A textbook exercise: its letters, the published answers, and the scenario that reproduces it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Letters: TypeAlias = dict[str, float]
"""Values of the exercise's letters."""

LEAST_MARGIN = 2.5
"""Smaller prices or margins are refused: prices are whole cents, and one cent would be visible."""


class ExerciseError(ValueError):
    """An unknown letter, or a value it cannot take; the message says which, and what is allowed."""


@dataclass(frozen=True)
class Letter:
    """One letter of an exercise.

    Attributes:
        value: its default.
        meaning: what it stands for, with its unit.
        low, high: limits, both included.
        whole: whether it is a whole number.
    """

    value: float
    meaning: str
    low: float = 0.0
    high: float = 1e6
    whole: bool = False


@dataclass(frozen=True)
class Answer:
    """One number of the published answer, and the figure that shows it.

    Attributes:
        formula: as the textbook writes it: ``w = (a/b + c) / 2``.
        value: the number at these letters.
        figure: the figure of a run that shows it, by dotted name.
        regime: the regime it belongs to.
        scale: the figure is this many times the answer (units of many customers over many days).
        allowance: allowed difference of the market's number, in the answer's unit; None: half a per cent.
    """

    formula: str
    value: float
    figure: str
    regime: str = "traditional"
    scale: float = 1.0
    allowance: float | None = None


@dataclass(frozen=True)
class Exercise:
    """A textbook exercise that ``middleman new --exercise NAME`` writes as a scenario.

    Attributes:
        name: its name on the command line.
        title: its topic, in one line.
        source: author, year and journal of the answer.
        letters: by letter.
        set_up: letters -> the tables of the scenario, as TOML text without its name.
        answers: letters -> the published numbers.
        notes: letters -> further remarks for the file (when the formula does not hold), as paragraphs.
        run: letters -> commands that show the answer; ``FILE`` stands for the file.
        draws: runs needed to know the answers to half a per cent; 1 if nothing is random.
    """

    name: str
    title: str
    source: str
    letters: Mapping[str, Letter]
    set_up: Callable[[Letters], str]
    answers: Callable[[Letters], list[Answer]]
    notes: Callable[[Letters], list[str]]
    run: Callable[[Letters], list[str]] = lambda _: ["middleman compare FILE"]
    draws: int = 1

    def given(self, letters: Mapping[str, float] | None = None) -> Letters:
        """Return the value of every letter, those given in the place of the usual ones.

        Raises ExerciseError for a letter that there is not, and a value out of range.
        """
        chosen = {letter: about.value for letter, about in self.letters.items()}
        for letter, value in (letters or {}).items():
            if letter not in self.letters:
                has = ", ".join(f"{name} ({about.meaning})" for name, about in self.letters.items())
                raise ExerciseError(f"{self.name} has no letter {letter}; its letters: {has}")
            about = self.letters[letter]
            wanted = "a whole number" if about.whole else "a number"
            if not (math.isfinite(value) and about.low <= value <= about.high) or (about.whole and value != int(value)):
                allowed = f"{wanted} from {number(about.low)} to {number(about.high)}"
                raise ExerciseError(f"{letter} is {number(value)}; {about.meaning}: {allowed}")
            chosen[letter] = float(value)
        return chosen


def require_valid(holds: bool, what_is_wrong: str) -> None:
    """Raise ExerciseError unless a condition holds."""
    if not holds:
        raise ExerciseError(what_is_wrong)


def require_money(what: str, amount: float) -> None:
    """Raise ExerciseError for a price or margin so small that whole cents would be visible."""
    said = f"{what} would be {number(round(amount, 4))}, but prices are whole cents"
    remedy = f"use a smaller unit of money, so that it is {number(LEAST_MARGIN)} or more"
    require_valid(amount >= LEAST_MARGIN, f"{said}; {remedy}")


def number(value: float) -> str:
    """Write a number for TOML and for readers: 70, 0.03, 2.12."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(f"{value:.12g}"))


def decimal(value: float) -> str:
    """Write a number with a decimal point, as an amount of money: 70.0, 2.5."""
    return repr(float(f"{value:.12g}"))
