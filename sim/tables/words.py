"""Words that tables use around numbers and names, from ``words.toml``: units, currencies, totals, notes."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

_WORDS: dict[str, Any] = tomllib.loads(files("sim.tables").joinpath("words.toml").read_text(encoding="utf-8"))


def _by_word(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {word: key for key, words in table.items() for word in words}


def _starting(words: Sequence[str]) -> str:
    """Return a pattern of words, the longest first; letters of Latin words end where the word ends."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (r"\b" if word[-1].isascii() and word[-1].isalnum() else "") for word in longest)


def bare(text: str) -> str:
    """Return a name for comparison: small letters without accents, punctuation or double spaces."""
    text = unicodedata.normalize("NFKD", text.replace("\u00df", "ss")).lower()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w#]+|_", " ", text).split())


CURRENCIES = _by_word(_WORDS["currencies"])
"""Codes of currencies by sign, code or name in small letters."""
MASSES = {word: float(factor) for word, factor in _by_word(_WORDS["masses"]).items()}
"""Kilogrammes in a unit of weight."""
SPANS = {word: float(days) for word, days in _by_word(_WORDS["spans"]).items()}
"""Days in a unit of time."""
PERIODS = _by_word(_WORDS["periods"])
"""day, week, month or year, by a word for it."""
DAYS_OF = {"day": 1.0, "week": 7.0, "month": 365.25 / 12.0, "year": 365.25}
PIECES, THOUSANDS, WORKING_DAYS = (frozenset(_WORDS[key]) for key in ("pieces", "thousands", "working_days"))
CALENDAR_DAYS_OF_A_WORKING_DAY = 1.4
NOT_GIVEN, SHEET_ERRORS = frozenset(_WORDS["not_given"]), frozenset(_WORDS["sheet_errors"])
GROSS, NET = (re.compile(rf"(?<![^\W_])(?:{_starting(_WORDS[key])})") for key in ("gross", "net"))
"""Words in headings, as ``bare`` leaves them, that say whether prices contain sales tax."""
NOTE = re.compile(rf"\s*(?:{_starting(_WORDS['notes'])})", re.IGNORECASE)
"""How remarks around a table begin."""
TOTAL = re.compile(rf"(?:{_starting(_WORDS['totals'])})(?P<more>.*)", re.IGNORECASE)
"""What rows of totals are called, with what follows."""
CHANNELS = _by_word(_WORDS["channels"])
"""shop, online or marketplace, by a word for it."""
