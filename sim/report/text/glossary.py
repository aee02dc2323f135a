"""The terms of the field and of this model: what each means, who introduced or defined it, and where it is used.

The one source of ``docs/glossary.md``, of ``middleman explain TERM`` and of the links from the reference pages. The
terms themselves stand in ``glossary.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

CHANNELS = {
    "store": "Bought over the counter and carried home.",
    "pickup": "Ordered online from a store's stock, picked up there some hours later.",
    "courier": "Ordered online from a store's stock in town, brought by a local courier within hours.",
    "parcel": "Ordered online, sent as a parcel from the supplier's depot.",
    "endless_aisle": "Ordered inside a store that does not have it, sent as a parcel from the supplier's depot.",
}

REASONS = {
    "bought": "The need ended in a purchase.",
    "out_of_stock": "Nothing was bought: the customer would have bought if everything carried had been in stock.",
    "not_stocked": "Nothing was bought: the customer would have bought if the nearest store had carried what suits it.",
    "too_far": "Nothing was bought: the customer would have bought without the travel.",
    "too_slow": "Nothing was bought: the customer would have bought without the wait.",
    "too_dear": "Nothing was bought: no offer was worth its price, even next door and available at once.",
    "waiting": "The run ended first: goods were still to be sent, or the customer had yet to come back.",
}

TABLE = Path(__file__).with_name("glossary.toml")
HERE = "this model"
"""The source of a term that has its meaning from this model alone."""


class Term(NamedTuple):
    """A term of the field or of this model.

    Attributes:
        name: the term in whole words, as it is written within a sentence.
        meaning: one sentence.
        source: authors and year, as in the list of references; ``HERE`` where there is none.
        used: where the program uses it, each as ``kind name``: figure, parameter, rule, regime, channel, command.
        also: other names of the same thing.
    """

    name: str
    meaning: str
    source: str
    used: tuple[str, ...]
    also: tuple[str, ...] = ()

    def is_called(self, word: str) -> bool:
        """Whether a word names this term, in any case, with spaces, hyphens or underscores."""
        return _plain(word) in map(_plain, (self.name, *self.also))


@cache
def themes() -> Mapping[str, tuple[Term, ...]]:
    """Return all terms by what they are about, in the order in which people read them."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {theme: tuple(map(_term, rows)) for theme, rows in tables.items()}


def terms() -> list[Term]:
    """Return all terms."""
    return [term for group in themes().values() for term in group]


def terms_of(kind: str, name: str) -> list[Term]:
    """Return the terms that a figure, parameter, rule, regime, channel or command uses."""
    return [term for term in terms() if f"{kind} {name}" in term.used]


def _term(row: Mapping[str, str | list[str]]) -> Term:
    return Term(
        str(row["term"]), str(row["meaning"]), str(row["source"]), tuple(row["used"]), tuple(row.get("also", ()))
    )


def _plain(word: str) -> str:
    return " ".join(word.lower().replace("-", " ").replace("_", " ").split())
