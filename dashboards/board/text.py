"""Text as it is: whatever a visitor or a scenario wrote reaches a page as letters, never as markup."""

from __future__ import annotations

import re

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@])")


def plain(text: object) -> str:
    """Return a text so that markdown shows it letter by letter, on one line."""
    return MARKUP.sub(r"\\\1", " ".join(str(text).split()))
