"""Text as it is: whatever a visitor or a scenario wrote reaches a page as letters, never as markup."""

from __future__ import annotations

import re

THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@])")


def plain(text: object) -> str:
    """Return a text so that markdown shows it letter by letter, on one line."""
    return unbroken(MARKUP.sub(r"\\\1", " ".join(str(text).split())))


def unbroken(text: str) -> str:
    """Return a text in which no line ends within a number: ``12 000`` has a narrow space that does not break."""
    return THOUSANDS.sub("\u202f", text)
