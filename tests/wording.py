"""Reading sentences without holding them to their words: the words themselves stand in ``__snapshots__`` folders.

After sentences were reworded: ``./run pytest --snapshot-update``, and read what changed with ``git diff``.
"""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:\.\d+)?(?![\d.]*\d)")


def numbers(text: str) -> list[float]:
    """Return the numbers that a text names, in its order; thousands may stand apart, digits within words are none."""
    return [float(found.replace(" ", "").replace("−", "-")) for found in NUMBER.findall(text)]


def in_this_order(text: str, *parts: str) -> bool:
    """Whether a text has these parts, each after the one before."""
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True
