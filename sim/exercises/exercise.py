"""What a textbook exercise is: its letters, the published answers, and the scenario that sets it up."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Letters: TypeAlias = dict[str, float]
"""Values of the exercise's own letters, by letter."""

LEAST_MARGIN = 2.5
"""A price or margin below this is refused: prices are whole cents, and a cent of it would show."""


class ExerciseError(ValueError):
    """A letter that an exercise does not have, or a value that it cannot take; says which and what is allowed."""


@dataclass(frozen=True)
class Letter:
    """One letter of an exercise.

    Attributes:
        value: what it is unless said otherwise.
        meaning: what it stands for, with its unit.
        low, high: the values it can take, both included.
        whole: whether it counts something.
    """

    value: float
    meaning: str
    low: float = 0.0
    high: float = 1e6
    whole: bool = False


@dataclass(frozen=True)
class Answer:
    """One number of the published answer, and where the market shows it.

    Attributes:
        formula: as the textbook writes it: ``w = (a/b + c) / 2``.
        value: the number at these letters.
        figure: the figure of a run that shows it, by dotted name.
        regime: the regime it belongs to.
        scale: the figure is this many times the answer (units of many customers over many days).
        allowance: difference allowed in the market's number, in the answer's unit; None: half a percent.
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
        name: by which it is asked for.
        title: what it is about, in a line.
        source: who published the answer: author, year, journal.
        letters: by letter.
        set_up: letters -> the tables of the scenario, as TOML text without its name.
        answers: letters -> the published numbers.
        notes: letters -> what else the file has to say (when the formula does not hold), paragraph by paragraph.
        run: letters -> commands that show the answer; ``FILE`` stands for the file.
        draws: runs that it takes to know the answers to half a percent; 1 where nothing is left to chance.
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

        Raises:
            ExerciseError: for a letter that there is not, and a value out of range.
        """
        chosen = {letter: about.value for letter, about in self.letters.items()}
        for letter, value in (letters or {}).items():
            if letter not in self.letters:
                has = ", ".join(f"{name} ({about.meaning})" for name, about in self.letters.items())
                raise ExerciseError(f"{self.name} has no letter {letter}; it has: {has}")
            about = self.letters[letter]
            wanted = "a whole number" if about.whole else "a number"
            if not (math.isfinite(value) and about.low <= value <= about.high) or (about.whole and value != int(value)):
                allowed = f"{wanted} from {number(about.low)} to {number(about.high)}"
                raise ExerciseError(f"{letter} is {number(value)}; {about.meaning}: {allowed}")
            chosen[letter] = float(value)
        return chosen


def require(holds: bool, what_is_wrong: str) -> None:
    """Raise ExerciseError unless a condition holds."""
    if not holds:
        raise ExerciseError(what_is_wrong)


def require_money(what: str, amount: float) -> None:
    """Raise ExerciseError for a price or a margin so small that whole cents would show."""
    said = f"{what} would be {number(round(amount, 4))}, and prices are whole cents"
    remedy = f"write all money in a smaller unit, so that it is {number(LEAST_MARGIN)} or more"
    require(amount >= LEAST_MARGIN, f"{said}; {remedy}")


def number(value: float) -> str:
    """Write a number as TOML reads it, and as a person would: 70, 0.03, 2.12."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(f"{value:.12g}"))


def money(value: float) -> str:
    """Write a number with a decimal point, as an amount of money: 70.0, 2.5."""
    return repr(float(f"{value:.12g}"))


__all__ = ["Answer", "Exercise", "ExerciseError", "Letter", "Letters", "money", "number", "require", "require_money"]
