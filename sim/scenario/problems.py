"""Describes what is wrong with a scenario, and how to fix it."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST_VALUE = 60
MOST_LINES = 50
MOST_BITS = 14_000

_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = _brief.maxlong = LONGEST_VALUE
_brief.maxlist = _brief.maxdict = 4
_brief.maxlevel = 3


def shown(value: Any) -> str:
    """Return a value roughly as the user wrote it, shortened if it is long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > MOST_BITS:  # Python refuses to write very long numbers
        return f"a whole number of {value.bit_length()} binary digits"
    try:
        text = _brief.repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return "numbers of thousands of digits"
    if isinstance(value, str):
        text = '"' + "".join(letter if letter.isprintable() else "?" for letter in text[1:-1]) + '"'
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


@dataclass(frozen=True)
class Problem:
    """One problem. Any part may be empty.

    Attributes:
        file: the file with the problem, or "override".
        key: dotted path of the parameter, list places counted from 0: ``retailers.stores[2].slots``.
        value: the value given, shortened.
        allowed: what is allowed there; or, if no value is at fault, what is wrong.
        remedy: how to fix it.
    """

    file: str = ""
    key: str = ""
    value: str = ""
    allowed: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.key) if part)
        what = f"{self.value} is not allowed" if self.value else ""
        said = ": ".join(part for part in (where, what, self.allowed) if part)
        line = "; ".join(part for part in (said, self.remedy) if part)
        return "".join(letter if letter.isprintable() else "?" for letter in line)


class ScenarioError(ValueError):
    """A scenario that cannot be used; carries all problems found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.lines()))

    def lines(self, most: int = MOST_LINES) -> list[str]:
        """Return the problems as lines of text; beyond ``most``, only the number of remaining problems."""
        said = [str(problem) for problem in self.problems[:most]]
        more = len(self.problems) - len(said)
        return [*said, f"... and {more} more"] if more else said

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions travel between processes by their arguments, so the argument is the problems, not the text.
        return type(self), (self.problems,)
