"""Literal text: whatever a visitor or a scenario wrote reaches a page as text, never as markup."""

from __future__ import annotations

import re

THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@])")


def plain(text: object) -> str:
    """Return a text escaped so that markdown shows it literally, on one line."""
    return unbroken(MARKUP.sub(r"\\\1", " ".join(str(text).split())))


def unbroken(text: str) -> str:
    """Return a text in which lines never break inside a number: ``12 000`` has a narrow no-break space."""
    return THOUSANDS.sub("\u202f", text)
