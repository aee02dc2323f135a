"""Literal text: whatever a visitor or a scenario wrote reaches a page as text, never as markup."""

from __future__ import annotations

import re

THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@])")
JOINER = "\u2060"
"""A word joiner: takes no room, and no line breaks at it."""
SEEN_LATER = re.compile(
    r":(?=//|material/|[\w+-]+(?:/\w*)?:)"  # http://x, :material/home:, :smile:
    r"|\bwww(?=\.)"
    r"|@(?=[\w-]+\.)"  # me@here.example
    r"|(?<!\S)[<\->~-](?=[>=-]{1,2}(?!\S))",  # ->, <-, <->, --, >=, <=, ~= on their own
    re.IGNORECASE,
)
"""What the browser's side makes links, icons and signs of after it has read the markdown, whatever is escaped in it."""


def plain(text: object) -> str:
    """Return a text escaped so that markdown shows it literally, on one line."""
    line = SEEN_LATER.sub(lambda found: found[0] + JOINER, " ".join(str(text).split()))
    return unbroken(MARKUP.sub(r"\\\1", line))


def unbroken(text: str) -> str:
    """Return a text in which lines never break inside a number: ``12 000`` has a narrow no-break space."""
    return THOUSANDS.sub("\u202f", text)
